//! An error text explained: what it means, which of its causes the exports show, what to export and to look at next.

use std::collections::BTreeSet;
use std::io;

use super::snippet::Artist;
use super::style::{Ink, Style, clean, count};
use super::{HumanOptions, MAX_MESSAGE, MAX_NAME, Page, findings, problems};
use crate::diagnosis::{Candidate, Cause, Check, Diagnosis, Direction, Shell, Verdict};
use crate::diagnostic::{Diagnostic, Finding, Need, NeedKind, Platform, Run};
use crate::report::gather::{alike, script_line, where_to_run};

/// Characters of the text that are repeated.
const MAX_TEXT: usize = 200;

pub(in crate::report) fn write(
    diagnosis: &Diagnosis,
    options: &HumanOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let style = Style::new(options);
    let writer = Writer { diagnosis, style };
    let mut text = String::new();
    match &diagnosis.run {
        _ if diagnosis.candidates.is_empty() => writer.nothing(&mut text),
        Some(run) => {
            let page = Page { run, style, artist: Artist::new(style) };
            for same in alike(problems(run)) {
                text.push_str(&page.problems(&same));
            }
            writer.found(&mut text, Some(&page));
            writer.verdict(&mut text, run);
        }
        None => writer.found(&mut text, None),
    }
    out.write_all(text.as_bytes())
}

struct Writer<'a> {
    diagnosis: &'a Diagnosis,
    style: Style,
}

