//! The difference of two runs as one page, in the frame and the style of a report.

use std::io;

use maud::{Markup, html};

use super::{Advice, FindingGroup, FindingLine, ObjectLine, PathLine, Sheet, Value, Way};
use crate::diagnostic::ObjectFate;
use crate::report::html::parts::{
    MAX_ENTRIES, MAX_MESSAGE, MAX_NAME, badge, commands, inline, left_out, prose, severity_badge,
};
use crate::report::html::{Page, Section};
use crate::report::text::clean;

pub(in crate::report) fn write(sheet: &Sheet, out: &mut dyn io::Write) -> io::Result<()> {
    page(sheet).write(out)
}

fn page(sheet: &Sheet) -> Page {
    let totals = sheet.totals;
    let objects = totals.created + totals.removed + totals.renamed + totals.changed;
    let lead = html! {
        "Judged as of " (clean(&sheet.as_of)) @for line in totals.lines() { "; " (line) }
    };
    Page {
        title: "Free/busy configuration: before and after",
        as_of: sheet.as_of.clone(),
        lead,
        tally: vec![
            ("error", totals.new + totals.risen, "findings new or more severe"),
            ("passed", totals.fixed, "findings fixed"),
            ("warning", totals.remaining, "findings remaining"),
            ("info", objects, "objects differ"),
            ("unknown", totals.paths_changed, "paths changed"),
        ],
        sections: sections(sheet),
    }
}

fn sections(sheet: &Sheet) -> Vec<Section> {
    let mut sections = Vec::new();
    let mut add = |id, title, number: usize, content: &dyn Fn() -> Markup| {
        if number > 0 {
            sections.push(Section { id, title, number: Some(number), content: content() });
        }
    };
    add("problems", "Problems of the exports", sheet.problems.len(), &|| lines(&sheet.problems));
    add("paths", "Paths", sheet.paths.len(), &|| html! { @for path in &sheet.paths { (self::path(path)) } });
    let number = sheet.findings.iter().map(|group| group.findings.len()).sum();
    add("findings", "Findings", number, &|| html! { @for group in &sheet.findings { (self::group(group)) } });
    add("configuration", "Configuration", sheet.objects.len(), &|| {
        html! { @for object in &sheet.objects { (self::object(object)) } }
    });
    add("uncompared", "Not compared", sheet.uncompared.len(), &|| lines(&sheet.uncompared));
    sections
}

fn lines(lines: &[String]) -> Markup {
    html! { ul { @for line in lines { li { (inline(line, MAX_MESSAGE)) } } } }
}

fn path(path: &PathLine) -> Markup {
    let class = class(path.after.verdict);
    html! {
        article class={ "direction " (class) } {
            h3 { span.name { (path.direction) } }
            p.meta {
                @if !path.domains.is_empty() { (inline(&path.domains.join(", "), MAX_MESSAGE)) ", " }
                (if path.is_changed { "changed" } else { "unchanged" })
            }
            ol.steps {
                (way("Before", &path.before))
                (way("After", &path.after))
            }
            @if !path.gates.is_empty() {
                h4 { "Gates" }
                ul.gates {
                    @for &(title, before, after) in &path.gates {
                        li {
                            (badge(self::class(before), before)) " "
                            span aria-hidden="true" { "→" } span.unseen { "became" } " "
                            (badge(self::class(after), after)) " "
                            span.name { (title) }
                        }
                    }
                }
            }
        }
    }
}

fn way(title: &str, way: &Way) -> Markup {
    let class = class(way.verdict);
    html! {
        li class=(class) {
            span.what { (title) }
            span.value { (inline(&way.text, MAX_MESSAGE)) }
            (badge(class, way.verdict))
        }
    }
}

/// The class of a verdict or of the state of a gate.
fn class(state: &'static str) -> &'static str {
    match state {
        "works" | "passed" | "broken" | "failed" | "warned" | "unknown" => state,
        _ => "none",
    }
}

fn group(group: &FindingGroup) -> Markup {
    html! {
        h3 { (group.title) " (" (group.findings.len()) ")" }
        @for finding in group.findings.iter().take(MAX_ENTRIES) { (self::finding(finding)) }
        (left_out(group.findings.len().saturating_sub(MAX_ENTRIES)))
    }
}

fn finding(finding: &FindingLine) -> Markup {
    html! {
        article class={ "group " (finding.severity) } {
            h4 { (severity_badge(finding.severity)) " " span.name { (inline(&finding.message, MAX_MESSAGE)) } }
            p.meta {
                code { (inline(&finding.lint, MAX_NAME)) }
                @if let Some(note) = &finding.note { ", " (inline(note, MAX_MESSAGE)) }
                @if let Some(place) = &finding.place { " " span.place { (clean(place)) } }
            }
            @if let Some(advice) = &finding.advice { (self::advice(advice, &finding.message)) }
        }
    }
}

fn advice(advice: &Advice, message: &str) -> Markup {
    html! {
        @if !advice.why.trim().is_empty() { h5 { "Why it matters" } p { (prose(&advice.why)) } }
        @if !advice.text.trim().is_empty() { h5 { "What to do" } p { (prose(&advice.text)) } }
        @if let Some(command) = &advice.command { (commands(advice.side, [command.as_str()], message)) }
    }
}

fn object(object: &ObjectLine) -> Markup {
    let is_in_both = matches!(object.fate, ObjectFate::Renamed | ObjectFate::Changed);
    let heads: &[&str] = if is_in_both { &["Property", "Before", "After"] } else { &["Property", "Value"] };
    let place = object.after.as_ref().or(object.before.as_ref()).filter(|_| !is_in_both);
    html! {
        article.group {
            h3 { (badge(fate_class(object.fate), object.fate.name())) " " span.name { (inline(&object.title, MAX_MESSAGE)) } }
            @if let Some(was) = &object.was { p { "Was called " span.name { (inline(was, MAX_NAME)) } "." } }
            @if object.is_made_anew { p { "It was made anew: its GUID is another." } }
            @if let Some(place) = place { p.meta { span.place { (clean(place)) } } }
            @if !object.rows.is_empty() {
                table.changes {
                    thead { tr { @for head in heads { th scope="col" { (head) } } } }
                    tbody {
                        @for row in &object.rows {
                            tr {
                                th scope="row" { code { (inline(&row.name, MAX_NAME)) } }
                                @let change = row.list_change();
                                @if is_in_both {
                                    (value("Before", row.before.as_ref(), None))
                                    (value("After", row.after.as_ref(), change.as_deref()))
                                } @else {
                                    (value("Value", row.after.as_ref().or(row.before.as_ref()), None))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

const fn fate_class(fate: ObjectFate) -> &'static str {
    match fate {
        ObjectFate::Created => "passed",
        ObjectFate::Removed => "failed",
        ObjectFate::Renamed | ObjectFate::Changed => "info",
    }
}

fn value(name: &str, value: Option<&Value>, change: Option<&str>) -> Markup {
    html! {
        td data-name=(name) {
            @if let Some(value) = value {
                span.value { (inline(&value.text, MAX_MESSAGE)) }
                @if let Some(change) = change { br; strong.value { (inline(change, MAX_MESSAGE)) } }
                @if let Some(place) = &value.place { span.place { (clean(place)) } }
            } @else { "–" }
        }
    }
}
