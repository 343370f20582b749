//! The cmdlets: what their objects' properties are, how a record of theirs is recognized, which command exports
//! them. Read from `schemas/`, whose keywords `schemas/README.md` explains.

mod file;
mod vocabulary;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

use crate::diagnostic::Platform;

pub use crate::diagnostic::NounId;

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The schema of the `[for]`, `[[expect]]`, … of a lint file.
pub const LINT_SCHEMA_PATH: &str = "lint.schema.json";

/// The schema of a symptom file.
pub const SYMPTOM_SCHEMA_PATH: &str = "symptom.schema.json";

/// The schema of a manual check.
pub const MANUAL_CHECK_SCHEMA_PATH: &str = "manual-check.schema.json";

/// How many objects a cmdlet returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cardinality {
    /// A few for the organization.
    Organization,
    /// One or more for each server.
    Server,
    /// Up to one or more for each mailbox: millions.
    Recipient,
}

/// What text a string property holds, and so how two of them compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextKind {
    /// Text as it is.
    Plain,
    /// An SMTP domain: lower case, ASCII, no dot at the end.
    Domain,
    /// An SMTP or proxy address, as written.
    Address,
    /// A URL, as written.
    Url,
    /// Lower case, no braces.
    Guid,
    /// Upper-case hexadecimal digits.
    Thumbprint,
    /// What an identity object prints.
    Id,
    /// Four numbers with dots.
    Version,
}

/// The names of an enum, in the schema's spelling, and their numbers where they are known.
#[derive(Debug, Default)]
pub struct EnumType {
    /// All names.
    pub names: Vec<String>,
    /// Number to name.
    pub numbers: BTreeMap<i64, String>,
}

/// Where a property's value comes from when the record does not have the property itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Derived {
    /// From the certificate in `RawData`.
    Certificate(CertificateField),
    /// From the identity, which is the name of objects that stand in one container.
    Identity,
    /// The computer that the remoting session was with.
    PsComputerName,
    /// From the blob in `SerializationData`: the number of the enum of that .NET type, without its namespace.
    Serialized(&'static str),
}

/// A part of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateField {
    /// SHA-1 of the DER.
    Thumbprint,
    /// Distinguished name.
    Subject,
    /// Distinguished name.
    Issuer,
    /// Hexadecimal.
    SerialNumber,
    /// UTC.
    NotBefore,
    /// UTC.
    NotAfter,
    /// DNS names, or the common name where there are none.
    Domains,
}

/// The type of a property.
#[derive(Clone, Debug)]
pub enum PropertyType {
    /// A string.
    Text(TextKind),
    /// A boolean.
    Boolean,
    /// A whole number.
    Integer,
    /// One name of several.
    Enum(Arc<EnumType>),
    /// Several names of several.
    Flags(Arc<EnumType>),
    /// A time span.
    TimeSpan,
    /// A point in time.
    DateTime,
    /// A nested object.
    Object(Arc<ObjectType>),
    /// A list.
    List(Arc<Self>),
    /// A blob that lints cannot read.
    Opaque,
}

/// A property of an object.
#[derive(Clone, Debug)]
pub struct Property {
    /// As Exchange spells it.
    pub name: String,
    /// Its type.
    pub kind: PropertyType,
    /// Where else its value may come from.
    pub derived: Option<Derived>,
    /// What it is.
    pub description: String,
}

/// The properties of an object.
#[derive(Debug, Default)]
pub struct ObjectType {
    /// The cmdlet's noun, or the type's name.
    pub name: String,
    properties: Vec<Property>,
    by_name: HashMap<String, usize>,
    /// The property that a plain string in place of the object stands for.
    pub text_property: Option<usize>,
}

impl ObjectType {
    /// All properties, sorted by name.
    #[must_use]
    pub fn properties(&self) -> &[Property] {
        &self.properties
    }

    /// Index of a property by its name, in whatever case.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<usize> {
        if let Some(&index) = self.by_name.get(name) {
            return Some(index);
        }
        self.by_name.get(&name.to_ascii_lowercase()).copied()
    }

    /// Index of a property by its exact name.
    #[must_use]
    pub fn find_exact(&self, name: &str) -> Option<usize> {
        self.find(name).filter(|&index| self.properties[index].name == name)
    }

    /// The property most like `name`, for "did you mean".
    #[must_use]
    pub fn suggest(&self, name: &str) -> Option<&str> {
        closest(name, self.properties.iter().map(|property| property.name.as_str()))
    }
}

/// The candidate most like `name`, if it is like it at all.
#[must_use]
pub fn closest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let lower = name.to_ascii_lowercase();
    candidates
        .map(|candidate| (strsim::jaro_winkler(&lower, &candidate.to_ascii_lowercase()), candidate))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// A cmdlet and its objects.
#[derive(Debug)]
pub struct Cmdlet {
    /// Such as `Get-OrganizationRelationship`.
    pub name: String,
    /// What the objects are.
    pub description: String,
    /// Sides that have it, in the order of [`Platform::ALL`].
    pub sides: Vec<Platform>,
    /// How many objects there are.
    pub cardinality: Cardinality,
    /// How many objects it lists unless it is told another number (`-ResultSize`).
    pub result_size: Option<u64>,
    /// Whether there is always an object, so that an export without objects failed.
    pub is_never_empty: bool,
    /// Command to export them, by side.
    export: BTreeMap<Platform, String>,
    /// .NET type names without prefixes.
    pub type_names: Vec<String>,
    /// Last items of `ObjectClass`.
    pub object_classes: Vec<String>,
    /// Sets of property names, in lower case, each of which tells a record of this cmdlet.
    pub distinctive: Vec<Vec<String>>,
    /// Alternatives of property indexes that name an object.
    pub identity: Vec<Vec<usize>>,
    /// Its objects' properties.
    pub object: Arc<ObjectType>,
}

