//! Exported files as a stream of records, each a [`Tape`] of spanned nodes.
//!
//! A reader turns text into records and problems. It knows nothing of cmdlets: what a record is, is for
//! [`crate::snapshot`] to say. One bad record never hides the others.

pub mod command;
mod csv;
pub mod escape;
pub mod foreign;
mod format_list;
mod json;
pub mod markup;
mod tape;
mod xml;

use std::borrow::Cow;
use std::sync::Arc;

pub use command::{Argument, Command, Prompt, Stage};
pub use csv::Csv;
pub use escape::{Escape, Wrap};
pub use format_list::FormatList;
pub use json::Json;
pub use tape::{Bytes, Children, Kind, Node, NodeRef, Tape};
pub use xml::{CliXml, ConvertToXml};

/// The input formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// `ConvertTo-Json`: one document, several on end, or one a line.
    Json,
    /// `Export-Clixml`.
    CliXml,
    /// `ConvertTo-Xml`.
    ConvertToXml,
    /// `Format-List`, in a file or a transcript.
    FormatList,
    /// `Export-Csv`.
    Csv,
}

impl Format {
    /// The name that reports use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::CliXml => "CLIXML",
            Self::ConvertToXml => "ConvertTo-Xml",
            Self::FormatList => "Format-List",
            Self::Csv => "CSV",
        }
    }
}

impl Format {
    /// A reader that has read nothing yet.
    #[must_use]
    pub fn reader(self) -> Box<dyn Reader> {
        self.reader_with(None)
    }

    /// A reader that knows the names of properties.
    #[must_use]
    pub fn reader_with(self, vocabulary: Option<&'static dyn Vocabulary>) -> Box<dyn Reader> {
        match self {
            Self::Json => Box::new(Json::new()),
            Self::CliXml => Box::new(CliXml::new()),
            Self::ConvertToXml => Box::new(ConvertToXml::new()),
            Self::FormatList => Box::new(FormatList::with_vocabulary(vocabulary)),
            Self::Csv => Box::new(Csv::new()),
        }
    }
}

/// Why a file has none of the formats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It looks like an export that came out wrong: what it seems to be, and how to export instead.
    Spoiled(Problem),
    /// It looks like no export at all.
    Foreign(Problem),
}

impl Refusal {
    /// What it seems to be.
    #[must_use]
    pub fn into_problem(self) -> Problem {
        match self {
            Self::Spoiled(problem) | Self::Foreign(problem) => problem,
        }
    }
}

/// The format of a file by its first block; `None` where there is nothing but blanks.
///
/// # Errors
///
/// When it is none of the formats.
pub fn detect(text: &str) -> Result<Option<Format>, Refusal> {
    let rest = text.trim_start_matches(is_blank);
    let start = text.len() - rest.len();
    let Some(first) = rest.chars().next() else { return Ok(None) };
    // `ConvertTo-Json` of nothing is `null`.
    let is_null = rest.trim_end_matches(is_blank) == "null";
    if FormatList::begins_with_prompt(rest) {
        return Ok(Some(Format::FormatList));
    }
    if is_null || format_list::is_json(rest) {
        return Ok(Some(Format::Json));
    }
    if rest.starts_with("#< CLIXML") {
        return Ok(Some(Format::CliXml));
    }
    let root = if first == '<' { root_name(rest) } else { None };
    match root {
        Some("Objects") => return Ok(Some(Format::ConvertToXml)),
        Some(name) if CLIXML_ELEMENTS.contains(&name) => return Ok(Some(Format::CliXml)),
        _ => {}
    }
    // Brackets may also be mark-up around a text: `[code]`, `{noformat}`, `[10:11]`, `<pre>`.
    let is_bracket = matches!(first, '{' | '[' | '<');
    if is_bracket && FormatList::look_for(rest).0 {
        return Ok(Some(Format::FormatList));
    }
    let line = rest.lines().next().unwrap_or_default();
    let end = start + line.floor_char_boundary(80);
    let span = Bytes::new(u32::try_from(start).unwrap_or(u32::MAX), u32::try_from(end).unwrap_or(u32::MAX));
    let refused = |message: &'static str| Problem::error(span, message).with_help(EXPORT_HELP);
    match first {
        '{' | '[' => return Ok(Some(Format::Json)),
        '<' if root.is_some() => return Err(Refusal::Foreign(refused("this is XML, but not of an export"))),
        '<' => return Ok(Some(Format::CliXml)),
        _ => {}
    }
    if is_binary(rest) {
        return Err(Refusal::Foreign(refused("this is a binary file, not an export")));
    }
    if let Some(message) = spoiled(line) {
        return Err(Refusal::Spoiled(refused(message)));
    }
    if Csv::has_header(rest) {
        return Ok(Some(Format::Csv));
    }
    match FormatList::look_for(rest) {
        (true, _) => Ok(Some(Format::FormatList)),
        (false, true) => {
            let message = "this is a table of Format-Table, which cuts values and leaves properties out";
            Err(Refusal::Spoiled(Problem::error(span, message).with_help(format_list::TABLE_HELP)))
        }
        (false, false) => {
            let message = "this is neither JSON, CLIXML, ConvertTo-Xml, CSV nor the output of Format-List";
            Err(Refusal::Foreign(refused(message)))
        }
    }
}

