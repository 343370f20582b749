//! The difference of two runs for people: configuration first, then findings, then paths, and the counts last, where
//! a terminal leaves the eye.

use std::cmp::Reverse;
use std::io;

use super::snippet::Artist;
use super::style::{Ink, Style, clean};
use super::{HumanOptions, Page};
use crate::diagnostic::{Comparison, Diagnostic, Finding, ObjectFate};
use crate::report::comparison::{FindingLine, ObjectLine, PathLine, Sheet, Value};

/// Columns before the name of an object.
const FATE: usize = 9;
/// Columns before the values of a property.
const NAME: usize = 34;
/// Findings of one fate that are listed.
const MAX_FINDINGS: usize = 20;
/// Objects of one fate and cmdlet that are shown.
const MAX_OBJECTS: usize = 50;
/// Characters of a value, of a message, and of the values of an object.
const MAX_VALUE: usize = 200;
const MAX_MESSAGE: usize = 400;
const MAX_VALUES: usize = 700;

pub(in crate::report) fn write_comparison(
    comparison: &Comparison,
    options: &HumanOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let style = Style::new(options);
    let sheet = Sheet::of(comparison);
    let printer = Printer { style };
    let mut text = String::new();
    printer.section(&mut text, "problems", &sheet.problems);
    printer.objects(&mut text, &sheet);
    printer.section(&mut text, "not compared", &sheet.uncompared);
    new_in_full(&mut text, comparison, style);
    for group in sheet.findings.iter().filter(|group| !group.is_new) {
        printer.findings(&mut text, group.title, &group.findings);
    }
    printer.paths(&mut text, &sheet.paths);
    for line in sheet.totals.lines() {
        text.push_str(&style.paint(Ink::Strong, &line));
        text.push('\n');
    }
    out.write_all(text.as_bytes())
}

/// New findings as `check` shows them: nobody has seen them before.
fn new_in_full(out: &mut String, comparison: &Comparison, style: Style) {
    let page = Page { run: &comparison.after, style, artist: Artist::new(style) };
    let mut findings: Vec<(&Diagnostic, &Finding, bool)> = comparison
        .new
        .iter()
        .filter_map(|new| {
            let found = comparison.after.findings.get(new.index)?;
            Some((found, found.finding()?, new.may_be_older))
        })
        .collect();
    if findings.is_empty() {
        return;
    }
    out.push_str(&style.paint(Ink::Strong, &format!("findings, new ({})", findings.len())));
    out.push_str("\n\n");
    findings.sort_by_key(|&(found, finding, _)| (Reverse(found.severity), &finding.lint));
    for group in findings.chunk_by(|a, b| a.0.severity == b.0.severity && a.1.lint == b.1.lint) {
        let shown: Vec<(&Diagnostic, &Finding)> =
            group.iter().map(|&(found, finding, _)| (found, finding)).collect();
        let block = page.findings(&shown);
        out.push_str(block.trim_end_matches('\n'));
        out.push('\n');
        if group.iter().any(|&(_, _, may_be_older)| may_be_older) {
            style.wrap(out, "  ", 2, "may not be new: BEFORE had no export that shows it");
        }
        out.push('\n');
    }
}

struct Printer {
    style: Style,
}

impl Printer {
    fn heading(&self, out: &mut String, text: &str) {
        out.push_str(&self.style.paint(Ink::Strong, text));
        out.push('\n');
    }

    fn section(&self, out: &mut String, title: &str, lines: &[String]) {
        if lines.is_empty() {
            return;
        }
        self.heading(out, title);
        for line in lines.iter().take(MAX_OBJECTS) {
            self.style.wrap(out, "  ", 2, &self.style.inline(line, MAX_MESSAGE));
        }
        self.more(out, lines.len(), MAX_OBJECTS);
        out.push('\n');
    }

    fn more(&self, out: &mut String, all: usize, shown: usize) {
        if all > shown {
            let line = format!("{} and {} more (all: `--format json`)", self.style.ellipsis(), all - shown);
            self.style.wrap(out, "  ", 2, &line);
        }
    }

    fn objects(&self, out: &mut String, sheet: &Sheet) {
        if sheet.objects.is_empty() {
            return;
        }
        self.heading(out, "configuration");
        let fates = [ObjectFate::Created, ObjectFate::Removed, ObjectFate::Renamed, ObjectFate::Changed];
        for fate in fates {
            let objects: Vec<&ObjectLine> =
                sheet.objects.iter().filter(|object| object.fate == fate).collect();
            for object in objects.iter().take(MAX_OBJECTS) {
                self.object(out, object);
            }
            self.more(out, objects.len(), MAX_OBJECTS);
        }
        out.push('\n');
    }

