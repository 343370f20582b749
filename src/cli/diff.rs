//! `diff`: what changed between two sets of exports, such as before and after a run of the wizard.

use std::io::Write;

use super::args::DiffArgs;
use super::exit::Failure;
use super::options::{failing_on, judged};
use super::output::Reports;
use crate::report;
use crate::session::{Input, Inputs, Verdict};

pub(super) fn run(args: &DiffArgs, out: &mut dyn Write) -> Result<Verdict, Failure> {
    let reports = Reports::new(&args.report)?;
    let builder = judged(args.choice.builder().redact(args.redact), args.as_of.as_deref())?;
    let session = failing_on(builder, args.fail_on).build()?;
    let [before, after] = [&args.before, &args.after].map(|path| Inputs::from(Input::argument(path)));
    let comparison = session.diff(before.clone(), after.clone(), args.recipients)?;
    let (options, of_files) = (args.look.options(), args.look.options_of_files());
    let both = (&comparison, &[&before, &after][..]);
    let written = reports.write(both, report::write_comparison, &options, &of_files, out)?;
    Ok(comparison.verdict(session.threshold()).max(written))
}
