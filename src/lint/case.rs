//! The cases of a lint: small snapshots with the outcome that the lint must have.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Outcome, Platform, Severity};
use crate::schema::{NounId, Registry};
use crate::toml_file::{self as file, Located};

/// Day by which cases without `as_of` are judged.
const CASE_DAY: &str = "2026-11-23";

/// What stands for null in a case: TOML has none.
const NULL: &str = "@null";
/// What stands for a value that was cut by depth.
const TRUNCATED: &str = "@truncated";
/// What marks a list that was cut, as its last item.
const MORE: &str = "@more";

/// The outcome that a case expects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// Outcome of the lint.
    pub outcome: Outcome,
    /// Number of findings, where the case says it.
    pub findings: Option<u64>,
    /// Severity of all findings, where the case says it.
    pub severity: Option<Severity>,
}

/// One export of a case.
#[derive(Clone, Debug)]
pub struct CaseExport {
    /// Side.
    pub side: Platform,
    /// Cmdlet.
    pub noun: NounId,
    /// Its objects as `ConvertTo-Json` would write them.
    pub json: String,
}

/// A case.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its name.
    pub name: String,
    /// What must come out.
    pub expected: Expected,
    /// The day to judge by, `YYYY-MM-DD`.
    pub as_of: String,
    /// All exports there are.
    pub exports: Vec<CaseExport>,
    /// Where it stands in the file.
    pub range: Range<usize>,
}

/// A mistake: where, what, and what to do.
pub(super) type Mistake = (Range<usize>, String, Option<String>);

/// All cases of a lint file.
pub(super) fn all(
    text: &str,
    fields: &DeTable<'_>,
    registry: &Registry,
    mistakes: &mut Vec<Mistake>,
) -> Vec<Case> {
    let items = file::member(fields, "case").and_then(|node| node.get_ref().as_array()).into_iter().flatten();
    let mut cases = Vec::new();
    for (table, range) in items.filter_map(|item| Some((item.get_ref().as_table()?, item.span()))) {
        match parse(text, table, range.clone(), registry, mistakes) {
            Some(case) => cases.push(case),
            None => mistakes.push((range, "a case needs a `name` and an `expect`".into(), None)),
        }
    }
    cases
}

fn parse(
    text: &str,
    table: &DeTable<'_>,
    range: Range<usize>,
    registry: &Registry,
    mistakes: &mut Vec<Mistake>,
) -> Option<Case> {
    let string = |name: &str| file::member(table, name).and_then(|node| Located::new(text, node));
    let name = string("name")?.text.to_owned();
    let outcome = match string("expect")?.text {
        "fail" => Outcome::Failed,
        "pass" => Outcome::Passed,
        "unknown" => Outcome::Unknown,
        "not-applicable" => Outcome::NotApplicable,
        _ => return None,
    };
    let findings = file::member(table, "findings").and_then(|node| file::to_json(node.get_ref()).as_u64());
    let severity = string("severity").and_then(|word| word.text.parse().ok());
    let as_of = string("as_of").map_or(CASE_DAY.to_owned(), |date| date.text.to_owned());
    let mut exports = Vec::new();
    for side in Platform::ALL {
        let Some(DeValue::Table(nouns)) = file::member(table, side.name()).map(toml::Spanned::get_ref) else {
            continue;
        };
        for (noun, key, value) in file::in_order(nouns) {
            exports.extend(export(registry, side, (noun, key), value.get_ref(), mistakes));
        }
    }
    let expected = Expected { outcome, findings, severity };
    Some(Case { name, expected, as_of, exports, range })
}

fn export(
    registry: &Registry,
    side: Platform,
    (name, key): (&str, Range<usize>),
    value: &DeValue<'_>,
    mistakes: &mut Vec<Mistake>,
) -> Option<CaseExport> {
    let Some(noun) = registry.find(name) else {
        let help = registry.suggest(name).map(|name| format!("did you mean `{name}`?"));
        mistakes.push((key, format!("no cmdlet has the noun `{name}`"), help));
        return None;
    };
    let cmdlet = registry.cmdlet(noun);
    if !cmdlet.sides.contains(&side) {
        mistakes.push((key, format!("{} does not exist in {side}", cmdlet.name), None));
        return None;
    }
    let object = &cmdlet.object;
    let items = value.as_array().into_iter().flatten();
    for (key, range, _) in items.filter_map(|item| item.get_ref().as_table()).flat_map(file::in_order) {
        if object.find_exact(key).is_none() && key != "RawData" && key != "PSComputerName" {
            let help = object.suggest(key).map(|name| format!("did you mean `{name}`?"));
            mistakes.push((range, format!("{} has no property `{key}`", object.name), help));
        }
    }
    Some(CaseExport { side, noun, json: exported(file::to_json(value)).to_string() })
}

/// The markers of a case as exports write what they stand for.
fn exported(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::String(text) => match text.as_str() {
            NULL => Value::Null,
            TRUNCATED => Value::String("@{Cut=}".into()),
            MORE => Value::String("...".into()),
            _ => Value::String(text),
        },
        Value::Array(items) => items.into_iter().map(exported).collect(),
        Value::Object(members) => {
            Value::Object(members.into_iter().map(|(name, value)| (name, exported(value))).collect())
        }
        other => other,
    }
}
