//! The report for a ticket: GitHub-flavoured Markdown that also reads well as it is.
//!
//! Nothing an export holds can leave its place: prose is escaped, source text stands in fences longer than any in it.

use std::fmt::Write as _;
use std::io;
use std::ops::Range;

use super::excerpt::{Clip, Excerpt, ExcerptLabel, Excerpts};
use super::gather::{
    Lacking, Remedy, Way, alike, distinct, lacking, remedies, script_line, ways, where_to_run,
};
use super::text::{clean, count};
use super::{Totals, by_severity, path_of, problems, shorten, suppressed};
use crate::diagnostic::{
    Diagnostic, Finding, GateState, GateSummary, Hop, InputStatus, Label, PathSummary, Platform, Run,
    Suppression, Used, Verdict,
};

/// Findings of one lint, and problems of one kind, that are shown in full.
const SHOWN: usize = 3;
/// Further ones that are listed, and what a list of anything else may have.
const LISTED: usize = 100;
/// Characters of a message.
const MAX_MESSAGE: usize = 600;
/// Characters of a source line.
const COLUMNS: usize = 100;

pub(super) fn write(run: &Run, out: &mut dyn io::Write) -> io::Result<()> {
    let mut page = Page { run, out: String::new() };
    page.head();
    page.problems();
    page.paths();
    page.findings();
    page.lacking();
    page.suppressed();
    page.inputs();
    out.write_all(page.out.trim_end().as_bytes())?;
    out.write_all(b"\n")
}

/// `text` as prose on one line, in which nothing is markup.
pub(super) fn escape(text: &str) -> String {
    let text = clean(text);
    let mut escaped = String::with_capacity(text.len() + 8);
    let mut before = ' ';
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let begins_word =
            !before.is_alphanumeric() && characters.peek().is_some_and(|next| next.is_alphanumeric());
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '$' => {
                escaped.extend(['\\', c])
            }
            // A mention of a person or an issue; platforms look for them after backslashes are gone.
            '@' | '#' if begins_word => escaped.extend([c, '\u{2060}']),
            '#' | '+' | '-' | '=' if escaped.is_empty() => escaped.extend(['\\', c]),
            '.' | ')' if !escaped.is_empty() && escaped.chars().all(|c| c.is_ascii_digit()) => {
                escaped.extend(['\\', c]);
            }
            _ => escaped.push(c),
        }
        before = c;
    }
    escaped
}

/// `text` as code within a line.
pub(super) fn code(text: &str) -> String {
    let text = clean(text);
    let fence = "`".repeat(longest_run(&text) + 1);
    let needs_room = text.is_empty() || text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']);
    let room = if needs_room { " " } else { "" };
    format!("{fence}{room}{text}{room}{fence}")
}

/// Lines of code in a fence that none of them closes, each after `indent`.
pub(super) fn fenced<'t>(
    indent: &str,
    language: &str,
    lines: impl Iterator<Item = &'t str> + Clone,
) -> String {
    let longest = lines.clone().map(longest_run).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    let mut block = format!("{indent}{fence}{language}\n");
    for line in lines {
        let _ = writeln!(block, "{indent}{}", line.trim_end());
    }
    let _ = writeln!(block, "{indent}{fence}");
    block
}

/// Most backticks in a row.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or_default()
}

