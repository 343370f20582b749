//! Files into a snapshot: reads, recognizes, counts, keeps what is needed, and collects what went wrong.

mod collection;

use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::sync::Arc;

use collection::Collection;

use super::console::Console;
use super::contradiction;
use super::identify::{self, Hint, Shape};
use super::outputs::{Export, File, Outputs};
use super::{PartyId, Record, Retention, Shown, Snapshot};
use crate::diagnostic::{
    Diagnostic, Extent, InputStatus, InputSummary, Label, Platform, Problem, RecordCount, Words,
};
use crate::format::{self, Format, Kind, NodeRef, Reader, Refusal, Remark, Step, Tape, foreign, markup};
use crate::schema::{Cardinality, NounId, Registry};
use crate::source::{BLOCK_BYTES, Blocks, Encoding, Input, Position, ReadError, SourceId, Sources, Text};

/// Characters of context in the excerpt of a problem.
const EXCERPT_MARGIN: usize = 160;

/// The text of a file up to this size is kept whole for its records.
const SHARED_TEXT_BYTES: usize = 1 << 20;

/// How files are read.
#[derive(Clone, Copy, Debug)]
pub struct IngestOptions {
    /// Decoded bytes of a block; a test may want tiny ones.
    pub block_bytes: usize,
}

impl Default for IngestOptions {
    fn default() -> Self {
        Self { block_bytes: BLOCK_BYTES }
    }
}

/// Reads inputs into a snapshot. `on_record` sees each record once, in the order of the files.
pub struct Ingest<'r, F> {
    registry: &'static Registry,
    retention: &'r Retention,
    options: IngestOptions,
    on_record: F,
    /// What is kept.
    pub snapshot: Snapshot,
    /// One for each input.
    pub inputs: Vec<InputSummary>,
    /// What went wrong.
    pub problems: Vec<Diagnostic>,
    /// Paths of the inputs.
    pub sources: Sources,
    /// How collections went, by folder.
    collections: HashMap<String, Collection>,
    /// Paths of inputs that are done with.
    taken: HashSet<String>,
}

/// What is known of the file that is being read.
struct FileState {
    source: SourceId,
    /// The side that the user said.
    forced: Option<Platform>,
    /// The cmdlet that the caller said.
    forced_noun: Option<NounId>,
    /// What the path says.
    path_side: Option<Platform>,
    /// What the file's name says.
    hint: Option<NounId>,
    /// What the file's text says around its objects.
    console: Console,
    shapes: Vec<Shape>,
    outputs: Outputs,
    unrecognized: u64,
    has_errors: bool,
    /// Whether it is nobody's export.
    is_foreign: bool,
    /// Whether it holds nothing at all.
    is_blank: bool,
    /// What the manifest beside it says of it.
    collected: Option<Extent>,
    /// Whether the file's text is small enough for its records to share it.
    is_small: bool,
}

impl<'r, F: FnMut(&Record)> Ingest<'r, F> {
    /// Into an empty snapshot. `sources` holds what was read before, such as lint files.
    pub fn new(
        registry: &'static Registry,
        retention: &'r Retention,
        options: IngestOptions,
        sources: Sources,
        on_record: F,
    ) -> Self {
        Self {
            registry,
            retention,
            options,
            on_record,
            snapshot: Snapshot::new(registry),
            inputs: Vec::new(),
            problems: Vec::new(),
            sources,
            collections: HashMap::new(),
            taken: HashSet::new(),
        }
    }

    /// Everything is read: exports that left no file count as failed, those of one object come together, and what
    /// contradicts is told.
    #[must_use]
    pub fn finish(mut self) -> Ingested {
        self.failed_exports();
        self.single_recipients();
        self.snapshot.unite();
        let found = contradiction::find(&mut self.snapshot, &self.sources);
        self.problems.extend(found);
        let Self { snapshot, inputs, problems, sources, .. } = self;
        Ingested { snapshot, inputs, problems, sources }
    }

    /// Reads a file or standard input. `side` is what the user said of it.
    pub fn input(&mut self, input: &Input, side: Option<Platform>) {
        let path = input.display();
        if let Err(error) = input.read_with(|reader| self.read(&path, side, reader)) {
            self.unopened(&path, error);
        }
    }

