//! The schema files as they are written, and what they mean.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::Deserialize;

use super::{
    Cardinality, CertificateField, Cmdlet, Derived, EnumType, ObjectType, Property, PropertyType,
    SchemaError, TextKind,
};
use crate::diagnostic::Platform;

/// A file under `schemas/cmdlets`.
#[derive(Deserialize)]
struct CmdletFile {
    title: String,
    description: String,
    #[serde(rename = "x-noun")]
    noun: String,
    #[serde(rename = "x-sides")]
    sides: Vec<SideName>,
    #[serde(rename = "x-scope")]
    cardinality: CardinalityName,
    #[serde(rename = "x-result-size")]
    result_size: Option<u64>,
    #[serde(rename = "x-never-empty", default)]
    is_never_empty: bool,
    #[serde(rename = "x-export")]
    export: BTreeMap<SideName, String>,
    #[serde(rename = "x-type-names", default)]
    type_names: Vec<String>,
    #[serde(rename = "x-object-class", default)]
    object_classes: Vec<String>,
    #[serde(rename = "x-distinctive", default)]
    distinctive: Vec<Vec<String>>,
    #[serde(rename = "x-identity")]
    identity: Vec<Vec<String>>,
    properties: BTreeMap<String, PropertyFile>,
}

/// A file under `schemas/types`.
#[derive(Deserialize)]
struct TypeFile {
    title: String,
    #[serde(rename = "x-text")]
    text: Option<String>,
    properties: BTreeMap<String, PropertyFile>,
}

#[derive(Deserialize, Default)]
struct PropertyFile {
    #[serde(default)]
    r#type: JsonTypes,
    #[serde(default)]
    description: String,
    #[serde(rename = "x-type")]
    x_type: Option<String>,
    #[serde(rename = "x-text")]
    text: Option<String>,
    #[serde(rename = "x-derived")]
    derived: Option<String>,
    #[serde(rename = "enum", default)]
    names: Vec<Option<String>>,
    #[serde(rename = "x-numbers", default)]
    numbers: BTreeMap<String, i64>,
    items: Option<Box<Self>>,
    #[serde(default)]
    properties: BTreeMap<String, Self>,
    #[serde(rename = "$ref")]
    reference: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(untagged)]
enum JsonTypes {
    One(String),
    Several(Vec<String>),
    #[default]
    Absent,
}

