//! The way of requests, for people: the object in use, where it sends them, and what they must pass.

use std::collections::BTreeSet;

use super::style::{Ink, Style, clean};
use crate::diagnostic::{
    GateState, GateSummary, Hop, Label, Need, PathSummary, Run, Severity, Used, Verdict,
};
use crate::report::gather::{Way, script_line, ways, where_to_run};
use crate::report::{caption, path_of};

/// Domains that are named of those that go the same way.
const MAX_DOMAINS: usize = 6;
/// Findings that are named at one gate.
const MAX_FINDINGS: usize = 4;
/// Characters of a value.
const MAX_VALUE: usize = 100;
/// Columns before the text of a step and of a gate.
const STEP: usize = 13;

pub(super) fn trace(run: &Run, style: Style) -> String {
    let tracer = Tracer { run, style };
    let mut out = String::new();
    for Way { path, same } in ways(&run.paths) {
        tracer.path(&mut out, path, &same);
    }
    out
}

/// One line for each direction and way, for the summary of a report.
pub(super) fn overview(run: &Run, style: Style) -> String {
    let mut out = String::new();
    for Way { path: first, same } in ways(run.paths.iter().filter(|path| !path.domain.is_empty())) {
        let way = match &first.used {
            None => "path unknown".to_owned(),
            Some(Used { failure: Some((_, why)), .. }) => format!("no path: {why}"),
            Some(used) => {
                let object = used.object.as_ref().and_then(|hop| hop.subject.object.as_deref());
                format!("{} through {}", used.auth, style.inline(object.unwrap_or("?"), MAX_VALUE))
            }
        };
        style.wrap(&mut out, "  ", 2, &format!("{}, {}: {way}", first.direction, domains(&same, style)));
    }
    if !out.is_empty() {
        out.insert_str(0, "paths (`freebusy-lint trace` shows what is passed on the way)\n");
        out.push('\n');
    }
    out
}

fn domains(paths: &[&PathSummary], style: Style) -> String {
    let mut names: Vec<String> =
        paths.iter().take(MAX_DOMAINS).map(|path| style.inline(&path.domain, MAX_VALUE)).collect();
    if paths.len() > MAX_DOMAINS {
        names.push(format!("{} and {} more", style.ellipsis(), paths.len() - MAX_DOMAINS));
    }
    names.join(", ")
}

struct Tracer<'a> {
    run: &'a Run,
    style: Style,
}