pub(super) fn prose(text: &str) -> String {
    escape(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn inline(text: &str) -> String {
    escape(&shorten(text, MAX_MESSAGE, "…"))
}

struct Page<'a> {
    run: &'a Run,
    out: String,
}

impl Page<'_> {
    /// A block, and the blank line behind it.
    fn block(&mut self, text: &str) {
        self.out.push_str(text.trim_end());
        self.out.push_str("\n\n");
    }

    /// What is folded until someone opens it.
    fn details(&mut self, summary: &str, content: &str) {
        let summary = escape(summary);
        self.block(&format!("<details><summary>{summary}</summary>\n\n{}\n\n</details>", content.trim_end()));
    }

    fn head(&mut self) {
        let totals = Totals::of(self.run);
        let suppressed = match totals.suppressed {
            0 => String::new(),
            number => format!("; {} suppressed", count(number, "finding")),
        };
        let text = format!(
            "# Free/busy report\n\n**{}, {}, {}**{suppressed}\n\n{}: {} failed, {} passed, {} unknown, {} not applicable; \
             judged as of {} by freebusy-lint {}",
            count(totals.errors, "error"),
            count(totals.warnings, "warning"),
            count(totals.infos, "info"),
            count(self.run.lints.len() as u64, "lint"),
            totals.failed,
            totals.passed,
            totals.unknown,
            totals.not_applicable,
            escape(&self.run.as_of),
            env!("CARGO_PKG_VERSION")
        );
        self.block(&text);
    }

    fn problems(&mut self) {
        let groups = alike(problems(self.run));
        if groups.is_empty() {
            return;
        }
        self.block("## Problems with the input");
        for same in groups {
            let Some(first) = same.first() else { continue };
            self.block(&format!("**{}**: {}", first.severity, inline(&first.message)));
            for problem in same.iter().take(SHOWN) {
                self.place(problem);
            }
            let rest: Vec<String> = same.iter().skip(SHOWN).map(|problem| self.place_name(problem)).collect();
            self.others(&rest);
            if let Some(help) = &first.help {
                self.block(&format!("Help: {}", prose(help)));
            }
        }
    }

    fn paths(&mut self) {
        let ways = ways(&self.run.paths);
        if ways.is_empty() {
            return;
        }
        self.block("## Paths");
        for way in &ways {
            self.way(way);
        }
    }

    fn way(&mut self, way: &Way<'_>) {
        let path = way.path;
        let verdict = match way.same.iter().map(|path| path.verdict()).min().unwrap_or(path.verdict()) {
            Verdict::Works => "nothing found that breaks it",
            Verdict::Broken => "broken",
            Verdict::Unknown => "unknown",
        };
        self.block(&format!("### {}: {verdict}", path.direction));
        let mut list = String::new();
        let mut item = |name: &str, text: &str| {
            let _ = writeln!(list, "- {name}: {text}");
        };
        if let Some(to) = &path.to {
            let from = path.from.as_deref().map_or_else(|| "a user".to_owned(), code);
            item("request", &format!("{from} looks {} up", code(to)));
        }
        let mut domains: Vec<String> = way.same.iter().take(LISTED).map(|path| code(&path.domain)).collect();
        if way.same.len() > LISTED {
            domains.push(format!("… and {} more", way.same.len() - LISTED));
        }
        match path.domain.is_empty() {
            true => item("domain", "none to ask for is known"),
            false => item("domain", &domains.join(", ")),
        }
        for assumption in &path.assumptions {
            item("assumed", &prose(assumption));
        }
        match &path.used {
            Some(used) => self.used(path, used, &mut item),
            None => item("path", "unknown"),
        }
        for rejected in &path.rejected {
            item("not used", &format!("{}: {}", self.hop(&rejected.hop), escape(rejected.reason)));
        }
        for need in &path.needs {
            item("lacking", &prose(&need.to_string()));
        }
        self.block(&list);
        self.gates(path);
    }

    fn used(&self, path: &PathSummary, used: &Used, item: &mut impl FnMut(&str, &str)) {
        match &used.object {
            Some(hop) => item("object", &self.hop(hop)),
            None => item("object", "none"),
        }
        if let Some((_, why)) = used.failure {
            return item("fails", &escape(why));
        }
        item("sign-in", used.auth);
        match &used.target {
            Some(target) => {
                let how = if target.is_direct { " (straight to EWS, without Autodiscover)" } else { "" };
                item("sent to", &format!("{}{how}{}", code(&target.url), self.at(target.label.as_ref())));
            }
            None if path.needs.is_empty() => item("sent to", "nothing: the object names no endpoint"),
            None => item("sent to", "unknown"),
        }
    }

    fn gates(&mut self, path: &PathSummary) {
        if path.gates.is_empty() {
            return;
        }
        let mut list = String::new();
        for gate in &path.gates {
            let _ = writeln!(list, "- {}", self.gate(gate));
        }
        let number = |state| path.gates.iter().filter(|gate| gate.state == state).count();
        let summary = format!(
            "{} failed, {} unknown, {} with warnings, {} passed",
            number(GateState::Failed),
            number(GateState::Unknown),
            number(GateState::Warned),
            number(GateState::Passed)
        );
        self.details(&format!("{}: {summary}", count(path.gates.len() as u64, "gate")), &list);
    }

    fn gate(&self, gate: &GateSummary) -> String {
        let state = match gate.state {
            GateState::Failed => "**failed**",
            GateState::Unknown => "**unknown**",
            GateState::Warned => "**warning**",
            GateState::Passed => "passed",
            GateState::NotApplicable => "not applicable",
        };
        let mut text = format!("{state}: {}", escape(gate.title));
        let decides = !matches!(gate.state, GateState::Passed | GateState::NotApplicable);
        if decides {
            let lints: Vec<String> = gate.lints.iter().map(|lint| code(lint)).collect();
            let _ = write!(text, " ({})", lints.join(", "));
        }
        for need in &gate.needs {
            let _ = write!(text, "; {}", prose(&need.to_string()));
        }
        text
    }

    fn findings(&mut self) {
        let findings = by_severity(self.run);
        if findings.is_empty() {
            return;
        }
        self.block("## Findings");
        for group in findings.chunk_by(|(a, x), (b, y)| a.severity == b.severity && x.lint == y.lint) {
            self.group(group);
        }
    }

    /// Findings of one lint and severity.
    fn group(&mut self, group: &[(&Diagnostic, &Finding)]) {
        let Some((first, head)) = group.first() else { return };
        let lint = self.run.lints.iter().find(|lint| lint.id == head.lint);
        let title = lint.map(|lint| format!("{} ", inline(&lint.title))).unwrap_or_default();
        self.block(&format!("### {}: {title}({})", first.severity, code(&head.lint)));
        for (diagnostic, finding) in group.iter().take(SHOWN) {
            let place = match (&finding.subject, diagnostic.labels.is_empty()) {
                (Some(subject), true) => {
                    let side = subject.side.map(|side| format!(", {side}")).unwrap_or_default();
                    format!(" ({}{side})", code(&subject.cmdlet))
                }
                _ => String::new(),
            };
            self.block(&format!("{}{place}", inline(&diagnostic.message)));
            self.place(diagnostic);
        }
        let name = |diagnostic: &Diagnostic| {
            format!("{}{}", inline(&diagnostic.message), self.at(diagnostic.labels.first()))
        };
        let rest: Vec<String> = group.iter().skip(SHOWN).map(|(diagnostic, _)| name(diagnostic)).collect();
        self.others(&rest);
        let listed = &group[..group.len().min(SHOWN + LISTED)];
        for why in distinct(listed.iter().map(|(_, finding)| finding.why.as_str())) {
            self.block(&format!("**Why:** {}", prose(why)));
        }
        for remedy in remedies(listed) {
            self.block(&format!("**Fix:** {}", prose(remedy.text)));
            self.commands(&remedy);
        }
        let references = lint.into_iter().flat_map(|lint| &lint.references);
        let links: Vec<String> = references.map(|reference| format!("<{reference}>")).collect();
        if !links.is_empty() {
            self.block(&format!("See {}", links.join(", ")));
        }
    }

    /// Commands ready to paste; folded where there are many.
    fn commands(&mut self, remedy: &Remedy<'_>) {
        let commands = remedy.commands.iter().flat_map(|command| command.lines());
        let lines: Vec<String> = commands.map(|line| clean(line).into_owned()).collect();
        let block = fenced("", "powershell", lines.iter().map(String::as_str));
        let whither = where_to_run(remedy.side);
        match remedy.commands.len() {
            0 => {}
            number if number > SHOWN => {
                self.details(&format!("{} to {whither}", count(number as u64, "command")), &block);
            }
            _ => self.block(&format!("{whither}:\n\n{block}")),
        }
    }

    /// The others of a group.
    fn others(&mut self, names: &[String]) {
        if names.is_empty() {
            return;
        }
        let mut list = String::new();
        for name in names.iter().take(LISTED) {
            let _ = writeln!(list, "- {name}");
        }
        if names.len() > LISTED {
            let _ = writeln!(list, "- … and {} (all of them: `--format json`)", names.len() - LISTED);
        }
        self.details(&format!("and {} more", names.len()), &list);
    }

    /// The source it points at, or the file it is about.
    fn place(&mut self, diagnostic: &Diagnostic) {
        let Excerpts { shown, rest } =
            Excerpts::of(self.run, diagnostic, Clip { columns: COLUMNS, unicode: true });
        for excerpt in &shown {
            self.block(&drawn(excerpt));
        }
        if rest > 0 {
            self.block(&format!("… and {}", count(rest as u64, "more place")));
        }
        if let (true, Some(path)) = (shown.is_empty(), &diagnostic.path) {
            self.block(&format!("In {}", code(path)));
        }
    }

    fn place_name(&self, diagnostic: &Diagnostic) -> String {
        match (diagnostic.labels.first(), &diagnostic.path) {
            (Some(label), _) => code(&self.position(label)),
            (None, Some(path)) => code(path),
            (None, None) => inline(&diagnostic.message),
        }
    }

    fn position(&self, label: &Label) -> String {
        let start = label.location.start;
        format!("{}:{}:{}", path_of(self.run, label), start.line, start.column)
    }

    fn at(&self, label: Option<&Label>) -> String {
        label.map(|label| format!(", {}", code(&self.position(label)))).unwrap_or_default()
    }

    fn hop(&self, hop: &Hop) -> String {
        let name = hop.subject.object.as_deref().unwrap_or_default();
        let noun = hop.subject.cmdlet.rsplit('-').next().unwrap_or_default();
        format!("{} {}{}", escape(noun), code(name), self.at(hop.label.as_ref()))
    }

    fn lacking(&mut self) {
        let lacking = lacking(self.run);
        if lacking.is_empty() {
            return;
        }
        self.block("## Could not be judged");
        let mut list = String::new();
        for lacking in lacking.iter().take(LISTED) {
            let Lacking { what, command, side, script, lints, objects } = lacking;
            let objects = match *objects {
                0 => String::new(),
                number => format!(" ({})", count(number, "object")),
            };
            let _ = writeln!(list, "- {}{objects}: {}", prose(what), count(lints.len() as u64, "lint"));
            if let Some(command) = command {
                let script = script.map(|script| format!(", or {}", script_line(script))).unwrap_or_default();
                let _ = writeln!(list, "  {}{script}:", where_to_run(*side));
                let command = clean(command);
                list.push_str(&fenced("  ", "powershell", std::iter::once(&*command)));
            }
        }
        if lacking.len() > LISTED {
            let _ = writeln!(list, "- … and {} more", lacking.len() - LISTED);
        }
        self.block(&list);
    }

    fn suppressed(&mut self) {
        let mut list = String::new();
        for (diagnostic, finding, by) in suppressed(self.run).take(LISTED) {
            let why = match by {
                Suppression::Baseline => "in the baseline".to_owned(),
                Suppression::Configuration { reason, until } => {
                    let until =
                        until.as_ref().map(|day| format!(", until {}", escape(day))).unwrap_or_default();
                    format!("{}{until}", prose(reason))
                }
            };
            let _ = writeln!(list, "- {}: {} ({why})", code(&finding.lint), inline(&diagnostic.message));
        }
        let number = self.run.suppressed.len();
        if number > LISTED {
            let _ = writeln!(list, "- … and {} more", number - LISTED);
        }
        if number > 0 {
            self.block("## Suppressed");
            self.details(&count(number as u64, "finding"), &list);
        }
    }

    fn inputs(&mut self) {
        let mut table = String::from("| file | status | records | side | cmdlet |\n|---|---|---:|---|---|\n");
        for input in self.run.inputs.iter().take(LISTED) {
            let path = escape(&input.path);
            let status = input.status.name();
            for record in &input.records {
                let side = record.side.map_or("unknown", Platform::title);
                let cmdlet = escape(&record.cmdlet);
                let _ = writeln!(table, "| {path} | {status} | {} | {side} | {cmdlet} |", record.records);
            }
            if input.records.is_empty() {
                let _ = writeln!(table, "| {path} | {status} | | | |");
            }
        }
        let inputs = &self.run.inputs;
        if inputs.len() > LISTED {
            let _ = writeln!(table, "| … and {} more | | | | |", inputs.len() - LISTED);
        }
        let unread = inputs.iter().filter(|input| input.status == InputStatus::Failed).count();
        let unread = if unread > 0 { format!(", {unread} not read") } else { String::new() };
        self.block("## What was read");
        self.details(&format!("{}{unread}", count(inputs.len() as u64, "file")), &table);
    }
}

