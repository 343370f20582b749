//! How a command ends for the shell. `README.md` has the same table.

use std::io::{self, ErrorKind};
use std::process::ExitCode;

use super::terminal::{complain, complain_of};
use crate::session::{Error, Verdict};

/// What ends a command before it has a verdict.
#[derive(Debug)]
pub(super) enum Failure {
    /// An argument is wrong.
    Usage(String),
    /// There is nothing to judge.
    Session(Error),
    /// Standard output cannot be written to.
    Output(io::Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Session(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// The exit code of a command, after saying why it failed.
pub(super) fn code(result: Result<Verdict, Failure>) -> ExitCode {
    let verdict = result.unwrap_or_else(|failure| match failure {
        // Whoever read the output has seen enough.
        Failure::Output(error) if error.kind() == ErrorKind::BrokenPipe => Verdict::Clean,
        Failure::Output(error) => {
            complain(&format!("cannot write the report: {error}"));
            Verdict::Incomplete
        }
        Failure::Usage(message) => {
            complain(&message);
            Verdict::Mistake
        }
        Failure::Session(error) => {
            say(&error);
            Verdict::Mistake
        }
    });
    ExitCode::from(match verdict {
        Verdict::Clean => 0,
        Verdict::Findings => 1,
        Verdict::Mistake => 2,
        Verdict::Incomplete => 3,
    })
}

/// With the arguments that help.
fn say(error: &Error) {
    complain(&match error {
        Error::Configuration(mistakes) => return complain_of(mistakes),
        Error::NoInput => {
            format!("{error}; try `freebusy-lint FOLDER` with a folder of exports, or `freebusy-lint --help`")
        }
        Error::StdinTwice => "standard input can be BEFORE or AFTER, not both".to_owned(),
        Error::OwnLints => format!("{error}; leave --lints out"),
        Error::RedactedBaseline => {
            "--write-baseline cannot be redacted: later runs would not know its findings \
                                    again; leave --redact out"
                .to_owned()
        }
        Error::Schemas(_) | Error::EmptyText | Error::Bundle { .. } => error.to_string(),
    });
}

/// How a command ends that cannot write a file. A path that leads nowhere is the user's mistake, a disk that is full is not.
pub(super) fn verdict_of_write(error: &io::Error) -> Verdict {
    match error.kind() {
        ErrorKind::NotFound
        | ErrorKind::NotADirectory
        | ErrorKind::IsADirectory
        | ErrorKind::InvalidInput => Verdict::Mistake,
        _ => Verdict::Incomplete,
    }
}
