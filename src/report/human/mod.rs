//! The report for people: what is wrong and where, why it matters, what to do; then what could not be judged.

mod comparison;
pub(super) mod diagnosis;
mod snippet;
mod style;
mod summary;
mod trace;

use std::io;

use super::gather::{Remedy, alike, distinct, remedies, where_to_run};
use super::{by_severity, findings, path_of, problems};
use crate::diagnostic::{Diagnostic, Finding, LintSummary, Run, Severity};
use snippet::Artist;
use style::{Ink, Style, clean};

pub(super) use comparison::write_comparison;

/// Findings of one lint, and problems of one kind, that are shown in full.
const SHOWN: usize = 3;
/// Names of the others that are listed.
const NAMED: usize = 5;
/// Characters of a message. Longer ones carry a value that the snippet shows.
const MAX_MESSAGE: usize = 600;
/// Characters of a name in a list of names.
const MAX_NAME: usize = 60;

/// How the report for people looks, and how much it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HumanOptions {
    /// Whether to use ANSI colours.
    pub color: bool,
    /// Whether the terminal draws characters beyond ASCII. Does not concern what the files hold.
    pub unicode: bool,
    /// Columns to wrap at; source lines are clipped to it as well.
    pub width: usize,
    /// Whether to write problems and findings with one line of summary only.
    pub quiet: bool,
    /// Whether to list everything that was lacking, with the lints that it kept from judging.
    pub list_unknown: bool,
}

impl Default for HumanOptions {
    fn default() -> Self {
        Self { color: false, unicode: true, width: 100, quiet: false, list_unknown: false }
    }
}

pub(super) fn write(run: &Run, options: &HumanOptions, out: &mut dyn io::Write) -> io::Result<()> {
    let style = Style::new(options);
    let page = Page { run, style, artist: Artist::new(style) };
    for same in alike(problems(run)) {
        out.write_all(page.problems(&same).as_bytes())?;
    }
    // A lint whose severity was lowered for some objects has a group for each severity.
    for group in by_severity(run).chunk_by(|(a, x), (b, y)| a.severity == b.severity && x.lint == y.lint) {
        out.write_all(page.findings(group).as_bytes())?;
    }
    out.write_all(summary::summary(run, options, style).as_bytes())
}

/// Only the way of requests, with what they pass.
pub(super) fn write_trace(run: &Run, options: &HumanOptions, out: &mut dyn io::Write) -> io::Result<()> {
    let style = Style::new(options);
    let page = Page { run, style, artist: Artist::new(style) };
    for same in alike(problems(run)) {
        out.write_all(page.problems(&same).as_bytes())?;
    }
    out.write_all(trace::trace(run, style).as_bytes())
}

/// What blocks of the report are written with.
struct Page<'a> {
    run: &'a Run,
    style: Style,
    artist: Artist,
}