impl JsonTypes {
    /// The type besides `null`.
    fn main(&self) -> &str {
        match self {
            Self::One(name) => name,
            Self::Several(names) => names.iter().find(|name| *name != "null").map_or("", String::as_str),
            Self::Absent => "",
        }
    }
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
enum SideName {
    OnPrem,
    Cloud,
}

impl From<SideName> for Platform {
    fn from(name: SideName) -> Self {
        match name {
            SideName::OnPrem => Self::OnPrem,
            SideName::Cloud => Self::Cloud,
        }
    }
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum CardinalityName {
    Organization,
    Server,
    Recipient,
}

impl From<CardinalityName> for Cardinality {
    fn from(name: CardinalityName) -> Self {
        match name {
            CardinalityName::Organization => Self::Organization,
            CardinalityName::Server => Self::Server,
            CardinalityName::Recipient => Self::Recipient,
        }
    }
}

/// Shared types by the file name that `$ref` ends with.
type Types = HashMap<String, Arc<ObjectType>>;

pub(super) fn parse(files: &[(&str, &str)]) -> Result<Vec<Cmdlet>, SchemaError> {
    let mut types = Types::new();
    for (path, text) in files.iter().filter(|(path, _)| path.starts_with("types/")) {
        let file: TypeFile = deserialize(path, text)?;
        let object = object_type(path, file.title, &file.properties, file.text.as_deref(), &types)?;
        types.insert(file_name(path).to_owned(), Arc::new(object));
    }
    let cmdlets = files.iter().filter(|(path, _)| path.starts_with("cmdlets/"));
    cmdlets.map(|(path, text)| cmdlet(path, deserialize(path, text)?, &types)).collect()
}

fn deserialize<'a, T: Deserialize<'a>>(path: &str, text: &'a str) -> Result<T, SchemaError> {
    serde_json::from_str(text).map_err(|error| wrong(path, error.to_string()))
}

fn wrong(path: &str, reason: impl Into<String>) -> SchemaError {
    SchemaError { path: path.to_owned(), reason: reason.into() }
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn cmdlet(path: &str, file: CmdletFile, types: &Types) -> Result<Cmdlet, SchemaError> {
    if file_name(path) != format!("{}.schema.json", file.title) {
        return Err(wrong(path, format!("the title `{}` is not the file's name", file.title)));
    }
    let object = object_type(path, file.noun, &file.properties, None, types)?;
    let index = |name: &String| {
        object
            .find_exact(name)
            .ok_or_else(|| wrong(path, format!("x-identity names `{name}`, which is no property")))
    };
    let identity = file.identity.iter().map(|names| names.iter().map(index).collect());
    let identity = identity.collect::<Result<Vec<Vec<usize>>, _>>()?;
    if let Some(name) = file.distinctive.iter().flatten().find(|name| object.find_exact(name).is_none()) {
        return Err(wrong(path, format!("x-distinctive names `{name}`, which is no property")));
    }
    let mut sides: Vec<Platform> = file.sides.into_iter().map(Platform::from).collect();
    sides.sort_unstable();
    let export: BTreeMap<Platform, String> =
        file.export.into_iter().map(|(side, text)| (side.into(), text)).collect();
    if !sides.iter().eq(export.keys()) {
        return Err(wrong(path, "x-export and x-sides name different sides"));
    }
    let distinctive = file.distinctive.iter().map(|names| super::lower(names)).collect();
    Ok(Cmdlet {
        name: file.title,
        description: file.description,
        sides,
        cardinality: file.cardinality.into(),
        result_size: file.result_size,
        is_never_empty: file.is_never_empty,
        export,
        type_names: file.type_names,
        object_classes: file.object_classes,
        distinctive,
        identity,
        object: Arc::new(object),
    })
}

fn object_type(
    path: &str,
    name: String,
    files: &BTreeMap<String, PropertyFile>,
    text: Option<&str>,
    types: &Types,
) -> Result<ObjectType, SchemaError> {
    let mut object = ObjectType { name, ..ObjectType::default() };
    for (name, file) in files {
        let kind = property_type(path, name, file, types)?;
        let derived = file.derived.as_deref().map(|text| derived(path, text)).transpose()?;
        let index = object.properties.len();
        object.properties.push(Property {
            name: name.clone(),
            kind,
            derived,
            description: file.description.clone(),
        });
        object.by_name.insert(name.clone(), index);
        object.by_name.insert(name.to_ascii_lowercase(), index);
    }
    if let Some(text) = text {
        let index = object.find_exact(text);
        object.text_property =
            Some(index.ok_or_else(|| wrong(path, format!("x-text `{text}` is no property")))?);
    }
    Ok(object)
}

fn property_type(
    path: &str,
    name: &str,
    file: &PropertyFile,
    types: &Types,
) -> Result<PropertyType, SchemaError> {
    let unknown = |what: &str| wrong(path, format!("`{name}`: {what}"));
    if let Some(reference) = &file.reference {
        let object =
            types.get(file_name(reference)).ok_or_else(|| unknown("$ref leads to no file of types/"))?;
        return Ok(PropertyType::Object(object.clone()));
    }
    let enum_type = |file: &PropertyFile| {
        let names: Vec<String> = file.names.iter().flatten().cloned().collect();
        let numbers = file.numbers.iter().map(|(name, number)| (*number, name.clone())).collect();
        Arc::new(EnumType { names, numbers })
    };
    match (file.r#type.main(), file.x_type.as_deref()) {
        (_, Some("flags")) => Ok(PropertyType::Flags(enum_type(file.items.as_deref().unwrap_or(file)))),
        (_, Some("opaque")) => Ok(PropertyType::Opaque),
        (_, Some("timespan")) => Ok(PropertyType::TimeSpan),
        (_, Some("datetime")) => Ok(PropertyType::DateTime),
        (_, Some("enum")) => Ok(PropertyType::Enum(enum_type(file))),
        ("array", None) => {
            let items = file.items.as_deref().ok_or_else(|| unknown("a list without `items`"))?;
            Ok(PropertyType::List(Arc::new(property_type(path, name, items, types)?)))
        }
        (_, Some("object")) | ("object", None) => {
            let object = object_type(path, name.to_owned(), &file.properties, file.text.as_deref(), types)?;
            Ok(PropertyType::Object(Arc::new(object)))
        }
        ("boolean", None) => Ok(PropertyType::Boolean),
        ("integer", None) => Ok(PropertyType::Integer),
        ("string", None) => Ok(PropertyType::Text(TextKind::Plain)),
        ("string", Some(kind)) => {
            text_kind(kind).map(PropertyType::Text).ok_or_else(|| unknown("unknown x-type"))
        }
        _ => Err(unknown("the types do not go together")),
    }
}

fn text_kind(name: &str) -> Option<TextKind> {
    Some(match name {
        "domain" => TextKind::Domain,
        "address" => TextKind::Address,
        "url" => TextKind::Url,
        "guid" => TextKind::Guid,
        "thumbprint" => TextKind::Thumbprint,
        "id" => TextKind::Id,
        "version" => TextKind::Version,
        _ => return None,
    })
}

fn derived(path: &str, text: &str) -> Result<Derived, SchemaError> {
    Ok(match text {
        "identity" => Derived::Identity,
        "psComputerName" => Derived::PsComputerName,
        "certificate.thumbprint" => Derived::Certificate(CertificateField::Thumbprint),
        "certificate.subject" => Derived::Certificate(CertificateField::Subject),
        "certificate.issuer" => Derived::Certificate(CertificateField::Issuer),
        "certificate.serialNumber" => Derived::Certificate(CertificateField::SerialNumber),
        "certificate.notBefore" => Derived::Certificate(CertificateField::NotBefore),
        "certificate.notAfter" => Derived::Certificate(CertificateField::NotAfter),
        "certificate.domains" => Derived::Certificate(CertificateField::Domains),
        "serialized.AllowedServices" => Derived::Serialized("AllowedServices"),
        "serialized.CertificateStatus" => Derived::Serialized("CertificateStatus"),
        _ => return Err(wrong(path, format!("x-derived `{text}` is not known"))),
    })
}
