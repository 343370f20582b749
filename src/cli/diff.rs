//! `diff`: what changed between two sets of exports, such as before and after a run of the wizard.

use std::io::{self, Write};

use super::args::{DiffArgs, InputArgs, PathArgs};
use super::check::{Judged, Plan};
use super::output::Reports;
use super::settings::Settings;
use super::{Exit, check};
use crate::diagnostic::{Comparison, Severity};
use crate::diff;
use crate::redact::Redactor;
use crate::report;
use crate::schema::Registry;
use crate::snapshot::{Retention, Snapshot};

pub(super) fn run(registry: &'static Registry, args: &DiffArgs, out: &mut dyn Write) -> io::Result<Exit> {
    if args.before == "-" && args.after == "-" {
        super::complain("standard input can be BEFORE or AFTER, not both");
        return Ok(Exit::Usage);
    }
    let reports = match Reports::new(&args.report) {
        Ok(reports) => reports,
        Err(exit) => return Ok(exit),
    };
    let settings = Settings::load(registry, &args.choice.config, &args.choice.lints);
    let retain = |retention: &mut Retention| diff::retain(registry, retention, args.recipients);
    let plan = Plan { settings: Some(&settings), retain: Some(&retain), ..Plan::default() };
    let both = if args.redact { judge_redacted(registry, args, plan) } else { judge(registry, args, plan) };
    let [before, after] = match both {
        Ok(both) => both,
        Err(exit) => return Ok(exit),
    };
    let threshold = after.0.threshold(args.fail_on);
    let comparison =
        diff::compare(registry, (before.0.run, &before.1), (after.0.run, &after.1), args.recipients);
    let (options, of_files) = (args.look.options(), args.look.options_of_files());
    let files = before.0.files.union(&after.0.files).cloned().collect();
    let trouble = reports.write((&comparison, &files), report::write_comparison, &options, &of_files, out)?;
    let exit = exit(&comparison, threshold);
    Ok(trouble.map_or(exit, |trouble| trouble.or(exit)))
}

fn inputs(args: &DiffArgs) -> [InputArgs; 2] {
    [&args.before, &args.after].map(|path| InputArgs {
        files: PathArgs { paths: vec![path.clone()], ..PathArgs::default() },
        as_of: args.as_of.clone(),
        ..InputArgs::default()
    })
}

fn judge(
    registry: &'static Registry,
    args: &DiffArgs,
    plan: Plan<'_>,
) -> Result<[(Judged, Snapshot); 2], Exit> {
    let [before, after] = inputs(args);
    let before = check::judge(registry, &before, &args.choice, plan.clone())?;
    Ok([before, check::judge(registry, &after, &args.choice, plan)?])
}

/// With the same pseudonyms on both sides.
fn judge_redacted(
    registry: &'static Registry,
    args: &DiffArgs,
    plan: Plan<'_>,
) -> Result<[(Judged, Snapshot); 2], Exit> {
    let mut redactor = Redactor::new(registry);
    let [before, after] = inputs(args);
    let earlier = check::learn(&mut redactor, &before, &args.choice)?;
    let later = check::learn(&mut redactor, &after, &args.choice)?;
    let mut judge = |redaction, input| {
        check::judge_redacted(registry, (redaction, &mut redactor, None), input, &args.choice, plan.clone())
    };
    Ok([judge(&earlier, &before)?, judge(&later, &after)?])
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
