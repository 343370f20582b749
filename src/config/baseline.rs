//! The findings that a project lives with for now: only what is new is reported.
//!
//! The file is our own JSON, described by `schemas/baseline.schema.json`: sorted, without times or places, so that it
//! changes in a repository only where findings do.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::suppress::has_judged_all;
use crate::diagnostic::{Diagnostic, Problem, Run, Severity, Suppressed, Suppression};
use crate::source::{SourceId, Text};

const VERSION: u32 = 1;

/// Known findings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    /// Each once, with its number.
    entries: BTreeMap<Entry, u64>,
}

/// A file that is no baseline. The user's mistake.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BaselineError {
    /// It is in no encoding that JSON may have.
    #[error("the baseline is not UTF-8")]
    Encoding,
    /// It is not JSON, or not what the schema describes.
    #[error("not a baseline: {0}")]
    Format(String),
    /// Another version of this program wrote it.
    #[error("the baseline has version {0}, and this program reads version {VERSION}")]
    Version(u64),
}

/// A kind of finding. The order of the fields is that of the file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    lint: String,
    side: Option<String>,
    object: Option<String>,
    fingerprint: String,
    severity: Severity,
    message: String,
}

#[derive(Serialize, Deserialize)]
struct JsonBaseline {
    version: u32,
    findings: Vec<JsonEntry>,
}

#[derive(Serialize, Deserialize)]
struct JsonEntry {
    lint: String,
    severity: JsonSeverity,
    side: Option<String>,
    object: Option<String>,
    message: String,
    fingerprint: String,
    count: u64,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum JsonSeverity {
    Error,
    Warning,
    Info,
}

/// What a file has of which version it is.
#[derive(Deserialize)]
struct JsonVersion {
    version: u64,
}

impl From<Severity> for JsonSeverity {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Error => Self::Error,
            Severity::Warning => Self::Warning,
            Severity::Info => Self::Info,
        }
    }
}

impl From<JsonSeverity> for Severity {
    fn from(severity: JsonSeverity) -> Self {
        match severity {
            JsonSeverity::Error => Self::Error,
            JsonSeverity::Warning => Self::Warning,
            JsonSeverity::Info => Self::Info,
        }
    }
}

impl Entry {
    fn of(diagnostic: &Diagnostic) -> Option<Self> {
        let finding = diagnostic.finding()?;
        let subject = finding.subject.as_ref();
        Some(Self {
            lint: finding.lint.clone(),
            side: subject.and_then(|subject| subject.side).map(|side| side.name().to_owned()),
            object: subject.and_then(|subject| subject.object.clone()),
            fingerprint: finding.fingerprint.clone(),
            severity: diagnostic.severity,
            message: diagnostic.message.clone(),
        })
    }
}

impl Baseline {
    /// Reads a baseline.
    ///
    /// # Errors
    ///
    /// When it is none.
    pub fn parse(source: SourceId, bytes: &[u8]) -> Result<Self, BaselineError> {
        let text = Text::decode(source, bytes).ok_or(BaselineError::Encoding)?;
        let format = |error: serde_json::Error| BaselineError::Format(error.to_string());
        let JsonVersion { version } = serde_json::from_str(text.content()).map_err(format)?;
        if version != u64::from(VERSION) {
            return Err(BaselineError::Version(version));
        }
        let JsonBaseline { findings, .. } = serde_json::from_str(text.content()).map_err(format)?;
        let mut baseline = Self::default();
        for entry in findings {
            let JsonEntry { lint, severity, side, object, message, fingerprint, count } = entry;
            let entry = Entry { lint, side, object, fingerprint, severity: severity.into(), message };
            baseline.add(entry, count);
        }
        Ok(baseline)
    }

    /// The file.
    ///
    /// # Errors
    ///
    /// None that is known: all of it is text and numbers.
    pub fn to_json(&self) -> serde_json::Result<String> {
        let findings = self.entries.iter().map(|(entry, &count)| JsonEntry {
            lint: entry.lint.clone(),
            severity: entry.severity.into(),
            side: entry.side.clone(),
            object: entry.object.clone(),
            message: entry.message.clone(),
            fingerprint: entry.fingerprint.clone(),
            count,
        });
        let file = JsonBaseline { version: VERSION, findings: findings.collect() };
        serde_json::to_string_pretty(&file).map(|text| text + "\n")
    }

    /// What a run found, but for what the configuration suppresses. Of `before`, which the run was compared with, what
    /// the run could not judge stays.
    #[must_use]
    pub fn of(run: &Run, before: Option<&Self>) -> Self {
        let mut baseline = Self::default();
        let known = run.suppressed.iter().filter(|suppressed| suppressed.by == Suppression::Baseline);
        for finding in run.findings.iter().chain(known.map(|suppressed| &suppressed.finding)) {
            if let Some(entry) = Entry::of(finding) {
                baseline.add(entry, 1);
            }
        }
        let mut occurring = occurring(run);
        for (entry, &count) in before.into_iter().flat_map(|before| &before.entries) {
            let lost = without(&mut occurring, &entry.fingerprint, count);
            if lost > 0 && !has_judged_all(run, &entry.lint) {
                baseline.add(entry.clone(), lost);
            }
        }
        baseline
    }

