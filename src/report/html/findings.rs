//! What is wrong: findings by lint, with the controls that narrow them down, and problems of the input.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use maud::{Markup, html};

use super::parts::{
    MAX_ENTRIES, MAX_MESSAGE, MAX_NAME, anchor, commands, inline, left_out, place, places, prose, reference,
    severity_badge, side_title, side_word,
};
use crate::diagnostic::{Diagnostic, Finding, LintSummary, Platform, Run, Severity};
use crate::report;
use crate::report::gather::{Remedy, alike, distinct, remedies};
use crate::report::text::{clean, count};

/// Findings of one lint, and problems of one kind, that are shown with their excerpts.
const SHOWN: usize = 10;
/// Commands of one remedy.
const MAX_COMMANDS: usize = 100;

type Found<'a> = (&'a Diagnostic, &'a Finding);

pub(super) fn findings(run: &Run) -> Markup {
    let mut findings: Vec<Found<'_>> = report::findings(run).collect();
    if findings.is_empty() {
        return html! { p { "Nothing was found in what could be judged." } };
    }
    // A lint whose severity was lowered for some objects has a group for each severity.
    findings.sort_by_key(|&(diagnostic, finding)| (Reverse(diagnostic.severity), &finding.lint));
    let lints: BTreeMap<&str, &LintSummary> = run.lints.iter().map(|lint| (lint.id.as_str(), lint)).collect();
    let same = |(a, x): &Found<'_>, (b, y): &Found<'_>| a.severity == b.severity && x.lint == y.lint;
    html! {
        (filters(&findings, &lints))
        @for found in findings.chunk_by(same) {
            @if let Some((first, head)) = found.first() {
                (group(run, found, first.severity, &head.lint, lints.get(head.lint.as_str()).copied()))
            }
        }
    }
}

/// The controls, which only the page's script shows.
fn filters(findings: &[Found<'_>], lints: &BTreeMap<&str, &LintSummary>) -> Markup {
    let mut severities: BTreeMap<Severity, usize> = BTreeMap::new();
    let mut sides: BTreeMap<Option<Platform>, usize> = BTreeMap::new();
    let mut areas: BTreeMap<&str, usize> = BTreeMap::new();
    for (diagnostic, finding) in findings {
        *severities.entry(diagnostic.severity).or_default() += 1;
        *sides.entry(side_of(finding)).or_default() += 1;
        *areas.entry(area_of(lints.get(finding.lint.as_str()).copied())).or_default() += 1;
    }
    html! {
        form #filters hidden data-control aria-label="Filter findings" {
            fieldset {
                legend { "Severity" }
                @for (severity, number) in severities.iter().rev() {
                    label {
                        input type="checkbox" name="severity" value=(severity) checked;
                        " " (severity) " (" (number) ")"
                    }
                }
            }
            label {
                "Side "
                select name="side" {
                    option value="" { "both" }
                    @for (side, number) in &sides {
                        option value=(side_word(*side)) { (side_title(*side)) " (" (number) ")" }
                    }
                }
            }
            label {
                "Area "
                select name="area" {
                    option value="" { "all" }
                    @for (area, number) in &areas {
                        option value=(clean(area)) { (clean(area)) " (" (number) ")" }
                    }
                }
            }
            button type="reset" { "Show all" }
        }
        p #shown role="status" aria-live="polite" { (count(findings.len() as u64, "finding")) }
    }
}

fn side_of(finding: &Finding) -> Option<Platform> {
    finding.subject.as_ref().and_then(|subject| subject.side)
}

fn area_of(lint: Option<&LintSummary>) -> &str {
    lint.map_or("other", |lint| lint.area.as_str())
}