impl Writer<'_> {
    /// No symptom matches.
    fn nothing(&self, out: &mut String) {
        let text = self.style.inline(&self.diagnosis.text, MAX_TEXT);
        self.style.wrap(out, "", 0, &format!("no known error text in: {text}"));
        let closest = &self.diagnosis.closest;
        if !closest.is_empty() {
            out.push_str("\nclosest to it are\n");
            let width = closest.iter().map(|one| one.id.len()).max().unwrap_or(0);
            for one in closest {
                out.push_str(&format!("  {:<width$}  {}\n", clean(&one.id), clean(&one.title)));
            }
        }
        let advice = "give the whole message in quotes, with inner exceptions and LID; `freebusy-lint symptoms` \
                      lists the texts that are known, `freebusy-lint FOLDER` checks exports without one";
        out.push('\n');
        self.style.wrap(out, "", 0, advice);
    }

    fn found(&self, out: &mut String, page: Option<&Page<'_>>) {
        let candidates = &self.diagnosis.candidates;
        if candidates.len() > 1 {
            let told = candidates.iter().filter(|one| !one.evidence.is_empty()).count();
            let hint = match (page, told) {
                (None, _) => "exports or the first manual check below tell which".to_owned(),
                (Some(_), 0) => "the exports don't say which; run the first manual check".to_owned(),
                (Some(_), 1) => "the exports point to the first".to_owned(),
                (Some(_), _) => format!("the exports point to the first {told}"),
            };
            let number = count(candidates.len() as u64, "symptom");
            self.style.wrap(out, "", 0, &format!("{number} share this text: {hint}"));
            out.push('\n');
        }
        let points = candidates.iter().any(|one| !one.evidence.is_empty());
        let mut drawn = BTreeSet::new();
        for candidate in candidates {
            if points && candidate.evidence.is_empty() {
                continue;
            }
            self.candidate(out, candidate, page.is_some());
            if let Some(page) = page {
                draw(out, page, candidate, &mut drawn);
            }
        }
        if points {
            self.unlikely(out);
        }
        self.exports(out, page.is_some());
        self.checks(out);
    }

    /// Candidates that nothing points to, in a line each.
    fn unlikely(&self, out: &mut String) {
        let others: Vec<&Candidate> =
            self.diagnosis.candidates.iter().filter(|candidate| candidate.evidence.is_empty()).collect();
        if others.is_empty() {
            return;
        }
        out.push_str(&self.heading("less likely, by the exports"));
        let width = others.iter().map(|other| other.id.len()).max().unwrap_or(0);
        for other in others {
            out.push_str(&format!("  {:<width$}  {}\n", clean(&other.id), clean(&other.title)));
        }
        out.push('\n');
    }

    fn heading(&self, text: &str) -> String {
        format!("{}\n", self.style.paint(Ink::Strong, text))
    }

    fn candidate(&self, out: &mut String, candidate: &Candidate, has_exports: bool) {
        let id = self.style.inline(&candidate.id, MAX_NAME);
        let title = self.style.inline(&candidate.title, MAX_MESSAGE);
        out.push_str(&self.heading(&format!("{id}: {title}")));
        self.prose(out, "direction", way(candidate.direction));
        self.prose(out, "text", &self.style.inline(&candidate.matched, MAX_TEXT));
        for lid in &candidate.lids {
            self.prose(out, "LID", &format!("{lid} is known with it"));
        }
        for (name, value) in &candidate.captures {
            self.prose(out, name, &self.style.inline(value, MAX_MESSAGE));
        }
        self.prose(out, "meaning", &candidate.meaning);
        for lint in &candidate.evidence {
            self.prose(out, "evidence", &format!("{lint} fails, which tells it from the others"));
        }
        for reference in &candidate.references {
            self.prose(out, "see", reference);
        }
        out.push('\n');
        if candidate.causes.is_empty() {
            out.push_str("no export shows its causes; see the manual checks below\n\n");
            return;
        }
        out.push_str(&self.heading("likely causes, in the order to check"));
        let width = candidate.causes.iter().map(|cause| cause.lint.len()).max().unwrap_or(0);
        for cause in &candidate.causes {
            self.cause(out, cause, width, has_exports);
        }
        out.push('\n');
    }

    fn cause(&self, out: &mut String, cause: &Cause, width: usize, has_exports: bool) {
        let title = cause.title.as_deref().unwrap_or("(no lint of this build)");
        let (word, remark) = match &cause.verdict {
            Verdict::Found { findings } => ("found here", format!(": {}", count(*findings, "finding"))),
            Verdict::RuledOut { checked } => {
                let are = if *checked == 1 { "is" } else { "are" };
                ("ruled out", format!(": {} {are} correct", count(*checked, "object")))
            }
            Verdict::NotApplicable => ("not applicable", String::new()),
            Verdict::Unknown { .. } => ("not known", String::new()),
            Verdict::NotLookedAt => ("not looked at", String::new()),
        };
        let label = format!("  {word:<14}  {:<width$}  ", clean(&cause.lint));
        let label = if has_exports { label } else { format!("  {:<width$}  ", clean(&cause.lint)) };
        let indent = label.chars().count();
        let painted = match cause.verdict {
            Verdict::Found { .. } => self.style.paint(Ink::Strong, &label),
            _ => label,
        };
        self.style.wrap(out, &painted, indent, &format!("{}{remark}", clean(title)));
    }

    fn exports(&self, out: &mut String, has_exports: bool) {
        let needs = &self.diagnosis.exports;
        if needs.is_empty() {
            return;
        }
        let heading = if has_exports {
            "to find out, export"
        } else {
            "export this, then give the folder: `freebusy-lint diagnose TEXT FOLDER`"
        };
        out.push_str(&self.heading(heading));
        for side in Platform::ALL.into_iter().map(Some).chain([None]) {
            let of_side: Vec<&Need> = needs.iter().filter(|need| need.side == side).collect();
            if of_side.is_empty() {
                continue;
            }
            if side.is_some() {
                out.push_str(&format!("  {}:\n", where_to_run(side)));
            }
            self.needs(out, &of_side, has_exports);
        }
        out.push('\n');
    }

    /// What is lacking, and each command once.
    fn needs(&self, out: &mut String, needs: &[&Need], has_exports: bool) {
        let mut commands: Vec<&str> = Vec::new();
        for need in needs {
            match need.command.as_deref() {
                Some(command) if commands.contains(&command) => {}
                Some(command) => commands.push(command),
                None => self.style.wrap(out, "    ", 4, &self.style.inline(&need.to_string(), MAX_MESSAGE)),
            }
        }
        for command in commands {
            // Never wrapped: it is there to be pasted.
            out.push_str(&format!("    {}\n", clean(command)));
            let line = needs
                .iter()
                .find_map(|need| need.script.as_ref().filter(|_| need.command.as_deref() == Some(command)));
            if let Some(script) = line {
                out.push_str(&format!("      or {}\n", script_line(script)));
            }
            let parts = needs.iter().filter(|need| need.command.as_deref() == Some(command));
            // That there is no export needs no words beside the command that makes it.
            let parts = parts.filter(|need| has_exports && need.kind != NeedKind::NoExport);
            for need in parts {
                self.style.wrap(out, "      ", 6, &self.style.inline(&need.to_string(), MAX_MESSAGE));
            }
        }
    }

    fn checks(&self, out: &mut String) {
        if self.diagnosis.checks.is_empty() {
            return;
        }
        out.push_str(&self.heading("manual checks, in this order; names in commands are examples"));
        for (index, check) in self.diagnosis.checks.iter().enumerate() {
            self.check(out, index + 1, check);
        }
        out.push('\n');
    }

    fn check(&self, out: &mut String, number: usize, check: &Check) {
        let label = format!("  {number:>2}. ");
        let title = format!("{} [{}]", clean(&check.title), clean(&check.id));
        self.style.wrap(out, &label, label.len(), &self.style.paint(Ink::Strong, &title));
        self.style.prose(out, "      ", 6, &check.text);
        for (shell, run) in &check.commands {
            out.push_str(&format!("      {}:\n", shell_title(*shell)));
            for line in run.lines() {
                out.push_str(&format!("        {}\n", clean(line.trim_end())));
            }
        }
    }

    fn verdict(&self, out: &mut String, run: &Run) {
        let causes = self.diagnosis.candidates.iter().flat_map(|candidate| &candidate.causes);
        let mut counts =
            [BTreeSet::new(), BTreeSet::new(), BTreeSet::new(), BTreeSet::new(), BTreeSet::new()];
        for cause in causes {
            let kind = match cause.verdict {
                Verdict::Found { .. } => 0,
                Verdict::RuledOut { .. } => 1,
                Verdict::NotApplicable => 2,
                Verdict::Unknown { .. } => 3,
                Verdict::NotLookedAt => 4,
            };
            counts[kind].insert(cause.lint.as_str());
        }
        let [found, ruled_out, not_applicable, unknown, not_looked_at] =
            counts.map(|lints| lints.len() as u64);
        let mut line = format!(
            "judged as of {}: {} found here, {ruled_out} ruled out, {not_applicable} not applicable, {unknown} not \
             known",
            clean(&run.as_of),
            count(found, "cause")
        );
        if not_looked_at > 0 {
            line.push_str(&format!(", {not_looked_at} not looked at"));
        }
        out.push_str(&self.style.paint(Ink::Strong, &line));
        out.push('\n');
        let others = self.diagnosis.others_failed();
        if others > 0 {
            let line = format!(
                "{} of no cause above failed as well: run `freebusy-lint check` on the exports",
                count(others, "lint")
            );
            self.style.wrap(out, "", 0, &line);
        }
    }

    fn prose(&self, out: &mut String, label: &str, text: &str) {
        let painted = format!("  {} ", self.style.paint(Ink::Strong, &format!("{label}:")));
        self.style.prose(out, &painted, label.chars().count() + 4, text);
    }
}

