//! The command line: arguments, commands, exit codes. One file for each command.

mod args;
mod bundle;
mod check;
mod collect;
mod diagnose;
mod diff;
mod explain;
mod known;
mod lints;
mod look;
mod output;
mod progress;
mod redact;
mod redaction;
mod settings;
mod shell;
mod symptoms;
mod test;
mod trace;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser as _;

pub use args::{
    BaselineArgs, CheckArgs, Cli, ColorChoice, Command, ConfigArgs, DiagnoseArgs, FailOn, LintChoice,
};
pub use output::Output;

use crate::diagnostic::Diagnostic;
use crate::lint::{self, Lints};
use crate::schema::Registry;
use crate::source::Sources;
use crate::symptom::Catalogue;

/// How a run ended, as the shell sees it. `README.md` has the same table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Nothing at or above the threshold was found.
    Clean,
    /// Findings at or above the threshold of `--fail-on`.
    Findings,
    /// An argument, the configuration, the baseline or a lint file is wrong: the user's mistake. Or an error text that is
    /// not known.
    Usage,
    /// No input, or not every input, could be read whole, or a report could not be written.
    Input,
}

impl Exit {
    /// How a run ends that ends in two ways.
    const fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Usage, _) | (_, Self::Usage) => Self::Usage,
            (Self::Findings, _) | (_, Self::Findings) => Self::Findings,
            (Self::Input, _) | (_, Self::Input) => Self::Input,
            (Self::Clean, Self::Clean) => Self::Clean,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Clean => 0,
            Exit::Findings => 1,
            Exit::Usage => 2,
            Exit::Input => 3,
        })
    }
}

/// Runs the command line with these arguments, the first being the program's name.
pub fn main(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no errors. A closed pipe is nobody's fault.
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage.into() } else { Exit::Clean.into() };
        }
    };
    match run(&cli, &mut io::stdout().lock()) {
        Ok(exit) => exit.into(),
        // Whoever read the output has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Clean.into(),
        Err(error) => {
            complain(&format!("cannot write the report: {error}"));
            Exit::Input.into()
        }
    }
}

/// Runs a command and writes its report to `out`.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn run(cli: &Cli, out: &mut dyn Write) -> io::Result<Exit> {
    let registry = match Registry::embedded() {
        Ok(registry) => registry,
        Err(error) => {
            complain(&format!("this build is broken, please report it: {error}"));
            return Ok(Exit::Usage);
        }
    };
    match &cli.command {
        None => check::run(registry, &cli.check, out),
        Some(Command::Check(args)) => check::run(registry, args, out),
        Some(Command::Trace(args)) => trace::run(registry, args, out),
        Some(Command::Diff(args)) => diff::run(registry, args, out),
        Some(Command::Collect(args)) => collect::run(registry, args, out),
        Some(Command::Diagnose(args)) => diagnose::run(registry, args, out),
        Some(Command::Lints(args)) => lints::run(registry, args, out),
        Some(Command::Symptoms(args)) => symptoms::run(registry, args, out),
        Some(Command::Explain(args)) => explain::run(registry, args, out),
        Some(Command::Test(args)) => test::run(registry, args, out),
        Some(Command::Redact(args)) => redact::run(registry, args, out),
        Some(Command::Bundle(args)) => bundle::run(registry, args, out),
        Some(Command::Completions(args)) => shell::completions(args, out),
        Some(Command::Man) => shell::man(out),
    }
}

/// Says on standard error what the user has to know and no report can hold.
fn complain(message: &str) {
    let _ = writeln!(io::stderr().lock(), "freebusy-lint: {message}");
}

/// The built-in lints and those of the user's folders.
fn load_lints(registry: &'static Registry, folders: &[String], sources: &mut Sources) -> Lints {
    let mut lints = lint::load_embedded(registry, sources);
    for folder in folders {
        lint::load(registry, folder, sources, &mut lints);
    }
    lints
}

/// The built-in symptoms and manual checks and those of the user's folders.
fn load_symptoms(folders: &[String], sources: &mut Sources) -> Catalogue {
    let mut catalogue = Catalogue::embedded(sources);
    for folder in folders {
        catalogue.add_folder(folder, sources);
    }
    catalogue
}

/// Says on standard error what is wrong in lint files, for commands without a report.
fn complain_of_mistakes(mistakes: &[Diagnostic], sources: &Sources) {
    for mistake in mistakes {
        let place = mistake.labels.first().map(|label| {
            let start = label.location.start;
            format!("{}:{}:{}: ", sources.path(label.location.source), start.line, start.column)
        });
        let place =
            place.or_else(|| mistake.path.as_ref().map(|path| format!("{path}: "))).unwrap_or_default();
        let help = mistake.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
        complain(&format!("{place}{}{help}", mistake.message));
    }
}
