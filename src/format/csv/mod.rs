//! CSV as `Export-Csv` writes it, and as Excel saves it again: a row of names, then an object a row.
//!
//! The form has texts only: lists are lost (a .NET type name stands in their place), null and empty are one. The names
//! stand in the first row, which is long gone when the last is read; so the tape carries them.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use super::{Bytes, Escape, Kind, Node, Problem, Reader, Step, Tape};

/// Errors reported in one file; after that many its rest is not read.
const MAX_ERRORS: usize = 100;

/// What `Export-Csv` of Windows PowerShell writes before the names.
const TYPE_MARK: &str = "#TYPE ";

/// Reads CSV.
#[derive(Default)]
pub struct Csv {
    header: Option<Header>,
    type_name: Option<Arc<str>>,
    errors: usize,
    is_finished: bool,
    fields: Vec<Field>,
}

/// The first row.
struct Header {
    delimiter: u8,
    /// All names on end.
    names: Arc<str>,
    /// Each name within `names`.
    ranges: Vec<Bytes>,
}

/// A field of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Field {
    /// Its content, without quotes.
    content: Range<usize>,
    /// With quotes.
    whole: Range<usize>,
}

/// A row that has been read.
enum Row {
    /// Where the next begins.
    Next(usize),
    /// The text ends within it.
    Unfinished,
    /// Something is wrong with it.
    Broken(Problem),
}

impl Reader for Csv {
    fn next(&mut self, text: &str, at: &mut usize, last: bool, tape: &mut Tape) -> Step {
        loop {
            if self.is_finished {
                return Step::Done;
            }
            let before = *at;
            if let Some(step) = self.step(text, at, last, tape) {
                return self.counted(step);
            }
            if *at == before && *at >= text.len() {
                return if last { Step::Done } else { Step::NeedMore };
            }
        }
    }

    fn forget(&mut self, _consumed: usize) {}
}

impl Csv {
    /// A reader at the start of a file.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether a text begins with the names of properties.
    pub(super) fn has_header(text: &str) -> bool {
        if text.starts_with(TYPE_MARK) {
            return true;
        }
        let line = text.lines().next().unwrap_or_default().trim_end();
        let Some(delimiter) = delimiter_of(line) else { return false };
        let mut fields = Vec::new();
        let is_whole = matches!(row(line, 0, true, delimiter, &mut fields), Row::Next(_));
        let is_quoted = line.starts_with('"');
        is_whole
            && (fields.len() > 1 || is_quoted)
            && fields.iter().all(|field| is_name(line.get(field.content.clone()).unwrap_or_default()))
    }

    /// What separates the fields under a first row.
    pub(crate) fn delimiter(first_row: &str) -> char {
        delimiter_of(first_row).map_or(',', char::from)
    }

    /// One move; `None` when there is nothing to report of it.
    fn step(&mut self, text: &str, at: &mut usize, last: bool, tape: &mut Tape) -> Option<Step> {
        *at += blanks(text, *at);
        if *at >= text.len() {
            return None;
        }
        let rest = text.get(*at..).unwrap_or_default();
        let line_end = memchr::memchr(b'\n', rest.as_bytes());
        if line_end.is_none() && !last {
            return Some(Step::NeedMore);
        }
        let line = rest.get(..line_end.unwrap_or(rest.len())).unwrap_or_default();
        let next_line = *at + line_end.map_or(rest.len(), |end| end + 1);
        if let Some(name) = line.strip_prefix(TYPE_MARK) {
            self.type_name = Some(name.trim().into());
            self.header = None;
            *at = next_line;
            return None;
        }
        let delimiter = self.header.as_ref().map(|header| header.delimiter);
        let delimiter = delimiter.or_else(|| delimiter_of(line)).unwrap_or(b',');
        match row(text, *at, last, delimiter, &mut self.fields) {
            Row::Unfinished => Some(Step::NeedMore),
            Row::Broken(problem) => {
                // The next row is looked for on the next line.
                *at = next_line;
                self.is_finished = self.header.is_none();
                Some(Step::Problem(problem))
            }
            Row::Next(next) => {
                let start = std::mem::replace(at, next);
                self.row(text, start..next, last, delimiter, tape)
            }
        }
    }

    /// A row whose fields have been read: the names, or an object.
    fn row(
        &mut self,
        text: &str,
        range: Range<usize>,
        last: bool,
        delimiter: u8,
        tape: &mut Tape,
    ) -> Option<Step> {
        let Some(header) = &self.header else {
            self.header = Some(Header::new(text, &self.fields, delimiter));
            return None;
        };
        let (found, wanted) = (self.fields.len(), header.ranges.len());
        let end = self.fields.last().map_or(range.start, |field| field.whole.end);
        if found != wanted {
            let is_cut = last && found < wanted && range.end == text.len() && !text.ends_with('\n');
            let problem = if is_cut {
                Problem::error(bytes(&(range.start..end)), "the file ends in the middle of a row")
                    .with_help("it was cut when it was copied or exported; export it again")
            } else {
                let message = format!("a row of {found} fields under {wanted} names");
                Problem::error(bytes(&(range.start..end)), message)
                    .with_help("a quote may be missing or one too many; export it again with Export-Csv")
            };
            return Some(Step::Problem(problem));
        }
        tape.clear();
        tape.set_names(Some(header.names.clone()));
        let root = tape.push(node(Kind::Object, Escape::None, Bytes::default(), &(range.start..end)));
        for (field, name) in self.fields.iter().zip(&header.ranges) {
            let content = text.get(field.content.clone()).unwrap_or_default();
            let kind = if content.trim().is_empty() { Kind::Null } else { Kind::String };
            let is_escaped = field.content != field.whole && content.contains('"');
            let escape = if is_escaped { Escape::Csv } else { Escape::None };
            let span = if kind == Kind::Null { &field.whole } else { &field.content };
            tape.push(node(kind, escape, *name, span));
        }
        tape.close(root, bytes(&(0..end)).end);
        Some(Step::Record { type_name: self.type_name.clone() })
    }

