//! The verdict for each direction, with the way of requests drawn as a row of boxes.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::parts::{MAX_ENTRIES, MAX_MESSAGE, MAX_NAME, anchor, badge, inline, left_out, need, place};
use crate::diagnostic::{
    Direction, GateState, GateSummary, Hop, Label, Need, PathSummary, RejectedObject, Run, Severity, Used,
    Verdict,
};
use crate::report::gather::{Way, ways};
use crate::report::text::{clean, count};
use crate::report::{caption, findings};

/// Domains that are named of those that go the same way.
const MAX_DOMAINS: usize = 20;
/// Objects that lost which are shown at once.
const MAX_REJECTED: usize = 5;

pub(super) fn directions(run: &Run) -> Markup {
    html! {
        @for direction in Direction::ALL {
            @let paths: Vec<&PathSummary> = run.paths.iter().filter(|path| path.direction == direction).collect();
            @let verdict = paths.iter().map(|path| path.verdict()).min().unwrap_or(Verdict::Unknown);
            article class={ "direction " (verdict.name()) } {
                h3 {
                    span.name { (direction) }
                    " " (verdict_badge(verdict))
                }
                @if paths.is_empty() {
                    p { "No export tells how these requests go." }
                }
                @if let Some(share) = share(&paths, verdict) { p { (share) } }
                @for way in ways(paths.iter().copied()) { (path(run, &way)) }
            }
        }
    }
}

fn verdict_badge(verdict: Verdict) -> Markup {
    let word = match verdict {
        Verdict::Broken => "broken",
        Verdict::Unknown => "unknown",
        Verdict::Works => "nothing found that breaks it",
    };
    badge(verdict.name(), word)
}

