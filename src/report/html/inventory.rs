//! What the verdicts rest on: what was read and checked, what could not be judged, what somebody chose not to hear of.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::parts::{
    MAX_ENTRIES, MAX_MESSAGE, MAX_NAME, badge, inline, left_out, place, prose, settle, severity_badge,
    side_title,
};
use crate::diagnostic::{InputStatus, InputSummary, Outcome, Run, Suppressed, Suppression};
use crate::report::gather::{Lacking, lacking};
use crate::report::text::{clean, count};

/// What lints lack, and how many entries that has.
pub(super) fn unknown(run: &Run) -> (usize, Markup) {
    let all = lacking(run);
    let shown = &all[..all.len().min(MAX_ENTRIES)];
    let content = html! {
        p { "Unknown is not passed: each of these keeps lints from judging until the export is there." }
        ul.entries {
            @for lacking in shown {
                @let Lacking { what, command, side, script, lints, objects } = lacking;
                li.unknown {
                    p.message {
                        (inline(what, MAX_MESSAGE))
                        @if *objects > 0 { " (" (count(*objects, "object")) ")" }
                    }
                    (settle(*command, *side, *script, what))
                    details.fold open {
                        summary { (count(lints.len() as u64, "lint")) " could not judge" }
                        p.ids { @for (index, id) in lints.iter().enumerate() { @if index > 0 { ", " } code { (inline(id, MAX_NAME)) } } }
                    }
                }
            }
        }
        (left_out(all.len() - shown.len()))
    };
    (all.len(), content)
}

pub(super) fn suppressed(run: &Run) -> Markup {
    html! {
        p { "Somebody decided not to have these reported. They are not counted above." }
        ul.entries {
            @for Suppressed { finding: diagnostic, by } in run.suppressed.iter().take(MAX_ENTRIES) {
                li {
                    p.message { (severity_badge(diagnostic.severity)) " " (inline(&diagnostic.message, MAX_MESSAGE)) }
                    p.meta {
                        @if let Some(finding) = diagnostic.finding() { code { (inline(&finding.lint, MAX_NAME)) } }
                        @if let Some(label) = diagnostic.labels.first() { " " span.place { (place(run, label)) } }
                    }
                    p {
                        @match by {
                            Suppression::Configuration { reason, until } => {
                                "Reason: " (prose(reason))
                                @if let Some(until) = until { " (until " (clean(until)) ")" }
                            }
                            Suppression::Baseline => "Known: the baseline has it",
                        }
                    }
                }
            }
        }
        (left_out(run.suppressed.len().saturating_sub(MAX_ENTRIES)))
    }
}

pub(super) fn inputs(run: &Run) -> Markup {
    html! {
        @if run.inputs.is_empty() { p { "No file was read." } } @else {
            table.inputs {
                thead { tr { th scope="col" { "File" } th scope="col" { "Records" } th scope="col" { "Status" } } }
                tbody { @for input in run.inputs.iter().take(MAX_ENTRIES) { (row(input)) } }
            }
            (left_out(run.inputs.len().saturating_sub(MAX_ENTRIES)))
        }
    }
}

fn row(input: &InputSummary) -> Markup {
    let kind: Vec<&str> = [input.format, input.encoding].into_iter().flatten().collect();
    html! {
        tr {
            th scope="row" {
                (clean(&input.path))
                @if !kind.is_empty() { span.detail { (clean(&kind.join(", "))) } }
            }
            td {
                ul {
                    @for record in &input.records {
                        li { (record.records) " " (clean(&record.cmdlet)) " " span.detail { (side_title(record.side)) } }
                    }
                    @if input.unrecognized > 0 { li { (input.unrecognized) " of no known cmdlet" } }
                }
            }
            td { (status(input.status)) }
        }
    }
}

fn status(status: InputStatus) -> Markup {
    match status {
        InputStatus::Read => badge("passed", "read"),
        InputStatus::Partial => badge("warned", "read in part"),
        InputStatus::Empty => badge("none", "empty"),
        InputStatus::Unrecognized => badge("none", "nothing known in it"),
        InputStatus::Failed => badge("failed", "not read"),
    }
}

/// How lints ended, by area.
pub(super) fn checked(run: &Run) -> Markup {
    const COLUMNS: [(Outcome, &str); 4] = [
        (Outcome::Failed, "Failed"),
        (Outcome::Unknown, "Unknown"),
        (Outcome::Passed, "Passed"),
        (Outcome::NotApplicable, "Not applicable"),
    ];
    let mut areas: BTreeMap<&str, BTreeMap<Outcome, u64>> = BTreeMap::new();
    for lint in &run.lints {
        *areas.entry(&lint.area).or_default().entry(lint.outcome).or_default() += 1;
    }
    let total = |outcome| run.lints.iter().filter(|lint| lint.outcome == outcome).count();
    html! {
        table.checked {
            caption { "Lints by area and outcome" }
            thead { tr { th scope="col" { "Area" } @for (_, title) in COLUMNS { th scope="col" { (title) } } } }
            tbody {
                @for (area, outcomes) in &areas {
                    tr {
                        th scope="row" { (clean(area)) }
                        @for (outcome, _) in COLUMNS { td { (outcomes.get(&outcome).copied().unwrap_or(0)) } }
                    }
                }
            }
            tfoot { tr { th scope="row" { "All" } @for (outcome, _) in COLUMNS { td { (total(outcome)) } } } }
        }
    }
}
