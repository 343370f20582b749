//! Where a lint stands on the way of a request: the gates it decides, and the object it is about.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::OnceLock;

use serde_json::Value;
use toml::de::{DeTable, DeValue};

use crate::schema::{LINT_SCHEMA_PATH, closest, embedded_schema};
use crate::toml_file::{self as file, Located, TomlFile};

/// The gates that a lint decides, by id, each with its place among the lints that decide it.
pub(super) fn gates(fields: &DeTable<'_>) -> BTreeMap<String, u64> {
    let places = table(fields).into_iter().flat_map(file::in_order);
    places
        .filter_map(|(id, _, place)| Some((id.to_owned(), file::to_json(place.get_ref()).as_u64()?)))
        .collect()
}

/// The index of the binding whose object the findings are about; a name that is not bound is a mistake.
pub(super) fn about<'b>(
    file: &mut TomlFile,
    text: &str,
    fields: &DeTable<'_>,
    mut bindings: impl Iterator<Item = &'b str>,
) -> Option<usize> {
    let name = Located::new(text, file::member(fields, "about")?)?;
    let bound = file::member(fields, "for").and_then(|node| node.get_ref().as_table());
    let names: Vec<&str> = bound.into_iter().flat_map(file::in_order).map(|(name, _, _)| name).collect();
    if !names.contains(&name.text) {
        let help = closest(name.text, names.iter().copied()).map(|name| format!("did you mean `{name}`?"));
        file.mistake(name.range, format!("`[for]` binds no name `{}`", name.text), help);
    }
    bindings.position(|binding| binding == name.text)
}

/// Gates that do not exist.
pub(super) fn check(file: &mut TomlFile, fields: &DeTable<'_>) {
    for (id, key, _) in table(fields).into_iter().flat_map(file::in_order) {
        check_id(file, id, key);
    }
}

fn check_id(file: &mut TomlFile, id: &str, key: Range<usize>) {
    let known = || ids().iter().map(String::as_str);
    if !known().any(|known| known == id) {
        let help = closest(id, known()).map(|id| format!("did you mean `{id}`?"));
        let help = help.unwrap_or_else(|| "see lints/README.md for the gates".into());
        file.mistake(key, format!("there is no gate `{id}`"), Some(help));
    }
}

fn table<'t>(fields: &'t DeTable<'t>) -> Option<&'t DeTable<'t>> {
    match file::member(fields, "gates")?.get_ref() {
        DeValue::Table(table) => Some(table),
        _ => None,
    }
}

/// Ids of all gates, from the schema of lint files.
fn ids() -> &'static [String] {
    static IDS: OnceLock<Vec<String>> = OnceLock::new();
    IDS.get_or_init(|| {
        let schema: Option<Value> =
            embedded_schema(LINT_SCHEMA_PATH).and_then(|text| serde_json::from_str(text).ok());
        let gates = schema.as_ref().and_then(|schema| schema.pointer("/properties/gates/properties"));
        gates.and_then(Value::as_object).into_iter().flat_map(|gates| gates.keys().cloned()).collect()
    })
}
