//! A run, the difference of two, or the answer to an error text, to bytes: for people, and for programs.
//!
//! Sees the run as plain data and a writer. Must not know of lint files, schemas, Exchange or the command line, and
//! must not depend on the clock, the environment or hash order.

mod comparison;
mod csv;
mod diagnosis;
mod excerpt;
#[cfg(test)]
mod fixture;
mod gather;
mod github;
mod gitlab;
mod html;
mod human;
mod json;
mod jsonl;
mod junit;
mod markdown;
mod place;
mod sarif;
mod text;

use std::borrow::Cow;
use std::cmp::Reverse;
use std::io;
use std::str::FromStr;

use serde::Serialize;

use crate::diagnosis::Diagnosis;
use crate::diagnostic::{
    Comparison, Diagnostic, Finding, Label, Outcome, Run, Severity, Suppressed, Suppression,
};

use comparison::Sheet;
pub use human::HumanOptions;

/// How a run is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReportFormat {
    /// For a person at a terminal or in a ticket.
    #[default]
    Human,
    /// For programs; described by `schemas/report.schema.json`.
    Json,
    /// The same, an object a line; described by `schemas/report-line.schema.json`.
    JsonLines,
    /// SARIF 2.1.0.
    Sarif,
    /// XML of JUnit, as CI systems read it.
    JUnit,
    /// Workflow commands of GitHub Actions.
    GitHub,
    /// Code quality report of GitLab.
    GitLab,
    /// For a ticket.
    Markdown,
    /// One page for a browser, to hand on or to print.
    Html,
    /// For a spreadsheet; a row for each finding.
    Csv,
}

impl ReportFormat {
    /// All, in the order help texts list them.
    pub const ALL: [Self; 10] = [
        Self::Human,
        Self::Json,
        Self::JsonLines,
        Self::Sarif,
        Self::JUnit,
        Self::GitHub,
        Self::GitLab,
        Self::Markdown,
        Self::Html,
        Self::Csv,
    ];

    /// The word that options use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::JsonLines => "jsonl",
            Self::Sarif => "sarif",
            Self::JUnit => "junit",
            Self::GitHub => "github",
            Self::GitLab => "gitlab",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Csv => "csv",
        }
    }
}

/// A name that no report format has. The user's mistake.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a report format; use one of: {list}", list = ReportFormat::ALL.map(ReportFormat::name).join(", "))]
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

/// Writes the whole report of `run`. `options` matter to the human format; SARIF keeps to `quiet`.
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
        ReportFormat::JsonLines => jsonl::write(run, &mut out)?,
        ReportFormat::Sarif => sarif::write(run, options.quiet, &mut out)?,
        ReportFormat::JUnit => junit::write(run, &mut out)?,
        ReportFormat::GitHub => github::write(run, &mut out)?,
        ReportFormat::GitLab => gitlab::write(run, &mut out)?,
        ReportFormat::Markdown => markdown::write(run, &mut out)?,
        ReportFormat::Html => html::write(run, &mut out)?,
        ReportFormat::Csv => csv::write(run, &mut out)?,
    }
    io::Write::flush(&mut out)
}

/// Writes the way of requests: for people at a terminal nothing else, otherwise the whole report, which has it.
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
    if format != ReportFormat::Human {
        return write(run, format, options, out);
    }
    let mut out = io::BufWriter::new(out);
    human::write_trace(run, options, &mut out)?;
    io::Write::flush(&mut out)
}

/// How the answer to an error text is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DiagnosisFormat {
    /// For a person at a terminal or in a ticket.
    #[default]
    Human,
    /// For programs; described by `schemas/diagnosis.schema.json`.
    Json,
}

impl DiagnosisFormat {
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

/// Writes the difference: whole in the formats for people and as JSON, elsewhere as the report of the later run in which
/// what is not new is known from a baseline. `options` matter to the human format; SARIF keeps to `quiet`.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn write_comparison(
    difference: &Comparison,
    format: ReportFormat,
    options: &HumanOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    match format {
        ReportFormat::Human => human::write_comparison(difference, options, &mut out)?,
        ReportFormat::Json => comparison::json::write(difference, &mut out)?,
        ReportFormat::Markdown => comparison::markdown::write(&Sheet::of(difference), &mut out)?,
        ReportFormat::Html => comparison::html::write(&Sheet::of(difference), &mut out)?,
        ReportFormat::JsonLines
        | ReportFormat::Sarif
        | ReportFormat::JUnit
        | ReportFormat::GitHub
        | ReportFormat::GitLab
        | ReportFormat::Csv => write(&difference.news(), format, options, &mut out)?,
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
    format: DiagnosisFormat,
    options: &HumanOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    match format {
        DiagnosisFormat::Human => human::diagnosis::write(diagnosis, options, &mut out)?,
        DiagnosisFormat::Json => diagnosis::write(diagnosis, &mut out)?,
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

/// Findings from the worst to the least, those of one lint together.
fn by_severity(run: &Run) -> Vec<(&Diagnostic, &Finding)> {
    let mut findings: Vec<(&Diagnostic, &Finding)> = findings(run).collect();
    findings.sort_by_key(|&(diagnostic, finding)| (Reverse(diagnostic.severity), &finding.lint));
    findings
}

/// Findings that are not reported, and why.
fn suppressed(run: &Run) -> impl Iterator<Item = (&Diagnostic, &Finding, &Suppression)> {
    run.suppressed.iter().filter_map(|Suppressed { finding, by }| Some((finding, finding.finding()?, by)))
}

/// Counts of a run, as all formats show them.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
struct Totals {
    failed: u64,
    passed: u64,
    unknown: u64,
    not_applicable: u64,
    errors: u64,
    warnings: u64,
    infos: u64,
    suppressed: u64,
}

impl Totals {
    fn of(run: &Run) -> Self {
        let mut totals = Self { suppressed: run.suppressed.len() as u64, ..Self::default() };
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

/// What is to be seen at a label: a property, and whose it is. May be empty.
fn caption(label: &Label) -> Cow<'_, str> {
    match (label.property.as_deref(), label.object.as_str()) {
        (None, object) => object.into(),
        (Some(property), "") => property.into(),
        (Some(property), object) => format!("{property} of {object}").into(),
    }
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
        let error = "sarfi".parse::<ReportFormat>().unwrap_err().to_string();
        assert!(error.starts_with("`sarfi` is not a report format; use one of: human, json, "), "{error}");
    }

    #[test]
    fn shortening_counts_characters() {
        assert_eq!(shorten("Zoë", 3, "…"), "Zoë");
        assert_eq!(shorten("Zoë!", 3, "…"), "Zoë…");
        assert_eq!(shorten("", 0, "…"), "");
    }
}
