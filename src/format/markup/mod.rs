//! What people and programs have put around an export: taken off before a format is looked for.
//!
//! Text that was printed for eyes is copied into mails, tickets and chats, and comes back quoted, bulleted, timed, fenced,
//! with tags, entities and escapes, with blanks of all kinds. None of that is the export's, and no reader should know of
//! it. So it comes off in *layers*, each a function from a text to the edits that take one kind of thing off, and each
//! applied to what the one before has left:
//!
//! 1. **characters**: escape sequences of terminals and invisible characters go, blanks of all kinds become blanks;
//! 2. **tags** of HTML that stand for lay-out go, entities become characters;
//! 3. **prefixes** that neighboring lines share go: quote marks, bullets, numbers, times. Up to three, one in another;
//! 4. **escapes** of Markdown go, where braces are escaped throughout;
//! 5. **lines**: where a page has made one line of all, known names begin lines again; `Name: value` becomes
//!    `Name : value` where the names are known; a string of JSON or a row of CSV that a terminal broke at its edge is
//!    joined.
//!
//! Fences, and tags alone on their line, stay: they end objects, and readers of text know them. Links are part of a
//! value, whatever the format, and are undone where values are read.
//!
//! **The map.** An edit replaces a range by other text. From all edits of all layers comes one list of
//! [`Piece`](crate::source::Piece)s, each with the range of the file's own text that it stands for. The result is a
//! [`Text`] that knows this list, so that every span in it is one in the file: labels and excerpts show the file as it
//! is.
//!
//! **Bounds.** A person pastes little. A text of more than [`MAX_BYTES`] is read as it stands, so blocks and streaming
//! know nothing of layers. What begins as JSON, XML or CSV does is not looked at, and each layer first asks by a scan for
//! single bytes whether it has anything to do: a clean export costs a few of these scans, nothing is copied.

mod characters;
mod draft;
mod lines;
mod prefix;
mod tags;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use self::draft::{Draft, Edit};
use super::{Csv, Vocabulary, format_list};
use crate::source::Text;

/// A larger text was not pasted by a person.
pub const MAX_BYTES: usize = 4 << 20;

/// Prefixes within prefixes that come off.
const MAX_PREFIXES: usize = 3;

/// Whether a text that has not come to its end may be one that layers come off.
#[must_use]
pub fn applies(text: &str) -> bool {
    text.len() <= MAX_BYTES && !is_structured(text)
}

/// `text` without what was put around the export in it; `None` where there is nothing to take off.
#[must_use]
pub fn strip(text: &Arc<Text>, vocabulary: Option<&dyn Vocabulary>) -> Option<Text> {
    let content = text.content();
    if !applies(content) {
        return None;
    }
    let mut draft = Draft::new(content);
    draft.apply(characters::edits);
    draft.apply(tags::edits);
    for _ in 0..MAX_PREFIXES {
        if !draft.apply(prefix::edits) {
            break;
        }
    }
    draft.apply(escapes);
    if let Some(vocabulary) = vocabulary {
        draft.apply(|text| lines::begun(text, vocabulary));
        draft.apply(|text| lines::spaced(text, vocabulary));
    }
    draft.apply(lines::joined);
    draft.finish(text)
}

/// Whether a text begins as a format does that was made for programs.
fn is_structured(text: &str) -> bool {
    let rest = text.trim_start_matches(super::is_blank);
    let is_xml =
        ["<?xml", "<Objs", "<Objects", "<!--", "#< CLIXML"].iter().any(|start| rest.starts_with(start));
    is_xml || format_list::is_json(rest) || Csv::has_header(rest)
}

/// Markdown's backslashes before braces and the like, where no brace is without.
fn escapes(text: &str) -> Vec<Edit> {
    let bytes = text.as_bytes();
    let is_escaped = |at: usize| at > 0 && bytes[at - 1] == b'\\';
    let mut braces = memchr::memchr2_iter(b'{', b'}', bytes).peekable();
    if braces.peek().is_none() || !braces.all(is_escaped) {
        return Vec::new();
    }
    let special = |at: usize| bytes.get(at + 1).is_some_and(|c| b"{}[]_*<>#|".contains(c));
    memchr::memchr_iter(b'\\', bytes).filter(|&at| special(at)).map(|at| Edit::delete(at..at + 1)).collect()
}
