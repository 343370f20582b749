//! `trace`: the way of requests, with what they must pass.

use std::io::{self, Write};

use super::args::TraceArgs;
use super::check::Plan;
use super::output::Reports;
use super::{Exit, check};
use crate::diagnostic::{Run, Verdict};
use crate::engine::Request;
use crate::report;
use crate::schema::Registry;

pub(super) fn run(registry: &'static Registry, args: &TraceArgs, out: &mut dyn Write) -> io::Result<Exit> {
    if args.from.is_some() && args.to.is_none() {
        super::complain("--from needs --to, the address of the mailbox that is looked up");
        return Ok(Exit::Usage);
    }
    let addresses = [("--from", &args.from), ("--to", &args.to)];
    for (option, address) in addresses {
        if address.as_deref().is_some_and(|address| !is_address(address)) {
            super::complain(&format!("{option}: not an SMTP address; write it as user@contoso.com"));
            return Ok(Exit::Usage);
        }
    }
    let reports = match Reports::new(&args.report) {
        Ok(reports) => reports,
        Err(exit) => return Ok(exit),
    };
    let request = Request { from: args.from.clone(), to: args.to.clone() };
    match check::judge(
        registry,
        &args.input,
        &args.choice,
        Plan { request: Some(request), ..Plan::default() },
    ) {
        Err(exit) => Ok(exit),
        Ok((judged, _)) => {
            let run = judged.run;
            let (options, of_files) = (args.look.options(), args.look.options_of_files());
            let trouble =
                reports.write((&run, &judged.files), report::write_trace, &options, &of_files, out)?;
            Ok(trouble.map_or(exit(&run), |trouble| trouble.or(exit(&run))))
        }
    }
}

fn is_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, domain)| !name.is_empty() && domain.contains('.'))
}

/// A path that is broken is a finding.
fn exit(run: &Run) -> Exit {
    match check::trouble(run) {
        Some(Exit::Input) | None if run.paths.iter().any(|path| path.verdict() == Verdict::Broken) => {
            Exit::Findings
        }
        Some(exit) => exit,
        None => Exit::Clean,
    }
}
