//! Findings that the configuration names with a reason are not reported; a suppression that does nothing is.

use std::ops::Range;

use jiff::civil::Date;

use super::pattern::matches;
use super::{Config, Named};
use crate::diagnostic::{Diagnostic, Finding, Outcome, Platform, Problem, Run, Suppressed, Suppression};

/// Which findings are not to be reported, and why.
#[derive(Clone, Debug)]
pub(super) struct Suppress {
    /// Id of their lint.
    pub(super) lint: Named,
    /// Pattern of the object's name.
    pub(super) object: Named,
    /// A property that the finding underlines.
    pub(super) property: Option<Named>,
    pub(super) side: Option<Platform>,
    pub(super) reason: String,
    pub(super) until: Option<Until>,
}

/// The last day on which a suppression holds.
#[derive(Clone, Debug)]
pub(super) struct Until {
    pub(super) day: Date,
    pub(super) range: Range<usize>,
}

impl Suppress {
    fn is_expired(&self, day: Date) -> bool {
        self.until.as_ref().is_some_and(|until| until.day < day)
    }

    fn is_about(&self, diagnostic: &Diagnostic, finding: &Finding) -> bool {
        let subject = finding.subject.as_ref();
        let object = subject.and_then(|subject| subject.object.as_deref()).unwrap_or_default();
        self.lint.name == finding.lint
            && matches(&self.object.name, object)
            && self.side.is_none_or(|side| subject.and_then(|subject| subject.side) == Some(side))
            && self.property.as_ref().is_none_or(|property| underlines(diagnostic, &property.name))
    }
}

/// Whether a finding points at a property of its object, or of another.
fn underlines(diagnostic: &Diagnostic, property: &str) -> bool {
    let mut underlined = diagnostic.labels.iter().filter_map(|label| label.property.as_deref());
    underlined.any(|underlined| underlined.eq_ignore_ascii_case(property))
}

impl Config {
    /// Takes the findings that are suppressed on `day` out of those that are reported, and reports suppressions that
    /// have expired, or that match nothing though their lint could judge everything.
    pub fn suppress(&self, run: &mut Run, day: Date) {
        let mut is_used = vec![false; self.suppress.len()];
        for diagnostic in std::mem::take(&mut run.findings) {
            match self.suppression_of(&diagnostic, day, &mut is_used) {
                Some(by) => run.suppressed.push(Suppressed { finding: diagnostic, by }),
                None => run.findings.push(diagnostic),
            }
        }
        for (suppress, is_used) in self.suppress.iter().zip(is_used) {
            run.problems.extend(self.complaint(suppress, is_used, run, day));
        }
    }

    fn suppression_of(
        &self,
        diagnostic: &Diagnostic,
        day: Date,
        is_used: &mut [bool],
    ) -> Option<Suppression> {
        let finding = diagnostic.finding()?;
        let mut by = None;
        for (suppress, is_used) in self.suppress.iter().zip(is_used) {
            if !suppress.is_about(diagnostic, finding) || suppress.is_expired(day) {
                continue;
            }
            *is_used = true;
            by = by.or_else(|| {
                let until = suppress.until.as_ref().map(|until| until.day.to_string());
                Some(Suppression::Configuration { reason: suppress.reason.clone(), until })
            });
        }
        by
    }

    fn complaint(&self, suppress: &Suppress, is_used: bool, run: &Run, day: Date) -> Option<Diagnostic> {
        let lint = &suppress.lint.name;
        if let Some(until) = &suppress.until
            && suppress.is_expired(day)
        {
            let problem = Problem::SuppressionExpired { lint: lint.clone().into(), day: until.day };
            let help = "fix what the lint finds, or look at it again and give the suppression another day";
            return Some(self.problem(&until.range, problem).with_help(help));
        }
        if is_used || !has_judged_all(run, lint) {
            return None;
        }
        let problem = Problem::SuppressionUnused { lint: lint.clone().into() };
        let help = "remove it, if the fault is fixed; else name the object and the property as the report shows them";
        Some(self.problem(&suppress.object.range, problem).with_help(help))
    }
}

/// Whether a lint ran and nothing was lacking, so that what it did not find is not there.
pub(super) fn has_judged_all(run: &Run, lint: &str) -> bool {
    let summary = run.lints.iter().find(|summary| summary.id == lint);
    summary.is_some_and(|summary| summary.needs.is_empty() && summary.outcome != Outcome::Unknown)
}
