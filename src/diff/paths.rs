//! The way of requests in two runs.

use crate::diagnostic::{Comparison, GateChange, PathChange, PathSummary, Subject, Verdict};

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

fn key(path: &PathSummary) -> (crate::diagnostic::Direction, &str, Option<&str>, Option<&str>) {
    (path.direction, path.domain.as_str(), path.from.as_deref(), path.to.as_deref())
}

/// What decides where a request goes.
fn way(path: &PathSummary) -> (Option<(&str, Option<&Subject>, Option<&str>, Option<&str>)>, Verdict) {
    let used = path.used.as_ref().map(|used| {
        let object = used.object.as_ref().map(|hop| &hop.subject);
        let target = used.target.as_ref().map(|target| target.url.as_str());
        (used.auth, object, target, used.failure.map(|(word, _)| word))
    });
    (used, path.verdict())
}

fn change(
    (earlier, before): (Option<usize>, Option<&PathSummary>),
    (later, after): (Option<usize>, Option<&PathSummary>),
) -> PathChange {
    let is_changed = match (before, after) {
        (Some(before), Some(after)) => way(before) != way(after),
        _ => true,
    };
    let gates = match (before, after) {
        (Some(before), Some(after)) => gates(before, after),
        _ => Vec::new(),
    };
    PathChange { before: earlier, after: later, is_changed, gates }
}

fn gates(before: &PathSummary, after: &PathSummary) -> Vec<GateChange> {
    let state = |path: &PathSummary, title: &str| {
        path.gates.iter().find(|gate| gate.title == title).map(|gate| gate.state)
    };
    let mut titles: Vec<&'static str> = Vec::new();
    for gate in after.gates.iter().chain(&before.gates) {
        if !titles.contains(&gate.title) {
            titles.push(gate.title);
        }
    }
    let changes = titles.into_iter().map(|title| GateChange {
        title,
        before: state(before, title),
        after: state(after, title),
    });
    changes.filter(|change| change.before != change.after).collect()
}
