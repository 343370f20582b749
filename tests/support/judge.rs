//! Judges exports by all built-in lints, within the process.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a helper of tests fails by panicking, like the tests"
)]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use freebusy_lint::diagnostic::{Diagnostic, InputSummary, LintSummary, Outcome, Severity};
use freebusy_lint::engine::{Engine, Judgement};
use freebusy_lint::lint::{Lint, load_embedded};
use freebusy_lint::schema::Registry;
use freebusy_lint::snapshot::{Ingest, IngestOptions, Record};
use freebusy_lint::source::Sources;
use jiff::civil::Date;
use jiff::tz::Offset;

/// Reading and checking them takes longer than to judge a small snapshot.
static LINTS: LazyLock<Vec<Lint>> =
    LazyLock::new(|| load_embedded(Registry::embedded().unwrap(), &mut Sources::default()).lints);

/// What reads the exports.
pub(crate) type Reader<'a> = Ingest<'a, &'a mut dyn FnMut(&Record)>;

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
    let registry = Registry::embedded().unwrap();
    let day: Date = as_of.parse().unwrap();
    let mut engine = Engine::new(registry, &LINTS, Offset::UTC.to_timestamp(day.at(0, 0, 0, 0)).unwrap());
    let retention = engine.retention();
    let mut on_record = |record: &Record| engine.record(record);
    let mut ingest: Reader<'_> =
        Ingest::new(registry, &retention, IngestOptions::default(), Sources::default(), &mut on_record);
    read(&mut ingest);
    let Ingest { snapshot, inputs, problems, sources, .. } = ingest;
    let Judgement { lints: summaries, findings, .. } = engine.finish(&snapshot, &sources);
    let lints = summaries.into_iter().map(|summary| (summary.id.clone(), summary)).collect();
    Judged { lints, findings, inputs, problems }
}
