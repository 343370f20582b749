//! `check`: exports in, report out.

use std::collections::BTreeSet;
use std::io::{self, Write};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

use super::args::{CheckArgs, InputArgs, LintChoice};
use super::bundle::{Archive, Tee};
use super::collect::ScriptLines;
use super::redact::{self, Material};
use super::{Exit, load_lints};
use crate::diagnostic::{Diagnostic, InputStatus, Origin, Run, Severity, Side};
use crate::engine::{Engine, Judgement, Request};
use crate::lint::Lint;
use crate::redact::Redactor;
use crate::report::{self, HumanOptions};
use crate::schema::{Registry, closest};
use crate::snapshot::{Ingest, IngestOptions, Record};
use crate::source::{Input, Sources, discover};

pub(super) fn run(registry: &'static Registry, args: &CheckArgs, out: &mut dyn Write) -> io::Result<Exit> {
    let run = match judge(registry, &args.input, &args.choice, None) {
        Ok(run) => run,
        Err(exit) => return Ok(exit),
    };
    let options = HumanOptions { quiet: args.quiet, list_unknown: args.show_unknown, ..args.look.options() };
    report::write(&run, args.format, &options, out)?;
    Ok(exit(&run, args))
}

/// Reads and judges. With a request, its way is traced.
pub(super) fn judge(
    registry: &'static Registry,
    input: &InputArgs,
    choice: &LintChoice,
    request: Option<Request>,
) -> Result<Run, Exit> {
    judge_into(registry, input, choice, request, None)
}

/// Like [`judge`]; the archive gets what is read, which must be redacted.
pub(super) fn judge_into(
    registry: &'static Registry,
    input: &InputArgs,
    choice: &LintChoice,
    request: Option<Request>,
    archive: Option<&mut Archive>,
) -> Result<Run, Exit> {
    require_paths(input)?;
    match day(input.as_of.as_deref()) {
        Ok(day) => Ok(check(registry, input, choice, day, request, archive)),
        Err(message) => {
            super::complain(&message);
            Err(Exit::Usage)
        }
    }
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
    input: &InputArgs,
    choice: &LintChoice,
    day: Date,
    request: Option<Request>,
    archive: Option<&mut Archive>,
) -> Run {
    let mut lint_sources = Sources::default();
    let mut problems = Vec::new();
    let mut redaction = input.redact.then(|| Redaction::new(registry, input));
    let (inputs, mut usage) = match &mut redaction {
        Some(redaction) => (Vec::new(), std::mem::take(&mut redaction.problems)),
        None => inputs(input),
    };
    let loaded = load_lints(registry, &choice.lints, &mut lint_sources);
    let script_lines = ScriptLines::new(registry, &loaded.lints, &choice.lints);
    let lints = select(loaded.lints, choice, &mut usage);
    problems.append(&mut usage);
    problems.extend(loaded.mistakes);

    let mut engine = Engine::new(registry, &lints, midnight(day));
    if let Some(request) = request {
        engine = engine.tracing(match &mut redaction {
            Some(redaction) => redaction.request(request),
            None => request,
        });
    }
    let retention = engine.retention();
    let options = IngestOptions::default();
    let mut ingest = Ingest::new(registry, &retention, options, lint_sources, |record| engine.record(record));
    for (input, side) in inputs {
        ingest.input(&input, side);
    }
    if let Some(redaction) = redaction {
        redaction.read(&mut ingest, archive);
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
    run
}

/// Inputs that lints see redacted, so that nothing else can get into a report.
struct Redaction {
    redactor: Redactor,
    materials: Vec<Material>,
    problems: Vec<Diagnostic>,
}

impl Redaction {
    /// Reads all inputs once.
    fn new(registry: &'static Registry, input: &InputArgs) -> Self {
        let mut redactor = Redactor::new(registry);
        let (inputs, problems) = found(input, &mut |path| redactor.path(path));
        let materials = redact::materials(inputs);
        redact::learn(&mut redactor, &materials);
        Self { redactor, materials, problems }
    }

    fn request(&mut self, request: Request) -> Request {
        let mut redacted = |address: Option<String>| address.map(|address| self.redactor.address(&address));
        Request { from: redacted(request.from), to: redacted(request.to) }
    }

    fn read<F: FnMut(&Record)>(mut self, ingest: &mut Ingest<'_, F>, mut archive: Option<&mut Archive>) {
        let paths: Vec<String> = match archive {
            Some(_) => {
                let names = redact::copy_names(&mut self.redactor, &self.materials);
                names.iter().map(|name| format!("exports/{name}")).collect()
            }
            None => {
                let shown = |material: &Material| self.redactor.path(&material.input.display());
                self.materials.iter().map(shown).collect()
            }
        };
        for (material, path) in self.materials.iter().zip(&paths) {
            let result = material.read_with(&mut self.redactor, |reader| match &mut archive {
                Some(archive) => {
                    archive.begin(path);
                    let mut tee = Tee { reader, archive };
                    ingest.read(path, material.side, &mut tee);
                    // What lints do not read is copied all the same.
                    let _ = io::copy(&mut tee, &mut io::sink());
                }
                None => ingest.read(path, material.side, reader),
            });
            if let Err(error) = result {
                ingest.unopened(path, error);
            }
        }
    }
}

/// All files of the arguments, each once, with the side the user said. Forced ones win over the others.
pub(super) fn inputs(args: &InputArgs) -> (Vec<(Input, Option<Side>)>, Vec<Diagnostic>) {
    found(args, &mut str::to_owned)
}

/// As [`inputs`], with paths in problems as `shown` shows them.
fn found(
    args: &InputArgs,
    shown: &mut dyn FnMut(&str) -> String,
) -> (Vec<(Input, Option<Side>)>, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let mut problems = Vec::new();
    let mut seen = BTreeSet::new();
    let groups = [(&args.on_prem, Some(Side::OnPrem)), (&args.cloud, Some(Side::Cloud)), (&args.paths, None)];
    for (arguments, side) in groups {
        for argument in arguments {
            let mut discovery = discover(argument);
            for problem in &mut discovery.problems {
                let path = shown(problem.path_mut());
                *problem.path_mut() = path;
                let mut diagnostic = Diagnostic::problem(Origin::Usage, Severity::Error, problem.to_string());
                diagnostic.help = problem.help().map(str::to_owned);
                problems.push(diagnostic);
            }
            if discovery.inputs.is_empty() && discovery.problems.is_empty() {
                let message = format!("`{}` holds no exports", shown(argument));
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

fn exit(run: &Run, args: &CheckArgs) -> Exit {
    let threshold = args.fail_on.threshold();
    let is_found =
        threshold.is_some_and(|threshold| run.findings.iter().any(|finding| finding.severity >= threshold));
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
