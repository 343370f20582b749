//! From the many forms in which exports write a value to the one form that lints see.
//!
//! `schemas/README.md` has the table of forms. What cannot be read for certain is unknown, never guessed.

use std::borrow::Cow;
use std::rc::Rc;

use jiff::{SignedDuration, Timestamp, civil};

use super::value::{Item, Lack, Lacks, List, Nested, Obscured, Place, Value};
use super::{Record, local_date, record};
use super::{certificate, obscured as altered};
use crate::format::{Kind, NodeRef};
use crate::schema::{Derived, EnumType, PropertyType, TextKind};

type Read<'a> = Result<Value<'a>, Lack<'a>>;

/// The value of a node that should be of a type.
pub(super) fn read<'a>(place: Place<'a>, node: NodeRef<'a>, kind: &'a PropertyType) -> Read<'a> {
    let Some(node) = node.resolve() else { return obscured(place, Obscured::Dangling) };
    let place = Place { node: node.index(), ..place };
    if let PropertyType::List(item) = kind {
        return Ok(Value::List(Rc::new(list(place, node, item))));
    }
    if let PropertyType::Flags(names) = kind {
        return flags(place, node, names);
    }
    if node.kind() == Kind::Null {
        return Ok(Value::Null);
    }
    if node.kind() == Kind::Cut {
        return obscured(place, Obscured::Cut);
    }
    match kind {
        PropertyType::Object(object) => Ok(Value::Nested(Nested { place, object })),
        PropertyType::Text(text) => read_text(place, node, *text),
        PropertyType::Boolean => convert(place, node, "true or false", boolean),
        PropertyType::Integer => {
            convert(place, node, "a whole number", |_, text| text.trim().parse().ok().map(Value::Int))
        }
        PropertyType::TimeSpan => {
            convert(place, node, "a time span", |node, text| time_span(node, text).map(Value::Duration))
        }
        PropertyType::DateTime => convert(place, node, "a date in ISO 8601", |node, text| {
            let local = || local_date::read(text).map(Value::LocalDate);
            date_time(node, text).map(Value::Timestamp).or_else(local)
        }),
        PropertyType::Enum(names) => convert(place, node, "a value that this version knows", |_, text| {
            enum_name(text, names).map(Value::Text)
        }),
        PropertyType::Opaque => obscured(place, Obscured::NotA("readable")),
        PropertyType::List(_) | PropertyType::Flags(_) => obscured(place, Obscured::NotA("readable")),
    }
}

fn obscured<'a>(place: Place<'a>, why: Obscured) -> Read<'a> {
    Err(Lack::Value { place, why })
}

/// A property of an object within a record, by its index among those of the object's type.
pub(crate) fn read_nested<'a>(
    nested: Nested<'a>,
    property: usize,
) -> Result<(Value<'a>, Place<'a>), Lack<'a>> {
    let lacking = Lack::Value { place: nested.place, why: Obscured::Cut };
    let Some(node) = nested.place.node_ref() else { return Err(lacking) };
    let Some(declared) = nested.object.properties().get(property) else { return Err(lacking) };
    let found = node.property(&declared.name);
    // A plain string in place of the object stands for one of its properties.
    let found = found.or_else(|| {
        let is_plain = !matches!(node.kind(), Kind::Object | Kind::List);
        (nested.object.text_property == Some(property) && is_plain).then_some(node)
    });
    let Some(found) = found else {
        return derive_nested(nested, node, declared.derived).unwrap_or(Err(lacking));
    };
    let place = Place { node: found.index(), ..nested.place };
    Ok((read(place, found, &declared.kind)?, place))
}

fn derive_nested<'a>(
    nested: Nested<'a>,
    node: NodeRef<'a>,
    derived: Option<Derived>,
) -> Option<Result<(Value<'a>, Place<'a>), Lack<'a>>> {
    let Some(Derived::Certificate(field)) = derived else { return None };
    let raw = node.property("RawData")?;
    let place = Place { node: raw.index(), ..nested.place };
    Some(certificate_field(place, raw, field))
}

