//! The text of one excerpt: lines clipped to a width, made safe to show, and the labels in them.

use std::ops::Range;

use super::{Clip, Group, Mark, newlines, union};
use crate::report::text::{clean, stand_in};
use crate::report::{caption, shorten};
use crate::source::{Position, Text};

/// Characters of what is said at a label.
const MAX_MESSAGE: usize = 160;
/// Characters before a label that is itself wider than the excerpt.
const LEAD: usize = 12;

/// A line of the text, or the part of it around the labels where it is long.
struct Line {
    range: Range<usize>,
    /// Whether the file's line begins before `range`, and whether it goes on behind it.
    cut: (bool, bool),
}

/// Start of the line that holds `at`, looked for within `reach` bytes, and whether the line begins before it.
fn line_start(text: &Text, at: usize, bounds: &Range<usize>, reach: usize) -> (usize, bool) {
    let content = text.content();
    let from = content.ceil_char_boundary(at.saturating_sub(reach).max(bounds.start)).min(at);
    match memchr::memrchr(b'\n', &content.as_bytes()[from..at]) {
        Some(newline) => (from + newline + 1, false),
        None if from > bounds.start => (from, true),
        None => (from, text.position(from).column > 1),
    }
}

/// End of the line that holds `at`, looked for within `reach` bytes, and whether the line goes on behind it.
fn line_end(text: &Text, at: usize, bounds: &Range<usize>, reach: usize) -> (usize, bool) {
    let content = text.content();
    let to = content.floor_char_boundary(at.saturating_add(reach).min(bounds.end)).max(at);
    match memchr::memchr(b'\n', &content.as_bytes()[at..to]) {
        Some(newline) => (at + newline, false),
        None => (to, to < bounds.end),
    }
}

/// The lines of an excerpt: those of the labels, and one on both sides where it is short and not blank.
fn lines_around(text: &Text, span: &Range<usize>, columns: usize) -> Vec<Line> {
    // Room for the widest characters.
    let reach = columns * 4 + 4;
    let content = text.content();
    let bounds = text.contiguous(span.start);
    let (start, cut_before) = line_start(text, span.start, &bounds, reach);
    let (end, cut_after) = line_end(text, span.end, &bounds, reach);
    let mut lines = Vec::new();
    if start > bounds.start && !cut_before {
        let (previous, cut) = line_start(text, start - 1, &bounds, reach);
        let range = previous..start - 1;
        if !cut && !content[range.clone()].trim().is_empty() {
            lines.push(Line { range, cut: (false, false) });
        }
    }
    let mut from = start;
    for line in content[start..end].split('\n') {
        let range = from..from + line.len();
        from = range.end + 1;
        let cut = (cut_before && range.start == start, cut_after && range.end == end);
        lines.push(Line { range, cut });
    }
    if from < bounds.end && !cut_after {
        let (next, cut) = line_end(text, from, &bounds, reach);
        if !cut && !content[from..next].trim().is_empty() {
            lines.push(Line { range: from..next, cut: (false, false) });
        }
    }
    lines
}

/// The part of a line to show: all of it, or as much as fits around `focus`.
fn window(content: &str, line: &Line, focus: Option<Range<usize>>, columns: usize) -> Range<usize> {
    let end = line.range.start + content[line.range.clone()].trim_end_matches('\r').len();
    let line = line.range.start..end;
    let count = |range: Range<usize>| content[range].chars().count();
    if count(line.clone()) <= columns {
        return line;
    }
    let focus = focus.unwrap_or(line.start..line.start);
    let focus = focus.start.min(line.end)..focus.end.min(line.end);
    let before = count(line.start..focus.start);
    let left = match columns.checked_sub(count(focus.clone())) {
        None => LEAD,
        Some(room) => (room / 2).max(room.saturating_sub(count(focus.end..line.end))),
    };
    let skipped = before.saturating_sub(left);
    let nth = |from: usize, n: usize| {
        content[from..line.end].char_indices().nth(n).map_or(line.end, |(offset, _)| from + offset)
    };
    let start = nth(line.start, skipped);
    start..nth(start, columns)
}

