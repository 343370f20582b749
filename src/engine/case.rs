//! Cases of lints, run.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

use super::{Engine, Judgement};
use crate::diagnostic::{Diagnostic, LintSummary};
use crate::lint::{Case, Lint};
use crate::schema::Registry;
use crate::snapshot::{Ingest, IngestOptions};
use crate::source::Sources;

/// What came out of a case.
#[derive(Debug)]
pub struct CaseResult {
    /// The lint's outcome.
    pub summary: LintSummary,
    /// Its findings.
    pub findings: Vec<Diagnostic>,
    /// What could not be read of the case's objects.
    pub problems: Vec<Diagnostic>,
}

impl CaseResult {
    /// How the result differs from what the case expects, if it does.
    #[must_use]
    pub fn difference(&self, case: &Case) -> Option<String> {
        let expected = &case.expected;
        if let Some(problem) = self.problems.first() {
            return Some(format!("an object cannot be read: {}", problem.message));
        }
        if self.summary.outcome != expected.outcome {
            let needs: Vec<String> = self.summary.needs.iter().map(ToString::to_string).collect();
            let findings: Vec<&str> = self.findings.iter().map(|finding| finding.message.as_str()).collect();
            let (is, should) = (self.summary.outcome.name(), expected.outcome.name());
            return Some(format!("is {is}, should be {should}; needs {needs:?}; findings {findings:?}"));
        }
        if let Some(count) = expected.findings
            && count != self.summary.findings
        {
            let findings: Vec<&str> = self.findings.iter().map(|finding| finding.message.as_str()).collect();
            return Some(format!(
                "has {} findings, should have {count}: {findings:?}",
                self.summary.findings
            ));
        }
        let other = expected.severity.and_then(|severity| {
            self.findings
                .iter()
                .find(|finding| finding.severity != severity)
                .map(|finding| (severity, finding.severity))
        });
        other.map(|(should, is)| format!("has a finding of severity {is}, should be {should}"))
    }
}

/// Runs a case of a lint against that lint alone.
#[must_use]
pub fn run_case(registry: &'static Registry, lint: &Lint, case: &Case) -> CaseResult {
    let day: Date = case.as_of.parse().unwrap_or_default();
    let as_of = Offset::UTC.to_timestamp(day.at(0, 0, 0, 0)).unwrap_or(Timestamp::UNIX_EPOCH);
    let lints = std::slice::from_ref(lint);
    let mut engine = Engine::new(registry, lints, as_of);
    let retention = engine.retention();
    let options = IngestOptions::default();
    let mut ingest =
        Ingest::new(registry, &retention, options, Sources::default(), |record| engine.record(record));
    for export in &case.exports {
        let path = format!("{}/{}.json", export.side.name(), registry.cmdlet(export.noun).name);
        ingest.read_as(&path, Some(export.side), Some(export.noun), export.json.as_bytes());
    }
    let Ingest { snapshot, problems, sources, .. } = ingest;
    let Judgement { lints, findings, .. } = engine.finish(snapshot.view(), &sources);
    let summary = lints.into_iter().next();
    let summary = summary.unwrap_or_else(|| LintSummary {
        id: lint.id.clone(),
        title: lint.title.clone(),
        area: lint.area.clone(),
        severity: lint.severity,
        outcome: crate::diagnostic::Outcome::NotApplicable,
        checked: 0,
        findings: 0,
        needs: Vec::new(),
        why: String::new(),
        remedy: String::new(),
        references: Vec::new(),
    });
    CaseResult { summary, findings, problems }
}