/// The value of a property that the record does not have itself, where its type says how to come by it.
pub(super) fn derive(record: &Record, property: usize) -> Option<Result<(Value<'_>, Place<'_>), Lack<'_>>> {
    let declared = record.cmdlet().object.properties().get(property)?;
    match declared.derived? {
        Derived::Identity => {
            let node = record.root()?.property(IDENTITY)?;
            let text = text_of(node).filter(|text| !text.trim().is_empty() && !is_cut(text))?;
            let name = text.rsplit('\\').next().unwrap_or_default().trim().to_owned();
            let place = Place { record, node: node.index(), property };
            let lack = Lack::Value { place, why: Obscured::Redacted };
            Some(if altered::is_redacted(&name) { Err(lack) } else { Ok((Value::text(name), place)) })
        }
        Derived::PsComputerName => {
            let root = record.root()?;
            let name = record::property_text(root, COMPUTER_NAME)?;
            let node = root.property(COMPUTER_NAME)?.index();
            Some(Ok((Value::Text(name), Place { record, node, property })))
        }
        Derived::Serialized(enum_type) => {
            let blob = record.root()?.property(SERIALIZATION_DATA)?;
            let place = Place { record, node: blob.index(), property };
            let value = certificate::serialized_number(blob, enum_type)
                .and_then(|number| value_of_number(number, &declared.kind));
            let lack = Lack::Value { place, why: Obscured::NotA("a value that can be read") };
            Some(value.map(|value| (value, place)).ok_or(lack))
        }
        Derived::Certificate(field) => {
            let raw = record.cmdlet().object.find("RawData")?;
            let node = record.property_node(raw)?;
            Some(certificate_field(Place { record, node: node.index(), property }, node, field))
        }
    }
}

const IDENTITY: &str = "Identity";
const COMPUTER_NAME: &str = "PSComputerName";
const SERIALIZATION_DATA: &str = "SerializationData";

/// The property that a value is derived from and that is none of the cmdlet's own: remoting adds it.
pub(super) const fn source_of(derived: Derived) -> Option<&'static str> {
    match derived {
        Derived::Identity => Some(IDENTITY),
        Derived::PsComputerName => Some(COMPUTER_NAME),
        Derived::Serialized(_) => Some(SERIALIZATION_DATA),
        Derived::Certificate(_) => None,
    }
}

/// What the number of an enum stands for.
fn value_of_number(number: i64, kind: &PropertyType) -> Option<Value<'_>> {
    match kind {
        PropertyType::Enum(names) => names.numbers.get(&number).map(|name| Value::text(name.as_str())),
        PropertyType::Flags(names) => {
            flag_names(number, names).map(|names| Value::list(names.into_iter().map(Value::Text).collect()))
        }
        _ => None,
    }
}

fn certificate_field<'a>(
    place: Place<'a>,
    raw: NodeRef<'a>,
    field: crate::schema::CertificateField,
) -> Result<(Value<'a>, Place<'a>), Lack<'a>> {
    let value =
        certificate::read(raw, field).ok_or(Lack::Value { place, why: Obscured::NotA("a certificate") })?;
    Ok((value, place))
}

/// A scalar whose text `parse` understands; blank text is null.
fn convert<'a>(
    place: Place<'a>,
    node: NodeRef<'a>,
    expected: &'static str,
    parse: impl FnOnce(NodeRef<'a>, &str) -> Option<Value<'a>>,
) -> Read<'a> {
    let text = text_of(node).unwrap_or_default();
    if text.trim().is_empty() && node.kind() == Kind::String {
        return Ok(Value::Null);
    }
    match parse(node, &text) {
        // A word that was written over the value may look like a name.
        Some(value) if !altered::is_struck_out(&text) => return Ok(value),
        _ if altered::is_redacted(&text) => return obscured(place, Obscured::Redacted),
        Some(value) => return Ok(value),
        None => {}
    }
    obscured(place, if is_cut(&text) { Obscured::Cut } else { Obscured::NotA(expected) })
}

fn read_text<'a>(place: Place<'a>, node: NodeRef<'a>, kind: TextKind) -> Read<'a> {
    if kind == TextKind::Version
        && let Some(version) = version_object(node)
    {
        return Ok(Value::text(version));
    }
    if kind == TextKind::Thumbprint
        && let Some(thumbprint) =
            certificate::read_property(node, crate::schema::CertificateField::Thumbprint)
    {
        return Ok(thumbprint);
    }
    let Some(text) = text_of(node) else { return obscured(place, Obscured::Cut) };
    if is_cut(&text) {
        return obscured(place, Obscured::Cut);
    }
    if altered::is_redacted(&text) {
        return obscured(place, Obscured::Redacted);
    }
    Ok(Value::Text(canonical(text, kind)))
}

