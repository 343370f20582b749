//! What lints could not see, put together by what would settle it.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Need, Side};
use crate::schema::Registry;
use crate::snapshot::{Lack, Obscured, Place};

/// What is lacking and what exports it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    what: String,
    cmdlet: Option<&'static str>,
    command: Option<String>,
    side: Option<Side>,
}

/// The needs of one lint.
#[derive(Debug, Default)]
pub(super) struct Needs {
    objects: BTreeMap<Key, u64>,
}

impl Needs {
    pub(super) fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// Notes why something could not be judged; `is_object` when that something is an object (or a pair of them).
    pub(super) fn add(&mut self, registry: &'static Registry, lacks: &[Lack<'_>], is_object: bool) {
        // Several reasons of one kind for one object count once.
        let keys: BTreeSet<Key> = lacks.iter().map(|lack| key(registry, lack)).collect();
        for key in keys {
            let counts = is_object && !key.what.starts_with("no export");
            *self.objects.entry(key).or_default() += u64::from(counts);
        }
    }

    pub(super) fn list(&self) -> Vec<Need> {
        let needs = self.objects.iter().map(|(key, &objects)| Need {
            what: key.what.clone(),
            cmdlet: key.cmdlet.map(str::to_owned),
            command: key.command.clone(),
            script: None,
            side: key.side,
            objects,
        });
        needs.collect()
    }
}

fn key(registry: &'static Registry, lack: &Lack<'_>) -> Key {
    match *lack {
        Lack::Export { side, noun } => {
            let cmdlet = registry.cmdlet(noun);
            let what = format!("no export of {} ({side})", cmdlet.name);
            Key { what, cmdlet: Some(&cmdlet.name), command: cmdlet.export_command(side), side: Some(side) }
        }
        Lack::Incomplete { side, noun } => {
            let cmdlet = registry.cmdlet(noun);
            let what =
                format!("{} ({side}): not all objects could be read or told apart by side", cmdlet.name);
            Key { what, cmdlet: Some(&cmdlet.name), command: cmdlet.export_command(side), side: Some(side) }
        }
        Lack::Object { side, noun } => {
            let cmdlet = registry.cmdlet(noun);
            let what = format!("{} ({side}): no object for what is judged was exported", cmdlet.name);
            Key { what, cmdlet: Some(&cmdlet.name), command: cmdlet.export_command(side), side: Some(side) }
        }
        Lack::Property { record, property } => {
            let name =
                record.cmdlet().object.properties().get(property).map_or("", |property| &property.name);
            let what = format!(
                "{}: the export lacks the property {name}",
                place_name(record.cmdlet().name.as_str(), record.side())
            );
            Key {
                what,
                cmdlet: Some(&record.cmdlet().name),
                command: record.side().and_then(|side| record.cmdlet().export_command(side)),
                side: record.side(),
            }
        }
        Lack::Value { place, why } => value_key(place, why),
        Lack::Expression(what) => {
            Key { what: format!("the lint asks for {what}"), cmdlet: None, command: None, side: None }
        }
    }
}

fn place_name(cmdlet: &str, side: Option<Side>) -> String {
    side.map_or_else(|| cmdlet.to_owned(), |side| format!("{cmdlet} ({side})"))
}

fn value_key(place: Place<'_>, why: Obscured) -> Key {
    let record = place.record;
    let cmdlet = record.cmdlet();
    let reason = match why {
        Obscured::Cut => "was cut by the export".to_owned(),
        Obscured::Dangling => "refers to an object that is not in the export".to_owned(),
        Obscured::NotA(expected) => format!("is not {expected}"),
        Obscured::Blank => "is blank".to_owned(),
        Obscured::Contradicted => "is not the same in all exports of the object".to_owned(),
    };
    let what = format!("{}: {} {reason}", place_name(&cmdlet.name, record.side()), place.property_name());
    let command =
        record.side().filter(|_| why != Obscured::Blank).and_then(|side| cmdlet.export_command(side));
    let name = (why != Obscured::Blank).then_some(cmdlet.name.as_str());
    Key { what, cmdlet: name, command, side: record.side() }
}
