//! `diagnose`: an error text in, its causes out, found in exports where there are any.

use std::io::Write;

use super::args::{DiagnoseArgs, PathArgs};
use super::error_text::text_and_paths;
use super::exit::Failure;
use super::options::{builder, failing_on, judged};
use super::terminal::complain_of;
use crate::report;
use crate::session::Verdict;

pub(super) fn run(args: &DiagnoseArgs, out: &mut dyn Write) -> Result<Verdict, Failure> {
    let (text, paths) = text_and_paths(args).map_err(Failure::Usage)?;
    let inputs = PathArgs { paths, on_prem: args.on_prem.clone(), cloud: args.cloud.clone() }.inputs();
    let builder = builder(&args.config, &args.lints).redact(args.redact);
    let session = failing_on(judged(builder, args.as_of.as_deref())?, args.fail_on).build()?;
    let diagnosis = session.diagnose(&text, inputs)?;
    complain_of(&session.symptoms().mistakes());
    if diagnosis.run.is_none() {
        // A run reports them itself.
        complain_of(&session.mistakes());
    }
    report::write_diagnosis(&diagnosis, args.format, &args.look.options(), out)?;
    Ok(diagnosis.verdict(session.threshold()).max(session.verdict()))
}
