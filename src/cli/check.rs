//! `check`: exports in, report out.

use std::io::Write;

use super::args::CheckArgs;
use super::exit::Failure;
use super::output::Reports;
use crate::report::{self, HumanOptions};
use crate::session::Verdict;

pub(super) fn run(args: &CheckArgs, out: &mut dyn Write) -> Result<Verdict, Failure> {
    let reports = Reports::new(&args.report)?;
    let session = args.builder()?.build()?;
    let inputs = args.input.files.inputs();
    let run = session.check(inputs.clone())?;
    let says = |look| HumanOptions { quiet: args.quiet, list_unknown: args.show_unknown, ..look };
    let (options, of_files) = (says(args.look.options()), says(args.look.options_of_files()));
    let written = reports.write((&run, &[&inputs]), report::write, &options, &of_files, out)?;
    Ok(run.verdict(session.threshold()).max(written))
}
