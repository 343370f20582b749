//! `check`: exports in, report out.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

use super::args::{BaselineArgs, CheckArgs, FailOn, InputArgs, LintChoice, PathArgs};
use super::bundle::Archive;
use super::collect::ScriptLines;
use super::output::Reports;
use super::progress::Progress;
use super::redaction::{self, Redaction};
use super::settings::{Settings, read_config};
use super::{Exit, known};
use crate::config::Config;
use crate::diagnostic::{Diagnostic, InputStatus, Origin, Problem, Run, Severity, Side};
use crate::engine::{Engine, Judgement, Request};
use crate::redact::Redactor;
use crate::report::{self, HumanOptions};
use crate::schema::Registry;
use crate::snapshot::{Ingest, IngestOptions, Retention, Snapshot};
use crate::source::{Input, Sources, discover};

pub(super) fn run(registry: &'static Registry, args: &CheckArgs, out: &mut dyn Write) -> io::Result<Exit> {
    if args.input.redact && args.known.write_baseline.is_some() {
        super::complain(
            "--write-baseline cannot be redacted: later runs would not know its findings again; leave --redact out",
        );
        return Ok(Exit::Usage);
    }
    let reports = match Reports::new(&args.report) {
        Ok(reports) => reports,
        Err(exit) => return Ok(exit),
    };
    let plan = Plan { known: Some(&args.known), ..Plan::default() };
    let (judged, _) = match judge(registry, &args.input, &args.choice, plan) {
        Ok(judged) => judged,
        Err(exit) => return Ok(exit),
    };
    let says = |look| HumanOptions { quiet: args.quiet, list_unknown: args.show_unknown, ..look };
    let (options, of_files) = (says(args.look.options()), says(args.look.options_of_files()));
    let trouble = reports.write((&judged.run, &judged.files), report::write, &options, &of_files, out)?;
    let exit = exit(&judged.run, judged.threshold(args.fail_on), |_| true);
    Ok(trouble.map_or(exit, |trouble| trouble.or(exit)))
}

/// A run, with the configuration that it was made by.
pub(super) struct Judged {
    pub(super) run: Run,
    /// Whole paths of the files that were read.
    pub(super) files: BTreeSet<PathBuf>,
    config: Config,
}

impl Judged {
    /// The lowest severity that fails the run; the argument wins over the configuration.
    pub(super) fn threshold(&self, fail_on: Option<FailOn>) -> Option<Severity> {
        let configured = self.config.fail_on().map(|fail_on| fail_on.0);
        fail_on.map(FailOn::threshold).or(configured).unwrap_or(Some(Severity::Warning))
    }
}

/// What is done besides reading and judging.
#[derive(Clone, Default)]
pub(super) struct Plan<'a> {
    /// Where they are loaded already, as for several runs.
    pub(super) settings: Option<&'a Settings>,
    /// Its way is traced, by all lints.
    pub(super) request: Option<Request>,
    /// Findings that are known.
    pub(super) known: Option<&'a BaselineArgs>,
    /// What is kept besides what lints need.
    pub(super) retain: Option<&'a dyn Fn(&mut Retention)>,
}

impl Plan<'_> {
    fn settings(&self, registry: &'static Registry, choice: &LintChoice) -> Settings {
        let load = || Settings::load(registry, &choice.config, &choice.lints);
        let settings = self.settings.cloned().unwrap_or_else(load);
        if self.request.is_some() { settings.with_all_lints() } else { settings }
    }
}

/// Reads and judges, redacted where the arguments say so. Gives what was read as well.
pub(super) fn judge(
    registry: &'static Registry,
    input: &InputArgs,
    choice: &LintChoice,
    plan: Plan<'_>,
) -> Result<(Judged, Snapshot), Exit> {
    if input.redact {
        let mut redactor = Redactor::new(registry);
        let redaction = learn(&mut redactor, input, choice)?;
        return judge_redacted(registry, (&redaction, &mut redactor, None), input, choice, plan);
    }
    let day = judged_by(input)?;
    let settings = plan.settings(registry, choice);
    let (inputs, problems) = inputs(&input.files, &settings.config);
    let files = files(inputs.iter().map(|(input, _)| input));
    let (mut judged, snapshot) =
        check(registry, settings, (Reading::Plain(inputs), problems), choice, day, &plan);
    leave_out(&mut judged, day, plan.known);
    judged.files = files;
    Ok((judged, snapshot))
}

