//! The command line: arguments, commands, exit codes, looks. One file for each command, which asks a
//! [`Session`](crate::session::Session).

mod args;
mod bundle;
mod check;
mod collect;
mod diagnose;
mod diff;
mod error_text;
mod exit;
mod explain;
mod lints;
mod look;
mod options;
mod output;
mod progress;
mod redact;
mod shell;
mod symptoms;
mod terminal;
mod test;
mod trace;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser as _;

pub use args::{
    BaselineArgs, CheckArgs, Cli, ColorChoice, Command, ConfigArgs, DiagnoseArgs, FailOn, LintChoice, Output,
};

use crate::session::Verdict;
use exit::Failure;

/// Runs the command line with these arguments, the first being the program's name.
pub fn main(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    match Cli::try_parse_from(arguments) {
        Ok(cli) => exit::code(run(&cli, &mut io::stdout().lock())),
        Err(error) => {
            // Help and version are no errors. A closed pipe is nobody's fault.
            let _ = error.print();
            exit::code(Ok(if error.use_stderr() { Verdict::Mistake } else { Verdict::Clean }))
        }
    }
}

/// Runs a command and writes its report to `out`.
fn run(cli: &Cli, out: &mut dyn Write) -> Result<Verdict, Failure> {
    match &cli.command {
        None => check::run(&cli.check, out),
        Some(Command::Check(args)) => check::run(args, out),
        Some(Command::Trace(args)) => trace::run(args, out),
        Some(Command::Diff(args)) => diff::run(args, out),
        Some(Command::Collect(args)) => collect::run(args, out),
        Some(Command::Diagnose(args)) => diagnose::run(args, out),
        Some(Command::Lints(args)) => lints::run(args, out),
        Some(Command::Symptoms(args)) => symptoms::run(args, out),
        Some(Command::Explain(args)) => explain::run(args, out),
        Some(Command::Test(args)) => test::run(args, out),
        Some(Command::Redact(args)) => redact::run(args, out),
        Some(Command::Bundle(args)) => bundle::run(args, out),
        Some(Command::Completions(args)) => shell::completions(args, out),
        Some(Command::Man) => shell::man(out),
    }
}