/// Findings of one lint and severity.
fn group(run: &Run, found: &[Found<'_>], severity: Severity, id: &str, lint: Option<&LintSummary>) -> Markup {
    let area = area_of(lint);
    let title = lint.map_or(id, |lint| lint.title.as_str());
    let (shown, others) = found.split_at(found.len().min(SHOWN));
    html! {
        article class={ "group " (severity) } id=(anchor(severity, id)) data-severity=(severity) data-area=(clean(area)) tabindex="-1" {
            h3 { (severity_badge(severity)) " " span.name { (inline(title, MAX_MESSAGE)) } }
            p.meta { code { (inline(id, MAX_NAME)) } ", " (clean(area)) ", " (count(found.len() as u64, "finding")) }
            @for (diagnostic, finding) in shown { (case(run, diagnostic, finding)) }
            (more(run, others))
            (reasons(shown))
            (fixes(&remedies(found), title))
            (references(lint))
        }
    }
}

fn reasons(shown: &[Found<'_>]) -> Markup {
    let reasons = distinct(shown.iter().map(|(_, finding)| finding.why.trim()));
    html! {
        @for (index, why) in reasons.into_iter().filter(|why| !why.is_empty()).enumerate() {
            @if index == 0 { h4 { "Why it matters" } }
            p { (prose(why)) }
        }
    }
}

fn case(run: &Run, diagnostic: &Diagnostic, finding: &Finding) -> Markup {
    let side = side_of(finding);
    html! {
        div.case data-side=(side_word(side)) {
            p.message { (inline(&diagnostic.message, MAX_MESSAGE)) }
            @if let Some(subject) = &finding.subject {
                p.meta { (clean(&subject.cmdlet)) ", " (side_title(side)) }
            }
            (places(run, diagnostic))
        }
    }
}

/// The others, by name.
fn more(run: &Run, others: &[Found<'_>]) -> Markup {
    let named = &others[..others.len().min(MAX_ENTRIES)];
    let rest = &others[named.len()..];
    let unlisted =
        |side: Option<Platform>| rest.iter().filter(|(_, finding)| side_of(finding) == side).count();
    html! {
        @if !named.is_empty() {
            details.fold open {
                summary { (count(others.len() as u64, "more finding")) }
                ul.names {
                    @for (diagnostic, finding) in named {
                        li data-side=(side_word(side_of(finding))) { (name(run, diagnostic, finding)) }
                    }
                    @for side in [Some(Platform::OnPrem), Some(Platform::Cloud), None] {
                        @let number = unlisted(side);
                        @if number > 0 {
                            li data-side=(side_word(side)) data-count=(number) {
                                "… and " (number) " more (" (side_title(side)) "); all of them: " code { "--format json" }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What an administrator calls the object of a finding, and where it stands.
fn name(run: &Run, diagnostic: &Diagnostic, finding: &Finding) -> Markup {
    let object = finding.subject.as_ref().and_then(|subject| subject.object.as_deref());
    let place = diagnostic.labels.first().map(|label| place(run, label));
    html! {
        @if let Some(object) = object { (inline(object, MAX_NAME)) " " }
        @if let Some(place) = place { span.place { (place) } }
        @if object.is_none() && diagnostic.labels.is_empty() { (inline(&diagnostic.message, MAX_NAME)) }
    }
}

fn fixes(remedies: &[Remedy<'_>], title: &str) -> Markup {
    html! {
        @if !remedies.is_empty() { h4 { "What to do" } }
        @for remedy in remedies.iter().take(SHOWN) { (fix(remedy, title)) }
        (left_out(remedies.len().saturating_sub(SHOWN)))
    }
}

fn fix(remedy: &Remedy<'_>, title: &str) -> Markup {
    let shown = &remedy.commands[..remedy.commands.len().min(MAX_COMMANDS)];
    html! {
        p { (prose(remedy.text)) }
        @if !shown.is_empty() {
            (commands(remedy.side, shown.iter().copied(), title))
        }
        (left_out(remedy.commands.len() - shown.len()))
    }
}

fn references(lint: Option<&LintSummary>) -> Markup {
    let references = lint.map_or(&[][..], |lint| &lint.references);
    html! {
        @if !references.is_empty() {
            p.references { "See " @for (index, link) in references.iter().enumerate() { @if index > 0 { ", " } (reference(link)) } }
        }
    }
}

/// What is wrong with inputs, lint files and arguments.
pub(super) fn problems(run: &Run) -> Markup {
    html! {
        @for same in alike(report::problems(run)) {
            @if let Some(first) = same.first() {
                article class={ "group " (first.severity) } {
                    h3 { (severity_badge(first.severity)) " " span.name { (inline(&first.message, MAX_MESSAGE)) } }
                    @for problem in same.iter().take(SHOWN) { (places(run, problem)) }
                    (left_out(same.len().saturating_sub(SHOWN)))
                    @if let Some(help) = &first.help { p { (prose(help)) } }
                }
            }
        }
    }
}