impl Cmdlet {
    /// The noun that lints use.
    #[must_use]
    pub fn noun(&self) -> &str {
        &self.object.name
    }

    /// The command whose output is exported on a side.
    #[must_use]
    pub fn export_source(&self, side: Platform) -> Option<&str> {
        self.export.get(&side).map(String::as_str)
    }

    /// The command that exports the objects of a side to a file.
    #[must_use]
    pub fn export_command(&self, side: Platform) -> Option<String> {
        let command = self.export.get(&side)?;
        // The file's name tells the side, which the objects of Exchange Online often do not.
        Some(format!("{command} | Export-Clixml -Depth 6 {}-{}.xml", side.name(), self.name))
    }
}

/// A mistake in a schema file: ours.
#[derive(Debug, thiserror::Error)]
#[error("schemas/{path}: {reason}")]
pub struct SchemaError {
    /// Path below `schemas/`.
    pub path: String,
    /// What is wrong.
    pub reason: String,
}

/// All cmdlets, sorted by noun.
#[derive(Debug)]
pub struct Registry {
    cmdlets: Vec<Cmdlet>,
    by_noun: HashMap<String, NounId>,
    by_type: HashMap<String, NounId>,
    by_object_class: HashMap<String, NounId>,
}

impl Registry {
    /// The schemas that this binary was built with.
    ///
    /// # Errors
    ///
    /// When one of them is wrong, which the tests rule out.
    pub fn embedded() -> Result<&'static Self, &'static SchemaError> {
        static REGISTRY: OnceLock<Result<Registry, SchemaError>> = OnceLock::new();
        REGISTRY.get_or_init(|| Self::parse(SCHEMAS)).as_ref()
    }

    /// Reads schema files, given as path below `schemas/` and text.
    ///
    /// # Errors
    ///
    /// On the first mistake.
    pub fn parse(files: &[(&str, &str)]) -> Result<Self, SchemaError> {
        let mut cmdlets = file::parse(files)?;
        cmdlets.sort_by(|a, b| a.noun().cmp(b.noun()));
        let mut registry = Self {
            by_noun: HashMap::new(),
            by_type: HashMap::new(),
            by_object_class: HashMap::new(),
            cmdlets,
        };
        for (index, cmdlet) in registry.cmdlets.iter().enumerate() {
            let id = NounId::at(index);
            let keys = [
                (&mut registry.by_noun, vec![cmdlet.noun().to_ascii_lowercase()], "x-noun"),
                (&mut registry.by_type, lower(&cmdlet.type_names), "x-type-names"),
                (&mut registry.by_object_class, lower(&cmdlet.object_classes), "x-object-class"),
            ];
            for (map, names, keyword) in keys {
                for name in names {
                    if map.insert(name.clone(), id).is_some() {
                        let path = format!("cmdlets/{}.schema.json", cmdlet.name);
                        return Err(SchemaError { path, reason: format!("{keyword} `{name}` occurs twice") });
                    }
                }
            }
        }
        Ok(registry)
    }

    /// All cmdlets with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (NounId, &Cmdlet)> {
        self.cmdlets.iter().enumerate().map(|(index, cmdlet)| (NounId::at(index), cmdlet))
    }

    /// How many cmdlets there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.cmdlets.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cmdlets.is_empty()
    }

    /// The cmdlet of an id of this registry.
    #[must_use]
    pub fn cmdlet(&self, id: NounId) -> &Cmdlet {
        &self.cmdlets[id.index()]
    }

    /// By noun, in whatever case.
    #[must_use]
    pub fn find(&self, noun: &str) -> Option<NounId> {
        self.by_noun.get(&noun.to_ascii_lowercase()).copied()
    }

    /// By .NET type name without prefixes, in whatever case.
    #[must_use]
    pub fn find_type(&self, type_name: &str) -> Option<NounId> {
        self.by_type.get(&type_name.to_ascii_lowercase()).copied()
    }

    /// By the last item of `ObjectClass`, in whatever case.
    #[must_use]
    pub fn find_object_class(&self, object_class: &str) -> Option<NounId> {
        self.by_object_class.get(&object_class.to_ascii_lowercase()).copied()
    }

    /// The noun most like `name`, for "did you mean".
    #[must_use]
    pub fn suggest(&self, name: &str) -> Option<&str> {
        closest(name, self.cmdlets.iter().map(Cmdlet::noun))
    }
}

/// The text of an embedded schema by its path below `schemas/`.
#[must_use]
pub fn embedded_schema(path: &str) -> Option<&'static str> {
    let index = SCHEMAS.binary_search_by_key(&path, |(name, _)| name).ok()?;
    Some(SCHEMAS[index].1)
}

/// The embedded lint files: path below `lints/`, and text; sorted by path.
#[must_use]
pub fn embedded_lints() -> &'static [(&'static str, &'static str)] {
    LINTS
}

/// The embedded symptom files: path below `lints/symptoms/`, and text; sorted by path.
#[must_use]
pub fn embedded_symptoms() -> &'static [(&'static str, &'static str)] {
    SYMPTOMS
}

/// The embedded manual checks: path below `lints/manual-checks/`, and text; sorted by path.
#[must_use]
pub fn embedded_manual_checks() -> &'static [(&'static str, &'static str)] {
    MANUAL_CHECKS
}

fn lower(names: &[String]) -> Vec<String> {
    names.iter().map(|name| name.to_ascii_lowercase()).collect()
}
