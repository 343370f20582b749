//! Tags of HTML that stand for lay-out, and entities.

use std::borrow::Cow;

use super::super::escape;
use super::draft::Edit;

/// Tags that only lay out. `<I>` and `<S>` stand in names of certificates and are none.
const TAGS: [&str; 17] = [
    "pre",
    "code",
    "tt",
    "br",
    "p",
    "div",
    "span",
    "blockquote",
    "html",
    "body",
    "samp",
    "font",
    "td",
    "tr",
    "table",
    "tbody",
    "head",
];

/// Tags behind which a new line begins.
const ENDS_OF_LINES: [&str; 4] = ["br", "/p", "/div", "/tr"];

/// A longer tag is none.
const MAX_TAG_BYTES: usize = 300;

/// Whether a text has tags at all: those that stand around code, and those that break lines.
const SIGNS: [&str; 6] = ["<pre", "<code", "<br", "<p>", "<div", "<tt>"];

pub(super) fn edits(text: &str) -> Vec<Edit> {
    let has_tags =
        memchr::memchr(b'<', text.as_bytes()).is_some() && SIGNS.iter().any(|sign| contains(text, sign));
    let has_entities = memchr::memchr(b'&', text.as_bytes()).is_some() && has_entities(text, has_tags);
    if !has_tags && !has_entities {
        return Vec::new();
    }
    let mut edits = Vec::new();
    let mut at = 0;
    while let Some(found) = memchr::memchr2(b'<', b'&', &text.as_bytes()[at..]) {
        let start = at + found;
        let edit = if text.as_bytes()[start] == b'<' {
            tag(text, start).filter(|_| has_tags)
        } else {
            entity(text, start).filter(|_| has_entities)
        };
        at = edit.as_ref().map_or(start + 1, |edit| edit.range.end);
        edits.extend(edit);
    }
    edits
}

fn contains(text: &str, sign: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'<', bytes)
        .any(|at| bytes.get(at..at + sign.len()).is_some_and(|tag| tag.eq_ignore_ascii_case(sign.as_bytes())))
}

/// Whether a text was encoded for HTML; a single `&amp;` may be part of an address.
fn has_entities(text: &str, has_tags: bool) -> bool {
    ["&lt;", "&gt;", "&quot;", "&nbsp;", "&#"].iter().any(|entity| text.contains(entity))
        || (has_tags && text.contains("&amp;"))
}

/// The tag at `start`, with what stands for it.
fn tag(text: &str, start: usize) -> Option<Edit> {
    let rest = text.get(start + 1..)?;
    let end = rest
        .bytes()
        .take(MAX_TAG_BYTES)
        .position(|c| matches!(c, b'>' | b'\n'))
        .filter(|&end| rest.as_bytes()[end] == b'>')?;
    let inner = rest.get(..end)?.trim_end_matches('/').trim_end();
    let name = inner.split(char::is_whitespace).next()?;
    let plain = name.strip_prefix('/').unwrap_or(name);
    TAGS.iter().find(|known| plain.eq_ignore_ascii_case(known))?;
    let range = start..start + 1 + end + 1;
    let ends_line = ENDS_OF_LINES.iter().any(|end| end.eq_ignore_ascii_case(name));
    let is_at_end = text.get(range.end..).is_some_and(|rest| rest.starts_with(['\r', '\n']));
    Some(if ends_line && !is_at_end { Edit::replace(range, "\n") } else { Edit::delete(range) })
}

/// The entity at `start`, with the character that it stands for.
fn entity(text: &str, start: usize) -> Option<Edit> {
    let rest = text.get(start..)?;
    let (c, length) = match rest.strip_prefix("&nbsp;") {
        Some(_) => (' ', 6),
        None => escape::entity(rest)?,
    };
    let c = if c == '\u{A0}' { ' ' } else { c };
    Some(Edit { range: start..start + length, with: Cow::Owned(c.to_string()) })
}
