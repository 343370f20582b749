//! `check`: exports in, report out.

use std::collections::BTreeSet;
use std::io::{self, Write};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

use super::args::{CheckArgs, FailOn, InputArgs, LintChoice};
use super::collect::ScriptLines;
use super::output::Reports;
use super::progress::Progress;
use super::settings::Settings;
use super::{Exit, known};
use crate::config::Config;
use crate::diagnostic::{Diagnostic, InputStatus, Origin, Run, Severity, Side};
use crate::engine::{Engine, Judgement, Request};
use crate::report::{self, HumanOptions};
use crate::schema::Registry;
use crate::snapshot::{Ingest, IngestOptions, Retention, Snapshot};
use crate::source::{Input, discover};

pub(super) fn run(registry: &'static Registry, args: &CheckArgs, out: &mut dyn Write) -> io::Result<Exit> {
    let reports = match Reports::new(&args.report) {
        Ok(reports) => reports,
        Err(exit) => return Ok(exit),
    };
    let mut judged = match judge(registry, &args.input, &args.choice, None) {
        Ok(judged) => judged,
        Err(exit) => return Ok(exit),
    };
    known::compare(&mut judged.run, &args.known);
    let says = |look| HumanOptions { quiet: args.quiet, list_unknown: args.show_unknown, ..look };
    let (options, of_files) = (says(args.look.options()), says(args.look.options_of_files()));
    let trouble = reports.write(&judged.run, report::write, &options, &of_files, out)?;
    let exit = exit(&judged.run, judged.threshold(args.fail_on), |_| true);
    Ok(trouble.map_or(exit, |trouble| trouble.or(exit)))
}

/// A run, with the configuration that it was made by.
pub(super) struct Judged {
    pub(super) run: Run,
    config: Config,
}

impl Judged {
    /// The lowest severity that fails the run; the argument wins over the configuration.
    pub(super) fn threshold(&self, fail_on: Option<FailOn>) -> Option<Severity> {
        let configured = self.config.fail_on().map(|fail_on| fail_on.0);
        fail_on.map(FailOn::threshold).or(configured).unwrap_or(Some(Severity::Warning))
    }
}

/// Reads and judges. With a request, its way is traced, by all lints.
pub(super) fn judge(
    registry: &'static Registry,
    input: &InputArgs,
    choice: &LintChoice,
    request: Option<Request>,
) -> Result<Judged, Exit> {
    let day = judged_by(input)?;
    let mut settings = Settings::load(registry, &choice.config, &choice.lints);
    if request.is_some() {
        settings = settings.with_all_lints();
    }
    Ok(check(registry, settings, input, choice, day, request, &|_| {}).0)
}

/// Reads and judges by all lints, whatever the configuration leaves out.
pub(super) fn judge_all(
    registry: &'static Registry,
    input: &InputArgs,
    choice: &LintChoice,
) -> Result<Judged, Exit> {
    let day = judged_by(input)?;
    let settings = Settings::load(registry, &choice.config, &choice.lints).with_all_lints();
    Ok(check(registry, settings, input, choice, day, None, &|_| {}).0)
}

/// Reads and judges, and gives what was read as well: what lints need of it, and what `retain` asks for.
pub(super) fn judge_keeping(
    registry: &'static Registry,
    input: &InputArgs,
    choice: &LintChoice,
    retain: &dyn Fn(&mut Retention),
) -> Result<(Judged, Snapshot), Exit> {
    let day = judged_by(input)?;
    let settings = Settings::load(registry, &choice.config, &choice.lints);
    Ok(check(registry, settings, input, choice, day, None, retain))
}

/// The day to judge by, where there is something to judge.
fn judged_by(input: &InputArgs) -> Result<Date, Exit> {
    if input.paths.is_empty() && input.on_prem.is_empty() && input.cloud.is_empty() {
        super::complain(
            "no files given; try `freebusy-lint FOLDER` with a folder of exports, or `freebusy-lint --help`",
        );
        return Err(Exit::Usage);
    }
    day(input.as_of.as_deref()).map_err(|message| {
        super::complain(&message);
        Exit::Usage
    })
}

/// The day to judge by; today, in UTC, where none is given.
fn day(given: Option<&str>) -> Result<Date, String> {
    match given {
        Some(text) => text
            .parse()
            .map_err(|_| format!("--as-of: `{text}` is no day; write it as YYYY-MM-DD, such as 2026-11-23")),
        None => Ok(Offset::UTC.to_datetime(Timestamp::now()).date()),
    }
}

