//! Two runs over exports of the same organization, as reports show their difference.

use std::collections::BTreeSet;

use super::{
    Diagnostic, GateState, Label, PathSummary, Platform, Run, Severity, Subject, Suppressed, Suppression,
};

/// What became of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ObjectFate {
    /// It is only in the later exports.
    Created,
    /// It is only in the earlier exports.
    Removed,
    /// It is in both under another name.
    Renamed,
    /// It is in both, with other values.
    Changed,
}

impl ObjectFate {
    /// The word that machine formats use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Removed => "removed",
            Self::Renamed => "renamed",
            Self::Changed => "changed",
        }
    }
}

/// A value in one of the exports, and where it stands.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Seen {
    /// As messages show it.
    pub value: String,
    /// Where it stands in its file.
    pub label: Option<Label>,
}

/// A property whose values differ.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PropertyChange {
    /// Its name; of a property within a property both names with a dot.
    pub name: String,
    /// The earlier value; `None` for an object that was created.
    pub before: Option<Seen>,
    /// The later value; `None` for an object that was removed.
    pub after: Option<Seen>,
    /// Of a list the items that only the later has.
    pub added: Vec<String>,
    /// Of a list the items that only the earlier has.
    pub removed: Vec<String>,
}

/// An object that is not what it was.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ObjectChange {
    /// What became of it.
    pub fate: ObjectFate,
    /// The object as it is now called; as it was called where it is gone.
    pub subject: Subject,
    /// Its former name, where it is called otherwise now.
    pub was: Option<String>,
    /// Whether another object took its place: their GUIDs differ.
    pub is_made_anew: bool,
    /// Where it stands in the earlier exports.
    pub before: Option<Label>,
    /// Where it stands in the later exports.
    pub after: Option<Label>,
    /// The properties that differ; of an object that is in one of them only all that have a value.
    pub properties: Vec<PropertyChange>,
}

/// A cmdlet whose objects could not be compared as a whole.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Uncompared {
    /// Side; `None` where it is unclear.
    pub side: Option<Platform>,
    /// The cmdlet.
    pub cmdlet: String,
    /// Why: lower case, no full stop.
    pub why: &'static str,
}

/// A finding of the later run that the earlier did not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NewFinding {
    /// Index among the findings of the later run.
    pub index: usize,
    /// Whether the lint lacked something in the earlier run that it has now: the fault may be older.
    pub may_be_older: bool,
}

/// A gate whose state is another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GateChange {
    /// By which lints name it.
    pub id: &'static str,
    /// What is asked there.
    pub title: &'static str,
    /// The earlier state; `None` where the path had no such gate.
    pub before: Option<GateState>,
    /// The later state; `None` where the path has no such gate.
    pub after: Option<GateState>,
}

/// A path of both runs, or of one.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PathChange {
    /// Index among the paths of the earlier run.
    pub before: Option<usize>,
    /// Index among the paths of the later run.
    pub after: Option<usize>,
    /// Whether object, authentication, endpoint, failure or verdict differ.
    pub is_changed: bool,
    /// Gates that differ.
    pub gates: Vec<GateChange>,
}

/// The difference of two runs.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Comparison {
    /// The earlier run.
    pub before: Run,
    /// The later run.
    pub after: Run,
    /// Objects that differ, by side, cmdlet and name.
    pub objects: Vec<ObjectChange>,
    /// Objects that were compared and do not differ.
    pub unchanged: u64,
    /// What could not be compared.
    pub uncompared: Vec<Uncompared>,
    /// Findings of the later run that the earlier did not have.
    pub new: Vec<NewFinding>,
    /// Findings of the earlier run that are gone, by their index.
    pub fixed: Vec<usize>,
    /// Findings of the earlier run that the later exports do not allow to judge, by their index.
    pub unjudged: Vec<usize>,
    /// Findings of both, by their index in the earlier and in the later run.
    pub remaining: Vec<(usize, usize)>,
    /// The way of requests, in the order of the later run.
    pub paths: Vec<PathChange>,
}

impl Comparison {
    /// Severities of findings that count as new: those of new ones, and of those that were less severe before.
    pub fn new_severities(&self) -> impl Iterator<Item = Severity> {
        let new = self.new.iter().filter_map(|new| Some(self.after.findings.get(new.index)?.severity));
        new.chain(self.risen().map(|(_, after)| after.severity))
    }

    /// Remaining findings that are more severe now, such as of a setting that no path used before.
    pub fn risen(&self) -> impl Iterator<Item = (&Diagnostic, &Diagnostic)> {
        self.remaining().filter(|(before, after)| after.severity > before.severity)
    }

    /// The later run with nothing to report but what counts as new: all else is known.
    #[must_use]
    pub fn news(&self) -> Run {
        let risen = self.remaining.iter().filter(|&&(before, after)| {
            let severity = |run: &Run, index: usize| run.findings.get(index).map(|found| found.severity);
            severity(&self.after, after) > severity(&self.before, before)
        });
        let new: BTreeSet<usize> =
            self.new.iter().map(|new| new.index).chain(risen.map(|&(_, after)| after)).collect();
        let mut run = self.after.clone();
        for (index, finding) in std::mem::take(&mut run.findings).into_iter().enumerate() {
            if new.contains(&index) {
                run.findings.push(finding);
            } else {
                run.suppressed.push(Suppressed { finding, by: Suppression::Baseline });
            }
        }
        run
    }

    /// Findings of both runs.
    pub fn remaining(&self) -> impl Iterator<Item = (&Diagnostic, &Diagnostic)> {
        let pair = |&(before, after): &(usize, usize)| {
            Some((self.before.findings.get(before)?, self.after.findings.get(after)?))
        };
        self.remaining.iter().filter_map(pair)
    }

    /// The earlier and the later path of a change.
    #[must_use]
    pub fn path(&self, change: &PathChange) -> (Option<&PathSummary>, Option<&PathSummary>) {
        let before = change.before.and_then(|index| self.before.paths.get(index));
        (before, change.after.and_then(|index| self.after.paths.get(index)))
    }
}