    /// Takes the findings that are known out of those that are reported. A finding is new where it is more severe than
    /// the known one. Says how many of the known ones are gone, as far as the run could judge.
    pub fn apply(&self, path: &str, run: &mut Run) {
        let mut remaining = Remaining::new(self);
        let (known, new): (Vec<Diagnostic>, Vec<Diagnostic>) =
            std::mem::take(&mut run.findings).into_iter().partition(|diagnostic| {
                diagnostic
                    .finding()
                    .is_some_and(|finding| remaining.take(&finding.fingerprint, diagnostic.severity))
            });
        run.findings = new;
        run.suppressed
            .extend(known.into_iter().map(|finding| Suppressed { finding, by: Suppression::Baseline }));
        sort(run);
        let gone = self.gone(run);
        if gone > 0 {
            let problem = Diagnostic::problem(Problem::BaselineGone { findings: gone });
            let help = format!("`--baseline {path} --write-baseline {path}` leaves what is gone out of it");
            run.problems.push(problem.with_path(path).with_help(help));
        }
    }

    /// How many known findings are there no more, though their lint could judge everything.
    fn gone(&self, run: &Run) -> u64 {
        let mut occurring = occurring(run);
        let gone = self.entries.iter().map(|(entry, &count)| {
            let lost = without(&mut occurring, &entry.fingerprint, count);
            if has_judged_all(run, &entry.lint) { lost } else { 0 }
        });
        gone.fold(0, u64::saturating_add)
    }

    fn add(&mut self, entry: Entry, count: u64) {
        let number = self.entries.entry(entry).or_default();
        *number = number.saturating_add(count);
    }
}

/// How often each fingerprint occurs, reported or not.
fn occurring(run: &Run) -> BTreeMap<&str, u64> {
    let mut occurring: BTreeMap<&str, u64> = BTreeMap::new();
    let suppressed = run.suppressed.iter().map(|suppressed| &suppressed.finding);
    for finding in run.findings.iter().chain(suppressed).filter_map(Diagnostic::finding) {
        *occurring.entry(&finding.fingerprint).or_default() += 1;
    }
    occurring
}

/// How many of `count` known findings do not occur. Those that do are taken out, for other entries of the fingerprint.
fn without(occurring: &mut BTreeMap<&str, u64>, fingerprint: &str, count: u64) -> u64 {
    let Some(number) = occurring.get_mut(fingerprint) else { return count };
    let present = count.min(*number);
    *number -= present;
    count - present
}

/// Numbers of known findings that no finding of the run has been matched with yet, by fingerprint; one for each severity.
struct Remaining<'b>(BTreeMap<&'b str, [u64; 3]>);

impl<'b> Remaining<'b> {
    fn new(baseline: &'b Baseline) -> Self {
        let mut remaining: BTreeMap<&str, [u64; 3]> = BTreeMap::new();
        for (entry, count) in &baseline.entries {
            let numbers = remaining.entry(&entry.fingerprint).or_default();
            let number = &mut numbers[entry.severity as usize];
            *number = number.saturating_add(*count);
        }
        Self(remaining)
    }

    /// Matches a finding of some severity with a known one that is at least as severe.
    fn take(&mut self, fingerprint: &str, severity: Severity) -> bool {
        let numbers = self.0.get_mut(fingerprint).into_iter().flatten();
        let number = numbers.skip(severity as usize).find(|number| **number > 0);
        match number {
            Some(number) => {
                *number -= 1;
                true
            }
            None => false,
        }
    }
}

