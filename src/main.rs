//! The `freebusy-lint` binary.

use std::process::ExitCode;
use std::thread::{self, JoinHandle};

/// The parser of the lints' expressions takes 160 KiB for each level of nesting when it is not optimised, and Windows
/// gives a main thread 1 MiB.
const STACK_BYTES: usize = 32 << 20;

fn main() -> ExitCode {
    let run = || freebusy_lint::cli::main(std::env::args_os());
    match thread::Builder::new().stack_size(STACK_BYTES).spawn(run).map(JoinHandle::join) {
        Ok(Ok(code)) => code,
        // It has panicked, and said so.
        Ok(Err(_)) => ExitCode::from(101),
        Err(_) => run(),
    }
}