/// Reads all inputs once, so that `redactor` knows them.
pub(super) fn learn(
    redactor: &mut Redactor,
    input: &InputArgs,
    choice: &LintChoice,
) -> Result<Redaction, Exit> {
    require_paths(&input.files)?;
    require_no_own_lints(true, &choice.lints)?;
    // The run says what is wrong with it.
    let (config, _) = read_config(&choice.config, &mut Sources::default());
    Ok(Redaction::new(redactor, inputs(&input.files, &config)))
}

/// What lints of one's own say cannot be shared.
pub(super) fn require_no_own_lints(is_redacted: bool, folders: &[String]) -> Result<(), Exit> {
    if !is_redacted || folders.is_empty() {
        return Ok(());
    }
    super::complain("lints of your own cannot be redacted, as their texts are yours; leave --lints out");
    Err(Exit::Usage)
}

/// Like [`judge`] for inputs that `redactor` knows already. The archive gets what is read.
pub(super) fn judge_redacted(
    registry: &'static Registry,
    (redaction, redactor, archive): (&Redaction, &mut Redactor, Option<&mut Archive>),
    input: &InputArgs,
    choice: &LintChoice,
    mut plan: Plan<'_>,
) -> Result<(Judged, Snapshot), Exit> {
    let day = judged_by(input)?;
    plan.request = plan.request.map(|request| redacted_request(redactor, request));
    // Its places are the user's own.
    let shown = LintChoice { config: Default::default(), ..choice.clone() };
    let settings = plan.settings(registry, choice).without_own_lints();
    let problems = redaction::hidden(redactor, &redaction.problems);
    let reading = Reading::Redacted(redaction, redactor, archive);
    let (mut judged, snapshot) = check(registry, settings.clone(), (reading, problems), &shown, day, &plan);
    let has_baseline = plan.known.is_some_and(|known| known.baseline.is_some());
    if has_baseline || judged.config.has_suppressions() {
        // They tell findings by the names of objects.
        let (mut plain, _) =
            check(registry, settings, (Reading::Again(redaction), Vec::new()), &shown, day, &plan);
        let told = plain.run.problems.len();
        leave_out(&mut plain, day, plan.known);
        judged.run.problems.extend(plain.run.problems.drain(told..));
        redaction::carry_over(&plain.run, &mut judged.run);
    }
    redaction::hide(redactor, &mut judged.run);
    judged.files = redaction.files();
    Ok((judged, snapshot))
}

/// Leaves out what the configuration suppresses and what a baseline has.
fn leave_out(judged: &mut Judged, day: Date, known: Option<&BaselineArgs>) {
    judged.config.suppress(&mut judged.run, day);
    if let Some(known) = known {
        known::compare(&mut judged.run, known);
    }
}

/// What is read, and how.
enum Reading<'a> {
    /// As it is.
    Plain(Vec<(Input, Option<Side>)>),
    /// As it is, though it was read before.
    Again(&'a Redaction),
    /// With pseudonyms; the archive gets what lints see.
    Redacted(&'a Redaction, &'a mut Redactor, Option<&'a mut Archive>),
}

impl Reading<'_> {
    /// How many inputs there are, as far as progress is shown.
    fn count(&self) -> usize {
        match self {
            Self::Plain(inputs) => inputs.len(),
            Self::Again(redaction) | Self::Redacted(redaction, ..) => redaction.materials.len(),
        }
    }
}

/// The day to judge by, where there is something to judge.
pub(super) fn judged_by(input: &InputArgs) -> Result<Date, Exit> {
    require_paths(&input.files)?;
    day(input.as_of.as_deref()).map_err(|message| {
        super::complain(&message);
        Exit::Usage
    })
}

