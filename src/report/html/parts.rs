//! The pieces that several parts of the page are made of.

use std::ops::Range;

use maud::{Markup, html};

use crate::diagnostic::{Diagnostic, Label, Need, Platform, Run, ScriptLine, Severity};
use crate::report::excerpt::{Clip, Excerpt, ExcerptLabel, Excerpts};
use crate::report::gather::where_to_run;
use crate::report::text::{clean, count};
use crate::report::{path_of, shorten};

/// Characters of a message. Longer ones carry a value that the excerpt shows.
pub(in crate::report) const MAX_MESSAGE: usize = 600;
/// Characters of a name or value in running text.
pub(in crate::report) const MAX_NAME: usize = 120;
/// Entries of a list; more are counted.
pub(in crate::report) const MAX_ENTRIES: usize = 500;
/// Characters of a marked value that is named again beside its message.
const MAX_QUOTED: usize = 40;
/// Columns that a message is moved to the right, to stand below what it is about.
const MAX_PAD: usize = 60;
/// Lines are wrapped by the browser, and cut only where they are of no more use.
const CLIP: Clip = Clip { columns: 160, unicode: true };

/// `text` on one line and safe to show, with at most `limit` characters.
pub(in crate::report) fn inline(text: &str, limit: usize) -> String {
    clean(&shorten(text, limit, "…")).into_owned()
}

/// Prose, whose own line breaks mean nothing.
pub(in crate::report) fn prose(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    clean(&words.join(" ")).into_owned()
}

/// A result: never by colour alone.
pub(in crate::report) fn badge(class: &str, word: &str) -> Markup {
    let sign = match class {
        "error" | "failed" | "broken" => "✗",
        "warning" | "warned" => "!",
        "passed" | "works" => "✓",
        "info" => "i",
        "unknown" => "?",
        _ => "–",
    };
    html! { span class={ "badge " (class) } { span aria-hidden="true" { (sign) } " " (word) } }
}

pub(in crate::report) fn severity_badge(severity: Severity) -> Markup {
    badge(severity.name(), severity.name())
}

/// The word by which the page's script knows a side.
pub(super) const fn side_word(side: Option<Platform>) -> &'static str {
    match side {
        Some(side) => side.name(),
        None => "unknown",
    }
}

pub(super) const fn side_title(side: Option<Platform>) -> &'static str {
    match side {
        Some(side) => side.title(),
        None => "side unknown",
    }
}

/// What a link to the findings of a lint leads to.
pub(super) fn anchor(severity: Severity, lint: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    format!("{severity}-{}", lint.chars().take(MAX_NAME).map(plain).collect::<String>())
}

/// Where a label stands: file, line, column.
pub(super) fn place(run: &Run, label: &Label) -> String {
    let start = label.location.start;
    format!("{}:{}:{}", clean(path_of(run, label)), start.line, start.column)
}

/// The source that a diagnostic points at, or the file that it is about.
pub(super) fn places(run: &Run, diagnostic: &Diagnostic) -> Markup {
    let Excerpts { shown, rest } = Excerpts::of(run, diagnostic, CLIP);
    html! {
        @for excerpt in &shown { (figure(excerpt)) }
        @if rest > 0 { p.more { "… and " (count(rest as u64, "more place")) } }
        @if diagnostic.labels.is_empty() && let Some(path) = &diagnostic.path {
            p.meta { "in " code { (clean(path)) } }
        }
    }
}

fn figure(excerpt: &Excerpt) -> Markup {
    let mut start = 0;
    let lines = excerpt.content.lines().enumerate().map(|(index, text)| {
        let range = start..start + text.len();
        start = range.end + 1;
        line(excerpt, range, excerpt.first_line + index + 1)
    });
    html! {
        figure.excerpt {
            figcaption { (excerpt.path) ":" (excerpt.at.line) ":" (excerpt.at.column) }
            @for line in lines { (line) }
        }
    }
}