    /// Ends the reading of a file that has too many errors.
    fn counted(&mut self, step: Step) -> Step {
        let Step::Problem(problem) = step else { return step };
        self.errors += 1;
        if self.errors <= MAX_ERRORS {
            return Step::Problem(problem);
        }
        self.is_finished = true;
        Step::Problem(
            Problem::error(problem.span, "too many errors; what follows was not read")
                .with_help("export it again with Export-Csv"),
        )
    }
}

impl Header {
    fn new(text: &str, fields: &[Field], delimiter: u8) -> Self {
        let mut names = String::new();
        let ranges = fields.iter().map(|field| {
            let start = names.len();
            names.push_str(&unquoted(text, field));
            bytes(&(start..names.len()))
        });
        let ranges = ranges.collect();
        Self { delimiter, names: names.into(), ranges }
    }
}

fn unquoted<'t>(text: &'t str, field: &Field) -> Cow<'t, str> {
    let content = text.get(field.content.clone()).unwrap_or_default();
    if field.content == field.whole {
        return Cow::Borrowed(content.trim());
    }
    super::escape::decode(content, Escape::Csv)
}

/// The fields of the row that begins at `start`.
fn row(text: &str, start: usize, last: bool, delimiter: u8, fields: &mut Vec<Field>) -> Row {
    fields.clear();
    let input = text.as_bytes();
    let mut at = start;
    loop {
        let (field, after) = if input.get(at) == Some(&b'"') {
            let Some(end) = end_of_quoted(input, at + 1) else {
                if !last {
                    return Row::Unfinished;
                }
                let message = "a quote is not closed";
                let problem = Problem::error(bytes(&(at..at + 1)), message)
                    .with_help("the file was cut or edited; export it again with Export-Csv");
                return Row::Broken(problem);
            };
            (Field { content: at + 1..end, whole: at..end + 1 }, end + 1)
        } else {
            let rest = &input[at..];
            let length = memchr::memchr2(delimiter, b'\n', rest).unwrap_or(rest.len());
            let content = rest[..length].strip_suffix(b"\r").unwrap_or(&rest[..length]).len();
            (Field { content: at..at + content, whole: at..at + content }, at + length)
        };
        fields.push(field);
        match &input[after..] {
            [] if last => return Row::Next(after),
            [] | [b'\r'] if !last => return Row::Unfinished,
            [b'\n', ..] => return Row::Next(after + 1),
            [b'\r', b'\n', ..] => return Row::Next(after + 2),
            [b'\r'] => return Row::Next(after + 1),
            [c, ..] if *c == delimiter => at = after + 1,
            _ => {
                let width = text.get(after..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
                let message = "text stands behind a closing quote";
                let problem = Problem::error(bytes(&(after..after + width)), message)
                    .with_help("a quote within a text is written twice; export it again with Export-Csv");
                return Row::Broken(problem);
            }
        }
    }
}

/// Where the quote stands that closes the field whose content begins at `start`.
fn end_of_quoted(input: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    loop {
        at += memchr::memchr(b'"', &input[at..])?;
        if input.get(at + 1) != Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}

/// What separates the names of a first row.
fn delimiter_of(line: &str) -> Option<u8> {
    const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];
    let input = line.as_bytes();
    if input.first() == Some(&b'"') {
        let after = input.get(end_of_quoted(input, 1)? + 1);
        return match after {
            None | Some(b'\r') => Some(b','),
            Some(c) => DELIMITERS.into_iter().find(|delimiter| delimiter == c),
        };
    }
    let count = |delimiter: &u8| memchr::memchr_iter(*delimiter, input).count();
    let best = DELIMITERS.into_iter().max_by_key(count)?;
    (count(&best) > 0).then_some(best)
}

/// Whether a text may be the name of a property.
fn is_name(text: &str) -> bool {
    let is_inside = |c: char| c.is_alphanumeric() || " _-.@#$()/".contains(c);
    text.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '@')) && text.chars().all(is_inside)
}

/// Bytes of blank lines and byte order marks at `at`.
fn blanks(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    rest.len() - rest.trim_start_matches(['\r', '\n', '\u{FEFF}']).len()
}

fn bytes(range: &Range<usize>) -> Bytes {
    let clamp = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Bytes::new(clamp(range.start), clamp(range.end))
}

fn node(kind: Kind, escape: Escape, name: Bytes, range: &Range<usize>) -> Node {
    Node { kind, escape, name_escape: Escape::Header, name, text: bytes(range), end: 0 }
}
