//! The value of a property: a text, a list in braces, or nothing.

use std::ops::Range;

use super::super::{Bytes, Escape, Kind, Node, Tape, Wrap};
use super::line::is_blank;

/// What the lines of an object tell of the console that they were broken for.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Layout {
    /// Characters of the longest line.
    longest: usize,
    /// Lines of that length that are followed by a rest of the same value.
    full_lines: usize,
    /// Whether blanks at the ends of lines are still there.
    keeps_blanks: bool,
    strips_blanks: bool,
}

impl Layout {
    /// Counts a line of an object; `goes_on` says that the value goes on in the next.
    pub(super) fn line(&mut self, content: &str, has_blank_end: bool, goes_on: bool) {
        self.keeps_blanks |= has_blank_end;
        self.strips_blanks |= !has_blank_end && content.ends_with(" :");
        let length = content.chars().count();
        if length > self.longest {
            (self.longest, self.full_lines) = (length, 0);
        }
        self.full_lines += usize::from(goes_on && length == self.longest);
    }

    /// Whether lines of the longest length fill the console, so that they were broken wherever that was. A value
    /// that is ragged has lines of its own.
    fn is_full(self, is_ragged: bool) -> bool {
        // Consoles have 80 or 120 columns, and some hosts leave the last one free.
        let is_usual = matches!(self.longest, 79 | 80 | 119 | 120);
        let keeps_blanks = self.keeps_blanks && !self.strips_blanks;
        is_usual || self.full_lines > 1 || (keeps_blanks && !is_ragged)
    }
}

/// A value as it stands in the text.
pub(super) struct Value<'t> {
    pub(super) text: &'t str,
    /// With the blanks around it.
    pub(super) range: Range<usize>,
    /// Blanks before its further lines.
    pub(super) column: usize,
    pub(super) layout: Layout,
}

/// Where a node stands, and under which name.
struct Slot {
    name: Bytes,
    kind: Kind,
    escape: Escape,
    range: Range<usize>,
}

impl Value<'_> {
    /// Puts the value of the property `name` on the tape.
    pub(super) fn push(&self, name: &Range<usize>, tape: &mut Tape) {
        let name_bytes = bytes(name);
        let range = trimmed(self.text, &self.range);
        if range.is_empty() {
            // There is nothing to point at but the name, with its colon.
            let colon = trimmed(self.text, &(name.start..self.range.start));
            push(tape, Slot { name: name_bytes, kind: Kind::Null, escape: Escape::None, range: colon });
            return;
        }
        let Some(items) = self.items(&range) else {
            let escape = self.escape(&range, false);
            push(tape, Slot { name: name_bytes, kind: Kind::String, escape, range });
            return;
        };
        let end = range.end;
        let list = push(tape, Slot { name: name_bytes, kind: Kind::List, escape: Escape::None, range });
        for range in items.whole {
            let escape = self.escape(&range, true);
            push(tape, Slot { name: Bytes::default(), kind: Kind::String, escape, range });
        }
        if let Some(range) = items.cut {
            let slot = Slot { name: Bytes::default(), kind: Kind::Cut, escape: Escape::None, range };
            push(tape, slot);
        }
        tape.close(list, bytes(&(0..end)).end);
    }

    /// The items of a list in braces; `None` where the value is none.
    fn items(&self, range: &Range<usize>) -> Option<Items> {
        let text = self.text.get(range.clone())?;
        let inner = text.strip_prefix('{')?;
        let (inner, is_closed) = inner.strip_suffix('}').map_or((inner, false), |inner| (inner, true));
        let pieces = pieces(inner)?;
        let start = range.start + 1;
        let mut whole: Vec<Range<usize>> = pieces
            .into_iter()
            .map(|piece| trimmed(self.text, &(start + piece.start..start + piece.end)))
            .filter(|piece| !piece.is_empty())
            .collect();
        let mut cut = None;
        if let Some(item) = whole.pop() {
            let item_text = self.text.get(item.clone()).unwrap_or_default();
            let known = cut_mark(item_text, whole.len() + 1).unwrap_or(item_text.len());
            if known < item_text.len() {
                cut = Some(item.start + known..item.end);
            }
            if known > 0 {
                whole.push(trimmed(self.text, &(item.start..item.start + known)));
            }
        }
        if !is_closed && cut.is_none() {
            // The rest is lost, and of the last item nobody knows how much.
            cut = Some(whole.pop().unwrap_or_else(|| range.clone()));
        }
        Some(Items { whole, cut })
    }

    fn escape(&self, range: &Range<usize>, is_item: bool) -> Escape {
        let Some(text) = self.text.get(range.clone()).filter(|text| text.contains('\n')) else {
            return Escape::None;
        };
        // Domains, addresses and URLs have no blanks: what is one word but for the breaks was one word.
        let is_one_word = text.split('\n').all(|line| !line.trim().contains(char::is_whitespace));
        if is_one_word && (is_item || text.contains("://")) {
            return Escape::Wrapped(Wrap::ONE_WORD);
        }
        let is_full = self.layout.is_full(self.is_ragged());
        let breaks = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| range.start + at);
        Escape::Wrapped(Wrap::new(breaks.map(|newline| is_full && self.is_within_word(newline))))
    }

    /// Whether one of its lines ends neither at a blank nor where the longest line ends.
    fn is_ragged(&self) -> bool {
        let text = self.text.get(self.range.clone()).unwrap_or_default();
        let mut breaks = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| self.range.start + at);
        breaks.any(|newline| {
            let line = self.line_before(newline);
            !line.ends_with(is_blank) && line.chars().count() < self.layout.longest
        })
    }

    /// Whether a line that fills the console, if that before `newline` does, was broken within a word.
    fn is_within_word(&self, newline: usize) -> bool {
        let line = self.line_before(newline);
        if line.ends_with(is_blank) || line.chars().count() < self.layout.longest {
            return false;
        }
        // A blank of the value itself comes on top of those that the line is indented by.
        let next = self.text.get(newline + 1..).unwrap_or_default();
        let indent = next.bytes().take_while(|&c| c == b' ').count();
        indent <= self.column
    }

    /// The line that ends at `newline`.
    fn line_before(&self, newline: usize) -> &str {
        let before = self.text.get(..newline).unwrap_or_default();
        let start = memchr::memrchr(b'\n', before.as_bytes()).map_or(0, |end| end + 1);
        let line = before.get(start..).unwrap_or_default();
        line.strip_suffix('\r').unwrap_or(line)
    }
}