    fn object(&self, out: &mut String, object: &ObjectLine) {
        let ink = match object.fate {
            ObjectFate::Created | ObjectFate::Renamed | ObjectFate::Changed => Ink::Strong,
            ObjectFate::Removed => Ink::Faint,
        };
        let label = format!("  {} ", self.style.paint(ink, &format!("{:<8}", object.fate.name())));
        let anew = if object.is_made_anew { ", made anew" } else { "" };
        let title = self.style.inline(&object.title, MAX_VALUE);
        let indent = FATE + 2;
        match (object.fate, &object.was) {
            (ObjectFate::Created | ObjectFate::Removed, _) => {
                let place = object.after.as_ref().or(object.before.as_ref());
                let place = place.map_or_else(String::new, |place| format!(" [{}]", clean(place)));
                self.style.wrap(out, &label, indent, &format!("{title}{place}"));
                let values = self.style.inline(&object.values(), MAX_VALUES);
                if !values.is_empty() {
                    self.style.wrap(out, &" ".repeat(indent), indent, &values);
                }
            }
            (_, Some(was)) => {
                self.style.wrap(out, &label, indent, &format!("{title}{anew}"));
                self.style.wrap(
                    out,
                    &" ".repeat(indent),
                    indent,
                    &format!("was {}", self.style.inline(was, MAX_VALUE)),
                );
            }
            (_, None) => self.style.wrap(out, &label, indent, &format!("{title}{anew}")),
        }
        if matches!(object.fate, ObjectFate::Renamed | ObjectFate::Changed) {
            for row in &object.rows {
                let name = format!("    {:<width$}", clean(&row.name), width = NAME - 4);
                match row.list_change() {
                    Some(change) => {
                        self.style.wrap(out, &name, NAME, &self.style.inline(&change, MAX_VALUES))
                    }
                    None => {
                        let arrow = if self.style.unicode { "→" } else { "->" };
                        let text = |value: &Option<Value>| {
                            let text = value.as_ref().map_or("", |value| value.text.as_str());
                            self.style.inline(text, MAX_VALUE)
                        };
                        let line = format!("{} {arrow} {}", text(&row.before), text(&row.after));
                        self.style.wrap(out, &name, NAME, &line);
                    }
                }
                for (value, word) in [(&row.before, "before"), (&row.after, "after")] {
                    if let Some(place) = value.as_ref().and_then(|value| value.place.as_ref()) {
                        let line = format!("{}{word:<6} [{}]\n", " ".repeat(NAME), clean(place));
                        out.push_str(&line);
                    }
                }
            }
        }
    }

    fn findings(&self, out: &mut String, title: &str, findings: &[FindingLine]) {
        self.heading(out, &format!("findings, {title} ({})", findings.len()));
        for finding in findings.iter().take(MAX_FINDINGS) {
            let head = format!("{}[{}]", finding.severity, self.style.inline(&finding.lint, MAX_VALUE));
            let label = format!("  {} ", self.style.paint(Ink::Severity(finding.severity), &head));
            let place =
                finding.place.as_ref().map_or_else(String::new, |place| format!(" [{}]", clean(place)));
            let note = finding.note.as_ref().map_or_else(String::new, |note| format!(" ({note})"));
            let message = self.style.inline(&finding.message, MAX_MESSAGE);
            self.style.wrap(out, &label, 4, &format!("{message}{note}{place}"));
        }
        self.more(out, findings.len(), MAX_FINDINGS);
        out.push('\n');
    }

    fn paths(&self, out: &mut String, paths: &[PathLine]) {
        if paths.is_empty() {
            return;
        }
        self.heading(out, "paths");
        for path in paths {
            let domains = self.style.inline(&path.domains.join(", "), MAX_MESSAGE);
            let line = |way: &crate::report::comparison::Way| {
                format!("{}: {}", way.verdict, self.style.inline(&way.text, MAX_MESSAGE))
            };
            if !path.is_changed {
                let line = format!("{}, {domains}: unchanged, {}", path.direction, line(&path.after));
                self.style.wrap(out, "  ", 2, &line);
            } else {
                self.style.wrap(out, "  ", 2, &format!("{}, {domains}", path.direction));
                self.style.wrap(out, "    before ", 11, &line(&path.before));
                self.style.wrap(out, "    after  ", 11, &line(&path.after));
            }
            for (title, before, after) in &path.gates {
                let arrow = if self.style.unicode { "→" } else { "->" };
                self.style.wrap(out, "      ", 8, &format!("{title}: {before} {arrow} {after}"));
            }
        }
        out.push('\n');
    }
}