/// The text that a value stands for, whatever it is wrapped in. `None` for objects that say nothing.
pub(crate) fn text_of(node: NodeRef<'_>) -> Option<Cow<'_, str>> {
    let node = text_node(node);
    match node.kind() {
        Kind::Null => Some(Cow::Borrowed("")),
        Kind::True => Some(Cow::Borrowed("True")),
        Kind::False => Some(Cow::Borrowed("False")),
        Kind::String | Kind::Display => Some(altered::unlinked(node.value())),
        Kind::Number => Some(node.value()),
        Kind::Char => node.raw().parse().ok().and_then(char::from_u32).map(|c| Cow::Owned(c.to_string())),
        Kind::Object => composed(node).map(Cow::Owned),
        Kind::List | Kind::Reference(_) | Kind::Dangling | Kind::Cut => None,
    }
}

/// Exports wrap text in few layers.
const MAX_WRAPPERS: usize = 4;

/// The node that holds the text of a value, within whatever it is wrapped in; the node itself where there is none.
pub(crate) fn text_node(node: NodeRef<'_>) -> NodeRef<'_> {
    let mut node = node.resolve().unwrap_or(node);
    for _ in 0..MAX_WRAPPERS {
        let Some(inner) = unwrapped(node).and_then(NodeRef::resolve) else { break };
        node = inner;
    }
    node
}

fn unwrapped(node: NodeRef<'_>) -> Option<NodeRef<'_>> {
    match node.kind() {
        Kind::Object => {
            let display = node.display().filter(|display| !is_cut(&display.value()));
            display.or_else(|| node.wrapped()).or_else(|| match composed(node) {
                Some(_) => None,
                None => TEXT_PROPERTIES.iter().find_map(|name| node.property(name)),
            })
        }
        Kind::List => {
            // PowerShell unrolls lists of one.
            let mut items = node.items();
            items.next().filter(|_| items.next().is_none())
        }
        _ => None,
    }
}

/// Properties that hold the text of an object without a `ToString`, as JSON exports write them: wrapped strings,
/// domains, identities, GUIDs, versions.
const TEXT_PROPERTIES: [&str; 13] = [
    "value",
    "Address",
    "ProxyAddressString",
    "Domain",
    "DomainName",
    "DisplayName",
    "Name",
    "DistinguishedName",
    "Guid",
    "ObjectGuid",
    "OriginalString",
    "Thumbprint",
    "IsPresent",
];

/// The text of an object without a `ToString` that no single property of it holds.
fn composed(node: NodeRef<'_>) -> Option<String> {
    smtp_address(node).or_else(|| virtual_directory(node))
}

/// `EX01\EWS (Default Web Site)`, as cmdlets take it. `ConvertTo-Json` writes of the server only what is in the
/// distinguished name, `CN=EWS (Default Web Site),CN=HTTP,CN=Protocols,CN=EX01,CN=Servers,…`.
fn virtual_directory(node: NodeRef<'_>) -> Option<String> {
    let name = leaf_text(node.property("Name")?)?;
    let path = leaf_text(node.property("DistinguishedName")?)?;
    let above = path.strip_prefix("CN=")?.strip_prefix(&*name)?;
    let (server, _) = above.strip_prefix(",CN=HTTP,CN=Protocols,CN=")?.split_once(",CN=Servers,")?;
    Some(format!("{server}\\{name}"))
}

/// `{"Local":"ann","Domain":"contoso.com"}`: an SMTP address, not a domain.
fn smtp_address(node: NodeRef<'_>) -> Option<String> {
    let part = |name: &str| leaf_text(node.property(name)?).filter(|text| !text.is_empty());
    Some(format!("{}@{}", part("Local")?, part("Domain")?))
}

/// The text of a plain string.
fn leaf_text(node: NodeRef<'_>) -> Option<Cow<'_, str>> {
    (node.kind() == Kind::String).then(|| node.value())
}

/// Whether the export wrote a type name, or the beginning of an object, in place of the value.
pub(crate) fn is_cut(text: &str) -> bool {
    let text = text.trim();
    if text.starts_with("@{") {
        return true;
    }
    let prefixes = ["Deserialized.", "Selected."];
    let name = prefixes.iter().find_map(|prefix| text.strip_prefix(prefix)).unwrap_or(text);
    if !name.starts_with("System.") && !name.starts_with("Microsoft.Exchange.") {
        return false;
    }
    let is_word =
        |part: &str| !part.is_empty() && part.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_');
    name.split(['[', '`']).next().is_some_and(|name| name.split('.').all(is_word))
}

fn canonical(text: Cow<'_, str>, kind: TextKind) -> Cow<'_, str> {
    match kind {
        TextKind::Plain | TextKind::Address | TextKind::Url | TextKind::Id => text,
        TextKind::Domain => domain(text),
        TextKind::Guid => lower(trim(text, &['{', '}'])),
        TextKind::Thumbprint => thumbprint(text),
        TextKind::Version => version(&text).map_or(text, Cow::Owned),
    }
}

fn trim<'a>(text: Cow<'a, str>, extra: &[char]) -> Cow<'a, str> {
    let is_outside = |c: char| c.is_whitespace() || extra.contains(&c);
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_matches(is_outside)),
        Cow::Owned(text) => Cow::Owned(text.trim_matches(is_outside).to_owned()),
    }
}

fn lower(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.bytes().any(|c| c.is_ascii_uppercase()) { Cow::Owned(text.to_ascii_lowercase()) } else { text }
}

/// Lower case, ASCII form, without `autod:` in front and a dot at the end.
pub(crate) fn domain(text: Cow<'_, str>) -> Cow<'_, str> {
    let text = lower(trim(text, &[]));
    let text = match text {
        Cow::Borrowed(text) => Cow::Borrowed(strip_domain(text)),
        Cow::Owned(text) => Cow::Owned(strip_domain(&text).to_owned()),
    };
    if text.is_ascii() {
        return text;
    }
    match idna::domain_to_ascii(&text) {
        Ok(ascii) => Cow::Owned(ascii),
        Err(_) => text,
    }
}

fn strip_domain(text: &str) -> &str {
    let text = text.strip_prefix("autod:").unwrap_or(text);
    text.strip_suffix('.').unwrap_or(text)
}

/// Pasted thumbprints carry blanks and invisible characters.
fn thumbprint(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.bytes().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase()) {
        return text;
    }
    let digits = text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase());
    Cow::Owned(digits.collect())
}

