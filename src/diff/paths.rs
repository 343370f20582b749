//! The way of requests in two runs.

use crate::diagnostic::{
    Comparison, Direction, GateChange, GateSummary, PathChange, PathSummary, Subject, Verdict,
};

/// Pairs paths by direction and domain, in the order of the later run; those that are gone last.
pub(super) fn compare(comparison: &mut Comparison) {
    let (before, after) = (&comparison.before.paths, &comparison.after.paths);
    let mut rest: Vec<usize> = (0..before.len()).collect();
    let mut changes = Vec::new();
    for (index, path) in after.iter().enumerate() {
        let found = rest.iter().position(|&old| before.get(old).is_some_and(|old| key(old) == key(path)));
        let earlier = found.map(|position| rest.remove(position));
        changes.push(change((earlier, earlier.and_then(|old| before.get(old))), (Some(index), Some(path))));
    }
    changes.extend(rest.into_iter().map(|old| change((Some(old), before.get(old)), (None, None))));
    comparison.paths = changes;
}

fn key(path: &PathSummary) -> (Direction, &str, Option<&str>, Option<&str>) {
    (path.direction, path.domain.as_str(), path.from.as_deref(), path.to.as_deref())
}

/// What decides where a request goes, and whether it gets an answer.
#[derive(PartialEq, Eq)]
struct Way<'p> {
    verdict: Verdict,
    /// Blank where it is unknown what is used.
    auth: &'p str,
    object: Option<&'p Subject>,
    target: Option<&'p str>,
    failure: Option<&'p str>,
}

impl<'p> Way<'p> {
    fn of(path: &'p PathSummary) -> Self {
        let used = path.used.as_ref();
        let target = used.and_then(|used| used.target.as_ref());
        Self {
            verdict: path.verdict(),
            auth: used.map_or("", |used| used.auth),
            object: used.and_then(|used| used.object.as_ref()).map(|hop| &hop.subject),
            target: target.map(|target| target.url.as_str()),
            failure: used.and_then(|used| used.failure).map(|(word, _)| word),
        }
    }
}

fn change(
    (earlier, before): (Option<usize>, Option<&PathSummary>),
    (later, after): (Option<usize>, Option<&PathSummary>),
) -> PathChange {
    let is_changed = match (before, after) {
        (Some(before), Some(after)) => Way::of(before) != Way::of(after),
        _ => true,
    };
    let gates = match (before, after) {
        (Some(before), Some(after)) => gates(before, after),
        _ => Vec::new(),
    };
    PathChange { before: earlier, after: later, is_changed, gates }
}

fn gates(before: &PathSummary, after: &PathSummary) -> Vec<GateChange> {
    let state =
        |path: &PathSummary, id: &str| path.gates.iter().find(|gate| gate.id == id).map(|gate| gate.state);
    let mut all: Vec<&GateSummary> = Vec::new();
    for gate in after.gates.iter().chain(&before.gates) {
        if !all.iter().any(|known| known.id == gate.id) {
            all.push(gate);
        }
    }
    let changes = all.into_iter().map(|gate| GateChange {
        id: gate.id,
        title: gate.title,
        before: state(before, gate.id),
        after: state(after, gate.id),
    });
    changes.filter(|change| change.before != change.after).collect()
}
