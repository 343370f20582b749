//! JSON, token by token: what is no token that is known is struck out, so a damaged file leaks nothing either.

use std::ops::Range;

use super::bytes;
use super::known::Hint;
use super::names::Names;
use super::{Lexer, escape, text};
use crate::format::Escape;

/// What is open.
#[derive(Debug, Default)]
struct Level {
    is_object: bool,
    hint: Hint,
    /// Whether a key was read whose value has not been.
    has_key: bool,
}

/// Where in a JSON file redaction is.
#[derive(Debug, Default)]
pub(super) struct Json {
    levels: Vec<Level>,
}

impl Lexer for Json {
    fn next(&mut self, names: &mut Names, text: &str, last: bool, out: &mut String) -> usize {
        let mut at = 0;
        while let Some(first) = text[at..].chars().next() {
            let rest = &text[at..];
            let length = match first {
                '"' => self.string(names, rest, last, out),
                '[' => self.list(names, rest, last, out),
                '{' | '}' | ']' | ',' | ':' => {
                    self.punctuation(first);
                    out.push(first);
                    Some(1)
                }
                _ if first.is_whitespace() || first == '\u{FEFF}' => {
                    out.push(first);
                    Some(first.len_utf8())
                }
                _ => self.word(names, rest, last, out),
            };
            let Some(length) = length else { break };
            at += length;
        }
        at
    }
}

impl Json {
    fn punctuation(&mut self, sign: char) {
        match sign {
            '{' => {
                let hint = self.hint();
                self.levels.push(Level { is_object: true, hint, has_key: false });
            }
            '}' | ']' => {
                self.levels.pop();
            }
            ',' => {
                if let Some(level) = self.levels.last_mut() {
                    level.has_key = false;
                }
            }
            _ => {}
        }
    }

    fn hint(&self) -> Hint {
        self.levels.last().map_or(Hint::Any, |level| level.hint)
    }

    fn string(&mut self, names: &mut Names, rest: &str, last: bool, out: &mut String) -> Option<usize> {
        let end = match end_of_string(rest) {
            Some(StringEnd::Quote(end)) => end,
            // What follows is the next object of a file that was cut within one.
            Some(StringEnd::Line(end)) => {
                out.push_str(&text::mask(&rest[..end]));
                return Some(end);
            }
            None if last => {
                out.push_str(&text::mask(rest));
                return Some(rest.len());
            }
            None => return None,
        };
        let after = rest[end + 1..].trim_start();
        // Whether it is a key shows behind it.
        if after.is_empty() && !last {
            return None;
        }
        let raw = &rest[1..end];
        let is_key = self.levels.last().is_some_and(|level| level.is_object && !level.has_key)
            && after.starts_with(':');
        let replaced = if is_key {
            self.key(names, raw)
        } else {
            let hint = self.hint();
            escape::rewrite(raw, Escape::Json, |value| text::value(names, value, hint))
        };
        out.push('"');
        out.push_str(&replaced);
        out.push('"');
        Some(end + 1)
    }

    fn key(&mut self, names: &mut Names, raw: &str) -> String {
        let outer = self.levels.iter().rev().nth(1).map_or(Hint::Any, |level| level.hint);
        let name = crate::format::escape::decode(raw, Escape::Json);
        let hint = names.known.hint_within(outer, &name);
        if let Some(level) = self.levels.last_mut() {
            level.has_key = true;
            level.hint = hint;
        }
        escape::rewrite(raw, Escape::Json, |name| text::name(names, name))
    }

    /// A list begins. One of bytes is a blob, which is replaced as a whole.
    fn list(&mut self, names: &mut Names, rest: &str, last: bool, out: &mut String) -> Option<usize> {
        let hint = self.hint();
        match byte_list(rest) {
            Bytes::Cut if !last => return None,
            Bytes::List { numbers, length } if bytes::is_blob(&numbers, hint) => {
                let digits = digits(&rest[..length]);
                bytes::rewrite(names, (&rest[..length], &digits), hint, &numbers, out);
                return Some(length);
            }
            _ => {}
        }
        self.levels.push(Level { is_object: false, hint, has_key: false });
        out.push('[');
        Some(1)
    }

    fn word(&mut self, names: &mut Names, rest: &str, last: bool, out: &mut String) -> Option<usize> {
        let is_end = |c: char| c.is_whitespace() || matches!(c, ',' | ':' | '"' | '{' | '}' | '[' | ']');
        let end = match rest.find(is_end) {
            Some(end) => end,
            None if last => rest.len(),
            None => return None,
        };
        let word = &rest[..end];
        let is_number = word.starts_with(|c: char| c == '-' || c.is_ascii_digit())
            && word.bytes().all(|c| c.is_ascii_digit() || matches!(c, b'-' | b'+' | b'.' | b'e' | b'E'));
        if matches!(word, "true" | "false" | "null") {
            out.push_str(word);
        } else if is_number {
            out.push_str(&text::number(names, word, self.hint()));
        } else {
            out.push_str(&text::mask(word));
        }
        Some(end)
    }
}

/// What ends a string.
enum StringEnd {
    /// The quote, which stands there.
    Quote(usize),
    /// The line, which no string goes beyond.
    Line(usize),
}

/// What ends the string at the beginning of `text`.
fn end_of_string(text: &str) -> Option<StringEnd> {
    let bytes = text.as_bytes();
    let mut at = 1;
    loop {
        at += memchr::memchr3(b'"', b'\\', b'\n', bytes.get(at..)?)?;
        match bytes[at] {
            b'"' => return Some(StringEnd::Quote(at)),
            b'\n' => return Some(StringEnd::Line(at)),
            _ if *bytes.get(at + 1)? == b'\n' => return Some(StringEnd::Line(at + 1)),
            _ => at += 2,
        }
    }
}

enum Bytes {
    /// It is no list of bytes.
    No,
    /// It may be one, and goes on in the next block.
    Cut,
    List {
        numbers: Vec<u32>,
        length: usize,
    },
}

fn byte_list(text: &str) -> Bytes {
    // A list within it ends the search, so that nothing is looked at from two lists.
    let is_other = |c: char| !(c.is_ascii_digit() || c.is_ascii_whitespace() || c == ',');
    let Some(end) = text[1..].find(is_other).map(|end| end + 1) else { return Bytes::Cut };
    if !text[end..].starts_with(']') {
        return Bytes::No;
    }
    let numbers: Result<Vec<u32>, _> = text[1..end].split(',').map(|item| item.trim().parse()).collect();
    numbers.map_or(Bytes::No, |numbers| Bytes::List { numbers, length: end + 1 })
}

/// Where the numbers of a list stand.
fn digits(list: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, _) in list.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_digit()) {
        match found.last_mut() {
            Some(last) if last.end == at => last.end += 1,
            _ => found.push(at..at + 1),
        }
    }
    found
}
