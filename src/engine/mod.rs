//! Lints over exports: what failed, what passed, what cannot be known.
//!
//! A lint that judges each record of one collection by itself sees the records while they are read, and none of
//! them is kept. All others see the snapshot when everything is read.

mod case;
mod finding;
mod gates;
mod needs;
mod paths;
mod request;

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::diagnostic::{Diagnostic, Label, LintSummary, Outcome, PathSummary, Platform, Scope};
use crate::lint::expression::{Evaluator, Expression, Unknown};
use crate::lint::{Collection, Lint};
use crate::schema::{Cardinality, NounId, Registry};
use crate::snapshot::{Item, Record, Retention, Snapshot, Value, View};
use crate::source::Sources;
use crate::topology::{self, Topology};

pub use case::{CaseResult, run_case};
pub(crate) use finding::{anchor_label, place_label};
pub use gates::gate_titles;
use needs::Needs;
use request::Recipients;
pub use request::Request;

/// Values that are kept of each lint and side to show what it passed by.
const MAX_EVIDENCE: usize = 3;
/// Objects that are looked at for them: one side may have a million and the other none.
const MAX_EVIDENCE_OBJECTS: u64 = 10_000;

/// Lints at work.
pub struct Engine<'l> {
    registry: &'static Registry,
    /// Midnight, UTC, of the day to judge by.
    as_of: Timestamp,
    /// What the configuration says of thresholds of lints.
    thresholds: BTreeMap<String, i64>,
    states: Vec<State<'l>>,
    /// By noun, the lints that see each record.
    record_wise: Vec<Vec<usize>>,
    /// For lints that see no collection but their record.
    empty: Snapshot,
    /// Set where a request is traced.
    recipients: Option<Recipients>,
}

/// What came out of a run.
#[derive(Debug, Default)]
pub struct Judgement {
    /// How each lint ended, in the order in which they were given.
    pub lints: Vec<LintSummary>,
    /// What they found, sorted by lint and place.
    pub findings: Vec<Diagnostic>,
    /// The way of requests.
    pub paths: Vec<PathSummary>,
}

/// A lint with what came out so far.
struct State<'l> {
    lint: &'l Lint,
    checked: u64,
    findings: Vec<Diagnostic>,
    needs: Needs,
    /// Values it passed by, where these are asked for.
    evidence: Option<Vec<(Option<Platform>, Label)>>,
}

/// The bindings under judgement and where their results go.
struct Judge<'a, 'l, 's> {
    state: &'a mut State<'l>,
    evaluator: &'a mut Evaluator<'s>,
}

/// The collection of a lint that judges records as they are read: those of recipients, which may be millions. Other
/// objects may be in several exports, and are judged when these have come together.
fn at_once<'l>(registry: &Registry, lint: &'l Lint) -> Option<&'l Collection> {
    let is_of_recipients = |noun| registry.cmdlet(noun).cardinality == Cardinality::Recipient;
    lint.record_wise.as_ref().filter(|collection| is_of_recipients(collection.noun))
}

impl<'l> Engine<'l> {
    /// For lints, judged by a day.
    #[must_use]
    pub fn new(registry: &'static Registry, lints: &'l [Lint], as_of: Timestamp) -> Self {
        Self::of(registry, lints, as_of)
    }

    /// Like [`Engine::new`] for some of the lints there are.
    #[must_use]
    pub fn of(
        registry: &'static Registry,
        lints: impl IntoIterator<Item = &'l Lint>,
        as_of: Timestamp,
    ) -> Self {
        let mut record_wise = vec![Vec::new(); registry.len()];
        let states = lints.into_iter().enumerate().map(|(index, lint)| {
            if let Some(collection) = at_once(registry, lint) {
                record_wise[collection.noun.index()].push(index);
            }
            State { lint, checked: 0, findings: Vec::new(), needs: Needs::default(), evidence: None }
        });
        let states = states.collect();
        Self {
            registry,
            as_of,
            thresholds: BTreeMap::new(),
            states,
            record_wise,
            empty: Snapshot::new(registry),
            recipients: None,
        }
    }

    /// Judges by these thresholds, by name, in place of those that the lints have.
    #[must_use]
    pub fn with_thresholds(self, thresholds: BTreeMap<String, i64>) -> Self {
        Self { thresholds, ..self }
    }

