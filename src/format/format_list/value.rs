//! The value of a property: a text, a list in braces, or nothing.

use std::ops::Range;

use super::super::{Bytes, Escape, Kind, Node, Tape, Wrap};
use super::layout::Layout;
use super::line::is_blank;

/// A value as it stands in the text.
pub(super) struct Value<'t> {
    pub(super) text: &'t str,
    /// With the blanks around it.
    pub(super) range: Range<usize>,
    /// Blanks before its further lines.
    pub(super) column: usize,
    pub(super) layout: Layout,
    /// Whether the text ends within it, or a line of it is missing.
    pub(super) is_cut: bool,
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
        let range = self.without_remark(trimmed(self.text, &self.range));
        if range.is_empty() {
            // There is nothing to point at but the name, with its colon.
            let colon = trimmed(self.text, &(name.start..self.range.start));
            let kind = if self.is_cut { Kind::Cut } else { Kind::Null };
            push(tape, Slot { name: name_bytes, kind, escape: Escape::None, range: colon });
            return;
        }
        let Some(items) = self.items(&range) else {
            let kind = if self.is_cut || self.is_damaged(&range) { Kind::Cut } else { Kind::String };
            let escape = self.escape(&range, false);
            push(tape, Slot { name: name_bytes, kind, escape, range });
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

    /// `range` without what a person has noted behind the value: `True   <-- is this right?`.
    fn without_remark(&self, range: Range<usize>) -> Range<usize> {
        let text = self.text.get(range.clone()).unwrap_or_default();
        if text.contains('\n') {
            return range;
        }
        let arrow = ARROWS.iter().filter_map(|arrow| text.find(arrow)).min();
        match arrow {
            Some(at) if at > 0 => trimmed(self.text, &(range.start..range.start + at)),
            _ => range,
        }
    }

    /// Whether a part of the value is lost: it was cut short by hand, or a character was cut in half at the edge.
    fn is_damaged(&self, range: &Range<usize>) -> bool {
        let text = self.text.get(range.clone()).unwrap_or_default();
        let is_word = !text.contains(is_blank);
        if CUT_MARKS.iter().any(|mark| text.ends_with(mark)) || (is_word && text.ends_with("...")) {
            return true;
        }
        let half = char::REPLACEMENT_CHARACTER;
        text.contains(half)
            && text
                .lines()
                .zip(text.lines().skip(1))
                .any(|(line, next)| line.trim_end().ends_with(half) && next.trim_start().starts_with(half))
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
            // Without the closing brace the mark stands within an item: a column of a table was too narrow.
            let is_within_item = !is_closed && known < item_text.len();
            if known < item_text.len() {
                cut = Some(if is_within_item { item.clone() } else { item.start + known..item.end });
            }
            if known > 0 && !is_within_item {
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
        let breaks = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| range.start + at);
        let is_path = text.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("CN="));
        Escape::Wrapped(Wrap::new(breaks.map(|newline| self.is_within_word(newline, is_path))))
    }

    /// Whether the break at `newline` stands for nothing. `is_path` says that the value is a distinguished name.
    fn is_within_word(&self, newline: usize, is_path: bool) -> bool {
        let before = self.line_before(newline);
        let next = self.text.get(newline + 1..).unwrap_or_default();
        let next = next.lines().next().unwrap_or_default();
        let after = next.trim_matches(is_blank);
        if before.ends_with(is_blank) || after.is_empty() {
            return false;
        }
        if is_path && is_within_name(before, after) || is_within_guid(before, after) {
            return true;
        }
        // A blank of the value itself comes on top of those that the line is indented by.
        let indent = next.bytes().take_while(|&c| c == b' ').count();
        // What begins at the margin was broken between words, by something else than the console.
        let is_indented = indent > 0 || self.column == 0;
        is_indented && indent <= self.column && self.layout.is_cut(before, after, self.column)
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

/// What the `…` of a cut list becomes in other encodings: UTF-8 taken for Windows-1252, for the code pages 437, 850 and
/// 932, and what is left where it could not be decoded.
const CUT_MARKS: [&str; 6] = ["…", "â€¦", "ΓÇª", "ÔÇª", "窶ｦ", "\u{FFFD}"];

/// What people point at a value with.
const ARROWS: [&str; 5] = ["  <-", "  <=", "  <<", "  ←", "  ⇐"];

/// Where the mark begins that stands at the end of the last of `count` items of a list that was cut.
fn cut_mark(item: &str, count: usize) -> Option<usize> {
    let known = ["...", ". . ."].into_iter().chain(CUT_MARKS).find(|mark| item.ends_with(mark));
    // And what it becomes where an encoding does not have it.
    let lost = || {
        let is_limit = LIMITS.contains(&count);
        ["???", "?", "."].into_iter().find(|mark| item.ends_with(mark) && (is_limit || mark.len() == 3))
    };
    Some(item.len() - known.or_else(lost)?.len())
}

/// Whether a break of a distinguished name stands within one of its parts: a part does not begin with a comma, and
/// the names of domains have no blanks.
fn is_within_name(before: &str, after: &str) -> bool {
    let part = before.rsplit(',').next().unwrap_or_default().trim_start();
    let is_domain = part.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("DC="));
    after.starts_with(',') || is_domain
}

/// Whether a break stands within a GUID.
fn is_within_guid(before: &str, after: &str) -> bool {
    let is_inside = |c: u8| c.is_ascii_hexdigit() || c == b'-';
    let start = before.bytes().rev().take_while(|&c| is_inside(c)).count();
    let end = after.bytes().take_while(|&c| is_inside(c)).count();
    if start == 0 || end == 0 || start + end != 36 {
        return false;
    }
    let bytes = before.bytes().skip(before.len() - start).chain(after.bytes().take(end));
    bytes.enumerate().all(|(at, c)| (c == b'-') == matches!(at, 8 | 13 | 18 | 23))
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
    let mut pieces: Vec<Range<usize>> = Vec::with_capacity(commas.len() + 1);
    for (start, end) in starts.zip(ends) {
        match pieces.last_mut() {
            Some(last) if goes_on(&inner[last.clone()], &inner[start..end]) => last.end = end,
            _ => pieces.push(start..end),
        }
    }
    Some(pieces)
}

/// Whether an item has a comma of its own before `next`: a sharing policy prints a domain with several actions as
/// `contoso.com:CalendarSharingFreeBusyDetail, ContactsSharing`.
fn goes_on(item: &str, next: &str) -> bool {
    let is_word = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_alphabetic());
    let Some((domain, actions)) = item.trim().split_once(':') else { return false };
    let is_domain = !domain.contains([' ', '/']) && !domain.is_empty();
    is_domain && is_word(next.trim()) && actions.split(',').all(|action| is_word(action.trim()))
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
