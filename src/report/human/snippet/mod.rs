//! Source text around labels, clipped to what a person can read, drawn by miette.
//!
//! miette prints whole lines, searches from the start of a source for every label, and panics on a label past column
//! 65,535. So each snippet is a text of its own here: a few lines, each cut to the width of the report, with the line
//! numbers and the position of the file.

mod view;

use std::ops::Range;
use std::sync::Arc;

use miette::{GraphicalReportHandler, GraphicalTheme};

use super::style::Style;
use crate::diagnostic::{Diagnostic, Label, Run};
use crate::report::path_of;
use crate::source::Text;
use view::View;

const MAX_SNIPPETS: usize = 6;
const MAX_LABELS: usize = 12;
const MAX_LINES: usize = 24;
/// Lines between two labels of one snippet.
const NEAR_LINES: usize = 6;
/// Bytes between two labels of one snippet, and bytes of one label.
const NEAR_BYTES: usize = 4096;
/// A label of more lines is cut to its first.
const MAX_LABEL_LINES: usize = 8;
/// Columns that line numbers, borders and marks of clipping take beside a line.
const BESIDE: usize = 14;
/// Characters of a line on the widest terminal.
const MAX_COLUMNS: usize = 170;

/// Draws snippets in one style.
pub(super) struct Artist {
    style: Style,
    /// Characters of a source line.
    columns: usize,
    handler: GraphicalReportHandler,
}

impl Artist {
    pub(super) fn new(style: Style) -> Self {
        let theme = match (style.unicode, style.color) {
            (true, true) => GraphicalTheme::unicode(),
            (true, false) => GraphicalTheme::unicode_nocolor(),
            (false, true) => GraphicalTheme::ascii(),
            (false, false) => GraphicalTheme::none(),
        };
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_links(false)
            .without_syntax_highlighting()
            .with_width(style.width)
            .with_context_lines(1);
        Self { style, columns: style.width.saturating_sub(BESIDE).min(MAX_COLUMNS), handler }
    }

    /// Writes the places of a diagnostic: near ones of a file in one snippet, others in snippets of their own.
    pub(super) fn draw(&self, out: &mut String, run: &Run, diagnostic: &Diagnostic) {
        let mut groups: Vec<Group<'_>> = Vec::new();
        for label in diagnostic.labels.iter().take(MAX_LABELS) {
            let mark = Mark::new(label);
            match groups.iter_mut().find(|group| group.takes(&mark, self.columns)) {
                Some(group) => group.add(mark),
                None => groups.push(Group::new(mark)),
            }
        }
        let shown: usize = groups.iter().take(MAX_SNIPPETS).map(|group| group.labels).sum();
        for group in groups.iter().take(MAX_SNIPPETS) {
            let path = path_of(run, group.first().label);
            self.draw_view(out, &View::new(group, path, self.columns, self.style));
        }
        let rest = diagnostic.labels.len().saturating_sub(shown);
        if rest > 0 {
            let plural = if rest == 1 { "" } else { "s" };
            out.push_str(&format!("   {} and {rest} more place{plural}\n", self.style.ellipsis()));
        }
    }

    fn draw_view(&self, out: &mut String, view: &View) {
        let mut drawn = String::new();
        if self.handler.render_report(&mut drawn, view).is_err() {
            out.push_str(&format!("   [{}:{}:{}]\n", view.path, view.at.line, view.at.column));
            return;
        }
        // miette always begins with a line for the message, which is empty here.
        let snippet = drawn.split_once('\n').map_or("", |(_, snippet)| snippet);
        for line in snippet.lines() {
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
}

/// The part of a label that is shown: within the text, at character borders, of bounded size.
struct Mark<'a> {
    label: &'a Label,
    range: Range<usize>,
}

impl<'a> Mark<'a> {
    fn new(label: &'a Label) -> Self {
        let content = label.text.content();
        let start = content.floor_char_boundary(label.range.start);
        let bounds = label.text.contiguous(start);
        let end = content.ceil_char_boundary(label.range.end).clamp(start, bounds.end.max(start));
        let limit = content.floor_char_boundary(start.saturating_add(NEAR_BYTES)).min(end);
        let shown = &content[start..limit];
        let cut = limit < end || newlines(shown) >= MAX_LABEL_LINES;
        let shown = match shown.find('\n') {
            Some(newline) if cut => &shown[..newline],
            _ => shown,
        };
        // A border at the start of the next line belongs to the end of this one.
        let range = start..start + shown.trim_end_matches(['\n', '\r']).len();
        Self { label, range }
    }
}

/// Labels that share a snippet.
struct Group<'a> {
    marks: Vec<Mark<'a>>,
    /// How many labels the marks stand for; more than there are marks where labels repeat.
    labels: usize,
    /// From the first label to the last.
    span: Range<usize>,
}

impl<'a> Group<'a> {
    fn new(mark: Mark<'a>) -> Self {
        let span = mark.range.clone();
        Self { marks: vec![mark], labels: 1, span }
    }

    /// The label whose position heads the snippet: the first primary one. A group is never empty.
    fn first(&self) -> &Mark<'a> {
        self.marks.iter().find(|mark| mark.label.primary).unwrap_or(&self.marks[0])
    }

    fn text(&self) -> &'a Text {
        &self.marks[0].label.text
    }

    fn takes(&self, mark: &Mark<'_>, columns: usize) -> bool {
        let text = &self.marks[0].label.text;
        if !Arc::ptr_eq(text, &mark.label.text)
            || text.contiguous(self.span.start) != text.contiguous(mark.range.start)
        {
            return false;
        }
        let gap = gap(&self.span, &mark.range);
        if gap.len() > NEAR_BYTES {
            return false;
        }
        let content = text.content();
        newlines(&content[gap]) <= NEAR_LINES
            && newlines(&content[union(&self.span, &mark.range)]) < MAX_LINES
            && self.marks.iter().all(|other| fit_one_line(content, &other.range, &mark.range, columns))
    }

    fn add(&mut self, mark: Mark<'a>) {
        self.labels += 1;
        self.span = union(&self.span, &mark.range);
        let repeated = self
            .marks
            .iter()
            .any(|other| other.range == mark.range && other.label.message == mark.label.message);
        if !repeated {
            self.marks.push(mark);
        }
    }
}

fn union(a: &Range<usize>, b: &Range<usize>) -> Range<usize> {
    a.start.min(b.start)..a.end.max(b.end)
}

/// What lies between two ranges; empty where they touch or overlap.
fn gap(a: &Range<usize>, b: &Range<usize>) -> Range<usize> {
    let from = a.end.min(b.end);
    from..a.start.max(b.start).max(from)
}

/// Whether both ranges can be seen at once, where they are on one line.
fn fit_one_line(content: &str, a: &Range<usize>, b: &Range<usize>, columns: usize) -> bool {
    a == b || content[gap(a, b)].contains('\n') || {
        let both = &content[union(a, b)];
        both.contains('\n') || both.chars().count() <= columns
    }
}

fn newlines(text: &str) -> usize {
    memchr::memchr_iter(b'\n', text.as_bytes()).count()
}
