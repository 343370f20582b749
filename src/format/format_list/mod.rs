//! What a PowerShell console prints, as it stands in files, tickets and transcripts: objects as `Format-List` prints
//! them (`Name : value`, an object a paragraph), tables, and documents in JSON or CSV between prompts.
//!
//! The form was made for eyes. Long values are broken into lines to fit a console, long lists end in `...`, and what a
//! session prints besides stands in between. It is reported as [`Remark`]s: commands, errors, warnings, captions, and
//! what is passed over. Not this module's to know: what a value means, and what people have put around the text
//! ([`super::markup`] takes that off before).
//!
//! * [`mod@line`] says what a line is by itself,
//! * [`layout`] how wide the console was,
//! * [`object`] which lines are an object,
//! * [`value`] what the lines of a value say,
//! * [`table`] where the cells of a table are,
//! * [`island`] where a document of another format ends.

mod island;
mod layout;
mod line;
mod object;
mod table;
#[cfg(test)]
mod tests;
mod value;

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use self::island::Island;
use self::layout::{HEAD_BYTES, Layout};
use self::line::{At, Line, label, line_at};
use self::object::{Object, Scratch};
use self::table::Table;
use self::value::bytes;
use super::{
    Bytes, Command, Escape, Kind, Node, Problem, Prompt, Reader, Remark, Said, Skipped, Step, Tape,
    Vocabulary,
};

pub(super) use self::island::is_json;

/// How a table should have been exported.
pub(super) const TABLE_HELP: &str =
    "export with `… | Export-Clixml -Depth 6 file.xml`; for text, with `… | Format-List > file.txt`";

/// A head of a transcript has fewer lines.
const MAX_HEAD_LINES: usize = 40;

/// A command that a terminal broke at its edge has fewer lines.
const MAX_COMMAND_LINES: usize = 12;

/// Longer lines are no captions.
const MAX_CAPTION_BYTES: usize = 120;

/// Reads what a console prints.
#[derive(Default)]
pub struct FormatList {
    vocabulary: Option<&'static dyn Vocabulary>,
    /// The last command.
    command: Option<Arc<Command>>,
    layout: Option<Layout>,
    state: State,
    /// The document of another format that is being read.
    island: Option<Island>,
    /// Remarks that come before anything else is read.
    pending: Option<Remark>,
    has_table: bool,
    has_object: bool,
    is_finished: bool,
    scratch: Scratch,
    /// Names of the last properties of objects.
    last_names: HashSet<Box<str>>,
    /// Only lists are read: what stands in tables and documents is reported, not read.
    lists_only: bool,
}

/// Where in a session the reader is.
#[derive(Default)]
enum State {
    /// Outside of everything.
    #[default]
    Outside,
    /// After a head of a transcript: the next line says where the transcript is.
    AfterHead,
    /// In what a cmdlet said beside its output, up to the next blank line.
    InMessage,
    /// In a table.
    InTable(Table),
    /// In a table whose columns cannot be told apart.
    InUnclearTable,
}

/// The text ends too early.
struct NeedMore;

type Move = Result<Option<Step>, NeedMore>;

/// The text of one call.
#[derive(Clone, Copy)]
struct Input<'t> {
    text: &'t str,
    last: bool,
}

impl<'t> Input<'t> {
    fn line(self, at: usize) -> Result<Option<Line<'t>>, NeedMore> {
        match line_at(self.text, at, self.last) {
            At::Line(line) => Ok(Some(line)),
            At::End => Ok(None),
            At::More => Err(NeedMore),
        }
    }
}

impl Reader for FormatList {
    fn next(&mut self, text: &str, at: &mut usize, last: bool, tape: &mut Tape) -> Step {
        let input = Input { text, last };
        if self.layout.is_none() {
            let head = text.get(*at..).unwrap_or_default();
            if head.len() < HEAD_BYTES && !last {
                return Step::NeedMore;
            }
            self.layout = Some(Layout::of(&head[..head.floor_char_boundary(HEAD_BYTES)]));
        }
        loop {
            if let Some(remark) = self.pending.take() {
                return Step::Remark(remark);
            }
            match self.step(input, at, tape) {
                Ok(None) => {}
                Ok(Some(step)) => return step,
                Err(NeedMore) => return Step::NeedMore,
            }
        }
    }