    /// Traces a request (all paths, where it has no addresses), and keeps the values that gates passed by.
    #[must_use]
    pub fn tracing(mut self, request: Request) -> Self {
        for state in &mut self.states {
            state.evidence = (!state.lint.gates.is_empty()).then(Vec::new);
        }
        self.recipients = Some(Recipients::new(self.registry, request));
        self
    }

    /// What must be kept of the exports for [`Engine::finish`].
    #[must_use]
    pub fn retention(&self) -> Retention {
        let mut retention = Retention::nothing(self.registry);
        for state in self.states.iter().filter(|state| at_once(self.registry, state.lint).is_none()) {
            for &(_, noun) in &state.lint.collections {
                retention.keep(self.registry, noun);
            }
            for &(noun, property) in &state.lint.properties {
                retention.keep_property(self.registry, noun, property);
            }
        }
        topology::retain(self.registry, &mut retention);
        retention
    }

    /// Judges a record that was just read.
    pub fn record(&mut self, record: &Record) {
        if let Some(recipients) = &mut self.recipients {
            recipients.note(record);
        }
        let Some(lints) = self.record_wise.get(record.noun().index()) else { return };
        if lints.is_empty() {
            return;
        }
        let mut evaluator = Evaluator::new(self.empty.view(), self.as_of).with_thresholds(&self.thresholds);
        for &index in lints {
            let Some(state) = self.states.get_mut(index) else { continue };
            let Some(collection) = at_once(self.registry, state.lint) else { continue };
            if !collection.scope.covers(record.side()) {
                continue;
            }
            let lint = state.lint;
            let item = Item::computed(Value::Record(record));
            let mut judge = Judge { state, evaluator: &mut evaluator };
            if judge.is_about(collection, &item)
                && let [binding] = lint.bindings.as_slice()
            {
                judge.evaluator.bind(binding.slot, item);
                judge.tuple();
            }
        }
    }

    /// Judges what needed all exports, and sums up.
    #[must_use]
    pub fn finish(mut self, view: View<'_>, sources: &Sources) -> Judgement {
        let registry = self.registry;
        let topology = Topology::of(view);
        let mut evaluator = Evaluator::new(view, self.as_of)
            .with_topology(topology.facts())
            .with_thresholds(&self.thresholds);
        for state in &mut self.states {
            evaluator.restart();
            let mut judge = Judge { state, evaluator: &mut evaluator };
            match at_once(registry, judge.state.lint) {
                Some(collection) => {
                    let lacks = view.lacks(collection.scope, collection.noun);
                    judge.state.needs.add(&lacks, false);
                }
                None => judge.lint(),
            }
        }
        let at_gate = gates::lints_at(self.states.iter().map(|state| state.lint));
        let mut lints = Vec::with_capacity(self.states.len());
        let mut findings = Vec::new();
        let mut evidence = Vec::new();
        for mut state in self.states {
            finding::sort(&mut state.findings, sources);
            lints.push(state.summary(registry));
            findings.append(&mut state.findings);
            evidence.extend(state.evidence.map(|labels| (state.lint.id.as_str(), labels)));
        }
        let judged = paths::Judged {
            lints: lints.iter().map(|lint| (lint.id.as_str(), lint)).collect(),
            findings: paths::by_lint(&findings),
            evidence: evidence.iter().map(|(id, labels)| (*id, labels.as_slice())).collect(),
            at_gate,
            gates: Default::default(),
        };
        let paths = paths::summaries(view, &topology, self.recipients.as_ref(), &judged);
        Judgement { lints, findings, paths }
    }
}

impl State<'_> {
    fn summary(&self, registry: &Registry) -> LintSummary {
        let lint = self.lint;
        let outcome = if !self.findings.is_empty() {
            Outcome::Failed
        } else if !self.needs.is_empty() {
            Outcome::Unknown
        } else if self.checked == 0 {
            Outcome::NotApplicable
        } else {
            Outcome::Passed
        };
        LintSummary {
            id: lint.id.clone(),
            title: lint.title.clone(),
            area: lint.area.clone(),
            severity: lint.severity,
            outcome,
            checked: self.checked,
            findings: self.findings.len() as u64,
            needs: self.needs.list(registry),
            why: lint.why.clone(),
            remedy: lint.fix.as_ref().map_or_else(String::new, |fix| fix.text.source().to_owned()),
            references: lint.references.clone(),
        }
    }
}

impl<'l: 's, 's> Judge<'_, 'l, 's> {
    /// Goes through all bindings of a lint.
    fn lint(&mut self) {
        let when = self.state.lint.when.as_ref();
        if when.is_none_or(|when| self.holds(when) == Ok(true)) {
            self.bindings(0);
        }
    }

