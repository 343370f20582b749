//! Paths with their gates, put into the plain data of reports.

use std::cell::OnceCell;
use std::collections::HashMap;

use super::finding;
use super::gates::{GATES, Gate, Way};
use super::needs::{Needs, in_order};
use super::request::{Recipients, Request};
use crate::diagnostic::{
    Diagnostic, Direction, GateState, GateSummary, Hop, Label, LintSummary, Need, Outcome, PathSummary,
    Platform, RejectedObject, Scope, Severity, Subject, Target, Used,
};
use crate::exchange::url::is_hybrid_agent;
use crate::schema::Registry;
use crate::snapshot::{Item, Lack, Record, Value, View};
use crate::topology::{Auth, Dispatcher, Path, Rejection, Route, Topology};

/// Values that are shown for one gate.
const MAX_EVIDENCE: usize = 3;

/// What lints found, by id, and where they stand.
pub(super) struct Judged<'j> {
    pub(super) lints: HashMap<&'j str, &'j LintSummary>,
    /// By id of the lint.
    pub(super) findings: HashMap<&'j str, &'j [Diagnostic]>,
    pub(super) evidence: HashMap<&'j str, &'j [(Option<Platform>, Label)]>,
    /// By id of a gate, the lints that decide it.
    pub(super) at_gate: HashMap<&'j str, Vec<&'j str>>,
    /// What they say of each of [`GATES`]: the same for all paths.
    pub(super) gates: [OnceCell<GateSummary>; GATES.len()],
}

/// The findings of each lint, which stand together.
pub(super) fn by_lint(findings: &[Diagnostic]) -> HashMap<&str, &[Diagnostic]> {
    let of_lints = findings.chunk_by(|a, b| lint_of(a) == lint_of(b));
    of_lints.filter_map(|all| Some((lint_of(all.first()?)?, all))).collect()
}

fn lint_of(diagnostic: &Diagnostic) -> Option<&str> {
    Some(diagnostic.finding()?.lint.as_str())
}

/// All paths of the topology, or those of one request.
pub(super) fn summaries<'s>(
    view: View<'s>,
    topology: &Topology<'s>,
    recipients: Option<&Recipients>,
    judged: &Judged<'_>,
) -> Vec<PathSummary> {
    let registry = view.registry();
    let no_request = Request::default();
    let request = recipients.map_or(&no_request, Recipients::request);
    let plans = recipients.map(|recipients| recipients.plans(topology)).unwrap_or_default();
    if plans.is_empty() {
        let directions = Direction::ALL.iter().flat_map(|&direction| {
            let paths = topology.direction(direction);
            let known = paths.paths.iter().map(move |path| summary(registry, path, judged));
            let unknown = paths.paths.is_empty().then(|| undecided(registry, direction, &paths.lacks));
            known.chain(unknown)
        });
        return directions.collect();
    }
    let traced = plans.into_iter().map(|plan| {
        let domains: Vec<Item<'s>> =
            plan.domains.iter().map(|domain| Item::computed(Value::text(domain.clone()))).collect();
        let path = Dispatcher::new(view, plan.direction.from()).path(&domains);
        PathSummary {
            from: request.from.clone(),
            to: request.to.clone(),
            tried: plan.domains,
            assumptions: plan.assumptions,
            ..summary(registry, &path, judged)
        }
    });
    traced.collect()
}

/// A direction whose domains are not known, or that has none.
fn undecided(registry: &'static Registry, direction: Direction, lacks: &[Lack<'_>]) -> PathSummary {
    PathSummary { needs: needs(registry, lacks), ..empty(direction) }
}

const fn empty(direction: Direction) -> PathSummary {
    PathSummary {
        direction,
        from: None,
        to: None,
        tried: Vec::new(),
        domain: String::new(),
        assumptions: Vec::new(),
        used: None,
        needs: Vec::new(),
        rejected: Vec::new(),
        gates: Vec::new(),
    }
}

fn needs(registry: &'static Registry, lacks: &[Lack<'_>]) -> Vec<Need> {
    let mut needs = Needs::default();
    needs.add(lacks, false);
    needs.list(registry)
}

fn summary(registry: &'static Registry, path: &Path<'_>, judged: &Judged<'_>) -> PathSummary {
    let domain = path.domain.value.as_ref().map_or_else(|_| String::new(), ToString::to_string);
    let mut summary = PathSummary {
        tried: vec![domain.clone()],
        domain,
        rejected: path.rejected.iter().map(|&(record, why)| rejected(record, why)).collect(),
        ..empty(path.direction)
    };
    match &path.route {
        Err(lacks) => summary.needs = needs(registry, lacks),
        Ok(route) => {
            if let Err(lack) = &route.endpoint {
                summary.needs = needs(registry, &[*lack]);
            }
            summary.gates = gates(way(path.direction, route), judged);
            summary.used = Some(used(route));
        }
    }
    summary
}

fn used(route: &Route<'_>) -> Used {
    let target = route.endpoint.as_ref().ok().and_then(Option::as_ref).map(|endpoint| Target {
        url: endpoint.url.to_string(),
        is_direct: endpoint.is_direct,
        label: finding::place_label(endpoint.place),
    });
    Used {
        auth: route.auth.name(),
        object: route.object.map(hop),
        target,
        failure: route.failure.map(|failure| (failure.name(), failure.title())),
    }
}

