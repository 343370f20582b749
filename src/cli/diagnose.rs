//! `diagnose`: an error text in, its causes out, found in exports where there are any.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use super::args::{DiagnoseArgs, InputArgs, LintChoice, PathArgs};
use super::check::{Judged, Plan};
use super::collect::ScriptLines;
use super::settings::Settings;
use super::{Exit, check, complain, complain_of_mistakes, load_symptoms};
use crate::diagnosis::{Candidate, Cause, Check, Diagnosis, Reference, Verdict};
use crate::diagnostic::{Diagnostic, LintSummary, Need, NeedKind, Noun, Outcome, Run, Severity, Side};
use crate::engine::wanted_exports;
use crate::lint::Lint;
use crate::redact::Redactor;
use crate::report;
use crate::schema::Registry;
use crate::source::Encoding;
use crate::symptom::{Catalogue, Match, Matches};

const READ_TWICE: &str = "standard input is either the text or an export, not both";

/// More than any message; the rest of a file is not looked at.
const MAX_TEXT_BYTES: u64 = 4 << 20;

pub(super) fn run(registry: &'static Registry, args: &DiagnoseArgs, out: &mut dyn Write) -> io::Result<Exit> {
    if let Err(exit) = check::require_no_own_lints(args.redact, &args.lints) {
        return Ok(exit);
    }
    let (text, paths) = match text_and_paths(args) {
        Ok(found) => found,
        Err(message) => {
            complain(&message);
            return Ok(Exit::Usage);
        }
    };
    let input = InputArgs {
        files: PathArgs { paths, on_prem: args.on_prem.clone(), cloud: args.cloud.clone() },
        as_of: args.as_of.clone(),
        redact: args.redact,
    };
    // All lints run: that others fail is worth knowing.
    let choice =
        LintChoice { lints: args.lints.clone(), config: args.config.clone(), ..LintChoice::default() };
    let mut settings = Settings::load(registry, &args.config, &args.lints).with_all_lints();
    if args.redact {
        settings = settings.without_own_lints();
        settings.folders.clear();
    }
    let mut sources = settings.sources.clone();
    let catalogue = load_symptoms(&settings.folders, &mut sources);
    complain_of_mistakes(&catalogue.mistakes, &sources);
    let matches = catalogue.find(&text);
    let has_exports = !input.files.is_empty();
    let mut redactor = args.redact.then(|| Redactor::new(registry));
    let judged = if has_exports && !matches.best.is_empty() {
        match judge(registry, &settings, (&input, &choice), redactor.as_mut()) {
            Ok(judged) => Some(judged),
            Err(exit) => return Ok(exit),
        }
    } else {
        // A run reports them itself.
        complain_of_mistakes(&settings.problems, &settings.sources);
        None
    };
    let threshold = judged.as_ref().and_then(|judged| judged.threshold(args.fail_on));
    let run = judged.map(|judged| judged.run);
    // What is repeated in commands are places of the user's own.
    let shown = if args.redact { LintChoice::default() } else { choice };
    let mut diagnosis = Composer { registry, catalogue: &catalogue, lints: &settings.lints, choice: &shown }
        .diagnosis(&matches, run);
    if let Some(redactor) = &mut redactor {
        redact(redactor, &mut diagnosis);
    }
    report::write_diagnosis(&diagnosis, args.format, &args.look.options(), out)?;
    let is_wrong = !catalogue.mistakes.is_empty()
        || settings.problems.iter().any(|problem| problem.severity == Severity::Error);
    Ok(if is_wrong { Exit::Usage } else { exit(&diagnosis, threshold) })
}

/// Reads and judges.
fn judge(
    registry: &'static Registry,
    settings: &Settings,
    (input, choice): (&InputArgs, &LintChoice),
    redactor: Option<&mut Redactor>,
) -> Result<Judged, Exit> {
    let plan = Plan { settings: Some(settings), ..Plan::default() };
    let Some(redactor) = redactor else { return Ok(check::judge(registry, input, choice, plan)?.0) };
    let redaction = check::learn(redactor, input, choice)?;
    let judged = check::judge_redacted(registry, (&redaction, redactor, None), input, choice, plan)?;
    Ok(judged.0)
}