    /// Whether a condition for judging at all holds; notes what lacks where that cannot be known.
    fn holds(&mut self, condition: &'s Expression) -> Result<bool, Unknown> {
        let result = self.evaluator.condition(condition);
        match result {
            // What an answer did without does not lack.
            Ok(_) => self.evaluator.clear_lacks(),
            Err(Unknown) => self.note_lacks(true),
        }
        result
    }

    fn bindings(&mut self, depth: usize) {
        let lint = self.state.lint;
        let Some(binding) = lint.bindings.get(depth) else { return self.tuple() };
        let list = match self.evaluator.list(&binding.list) {
            Ok(list) => list,
            Err(Unknown) => return self.note_lacks(false),
        };
        self.evaluator.clear_lacks();
        self.state.needs.add(&list.lacks, false);
        for item in &list.items {
            if self.evaluator.is_exhausted() {
                return self.state.needs.add(&[Evaluator::EXHAUSTED], false);
            }
            match &item.value {
                Ok(_) => {
                    self.evaluator.bind(binding.slot, item.clone());
                    self.bindings(depth + 1);
                }
                Err(lack) => self.state.needs.add(&[*lack], true),
            }
        }
    }

    /// Whether a record is one of those that a record-wise lint is about.
    fn is_about(&mut self, collection: &'s Collection, item: &Item<'s>) -> bool {
        let when = self.state.lint.when.as_ref();
        if when.is_some_and(|when| self.holds(when) != Ok(true)) {
            return false;
        }
        let Some((slot, filter)) = &collection.filter else { return true };
        self.evaluator.bind(*slot, item.clone());
        self.holds(filter) == Ok(true)
    }

    fn note_lacks(&mut self, is_object: bool) {
        let lacks = self.evaluator.take_lacks();
        self.state.needs.add(&lacks, is_object);
    }

    /// Judges one combination of bound names.
    fn tuple(&mut self) {
        let lint = self.state.lint;
        let mut is_judged = false;
        for (index, expect) in lint.expects.iter().enumerate() {
            let applies = expect.when.as_ref().map_or(Ok(true), |when| self.holds(when));
            if applies == Ok(false) {
                continue;
            }
            is_judged = true;
            if applies == Err(Unknown) {
                continue;
            }
            let (mut failed, mut is_unknown) = (Vec::new(), false);
            for part in &expect.conjuncts {
                match self.evaluator.condition(part) {
                    Ok(true) => {}
                    Ok(false) => failed.push(part),
                    Err(Unknown) => is_unknown = true,
                }
            }
            if !failed.is_empty() {
                self.evaluator.clear_lacks();
                let finding =
                    self.evaluator.uncounted(|evaluator| finding::make(lint, index, &failed, evaluator));
                self.state.findings.push(finding);
            } else if is_unknown {
                self.note_lacks(true);
            } else if let Some(evidence) = &mut self.state.evidence
                && evidence.len() < MAX_EVIDENCE * Platform::ALL.len()
                && self.state.checked < MAX_EVIDENCE_OBJECTS
            {
                for (side, label) in finding::evidence(&expect.conjuncts, self.evaluator) {
                    if evidence.iter().filter(|(of, _)| *of == side).count() < MAX_EVIDENCE {
                        evidence.push((side, label));
                    }
                }
            }
            self.evaluator.clear_lacks();
        }
        self.state.checked += u64::from(is_judged);
    }
}

/// The nouns that lints read, by side: what a full snapshot has.
#[must_use]
pub fn wanted_exports(registry: &Registry, lints: &[Lint]) -> Vec<(Platform, NounId)> {
    exports_of(registry, lints)
}

/// Like [`wanted_exports`] for some of the lints there are.
#[must_use]
pub fn exports_of<'l>(
    registry: &Registry,
    lints: impl IntoIterator<Item = &'l Lint>,
) -> Vec<(Platform, NounId)> {
    let mut wanted = std::collections::BTreeSet::new();
    for &(scope, noun) in lints.into_iter().flat_map(|lint| &lint.collections) {
        match scope {
            Scope::One(side) => {
                wanted.insert((side, noun));
            }
            Scope::Both => wanted.extend(registry.cmdlet(noun).sides.iter().map(|&side| (side, noun))),
        }
    }
    wanted.into_iter().collect()
}
