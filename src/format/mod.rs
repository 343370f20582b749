//! Exported files as a stream of records, each a [`Tape`] of spanned nodes.
//!
//! A reader turns text into records and problems. It knows nothing of cmdlets: what a record is, is for
//! [`crate::snapshot`] to say. One bad record never hides the others.

mod clixml;
mod convertto_xml;
pub mod escape;
mod tape;
mod xml;

use std::borrow::Cow;
use std::sync::Arc;

pub use clixml::CliXml;
pub use convertto_xml::ConvertToXml;
pub use tape::{Bytes, Children, Escape, Kind, Node, NodeRef, Tape};

/// The input formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// `ConvertTo-Json`: one document, several on end, or one a line.
    Json,
    /// `Export-Clixml`.
    CliXml,
    /// `ConvertTo-Xml`.
    ConvertToXml,
}

impl Format {
    /// The name that reports use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::CliXml => "CLIXML",
            Self::ConvertToXml => "ConvertTo-Xml",
        }
    }
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
    /// The text ends within a record, or before the next one begins, and there is more to come.
    NeedMore,
    /// The input is at its end, or cannot be read on (a problem was given then).
    Done,
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
}

/// Nesting deeper than this is refused; PowerShell itself stops at 100 (JSON) and 50 (CLIXML).
pub const MAX_DEPTH: usize = 128;
