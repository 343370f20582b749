//! Lines that were joined, glued or broken.

use std::ops::Range;

use super::super::Vocabulary;
use super::super::format_list::is_json;
use super::draft::Edit;

/// A shorter line is no list of properties.
const MIN_LINE_BYTES: usize = 120;

/// So many names make a list of properties.
const MIN_NAMES: usize = 3;

/// Begins a new line before each known name, where all stand on one line.
pub(super) fn begun(text: &str, vocabulary: &dyn Vocabulary) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if line.len() >= MIN_LINE_BYTES {
            let names: Vec<usize> = memchr::memmem::find_iter(line.as_bytes(), " :")
                .filter(|&at| matches!(line.as_bytes().get(at + 2), None | Some(b' ' | b'\r' | b'\n')))
                .filter_map(|at| name_before(line, at))
                .filter(|range| line.get(range.clone()).is_some_and(|name| vocabulary.knows(name)))
                .map(|range| range.start)
                .collect();
            if names.len() >= MIN_NAMES {
                let breaks = names.into_iter().filter(|&at| at > 0 && line.as_bytes()[at - 1] == b' ');
                edits.extend(breaks.map(|at| Edit::replace(start + at - 1..start + at, "\n")));
            }
        }
        start += line.len();
    }
    edits
}

/// The word that ends at `end`.
fn name_before(line: &str, end: usize) -> Option<Range<usize>> {
    let before = line.get(..end)?.trim_end();
    let start = before.rfind(|c: char| !(c.is_alphanumeric() || c == '_')).map_or(0, |at| at + 1);
    (before.is_char_boundary(start) && start < before.len()).then_some(start..before.len())
}

/// Makes `Name : value` of `Name: value` in runs of lines with known names.
pub(super) fn spaced(text: &str, vocabulary: &dyn Vocabulary) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut run: Vec<usize> = Vec::new();
    let mut known = 0;
    let mut start = 0;
    for line in text.split_inclusive('\n').chain([""]) {
        match glued(line) {
            Some(colon) => {
                run.push(start + colon);
                known += usize::from(vocabulary.knows(line.get(..colon).unwrap_or_default().trim()));
            }
            None => {
                if known >= MIN_NAMES && known * 2 >= run.len() {
                    edits.extend(run.iter().map(|&at| Edit::replace(at..at, " ")));
                }
                run.clear();
                known = 0;
            }
        }
        start += line.len();
    }
    edits
}

/// Where the colon of `Name: value` stands.
fn glued(line: &str) -> Option<usize> {
    let colon = memchr::memchr(b':', line.as_bytes())?;
    let name = line.get(..colon)?.trim_start();
    let is_name = !name.is_empty() && name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_');
    let is_end = matches!(line.as_bytes().get(colon + 1), None | Some(b' ' | b'\r' | b'\n'));
    (is_name && is_end).then_some(colon)
}

/// Joins what a terminal broke at its edge in strings of JSON and in rows of CSV.
pub(super) fn joined(text: &str) -> Vec<Edit> {
    if memchr::memchr(b'"', text.as_bytes()).is_none() {
        return Vec::new();
    }
    let mut breaks: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let end = memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |end| at + end + 1);
        let rest = text.get(at..).unwrap_or_default();
        at = if is_json(rest.get(..rest.floor_char_boundary(200)).unwrap_or_default()) {
            json(text, at, &mut breaks).unwrap_or(end)
        } else if rest.starts_with('"') {
            rows(text, at, &mut breaks).max(end)
        } else {
            end
        };
    }
    let width = breaks.iter().map(|range| length(text, range.start)).max().unwrap_or(0);
    let edit = |range: Range<usize>| match width - length(text, range.start) {
        0 => Some(Edit::delete(range)),
        // The terminal did not keep the blank at the end of the line.
        1 => Some(Edit::replace(range, " ")),
        _ => None,
    };
    breaks.into_iter().filter_map(edit).collect()
}

/// Characters of the line that ends at `at`.
fn length(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    before.get(start..).unwrap_or_default().chars().count()
}

/// The line breaks within the strings of the document at `start`; gives where it ends.
fn json(text: &str, start: usize, breaks: &mut Vec<Range<usize>>) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut depth, mut is_quoted, mut at) = (0_usize, false, start);
    let before = breaks.len();
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' if is_quoted => at += 1,
            b'"' => is_quoted = !is_quoted,
            b'\n' if is_quoted => breaks.push(at - usize::from(bytes[at - 1] == b'\r')..at + 1),
            b'{' | b'[' if !is_quoted => depth += 1,
            b'}' | b']' if !is_quoted => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
    breaks.truncate(before);
    None
}

/// The line breaks within the quoted fields of the rows at `start`; gives where they end.
fn rows(text: &str, start: usize, breaks: &mut Vec<Range<usize>>) -> usize {
    let mut at = start;
    let mut is_open = false;
    let before = breaks.len();
    for line in text.get(start..).unwrap_or_default().split_inclusive('\n') {
        let content = line.trim_end_matches(['\r', '\n']);
        if !is_open && !content.starts_with('"') {
            return at;
        }
        is_open ^= content.bytes().filter(|&c| c == b'"').count() % 2 == 1;
        if is_open && content.len() < line.len() {
            breaks.push(at + content.len()..at + line.len());
        }
        at += line.len();
    }
    if is_open {
        breaks.truncate(before);
    }
    at
}
