//! `diff`: what changed between two sets of exports, such as before and after a run of the wizard.

use std::io::{self, Write};

use super::args::{DiffArgs, InputArgs};
use super::check::Judged;
use super::{Exit, check};
use crate::diagnostic::{Comparison, Severity};
use crate::diff;
use crate::report;
use crate::schema::Registry;
use crate::snapshot::Snapshot;

pub(super) fn run(registry: &'static Registry, args: &DiffArgs, out: &mut dyn Write) -> io::Result<Exit> {
    if args.before == "-" && args.after == "-" {
        super::complain("standard input can be BEFORE or AFTER, not both");
        return Ok(Exit::Usage);
    }
    let read = |path: &str| judge(registry, args, path);
    let (before, after) = match (read(&args.before), read(&args.after)) {
        (Ok(before), Ok(after)) => (before, after),
        (Err(exit), _) | (_, Err(exit)) => return Ok(exit),
    };
    let threshold = after.0.threshold(args.fail_on);
    let comparison =
        diff::compare(registry, (before.0.run, &before.1), (after.0.run, &after.1), args.recipients);
    report::write_comparison(&comparison, args.format, &args.look.options(), out)?;
    Ok(exit(&comparison, threshold))
}

fn judge(registry: &'static Registry, args: &DiffArgs, path: &str) -> Result<(Judged, Snapshot), Exit> {
    let input = InputArgs { paths: vec![path.to_owned()], as_of: args.as_of.clone(), ..InputArgs::default() };
    check::judge_keeping(registry, &input, &args.choice, &|retention| {
        diff::retain(registry, retention, args.recipients);
    })
}

/// What was there before is no news: only new findings count.
fn exit(comparison: &Comparison, threshold: Option<Severity>) -> Exit {
    let is_found =
        threshold.is_some_and(|threshold| comparison.new_severities().any(|severity| severity >= threshold));
    let trouble = [&comparison.before, &comparison.after].map(check::trouble);
    if trouble.contains(&Some(Exit::Usage)) {
        Exit::Usage
    } else if is_found {
        Exit::Findings
    } else {
        trouble.into_iter().flatten().next().unwrap_or(Exit::Clean)
    }
}
