//! Blanks of all kinds, invisible characters, escape sequences of terminals.

use super::draft::Edit;

/// What begins an escape sequence.
const ESCAPE: u8 = 0x1B;

/// Blanks of all kinds become blanks, invisible characters and escape sequences go.
pub(super) fn edits(text: &str) -> Vec<Edit> {
    let bytes = text.as_bytes();
    let has_escapes = memchr::memchr(ESCAPE, bytes).is_some();
    let has_tabs = memchr::memchr(b'\t', bytes).is_some();
    if !has_escapes && !has_tabs && !has_blanks(bytes) {
        return Vec::new();
    }
    let mut edits = Vec::new();
    let mut characters = text.char_indices().peekable();
    let mut in_value = false;
    while let Some((at, c)) = characters.next() {
        let range = at..at + c.len_utf8();
        match c {
            '\n' => in_value = false,
            '\u{1B}' => {
                let end = at + sequence(&bytes[at..]);
                while characters.next_if(|(next, _)| *next < end).is_some() {}
                edits.push(Edit::delete(at..end));
            }
            '\t' if !in_value => edits.push(Edit::replace(range, " ")),
            _ if is_invisible(c) => edits.push(Edit::delete(range)),
            _ if is_odd_blank(c) => edits.push(Edit::replace(range, " ")),
            // A tab within a value is its own.
            ':' | '{' => {
                in_value = true;
                if let Some((tab, _)) = characters.next_if(|(_, next)| *next == '\t') {
                    edits.push(Edit::replace(tab..tab + 1, " "));
                }
            }
            _ => {}
        }
    }
    edits
}

/// Whether there is any of the characters, by the first bytes that they have in UTF-8, where they are not frequent in
/// scripts.
fn has_blanks(bytes: &[u8]) -> bool {
    let mut starts = memchr::memchr3_iter(0xC2, 0xE2, 0xEF, bytes);
    starts.any(|at| match bytes[at] {
        0xC2 => bytes.get(at + 1) == Some(&0xA0),
        0xEF => bytes.get(at + 1..at + 3) == Some(&[0xBB, 0xBF]) && at > 0,
        // General punctuation; the narrow blank before AM and PM is one of .NET's own dates.
        _ => match bytes.get(at + 1..at + 3) {
            Some([0x80, last]) => (0x80..=0x8B).contains(last) || *last == 0x8E,
            Some([0x81, last]) => matches!(last, 0x9F..=0xA0),
            _ => false,
        },
    }) || memchr::memmem::find(bytes, "\u{3000}".as_bytes()).is_some()
}

/// Characters of no width. Joiners are not among them: in some scripts they make another word.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

const fn is_odd_blank(c: char) -> bool {
    matches!(c, '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}')
}

/// The length of the escape sequence that the bytes begin with: `ESC [ … letter`, `ESC ] … BEL`, or two characters.
fn sequence(bytes: &[u8]) -> usize {
    let end_of = |is_end: fn(&u8) -> bool| bytes.iter().skip(2).position(is_end).map_or(1, |at| at + 3);
    match bytes.get(1) {
        Some(b'[') => end_of(|c| (0x40..=0x7E).contains(c)),
        Some(b']') => end_of(|c| *c == 0x07),
        Some(c) if c.is_ascii_alphanumeric() => 2,
        _ => 1,
    }
}
