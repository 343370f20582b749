//! What `Format-List` prints, as it stands in files, tickets and transcripts: `Name : value`, an object a paragraph.
//!
//! The form was made for eyes. Long values are broken into lines to fit a console, long lists end in `...`, and what a
//! session prints besides stands in between. Not this module's to know: what a value means.

mod line;
#[cfg(test)]
mod tests;
mod value;

use std::collections::HashSet;
use std::ops::Range;

use self::line::{At, Line, label, line_at};
use self::value::{Layout, Value, bytes};
use super::{Bytes, Escape, Kind, Node, Problem, Reader, Step, Tape};

/// A head of a transcript has fewer lines.
const MAX_HEAD_LINES: usize = 40;

/// A value that was broken at the left margin goes on for no more lines.
const MAX_LINES_AT_MARGIN: usize = 20;

/// More blank lines than that end an object, whatever follows.
const MAX_BLANK_LINES: usize = 2;

/// A value begins so far from the colon.
const BEHIND_COLON: usize = 2;

/// How a table should have been exported.
pub(super) const TABLE_HELP: &str =
    "export with `… | Export-Clixml -Depth 6 file.xml`; for text, with `… | Format-List > file.txt`";

/// Reads what `Format-List` prints.
#[derive(Default)]
pub struct FormatList {
    /// After the last prompt.
    command: Option<String>,
    /// Whether something was passed over; that is said once.
    has_warned: bool,
    /// Within a table, which is passed over.
    in_table: bool,
    /// After a head of a transcript: the next line says where the transcript is.
    after_head: bool,
    has_table: bool,
    has_object: bool,
    is_finished: bool,
    properties: Vec<Property>,
    /// Hashes of the names of the object that is read.
    names: HashSet<u64>,
}

/// A property of the object that is read.
struct Property {
    name: Range<usize>,
    /// From behind the colon to the end of its last line.
    value: Range<usize>,
    /// Where it begins in its line.
    column: usize,
}

/// The text ends too early.
struct NeedMore;

impl Reader for FormatList {
    fn next(&mut self, text: &str, at: &mut usize, last: bool, tape: &mut Tape) -> Step {
        loop {
            let step = match line_at(text, *at, last) {
                At::End => return self.end(*at),
                At::More => return Step::NeedMore,
                At::Line(line) => self.line(text, &line, last, at, tape),
            };
            match step {
                Ok(None) => {}
                Ok(Some(step)) => return step,
                Err(NeedMore) => return Step::NeedMore,
            }
        }
    }

    fn forget(&mut self, _consumed: usize) {}

    fn command(&self) -> Option<&str> {
        self.command.as_deref()
    }
}

