//! The XML formats: CLIXML and `ConvertTo-Xml`.
//!
//! Both share tokens with offsets ([`cursor`]), and the frame of a document with how to carry on after damage
//! ([`documents`]). quick-xml takes truncated, empty and non-XML input for success, so the checks of
//! well-formedness that matter are there.

mod clixml;
mod convertto_xml;
mod cursor;
mod documents;
#[cfg(test)]
pub(super) mod testing;

use std::borrow::Cow;
use std::ops::Range;

use super::{Bytes, Problem};

pub use clixml::CliXml;
pub use convertto_xml::ConvertToXml;

/// Nesting of elements, of which one value takes up to three (`Obj`, `DCT`, `En`).
const MAX_ELEMENTS: usize = 4 * super::MAX_DEPTH;

const EXPORT_AGAIN: &str = "the file is damaged or was edited by hand: export it again";

/// The bytes from `start` to `end` of a block, which is smaller than 4 GiB.
fn bytes(start: usize, end: usize) -> Bytes {
    Bytes::new(u32::try_from(start).unwrap_or(u32::MAX), u32::try_from(end).unwrap_or(u32::MAX))
}

/// Why a token or a record could not be had.
#[derive(Debug)]
enum Fault {
    /// The text ends before it does.
    More,
    /// It is not as it must be. What follows `resume` is worth a look.
    Bad { problem: Box<Problem>, resume: usize },
    /// The record lacks its end: the next one begins at `resume`.
    Unclosed { problem: Box<Problem>, resume: usize },
    /// A document begins at the offset before the one that is being read has ended.
    Root(usize),
    /// Nothing in the file is to be read any more.
    Fatal(Box<Problem>),
}

impl Fault {
    /// A problem at `span` of a damaged file, after which reading resumes at `resume`.
    fn damage(span: Range<usize>, message: impl Into<Cow<'static, str>>, resume: usize) -> Self {
        let problem = Problem::error(bytes(span.start, span.end), message).with_help(EXPORT_AGAIN);
        Self::Bad { problem: Box::new(problem), resume }
    }

    /// The record lacks its end; `span` is the tag that shows it, `resume` where the next record is looked for.
    fn unclosed(span: Range<usize>, name: &str, resume: usize) -> Self {
        let message = format!("the record above lacks its end, </{name}>");
        let problem = Problem::error(bytes(span.start, span.end), message).with_help(EXPORT_AGAIN);
        Self::Unclosed { problem: Box::new(problem), resume }
    }
}