    fn forget(&mut self, consumed: usize) {
        if let Some(island) = &mut self.island {
            island.forget(consumed);
        }
    }

    fn command(&self) -> Option<&Arc<Command>> {
        self.command.as_ref()
    }
}

impl FormatList {
    /// A reader at the start of a file.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A reader that knows the names of properties.
    #[must_use]
    pub fn with_vocabulary(vocabulary: Option<&'static dyn Vocabulary>) -> Self {
        Self { vocabulary, ..Self::default() }
    }

    /// A reader that reports where tables and documents of other formats stand and reads none of them.
    #[must_use]
    pub fn lists_only() -> Self {
        Self { lists_only: true, ..Self::default() }
    }

    /// Whether there is an object in a text, or else at least a table.
    pub(super) fn look_for(text: &str) -> (bool, bool) {
        let (mut reader, mut at, mut tape) = (Self::new(), 0, Tape::default());
        loop {
            match reader.next(text, &mut at, true, &mut tape) {
                Step::Record { .. } => return (true, reader.has_table),
                Step::Problem(_) | Step::Remark(_) => {}
                Step::NeedMore | Step::Done => return (false, reader.has_table),
            }
        }
    }

    /// Whether a text begins with the prompt of a shell.
    pub(super) fn begins_with_prompt(text: &str) -> bool {
        match line_at(text, 0, true) {
            At::Line(line) => line.command().is_some(),
            At::End | At::More => false,
        }
    }

    fn layout(&self) -> Layout {
        self.layout.unwrap_or_default()
    }

    fn step(&mut self, input: Input<'_>, at: &mut usize, tape: &mut Tape) -> Move {
        if let Some(island) = &mut self.island {
            let step = island.next(input.text, at, tape);
            self.has_object |= matches!(step, Some(Step::Record { .. }));
            if step.is_none() {
                self.island = None;
            }
            return Ok(step);
        }
        match input.line(*at)? {
            None => Ok(Some(self.end(*at))),
            Some(line) => self.line(input, &line, at, tape),
        }
    }

    /// A line outside of all objects. Moves past it, or past the object that begins with it.
    fn line(&mut self, input: Input<'_>, line: &Line<'_>, at: &mut usize, tape: &mut Tape) -> Move {
        if line.is_blank() {
            (self.state, *at) = (State::Outside, line.next);
            return Ok(None);
        }
        if line.is_stars() {
            *at = end_of_head(input, line)?;
            self.state = State::AfterHead;
            let is_head = *at > line.next;
            return Ok(is_head.then(|| Step::Remark(Remark::Transcript(bytes(&line.range())))));
        }
        if line.is_chatter() {
            *at = line.next;
            return Ok(None);
        }
        if let Some((prompt, command)) = line.command() {
            return self.command_line(input, line, prompt, command, at).map(Some);
        }
        if let State::InTable(_) | State::InUnclearTable = self.state {
            return self.row(input, line, at, tape);
        }
        if let Some(command) = line.bare_command().filter(|_| !line.is_error()) {
            return self.command_line(input, line, Prompt::None, command, at).map(Some);
        }
        let is_said = line.is_message() || line.is_error() || line.is_part_of_error();
        if !is_said && label(line, None).is_some() {
            return self.object(input, line, at, tape).map(Some);
        }
        if let Some(step) = self.document(input, line)? {
            return Ok(Some(step));
        }
        self.other(input, line, at)
    }

