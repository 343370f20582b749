//! The difference of two runs in Markdown, for a ticket.

use std::fmt::Write as _;
use std::io;

use super::{ObjectLine, Sheet, Value};
use crate::diagnostic::ObjectFate;
use crate::report::gather::where_to_run;
use crate::report::markdown::{code, escape as text, fenced, prose};
use crate::report::text::clean;

pub(in crate::report) fn write(sheet: &Sheet, out: &mut dyn io::Write) -> io::Result<()> {
    out.write_all(page(sheet).as_bytes())
}

fn page(sheet: &Sheet) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "# Free/busy configuration: before and after\n");
    for line in sheet.totals.lines() {
        let _ = writeln!(out, "- {line}");
    }
    let _ = writeln!(out, "- judged as of {}", sheet.as_of);
    list(&mut out, "Problems of the exports", sheet.problems.iter().map(|line| text(line)));
    findings(&mut out, sheet);
    paths(&mut out, sheet);
    if !sheet.objects.is_empty() {
        let _ = writeln!(out, "\n## Configuration");
        for object in &sheet.objects {
            self::object(&mut out, object);
        }
    }
    list(&mut out, "Not compared", sheet.uncompared.iter().map(|line| text(line)));
    out
}

fn list(out: &mut String, title: &str, lines: impl ExactSizeIterator<Item = String>) {
    if lines.len() > 0 {
        let _ = writeln!(out, "\n## {title}\n");
    }
    for line in lines {
        let _ = writeln!(out, "- {line}");
    }
}

fn findings(out: &mut String, sheet: &Sheet) {
    for group in &sheet.findings {
        let _ = writeln!(out, "\n## Findings {} ({})\n", text(group.title), group.findings.len());
        for finding in &group.findings {
            let place = finding.place.as_ref().map_or_else(String::new, |place| format!(" {}", code(place)));
            let note = finding.note.as_ref().map_or_else(String::new, |note| format!(" ({})", text(note)));
            let (severity, lint) = (finding.severity, code(&finding.lint));
            let _ = writeln!(out, "- **{severity}** {lint}: {}{place}{note}", text(&finding.message));
            let Some(advice) = &finding.advice else { continue };
            for line in [&advice.why, &advice.text].into_iter().filter(|line| !line.trim().is_empty()) {
                let _ = writeln!(out, "\n  {}", prose(line));
            }
            if let Some(command) = &advice.command {
                let lines: Vec<_> = command.lines().map(clean).collect();
                let block = fenced("  ", "powershell", lines.iter().map(|line| &**line));
                let _ = write!(out, "\n  {}:\n\n{block}", where_to_run(advice.side));
            }
        }
    }
}

fn paths(out: &mut String, sheet: &Sheet) {
    if sheet.paths.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n## Paths\n\n| direction | domain | before | after |\n|---|---|---|---|");
    for path in &sheet.paths {
        let (before, after) = (&path.before, &path.after);
        let after = if path.is_changed {
            format!("**{}**: {}", after.verdict, text(&after.text))
        } else {
            "unchanged".to_owned()
        };
        let domains = path.domains.iter().map(|domain| text(domain)).collect::<Vec<_>>().join(", ");
        let before = format!("{}: {}", before.verdict, text(&before.text));
        let _ = writeln!(out, "| {} | {domains} | {before} | {after} |", path.direction);
    }
    for path in sheet.paths.iter().filter(|path| !path.gates.is_empty()) {
        let _ = writeln!(out, "\n{}, {}:\n", path.direction, text(&path.domains.join(", ")));
        for (title, before, after) in &path.gates {
            let _ = writeln!(out, "- {}: {before} → **{after}**", text(title));
        }
    }
}

fn object(out: &mut String, object: &ObjectLine) {
    let _ = writeln!(out, "\n### {}: {}\n", object.fate.name(), text(&object.title));
    if let Some(was) = &object.was {
        let _ = writeln!(out, "Was called {}.{}\n", code(was), anew(object));
    } else if object.is_made_anew {
        let _ = writeln!(out, "{}\n", anew(object).trim());
    }
    if matches!(object.fate, ObjectFate::Created | ObjectFate::Removed) {
        let place = object.after.as_ref().or(object.before.as_ref());
        let place = place.map_or_else(String::new, |place| format!(" {}", code(place)));
        let _ = writeln!(out, "{}{place}", text(&object.values()));
        return;
    }
    if object.rows.is_empty() {
        return;
    }
    let _ = writeln!(out, "| property | before | after |\n|---|---|---|");
    for row in &object.rows {
        let change = row.list_change().map_or_else(String::new, |change| added_and_removed(&change));
        let (before, after) = (value(row.before.as_ref()), value(row.after.as_ref()));
        let _ = writeln!(out, "| {} | {before} | {after}{change} |", text(&row.name));
    }
}

fn anew(object: &ObjectLine) -> &'static str {
    if object.is_made_anew { " It was made anew: its GUID is another." } else { "" }
}

fn value(value: Option<&Value>) -> String {
    let Some(value) = value else { return String::new() };
    let place = value.place.as_ref().map_or_else(String::new, |place| format!("<br>{}", cell(place)));
    format!("{}{place}", text(&value.text))
}

/// Its first character is a sign, which begins no list behind a line break.
fn added_and_removed(change: &str) -> String {
    let (sign, rest) = change.split_at_checked(1).unwrap_or(("", change));
    format!("<br>{sign}{}", text(rest))
}

/// A place in the cell of a table, which `|` would end even in code.
fn cell(place: &str) -> String {
    if place.contains('|') { text(place) } else { code(place) }
}