/// What an export came out as whose first line is `line`: the values are lost, or cannot be told apart.
fn spoiled(line: &str) -> Option<&'static str> {
    if line.starts_with("Microsoft.PowerShell.Commands.Internal.Format.") {
        return Some(
            "only the names of format classes are in this file: Format-List was piped into a file cmdlet",
        );
    }
    if line.starts_with("@{") {
        return Some(
            "these are objects as text, with lists and nested values lost: they were written without a format",
        );
    }
    (line.starts_with("class ") && !line.contains(['(', ';']) && line.split(' ').count() == 2)
        .then_some("this is the output of Format-Custom, which is not read")
}

/// What elements of CLIXML are called; an export may be a piece of one.
const CLIXML_ELEMENTS: [&str; 14] =
    ["Objs", "Obj", "MS", "Props", "TN", "T", "ToString", "LST", "IE", "DCT", "En", "S", "Ref", "TNRef"];

const EXPORT_HELP: &str =
    "export with `… | Export-Clixml -Depth 6 file.xml` or `… | ConvertTo-Json -Depth 6 > file.json`";

fn is_binary(text: &str) -> bool {
    let head = &text.as_bytes()[..text.len().min(4096)];
    head.contains(&0) || text.starts_with("MZ") || text.starts_with("PK")
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{FEFF}'
}

/// Where a document type declaration ends, its own declarations included.
fn end_of_doctype(text: &str) -> Option<usize> {
    let end = text.find('>')?;
    match text[..end].find('[') {
        Some(_) => text.find("]>").map(|end| end + 2),
        None => Some(end + 1),
    }
}

/// The name of the first element, past declarations and comments.
fn root_name(text: &str) -> Option<&str> {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(is_blank);
        let skipped = match rest.get(..2)? {
            "<?" => rest.find("?>").map(|end| end + 2),
            "<!" if rest.starts_with("<!--") => rest.find("-->").map(|end| end + 3),
            "<!" if rest.starts_with("<!DOCTYPE") => end_of_doctype(rest),
            _ => break,
        };
        rest = rest.get(skipped?..)?;
    }
    let name = rest.strip_prefix('<')?;
    name.split(|c: char| c.is_whitespace() || c == '>' || c == '/').next()
}

/// Something in a file that is not as it must be. Its span is within the text that was given to the reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong: lower case, no full stop.
    pub message: Cow<'static, str>,
    /// What to do about it.
    pub help: Option<Cow<'static, str>>,
    /// Where.
    pub span: Bytes,
    /// Whether the input is still usable as it is: a warning rather than an error.
    pub is_warning: bool,
}

