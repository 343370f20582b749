//! CSV, field by field. The names of the first row tell how the fields below them are to be read.

use super::known::Hint;
use super::names::Names;
use super::{Lexer, escape, text};
use crate::format::{Csv as Reader, Escape};

const TYPE_MARK: &str = "#TYPE ";

/// Where in a CSV file redaction is.
#[derive(Default)]
pub(super) struct Csv {
    delimiter: Option<char>,
    /// One for each column, once the first row was read.
    hints: Vec<Hint>,
    has_header: bool,
}

impl Lexer for Csv {
    fn next(&mut self, names: &mut Names, text: &str, last: bool, out: &mut String) -> usize {
        let mut at = 0;
        while at < text.len() {
            let rest = &text[at..];
            let Some(length) = end_of_row(rest).or_else(|| last.then_some(rest.len())) else { break };
            self.row(names, &rest[..length], out);
            at += length;
        }
        at
    }
}

impl Csv {
    /// A row with its line end.
    fn row(&mut self, names: &mut Names, row: &str, out: &mut String) {
        let content = row.trim_end_matches(['\r', '\n']);
        let end = &row[content.len()..];
        let start = content.len() - content.trim_start_matches('\u{FEFF}').len();
        let (mark, content) = content.split_at(start);
        out.push_str(mark);
        if let Some(name) = content.strip_prefix(TYPE_MARK) {
            out.push_str(TYPE_MARK);
            out.push_str(&text::type_name(names, name));
            self.has_header = false;
        } else if !content.is_empty() {
            self.fields(names, content, out);
        }
        out.push_str(end);
    }

    fn fields(&mut self, names: &mut Names, content: &str, out: &mut String) {
        let delimiter = *self.delimiter.get_or_insert_with(|| Reader::delimiter(content));
        let is_header = !std::mem::replace(&mut self.has_header, true);
        if is_header {
            self.hints.clear();
        }
        let mut rest = content;
        let mut column = 0;
        loop {
            let length = end_of_field(rest, delimiter);
            let field = &rest[..length];
            let (open, raw, close) = match field.strip_prefix('"') {
                Some(raw) => {
                    ("\"", raw.strip_suffix('"').unwrap_or(raw), if raw.ends_with('"') { "\"" } else { "" })
                }
                None => ("", field, ""),
            };
            let form = if open.is_empty() { Escape::None } else { Escape::Csv };
            let replaced = if is_header {
                let name = crate::format::escape::decode(raw, form);
                self.hints.push(names.known.hint(name.trim()));
                escape::rewrite(raw, form, |name| text::name(names, name))
            } else {
                let hint = self.hints.get(column).copied().unwrap_or_default();
                escape::rewrite(raw, form, |value| text::value(names, value, hint))
            };
            out.push_str(&format!("{open}{replaced}{close}"));
            column += 1;
            rest = &rest[length..];
            if !rest.starts_with(delimiter) {
                break;
            }
            out.push(delimiter);
            rest = &rest[delimiter.len_utf8()..];
        }
    }
}

/// Where the row ends, behind its line end: at the first that no quotes enclose.
fn end_of_row(text: &str) -> Option<usize> {
    let mut is_quoted = false;
    let at = text.bytes().position(|byte| {
        is_quoted ^= byte == b'"';
        byte == b'\n' && !is_quoted
    });
    at.map(|at| at + 1)
}

fn end_of_field(text: &str, delimiter: char) -> usize {
    let mut is_quoted = false;
    let end = text.char_indices().find(|&(_, character)| {
        is_quoted ^= character == '"';
        character == delimiter && !is_quoted
    });
    end.map_or(text.len(), |(at, _)| at)
}
