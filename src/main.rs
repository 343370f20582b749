//! The `freebusy-lint` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    freebusy_lint::cli::main(std::env::args_os())
}