/// A line with its number, the labels in it marked, and what is said at those that begin in it.
fn line(excerpt: &Excerpt, range: Range<usize>, number: usize) -> Markup {
    let text = |part: Range<usize>| excerpt.content.get(part).unwrap_or_default();
    let here = |label: &&ExcerptLabel| label.range.start <= range.end && label.range.end >= range.start;
    let labels: Vec<&ExcerptLabel> = excerpt.labels.iter().filter(here).collect();
    // A mark that goes on from the line before begins with the text, not with its indentation.
    let indent = range.end - text(range.clone()).trim_start().len();
    let mut borders: Vec<usize> = labels
        .iter()
        .flat_map(|label| [label.range.start, label.range.end])
        .chain([range.start, indent, range.end])
        .map(|border| border.clamp(range.start, range.end))
        .collect();
    borders.sort_unstable();
    borders.dedup();
    let pieces = borders.windows(2).map(|ends| {
        let is_over = |label: &&&ExcerptLabel| {
            label.range.start <= ends[0]
                && ends[1] <= label.range.end
                && (ends[0] >= indent || label.range.start >= range.start)
        };
        let over = labels.iter().filter(is_over);
        (ends[0]..ends[1], over.map(|label| label.primary).max())
    });
    let notes: Vec<&&ExcerptLabel> =
        labels.iter().filter(|label| label.range.start >= range.start && !label.message.is_empty()).collect();
    html! {
        div.line {
            span.number { (number) }
            code {
                @for (piece, primary) in pieces {
                    @match primary {
                        Some(true) => mark.primary { (text(piece)) },
                        Some(false) => mark { (text(piece)) },
                        None => (text(piece)),
                    }
                }
            }
        }
        @for note in &notes {
            div.note.primary[note.primary] {
                span.number {}
                span {
                    span.lead-in aria-hidden="true" {
                        span.pad { (" ".repeat(text(range.start..note.range.start).chars().count().min(MAX_PAD))) }
                        "╰─ "
                    }
                    @if notes.len() > 1 { code { (inline(text(note.range.clone()), MAX_QUOTED)) } ": " }
                    (note.message)
                }
            }
        }
    }
}

/// Commands with a button that copies them. Whoever hears the names of buttons only hears `what` they are for.
pub(in crate::report) fn commands<'a>(
    side: Option<Platform>,
    commands: impl IntoIterator<Item = &'a str>,
    what: &str,
) -> Markup {
    let lines: Vec<String> =
        commands.into_iter().flat_map(str::lines).map(|line| clean(line.trim_end()).into_owned()).collect();
    html! {
        div.command {
            p.where { (where_to_run(side)) ":" }
            pre { code { (lines.join("\n")) } }
            button.copy type="button" hidden data-control aria-label={ "Copy the command: " (inline(what, MAX_NAME)) } { "Copy" }
        }
    }
}

/// What is lacking, and how to get it.
pub(super) fn need(need: &Need) -> Markup {
    let what = need.to_string();
    html! {
        p { (inline(&what, MAX_MESSAGE)) }
        (settle(need.command.as_deref(), need.side, need.script.as_ref(), &what))
    }
}

/// The command that settles what is not known.
pub(super) fn settle(
    command: Option<&str>,
    side: Option<Platform>,
    script: Option<&ScriptLine>,
    what: &str,
) -> Markup {
    html! {
        @if let Some(command) = command { (commands(side, [command], what)) }
        @if let Some(script) = script { p.meta { "or line " (script.line) " of " code { "freebusy-lint " (inline(&script.arguments, MAX_NAME)) } } }
    }
}

/// Where to read more; a link only where a browser is sure to open it as a page.
pub(super) fn reference(reference: &str) -> Markup {
    let is_page = reference.starts_with("https://") || reference.starts_with("http://");
    let shown = clean(reference);
    html! {
        @if is_page { a href=(shown) rel="noopener noreferrer" { (shown) } } @else { (shown) }
    }
}

/// What is left out of a list.
pub(in crate::report) fn left_out(number: usize) -> Markup {
    html! {
        @if number > 0 { p.more { "… and " (number) " more; all of them: " code { "--format json" } } }
    }
}
