//! A run, or the answer to an error text, to bytes: for people, and for programs.
//!
//! Sees the run as plain data and a writer. Must not know of lint files, schemas, Exchange or the command line, and
//! must not depend on the clock, the environment or hash order.

mod comparison;
mod diagnosis;
#[cfg(test)]
mod fixture;
mod human;
mod json;

use std::io;
use std::str::FromStr;

use serde::Serialize;

use crate::diagnosis::Diagnosis;
use crate::diagnostic::{Diagnostic, Finding, Label, Outcome, Run, Severity};

pub use comparison::{ComparisonFormat, write_comparison};
pub use human::HumanOptions;

/// How a run is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReportFormat {
    /// For a person at a terminal or in a ticket.
    #[default]
    Human,
    /// For programs; described by `schemas/report.schema.json`.
    Json,
}

impl ReportFormat {
    /// All, in the order help texts list them.
    pub const ALL: [Self; 2] = [Self::Human, Self::Json];

    /// The word that options use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
        }
    }
}

/// A name that no report format has. The user's mistake.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a report format: use `human` or `json`")]
pub struct UnknownFormat(String);

impl FromStr for ReportFormat {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|format| format.name() == name)
            .ok_or_else(|| UnknownFormat(name.to_owned()))
    }
}

/// Writes the whole report of `run`. `options` matter to the human format only.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn write(
    run: &Run,
    format: ReportFormat,
    options: &HumanOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    match format {
        ReportFormat::Human => human::write(run, options, &mut out)?,
        ReportFormat::Json => json::write(run, &mut out)?,
    }
    io::Write::flush(&mut out)
}

/// Writes the way of requests: for people nothing else, for programs the whole report, which has it.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn write_trace(
    run: &Run,
    format: ReportFormat,
    options: &HumanOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    match format {
        ReportFormat::Human => human::write_trace(run, options, &mut out)?,
        ReportFormat::Json => json::write(run, &mut out)?,
    }
    io::Write::flush(&mut out)
}

/// Writes the answer to an error text. `options` matter to the human format only.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn write_diagnosis(
    diagnosis: &Diagnosis,
    format: ReportFormat,
    options: &HumanOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    match format {
        ReportFormat::Human => human::diagnosis::write(diagnosis, options, &mut out)?,
        ReportFormat::Json => diagnosis::write(diagnosis, &mut out)?,
    }
    io::Write::flush(&mut out)
}

/// Everything that lints found, whichever list of the run it stands in.
fn findings(run: &Run) -> impl Iterator<Item = (&Diagnostic, &Finding)> {
    let all = run.findings.iter().chain(&run.problems);
    all.filter_map(|diagnostic| diagnostic.finding().map(|finding| (diagnostic, finding)))
}

/// Everything else that the user is told.
fn problems(run: &Run) -> impl Iterator<Item = &Diagnostic> {
    run.findings.iter().chain(&run.problems).filter(|diagnostic| diagnostic.finding().is_none())
}

/// Counts of a run, as both formats show them.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
struct Totals {
    failed: u64,
    passed: u64,
    unknown: u64,
    not_applicable: u64,
    errors: u64,
    warnings: u64,
    infos: u64,
}

impl Totals {
    fn of(run: &Run) -> Self {
        let mut totals = Self::default();
        for lint in &run.lints {
            match lint.outcome {
                Outcome::Failed => totals.failed += 1,
                Outcome::Passed => totals.passed += 1,
                Outcome::Unknown => totals.unknown += 1,
                Outcome::NotApplicable => totals.not_applicable += 1,
            }
        }
        for (diagnostic, _) in findings(run) {
            match diagnostic.severity {
                Severity::Error => totals.errors += 1,
                Severity::Warning => totals.warnings += 1,
                Severity::Info => totals.infos += 1,
            }
        }
        totals
    }
}

/// The file that a label is in, as the user would write it.
fn path_of<'run>(run: &'run Run, label: &Label) -> &'run str {
    run.sources.path(label.location.source)
}

/// `text` with at most `limit` characters; `mark` stands for the rest.
fn shorten(text: &str, limit: usize, mark: &str) -> String {
    match text.char_indices().nth(limit) {
        Some((end, _)) => format!("{}{mark}", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_have_names() {
        for format in ReportFormat::ALL {
            assert_eq!(format.name().parse(), Ok(format));
        }
        let error = "sarif".parse::<ReportFormat>().unwrap_err();
        assert_eq!(error.to_string(), "`sarif` is not a report format: use `human` or `json`");
    }

    #[test]
    fn shortening_counts_characters() {
        assert_eq!(shorten("Zoë", 3, "…"), "Zoë");
        assert_eq!(shorten("Zoë!", 3, "…"), "Zoë…");
        assert_eq!(shorten("", 0, "…"), "");
    }
}