    /// An input that could not be opened.
    pub fn unopened(&mut self, path: &str, error: std::io::Error) {
        self.sources.add(path);
        self.problems.push(unreadable(path, &ReadError::Io(error)));
        self.inputs.push(InputSummary {
            path: path.to_owned(),
            format: None,
            encoding: None,
            records: Vec::new(),
            unrecognized: 0,
            status: InputStatus::Failed,
        });
    }

    /// Reads the bytes of an input whose path is `path`.
    pub fn read(&mut self, path: &str, side: Option<Platform>, reader: impl Read) {
        self.read_as(path, side, None, reader);
    }

    /// Like [`Ingest::read`] for bytes whose records are all of one cmdlet, such as the objects of a lint's case.
    pub fn read_as(&mut self, path: &str, side: Option<Platform>, noun: Option<NounId>, reader: impl Read) {
        if self.taken.contains(path) {
            return;
        }
        let source = self.sources.add(path);
        let mut state = FileState {
            source,
            forced: side,
            forced_noun: noun,
            path_side: identify::side_of_path(path),
            hint: noun.or_else(|| identify::noun_of_name(self.registry, stem(path))),
            console: Console::default(),
            shapes: Vec::new(),
            outputs: Outputs::default(),
            is_blank: false,
            collected: self.collected(path),
            unrecognized: 0,
            has_errors: false,
            is_foreign: false,
            is_small: false,
        };
        let mut summary = InputSummary {
            path: path.to_owned(),
            format: None,
            encoding: None,
            records: Vec::new(),
            unrecognized: 0,
            status: InputStatus::Read,
        };
        let result = Blocks::with_block_bytes(source, reader, self.options.block_bytes)
            .and_then(|blocks| self.read_blocks(blocks, &mut state, &mut summary));
        if let Err(error) = result {
            self.problems.push(unreadable(path, &error));
            state.has_errors = true;
        }
        self.finish_file(state, summary);
    }

    fn read_blocks(
        &mut self,
        mut blocks: Blocks<impl Read>,
        state: &mut FileState,
        summary: &mut InputSummary,
    ) -> Result<(), ReadError> {
        let mut block = blocks.next(None, 0)?;
        summary.encoding = Some(blocks.encoding().name());
        // What people have put around an export comes off a text as a whole.
        while let Some((text, false)) =
            block.take_if(|(text, last)| !*last && markup::applies(text.content()))
        {
            block = blocks.next(Some(text), 0)?;
        }
        if let Some((text, true)) = &block
            && let Some(stripped) = markup::strip(text, Some(self.registry))
        {
            block = Some((Arc::new(stripped), true));
        }
        let Some((first, last)) = &block else {
            state.is_blank = true;
            return Ok(());
        };
        if foreign::is_report(first.content()) {
            self.pass_over("a report of freebusy-lint", None, summary, state);
            return Ok(());
        }
        let mut reader = match format::detect(first.content()) {
            Ok(None) if *last => {
                state.is_blank = true;
                return Ok(());
            }
            Ok(None) => Box::new(format::Json::new()) as Box<dyn Reader>,
            Ok(Some(found)) => {
                summary.format = Some(found.name());
                if found == Format::FormatList && *last {
                    self.listen(first, state);
                }
                found.reader_with(Some(self.registry))
            }
            Err(Refusal::Foreign(problem)) if state.hint.is_none() => {
                let label = problem_label(first, &problem);
                self.pass_over(problem.message, Some(label), summary, state);
                return Ok(());
            }
            Err(refusal) => {
                self.problem(first, refusal.into_problem(), state);
                return Ok(());
            }
        };
        state.is_small = *last && (first.is_edited() || first.content().len() <= SHARED_TEXT_BYTES);
        let mut tape = Tape::default();
        while let Some((text, last)) = block.take() {
            let consumed = self.read_block(&text, last, reader.as_mut(), &mut tape, state);
            let Some(consumed) = consumed else { break };
            reader.forget(consumed);
            block = blocks.next(Some(text), consumed)?;
        }
        summary.encoding = Some(blocks.encoding().name());
        if let Some(position) = blocks.invalid_at() {
            let Position { line, column } = position;
            let (problem, help) = match blocks.encoding() {
                Encoding::Windows1252 => (
                    Problem::GuessedEncoding { line, column },
                    "export with `Export-Clixml`, or with `Out-File -Encoding utf8`",
                ),
                _ => (Problem::InvalidText { line, column }, "export the file again"),
            };
            let problem = Diagnostic::problem(problem);
            self.problems.push(problem.with_path(&summary.path).with_help(help));
        }
        Ok(())
    }