fn hop(record: &Record) -> Hop {
    let subject = Subject {
        side: record.side(),
        cmdlet: record.cmdlet().name.clone(),
        object: Some(record.identity()).filter(|name| !name.is_empty()),
    };
    Hop { subject, label: Some(finding::anchor_label(record)) }
}

fn rejected(record: &Record, why: Rejection) -> RejectedObject {
    RejectedObject { hop: hop(record), reason: why.title() }
}

fn way(direction: Direction, route: &Route<'_>) -> Way {
    let endpoint = route.endpoint.as_ref().ok().and_then(Option::as_ref);
    Way {
        direction,
        auth: route.auth,
        is_direct: endpoint.is_some_and(|endpoint| endpoint.is_direct),
        by_agent: endpoint.is_some_and(|endpoint| is_hybrid_agent(&endpoint.url)),
    }
}

fn gates(way: Way, judged: &Judged<'_>) -> Vec<GateSummary> {
    if way.auth == Auth::None {
        return Vec::new();
    }
    let on_way = GATES.iter().zip(&judged.gates).filter(|(gate, _)| (gate.is_on)(way));
    on_way.map(|(gate, summary)| summary.get_or_init(|| judged.gate(gate)).clone()).collect()
}

impl Judged<'_> {
    fn gate(&self, gate: &Gate) -> GateSummary {
        let lints = self.at_gate.get(gate.id).into_iter().flatten();
        let states: Vec<(&str, GateState)> =
            lints.filter_map(|id| Some((*id, self.state(id, gate.scope)?))).collect();
        let worst = states.iter().map(|(_, state)| *state).min().unwrap_or(GateState::NotApplicable);
        let decisive: Vec<&str> =
            states.iter().filter(|(_, state)| *state == worst).map(|(id, _)| *id).collect();
        let evidence = match worst {
            GateState::Failed | GateState::Warned => self.labels(&decisive, gate.scope),
            GateState::Passed => self.passed_by(&decisive, gate.scope),
            GateState::Unknown | GateState::NotApplicable => Vec::new(),
        };
        let needs = decisive
            .iter()
            .filter(|_| worst == GateState::Unknown)
            .flat_map(|id| self.needs(id, gate.scope))
            .cloned();
        GateSummary {
            id: gate.id,
            title: gate.title,
            state: worst,
            evidence: evidence.into_iter().take(MAX_EVIDENCE).cloned().collect(),
            needs: in_order(needs.collect()),
            lints: decisive.into_iter().map(str::to_owned).collect(),
        }
    }

    /// What a lint says of what a gate asks about. `None` where it did not run.
    fn state(&self, id: &str, scope: Scope) -> Option<GateState> {
        let lint = self.lints.get(id)?;
        let severity = self.within(id, scope).map(|finding| finding.severity).max();
        Some(match (severity, lint.outcome) {
            (Some(Severity::Error), _) => GateState::Failed,
            (Some(Severity::Warning), _) => GateState::Warned,
            _ if self.needs(id, scope).next().is_some() => GateState::Unknown,
            (_, Outcome::NotApplicable) => GateState::NotApplicable,
            _ => GateState::Passed,
        })
    }

    fn within<'a>(&'a self, id: &'a str, scope: Scope) -> impl Iterator<Item = &'a Diagnostic> {
        self.findings.get(id).copied().unwrap_or_default().iter().filter(move |diagnostic| {
            diagnostic.finding().is_some_and(|finding| {
                let of = finding.subject.as_ref().and_then(|subject| subject.side);
                scope.may_cover(of)
            })
        })
    }

    fn needs(&self, id: &str, scope: Scope) -> impl Iterator<Item = &Need> {
        let needs = self.lints.get(id).map(|lint| lint.needs.as_slice()).unwrap_or_default();
        needs.iter().filter(move |need| scope.may_cover(need.side))
    }

    fn labels<'a>(&'a self, ids: &[&'a str], scope: Scope) -> Vec<&'a Label> {
        let findings = ids.iter().flat_map(|id| self.within(id, scope));
        findings
            .filter(|finding| finding.severity > Severity::Info)
            .flat_map(|finding| &finding.labels)
            .collect()
    }

    /// Values that lints passed by, each place once: one of each lint first.
    fn passed_by<'a>(&'a self, ids: &[&str], scope: Scope) -> Vec<&'a Label> {
        let of_lint = |id: &&str| {
            let all = self.evidence.get(id).copied().unwrap_or_default();
            all.iter().filter(|(of, _)| scope.covers(*of)).map(|(_, label)| label).collect()
        };
        let by_lint: Vec<Vec<&Label>> = ids.iter().map(of_lint).collect();
        let mut found: Vec<&Label> = Vec::new();
        for round in 0..super::MAX_EVIDENCE {
            for label in by_lint.iter().filter_map(|labels| labels.get(round)) {
                if !found.iter().any(|other| other.location == label.location) {
                    found.push(label);
                }
            }
        }
        found
    }
}