struct Items {
    whole: Vec<Range<usize>>,
    cut: Option<Range<usize>>,
}

/// How many items PowerShell prints of a list, and how many the Exchange Management Shell.
const LIMITS: [usize; 2] = [4, 16];

/// Where the mark begins that stands at the end of the last of `count` items of a list that was cut.
fn cut_mark(item: &str, count: usize) -> Option<usize> {
    // The last is what `…` becomes when its UTF-8 is taken for Windows-1252.
    let mark = ["...", "…", "â€¦"].into_iter().find(|mark| item.ends_with(mark));
    // And what it becomes where an encoding does not have it.
    let lost = || {
        if LIMITS.contains(&count) { ["?", "."].into_iter().find(|mark| item.ends_with(mark)) } else { None }
    };
    Some(item.len() - mark.or_else(lost)?.len())
}

/// The ranges between the commas of a list; `None` where a brace is closed that was not opened.
fn pieces(inner: &str) -> Option<Vec<Range<usize>>> {
    let bytes = inner.as_bytes();
    let ends_item = |at: usize| matches!(bytes.get(at + 1), None | Some(b' ' | b'\r' | b'\n' | b'\t'));
    let mut depth = 0_u32;
    let mut brackets = 0_u32;
    let (mut all, mut shallow) = (Vec::new(), Vec::new());
    for at in memchr_separators(bytes) {
        match bytes[at] {
            b'{' => depth += 1,
            b'}' => depth = depth.checked_sub(1)?,
            b'[' => brackets += 1,
            b']' => brackets = brackets.saturating_sub(1),
            _ if ends_item(at) => {
                all.push(at);
                if depth == 0 && brackets == 0 {
                    shallow.push(at);
                }
            }
            _ => {}
        }
    }
    // Brackets that are not closed group nothing.
    let commas = if depth == 0 && brackets == 0 { shallow } else { all };
    let starts = std::iter::once(0).chain(commas.iter().map(|comma| comma + 1));
    let ends = commas.iter().copied().chain([inner.len()]);
    Some(starts.zip(ends).map(|(start, end)| start..end).collect())
}

fn memchr_separators(bytes: &[u8]) -> impl Iterator<Item = usize> {
    bytes.iter().enumerate().filter(|(_, c)| matches!(c, b',' | b'{' | b'}' | b'[' | b']')).map(|(at, _)| at)
}

/// `range` without the blanks at its ends.
fn trimmed(text: &str, range: &Range<usize>) -> Range<usize> {
    let content = text.get(range.clone()).unwrap_or_default();
    let start = range.start + (content.len() - content.trim_start_matches(is_blank).len());
    let end = range.start + content.trim_end_matches(is_blank).len();
    start..end.max(start)
}

fn push(tape: &mut Tape, slot: Slot) -> u32 {
    tape.push(Node {
        kind: slot.kind,
        escape: slot.escape,
        name_escape: Escape::None,
        name: slot.name,
        text: bytes(&slot.range),
        end: 0,
    })
}

pub(super) fn bytes(range: &Range<usize>) -> Bytes {
    let clamp = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Bytes::new(clamp(range.start), clamp(range.end))
}