/// Takes names out of what the error text says.
fn redact(redactor: &mut Redactor, diagnosis: &mut Diagnosis) {
    diagnosis.text = redactor.text(&diagnosis.text);
    for candidate in &mut diagnosis.candidates {
        candidate.matched = redactor.text(&candidate.matched);
        for (_, value) in &mut candidate.captures {
            *value = redactor.text(value);
        }
    }
}

/// The first argument is the text, unless a file holds it.
fn text_and_paths(args: &DiagnoseArgs) -> Result<(String, Vec<String>), String> {
    let mut paths: Vec<String> = args.text.iter().chain(&args.paths).cloned().collect();
    let text = match &args.text_file {
        Some(file) => {
            if file == "-" && paths.iter().chain(&args.on_prem).chain(&args.cloud).any(|path| path == "-") {
                return Err(READ_TWICE.into());
            }
            read_text(file)?
        }
        None if paths.is_empty() => {
            return Err("no error text given; try `freebusy-lint diagnose \"TEXT\" FOLDER`, or \
                        `--text-file FILE` with the text in a file"
                .into());
        }
        None => match paths.remove(0) {
            text if text == "-"
                && paths.iter().chain(&args.on_prem).chain(&args.cloud).any(|path| path == "-") =>
            {
                return Err(READ_TWICE.into());
            }
            text if text == "-" => read_text("-")?,
            text if Path::new(&text).exists() => {
                return Err(format!(
                    "`{text}` is a file or folder: the error text comes first, in quotes; a text in a file is \
                     given with `--text-file FILE`"
                ));
            }
            text => text,
        },
    };
    if text.trim().is_empty() {
        return Err("the error text is empty".into());
    }
    Ok((text, paths))
}

fn read_text(path: &str) -> Result<String, String> {
    let mut bytes = Vec::new();
    let result = if path == "-" {
        io::stdin().lock().take(MAX_TEXT_BYTES).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(MAX_TEXT_BYTES).read_to_end(&mut bytes))
    };
    match result {
        Ok(_) => Ok(Encoding::decode_all(&bytes)),
        Err(error) => Err(format!("--text-file: cannot read `{path}`: {error}")),
    }
}

/// What a diagnosis is put together from.
struct Composer<'a> {
    registry: &'static Registry,
    catalogue: &'a Catalogue,
    lints: &'a [Lint],
    /// Where some of them are from.
    choice: &'a LintChoice,
}

