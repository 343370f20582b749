//! `check`: exports in, report out.

use std::collections::BTreeSet;
use std::io::{self, Write};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

use super::args::{CheckArgs, FailOn, InputArgs, LintChoice};
use super::bundle::Archive;
use super::collect::ScriptLines;
use super::progress::Progress;
use super::redaction::Redaction;
use super::{Exit, load_lints};
use crate::diagnostic::{Diagnostic, InputStatus, Origin, Run, Severity, Side};
use crate::engine::{Engine, Judgement, Request};
use crate::lint::Lint;
use crate::redact::Redactor;
use crate::report::{self, HumanOptions};
use crate::schema::{Registry, closest};
use crate::snapshot::{Ingest, IngestOptions, Retention, Snapshot};
use crate::source::{Input, Sources, discover};

pub(super) fn run(registry: &'static Registry, args: &CheckArgs, out: &mut dyn Write) -> io::Result<Exit> {
    let run = match judge(registry, &args.input, &args.choice, None) {
        Ok(run) => run,
        Err(exit) => return Ok(exit),
    };
    let options = HumanOptions { quiet: args.quiet, list_unknown: args.show_unknown, ..args.look.options() };
    report::write(&run, args.format, &options, out)?;
    Ok(exit(&run, args.fail_on, |_| true))
}

/// Reads and judges. With a request, its way is traced.
pub(super) fn judge(
    registry: &'static Registry,
    input: &InputArgs,
    choice: &LintChoice,
    request: Option<Request>,
) -> Result<Run, Exit> {
    let day = judged_by(input)?;
    if input.redact {
        let mut redactor = Redactor::new(registry);
        let redaction = Redaction::new(&mut redactor, inputs(input));
        let reading = Reading::Redacted(redaction, &mut redactor, None);
        return Ok(check(registry, reading, choice, day, request, &|_| {}).0);
    }
    Ok(check(registry, Reading::Plain(input), choice, day, request, &|_| {}).0)
}

/// Reads redacted and judges; the archive gets what is read.
pub(super) fn judge_into(
    registry: &'static Registry,
    input: &InputArgs,
    choice: &LintChoice,
    archive: &mut Archive,
) -> Result<Run, Exit> {
    let day = judged_by(input)?;
    let mut redactor = Redactor::new(registry);
    let redaction = Redaction::new(&mut redactor, inputs(input));
    let reading = Reading::Redacted(redaction, &mut redactor, Some(archive));
    Ok(check(registry, reading, choice, day, None, &|_| {}).0)
}

/// Reads and judges, and gives what was read as well: what lints need of it, and what `retain` asks for.
pub(super) fn judge_keeping(
    registry: &'static Registry,
    input: &InputArgs,
    choice: &LintChoice,
    retain: &dyn Fn(&mut Retention),
) -> Result<(Run, Snapshot), Exit> {
    let day = judged_by(input)?;
    Ok(check(registry, Reading::Plain(input), choice, day, None, retain))
}

/// Like [`judge_keeping`] for inputs that `redactor` knows already.
pub(super) fn judge_redacted(
    registry: &'static Registry,
    (redaction, redactor): (Redaction, &mut Redactor),
    input: &InputArgs,
    choice: &LintChoice,
    retain: &dyn Fn(&mut Retention),
) -> Result<(Run, Snapshot), Exit> {
    let day = judged_by(input)?;
    Ok(check(registry, Reading::Redacted(redaction, redactor, None), choice, day, None, retain))
}

/// What is read, and how.
enum Reading<'a> {
    /// As it is.
    Plain(&'a InputArgs),
    /// With pseudonyms; the archive gets what lints see.
    Redacted(Redaction, &'a mut Redactor, Option<&'a mut Archive>),
}

/// The day to judge by, where there is something to judge.
fn judged_by(input: &InputArgs) -> Result<Date, Exit> {
    require_paths(input)?;
    day(input.as_of.as_deref()).map_err(|message| {
        super::complain(&message);
        Exit::Usage
    })
}