    /// A command line, with what stands of it in the next lines.
    fn command_line(
        &mut self,
        input: Input<'_>,
        line: &Line<'_>,
        prompt: Prompt,
        command: &str,
        at: &mut usize,
    ) -> Result<Step, NeedMore> {
        let mut text = command.to_owned();
        let mut end = *line;
        for _ in 0..MAX_COMMAND_LINES {
            let Some(next) = input.line(end.next)? else { break };
            if !self.is_rest_of_command(input, &prompt, &end, &next)? {
                break;
            }
            // What the terminal broke within a word has no blank of its own.
            if end.has_blank_end() && !end.content.is_empty() {
                text.push(' ');
            }
            text.push_str(next.content);
            end = next;
        }
        let span = bytes(&(line.range().start..end.start + end.content.len()));
        let command = Arc::new(Command { prompt, text: text.trim().into(), span });
        self.command = Some(command.clone());
        (self.state, *at) = (State::Outside, end.next);
        Ok(Step::Remark(Remark::Command(command)))
    }

    /// Whether the terminal broke a command before `next`.
    fn is_rest_of_command(
        &self,
        input: Input<'_>,
        prompt: &Prompt,
        end: &Line<'_>,
        next: &Line<'_>,
    ) -> Result<bool, NeedMore> {
        let is_said = next.is_message() || next.is_error() || next.is_markup() || next.command().is_some();
        if next.is_blank() || is_said || label(next, None).is_some() || next.bare_command().is_some() {
            return Ok(false);
        }
        if island::format(next.trimmed()).is_some() {
            return Ok(false);
        }
        if input.line(next.next)?.is_some_and(|after| table::is_rule(&after)) {
            return Ok(false);
        }
        let is_code = next.content.contains(['|', ',', '$', '*', '{']) || !next.trimmed().contains(' ');
        Ok(match prompt {
            // How long the line was is not known without its prompt.
            Prompt::None => is_code && !next.content.ends_with([':', '.']) && next.indent() <= 1,
            _ => self.layout().fills_terminal(end.content),
        })
    }

    /// The object that begins with a line.
    fn object(
        &mut self,
        input: Input<'_>,
        line: &Line<'_>,
        at: &mut usize,
        tape: &mut Tape,
    ) -> Result<Step, NeedMore> {
        let (layout, command, last_names) = (self.layout(), self.command.as_deref(), &self.last_names);
        let mut object = Object::new(&mut self.scratch, input.text, input.last, layout, self.vocabulary);
        let end = object.lines(line)?;
        object.end_of_text(end, |name| last_names.contains(name) || is_last_named(command, name));
        object.push(line, tape);
        let last_name = object.last_name();
        if !last_names.contains(last_name) {
            self.last_names.insert(last_name.into());
        }
        (self.state, self.has_object, *at) = (State::Outside, true, end);
        Ok(Step::Record { type_name: None })
    }

    /// A document of another format that begins with a line.
    fn document(&mut self, input: Input<'_>, line: &Line<'_>) -> Result<Option<Step>, NeedMore> {
        let mut head = line.trimmed().to_owned();
        // A bracket alone on its line says nothing yet.
        if head.len() == 1
            && let Some(next) = input.line(line.next)?
        {
            head.push_str(next.content);
        }
        let Some(format) = island::format(&head).filter(|_| head.len() > 1) else { return Ok(None) };
        let start = line.start + line.indent();
        let Some(end) = island::end(format, input.text, start, input.last)? else { return Ok(None) };
        let span = bytes(&(start..end));
        self.island = Some(Island::new(format, start, end, self.lists_only));
        self.state = State::Outside;
        Ok(Some(Step::Remark(Remark::Embedded(format, span))))
    }

    /// A line of a table.
    fn row(&mut self, input: Input<'_>, line: &Line<'_>, at: &mut usize, tape: &mut Tape) -> Move {
        let State::InTable(table) = &self.state else {
            *at = line.next;
            return Ok(None);
        };
        let mut end = line.next;
        let mut cut = vec![false; table.width()];
        let mut next = input.line(line.next)?;
        while let Some(further) = next {
            if further.is_blank() || further.command().is_some() {
                break;
            }
            let Some(cells) = table.continued(&further) else { break };
            cut.iter_mut().zip(cells).for_each(|(cut, goes_on)| *cut |= goes_on);
            end = further.next;
            next = input.line(further.next)?;
        }
        *at = end;
        if self.lists_only {
            return Ok(None);
        }
        table.push(input.text, line, &cut, tape);
        self.has_object = true;
        Ok(Some(Step::Record { type_name: None }))
    }

