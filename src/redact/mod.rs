//! Exports without what tells whose they are: names, addresses and ids become pseudonyms, blobs are taken out.
//!
//! What stays is known to be harmless (`known`); everything else is replaced, whatever it is. Each format is read
//! token by token rather than by its reader, so that nothing of a damaged file passes unseen. The same input has the
//! same pseudonym in all files of a run, so that comparisons come out as before.

mod bytes;
mod certificate;
mod csv;
mod escape;
mod json;
mod known;
mod list;
mod names;
mod path;
mod stream;
mod text;
mod xml;

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod kept_tests;
#[cfg(test)]
mod marked;
#[cfg(test)]
mod tests;

use std::io::{self, Read};
use std::sync::Arc;

use crate::schema::Registry;

pub use stream::Redacted;

use known::{Hint, Known};
use names::Names;

/// Redacts a format, block by block.
trait Lexer {
    /// Redacts the beginning of `text` into `out` and says how much of it that was. What remains comes again, with
    /// more behind it; of the last block nothing remains.
    fn next(&mut self, names: &mut Names, text: &str, last: bool, out: &mut String) -> usize;
}

/// The pseudonyms of a run.
#[derive(Clone)]
pub struct Redactor {
    registry: &'static Registry,
    names: Names,
}

impl Redactor {
    /// Without pseudonyms yet.
    #[must_use]
    pub fn new(registry: &'static Registry) -> Self {
        Self { registry, names: Names::new(Arc::new(Known::new(registry))) }
    }

    /// Reads an input once beforehand: what is a domain shows in one file only, and a thumbprint follows from its
    /// certificate.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub fn learn(&mut self, reader: impl Read) -> io::Result<()> {
        io::copy(&mut self.redact(reader)?, &mut io::sink())?;
        self.names.settle();
        Ok(())
    }

    /// What `reader` reads, redacted, in the same format and encoding.
    ///
    /// # Errors
    ///
    /// When its first bytes cannot be read.
    pub fn redact<R: Read>(&mut self, reader: R) -> io::Result<Redacted<'_, R>> {
        Redacted::new(&mut self.names, reader)
    }

    /// A path as reports may show it: with the names of cmdlets and of sides.
    #[must_use]
    pub fn path(&mut self, path: &str) -> String {
        path::path(&mut self.names, self.registry, path)
    }

    /// A text that was given as an argument, such as an error message.
    #[must_use]
    pub fn text(&mut self, text: &str) -> String {
        text::value(&mut self.names, text, Hint::Any)
    }

    /// An address that was given as an argument.
    #[must_use]
    pub fn address(&mut self, address: &str) -> String {
        text::value(&mut self.names, address, Hint::Domain)
    }
}