impl Page<'_> {
    /// Problems of inputs, lint files and arguments that say the same.
    fn problems(&self, same: &[&Diagnostic]) -> String {
        let mut out = String::new();
        let Some(first) = same.first() else { return out };
        let name = first.severity.name();
        let label = format!("{} ", self.style.paint(Ink::Severity(first.severity), &format!("{name}:")));
        self.style.wrap(&mut out, &label, name.len() + 2, &self.style.inline(&first.message, MAX_MESSAGE));
        for problem in same.iter().take(SHOWN) {
            self.place(&mut out, problem);
        }
        self.others(&mut out, same.iter().skip(SHOWN).map(|problem| self.place_name(problem)));
        if let Some(help) = &first.help {
            self.prose(&mut out, "help", help);
        }
        out.push('\n');
        out
    }

    /// Findings of one lint and severity.
    fn findings(&self, group: &[(&Diagnostic, &Finding)]) -> String {
        let mut out = String::new();
        let Some((first, head)) = group.first() else { return out };
        let lint = self.run.lints.iter().find(|lint| lint.id == head.lint);
        self.header(&mut out, first.severity, &head.lint, lint);
        let shown = &group[..group.len().min(SHOWN)];
        for (index, (diagnostic, finding)) in shown.iter().enumerate() {
            if index > 0 {
                out.push('\n');
            }
            self.style.wrap(&mut out, "  ", 2, &self.style.inline(&diagnostic.message, MAX_MESSAGE));
            self.place(&mut out, diagnostic);
            if diagnostic.labels.is_empty()
                && let Some(subject) = &finding.subject
            {
                let side = subject.side.map_or_else(String::new, |side| format!(" ({side})"));
                let place = format!("{}{side}", subject.cmdlet);
                self.prose(&mut out, "in", &place);
            }
        }
        let others = group.iter().skip(SHOWN);
        self.others(&mut out, others.map(|(diagnostic, finding)| self.name(diagnostic, finding)));
        for why in distinct(shown.iter().map(|(_, finding)| finding.why.as_str())) {
            self.prose(&mut out, "why", why);
        }
        for remedy in remedies(shown) {
            self.remedy(&mut out, &remedy);
        }
        for reference in lint.into_iter().flat_map(|lint| &lint.references) {
            self.prose(&mut out, "see", reference);
        }
        out.push('\n');
        out
    }

    fn header(&self, out: &mut String, severity: Severity, id: &str, lint: Option<&LintSummary>) {
        let head = format!("{severity}[{}]", self.style.inline(id, MAX_NAME));
        out.push_str(&self.style.paint(Ink::Severity(severity), &head));
        if let Some(lint) = lint {
            let title = format!(": {}", self.style.inline(&lint.title, MAX_MESSAGE));
            out.push_str(&self.style.paint(Ink::Strong, &title));
        }
        out.push('\n');
    }

    /// The source it points at, or the file it is about.
    fn place(&self, out: &mut String, diagnostic: &Diagnostic) {
        if !diagnostic.labels.is_empty() {
            self.artist.draw(out, self.run, diagnostic);
        } else if let Some(path) = &diagnostic.path {
            self.prose(out, "in", path);
        }
    }

    /// One line for all that is not shown.
    fn others(&self, out: &mut String, names: impl ExactSizeIterator<Item = String>) {
        let (number, mark) = (names.len(), self.style.ellipsis());
        if number == 0 {
            return;
        }
        let mut line = format!("{mark} and {number} more");
        let names: Vec<String> = names.filter(|name| !name.is_empty()).take(NAMED).collect();
        if !names.is_empty() {
            line.push_str(&format!(": {}", names.join(", ")));
        }
        if number > names.len() {
            let list_goes_on = if names.is_empty() { String::new() } else { format!(", {mark}") };
            line.push_str(&format!("{list_goes_on} (all of them: `--format json`)"));
        }
        out.push('\n');
        self.style.wrap(out, "  ", 2, &line);
    }

    /// What an administrator calls the object of a finding.
    fn name(&self, diagnostic: &Diagnostic, finding: &Finding) -> String {
        match finding.subject.as_ref().and_then(|subject| subject.object.as_deref()) {
            Some(object) => self.style.inline(object, MAX_NAME),
            None => self.place_name(diagnostic),
        }
    }

    fn place_name(&self, diagnostic: &Diagnostic) -> String {
        let Some(label) = diagnostic.labels.first() else {
            return clean(diagnostic.path.as_deref().unwrap_or_default()).into_owned();
        };
        let start = label.location.start;
        format!("{}:{}:{}", clean(path_of(self.run, label)), start.line, start.column)
    }

    fn remedy(&self, out: &mut String, remedy: &Remedy<'_>) {
        self.prose(out, "fix", remedy.text);
        if remedy.commands.is_empty() {
            return;
        }
        out.push_str(&format!("       {}:\n", where_to_run(remedy.side)));
        for command in remedy.commands.iter().flat_map(|command| command.lines()) {
            // Never wrapped: it is there to be pasted.
            out.push_str(&format!("         {}\n", clean(command.trim_end())));
        }
    }

    fn prose(&self, out: &mut String, label: &str, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        let painted = format!("  {} ", self.style.paint(Ink::Strong, &format!("{label}:")));
        self.style.prose(out, &painted, label.len() + 4, text);
    }
}

#[cfg(test)]
mod tests;