impl Tracer<'_> {
    fn path(&self, out: &mut String, path: &PathSummary, same: &[&PathSummary]) {
        let (word, ink) = match path.verdict() {
            Verdict::Works => ("nothing found that breaks it", Ink::Strong),
            Verdict::Broken => ("broken", Ink::Severity(Severity::Error)),
            Verdict::Unknown => ("unknown", Ink::Severity(Severity::Info)),
        };
        let what = match (&path.from, &path.to) {
            (from, Some(to)) => {
                let from = from.as_deref().unwrap_or("a user");
                format!(
                    "{} looks {} up",
                    self.style.inline(from, MAX_VALUE),
                    self.style.inline(to, MAX_VALUE)
                )
            }
            _ if path.domain.is_empty() => "no domain to ask for".to_owned(),
            _ => domains(same, self.style),
        };
        let head = format!("{}: {what}: ", path.direction);
        out.push_str(&self.style.paint(Ink::Strong, &head));
        out.push_str(&self.style.paint(ink, word));
        out.push('\n');
        for assumption in &path.assumptions {
            self.step(out, "assumed", assumption);
        }
        if path.tried.len() > 1 {
            self.step(out, "tried", &format!("{}, in this order", path.tried.join(", ")));
        }
        if let Some(used) = &path.used {
            self.used(out, path, used);
        }
        for rejected in &path.rejected {
            self.step(out, "not used", &format!("{}: {}", self.hop(&rejected.hop), rejected.reason));
        }
        self.needs(out, &path.needs, 2);
        for gate in &path.gates {
            self.gate(out, gate);
        }
        out.push('\n');
    }

    fn used(&self, out: &mut String, path: &PathSummary, used: &Used) {
        match &used.object {
            Some(hop) => self.step(out, "object", &format!("{}, lists {}", self.hop(hop), path.domain)),
            None => self.step(out, "object", "none"),
        }
        if let Some((_, why)) = used.failure {
            self.step(out, "fails", why);
            return;
        }
        self.step(out, "sign-in", used.auth);
        match &used.target {
            Some(target) => {
                let how = match (target.is_direct, used.auth) {
                    (true, _) => "straight to EWS, without Autodiscover",
                    (false, "OAuth" | "DAuth") => "Autodiscover, then EWS as it answers",
                    (false, _) => "Autodiscover",
                };
                let url = self.style.inline(&target.url, MAX_VALUE);
                self.step(out, "sent to", &format!("{url} ({how}){}", self.place(target.label.as_ref())));
            }
            None if path.needs.is_empty() => {
                self.step(out, "sent to", "nothing: the object names no endpoint")
            }
            None => self.step(out, "sent to", "unknown"),
        }
    }

    fn step(&self, out: &mut String, label: &str, text: &str) {
        let label = format!("  {label:<11}");
        self.style.wrap(out, &self.style.paint(Ink::Faint, &label), STEP, &clean(text));
    }

    fn hop(&self, hop: &Hop) -> String {
        let name = hop.subject.object.as_deref().unwrap_or_default();
        let noun = hop.subject.cmdlet.rsplit('-').next().unwrap_or_default();
        // `Get-IntraOrganizationConnector` has one hyphen only.
        let name = self.style.inline(name, MAX_VALUE);
        format!("{noun} {name}{}", self.place(hop.label.as_ref()))
    }

    fn place(&self, label: Option<&Label>) -> String {
        let Some(label) = label else { return String::new() };
        let start = label.location.start;
        format!(" [{}:{}:{}]", clean(path_of(self.run, label)), start.line, start.column)
    }

    fn gate(&self, out: &mut String, gate: &GateSummary) {
        let (word, ink) = match gate.state {
            GateState::Failed => ("FAIL", Ink::Severity(Severity::Error)),
            GateState::Warned => ("warning", Ink::Severity(Severity::Warning)),
            GateState::Unknown => ("unknown", Ink::Severity(Severity::Info)),
            GateState::Passed => ("pass", Ink::Strong),
            GateState::NotApplicable => ("-", Ink::Faint),
        };
        let label = format!("  {}", self.style.paint(ink, &format!("{word:<11}")));
        self.style.wrap(out, &label, STEP, gate.title);
        match gate.state {
            GateState::Failed | GateState::Warned => self.findings(out, gate),
            GateState::Passed => self.evidence(out, gate),
            GateState::Unknown => self.needs(out, &gate.needs, STEP),
            GateState::NotApplicable => {}
        }
    }

    fn findings(&self, out: &mut String, gate: &GateSummary) {
        let wanted = if gate.state == GateState::Failed { Severity::Error } else { Severity::Warning };
        let findings: Vec<_> = self
            .run
            .findings
            .iter()
            .filter(|found| found.severity == wanted)
            .filter_map(|found| Some((found, found.finding()?)))
            .filter(|(_, finding)| gate.lints.contains(&finding.lint))
            .collect();
        for (diagnostic, finding) in findings.iter().take(MAX_FINDINGS) {
            let message = self.style.inline(&diagnostic.message, 4 * MAX_VALUE);
            let place = self.place(diagnostic.labels.first());
            self.indented(out, &format!("{}: {message}{place}", finding.lint));
        }
        if findings.len() > MAX_FINDINGS {
            self.indented(
                out,
                &format!("{} and {} more", self.style.ellipsis(), findings.len() - MAX_FINDINGS),
            );
        }
    }

    fn evidence(&self, out: &mut String, gate: &GateSummary) {
        for label in &gate.evidence {
            let value = label.value();
            // An object or a list of several lines says more where it stands.
            let is_plain = !value.contains('\n') && !value.starts_with(['<', '{', '[']);
            let value =
                if is_plain { format!(": {}", self.style.inline(value, MAX_VALUE)) } else { String::new() };
            self.indented(out, &format!("{}{value}{}", clean(&caption(label)), self.place(Some(label))));
        }
    }

    fn needs(&self, out: &mut String, needs: &[Need], indent: usize) {
        let pad = " ".repeat(indent);
        let mut seen = BTreeSet::new();
        for need in needs {
            if !seen.insert((need.to_string(), &need.command)) {
                continue;
            }
            self.style.wrap(out, &pad, indent, &clean(&need.to_string()));
            if let Some(command) = &need.command {
                out.push_str(&format!("{pad}  {}: {}\n", where_to_run(need.side), clean(command)));
            }
            if let Some(script) = &need.script {
                out.push_str(&format!("{pad}  or {}\n", script_line(script)));
            }
        }
    }

    fn indented(&self, out: &mut String, text: &str) {
        self.style.wrap(out, &" ".repeat(STEP), STEP, text);
    }
}