    /// Reads the records of a block; gives how much of it is done with, or `None` when the file is.
    fn read_block(
        &mut self,
        text: &Arc<Text>,
        last: bool,
        reader: &mut dyn Reader,
        tape: &mut Tape,
        state: &mut FileState,
    ) -> Option<usize> {
        let mut at = 0;
        loop {
            match reader.next(text.content(), &mut at, last, tape) {
                Step::Record { type_name } => {
                    let hint = state.console.hint().or(state.hint.map(Hint::Name));
                    self.record(text, tape, type_name.as_ref(), state, hint);
                }
                Step::Problem(problem) => self.problem(text, problem, state),
                Step::Remark(remark) => self.remark(text, remark, state),
                Step::NeedMore => return Some(at),
                Step::Done => return None,
            }
        }
    }

    /// What the text says around its objects.
    fn remark(&mut self, text: &Arc<Text>, remark: Remark, state: &mut FileState) {
        let command = if let Remark::Command(command) = &remark { Some(command.clone()) } else { None };
        match &remark {
            Remark::Failed(said) => state.outputs.failed(said),
            Remark::Warning(said) => state.outputs.warned(said),
            _ => {}
        }
        state.console.remark(self.registry, text, remark);
        if let Some(command) = command {
            let noun = state.console.hint().and_then(Hint::noun);
            let target = noun.map(|noun| (noun, self.origin_of_empty(noun, state)));
            state.outputs.command(command, target);
        }
    }

    /// A file that is nobody's export.
    fn pass_over(
        &mut self,
        what: impl Into<Words>,
        label: Option<Label>,
        summary: &InputSummary,
        state: &mut FileState,
    ) {
        state.is_foreign = true;
        let problem = Diagnostic::problem(Problem::NotAnExport { what: what.into() });
        let problem = match label {
            Some(label) => problem.with_label(label),
            None => problem.with_path(&summary.path),
        };
        self.problems
            .push(problem.with_help("name it in `exclude` of freebusy-lint.toml to say no more of it"));
    }

    fn problem(&mut self, text: &Arc<Text>, problem: format::Problem, state: &mut FileState) {
        state.has_errors |= !problem.is_warning;
        let label = problem_label(text, &problem);
        let what = problem.message.into();
        let mut diagnostic = Diagnostic::problem(if problem.is_warning {
            Problem::Irregular { what }
        } else {
            Problem::Malformed { what }
        });
        diagnostic.help = problem.help.map(std::borrow::Cow::into_owned);
        self.problems.push(diagnostic.with_label(label));
    }

    /// Reads a session once for what its objects say of their side: it holds for all that one shell printed, also
    /// for what it had printed before.
    fn listen(&self, text: &Arc<Text>, state: &mut FileState) {
        if state.forced.is_some() || state.path_side.is_some() || text.content().len() > SHARED_TEXT_BYTES {
            return;
        }
        let mut reader = Format::FormatList.reader_with(Some(self.registry));
        let (mut at, mut tape) = (0, Tape::default());
        let mut console = Console::default();
        loop {
            match reader.next(text.content(), &mut at, true, &mut tape) {
                Step::Record { type_name } => {
                    let Some(node) = NodeRef::root(text.content(), &tape) else { continue };
                    let shape = Shape::of(self.registry, type_name.as_ref(), node, console.hint());
                    let only =
                        shape.noun.and_then(|noun| match self.registry.cmdlet(noun).sides.as_slice() {
                            [only] => Some(*only),
                            _ => None,
                        });
                    if let Some(side) = shape.side(node).or(only).or(console.near_side()) {
                        console.tell(side);
                    }
                }
                Step::Remark(remark) => console.remark(self.registry, text, remark),
                Step::Problem(_) => {}
                Step::NeedMore | Step::Done => break,
            }
        }
        state.console = console.told();
    }

    fn record(
        &mut self,
        text: &Arc<Text>,
        tape: &mut Tape,
        type_name: Option<&Arc<str>>,
        state: &mut FileState,
        hint: Option<Hint>,
    ) {
        let root = NodeRef::root(text.content(), tape).filter(|root| root.kind() == Kind::Object);
        let Some(root) = root else {
            state.unrecognized += 1;
            return;
        };
        let shape = self.shape(root, type_name, state, hint);
        if !self.take(text, tape, 0, shape, state) {
            self.envelope(text, tape, shape, state);
        }
    }