/// `Version 15.2 (Build 986.5)` as `15.2.986.5`.
fn version(text: &str) -> Option<String> {
    let (major, build) = text.trim().strip_prefix("Version ")?.split_once(" (Build ")?;
    Some(format!("{major}.{}", build.strip_suffix(')')?))
}

/// `{"Major":15,"Minor":2,"Build":986,"Revision":5}`.
fn version_object(node: NodeRef<'_>) -> Option<String> {
    let part =
        |name: &str| text_of(node.property(name)?).filter(|text| text.parse::<i64>().is_ok_and(|n| n >= 0));
    let (major, minor) = (part("Major")?, part("Minor")?);
    let mut version = format!("{major}.{minor}");
    for name in ["Build", "Revision"] {
        let Some(number) = part(name) else { break };
        version.push('.');
        version.push_str(&number);
    }
    Some(version)
}

fn boolean<'a>(_: NodeRef<'_>, text: &str) -> Option<Value<'a>> {
    let text = text.trim().trim_start_matches('$');
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    if is("true") || is("1") {
        Some(Value::Bool(true))
    } else if is("false") || is("0") {
        Some(Value::Bool(false))
    } else {
        None
    }
}

/// The schema's spelling of a name, or the name of a number. A name that the schema does not have is taken as it is:
/// newer versions of Exchange have more.
fn enum_name<'a>(text: &str, names: &'a EnumType) -> Option<Cow<'a, str>> {
    let text = text.trim();
    if let Some(name) = names.names.iter().find(|name| name.eq_ignore_ascii_case(text)) {
        return Some(Cow::Borrowed(name));
    }
    if let Ok(number) = text.parse::<i64>() {
        return names.numbers.get(&number).map(|name| Cow::Borrowed(name.as_str()));
    }
    let is_name = !text.is_empty() && !is_cut(text) && text.chars().all(|c| c.is_alphanumeric() || c == '_');
    is_name.then(|| Cow::Owned(text.to_owned()))
}