/// The findings of a candidate's causes, in their order, as `check` draws them; each lint once.
fn draw<'a>(out: &mut String, page: &Page<'_>, candidate: &'a Candidate, drawn: &mut BTreeSet<&'a str>) {
    let found = candidate.causes.iter().filter(|cause| matches!(cause.verdict, Verdict::Found { .. }));
    for cause in found {
        if !drawn.insert(&cause.lint) {
            continue;
        }
        let mut group: Vec<(&Diagnostic, &Finding)> =
            findings(page.run).filter(|(_, finding)| finding.lint == cause.lint).collect();
        group.sort_by_key(|(diagnostic, _)| std::cmp::Reverse(diagnostic.severity));
        for same in group.chunk_by(|(a, _), (b, _)| a.severity == b.severity) {
            out.push_str(&page.findings(same));
        }
    }
}

const fn way(direction: Direction) -> &'static str {
    match direction {
        Direction::CloudToOnPrem => "a user of Exchange Online looks up one on the Exchange servers",
        Direction::OnPremToCloud => "a user on the Exchange servers looks up one of Exchange Online",
        Direction::Both => "either: from Exchange Online to the Exchange servers, or back",
        Direction::CloudToCloud => {
            "a user of Exchange Online looks up one of Exchange Online, or a room list"
        }
    }
}

fn shell_title(shell: Shell) -> &'static str {
    match shell {
        Shell::ExchangeManagementShell => where_to_run(Some(Platform::OnPrem)),
        Shell::ExchangeOnline => where_to_run(Some(Platform::Cloud)),
        Shell::MicrosoftGraph => "run in Microsoft Graph PowerShell",
        Shell::PowerShell => "run in PowerShell, as administrator",
    }
}