/// Source lines with their numbers, and below them what is to be seen.
fn drawn(excerpt: &Excerpt) -> String {
    let width = (excerpt.first_line + excerpt.lines).to_string().len();
    let mut lines = vec![format!("{}:{}:{}", excerpt.path, excerpt.at.line, excerpt.at.column)];
    let mut start = 0;
    for (index, line) in excerpt.content.lines().enumerate() {
        lines.push(format!("{:>width$} | {line}", excerpt.first_line + index + 1));
        let end = start + line.len();
        lines.extend(excerpt.labels.iter().filter_map(|label| {
            let marks = marks(&excerpt.content, start..end, label)?;
            Some(format!("{:>width$} | {marks}", ""))
        }));
        start = end + 1;
    }
    fenced("", "text", lines.iter().map(String::as_str))
}

/// What stands below a line of the excerpt for a label that begins on it.
fn marks(content: &str, line: Range<usize>, label: &ExcerptLabel) -> Option<String> {
    let range = &label.range;
    if !(line.start..=line.end).contains(&range.start) {
        return None;
    }
    let before = content.get(line.start..range.start)?;
    let marked = content.get(range.start..range.end.min(line.end))?;
    let room: String = before.chars().map(|c| if c == '\t' { c } else { ' ' }).collect();
    let mark = if label.primary { "^" } else { "-" };
    Some(format!("{room}{} {}", mark.repeat(marked.chars().count().max(1)), label.message))
}

#[cfg(test)]
mod tests;
