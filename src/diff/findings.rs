//! Findings of two runs: fixed, new, remaining, and those that can no longer be judged.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::diagnostic::{Comparison, Diagnostic, LintSummary, NewFinding, Platform, Run};

/// What an object was called, by side, cmdlet and its name now, in lower case.
type Names = BTreeMap<(Option<Platform>, String, String), String>;

/// Finds the same faults in both runs.
pub(super) fn compare(comparison: &mut Comparison) {
    let (before, after) = (&comparison.before, &comparison.after);
    let mut pairs = Vec::new();
    let mut old: Vec<usize> = of_configuration(before);
    let mut new: Vec<usize> = of_configuration(after);
    let fingerprint = |found: &Diagnostic| Some(found.finding()?.fingerprint.clone());
    pair(before, after, &mut old, &mut new, &mut pairs, fingerprint, fingerprint);
    // The fault of an object that has another name now is the same fault.
    let names = former_names(comparison);
    if !names.is_empty() {
        let none = Names::new();
        let with = |names| move |found: &Diagnostic| about(found, names);
        pair(before, after, &mut old, &mut new, &mut pairs, with(&none), with(&names));
    }
    pairs.sort_by_key(|&(_, after)| after);
    let lost = newly_lacking(before, after);
    let gained = newly_lacking(after, before);
    let is_of = |run: &Run, index: usize, lints: &BTreeSet<String>| {
        let finding = run.findings.get(index).and_then(Diagnostic::finding);
        finding.is_some_and(|finding| lints.contains(&finding.lint))
    };
    let (unjudged, fixed) = old.into_iter().partition(|&index| is_of(before, index, &lost));
    let new = new
        .into_iter()
        .map(|index| NewFinding { index, may_be_older: is_of(after, index, &gained) })
        .collect();
    (comparison.unjudged, comparison.fixed) = (unjudged, fixed);
    (comparison.new, comparison.remaining) = (new, pairs);
}

/// Findings about the configuration: those about the exports themselves come and go with what was exported.
fn of_configuration(run: &Run) -> Vec<usize> {
    let about_exports: BTreeSet<&str> =
        run.lints.iter().filter(|lint| lint.area == "snapshot").map(|lint| lint.id.as_str()).collect();
    let is_wanted = |index: &usize| {
        let finding = run.findings.get(*index).and_then(Diagnostic::finding);
        !finding.is_some_and(|finding| about_exports.contains(finding.lint.as_str()))
    };
    (0..run.findings.len()).filter(is_wanted).collect()
}

/// Pairs findings with equal keys, each once.
fn pair(
    before: &Run,
    after: &Run,
    old: &mut Vec<usize>,
    new: &mut Vec<usize>,
    pairs: &mut Vec<(usize, usize)>,
    old_key: impl Fn(&Diagnostic) -> Option<String>,
    new_key: impl Fn(&Diagnostic) -> Option<String>,
) {
    let mut known: BTreeMap<String, VecDeque<usize>> = BTreeMap::new();
    for &index in old.iter() {
        if let Some(key) = before.findings.get(index).and_then(&old_key) {
            known.entry(key).or_default().push_back(index);
        }
    }
    let mut paired = BTreeSet::new();
    new.retain(|&index| {
        let key = after.findings.get(index).and_then(&new_key);
        match key.and_then(|key| known.get_mut(&key)?.pop_front()) {
            Some(earlier) => {
                pairs.push((earlier, index));
                paired.insert(earlier);
                false
            }
            None => true,
        }
    });
    old.retain(|index| !paired.contains(index));
}

/// The former names of renamed objects.
fn former_names(comparison: &Comparison) -> Names {
    let renamed = comparison.objects.iter().filter_map(|change| {
        let now = change.subject.object.as_ref()?.to_lowercase();
        let was = change.was.as_ref()?.to_lowercase();
        Some(((change.subject.side, change.subject.cmdlet.clone(), now), was))
    });
    renamed.collect()
}

/// What a finding is about, under the former name of the object.
fn about(found: &Diagnostic, names: &Names) -> Option<String> {
    let finding = found.finding()?;
    let subject = finding.subject.as_ref()?;
    let object = subject.object.as_ref()?.to_lowercase();
    let key = (subject.side, subject.cmdlet.clone(), object.clone());
    let object = names.get(&key).unwrap_or(&object);
    let label = found.labels.iter().find(|label| label.primary);
    let property = label.and_then(|label| label.property.as_deref()).unwrap_or_default();
    let of = label.map_or("", |label| label.object.as_str());
    let side = subject.side.map_or("", Platform::name);
    Some([finding.lint.as_str(), side, &subject.cmdlet, object, property, of].join("\n"))
}

/// Lints that lack something in `later` that they did not lack in `earlier`.
fn newly_lacking(earlier: &Run, later: &Run) -> BTreeSet<String> {
    let known: BTreeMap<&str, &LintSummary> =
        earlier.lints.iter().map(|lint| (lint.id.as_str(), lint)).collect();
    let lacks = |lint: &&LintSummary| {
        let had = known.get(lint.id.as_str());
        lint.needs.iter().any(|need| !had.is_some_and(|had| had.needs.iter().any(|old| old.is_like(need))))
    };
    later.lints.iter().filter(lacks).map(|lint| lint.id.clone()).collect()
}
