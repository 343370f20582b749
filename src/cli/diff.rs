//! `diff`: what changed between two sets of exports, such as before and after a run of the wizard.

use std::io::{self, Write};

use super::args::{DiffArgs, InputArgs};
use super::redaction::Redaction;
use super::{Exit, check};
use crate::diagnostic::{Comparison, Run};
use crate::diff;
use crate::redact::Redactor;
use crate::report;
use crate::schema::Registry;
use crate::snapshot::Snapshot;

pub(super) fn run(registry: &'static Registry, args: &DiffArgs, out: &mut dyn Write) -> io::Result<Exit> {
    if args.before == "-" && args.after == "-" {
        super::complain("standard input can be BEFORE or AFTER, not both");
        return Ok(Exit::Usage);
    }
    let both = if args.redact { judge_redacted(registry, args) } else { judge_both(registry, args) };
    let (before, after) = match both {
        (Ok(before), Ok(after)) => (before, after),
        (Err(exit), _) | (_, Err(exit)) => return Ok(exit),
    };
    let comparison = diff::compare(registry, (before.0, &before.1), (after.0, &after.1), args.recipients);
    report::write_comparison(&comparison, args.format, &args.look.options(), out)?;
    Ok(exit(&comparison, args))
}

type Judged = Result<(Run, Snapshot), Exit>;

fn input(args: &DiffArgs, path: &str) -> InputArgs {
    InputArgs { paths: vec![path.to_owned()], as_of: args.as_of.clone(), ..InputArgs::default() }
}

fn judge_both(registry: &'static Registry, args: &DiffArgs) -> (Judged, Judged) {
    let read = |path: &str| {
        check::judge_keeping(registry, &input(args, path), &args.choice, &|retention| {
            diff::retain(registry, retention, args.recipients);
        })
    };
    (read(&args.before), read(&args.after))
}

/// With the same pseudonyms on both sides.
fn judge_redacted(registry: &'static Registry, args: &DiffArgs) -> (Judged, Judged) {
    let mut redactor = Redactor::new(registry);
    let inputs = [&args.before, &args.after].map(|path| input(args, path));
    let redactions = inputs.map(|input| (Redaction::new(&mut redactor, check::inputs(&input)), input));
    let [before, after] = redactions.map(|(redaction, input)| {
        check::judge_redacted(registry, (redaction, &mut redactor), &input, &args.choice, &|retention| {
            diff::retain(registry, retention, args.recipients);
        })
    });
    (before, after)
}

/// What was there before is no news: only new findings count.
fn exit(comparison: &Comparison, args: &DiffArgs) -> Exit {
    let threshold = args.fail_on.threshold();
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