    /// Takes the object at `root` of the tape, if it is recognized.
    fn known_record(
        &mut self,
        text: &Arc<Text>,
        tape: &mut Tape,
        root: u32,
        type_name: Option<&Arc<str>>,
        state: &mut FileState,
        hint: Option<Hint>,
    ) -> bool {
        let Some(node) = NodeRef::at(text.content(), tape, root) else { return false };
        if node.kind() != Kind::Object {
            return false;
        }
        let shape = self.shape(node, type_name, state, hint);
        self.take(text, tape, root, shape, state)
    }

    /// Takes the object at `root` of the tape, if its shape is that of a cmdlet's objects.
    fn take(
        &mut self,
        text: &Arc<Text>,
        tape: &mut Tape,
        root: u32,
        shape: usize,
        state: &mut FileState,
    ) -> bool {
        let Some(node) = NodeRef::at(text.content(), tape, root) else { return false };
        let Some(shape) = state.shapes.get(shape) else { return false };
        let Some(noun) = shape.noun else { return false };
        let cmdlet = self.registry.cmdlet(noun);
        let side = state.forced.or(match cmdlet.sides.as_slice() {
            [only] => Some(*only),
            _ => {
                let console = &state.console;
                shape.side(node).or(console.near_side()).or(state.path_side).or(console.shell_side())
            }
        });
        let slots = shape.slots(node, cmdlet.object.properties().len());
        let origin = side.map(|side| self.snapshot.party_on(side));
        // Recipients may be millions, and settings tell it.
        if let Some(party) = origin
            && cmdlet.cardinality != Cardinality::Recipient
        {
            self.snapshot.learn(party, node);
        }
        let record = Record::new(text.clone(), std::mem::take(tape), root, slots, cmdlet, noun, origin);
        state.outputs.count(noun, origin);
        (self.on_record)(&record);
        *tape = self.retain(record, state);
        true
    }

    /// Keeps a record if it is needed later; gives its tape back.
    fn retain(&mut self, record: Record, state: &FileState) -> Tape {
        let Some(wanted) = self.retention.wanted(record.noun()) else { return record.into_tape() };
        let kept = if state.is_small { record.share() } else { record.compact(wanted) };
        self.snapshot.add(kept);
        record.into_tape()
    }

    /// Index of the shape of a record in the file's list.
    fn shape(
        &self,
        node: NodeRef<'_>,
        type_name: Option<&Arc<str>>,
        state: &mut FileState,
        hint: Option<Hint>,
    ) -> usize {
        let fits = |shape: &Shape| shape.fits(self.registry, type_name, node, hint);
        if let Some(index) = state.shapes.iter().rposition(fits) {
            return index;
        }
        // A file of a thousand shapes is no export of one cmdlet; old shapes are worked out again.
        if state.shapes.len() >= 64 {
            state.shapes.clear();
        }
        state.shapes.push(match state.forced_noun {
            Some(noun) => Shape::given(self.registry, type_name, node, noun),
            None => Shape::of(self.registry, type_name, node, hint),
        });
        state.shapes.len() - 1
    }

    /// A record that is no cmdlet's object may hold several cmdlets' output: a hashtable, or an object whose
    /// properties are lists of objects.
    fn envelope(&mut self, text: &Arc<Text>, tape: &mut Tape, shape: usize, state: &mut FileState) {
        let (root, shape) = (NodeRef::root(text.content(), tape), state.shapes.get(shape));
        let members = root.zip(shape).map(|(root, shape)| members(self.registry, root, shape));
        let members = members.unwrap_or_default();
        if members.is_empty() {
            state.unrecognized += 1;
            return;
        }
        let is_envelope = NodeRef::root(text.content(), tape).is_some_and(holds_only_members);
        let before = state.outputs.total();
        let unrecognized = state.unrecognized;
        for member in &members {
            state.unrecognized += member.strays;
            for root in &member.roots {
                if !self.known_record(text, tape, *root, None, state, member.hint.map(Hint::Name)) {
                    state.unrecognized += 1;
                }
            }
        }
        // An empty list is a property like others in an object that is no envelope.
        if !is_envelope && state.outputs.total() == before {
            state.unrecognized = unrecognized + 1;
            return;
        }
        for member in members.iter().filter(|member| member.roots.is_empty() && member.strays == 0) {
            if let Some(noun) = member.hint {
                let origin = self.origin_of_empty(noun, state);
                state.outputs.none(noun, origin);
            }
        }
    }

