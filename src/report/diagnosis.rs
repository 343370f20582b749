//! The answer to an error text for programs: our own versioned structs, described by `schemas/diagnosis.schema.json`.
//!
//! A field may be added without a new version; one that changes its meaning, or goes, makes a new one.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;

use super::json::{JsonFinding, JsonInput, JsonNeed, JsonProblem, JsonTool};
use super::{findings, problems};
use crate::diagnosis::{Candidate, Cause, Check, Diagnosis, Verdict};

const VERSION: u32 = 1;

pub(super) fn write(diagnosis: &Diagnosis, out: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &JsonDiagnosis::new(diagnosis))?;
    out.write_all(b"\n")
}

#[derive(Serialize)]
struct JsonDiagnosis<'a> {
    version: u32,
    tool: JsonTool,
    as_of: Option<&'a str>,
    text: &'a str,
    lids: &'a [u32],
    candidates: Vec<JsonCandidate<'a>>,
    closest: Vec<&'a str>,
    findings: Vec<JsonFinding<'a>>,
    others_failed: u64,
    exports: Vec<JsonNeed<'a>>,
    checks: Vec<JsonCheck<'a>>,
    inputs: Vec<JsonInput<'a>>,
    diagnostics: Vec<JsonProblem<'a>>,
}

impl<'a> JsonDiagnosis<'a> {
    fn new(diagnosis: &'a Diagnosis) -> Self {
        let run = diagnosis.run.as_ref();
        let findings = run.into_iter().flat_map(|run| findings(run).map(move |found| (run, found)));
        let findings = findings.filter(|(_, (_, finding))| diagnosis.has_cause(&finding.lint));
        let problems = run.into_iter().flat_map(|run| problems(run).map(move |problem| (run, problem)));
        Self {
            version: VERSION,
            tool: JsonTool::this(),
            as_of: run.map(|run| run.as_of.as_str()),
            text: &diagnosis.text,
            lids: &diagnosis.lids,
            candidates: diagnosis.candidates.iter().map(JsonCandidate::new).collect(),
            closest: diagnosis.closest.iter().map(|one| one.id.as_str()).collect(),
            findings: findings
                .map(|(run, (diagnostic, finding))| JsonFinding::new(run, diagnostic, finding))
                .collect(),
            others_failed: diagnosis.others_failed(),
            exports: diagnosis.exports.iter().map(JsonNeed::new).collect(),
            checks: diagnosis.checks.iter().map(JsonCheck::new).collect(),
            inputs: run.into_iter().flat_map(|run| &run.inputs).map(JsonInput::new).collect(),
            diagnostics: problems.map(|(run, problem)| JsonProblem::new(run, problem)).collect(),
        }
    }
}

#[derive(Serialize)]
struct JsonCandidate<'a> {
    symptom: &'a str,
    section: Option<u8>,
    title: &'a str,
    direction: &'a str,
    meaning: &'a str,
    rank: u8,
    matched: &'a str,
    captures: BTreeMap<&'a str, Vec<&'a str>>,
    lids: &'a [u32],
    evidence: &'a [String],
    causes: Vec<JsonCause<'a>>,
    checks: &'a [String],
    references: &'a [String],
}

impl<'a> JsonCandidate<'a> {
    fn new(candidate: &'a Candidate) -> Self {
        let mut captures: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (name, value) in &candidate.captures {
            captures.entry(name).or_default().push(value);
        }
        Self {
            symptom: &candidate.id,
            section: candidate.section,
            title: &candidate.title,
            direction: candidate.direction.name(),
            meaning: &candidate.meaning,
            rank: candidate.rank,
            matched: &candidate.matched,
            captures,
            lids: &candidate.lids,
            evidence: &candidate.evidence,
            causes: candidate.causes.iter().map(JsonCause::new).collect(),
            checks: &candidate.checks,
            references: &candidate.references,
        }
    }
}

#[derive(Serialize)]
struct JsonCause<'a> {
    lint: &'a str,
    title: Option<&'a str>,
    verdict: &'static str,
    checked: u64,
    findings: u64,
    unknown: Vec<JsonNeed<'a>>,
}

impl<'a> JsonCause<'a> {
    fn new(cause: &'a Cause) -> Self {
        let (mut checked, mut findings, mut unknown) = (0, 0, Vec::new());
        match &cause.verdict {
            Verdict::Found { findings: number } => findings = *number,
            Verdict::RuledOut { checked: number } => checked = *number,
            Verdict::Unknown { needs } => unknown = needs.iter().map(JsonNeed::new).collect(),
            Verdict::NotApplicable | Verdict::NotLookedAt => {}
        }
        let verdict = cause.verdict.name();
        Self { lint: &cause.lint, title: cause.title.as_deref(), verdict, checked, findings, unknown }
    }
}

#[derive(Serialize)]
struct JsonCheck<'a> {
    id: &'a str,
    title: &'a str,
    side: &'static str,
    text: &'a str,
    commands: Vec<JsonCommand<'a>>,
    settles: bool,
}

impl<'a> JsonCheck<'a> {
    fn new(check: &'a Check) -> Self {
        let commands = check.commands.iter().map(|(shell, run)| JsonCommand { shell: shell.name(), run });
        Self {
            id: &check.id,
            title: &check.title,
            side: check.side.name(),
            text: &check.text,
            commands: commands.collect(),
            settles: check.settles,
        }
    }
}

#[derive(Serialize)]
struct JsonCommand<'a> {
    shell: &'static str,
    run: &'a str,
}
