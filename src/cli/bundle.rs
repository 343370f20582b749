//! `bundle`: redacted exports, their reports and a manifest in one archive, to attach to a ticket.

use std::io::Write;
use std::path::Path;

use super::args::BundleArgs;
use super::exit::{Failure, verdict_of_write};
use super::options::judged;
use super::terminal::{complain, complain_of_all};
use crate::diagnostic::{Diagnostic, Origin};
use crate::session::{Bundle, BundleError, Error, Verdict};
use crate::source::Sources;

pub(super) fn run(args: &BundleArgs, out: &mut dyn Write) -> Result<Verdict, Failure> {
    let session = judged(args.choice.builder(), args.as_of.as_deref())?.build()?;
    // What is said on the terminal is not shared.
    let complain_of = |problems: &[Diagnostic]| complain_of_all(problems, &Sources::default());
    let Bundle { run, problems } = match session.bundle(args.files.inputs(), Path::new(&args.out)) {
        Err(Error::Bundle { reason, problems }) => {
            complain_of(&problems);
            return Ok(refused(&reason, &problems, &args.out));
        }
        written => written?,
    };
    complain_of(&problems);
    let (inputs, findings) = (run.inputs.len(), run.findings.len());
    let (of_inputs, of_findings) = (plural(inputs), plural(findings));
    writeln!(out, "{}: {inputs} redacted export{of_inputs}, {findings} finding{of_findings}", args.out)?;
    let unread = run.inputs.iter().filter(|input| !input.status.is_readable()).count();
    if unread > 0 {
        complain(&format!("{unread} export{} could not be read whole; report.txt says why", plural(unread)));
    }
    Ok(run.trouble().unwrap_or(Verdict::Clean))
}

fn refused(reason: &BundleError, problems: &[Diagnostic], file: &str) -> Verdict {
    match reason {
        BundleError::Empty => {
            complain(&format!("`{file}` is not written: {reason}"));
            let is_mistake = problems.iter().any(|problem| problem.origin() == Some(Origin::Usage));
            if is_mistake { Verdict::Mistake } else { Verdict::Incomplete }
        }
        BundleError::IsInput => {
            complain(&format!("cannot write `{file}`: {reason}"));
            Verdict::Mistake
        }
        BundleError::Io(error) => {
            complain(&format!("cannot write `{file}`: {error}"));
            verdict_of_write(error)
        }
    }
}

const fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}
