//! Objects of two snapshots: created, removed, renamed, changed.

use super::matching::{self, Pairs};
use super::value::Known;
use crate::diagnostic::{
    Comparison, ObjectChange, ObjectFate, Platform, PropertyChange, Scope, Seen, Subject, Uncompared,
};
use crate::engine::{anchor_label, place_label};
use crate::exchange::same;
use crate::schema::{NounId, PropertyType};
use crate::snapshot::{Nested, Place, Record, Value, View, coerce};

/// Objects within objects are compared down to this depth; the types of schemas are not deeper.
const MAX_DEPTH: usize = 4;

/// Compares the objects of a cmdlet.
pub(super) fn compare(earlier: View<'_>, later: View<'_>, noun: NounId, comparison: &mut Comparison) {
    let of = |view: View<'_>, side: Platform| view.is_exported(side, noun);
    for side in Platform::ALL {
        let has = (of(earlier, side), of(later, side));
        let cmdlet = &earlier.registry().cmdlet(noun).name;
        let mut note = |why| {
            comparison.uncompared.push(Uncompared { side: Some(side), cmdlet: cmdlet.clone(), why });
        };
        match has {
            (false, false) => {}
            (true, false) => note("no export in AFTER"),
            (false, true) => note("no export in BEFORE"),
            (true, true) => compare_side(earlier, later, Some(side), noun, comparison),
        }
    }
    compare_side(earlier, later, None, noun, comparison);
}

fn compare_side(
    earlier: View<'_>,
    later: View<'_>,
    side: Option<Platform>,
    noun: NounId,
    comparison: &mut Comparison,
) {
    let Pairs { both, gone, new } = matching::pair(records(earlier, side, noun), records(later, side, noun));
    for (before, after) in both {
        match changed(before, after) {
            Some(change) => comparison.objects.push(change),
            None => comparison.unchanged += 1,
        }
    }
    // An object may be in what could not be read.
    let is_whole = |view: View<'_>| side.is_some_and(|side| view.lacks(Scope::One(side), noun).is_empty());
    if is_whole(later) {
        comparison.objects.extend(gone.into_iter().map(|record| only_in(record, ObjectFate::Removed)));
    } else if let Some(first) = gone.first() {
        note(comparison, side, first, "the export in AFTER could not be read whole");
    }
    if is_whole(earlier) {
        comparison.objects.extend(new.into_iter().map(|record| only_in(record, ObjectFate::Created)));
    } else if let Some(first) = new.first() {
        note(comparison, side, first, "the export in BEFORE could not be read whole");
    }
}

fn note(comparison: &mut Comparison, side: Option<Platform>, record: &Record, why: &'static str) {
    let why = if side.is_none() { "the side is unclear" } else { why };
    comparison.uncompared.push(Uncompared { side, cmdlet: record.cmdlet().name.clone(), why });
}

fn records<'s>(view: View<'s>, side: Option<Platform>, noun: NounId) -> Vec<&'s Record> {
    match side {
        Some(side) => view.records(Scope::One(side), noun),
        None => view.unplaced(noun),
    }
}

/// By side, cmdlet and name, so that nothing depends on the order of files.
pub(super) fn sort(comparison: &mut Comparison) {
    comparison.objects.sort_by_cached_key(|change| {
        let subject = &change.subject;
        (subject.side, subject.cmdlet.clone(), subject.object.clone(), change.fate)
    });
    comparison.uncompared.sort();
    comparison.uncompared.dedup();
}

fn subject(record: &Record) -> Subject {
    let object = Some(record.identity()).filter(|name| !name.is_empty());
    Subject { side: record.side(), cmdlet: record.cmdlet().name.clone(), object }
}