/// `A, B` or a sum of numbers as a list of names.
fn flags<'a>(place: Place<'a>, node: NodeRef<'a>, names: &'a EnumType) -> Read<'a> {
    if node.kind() == Kind::Null {
        return Ok(Value::Null);
    }
    if node.kind() == Kind::List {
        let mut all = Vec::new();
        for item in node.items() {
            let text = text_of(item).unwrap_or_default();
            all.push(Value::Text(enum_name(&text, names).ok_or(Lack::Value { place, why: Obscured::Cut })?));
        }
        return Ok(Value::list(all));
    }
    convert(place, node, "a value that this version knows", |_, text| {
        let found = match text.trim().parse::<i64>() {
            Ok(sum) => flag_names(sum, names)?,
            Err(_) => text.split(',').map(|name| enum_name(name, names)).collect::<Option<Vec<_>>>()?,
        };
        Some(Value::list(found.into_iter().map(Value::Text).collect()))
    })
}

fn flag_names(sum: i64, names: &EnumType) -> Option<Vec<Cow<'_, str>>> {
    if let Some(name) = names.numbers.get(&sum) {
        return Some(vec![Cow::Borrowed(name)]);
    }
    let set = names.numbers.iter().filter(|(number, _)| **number != 0 && sum & **number == **number);
    let (total, found) = set.fold((0, Vec::new()), |(total, mut found), (number, name)| {
        found.push(Cow::Borrowed(name.as_str()));
        (total | number, found)
    });
    (total == sum).then_some(found)
}

/// A list: of nodes, of words in one string (what `ConvertTo-Json` writes past its depth), of one item without a
/// list around it, or nothing.
fn list<'a>(place: Place<'a>, node: NodeRef<'a>, kind: &'a PropertyType) -> List<'a> {
    let cut = || Lack::Value { place, why: Obscured::Cut };
    let unknown = || List { items: Vec::new(), lacks: cut().into() };
    match node.kind() {
        Kind::Null => List::default(),
        Kind::List => list_of_nodes(place, node, kind),
        Kind::Object if node.property("value").is_some_and(|value| value.kind() == Kind::List) => {
            // `{"value": […], "Count": n}`
            node.property("value").map_or_else(unknown, |value| list(place, value, kind))
        }
        Kind::String => {
            let text = node.value();
            if text.trim().is_empty() {
                List::default()
            } else if is_cut(&text) {
                unknown()
            } else if altered::is_redacted(&text) {
                List { items: Vec::new(), lacks: Lack::Value { place, why: Obscured::Redacted }.into() }
            } else {
                list_of_words(place, node, &text, kind)
            }
        }
        _ => match item(place, node, kind) {
            // What stands for the list says nothing: not even that it has an item.
            Item { value: Err(lack), .. } => List { items: Vec::new(), lacks: lack.into() },
            only => List { items: vec![only], lacks: Lacks::default() },
        },
    }
}

fn list_of_nodes<'a>(place: Place<'a>, node: NodeRef<'a>, kind: &'a PropertyType) -> List<'a> {
    let mut list = List::default();
    for child in node.items() {
        if child.kind() == Kind::Cut {
            list.lacks.push(Lack::Value { place, why: Obscured::Cut });
            continue;
        }
        if let Some(known) = child.resolve().and_then(|child| marked_as_cut(child)) {
            list.lacks.push(Lack::Value { place, why: Obscured::Cut });
            if !known.is_empty() {
                list.items.push(Item::computed(Value::Text(text_canonical(Cow::Owned(known), kind))));
            }
            continue;
        }
        list.items.push(item(place, child, kind));
    }
    list
}

/// The item before the `...` with which Format-List ends a list that it has cut.
fn marked_as_cut(node: NodeRef<'_>) -> Option<String> {
    if node.kind() != Kind::String {
        return None;
    }
    let text = node.value();
    let known = text.strip_suffix("...").or_else(|| text.strip_suffix('…'))?;
    Some(known.trim().to_owned())
}

fn item<'a>(place: Place<'a>, node: NodeRef<'a>, kind: &'a PropertyType) -> Item<'a> {
    let place = Place { node: node.index(), ..place };
    Item { value: read(place, node, kind), place: Some(place) }
}