    /// The text is at its end. Without objects it may be an error of the cmdlet that was saved: no proof that there are
    /// none.
    fn end(&mut self, at: usize) -> Step {
        if self.has_object || std::mem::replace(&mut self.is_finished, true) {
            return Step::Done;
        }
        let problem = Problem::error(bytes(&(at..at)), "there is no object of Format-List in this text");
        Step::Problem(problem.with_help(
            "export again; if the cmdlet returns nothing, the file of `… | Export-Clixml file.xml` says so",
        ))
    }

    /// A line that is part of no object, and no prompt.
    fn other(&mut self, input: Input<'_>, line: &Line<'_>, at: &mut usize) -> Move {
        let rule = input.line(line.next)?.filter(table::is_rule);
        if let Some(rule) = rule {
            *at = rule.next;
            return Ok(self.head_of_table(line, &rule));
        }
        *at = line.next;
        let span = bytes(&line.range());
        let said = |text: &str| Said { text: text.into(), span };
        if line.is_markup() || line.is_interruption() {
            return Ok(None);
        }
        match std::mem::replace(&mut self.state, State::Outside) {
            State::AfterHead => return Ok(None),
            State::InMessage => self.state = State::InMessage,
            _ => {}
        }
        if let Some(message) = line.message() {
            self.state = State::InMessage;
            self.pending = Some(Remark::Skipped(Skipped::Prose, span));
            return Ok(Some(Step::Remark(Remark::Warning(said(message)))));
        }
        let is_first = !matches!(self.state, State::InMessage);
        if line.is_error() || (is_first && line.is_part_of_error()) {
            self.state = State::InMessage;
            self.pending = Some(Remark::Skipped(Skipped::Prose, span));
            return Ok(Some(Step::Remark(Remark::Failed(said(line.trimmed())))));
        }
        if is_first && line.content.len() <= MAX_CAPTION_BYTES {
            self.pending = Some(Remark::Skipped(Skipped::Prose, span));
            return Ok(Some(Step::Remark(Remark::Caption(said(line.trimmed())))));
        }
        Ok(Some(Step::Remark(Remark::Skipped(Skipped::Prose, span))))
    }

    fn head_of_table(&mut self, head: &Line<'_>, rule: &Line<'_>) -> Option<Step> {
        self.has_table = true;
        let table = Table::new(head, rule);
        let is_read = table.is_some();
        self.state = table.map_or(State::InUnclearTable, State::InTable);
        let skipped = Remark::Skipped(Skipped::Table, bytes(&head.range()));
        (!is_read || self.lists_only).then_some(Step::Remark(skipped))
    }
}

/// Whether a property is the last one that a command names.
fn is_last_named(command: Option<&Command>, name: &str) -> bool {
    let Some(command) = command else { return false };
    let last = command.text.rsplit(|c: char| c == ',' || c.is_whitespace()).next();
    last.is_some_and(|last| last.eq_ignore_ascii_case(name))
}

/// The node of an object whose first line is `range`.
fn root(range: &Range<usize>) -> Node {
    Node {
        kind: Kind::Object,
        escape: Escape::None,
        name_escape: Escape::None,
        name: Bytes::default(),
        text: bytes(range),
        end: 0,
    }
}

/// Where the head of a transcript ends that may begin with a line of asterisks.
fn end_of_head(input: Input<'_>, stars: &Line<'_>) -> Result<usize, NeedMore> {
    let mut next = stars.next;
    for _ in 0..MAX_HEAD_LINES {
        match input.line(next)? {
            None => break,
            Some(line) if line.is_stars() => return Ok(line.next),
            Some(line) if line.is_blank() || line.command().is_some() => break,
            Some(line) => next = line.next,
        }
    }
    Ok(stars.next)
}