/// What a line has become in the excerpt.
struct Placed {
    /// Start of the next line in the text.
    next: usize,
    window: Range<usize>,
    /// For each character of the window, and its end: where it is in the text and in the excerpt.
    places: Vec<(usize, usize)>,
}

/// A few lines of a file, with what is to be seen in them.
#[derive(Debug)]
pub(in crate::report) struct Excerpt {
    /// The file.
    pub(in crate::report) path: String,
    /// Where the first primary label is.
    pub(in crate::report) at: Position,
    /// Number of the first line, from 0.
    pub(in crate::report) first_line: usize,
    /// How many lines there are.
    pub(in crate::report) lines: usize,
    /// The lines, each with a line break.
    pub(in crate::report) content: String,
    /// The labels.
    pub(in crate::report) labels: Vec<ExcerptLabel>,
}

/// A label in an excerpt.
#[derive(Debug)]
pub(in crate::report) struct ExcerptLabel {
    /// The place within the content.
    pub(in crate::report) range: Range<usize>,
    /// What is said there; may be empty.
    pub(in crate::report) message: String,
    /// Whether this is what the diagnostic is about.
    pub(in crate::report) primary: bool,
}

impl Excerpt {
    pub(super) fn new(group: &Group<'_>, path: &str, clip: Clip) -> Self {
        let text = group.text();
        let lines = lines_around(text, &group.span, clip.columns);
        let mut content = String::new();
        let placed: Vec<Placed> =
            lines.iter().map(|line| place(&mut content, text.content(), line, group, clip)).collect();
        let first = group.first();
        let start = lines.first().map_or(0, |line| line.range.start);
        let above = newlines(&text.content()[start.min(first.range.start)..first.range.start]);
        let at = first.label.location.start;
        Self {
            path: clean(path).into_owned(),
            at,
            first_line: (at.line as usize).saturating_sub(above + 1),
            lines: lines.len(),
            content,
            labels: group.marks.iter().map(|mark| label_in_excerpt(mark, &placed, clip)).collect(),
        }
    }
}

/// Appends a line to the excerpt: what is to be seen of it, with marks where it is clipped.
fn place(excerpt: &mut String, content: &str, line: &Line, group: &Group<'_>, clip: Clip) -> Placed {
    let on_line = group.marks.iter().map(|mark| &mark.range).filter_map(|range| {
        let part = range.start.max(line.range.start)..range.end.min(line.range.end);
        (part.start <= part.end).then_some(part)
    });
    let window = window(content, line, on_line.reduce(|a, b| union(&a, &b)), clip.columns);
    if line.cut.0 || window.start > line.range.start {
        excerpt.push_str(clip.ellipsis());
    }
    let mut places = Vec::with_capacity(window.len() + 1);
    for (offset, c) in content[window.clone()].char_indices() {
        places.push((window.start + offset, excerpt.len()));
        excerpt.push(stand_in(c, clip.unicode));
    }
    places.push((window.end, excerpt.len()));
    let rest = &content[window.end..line.range.end];
    if line.cut.1 || !rest.trim_end_matches('\r').is_empty() {
        excerpt.push_str(clip.ellipsis());
    }
    excerpt.push('\n');
    Placed { next: line.range.end + 1, window, places }
}

fn label_in_excerpt(mark: &Mark<'_>, placed: &[Placed], clip: Clip) -> ExcerptLabel {
    let start = project(placed, mark.range.start);
    let end = project(placed, mark.range.end).max(start);
    let message = shorten(&caption(mark.label), MAX_MESSAGE, clip.ellipsis());
    ExcerptLabel { range: start..end, message: clean(&message).into_owned(), primary: mark.label.primary }
}

/// Where a place of the text is in the excerpt; at the border of what is shown where it is clipped off.
fn project(placed: &[Placed], at: usize) -> usize {
    let Some(line) = placed.iter().find(|line| at < line.next).or(placed.last()) else { return 0 };
    let at = at.clamp(line.window.start, line.window.end);
    let index = line.places.partition_point(|&(place, _)| place < at);
    line.places.get(index).map_or(0, |&(_, place)| place)
}
