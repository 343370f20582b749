//! What `Format-List` prints: the reader says where names and values are; of the rest of a session only prompts, names
//! of cmdlets and signs stay.

use std::ops::Range;

use super::bytes;
use super::csv::Csv;
use super::json::Json;
use super::known::Hint;
use super::names::Names;
use super::{Lexer, escape, text};
use crate::format::{Escape, Format, FormatList, Kind, NodeRef, Reader as _, Remark, Step, Tape};

/// Where in a text of `Format-List` redaction is.
pub(super) struct List {
    reader: FormatList,
    tape: Tape,
}

impl Default for List {
    /// Rows of tables are struck out, and documents between the lists go to the lexers of their formats.
    fn default() -> Self {
        Self { reader: FormatList::lists_only(), tape: Tape::default() }
    }
}

/// A piece of the text and what replaces it.
struct Edit {
    range: Range<usize>,
    replaced: String,
    /// A name, behind which blanks fill up to the colon.
    is_name: bool,
}

impl Lexer for List {
    fn next(&mut self, names: &mut Names, text: &str, last: bool, out: &mut String) -> usize {
        let mut at = 0;
        let mut edits = Vec::new();
        let end = loop {
            match self.reader.next(text, &mut at, last, &mut self.tape) {
                Step::Record { .. } => {
                    if let Some(root) = NodeRef::root(text, &self.tape) {
                        record(names, root, &mut edits);
                    }
                }
                Step::Remark(Remark::Embedded(format, span)) => {
                    let replaced = document(names, format, text.get(span.range()).unwrap_or_default());
                    edits.push(Edit { range: span.range(), replaced, is_name: false });
                }
                Step::Problem(_) | Step::Remark(_) => {}
                Step::NeedMore => break at,
                Step::Done => break text.len(),
            }
        };
        self.reader.forget(end);
        write(names, &text[..end], &edits, out);
        end
    }
}

/// A document of another format between the lists.
fn document(names: &mut Names, format: Format, document: &str) -> String {
    let mut redacted = String::with_capacity(document.len());
    match format {
        Format::Csv => Csv::default().next(names, document, true, &mut redacted),
        _ => Json::default().next(names, document, true, &mut redacted),
    };
    redacted
}

fn record(names: &mut Names, root: NodeRef<'_>, edits: &mut Vec<Edit>) {
    for property in root.properties() {
        let name = property.name();
        let hint = names.known.hint(&name);
        let replaced = text::name(names, &name);
        edits.push(Edit { range: property.node().name.range(), replaced, is_name: true });
        leaf(names, property, hint, edits);
        if let Some(edit) = byte_list(names, property, hint) {
            edits.push(edit);
            continue;
        }
        for item in property.children() {
            leaf(names, item, hint, edits);
        }
    }
}

/// Bytes in braces are a blob.
fn byte_list(names: &mut Names, list: NodeRef<'_>, hint: Hint) -> Option<Edit> {
    let items: Vec<NodeRef<'_>> = list.items().filter(|item| item.kind() != Kind::Cut).collect();
    let numbers: Option<Vec<u32>> = items.iter().map(|item| item.raw().parse().ok()).collect();
    let numbers = numbers.filter(|numbers| bytes::is_blob(numbers, hint))?;
    let (first, last) = (items.first()?.span(), items.last()?.span());
    let range = first.start as usize..last.end as usize;
    let replaced = bytes::replaced(names, hint, &numbers);
    let numbers: Vec<String> = replaced.iter().map(ToString::to_string).collect();
    Some(Edit { range, replaced: numbers.join(", "), is_name: false })
}

fn leaf(names: &mut Names, node: NodeRef<'_>, hint: Hint, edits: &mut Vec<Edit>) {
    if matches!(node.kind(), Kind::Null | Kind::List | Kind::Object) {
        return;
    }
    let replaced = match node.node().escape {
        // How lines belong together depends on how long they are: as one line there is no doubt.
        Escape::Wrapped(_) => text::value(names, &node.value(), hint),
        form => escape::rewrite(node.raw(), form, |value| text::value(names, value, hint)),
    };
    edits.push(Edit { range: node.span().range(), replaced, is_name: false });
}

