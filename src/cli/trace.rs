//! `trace`: the way of requests, with what they must pass.

use std::io::Write;

use super::args::TraceArgs;
use super::exit::Failure;
use super::output::Reports;
use crate::engine::Request;
use crate::report;
use crate::session::Verdict;

pub(super) fn run(args: &TraceArgs, out: &mut dyn Write) -> Result<Verdict, Failure> {
    let request = request(args)?;
    let reports = Reports::new(&args.report)?;
    let session = args.input.judged(args.choice.builder())?.build()?;
    let inputs = args.input.files.inputs();
    let run = session.trace(inputs.clone(), &request)?;
    let (options, of_files) = (args.look.options(), args.look.options_of_files());
    let written = reports.write((&run, &[&inputs]), report::write_trace, &options, &of_files, out)?;
    Ok(run.trace_verdict().max(written))
}

fn request(args: &TraceArgs) -> Result<Request, Failure> {
    if args.from.is_some() && args.to.is_none() {
        let message = "--from needs --to, the address of the mailbox that is looked up";
        return Err(Failure::Usage(message.to_owned()));
    }
    for (option, address) in [("--from", &args.from), ("--to", &args.to)] {
        if address.as_deref().is_some_and(|address| !is_address(address)) {
            let message = format!("{option}: not an SMTP address; write it as user@contoso.com");
            return Err(Failure::Usage(message));
        }
    }
    Ok(Request { from: args.from.clone(), to: args.to.clone() })
}

fn is_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, domain)| !name.is_empty() && domain.contains('.'))
}
