//! What a lint says of exports, when all built-in lints judge them.

#![expect(clippy::panic, reason = "a helper of tests fails by panicking, like the tests")]

use std::collections::BTreeMap;

use freebusy_lint::diagnostic::{Diagnostic, InputSummary, LintSummary, Outcome, Run, Severity};

pub(crate) use super::run::Reader;
use super::run::run;

/// What came of all lints.
pub(crate) struct Judged {
    pub(crate) lints: BTreeMap<String, LintSummary>,
    pub(crate) findings: Vec<Diagnostic>,
    pub(crate) inputs: Vec<InputSummary>,
    pub(crate) problems: Vec<Diagnostic>,
}

impl Judged {
    /// The lint's summary, where there is such a lint.
    #[track_caller]
    fn lint(&self, lint: &str) -> &LintSummary {
        self.lints.get(lint).unwrap_or_else(|| panic!("no lint {lint}"))
    }

    #[track_caller]
    pub(crate) fn expect(&self, lints: &[&str], outcome: Outcome) {
        for lint in lints {
            let summary = self.lint(lint);
            let found: Vec<&str> = self.of(lint).map(|finding| finding.message.as_str()).collect();
            assert_eq!(summary.outcome, outcome, "{lint}: needs {:?}, found {found:?}", summary.needs);
        }
    }

    /// The findings of a lint.
    pub(crate) fn of<'a>(&'a self, lint: &'a str) -> impl Iterator<Item = &'a Diagnostic> {
        self.findings.iter().filter(move |finding| finding.finding().is_some_and(|found| found.lint == lint))
    }

    /// Severity and object of the findings of a lint, `-` where there is no object.
    #[track_caller]
    pub(crate) fn found<'a>(&'a self, lint: &'a str) -> Vec<(Severity, &'a str)> {
        self.lint(lint);
        self.of(lint).map(|finding| (finding.severity, object(finding))).collect()
    }
}

/// The object that a finding is about.
pub(crate) fn object(finding: &Diagnostic) -> &str {
    let subject = finding.finding().and_then(|found| found.subject.as_ref());
    subject.and_then(|subject| subject.object.as_deref()).unwrap_or("-")
}

/// Judges by a day what `read` reads.
pub(crate) fn judge(as_of: &str, read: impl FnOnce(&mut Reader<'_>)) -> Judged {
    let Run { lints, findings, inputs, problems, .. } = run(as_of, read);
    let lints = lints.into_iter().map(|summary| (summary.id.clone(), summary)).collect();
    Judged { lints, findings, inputs, problems }
}