impl Problem {
    /// An error at `span`.
    #[must_use]
    pub fn error(span: Bytes, message: impl Into<Cow<'static, str>>) -> Self {
        Self { message: message.into(), help: None, span, is_warning: false }
    }

    /// A warning at `span`.
    #[must_use]
    pub fn warning(span: Bytes, message: impl Into<Cow<'static, str>>) -> Self {
        Self { is_warning: true, ..Self::error(span, message) }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn with_help(self, help: impl Into<Cow<'static, str>>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

/// What a reader found next.
#[derive(Debug)]
pub enum Step {
    /// A record; its nodes are on the tape.
    Record {
        /// The most derived .NET type name as written (prefixes such as `Deserialized.` included), where the format
        /// says it.
        type_name: Option<Arc<str>>,
    },
    /// Something is wrong. The reader has moved past it and carries on with the next call.
    Problem(Problem),
    /// The text says something of the objects around. The reader has moved past it.
    Remark(Remark),
    /// The text ends within a record, or before the next one begins, and there is more to come.
    NeedMore,
    /// The input is at its end, or cannot be read on (a problem was given then).
    Done,
}

/// What a console shows, or people write, around objects. A format whose files hold nothing but objects has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    /// A command line, or a bare prompt. What follows up to the next one is its output: records, remarks, or nothing.
    Command(Arc<Command>),
    /// The head of a transcript: what follows up to the next one ran in one session.
    Transcript(Bytes),
    /// A cmdlet failed; this is the first line of what it said.
    Failed(Said),
    /// A cmdlet warned; this is the first line of what it said, without `WARNING:`.
    Warning(Said),
    /// Words at the margin that stand outside of all objects, such as `Exchange Online:` before a list.
    Caption(Said),
    /// Text that is passed over.
    Skipped(Skipped, Bytes),
    /// A document of another format begins here; its records and problems follow.
    Embedded(Format, Bytes),
}

/// Words of a text and where they stand in the text of that call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The words, on one line.
    pub text: Box<str>,
    /// Where.
    pub span: Bytes,
}

/// A kind of text that is passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Skipped {
    /// Words.
    Prose,
    /// A table of Format-Table whose columns cannot be told apart.
    Table,
}

/// What is known of the names of properties. Readers of text need it where the text alone does not tell where an
/// object ends, or which of its words are names.
pub trait Vocabulary: Sync {
    /// Whether some object has a property of that name.
    fn knows(&self, name: &str) -> bool;

    /// Whether there is an object that has the property `name` besides all known ones among `names`. `None` where
    /// none of them is known.
    fn belongs(&self, names: &[&str], name: &str) -> Option<bool>;
}

/// A reader of one format: pulls records out of text that arrives in blocks.
///
/// The driver calls [`Reader::next`] again and again. On [`Step::NeedMore`] it drops the text before `at`, appends
/// more, moves `at` to 0 and calls again; so a reader keeps no offsets into the text from one call to the next
/// unless [`Reader::forget`] tells it that they are void. Offsets on the tape and in problems are those of the text
/// of that call.
pub trait Reader {
    /// Looks for the next record at or after `at` and puts it on `tape` (which the reader clears first). Moves `at`
    /// past what needs not be read again: past the record, past the problem, or, before [`Step::NeedMore`], to where
    /// the unfinished record begins. `last` says that no more text will come.
    fn next(&mut self, text: &str, at: &mut usize, last: bool, tape: &mut Tape) -> Step;

    /// The text before `consumed` is dropped, and what followed it now begins at 0.
    fn forget(&mut self, consumed: usize);

    /// The command line whose output the last record is part of, where the text shows it. Its span is void.
    fn command(&self) -> Option<&Arc<Command>> {
        None
    }
}

/// Nesting deeper than this is refused; PowerShell itself stops at 100 (JSON) and 50 (CLIXML).
pub const MAX_DEPTH: usize = 128;