impl FormatList {
    /// A reader at the start of a file.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether there is an object in a text, or else at least a table.
    pub(super) fn look_for(text: &str) -> (bool, bool) {
        let (mut reader, mut at, mut tape) = (Self::new(), 0, Tape::default());
        loop {
            match reader.next(text, &mut at, true, &mut tape) {
                Step::Record { .. } => return (true, reader.has_table),
                Step::Problem(_) => {}
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

    /// A line outside of all objects. Moves past it, or past the object that begins with it.
    fn line(
        &mut self,
        text: &str,
        line: &Line<'_>,
        last: bool,
        at: &mut usize,
        tape: &mut Tape,
    ) -> Result<Option<Step>, NeedMore> {
        if line.is_blank() {
            (self.in_table, *at) = (false, line.next);
            return Ok(None);
        }
        if line.is_stars() {
            *at = end_of_head(text, line, last)?;
            (self.in_table, self.after_head) = (false, true);
            return Ok(None);
        }
        if line.is_chatter() {
            *at = line.next;
            return Ok(None);
        }
        if let Some(command) = line.command() {
            self.command = Some(command.to_owned()).filter(|command| !command.is_empty());
            (self.in_table, self.after_head, *at) = (false, false, line.next);
            return Ok(None);
        }
        if self.in_table {
            *at = line.next;
            return Ok(None);
        }
        if !line.is_message() && label(line, None).is_some() {
            *at = self.object(text, line, last, tape)?;
            (self.after_head, self.has_object) = (false, true);
            return Ok(Some(Step::Record { type_name: None }));
        }
        self.other(text, line, last, at)
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
    fn other(
        &mut self,
        text: &str,
        line: &Line<'_>,
        last: bool,
        at: &mut usize,
    ) -> Result<Option<Step>, NeedMore> {
        let rule = match line_at(text, line.next, last) {
            At::More => return Err(NeedMore),
            At::Line(next) if next.is_dashes() => Some(next.next),
            At::Line(_) | At::End => None,
        };
        *at = rule.unwrap_or(line.next);
        self.in_table = rule.is_some();
        self.has_table |= self.in_table;
        let is_expected = std::mem::take(&mut self.after_head) && rule.is_none();
        if is_expected || std::mem::replace(&mut self.has_warned, true) {
            return Ok(None);
        }
        let (message, help) = if rule.is_some() {
            ("a table is passed over, since Format-Table cuts values and leaves properties out", TABLE_HELP)
        } else {
            (
                "text between the objects is passed over",
                "see whether it says that objects are lacking; further text and tables in this file are not mentioned",
            )
        };
        Ok(Some(Step::Problem(Problem::warning(bytes(&line.range()), message).with_help(help))))
    }

    /// Reads the object that begins with `first` onto the tape. Gives where it ends.
    fn object(
        &mut self,
        text: &str,
        first: &Line<'_>,
        last: bool,
        tape: &mut Tape,
    ) -> Result<usize, NeedMore> {
        self.properties.clear();
        self.names.clear();
        let mut object = Object::new(self, text, last);
        let end = object.lines(first)?;
        let layout = object.layout;
        tape.clear();
        let root = tape.push(Node {
            kind: Kind::Object,
            escape: Escape::None,
            name_escape: Escape::None,
            name: Bytes::default(),
            text: bytes(&first.range()),
            end: 0,
        });
        for property in &self.properties {
            let value = Value { text, range: property.value.clone(), column: property.column, layout };
            value.push(&property.name, tape);
        }
        let text_end = self.properties.last().map_or(first.range().end, |property| property.value.end);
        tape.close(root, bytes(&(0..text_end)).end);
        Ok(end)
    }
}

/// The object that is being read.
struct Object<'r, 't> {
    reader: &'r mut FormatList,
    text: &'t str,
    last: bool,
    layout: Layout,
    /// Where the value of the last property begins in its line.
    value_column: usize,
    /// A blank line follows each line, as some pages paste it.
    is_doubled: bool,
    lines_at_margin: usize,
    /// The last line, until it is known whether the value goes on.
    pending: Option<Line<'t>>,
}

/// What a line within an object is.
enum Part {
    Property(line::Label),
    Continuation,
    /// No part of it.
    Other,
}

impl<'r, 't> Object<'r, 't> {
    fn new(reader: &'r mut FormatList, text: &'t str, last: bool) -> Self {
        Self {
            reader,
            text,
            last,
            layout: Layout::default(),
            value_column: 0,
            is_doubled: false,
            lines_at_margin: 0,
            pending: None,
        }
    }

    /// Reads lines as long as they belong to the object; gives where the next one begins.
    fn lines(&mut self, first: &Line<'t>) -> Result<usize, NeedMore> {
        let mut next = first.start;
        let mut blank_lines = 0;
        loop {
            let line = match line_at(self.text, next, self.last) {
                At::More => return Err(NeedMore),
                At::End => break,
                At::Line(line) => line,
            };
            if line.is_blank() {
                blank_lines += 1;
                if blank_lines > MAX_BLANK_LINES {
                    break;
                }
                next = line.next;
                continue;
            }
            let part = self.part(&line)?;
            if blank_lines > 0 && !self.goes_on(&line, &part, blank_lines) {
                break;
            }
            match part {
                Part::Other => break,
                Part::Property(label) => {
                    // Where nothing stands between two objects, the names begin again.
                    if !self.reader.names.insert(self.hash(&label)) {
                        break;
                    }
                    self.property(&line, label);
                }
                Part::Continuation => self.continuation(&line),
            }
            blank_lines = 0;
            next = line.next;
        }
        self.settle(false);
        Ok(self.pending.map_or(next, |line| line.next))
    }

    /// Whether the object goes on with `line` after blank lines.
    fn goes_on(&mut self, line: &Line<'_>, part: &Part, blank_lines: usize) -> bool {
        match part {
            Part::Continuation => line.indent() >= self.value_column,
            Part::Property(label) if blank_lines == 1 => {
                let is_new = !self.reader.names.contains(&self.hash(label));
                let is_second = self.reader.properties.len() == 1 && is_new;
                self.is_doubled |= is_second;
                self.is_doubled
            }
            Part::Property(_) | Part::Other => false,
        }
    }

    fn part(&self, line: &Line<'_>) -> Result<Part, NeedMore> {
        let is_first = self.reader.properties.is_empty();
        let is_under_value = !is_first && line.indent() > 0 && line.indent() >= self.value_column;
        if is_under_value {
            return Ok(Part::Continuation);
        }
        if line.is_stars() || line.is_message() || line.is_chatter() || line.command().is_some() {
            return Ok(Part::Other);
        }
        let column = self.value_column.checked_sub(BEHIND_COLON);
        if let Some(label) = label(line, column) {
            return Ok(Part::Property(label));
        }
        if line.indent() > 0 {
            return Ok(Part::Continuation);
        }
        let is_head_of_table = match line_at(self.text, line.next, self.last) {
            At::More => return Err(NeedMore),
            At::End => false,
            At::Line(next) => next.is_dashes(),
        };
        let is_other = is_head_of_table || self.lines_at_margin >= MAX_LINES_AT_MARGIN;
        Ok(if is_other { Part::Other } else { Part::Continuation })
    }

    /// A hash of a name, the same for names that differ in case only.
    fn hash(&self, label: &line::Label) -> u64 {
        let name = self.text.get(label.name.clone()).unwrap_or_default();
        name.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0000_01B3)
        })
    }

    fn property(&mut self, line: &Line<'t>, label: line::Label) {
        self.settle(false);
        self.lines_at_margin = 0;
        self.value_column = label.column + BEHIND_COLON;
        let end = line.start + line.content.len();
        let value = label.value.min(end)..end;
        self.reader.properties.push(Property { name: label.name, value, column: self.value_column });
        self.pending = Some(*line);
    }

    fn continuation(&mut self, line: &Line<'t>) {
        self.settle(true);
        self.lines_at_margin += usize::from(line.indent() == 0);
        if let Some(property) = self.reader.properties.last_mut() {
            property.value.end = line.start + line.content.len();
        }
        self.pending = Some(*line);
    }

    /// The last line is done with: `goes_on` tells whether its value goes on in the next.
    fn settle(&mut self, goes_on: bool) {
        if let Some(line) = &self.pending {
            self.layout.line(line.content, line.has_blank_end, goes_on);
        }
    }
}

/// Where the head of a transcript ends that may begin with a line of asterisks.
fn end_of_head(text: &str, stars: &Line<'_>, last: bool) -> Result<usize, NeedMore> {
    let mut next = stars.next;
    for _ in 0..MAX_HEAD_LINES {
        match line_at(text, next, last) {
            At::More => return Err(NeedMore),
            At::End => break,
            At::Line(line) if line.is_stars() => return Ok(line.next),
            At::Line(line) if line.is_blank() || line.command().is_some() => break,
            At::Line(line) => next = line.next,
        }
    }
    Ok(stars.next)
}