/// Without any path there is nothing to do.
pub(super) fn require_paths(files: &PathArgs) -> Result<(), Exit> {
    if files.is_empty() {
        super::complain(
            "no files given; try `freebusy-lint FOLDER` with a folder of exports, or `freebusy-lint --help`",
        );
        return Err(Exit::Usage);
    }
    Ok(())
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
    (reading, mut problems): (Reading<'_>, Vec<Diagnostic>),
    choice: &LintChoice,
    day: Date,
    plan: &Plan<'_>,
) -> (Judged, Snapshot) {
    let Settings { config, lints, problems: mistakes, sources, .. } = settings;
    let script_lines = ScriptLines::new(registry, &lints, choice);
    let lints = Settings::select(lints, &config, choice, &mut problems);
    problems.extend(mistakes);

    let mut engine = Engine::new(registry, &lints, midnight(day)).with_thresholds(config.thresholds());
    if let Some(request) = &plan.request {
        engine = engine.tracing(request.clone());
    }
    let mut retention = engine.retention();
    if let Some(retain) = plan.retain {
        retain(&mut retention);
    }
    let options = IngestOptions::default();
    let progress = Progress::new(reading.count());
    let mut ingest = Ingest::new(registry, &retention, options, sources, |record| {
        progress.object();
        engine.record(record);
    });
    match reading {
        Reading::Plain(inputs) => {
            for (input, side) in inputs {
                progress.file(&input.display());
                ingest.input(&input, side);
            }
        }
        Reading::Again(redaction) => redaction.read_plain(&mut ingest),
        Reading::Redacted(redaction, redactor, archive) => redaction.read(redactor, &mut ingest, archive),
    }
    let Ingest { snapshot, inputs, problems: input_problems, sources, .. } = ingest;
    problems.extend(input_problems);
    let Judgement { lints, findings, paths } = engine.finish(snapshot.view(), &sources);
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
    script_lines.name(&mut run);
    (Judged { run, files: BTreeSet::new(), config }, snapshot)
}

fn redacted_request(redactor: &mut Redactor, request: Request) -> Request {
    let mut redacted = |address: Option<String>| address.map(|address| redactor.address(&address));
    Request { from: redacted(request.from), to: redacted(request.to) }
}

/// All files of the arguments, each once, with the side the user said. Forced ones win over the others.
pub(super) fn inputs(args: &PathArgs, config: &Config) -> (Vec<(Input, Option<Side>)>, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let mut problems = Vec::new();
    let mut seen = BTreeSet::new();
    let groups = [(&args.on_prem, Some(Side::OnPrem)), (&args.cloud, Some(Side::Cloud)), (&args.paths, None)];
    for (arguments, side) in groups {
        for argument in arguments {
            let discovery = discover(argument);
            if discovery.inputs.is_empty() && discovery.problems.is_empty() {
                let path = argument.clone().into();
                let help = "files in folders are read if they end in .xml, .clixml, .json, .ndjson, .jsonl, .txt, .log or .csv, \
                            and .zip where there are no others";
                problems.push(Diagnostic::problem(Problem::NoExports { path }).with_help(help));
            }
            for problem in discovery.problems {
                let help = problem.help().map(str::to_owned);
                problems.push(Diagnostic { help, ..Diagnostic::problem(problem.into()) });
            }
            // What is named itself is read, whatever the configuration says.
            let is_named = |input: &Input| matches!(input, Input::File(path) if path == Path::new(argument));
            let is_excluded = |input: &Input| input.file().is_some_and(|path| config.excludes(path));
            let inputs = discovery.inputs.into_iter().filter(|input| is_named(input) || !is_excluded(input));
            for input in inputs.filter(|input| seen.insert(input.display())) {
                let side = side.or_else(|| side_of(&input, config, &mut problems));
                found.push((input, side));
            }
        }
    }
    (found, problems)
}

/// Whole paths of the files that hold inputs.
pub(super) fn files<'a>(inputs: impl Iterator<Item = &'a Input>) -> BTreeSet<PathBuf> {
    inputs.filter_map(|input| input.file()?.canonicalize().ok()).collect()
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
            && matches!(problem.origin(), Some(Origin::Usage | Origin::Configuration | Origin::LintFile))
    };
    // Of what is no input at all, such as a broken archive, there is only the problem.
    let is_unread =
        |problem: &Diagnostic| problem.severity == Severity::Error && problem.origin() == Some(Origin::Input);
    if run.problems.iter().any(is_wrong) {
        Some(Exit::Usage)
    } else if run.inputs.is_empty()
        || run.inputs.iter().any(|input| !is_readable(input.status))
        || run.problems.iter().any(is_unread)
    {
        Some(Exit::Input)
    } else {
        None
    }
}

pub(super) const fn is_readable(status: InputStatus) -> bool {
    match status {
        InputStatus::Read | InputStatus::Empty | InputStatus::Unrecognized => true,
        InputStatus::Partial | InputStatus::Failed => false,
    }
}
