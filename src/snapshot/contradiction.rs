//! Exports that cannot all be of one moment: which objects they show otherwise, which cmdlets, and whether their files
//! are two snapshots that were put into one run.

use std::collections::{BTreeMap, BTreeSet};

use super::{Collection, Contradiction, Snapshot, sighting};
use crate::diagnostic::{Diagnostic, Label, NounId, Problem};
use crate::schema::Cardinality;
use crate::source::{SourceId, Sources};

/// So many objects that differ between two groups of files make them two snapshots.
const OBJECTS_OF_TWO_SNAPSHOTS: usize = 3;

/// So does this share of the objects that both have, one in …
const SHARE_OF_TWO_SNAPSHOTS: usize = 3;

/// Finds what contradicts, notes it in the snapshot, and tells of it.
pub(super) fn find(snapshot: &mut Snapshot, sources: &Sources) -> Vec<Diagnostic> {
    let mut problems = exports(snapshot, sources);
    let pairs = Pairs::of(snapshot, sources);
    match pairs.two_snapshots() {
        Some((first, second, nouns)) => {
            let (first, second) = (first.to_owned().into(), second.to_owned().into());
            let problem = Problem::TwoSnapshots { first, second };
            problems.push(Diagnostic::problem(problem).with_help(
                "compare them with `freebusy-lint diff`, check each by itself, or name them in `[[snapshot]]` of freebusy-lint.toml",
            ));
            for ((noun, _), of) in &mut snapshot.placed {
                of.is_contradicted |= nouns.contains(noun);
            }
        }
        None => problems.extend(snapshot.contradictions().map(|found| told(&found))),
    }
    problems
}

/// Exports of settings that say that there are none, beside others that show some.
fn exports(snapshot: &mut Snapshot, sources: &Sources) -> Vec<Diagnostic> {
    let registry = snapshot.registry;
    let mut problems = Vec::new();
    for ((noun, _), of) in &mut snapshot.placed {
        let cmdlet = registry.cmdlet(*noun);
        if cmdlet.cardinality != Cardinality::Organization {
            continue;
        }
        let Some((with, without)) = contrary(of) else { continue };
        of.is_contradicted = true;
        let problem = Problem::ExportsContradict {
            cmdlet: cmdlet.name.clone().into(),
            with: sources.path(with).to_owned().into(),
            without: sources.path(without).to_owned().into(),
        };
        problems.push(Diagnostic::problem(problem).with_help("leave out the export that is out of date"));
    }
    problems
}

/// An export with objects, and one that proves that there are none.
fn contrary(of: &Collection) -> Option<(SourceId, SourceId)> {
    let with = of.shown.iter().find(|shown| shown.records > 0)?;
    let without = of.shown.iter().find(|shown| shown.records == 0 && shown.extent.proves_absence())?;
    Some((with.source, without.source))
}

fn told(found: &Contradiction<'_>) -> Diagnostic {
    let cmdlet = found.record.cmdlet().name.clone().into();
    let object = found.record.identity().into();
    let property = found.one.property_name().into();
    let problem = if found.is_decided {
        Problem::LaterExportCounts { cmdlet, object, property }
    } else {
        Problem::ObjectContradicts { cmdlet, object, property }
    };
    let labels = [(found.one, true), (found.other, false)].into_iter().filter_map(|(place, is_primary)| {
        let range = place.node_ref()?.span().range();
        Some(Label::new(place.record.text().clone(), range, "", is_primary))
    });
    labels.fold(Diagnostic::problem(problem), Diagnostic::with_label)
}

/// By two groups of files: the objects that both show, and those of them that they show otherwise.
#[derive(Default)]
struct Pairs(BTreeMap<(String, String), Pair>);

#[derive(Default)]
struct Pair {
    objects: usize,
    contrary: usize,
    nouns: BTreeSet<NounId>,
}

impl Pairs {
    fn of(snapshot: &Snapshot, sources: &Sources) -> Self {
        let mut pairs = Self::default();
        for record in &snapshot.records {
            let shown = sighting::sources(record);
            let [first, rest @ ..] = shown.as_slice() else { continue };
            let contrary: BTreeSet<SourceId> = sighting::contradictions(record)
                .iter()
                .flat_map(|found| [found.one.record.text().source(), found.other.record.text().source()])
                .collect();
            for other in rest {
                let Some(names) = group_names(sources.path(*first), sources.path(*other)) else { continue };
                let pair = pairs.0.entry(names).or_default();
                pair.objects += 1;
                if contrary.contains(first) && contrary.contains(other) {
                    pair.contrary += 1;
                    pair.nouns.insert(record.noun());
                }
            }
        }
        pairs
    }

    /// Two groups that cannot be of one moment, and the nouns that they differ in.
    fn two_snapshots(&self) -> Option<(&str, &str, BTreeSet<NounId>)> {
        let is_two = |pair: &Pair| {
            pair.contrary >= OBJECTS_OF_TWO_SNAPSHOTS
                || (pair.contrary > 0 && pair.contrary * SHARE_OF_TWO_SNAPSHOTS >= pair.objects)
        };
        let ((first, second), pair) = self.0.iter().find(|(_, pair)| is_two(pair))?;
        Some((first, second, pair.nouns.clone()))
    }
}

/// What two files are groups by: their folders, but for words that tell the platform; else what their names have
/// besides the other's; else the files. `None` for one file.
fn group_names(a: &str, b: &str) -> Option<(String, String)> {
    if a == b {
        return None;
    }
    let folder = |path: &str| {
        let folders = path.rsplit_once(['/', '\\']).map_or("", |(folders, _)| folders);
        let is_platform = |part: &&str| super::identify::side_of_name(part).is_some();
        folders.split(['/', '\\']).filter(|part| !is_platform(part)).collect::<Vec<_>>().join("/")
    };
    let pair = match (folder(a), folder(b)) {
        (one, other) if one != other => (one, other),
        _ => (a.to_owned(), b.to_owned()),
    };
    Some(if pair.0 <= pair.1 { pair } else { (pair.1, pair.0) })
}