/// An object that only one of the exports has, with all that it says.
fn only_in(record: &Record, fate: ObjectFate) -> ObjectChange {
    let mut properties = Vec::new();
    for (index, property) in record.cmdlet().object.properties().iter().enumerate() {
        if super::is_noise(&property.name) || property.name == "Name" {
            continue;
        }
        let Ok((value, place)) = record.read(index) else { continue };
        let Some(known) = Known::of(&value, &property.kind) else { continue };
        if matches!(known, Known::Blank) {
            continue;
        }
        let seen = Some(Seen { value: known.shown(), label: place_label(place) });
        let (before, after) = if fate == ObjectFate::Created { (None, seen) } else { (seen, None) };
        let name = property.name.clone();
        properties.push(PropertyChange { name, before, after, added: Vec::new(), removed: Vec::new() });
    }
    let anchor = Some(anchor_label(record));
    let (before, after) = if fate == ObjectFate::Created { (None, anchor) } else { (anchor, None) };
    ObjectChange { fate, subject: subject(record), was: None, is_made_anew: false, before, after, properties }
}

/// What differs in an object; `None` where nothing does.
fn changed(before: &Record, after: &Record) -> Option<ObjectChange> {
    let names = (before.identity(), after.identity());
    let was = (!names.0.eq_ignore_ascii_case(&names.1) && !names.0.is_empty()).then_some(names.0);
    let is_made_anew = match (matching::guid(before), matching::guid(after)) {
        (Some(a), Some(b)) => a != b,
        _ => false,
    };
    let mut properties = Vec::new();
    for (index, property) in after.cmdlet().object.properties().iter().enumerate() {
        let is_name = property.name == "Name";
        if super::is_noise(&property.name) || (is_name && was.is_some()) {
            continue;
        }
        if let (Ok(a), Ok(b)) = (before.read(index), after.read(index)) {
            // Exchange does not tell names apart by case.
            if is_name && is_same_text(&a.0, &b.0) {
                continue;
            }
            compare_values(&property.name, a, b, &property.kind, MAX_DEPTH, &mut properties);
        }
    }
    if properties.is_empty() && was.is_none() && !is_made_anew {
        return None;
    }
    Some(ObjectChange {
        fate: if was.is_some() { ObjectFate::Renamed } else { ObjectFate::Changed },
        subject: subject(after),
        was,
        is_made_anew,
        before: Some(anchor_label(before)),
        after: Some(anchor_label(after)),
        properties,
    })
}

fn is_same_text(a: &Value<'_>, b: &Value<'_>) -> bool {
    matches!((a, b), (Value::Text(a), Value::Text(b)) if same(a, b))
}

/// Adds what differs in a value, or in an object that is one.
fn compare_values(
    name: &str,
    (a, before): (Value<'_>, Place<'_>),
    (b, after): (Value<'_>, Place<'_>),
    kind: &PropertyType,
    depth: usize,
    changes: &mut Vec<PropertyChange>,
) {
    if let (Value::Nested(a), Value::Nested(b)) = (&a, &b) {
        if depth > 0 {
            compare_nested(name, *a, *b, depth - 1, changes);
        }
        return;
    }
    let (Some(a), Some(b)) = (Known::of(&a, kind), Known::of(&b, kind)) else { return };
    if a.is_same(&b) {
        return;
    }
    changes.push(PropertyChange {
        name: name.to_owned(),
        added: b.items_without(&a),
        removed: a.items_without(&b),
        before: Some(Seen { value: a.shown(), label: place_label(before) }),
        after: Some(Seen { value: b.shown(), label: place_label(after) }),
    });
}

fn compare_nested(name: &str, a: Nested<'_>, b: Nested<'_>, depth: usize, changes: &mut Vec<PropertyChange>) {
    for (index, property) in a.object.properties().iter().enumerate() {
        if super::is_noise(&property.name) {
            continue;
        }
        if let (Ok(a), Ok(b)) = (coerce::read_nested(a, index), coerce::read_nested(b, index)) {
            compare_values(&format!("{name}.{}", property.name), a, b, &property.kind, depth, changes);
        }
    }
}