/// As findings are sorted: by lint, then by place.
fn sort(run: &mut Run) {
    let sources = &run.sources;
    run.suppressed.sort_by_cached_key(|suppressed| {
        let lint = suppressed.finding.finding().map(|finding| finding.lint.clone());
        let location = suppressed.finding.labels.first().map(|label| label.location);
        let place = location.map(|location| (sources.path(location.source).to_owned(), location.offset));
        (lint, place, suppressed.finding.message.clone())
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Finding, LintSummary, Outcome, Platform, Subject};
    use crate::source::Sources;

    const LINT: &str = "orgrel-disabled";

    fn finding(fingerprint: &str, severity: Severity) -> Diagnostic {
        let subject = Subject {
            side: Some(Platform::Cloud),
            cmdlet: "Get-OrganizationRelationship".into(),
            object: Some("Zoë's relationship".into()),
        };
        let finding = Finding {
            lint: LINT.into(),
            subject: Some(subject),
            why: String::new(),
            fix: None,
            fingerprint: fingerprint.into(),
        };
        Diagnostic::found(finding, severity, format!("{fingerprint} is disabled"))
    }

    fn run(findings: Vec<Diagnostic>, outcome: Outcome) -> Run {
        let lint = LintSummary {
            id: LINT.into(),
            title: String::new(),
            area: String::new(),
            severity: Severity::Error,
            outcome,
            checked: 1,
            findings: findings.len() as u64,
            needs: Vec::new(),
            why: String::new(),
            remedy: String::new(),
            references: Vec::new(),
        };
        Run { findings, lints: vec![lint], ..Run::default() }
    }

    fn failed(findings: &[(&str, Severity)]) -> Run {
        run(findings.iter().map(|(name, severity)| finding(name, *severity)).collect(), Outcome::Failed)
    }

    /// The fingerprints and severities that are reported.
    fn reported(run: &Run) -> Vec<(&str, Severity)> {
        let found = run.findings.iter();
        found.map(|found| (found.finding().unwrap().fingerprint.as_str(), found.severity)).collect()
    }

    fn problems(run: &Run) -> Vec<&str> {
        run.problems.iter().map(|problem| problem.message.as_str()).collect()
    }

    const W: Severity = Severity::Warning;

    #[test]
    fn a_third_of_two_is_new() {
        let baseline = Baseline::of(&failed(&[("a", W), ("a", W), ("b", W)]), None);
        let mut run = failed(&[("a", W), ("a", W), ("a", W), ("b", W), ("c", W)]);
        baseline.apply("known.json", &mut run);
        assert_eq!(reported(&run), [("a", W), ("c", W)]);
        assert_eq!(run.suppressed.len(), 3);
        assert!(problems(&run).is_empty());
    }

    #[test]
    fn what_got_worse_is_new_and_what_got_better_is_not() {
        let baseline =
            Baseline::of(&failed(&[("a", Severity::Info), ("a", W), ("b", Severity::Error)]), None);
        let mut run = failed(&[("a", W), ("a", W), ("b", Severity::Info)]);
        baseline.apply("known.json", &mut run);
        assert_eq!(reported(&run), [("a", W)]);
        assert!(problems(&run).is_empty(), "both still occur");
    }

    #[test]
    fn what_is_gone_is_counted_if_the_lint_could_judge() {
        let baseline = Baseline::of(&failed(&[("a", W), ("a", W), ("b", W)]), None);
        let mut fixed = failed(&[("a", W)]);
        baseline.apply("known.json", &mut fixed);
        assert_eq!(problems(&fixed), ["2 findings of the baseline no longer occur"]);
        assert_eq!(fixed.problems[0].severity, Severity::Info);
        let mut unknown = run(Vec::new(), Outcome::Unknown);
        baseline.apply("known.json", &mut unknown);
        assert!(problems(&unknown).is_empty());
        let mut not_run = Run::default();
        baseline.apply("known.json", &mut not_run);
        assert!(problems(&not_run).is_empty());
        assert_eq!(Baseline::of(&fixed, Some(&baseline)), Baseline::of(&failed(&[("a", W)]), None));
        assert_eq!(Baseline::of(&unknown, Some(&baseline)), baseline);
        assert_eq!(Baseline::of(&not_run, Some(&baseline)), baseline);
    }

    #[test]
    fn the_file_is_read_as_written() {
        let baseline = Baseline::of(&failed(&[("b", W), ("a", W), ("a", W), ("a", Severity::Error)]), None);
        let json = baseline.to_json().unwrap();
        let source = Sources::default().add("known.json");
        assert_eq!(Baseline::parse(source, json.as_bytes()), Ok(baseline.clone()));
        // An editor of Windows may put a mark in front, or write UTF-16.
        assert_eq!(Baseline::parse(source, format!("\u{feff}{json}").as_bytes()), Ok(baseline.clone()));
        let utf16: Vec<u8> = format!("\u{feff}{json}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(Baseline::parse(source, &utf16), Ok(baseline));
        let fingerprints: Vec<&str> =
            json.lines().filter_map(|line| line.trim().strip_prefix("\"fingerprint\": ")).collect();
        assert_eq!(fingerprints, ["\"a\",", "\"a\",", "\"b\","]);
    }

    #[test]
    fn other_files_are_refused() {
        let source = Sources::default().add("known.json");
        let parse = |bytes: &[u8]| Baseline::parse(source, bytes).unwrap_err().to_string();
        assert_eq!(parse(b"{\"version\": 1, \xE4"), "the baseline is not UTF-8");
        assert!(parse(b"").starts_with("not a baseline: EOF"), "{}", parse(b""));
        assert_eq!(
            parse(br#"{"version": 2, "findings": 3}"#),
            "the baseline has version 2, and this program reads version 1"
        );
        assert!(parse(br#"{"version": 1}"#).starts_with("not a baseline: missing field `findings`"));
    }
}
