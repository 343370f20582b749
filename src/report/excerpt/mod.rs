//! Source text around labels, clipped to what a person can read, and safe to show.
//!
//! An excerpt is a text of its own: a few lines, each cut to a width, with the line numbers and the position of the
//! file. Lines may be as long as the file, so nothing here looks further than it shows.

mod view;

use std::ops::Range;
use std::sync::Arc;

use super::{caption, path_of};
use crate::diagnostic::{Diagnostic, Label, Run};
use crate::source::Text;

pub(super) use view::{Excerpt, ExcerptLabel};

const MAX_EXCERPTS: usize = 6;
const MAX_LABELS: usize = 12;
const MAX_LINES: usize = 24;
/// Lines between two labels of one excerpt.
const NEAR_LINES: usize = 6;
/// Bytes between two labels of one excerpt, and bytes of one label.
const NEAR_BYTES: usize = 4096;
/// A label of more lines is cut to its first.
const MAX_LABEL_LINES: usize = 8;

/// How source text is cut to size.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clip {
    /// Characters of a line.
    pub(super) columns: usize,
    /// Whether marks of clipping and stand-ins may be characters beyond ASCII.
    pub(super) unicode: bool,
}

impl Clip {
    const fn ellipsis(self) -> &'static str {
        if self.unicode { "…" } else { "..." }
    }
}

/// The places of a diagnostic: near ones of a file in one excerpt, others in excerpts of their own.
#[derive(Debug)]
pub(super) struct Excerpts {
    pub(super) shown: Vec<Excerpt>,
    /// Places that are left out.
    pub(super) rest: usize,
}

impl Excerpts {
    pub(super) fn of(run: &Run, diagnostic: &Diagnostic, clip: Clip) -> Self {
        let mut groups: Vec<Group<'_>> = Vec::new();
        for label in diagnostic.labels.iter().take(MAX_LABELS) {
            let mark = Mark::new(label);
            match groups.iter_mut().find(|group| group.takes(&mark, clip.columns)) {
                Some(group) => group.add(mark),
                None => groups.push(Group::new(mark)),
            }
        }
        groups.truncate(MAX_EXCERPTS);
        let shown: usize = groups.iter().map(|group| group.labels).sum();
        let excerpt = |group: &Group<'_>| Excerpt::new(group, path_of(run, group.first().label), clip);
        Self {
            shown: groups.iter().map(excerpt).collect(),
            rest: diagnostic.labels.len().saturating_sub(shown),
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

/// Labels that share an excerpt.
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

    /// The label whose position heads the excerpt: the first primary one. A group is never empty.
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
            .any(|other| other.range == mark.range && caption(other.label) == caption(mark.label));
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