fn write(names: &mut Names, text: &str, edits: &[Edit], out: &mut String) {
    let mut at = 0;
    for (index, edit) in edits.iter().enumerate() {
        if edit.range.start < at {
            continue;
        }
        rest(names, &text[at..edit.range.start], out);
        out.push_str(&edit.replaced);
        at = edit.range.end;
        if edit.is_name {
            let stop = edits.get(index + 1).map_or(text.len(), |next| next.range.start);
            at += align(text.get(at..stop).unwrap_or_default(), edit, out);
        }
    }
    rest(names, &text[at..], out);
}

/// Keeps the colon in its column where that can be: it tells names from values.
fn align(behind: &str, edit: &Edit, out: &mut String) -> usize {
    let (before, after) = (edit.range.len(), edit.replaced.chars().count());
    let blanks = behind.len() - behind.trim_start_matches(' ').len();
    if after <= before {
        out.extend(std::iter::repeat_n(' ', before - after));
        return 0;
    }
    // One blank stays.
    (after - before).min(blanks.saturating_sub(1))
}

/// What is no property, line by line.
fn rest(names: &mut Names, text: &str, out: &mut String) {
    let mut left = text;
    while let Some((before, code, after)) = colour(left) {
        lines(names, before, out);
        out.push_str(code);
        left = after;
    }
    lines(names, left, out);
}

fn lines(names: &mut Names, text: &str, out: &mut String) {
    for line in text.split_inclusive('\n') {
        if is_rule(line) {
            // What is left of a table is none: its columns no longer stand where they did.
            out.push_str(&line.replace('-', "="));
        } else if line.contains(char::is_alphanumeric) {
            other_line(names, line, out);
        } else {
            out.push_str(&text::mask(line));
        }
    }
}

/// Whether a line is the rule under the names of a table.
fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.starts_with("--") && line.bytes().all(|c| matches!(c, b'-' | b' '))
}

/// The first code that sets a colour, and what stands around it.
fn colour(text: &str) -> Option<(&str, &str, &str)> {
    let start = text.find("\x1B[")?;
    let code = &text[start + 2..];
    let length = code.find(|c: char| !(c.is_ascii_digit() || c == ';'))?;
    let is_code = length <= 16 && code[length..].starts_with('m');
    let end = start + 2 + length + usize::from(is_code);
    is_code.then(|| (&text[..start], &text[start..end], &text[end..]))
}

fn other_line(names: &mut Names, line: &str, out: &mut String) {
    let trimmed = line.trim_start();
    let is_prompt = trimmed.starts_with("PS") || trimmed.starts_with('[');
    match trimmed.split_once('>') {
        Some((_, command)) if is_prompt => {
            out.push_str(if trimmed.starts_with("[PS]") { "[PS] C:\\>" } else { "PS C:\\>" });
            words(names, command, out);
        }
        _ => words(names, line, out),
    }
}

/// Words of Exchange and of PowerShell stay, one by one.
fn words(names: &mut Names, text: &str, out: &mut String) {
    let is_inside = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '@' | '\\');
    let mut rest = text;
    while let Some(start) = rest.find(is_inside) {
        out.push_str(&text::mask(&rest[..start]));
        let length = rest[start..].find(|c| !is_inside(c)).unwrap_or(rest.len() - start);
        let word = &rest[start..start + length];
        let is_known = names.known.is_name(word)
            || [
                "fl",
                "ft",
                "Format-List",
                "Select-Object",
                "where",
                "foreach",
                "Out-File",
                "WARNING",
                "VERBOSE",
                "DEBUG",
                "ERROR",
            ]
            .contains(&word);
        out.push_str(if is_known { word } else { "x" });
        rest = &rest[start + length..];
    }
    out.push_str(&text::mask(rest));
}
