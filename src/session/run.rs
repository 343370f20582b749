//! One run: what is read, by which lints, and what becomes of their findings.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

use super::script::ScriptLines;
use super::{Session, baseline};
use crate::config::Config;
use crate::diagnostic::{Diagnostic, InputStatus, InputSummary, Platform, Problem, Run};
use crate::diff;
use crate::engine::{Engine, Judgement, Request};
use crate::snapshot::{Ingest, IngestOptions, Ingested, Record, Snapshot};
use crate::source::Input;

/// A run and what it was judged by.
pub(super) struct Judged {
    pub(super) run: Run,
    pub(super) snapshot: Snapshot,
}

/// What a run is for.
#[derive(Clone, Copy, Default)]
pub(super) struct Plan<'a> {
    /// Its way is traced.
    pub(super) request: Option<&'a Request>,
    /// Whatever the configuration leaves out runs, and nothing is suppressed.
    pub(super) has_all_lints: bool,
    /// The baseline counts.
    pub(super) has_baseline: bool,
    /// Two snapshots are compared: what that needs is kept, of recipients, too, where this is set.
    pub(super) compared: Option<bool>,
    /// Nothing that the user wrote is shown.
    pub(super) is_redacted: bool,
}

/// What is read, and how.
pub(super) trait Reading {
    /// How many inputs there are.
    fn count(&self) -> usize;

    /// Reads all of them. `begins` is told of each that progress shows.
    fn read<F: FnMut(&Record)>(self, ingest: &mut Ingest<'_, F>, begins: impl Fn(&str));
}

/// Inputs as they are.
impl Reading for Vec<(Input, Option<Platform>)> {
    fn count(&self) -> usize {
        self.len()
    }

    fn read<F: FnMut(&Record)>(self, ingest: &mut Ingest<'_, F>, begins: impl Fn(&str)) {
        for (input, _) in &self {
            let path = input.display();
            if ingest.is_of_collection(&path) {
                // What cannot be opened is told of when it is its turn.
                let _ = input.read_with(|reader| ingest.collection(&path, reader));
            }
        }
        for (input, side) in self {
            begins(&input.display());
            ingest.input(&input, side);
        }
    }
}

impl Session {
    /// Leaves out what the configuration suppresses and what a baseline has.
    pub(super) fn leave_out(&self, run: &mut Run, plan: &Plan<'_>) {
        self.run_config(plan).suppress(run, self.day());
        if plan.has_baseline {
            let (old, new) = (self.options.baseline.as_deref(), self.options.write_baseline.as_deref());
            baseline::compare(run, old, new);
        }
    }

    /// The configuration as far as it holds for a run.
    pub(super) fn run_config(&self, plan: &Plan<'_>) -> Cow<'_, Config> {
        let config = self.config();
        if plan.has_all_lints { Cow::Owned(config.clone().with_all_lints()) } else { Cow::Borrowed(config) }
    }

    /// Reads everything and judges it; `problems` are those of the inputs.
    pub(super) fn read(
        &self,
        reading: impl Reading,
        mut problems: Vec<Diagnostic>,
        plan: &Plan<'_>,
    ) -> Judged {
        let (registry, day, config) = (self.registry, self.day(), self.run_config(plan));
        let candidates = self.candidates(plan.is_redacted);
        let script_lines = ScriptLines::new(self, &candidates, plan.is_redacted);
        let (lints, unknown) = self.select(&candidates, &config);
        problems.extend(unknown);
        problems.extend(self.problems(plan.is_redacted));

        let mut engine = Engine::of(registry, lints, midnight(day)).with_thresholds(config.thresholds());
        if let Some(request) = plan.request {
            engine = engine.tracing(request.clone());
        }
        let mut retention = engine.retention();
        if let Some(with_recipients) = plan.compared {
            diff::retain(registry, &mut retention, with_recipients);
        }
        let sources = self.settings.get().sources.clone();
        let watch = &*self.options.watch;
        let mut ingest =
            Ingest::new(registry, &retention, IngestOptions::default(), sources, |record: &Record| {
                watch.record();
                engine.record(record);
            });
        watch.begin(reading.count());
        reading.read(&mut ingest, |name| watch.input(name));
        let Ingested { snapshot, inputs, problems: input_problems, sources } = ingest.finish();
        problems.extend(input_problems);
        problems.extend(nothing_to_check(&inputs));
        let Judgement { lints, findings, paths } = engine.finish(snapshot.view(), &sources);
        watch.end();
        let (as_of, suppressed) = (day.to_string(), Vec::new());
        let mut run = Run { as_of, inputs, lints, findings, suppressed, problems, sources, paths };
        script_lines.name(&mut run);
        Judged { run, snapshot }
    }
}

/// The error that the inputs were read and none has anything that a lint could judge: neither an object of a cmdlet,
/// nor the claim of an empty export that there are none.
fn nothing_to_check(inputs: &[InputSummary]) -> Option<Diagnostic> {
    let is_pointless = |input: &InputSummary| input.status.is_readable() && input.records.is_empty();
    if inputs.is_empty() || !inputs.iter().all(is_pointless) {
        return None;
    }
    let (problem, help) = if inputs.iter().all(|input| input.status == InputStatus::Empty) {
        (
            Problem::EmptyInput,
            "did the command that exports fail? an empty export counts where its file is named after the cmdlet, \
             such as `Get-AuthServer.json`",
        )
    } else {
        (Problem::NothingKnown, "is it the right folder? `freebusy-lint collect` tells what to export")
    };
    Some(Diagnostic::problem(problem).with_help(help))
}

/// Midnight of a day, in UTC.
fn midnight(day: Date) -> Timestamp {
    Offset::UTC.to_timestamp(day.at(0, 0, 0, 0)).unwrap_or(Timestamp::UNIX_EPOCH)
}