fn list_of_words<'a>(place: Place<'a>, node: NodeRef<'a>, text: &str, kind: &'a PropertyType) -> List<'a> {
    // Items of these kinds have no blanks of their own.
    let has_no_blanks = matches!(
        kind,
        PropertyType::Text(
            TextKind::Domain | TextKind::Address | TextKind::Url | TextKind::Guid | TextKind::Thumbprint
        ) | PropertyType::Enum(_)
    );
    // Addresses and URLs may have commas of their own.
    let has_no_commas =
        has_no_blanks && !matches!(kind, PropertyType::Text(TextKind::Address | TextKind::Url));
    let is_separator = |c: char| c.is_whitespace() || (has_no_commas && matches!(c, ',' | ';'));
    if !text.trim().contains(is_separator) {
        return List { items: vec![item(place, node, kind)], lacks: Lacks::default() };
    }
    let place = Place { node: node.index(), ..place };
    let cut = Lack::Value { place, why: Obscured::Cut };
    if !has_no_blanks {
        // One item with blanks, or several: not blank, and no more is known.
        return List { items: vec![Item { value: Err(cut), place: Some(place) }], lacks: cut.into() };
    }
    let is_end = |c: char| is_separator(c) || c == ',';
    let words = text.split(is_end).filter(|word| !word.is_empty());
    let items =
        words.map(|word| Item { value: word_of(word, kind).map(Value::Text).ok_or(cut), place: Some(place) });
    List { items: items.collect(), lacks: Lacks::default() }
}

/// A word of a list; `None` for the number of an enum whose name is not known.
fn word_of<'a>(word: &str, kind: &'a PropertyType) -> Option<Cow<'a, str>> {
    match kind {
        PropertyType::Enum(names) => enum_name(word, names),
        _ => Some(text_canonical(Cow::Owned(word.to_owned()), kind)),
    }
}

fn text_canonical<'a>(text: Cow<'a, str>, kind: &'a PropertyType) -> Cow<'a, str> {
    match kind {
        PropertyType::Text(kind) => canonical(text, *kind),
        PropertyType::Enum(names) => enum_name(&text, names).unwrap_or(text),
        _ => text,
    }
}

/// `PT8H`, `08:00:00`, `1.00:00:00.0000000`, or the object that `ConvertTo-Json` makes of a `TimeSpan`.
fn time_span(node: NodeRef<'_>, text: &str) -> Option<SignedDuration> {
    if let Some(ticks) = node.property("Ticks").and_then(|ticks| text_of(ticks)?.parse::<i64>().ok()) {
        // A tick is 100 nanoseconds.
        let nanoseconds = i32::try_from(ticks % 10_000_000 * 100).ok()?;
        return Some(SignedDuration::new(ticks / 10_000_000, nanoseconds));
    }
    let text = text.trim();
    if text.contains('P') {
        return text.parse::<SignedDuration>().ok().or_else(|| days_and_time(text));
    }
    clock(text)
}