impl Composer<'_> {
    fn diagnosis(&self, matches: &Matches<'_>, run: Option<Run>) -> Diagnosis {
        let summaries: BTreeMap<&str, &LintSummary> =
            run.iter().flat_map(|run| &run.lints).map(|lint| (lint.id.as_str(), lint)).collect();
        let candidates = matches.best.iter().map(|found| self.candidate(found, &summaries, run.is_some()));
        let mut candidates: Vec<Candidate> = candidates.collect();
        if let [only] = candidates.as_mut_slice() {
            // There is nothing to tell it from.
            only.evidence.clear();
        }
        candidates.sort_by_key(|candidate| candidate.evidence.is_empty());
        let exports = match &run {
            Some(_) => lacking(&candidates),
            None => self.plan(&candidates),
        };
        let checks = self.checks(matches, &candidates);
        let closest = matches.closest.iter();
        let closest =
            closest.map(|symptom| Reference { id: symptom.id.clone(), title: symptom.title.clone() });
        Diagnosis {
            text: matches.text.clone(),
            lids: matches.lids.clone(),
            candidates,
            closest: closest.collect(),
            exports,
            checks,
            run,
        }
    }

    fn candidate(
        &self,
        found: &Match<'_>,
        summaries: &BTreeMap<&str, &LintSummary>,
        has_exports: bool,
    ) -> Candidate {
        let symptom = found.symptom;
        let has_failed = |id: &&String| summaries.get(id.as_str()).is_some_and(|lint| lint.findings > 0);
        let causes = symptom.lints.iter().map(|id| {
            let title = self.lints.iter().find(|lint| lint.id == *id).map(|lint| lint.title.clone());
            let verdict = summaries.get(id.as_str()).filter(|_| has_exports).map(|summary| verdict(summary));
            Cause { lint: id.clone(), title, verdict: verdict.unwrap_or(Verdict::NotLookedAt) }
        });
        Candidate {
            id: symptom.id.clone(),
            section: symptom.section,
            title: symptom.title.clone(),
            direction: symptom.direction,
            meaning: symptom.meaning.clone(),
            rank: found.rank,
            matched: found.matched.clone(),
            captures: found.captures.iter().map(|one| (one.name.clone(), one.value.clone())).collect(),
            lids: found.lids.clone(),
            evidence: symptom.evidence.iter().filter(has_failed).cloned().collect(),
            causes: causes.collect(),
            checks: symptom.manual.clone(),
            references: symptom.references.clone(),
        }
    }

    /// Every export that a cause is looked for in.
    fn plan(&self, candidates: &[Candidate]) -> Vec<Need> {
        let is_cause = |id: &str| candidates.iter().flat_map(|one| &one.causes).any(|cause| cause.lint == id);
        let lints: Vec<Lint> = self.lints.iter().filter(|lint| is_cause(&lint.id)).cloned().collect();
        let script_lines = ScriptLines::new(self.registry, self.lints, self.choice);
        let wanted = wanted_exports(self.registry, &lints).into_iter().map(|(side, noun)| {
            let cmdlet = self.registry.cmdlet(noun);
            Need {
                kind: NeedKind::Export,
                noun: Some(Noun { id: noun, name: cmdlet.noun().to_owned(), cmdlet: cmdlet.name.clone() }),
                property: None,
                command: cmdlet.export_command(side),
                side: Some(side),
                script: script_lines.of(side, noun),
                objects: 0,
            }
        });
        wanted.collect()
    }

    /// The manual checks of all candidates, each once. The one that tells them apart comes first.
    fn checks(&self, matches: &Matches<'_>, candidates: &[Candidate]) -> Vec<Check> {
        let is_shared = candidates.len() > 1;
        let settling: Vec<&str> =
            matches.best.iter().filter(|_| is_shared).filter_map(|found| found.settled_by).collect();
        let named = candidates.iter().flat_map(|candidate| candidate.checks.iter().map(String::as_str));
        let mut checks: Vec<Check> = Vec::new();
        for id in settling.iter().copied().chain(named) {
            if checks.iter().any(|check| check.id == id) {
                continue;
            }
            let Some(check) = self.catalogue.check(id) else { continue };
            checks.push(Check {
                id: check.id.clone(),
                title: check.title.clone(),
                side: check.side,
                text: check.text.clone(),
                commands: check.commands.iter().map(|one| (one.shell, one.run.clone())).collect(),
                settles: settling.contains(&id),
            });
        }
        checks
    }
}

fn verdict(lint: &LintSummary) -> Verdict {
    match lint.outcome {
        Outcome::Failed => Verdict::Found { findings: lint.findings },
        Outcome::Passed => Verdict::RuledOut { checked: lint.checked },
        Outcome::NotApplicable => Verdict::NotApplicable,
        Outcome::Unknown => Verdict::Unknown { needs: lint.needs.clone() },
    }
}

/// What is lacking to judge the causes, each once, by side.
fn lacking(candidates: &[Candidate]) -> Vec<Need> {
    let mut needs: BTreeMap<(Option<Side>, String), Need> = BTreeMap::new();
    for cause in candidates.iter().flat_map(|candidate| &candidate.causes) {
        let Verdict::Unknown { needs: lacking } = &cause.verdict else { continue };
        for need in lacking {
            let known = needs.entry((need.side, need.to_string())).or_insert_with(|| need.clone());
            known.objects = known.objects.max(need.objects);
        }
    }
    needs.into_values().collect()
}

fn exit(diagnosis: &Diagnosis, threshold: Option<Severity>) -> Exit {
    let Some(run) = &diagnosis.run else {
        return if diagnosis.candidates.is_empty() { Exit::Usage } else { Exit::Clean };
    };
    let is_cause =
        |finding: &Diagnostic| finding.finding().is_some_and(|found| diagnosis.has_cause(&found.lint));
    check::exit(run, threshold, is_cause)
}