/// Without any path there is nothing to do.
pub(super) fn require_paths(input: &InputArgs) -> Result<(), Exit> {
    if input.paths.is_empty() && input.on_prem.is_empty() && input.cloud.is_empty() {
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
    mut reading: Reading<'_>,
    choice: &LintChoice,
    day: Date,
    request: Option<Request>,
    retain: &dyn Fn(&mut Retention),
) -> (Run, Snapshot) {
    let mut lint_sources = Sources::default();
    let mut problems = Vec::new();
    let (inputs, mut usage) = match &mut reading {
        Reading::Plain(input) => inputs(input),
        Reading::Redacted(redaction, redactor, _) => (Vec::new(), redaction.take_problems(redactor)),
    };
    let loaded = load_lints(registry, &choice.lints, &mut lint_sources);
    let script_lines = ScriptLines::new(registry, &loaded.lints, &choice.lints);
    let lints = select(loaded.lints, choice, &mut usage);
    problems.append(&mut usage);
    problems.extend(loaded.mistakes);

    let mut engine = Engine::new(registry, &lints, midnight(day));
    if let Some(request) = request {
        engine = engine.tracing(match &mut reading {
            Reading::Plain(_) => request,
            Reading::Redacted(_, redactor, _) => redacted_request(redactor, request),
        });
    }
    let mut retention = engine.retention();
    retain(&mut retention);
    let options = IngestOptions::default();
    let progress = Progress::new(inputs.len());
    let mut ingest = Ingest::new(registry, &retention, options, lint_sources, |record| {
        progress.object();
        engine.record(record);
    });
    for (input, side) in inputs {
        progress.file(&input.display());
        ingest.input(&input, side);
    }
    if let Reading::Redacted(redaction, redactor, archive) = reading {
        redaction.read(redactor, &mut ingest, archive);
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
    (run, snapshot)
}

fn redacted_request(redactor: &mut Redactor, request: Request) -> Request {
    let mut redacted = |address: Option<String>| address.map(|address| redactor.address(&address));
    Request { from: redacted(request.from), to: redacted(request.to) }
}

/// All files of the arguments, each once, with the side the user said. Forced ones win over the others.
pub(super) fn inputs(args: &InputArgs) -> (Vec<(Input, Option<Side>)>, Vec<Diagnostic>) {
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
            found.extend(
                discovery
                    .inputs
                    .into_iter()
                    .filter(|input| seen.insert(input.display()))
                    .map(|input| (input, side)),
            );
        }
    }
    (found, problems)
}

/// The lints that run.
pub(super) fn select(lints: Vec<Lint>, choice: &LintChoice, problems: &mut Vec<Diagnostic>) -> Vec<Lint> {
    for name in choice.select.iter().chain(&choice.ignore) {
        if !lints.iter().any(|lint| is_named(lint, name)) {
            let names = lints.iter().flat_map(|lint| [lint.id.as_str(), lint.area.as_str()]);
            let help = closest(name, names).map_or_else(
                || "`freebusy-lint lints` lists the lints and their areas".to_owned(),
                |name| format!("did you mean `{name}`?"),
            );
            let message = format!("there is no lint or area `{name}`");
            problems.push(Diagnostic::problem(Origin::Usage, Severity::Error, message).with_help(help));
        }
    }
    let is_chosen = |lint: &Lint| {
        let is_selected = choice.select.is_empty() || choice.select.iter().any(|name| is_named(lint, name));
        is_selected && !choice.ignore.iter().any(|name| is_named(lint, name))
    };
    lints.into_iter().filter(is_chosen).collect()
}

fn is_named(lint: &Lint, name: &str) -> bool {
    lint.id == name || lint.area == name
}

/// How a run ends for the shell, by those of its findings that count.
pub(super) fn exit(run: &Run, fail_on: FailOn, counts: impl Fn(&Diagnostic) -> bool) -> Exit {
    let is_found = fail_on.threshold().is_some_and(|threshold| {
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
        problem.severity == Severity::Error && matches!(problem.origin, Origin::Usage | Origin::LintFile)
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