    fn origin_of_empty(&mut self, noun: NounId, state: &FileState) -> Option<PartyId> {
        let side = state.forced.or(match self.registry.cmdlet(noun).sides.as_slice() {
            [only] => Some(*only),
            _ => state.console.near_side().or(state.path_side).or(state.console.shell_side()),
        });
        side.map(|side| self.snapshot.party_on(side))
    }

    /// An export of the file is whole, or it never will be.
    fn export(&mut self, export: Export, (source, is_given): (SourceId, bool), summary: &mut InputSummary) {
        let Export { noun, origin, records, extent } = export;
        let cmdlet = self.registry.cmdlet(noun);
        let side = origin.map(PartyId::platform);
        summary.records.push(RecordCount {
            side,
            cmdlet: cmdlet.name.clone(),
            records,
            extent: extent.clone(),
        });
        let input = Some(self.inputs.len());
        self.snapshot.mark_exported(origin, noun, Shown { source, input, records, extent, is_given });
        if side.is_none() {
            self.problems.push(unclear_side(&summary.path, &cmdlet.name));
        }
        if let Some(side) = side.filter(|side| !cmdlet.sides.contains(side)) {
            self.problems.push(impossible_side(&summary.path, &cmdlet.name, side));
        }
    }

    fn finish_file(&mut self, mut state: FileState, mut summary: InputSummary) {
        // A file without objects that names its cmdlet says that there are none.
        if let (Some(noun), true, 0, false) =
            (state.hint, state.outputs.is_empty(), state.unrecognized, state.is_foreign)
        {
            let origin = self.origin_of_empty(noun, &state);
            state.outputs.none(noun, origin);
        }
        summary.status = status(&state);
        let file = File {
            collected: state.collected.take(),
            stem: stem(&summary.path).to_owned(),
            has_errors: state.has_errors,
            is_blank: state.is_blank,
            is_given: state.forced_noun.is_some(),
        };
        let registry = self.registry;
        for export in std::mem::take(&mut state.outputs).exports(&file, |noun| registry.cmdlet(noun)) {
            self.export(export, (state.source, file.is_given), &mut summary);
        }
        summary.unrecognized = state.unrecognized;
        self.problems.extend(std::mem::take(&mut state.console).skipped());
        if summary.status == InputStatus::Unrecognized && !state.is_foreign {
            self.problems.push(unrecognized(&summary.path));
        }
        debug_assert!(self.sources.path(state.source) == summary.path, "sources and inputs go together");
        self.inputs.push(summary);
    }
}

/// What was read of all inputs.
#[derive(Debug)]
pub struct Ingested {
    /// What is kept.
    pub snapshot: Snapshot,
    /// One for each input.
    pub inputs: Vec<InputSummary>,
    /// What went wrong.
    pub problems: Vec<Diagnostic>,
    /// Paths of the inputs.
    pub sources: Sources,
}

/// Folder and name of a file.
fn split_path(path: &str) -> (&str, &str) {
    path.rfind(['/', '\\']).map_or(("", path), |at| (&path[..at], &path[at + 1..]))
}

