//! What leaves a session nothing to do.

use std::io;

use crate::diagnostic::Diagnostic;
use crate::schema::SchemaError;
use crate::source::Sources;

/// Why there is no run. What is wrong with single inputs or lints is among the problems of a run instead.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The schemas that the program was built with are wrong: our mistake.
    #[error("this build is broken, please report it: {0}")]
    Schemas(&'static SchemaError),
    /// There is nothing to read.
    #[error("no files given")]
    NoInput,
    /// Standard input would have to be read twice.
    #[error("standard input can be read once")]
    StdinTwice,
    /// The texts of lints of one's own could be anything.
    #[error("custom lints cannot be redacted, as their texts are yours")]
    OwnLints,
    /// A baseline with pseudonyms knows nothing again.
    #[error("a baseline cannot be redacted: later runs would not know its findings again")]
    RedactedBaseline,
    /// An error text without text.
    #[error("the error text is empty")]
    EmptyText,
    /// The configuration is wrong, where a wrong side would give a wrong copy.
    #[error("something is wrong with the configuration")]
    Configuration(Mistakes),
    /// There is no archive.
    #[error("cannot write the archive: {reason}")]
    Bundle {
        /// Why not.
        reason: BundleError,
        /// What was noticed of the inputs before.
        problems: Vec<Diagnostic>,
    },
}

/// Why an archive is not written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BundleError {
    /// No input could be found.
    #[error("there is nothing to put into it")]
    Empty,
    /// It would take the place of an export.
    #[error("it is one of the files that are read")]
    IsInput,
    /// The file system refuses.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Mistakes in files that people write, and the files.
#[derive(Clone, Debug, Default)]
pub struct Mistakes {
    /// What is wrong.
    pub diagnostics: Vec<Diagnostic>,
    /// Paths of the files that labels point into.
    pub sources: Sources,
}
