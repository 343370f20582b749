//! A document of another format between the lines of a console: where it ends, and its reader.

use super::super::{Csv, Format, Reader, Step, Tape};
use super::NeedMore;
use super::line::{At, line_at};

/// The document that is being read.
pub(super) struct Island {
    reader: Option<Box<dyn Reader>>,
    end: usize,
}

impl Island {
    /// The document at `start..end`. It is passed over where `is_skipped`.
    pub(super) fn new(format: Format, start: usize, end: usize, is_skipped: bool) -> Self {
        debug_assert!(start < end, "a document has a first character");
        Self { reader: (!is_skipped).then(|| format.reader()), end }
    }

    /// The next step; `None` when the document is at its end, where `at` is then.
    pub(super) fn next(&mut self, text: &str, at: &mut usize, tape: &mut Tape) -> Option<Step> {
        let content = text.get(..self.end)?;
        let step = self.reader.as_mut().map(|reader| reader.next(content, at, true, tape));
        match step {
            None | Some(Step::Done | Step::NeedMore) => {
                *at = self.end;
                None
            }
            step => step,
        }
    }

    pub(super) fn forget(&mut self, consumed: usize) {
        self.end = self.end.saturating_sub(consumed);
        if let Some(reader) = &mut self.reader {
            reader.forget(consumed);
        }
    }
}

/// The format of the document that begins with a line.
pub(super) fn format(line: &str) -> Option<Format> {
    if is_json(line) {
        return Some(Format::Json);
    }
    (line.starts_with('"') && Csv::has_header(line)).then_some(Format::Csv)
}

/// Whether a text begins as JSON does: an object with a name, a list of objects or lists, or the beginning of one
/// that goes on in the next line.
pub(in crate::format) fn is_json(text: &str) -> bool {
    let text = text.trim_start();
    if let Some(inner) = text.strip_prefix('{') {
        return inner.trim_start().is_empty() || inner.trim_start().starts_with(['"', '}']);
    }
    let Some(inner) = text.strip_prefix('[').map(str::trim_start) else { return false };
    inner.is_empty() || inner.starts_with(['{', '[', ']', '"']) || begins_with_scalar(inner)
}

/// Whether the first item of a list is a number or a word of JSON; a time in brackets is none.
fn begins_with_scalar(text: &str) -> bool {
    let length = text.find(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c))).unwrap_or(text.len());
    let (word, rest) = text.split_at(length);
    let is_scalar = matches!(word, "null" | "true" | "false") || word.parse::<f64>().is_ok();
    is_scalar && rest.trim_start().starts_with([',', ']'])
}

/// Where the document ends that begins at `start`; `None` where it ends with the text but is not whole.
pub(super) fn end(format: Format, text: &str, start: usize, last: bool) -> Result<Option<usize>, NeedMore> {
    match format {
        Format::Csv => end_of_rows(text, start, last).map(Some),
        _ => match end_of_json(text.as_bytes(), start) {
            Some(end) => Ok(Some(end)),
            None if last => Ok(Some(text.len())),
            None => Err(NeedMore),
        },
    }
}

/// Behind the bracket that closes the one at `start`.
fn end_of_json(bytes: &[u8], start: usize) -> Option<usize> {
    let (mut depth, mut is_quoted, mut at) = (0_usize, false, start);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' if is_quoted => at += 1,
            b'"' => is_quoted = !is_quoted,
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
    None
}

/// Behind the last row: the rows of a console are quoted, and a blank line or a prompt follows them.
fn end_of_rows(text: &str, start: usize, last: bool) -> Result<usize, NeedMore> {
    let (mut at, mut is_open) = (start, false);
    loop {
        let line = match line_at(text, at, last) {
            At::More => return Err(NeedMore),
            At::End => return Ok(text.len()),
            At::Line(line) => line,
        };
        if !is_open && !line.content.starts_with('"') {
            return Ok(at);
        }
        is_open ^= line.content.bytes().filter(|&c| c == b'"').count() % 2 == 1;
        at = line.next;
    }
}