/// Midnight of a day, in UTC.
fn midnight(day: Date) -> Timestamp {
    Offset::UTC.to_timestamp(day.at(0, 0, 0, 0)).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn check(
    registry: &'static Registry,
    settings: Settings,
    input: &InputArgs,
    choice: &LintChoice,
    day: Date,
    request: Option<Request>,
    retain: &dyn Fn(&mut Retention),
) -> (Judged, Snapshot) {
    let Settings { config, lints, problems: mistakes, sources, .. } = settings;
    let (inputs, mut problems) = inputs(input, &config);
    let script_lines = ScriptLines::new(registry, &lints, choice);
    let lints = Settings::select(lints, &config, choice, &mut problems);
    problems.extend(mistakes);

    let mut engine = Engine::new(registry, &lints, midnight(day)).with_thresholds(config.thresholds());
    if let Some(request) = request {
        engine = engine.tracing(request);
    }
    let mut retention = engine.retention();
    retain(&mut retention);
    let options = IngestOptions::default();
    let progress = Progress::new(inputs.len());
    let mut ingest = Ingest::new(registry, &retention, options, sources, |record| {
        progress.object();
        engine.record(record);
    });
    for (input, side) in inputs {
        progress.file(&input.display());
        ingest.input(&input, side);
    }
    let Ingest { snapshot, inputs, problems: input_problems, sources, .. } = ingest;
    problems.extend(input_problems);
    let Judgement { lints, findings, paths } = engine.finish(&snapshot, &sources);
    let mut run = Run {
        as_of: day.to_string(),
        inputs,
        lints,
        findings,
        suppressed: Vec::new(),
        problems,
        sources,
        paths,
    };
    script_lines.name(registry, &mut run);
    config.suppress(&mut run, day);
    (Judged { run, config }, snapshot)
}

/// All files of the arguments, each once, with the side the user said. Forced ones win over the others.
fn inputs(args: &InputArgs, config: &Config) -> (Vec<(Input, Option<Side>)>, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let mut problems = Vec::new();
    let mut seen = BTreeSet::new();
    let groups = [(&args.on_prem, Some(Side::OnPrem)), (&args.cloud, Some(Side::Cloud)), (&args.paths, None)];
    for (arguments, side) in groups {
        for argument in arguments {
            let discovery = discover(argument);
            for problem in &discovery.problems {
                let mut diagnostic = Diagnostic::problem(Origin::Usage, Severity::Error, problem.to_string());
                diagnostic.help = problem.help().map(str::to_owned);
                problems.push(diagnostic);
            }
            if discovery.inputs.is_empty() && discovery.problems.is_empty() {
                let message = format!("`{argument}` holds no exports");
                let help = "files in folders are read if they end in .xml, .clixml, .json, .ndjson, .jsonl, .txt, .log or .csv";
                problems.push(Diagnostic::problem(Origin::Usage, Severity::Error, message).with_help(help));
            }
            for input in discovery.inputs.into_iter().filter(|input| seen.insert(input.display())) {
                let side = side.or_else(|| side_of(&input, config, &mut problems));
                found.push((input, side));
            }
        }
    }
    (found, problems)
}

/// The side of a file that the configuration says.
fn side_of(input: &Input, config: &Config, problems: &mut Vec<Diagnostic>) -> Option<Side> {
    let Input::File(path) = input else { return None };
    match config.side(path) {
        Ok(side) => side,
        Err(problem) => {
            problems.push(*problem);
            None
        }
    }
}

/// How a run ends for the shell, by those of its findings that count.
pub(super) fn exit(run: &Run, threshold: Option<Severity>, counts: impl Fn(&Diagnostic) -> bool) -> Exit {
    let is_found = threshold.is_some_and(|threshold| {
        run.findings.iter().any(|finding| finding.severity >= threshold && counts(finding))
    });
    match trouble(run) {
        Some(Exit::Input) | None if is_found => Exit::Findings,
        Some(exit) => exit,
        None => Exit::Clean,
    }
}

/// How a run ends that could not do its work: by the user's mistake, or for want of input.
pub(super) fn trouble(run: &Run) -> Option<Exit> {
    let is_wrong = |problem: &Diagnostic| {
        problem.severity == Severity::Error
            && matches!(problem.origin, Origin::Usage | Origin::Configuration | Origin::LintFile)
    };
    if run.problems.iter().any(is_wrong) {
        Some(Exit::Usage)
    } else if run.inputs.is_empty() || run.inputs.iter().any(|input| !is_readable(input.status)) {
        Some(Exit::Input)
    } else {
        None
    }
}

const fn is_readable(status: InputStatus) -> bool {
    match status {
        InputStatus::Read | InputStatus::Empty | InputStatus::Unrecognized => true,
        InputStatus::Partial | InputStatus::Failed => false,
    }
}