/// `P1DT2H`: an ISO 8601 duration with days, which here are always of 24 hours.
fn days_and_time(text: &str) -> Option<SignedDuration> {
    let (is_negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (days, rest) = text.strip_prefix('P')?.split_once('D')?;
    let days = SignedDuration::from_secs(days.parse::<i64>().ok()?.checked_mul(86_400)?);
    let time = if rest.is_empty() {
        SignedDuration::ZERO
    } else {
        format!("P{rest}").parse::<SignedDuration>().ok()?
    };
    let duration = days.checked_add(time)?;
    if is_negative { duration.checked_neg() } else { Some(duration) }
}

/// `[-][d.]hh:mm[:ss[.fffffff]]`.
fn clock(text: &str) -> Option<SignedDuration> {
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let mut parts = text.split(':');
    let (head, minutes) = (parts.next()?, parts.next()?);
    let seconds = parts.next().unwrap_or("0");
    if parts.next().is_some() {
        return None;
    }
    let (days, hours) = head.split_once('.').unwrap_or(("0", head));
    let (seconds, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
    let number = |text: &str, limit: i64| text.parse::<i64>().ok().filter(|n| (0..limit).contains(n));
    let whole = number(days, 100_000_000)? * 86_400
        + number(hours, 25)? * 3600
        + number(minutes, 60)? * 60
        + number(seconds, 60)?;
    Some(SignedDuration::new(whole, nanoseconds(fraction)?) * sign)
}

/// The digits behind the point of a number of seconds.
fn nanoseconds(fraction: &str) -> Option<i32> {
    let digits = fraction.get(..fraction.len().min(9))?;
    let unit = 10_i32.pow(9 - u32::try_from(digits.len()).ok()?);
    let is_number = digits.bytes().all(|c| c.is_ascii_digit());
    digits.parse::<i32>().ok().filter(|_| is_number)?.checked_mul(unit)
}

/// The point in time that a node says.
pub(super) fn timestamp(node: NodeRef<'_>) -> Option<Timestamp> {
    let node = node.resolve()?;
    date_time(node, &text_of(node)?)
}

/// ISO 8601 (without a zone: UTC), `/Date(ms)/`, or an object around one.
fn date_time(node: NodeRef<'_>, text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Some(milliseconds) = text.strip_prefix("/Date(").and_then(|rest| rest.strip_suffix(")/")) {
        // A zone may follow; the milliseconds are in UTC all the same.
        let digits = milliseconds.split('+').next().unwrap_or_default();
        let digits = digits.get(1..).and_then(|rest| rest.find('-')).map_or(digits, |at| &digits[..=at]);
        return Timestamp::from_millisecond(digits.parse().ok()?).ok();
    }
    if !text.contains('T') {
        return node.property("value").and_then(|inner| date_time(inner, &text_of(inner)?));
    }
    text.parse::<Timestamp>().ok().or_else(|| {
        let local = text.parse::<civil::DateTime>().ok()?;
        jiff::tz::Offset::UTC.to_timestamp(local).ok()
    })
}

/// Names of the properties of a record whose values the export has cut.
pub(crate) fn cuts(record: &Record) -> Vec<(usize, Place<'_>)> {
    let properties = 0..record.cmdlet().object.properties().len();
    properties
        .filter_map(|property| is_property_cut(record, property).map(|place| (property, place)))
        .collect()
}

fn is_property_cut(record: &Record, property: usize) -> Option<Place<'_>> {
    record.property_node(property)?;
    let is_cut = |lack: &Lack<'_>| matches!(lack, Lack::Value { why: Obscured::Cut, .. });
    match record.read(property) {
        Err(Lack::Value { place, why: Obscured::Cut }) => Some(place),
        Ok((Value::List(list), place)) => {
            let items = list.items.iter().filter_map(|item| item.value.as_ref().err());
            list.lacks.iter().chain(items).any(is_cut).then_some(place)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_with_days_and_fractions() {
        let nanoseconds = |text: &str| clock(text).map(|duration| duration.as_nanos());
        assert_eq!(nanoseconds("08:30"), Some(30_600 * 1_000_000_000));
        assert_eq!(nanoseconds("1.00:00:00.0000001"), Some(86_400 * 1_000_000_000 + 100));
        assert_eq!(nanoseconds("-00:00:00.5"), Some(-500_000_000));
        assert_eq!(nanoseconds("00:00:00.1234567899"), Some(123_456_789));
        for text in ["8", "25:00:00", "00:60:00", "00:00:00:00", "00:00:00.", "00:00:00.x", "00:00:00.-1"] {
            assert_eq!(nanoseconds(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_of_flags_have_the_names_of_their_items() {
        let registry = crate::schema::Registry::embedded().unwrap();
        let certificate = &registry.cmdlet(registry.find("ExchangeCertificate").unwrap()).object;
        let services = &certificate.properties()[certificate.find("Services").unwrap()].kind;
        for (number, names) in [(0, "None"), (16, "SMTP"), (25, "IMAP, IIS, SMTP")] {
            assert_eq!(value_of_number(number, services).map(|value| value.to_string()), Some(names.into()));
        }
        assert!(value_of_number(1 << 20, services).is_none());
    }

    #[test]
    fn type_names_and_properties_in_braces_are_cut_values() {
        for text in [
            "System.Collections.Hashtable",
            "Deserialized.System.Object[]",
            "Microsoft.Exchange.Data.MultiValuedProperty`1[System.String]",
            " @{Domain=contoso.com} ",
        ] {
            assert!(is_cut(text), "{text}");
        }
        for text in
            ["", "System", "System.", "System..Text", "System.Text is a namespace", "contoso.com", "@"]
        {
            assert!(!is_cut(text), "{text}");
        }
    }
}
