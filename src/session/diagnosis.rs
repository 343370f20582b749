//! A diagnosis: an error text in, its causes out, found in exports where there are any.

use std::collections::BTreeMap;

use super::inputs::Inputs;
use super::run::Plan;
use super::script::ScriptLines;
use super::{Error, Session};
use crate::diagnosis::{Candidate, Cause, Check, Diagnosis, Reference, Verdict};
use crate::diagnostic::{LintSummary, Need, NeedKind, Noun, Outcome, Platform, Run};
use crate::engine::exports_of;
use crate::lint::Lint;
use crate::redact::Redactor;
use crate::symptom::{Catalogue, Match, Matches};

pub(super) fn diagnose(session: &Session, text: &str, inputs: &Inputs) -> Result<Diagnosis, Error> {
    let is_redacted = session.options.is_redacted;
    if is_redacted {
        session.require_no_own_lints()?;
    }
    if text.trim().is_empty() {
        return Err(Error::EmptyText);
    }
    let catalogue = &session.symptoms().catalogue;
    let matches = catalogue.find(text);
    let mut redactor = is_redacted.then(|| Redactor::new(session.registry));
    let has_run = !inputs.is_empty() && !matches.best.is_empty();
    let run = if has_run { Some(judge(session, inputs, redactor.as_mut())?) } else { None };
    let lints = session.candidates(is_redacted);
    let mut diagnosis = Composer { session, catalogue, lints }.diagnosis(&matches, run);
    if let Some(redactor) = &mut redactor {
        redact(redactor, &mut diagnosis);
    }
    Ok(diagnosis)
}

/// By all lints: that others fail than the causes is worth knowing.
fn judge(session: &Session, inputs: &Inputs, redactor: Option<&mut Redactor>) -> Result<Run, Error> {
    let plan = Plan { has_all_lints: true, ..Plan::default() };
    let Some(redactor) = redactor else { return Ok(session.judge(inputs, &plan)?.run) };
    let redaction = session.learn(redactor, inputs)?;
    Ok(session.judge_redacted(&redaction, redactor, None, &plan).run)
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

/// What a diagnosis is put together from.
struct Composer<'a> {
    session: &'a Session,
    catalogue: &'a Catalogue,
    lints: Vec<&'a Lint>,
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
        let registry = self.session.registry;
        let is_cause = |id: &str| candidates.iter().flat_map(|one| &one.causes).any(|cause| cause.lint == id);
        let lints = self.lints.iter().copied().filter(|lint| is_cause(&lint.id));
        let script_lines = ScriptLines::new(self.session, &self.lints, self.session.options.is_redacted);
        let wanted = exports_of(registry, lints).into_iter().map(|(side, noun)| {
            let cmdlet = registry.cmdlet(noun);
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
    let mut needs: BTreeMap<(Option<Platform>, String), Need> = BTreeMap::new();
    for cause in candidates.iter().flat_map(|candidate| &candidate.causes) {
        let Verdict::Unknown { needs: lacking } = &cause.verdict else { continue };
        for need in lacking {
            let known = needs.entry((need.side, need.to_string())).or_insert_with(|| need.clone());
            known.objects = known.objects.max(need.objects);
        }
    }
    needs.into_values().collect()
}