/// The name of a file without its folders and its ending.
fn stem(path: &str) -> &str {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn status(state: &FileState) -> InputStatus {
    let records = state.outputs.total();
    if state.has_errors {
        return if records == 0 && state.unrecognized == 0 {
            InputStatus::Failed
        } else {
            InputStatus::Partial
        };
    }
    match (records, state.unrecognized) {
        (0, 0) if state.is_foreign => InputStatus::Unrecognized,
        (0, 0) => InputStatus::Empty,
        (0, _) => InputStatus::Unrecognized,
        _ => InputStatus::Read,
    }
}

fn problem_label(text: &Text, problem: &format::Problem) -> Label {
    let (excerpt, ranges) = text.excerpt(&[problem.span.range()], EXCERPT_MARGIN, EXCERPT_MARGIN);
    let range = ranges.into_iter().next().unwrap_or(0..0);
    Label::new(Arc::new(excerpt), range, "", true)
}

fn unreadable(path: &str, error: &ReadError) -> Diagnostic {
    let reason = error.to_string().into();
    let (problem, help) = match error {
        ReadError::Io(_) => {
            (Problem::Unreadable { reason }, "check that the file exists and that you may read it")
        }
        ReadError::RecordTooLarge => {
            (Problem::RecordTooLarge { reason }, "is this an export of an Exchange cmdlet?")
        }
    };
    Diagnostic::problem(problem).with_path(path).with_help(help)
}

fn unclear_side(path: &str, cmdlet: &str) -> Diagnostic {
    Diagnostic::problem(Problem::SideUnclear { cmdlet: cmdlet.to_owned().into() })
        .with_path(path)
        .with_help("put it into a folder named `onprem` or `cloud`, or pass it with `--onprem` or `--cloud`")
}

fn impossible_side(path: &str, cmdlet: &str, side: Platform) -> Diagnostic {
    let option = match side {
        Platform::OnPrem => "--cloud",
        Platform::Cloud => "--onprem",
    };
    Diagnostic::problem(Problem::SideImpossible { cmdlet: cmdlet.to_owned().into(), side })
        .with_path(path)
        .with_help(format!("no lint sees these objects; pass the file with `{option}`"))
}

fn unrecognized(path: &str) -> Diagnostic {
    let help = "name the file after its cmdlet, such as `Get-OrganizationRelationship.xml`, if it is one";
    Diagnostic::problem(Problem::Unrecognized).with_path(path).with_help(help)
}

/// One cmdlet's output within an envelope.
struct Member {
    hint: Option<NounId>,
    roots: Vec<u32>,
    /// Items that are no objects, such as the texts that `ConvertTo-Json` writes past its depth.
    strays: u64,
}

/// Whether an object has nothing but lists and objects in it.
fn holds_only_members(root: NodeRef<'_>) -> bool {
    let kinds = root.properties().filter_map(|child| Some(child.resolve()?.kind()));
    kinds.into_iter().all(|kind| matches!(kind, Kind::List | Kind::Object | Kind::Null))
}

/// The members of an envelope: named lists of objects, or single objects, under the name of their cmdlet.
fn members(registry: &Registry, root: NodeRef<'_>, shape: &Shape) -> Vec<Member> {
    let members = root.properties().enumerate().filter_map(|(index, child)| {
        let child = child.resolve()?;
        if !matches!(child.kind(), Kind::List | Kind::Object) {
            return None;
        }
        let hint = shape.named(registry, root).get(index).copied().flatten();
        let mut strays = 0;
        let mut roots = Vec::new();
        match child.kind() {
            Kind::List => {
                for item in child.items() {
                    match item.resolve() {
                        Some(item) if item.kind() == Kind::Object => roots.push(item.index()),
                        Some(item) if item.kind() == Kind::Null => {}
                        _ => strays += 1,
                    }
                }
            }
            Kind::Object => roots.push(child.index()),
            _ => return None,
        }
        // Lists of texts are common in objects that are no envelopes.
        let strays = if hint.is_some() { strays } else { 0 };
        (!roots.is_empty() || hint.is_some()).then_some(Member { hint, roots, strays })
    });
    members.collect()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    /// Time to read 20,000 copies of an object, and the status of their file.
    fn time_of(object: &str) -> (Duration, InputStatus) {
        let registry = Registry::embedded().unwrap();
        let retention = Retention::nothing(registry);
        let mut ingest =
            Ingest::new(registry, &retention, IngestOptions::default(), Sources::default(), |_| {});
        let text = format!("{object}\n").repeat(20_000);
        let start = Instant::now();
        ingest.read("cloud/export.json", None, text.as_bytes());
        (start.elapsed(), ingest.inputs[0].status)
    }

    #[test]
    fn objects_that_nobody_knows_cost_what_others_do() {
        let (known, status) = time_of(r#"{"Name":"a","WorkDays":"Weekdays","WorkingHoursTimeZone":"UTC"}"#);
        assert_eq!(status, InputStatus::Read);
        for object in [r#"{"Name":"a","Alias":"b","Note":"c"}"#, r#"{"Name":"a","Notes":["b"],"More":[1]}"#] {
            let (unknown, status) = time_of(object);
            assert_eq!(status, InputStatus::Unrecognized);
            assert!(unknown < known * 4 + Duration::from_millis(100), "{unknown:?}, {known:?} where known");
        }
    }
}