/// How many of several domains the verdict of a direction is about.
fn share(paths: &[&PathSummary], verdict: Verdict) -> Option<String> {
    let number = paths.iter().filter(|path| path.verdict() == verdict).count();
    (number < paths.len())
        .then(|| format!("{} for {number} of {} domains.", capital(verdict.name()), paths.len()))
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn path(run: &Run, way: &Way<'_>) -> Markup {
    let path = way.path;
    html! {
        div.path {
            h4 { (question(way)) " " (verdict_badge(path.verdict())) }
            @for assumption in &path.assumptions { p.meta { "Assumed: " (inline(assumption, MAX_MESSAGE)) } }
            @if path.tried.len() > 1 {
                p.meta { "Tried: " (inline(&path.tried.join(", "), MAX_MESSAGE)) ", in this order" }
            }
            ol.steps {
                @for step in steps(run, path) {
                    li class=[Some(step.state).filter(|state| !state.is_empty())] {
                        span.what { (step.title) }
                        strong.value { (step.value) }
                        @for detail in &step.details { span.detail { (detail) } }
                        @if !step.state.is_empty() { (badge(step.state, &step.word)) }
                    }
                }
            }
            @if let Some((_, why)) = path.used.as_ref().and_then(|used| used.failure) {
                p.failure { "It cannot succeed: " (inline(why, MAX_MESSAGE)) "." }
            }
            (needs(&path.needs))
            (rejected(run, &path.rejected))
            @if !path.gates.is_empty() {
                h5 { "Gates" }
                ol.gates { @for gate in &path.gates { (self::gate(run, gate)) } }
            }
        }
    }
}

/// Why the others lost. Where they are many, the first say it.
fn rejected(run: &Run, rejected: &[RejectedObject]) -> Markup {
    let (first, others) = rejected.split_at(rejected.len().min(MAX_REJECTED));
    let list = |rejected: &[RejectedObject]| {
        html! {
            ul {
                @for rejected in rejected {
                    li { (hop_name(&rejected.hop)) ": " (inline(rejected.reason, MAX_MESSAGE)) (at(run, rejected.hop.label.as_ref())) }
                }
            }
        }
    };
    let shown = &others[..others.len().min(MAX_ENTRIES)];
    html! {
        @if !first.is_empty() { h5 { "Not used" } (list(first)) }
        @if !shown.is_empty() {
            details.fold open {
                summary { (others.len()) " more not used" }
                (list(shown))
                (left_out(others.len() - shown.len()))
            }
        }
    }
}

/// What is asked.
fn question(way: &Way<'_>) -> String {
    let path = way.path;
    if let Some(to) = &path.to {
        let from = path.from.as_deref().unwrap_or("a user");
        return format!("{} looks {} up", inline(from, MAX_NAME), inline(to, MAX_NAME));
    }
    if path.domain.is_empty() {
        return "no domain to ask for".to_owned();
    }
    let mut names: Vec<String> =
        way.same.iter().take(MAX_DOMAINS).map(|path| inline(&path.domain, MAX_NAME)).collect();
    if way.same.len() > MAX_DOMAINS {
        names.push(format!("… and {} more", way.same.len() - MAX_DOMAINS));
    }
    names.join(", ")
}

/// A box of the drawing. `state` is blank where there is no result.
struct Step {
    title: &'static str,
    value: String,
    details: Vec<String>,
    state: &'static str,
    word: String,
}

impl Step {
    fn new(
        title: &'static str,
        value: impl Into<String>,
        state: &'static str,
        word: impl Into<String>,
    ) -> Self {
        Self { title, value: value.into(), details: Vec::new(), state, word: word.into() }
    }
}

fn steps(run: &Run, path: &PathSummary) -> Vec<Step> {
    let from = path.from.as_deref().map_or_else(|| "a user".to_owned(), |from| inline(from, MAX_NAME));
    let mut steps = vec![Step {
        details: vec![path.direction.from().title().to_owned()],
        ..Step::new("Requester", from, "", "")
    }];
    let Some(used) = &path.used else {
        let unknown = ["Object", "Authentication", "Endpoint", "Gates"];
        steps.extend(unknown.map(|title| Step::new(title, "not known", "unknown", "unknown")));
        return steps;
    };
    steps.push(object(run, used));
    let is_dead = used.failure.is_some();
    let skipped = |title| Step::new(title, "not reached", "none", "not reached");
    steps.push(match used.auth {
        "none" => skipped("Authentication"),
        auth => Step::new(
            "Authentication",
            auth,
            if is_dead { "none" } else { "passed" },
            if is_dead { "not reached" } else { "chosen" },
        ),
    });
    steps.push(if is_dead { skipped("Endpoint") } else { endpoint(run, path, used) });
    steps.push(if is_dead { skipped("Gates") } else { gates(path) });
    steps
}

fn object(run: &Run, used: &Used) -> Step {
    let is_dead = used.failure.is_some();
    let Some(hop) = &used.object else {
        let (state, word) = if is_dead { ("failed", "none") } else { ("none", "none") };
        return Step::new("Object", "none", state, word);
    };
    let worst = worst(run, |diagnostic| {
        diagnostic.finding().is_some_and(|finding| finding.subject.as_ref() == Some(&hop.subject))
    });
    let (state, word) = if is_dead { ("failed", "fails".to_owned()) } else { judged(worst, "chosen") };
    let name = hop.subject.object.as_deref().unwrap_or_default();
    let details =
        std::iter::once(noun(hop)).chain(hop.label.as_ref().map(|label| place(run, label))).collect();
    Step { details, ..Step::new("Object", inline(name, MAX_NAME), state, word) }
}

fn endpoint(run: &Run, path: &PathSummary, used: &Used) -> Step {
    let Some(target) = &used.target else {
        return if path.needs.is_empty() {
            Step::new("Endpoint", "the object names none", "failed", "none")
        } else {
            Step::new("Endpoint", "not known", "unknown", "unknown")
        };
    };
    let worst = worst(run, |diagnostic| {
        target.label.as_ref().is_some_and(|label| diagnostic.labels.iter().any(|other| touch(label, other)))
    });
    let (state, word) = judged(worst, "chosen");
    let how = match (target.is_direct, used.auth) {
        (true, _) => "straight to EWS, without Autodiscover",
        (false, "OAuth" | "DAuth") => "Autodiscover, then EWS as it answers",
        (false, _) => "Autodiscover",
    };
    Step {
        details: vec![how.to_owned()],
        ..Step::new("Endpoint", inline(&target.url, MAX_MESSAGE), state, word)
    }
}

/// The word for a step that findings are about, or for one without any.
fn judged((severity, number): (Option<Severity>, u64), fine: &str) -> (&'static str, String) {
    match severity {
        Some(Severity::Error) => ("failed", count(number, "error")),
        Some(Severity::Warning) => ("warned", count(number, "warning")),
        Some(Severity::Info) | None => ("passed", fine.to_owned()),
    }
}

/// The highest severity of findings that `are_about` something, and how many have it.
fn worst(run: &Run, are_about: impl Fn(&crate::diagnostic::Diagnostic) -> bool) -> (Option<Severity>, u64) {
    let about: Vec<Severity> = findings(run)
        .filter(|(diagnostic, _)| are_about(diagnostic))
        .map(|(diagnostic, _)| diagnostic.severity)
        .collect();
    let worst = about.iter().max().copied();
    (worst, about.iter().filter(|severity| Some(**severity) == worst).count() as u64)
}

fn touch(a: &Label, b: &Label) -> bool {
    let (a, b) = (&a.location, &b.location);
    a.source == b.source && a.offset < b.offset + b.length && b.offset < a.offset + a.length
}

fn gates(path: &PathSummary) -> Step {
    let number = |state| path.gates.iter().filter(|gate| gate.state == state).count();
    let parts: Vec<String> = [
        (GateState::Failed, "failed"),
        (GateState::Unknown, "unknown"),
        (GateState::Warned, "with warnings"),
        (GateState::Passed, "passed"),
    ]
    .into_iter()
    .map(|(state, word)| (number(state), word))
    .filter(|(number, _)| *number > 0)
    .map(|(number, word)| format!("{number} {word}"))
    .collect();
    let worst = path.gates.iter().map(|gate| gate.state).min().unwrap_or(GateState::NotApplicable);
    let value = if parts.is_empty() { "nothing to look at".to_owned() } else { parts.join(", ") };
    let (state, word) = gate_words(worst);
    Step::new("Gates", value, state, word)
}

const fn gate_words(state: GateState) -> (&'static str, &'static str) {
    match state {
        GateState::Failed => ("failed", "failed"),
        GateState::Unknown => ("unknown", "unknown"),
        GateState::Warned => ("warned", "warning"),
        GateState::Passed => ("passed", "passed"),
        GateState::NotApplicable => ("none", "nothing to look at"),
    }
}

fn gate(run: &Run, gate: &GateSummary) -> Markup {
    let (class, word) = gate_words(gate.state);
    html! {
        li class=(class) {
            (badge(class, word)) " "
            span.name { (clean(gate.title)) }
            @match gate.state {
                GateState::Failed => (culprits(run, gate, Severity::Error)),
                GateState::Warned => (culprits(run, gate, Severity::Warning)),
                GateState::Unknown => (lacking(&gate.needs)),
                GateState::Passed => (evidence(run, gate)),
                GateState::NotApplicable => {}
            }
        }
    }
}

/// Links to the findings that shut a gate.
fn culprits(run: &Run, gate: &GateSummary, severity: Severity) -> Markup {
    let lints: BTreeSet<&str> = findings(run)
        .filter(|(diagnostic, _)| diagnostic.severity == severity)
        .map(|(_, finding)| finding.lint.as_str())
        .filter(|lint| gate.lints.iter().any(|known| known == lint))
        .collect();
    html! {
        ul { @for lint in lints { li { a href={ "#" (anchor(severity, lint)) } { (inline(title(run, lint), MAX_MESSAGE)) } } } }
    }
}

fn title<'a>(run: &'a Run, id: &'a str) -> &'a str {
    run.lints.iter().find(|lint| lint.id == id).map_or(id, |lint| lint.title.as_str())
}

fn evidence(run: &Run, gate: &GateSummary) -> Markup {
    html! {
        @if !gate.evidence.is_empty() {
            details.fold open {
                summary { "the values that decided" }
                ul {
                    @for label in &gate.evidence {
                        li { (inline(&caption(label), MAX_NAME)) (value(label)) (at(run, Some(label))) }
                    }
                }
            }
        }
    }
}

/// The value at a label, unless it is an object or list of several lines, which says more where it stands.
fn value(label: &Label) -> Markup {
    let value = label.value();
    let is_plain = !value.contains('\n') && !value.starts_with(['<', '{', '[']);
    html! { @if is_plain { ": " code { (inline(value, MAX_NAME)) } } }
}

fn at(run: &Run, label: Option<&Label>) -> Markup {
    html! { @if let Some(label) = label { " " span.place { (place(run, label)) } } }
}

fn hop_name(hop: &Hop) -> String {
    format!("{} {}", noun(hop), inline(hop.subject.object.as_deref().unwrap_or_default(), MAX_NAME))
}

/// What an object is, such as `OrganizationRelationship`.
fn noun(hop: &Hop) -> String {
    // `Get-IntraOrganizationConnector` has one hyphen only.
    inline(hop.subject.cmdlet.rsplit('-').next().unwrap_or_default(), MAX_NAME)
}

/// What keeps a gate from being judged. The commands are below too, once for all gates, so they are folded here.
fn lacking(lacking: &[Need]) -> Markup {
    let names: BTreeSet<String> = lacking.iter().map(Need::to_string).collect();
    let names: Vec<String> = names.into_iter().collect();
    html! {
        @if !lacking.is_empty() {
            details.fold open {
                summary { (inline(&names.join("; "), MAX_MESSAGE)) }
                (needs(lacking))
            }
        }
    }
}

fn needs(needs: &[Need]) -> Markup {
    let mut seen = BTreeSet::new();
    html! {
        @for lacking in needs.iter().filter(|need| seen.insert((need.to_string(), &need.command))) {
            div.need { (need(lacking)) }
        }
    }
}
