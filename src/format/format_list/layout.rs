//! How wide the console was that a text was printed for, and where it broke lines.
//!
//! A formatter fills lines up to the width of its console. In some cultures it breaks between words, a word longer than
//! the field being cut at the edge, in all others wherever the line is full. Copied text has lost the blanks at the ends
//! of lines. What a break stood for follows from the width; the width is the longest line.

use std::collections::HashSet;

use super::line::{At, Line, columns, is_blank, label, line_at, width};

/// So much of a text tells how wide its console was.
pub(super) const HEAD_BYTES: usize = 64 << 10;

/// Widths that consoles usually have; some hosts leave the last column free.
const USUAL_WIDTHS: [usize; 10] = [79, 80, 99, 100, 119, 120, 159, 160, 199, 200];

/// No console is narrower: shorter lines were not broken for one.
const MIN_WIDTH: usize = 40;

/// That several lines have the length of the longest one by chance is not likely.
const MIN_FULL_LINES: usize = 3;

/// Mail programs break lines at about this width.
const MAIL_WIDTH: usize = 72;

/// Longer lines than that no mail program leaves.
const MAX_MAIL_WIDTH: usize = 80;

/// What the lines of a text tell of the console that they were broken for.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Layout {
    /// Columns of the longest line of a list.
    pub(super) width: usize,
    /// Columns of the longest line of any kind.
    pub(super) longest: usize,
    /// Columns of the longest line that could have been broken at a blank.
    breakable: usize,
    /// Whether most breaks are between words: only words longer than the field are cut.
    by_words: bool,
    /// Different lines that fill the width and go on.
    full_lines: usize,
}

/// A line of a list that the next goes on with.
struct Break<'t> {
    before: &'t str,
    after: &'t str,
}

impl Layout {
    /// What the first lines of a text tell.
    pub(super) fn of(text: &str) -> Self {
        let mut layout = Self::default();
        let mut breaks: Vec<Break<'_>> = Vec::new();
        let (mut at, mut previous) = (0, None::<Line<'_>>);
        while let At::Line(line) = line_at(text, at, true) {
            at = line.next;
            let is_list = layout.line(&line, previous.as_ref());
            if let Some(previous) = previous.filter(|_| is_list && label(&line, None).is_none()) {
                breaks.push(Break { before: previous.content, after: line.trimmed() });
            }
            previous = is_list.then_some(line);
        }
        layout.judge(&breaks);
        layout
    }

    /// Counts a line; gives whether it is one of a list.
    fn line(&mut self, line: &Line<'_>, previous: Option<&Line<'_>>) -> bool {
        let length = columns(line.content);
        self.longest = self.longest.max(length);
        let words = line.content.trim_start_matches(is_blank);
        if words.contains(' ') {
            self.breakable = self.breakable.max(length);
        }
        let is_property = line.command().is_none() && !line.is_message() && label(line, None).is_some();
        let is_list = is_property || (previous.is_some() && line.indent() >= 4);
        if is_list {
            self.width = self.width.max(length);
        }
        is_list
    }

    fn judge(&mut self, breaks: &[Break<'_>]) {
        let mut full = HashSet::new();
        let mut between_words = 0;
        for Break { before, after } in breaks {
            let length = columns(before);
            let word = after.split(' ').next().map_or(0, columns);
            if length + first_width(after) > self.width {
                full.insert(*before);
            } else if length + 1 + word > self.width {
                between_words += 1;
            }
        }
        self.full_lines = full.len();
        self.by_words = between_words > self.full_lines;
    }

    /// Whether a line was cut at the edge within a word, the rest of which is `after`. `column` is where values begin.
    pub(super) fn is_cut(self, before: &str, after: &str, column: usize) -> bool {
        if self.width < MIN_WIDTH || columns(before) + first_width(after) <= self.width {
            return false;
        }
        let start = before.rsplit(is_blank).next().unwrap_or_default();
        let end = after.split(is_blank).next().unwrap_or_default();
        // Words of a language are not so long; those of paths and addresses have other signs in them.
        let is_plain = start.chars().chain(end.chars()).all(char::is_alphabetic);
        let is_long = !is_plain && columns(start) + columns(end) > self.width.saturating_sub(column);
        is_long
            || (!self.by_words && (self.full_lines >= MIN_FULL_LINES || USUAL_WIDTHS.contains(&self.width)))
    }

    /// Whether a mail program has broken a line before `after`, which stands at the margin: together they would be too
    /// long, and no line of the text is.
    pub(super) fn is_wrapped_by_mail(self, before: &str, after: &str) -> bool {
        let word = after.split(is_blank).next().map_or(0, columns);
        self.breakable <= MAX_MAIL_WIDTH && columns(before) + 1 + word > self.breakable.max(MAIL_WIDTH)
    }

    /// Whether a line without padding is so long that it may have been broken before `after`.
    pub(super) fn may_be_full(self, before: &str, after: &str) -> bool {
        let (length, word) = (columns(before), after.split(is_blank).next().map_or(0, columns));
        length >= 50 && length + 1 + word > self.longest.min(79)
    }

    /// Whether a line reaches the edge of the terminal, which is where the longest lines end.
    pub(super) fn fills_terminal(self, line: &str) -> bool {
        let length = columns(line);
        length >= 40 && length >= self.longest
    }
}

fn first_width(text: &str) -> usize {
    text.chars().next().map_or(1, width)
}
