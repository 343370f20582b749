//! JSON as `ConvertTo-Json` writes it, and as people put it together: one object, a list of objects, several
//! documents on end, one document a line, the envelope of a REST answer.
//!
//! Large lists are read item by item, and a broken item does not hide the next. Not this module's to know: what a
//! property means, and envelopes whose names are not Microsoft's own.

mod names;
mod parser;
mod skip;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::VecDeque;

use self::names::Names;
use self::parser::{Fault, Name, Open, Parser, Stop, What, span};
use self::skip::{Ended, Skip};
use super::{Bytes, Kind, MAX_DEPTH, NodeRef, Problem, Reader, Step, Tape};

/// Errors reported in one file; after that many its rest is not read.
const MAX_ERRORS: usize = 100;

/// Warnings reported in one file; more are not looked for.
const MAX_WARNINGS: usize = 100;

/// Longer words of the file are cut in messages.
const MAX_QUOTED_CHARS: usize = 40;

const CUT: &str = "it was cut when it was copied or exported; export it again";

/// Reads JSON.
///
/// A record is an object at top level, in a list at top level, or in a list within that. `null` stands for "no
/// object" and is passed over. `{"value": [objects], "Count": n}` and `{"@odata.context": …, "value": [objects]}` at
/// top level are the list in them.
#[derive(Default)]
pub struct Json {
    place: Place,
    /// Lists around `place`: at most [`MAX_LISTS`].
    lists: u8,
    /// Whether the outermost list is the `value` of an object.
    in_envelope: bool,
    /// Where a broken record is being passed over.
    skip: Option<Skip>,
    /// Reported before anything else is read, so while their text is still there.
    warnings: VecDeque<Problem>,
    warning_count: usize,
    error_count: usize,
    open: Vec<Open>,
    names: Names,
}

/// A list of lists of objects is still taken for a list of objects.
const MAX_LISTS: u8 = 2;

/// Between which records the reader stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    /// Outside all documents.
    #[default]
    Document,
    /// Before an item of a list, or its end.
    Item { after_comma: bool },
    /// After an item of a list.
    AfterItem,
    /// After a property of an envelope.
    AfterProperty,
    /// Nothing more is read.
    Finished,
}

/// What an object at top level may be, by its first properties.
enum Envelope {
    /// An envelope; the items of its list begin here.
    Items(usize),
    /// That shows only when all of it is read.
    Perhaps,
    No,
    /// The text ends too early to say.
    Unknown,
}

/// The text of one call.
#[derive(Clone, Copy)]
struct Input<'a> {
    text: &'a str,
    last: bool,
}

impl Reader for Json {
    fn next(&mut self, text: &str, at: &mut usize, last: bool, tape: &mut Tape) -> Step {
        loop {
            if let Some(warning) = self.warnings.pop_front() {
                return Step::Problem(warning);
            }
            if let Some(step) = self.step(Input { text, last }, at, tape) {
                return self.counted(step);
            }
        }
    }

    fn forget(&mut self, _consumed: usize) {
        // Warnings are reported before more text is asked for; nothing else has an offset.
        self.warnings.clear();
    }
}

impl Json {
    /// A reader at the start of a file.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One move; `None` when there is nothing to report of it.
    fn step(&mut self, input: Input<'_>, at: &mut usize, tape: &mut Tape) -> Option<Step> {
        if self.place == Place::Finished {
            return Some(Step::Done);
        }
        if self.skip.is_some() {
            return self.pass_over(input, at);
        }
        *at = blank_end(input.text, *at);
        let Some(&byte) = input.text.as_bytes().get(*at) else { return Some(self.end_of_text(input, *at)) };
        match self.place {
            Place::Document => self.document(byte, input, at, tape),
            Place::Item { after_comma } => self.item(byte, after_comma, input, at, tape),
            Place::AfterItem => self.after_item(byte, at),
            Place::AfterProperty => self.after_property(byte, input, at, tape),
            Place::Finished => Some(Step::Done),
        }
    }

    fn document(&mut self, byte: u8, input: Input<'_>, at: &mut usize, tape: &mut Tape) -> Option<Step> {
        match byte {
            b'{' => self.object(input, at, tape),
            b'[' => {
                self.begin_list(at);
                None
            }
            b',' | b':' | b']' | b'}' => Some(stray(at, "expected an object or a list")),
            _ => self.scalar(input, at, tape),
        }
    }

    fn item(
        &mut self,
        byte: u8,
        after_comma: bool,
        input: Input<'_>,
        at: &mut usize,
        tape: &mut Tape,
    ) -> Option<Step> {
        match byte {
            b'{' => Some(self.record(input, at, tape)),
            b'[' if self.lists < MAX_LISTS => {
                self.begin_list(at);
                None
            }
            b'[' => {
                let problem = Problem::error(span(*at, *at + 1), "a list of lists of lists holds no records")
                    .with_help("export the objects as one list");
                self.skip = Some(Skip::new(input.text, *at, std::iter::empty()).past_first());
                Some(Step::Problem(problem))
            }
            b']' if after_comma => {
                self.place = Place::Item { after_comma: false };
                Some(Step::Problem(problem(
                    &Fault { what: What::TrailingComma, span: span(*at, *at + 1) },
                    "",
                )))
            }
            b']' => {
                self.end_list(at);
                None
            }
            b',' | b':' | b'}' => Some(stray(at, "expected an object")),
            _ => self.scalar(input, at, tape),
        }
    }

    fn after_item(&mut self, byte: u8, at: &mut usize) -> Option<Step> {
        const EXPECTED: &str = "expected `,` or `]` after an item";
        match byte {
            b',' => {
                *at += 1;
                self.place = Place::Item { after_comma: true };
                None
            }
            b']' => {
                self.end_list(at);
                None
            }
            b':' | b'}' => Some(stray(at, EXPECTED)),
            b'{' | b'[' | b'"' | b'n' => {
                self.place = Place::Item { after_comma: false };
                Some(Step::Problem(Problem::error(span(*at, *at + 1), EXPECTED)))
            }
            // Reported as an item that is none.
            _ => {
                self.place = Place::Item { after_comma: false };
                None
            }
        }
    }

    /// What follows the list of an envelope: properties, of which only the names matter.
    fn after_property(
        &mut self,
        byte: u8,
        input: Input<'_>,
        at: &mut usize,
        tape: &mut Tape,
    ) -> Option<Step> {
        if byte == b'}' {
            *at += 1;
            self.leave_envelope();
            return None;
        }
        let mut parser = Parser::new(input.text, *at, input.last, tape, &mut self.open);
        match property_after_comma(&mut parser, byte) {
            Ok(()) => {
                *at = parser.at;
                if let Some(property) = NodeRef::root(input.text, tape) {
                    self.check_beside_value(property);
                }
                None
            }
            Err(Stop::End) => Some(self.incomplete(input, *at)),
            Err(Stop::Fault(fault)) => {
                let around = std::iter::once(false).chain(self.open.iter().map(|open| open.is_list));
                let skip = skip_after(&fault, input.text, around);
                self.leave_envelope();
                Some(self.broken(&fault, skip, input, at))
            }
        }
    }

    /// An object at top level: an envelope or a record.
    fn object(&mut self, input: Input<'_>, at: &mut usize, tape: &mut Tape) -> Option<Step> {
        let envelope = self.envelope(input, *at, tape);
        if let Envelope::Items(items) = envelope {
            self.enter_envelope(items, 0, input.text, at, tape);
            return None;
        }
        if matches!(envelope, Envelope::Unknown) && !input.last {
            return Some(Step::NeedMore);
        }
        let step = self.record(input, at, tape);
        if matches!((&envelope, &step), (Envelope::Perhaps, Step::Record { .. }))
            && let Some(items) = items_of_envelope(input.text, tape)
        {
            // Rare, and small: read once more as what it is.
            self.warnings.clear();
            self.enter_envelope(items, 1, input.text, at, tape);
            return None;
        }
        Some(step)
    }

    /// Reads the first properties of the object at `at` onto `tape`, as far as they may be those of an envelope.
    fn envelope(&mut self, input: Input<'_>, at: usize, tape: &mut Tape) -> Envelope {
        let mut parser = Parser::new(input.text, at + 1, input.last, tape, &mut self.open);
        match begin_of_envelope(&mut parser, input.text) {
            Ok(envelope) => envelope,
            Err(Stop::End) => Envelope::Unknown,
            // To be reported when it is read as a record.
            Err(Stop::Fault(_)) => Envelope::No,
        }
    }

    /// Goes on in an envelope's list, whose items begin at `items`. What stands before it is on `tape` from `first`.
    fn enter_envelope(&mut self, items: usize, first: u32, text: &str, at: &mut usize, tape: &Tape) {
        let mut next = first;
        while let Some(property) = NodeRef::at(text, tape, next)
            && property.is_named()
            && property.name() != "value"
        {
            self.check_beside_value(property);
            next = property.node().end;
        }
        *at = items;
        self.lists = 1;
        self.in_envelope = true;
        self.place = Place::Item { after_comma: false };
    }

    fn leave_envelope(&mut self) {
        self.in_envelope = false;
        self.place = Place::Document;
    }

    fn begin_list(&mut self, at: &mut usize) {
        *at += 1;
        self.lists += 1;
        self.place = Place::Item { after_comma: false };
    }

    fn end_list(&mut self, at: &mut usize) {
        *at += 1;
        self.lists = self.lists.saturating_sub(1);
        self.after_value();
    }

    /// Where the reader stands after a document or an item.
    fn after_value(&mut self) {
        self.place = match (self.lists, self.in_envelope) {
            (0, false) => Place::Document,
            (0, true) => Place::AfterProperty,
            _ => Place::AfterItem,
        };
    }

    /// The object at `at`, whatever is in it.
    fn record(&mut self, input: Input<'_>, at: &mut usize, tape: &mut Tape) -> Step {
        let mut parser = Parser::new(input.text, *at, input.last, tape, &mut self.open);
        match parser.value(Name::default()) {
            Ok(()) => {
                *at = parser.at;
                let shape = parser.shape;
                self.after_value();
                self.check_names(input.text, tape, shape);
                Step::Record { type_name: None }
            }
            Err(stop) => self.stopped(stop, input, at),
        }
    }

    /// A value at `at` that is no container: `null`, or out of place.
    fn scalar(&mut self, input: Input<'_>, at: &mut usize, tape: &mut Tape) -> Option<Step> {
        let mut parser = Parser::new(input.text, *at, input.last, tape, &mut self.open);
        let start = *at;
        if let Err(stop) = parser.value(Name::default()) {
            return Some(self.stopped(stop, input, at));
        }
        *at = parser.at;
        self.after_value();
        let found = match NodeRef::root(input.text, tape)?.kind() {
            Kind::Null => return None,
            Kind::String => "a string",
            Kind::Number => "a number",
            _ => "true or false",
        };
        let problem = Problem::error(span(start, *at), format!("expected an object, found {found}"))
            .with_help("pipe whole objects to ConvertTo-Json, without Select-Object -ExpandProperty");
        Some(Step::Problem(problem))
    }

    fn stopped(&mut self, stop: Stop, input: Input<'_>, at: &mut usize) -> Step {
        match stop {
            Stop::End => self.incomplete(input, *at),
            Stop::Fault(fault) => {
                let skip = skip_after(&fault, input.text, self.open.iter().map(|open| open.is_list));
                self.broken(&fault, skip, input, at)
            }
        }
    }

    /// Reports a fault, and passes over the rest of what it is in.
    fn broken(&mut self, fault: &Fault, skip: Skip, input: Input<'_>, at: &mut usize) -> Step {
        *at = resume_at(fault);
        self.skip = Some(skip);
        Step::Problem(problem(fault, input.text))
    }

    /// Passes over a broken record.
    fn pass_over(&mut self, input: Input<'_>, at: &mut usize) -> Option<Step> {
        let skip = self.skip.as_mut()?;
        match skip.find(input.text, *at, self.lists > 0) {
            Some(Ended::Closed(end)) => {
                *at = end;
                self.skip = None;
                self.after_value();
                None
            }
            Some(Ended::Next(start)) => {
                *at = start;
                self.skip = None;
                self.after_value();
                if self.place == Place::AfterItem {
                    self.place = Place::Item { after_comma: false };
                }
                None
            }
            None => {
                *at = input.text.len();
                if !input.last {
                    return Some(Step::NeedMore);
                }
                if skip.is_closed() {
                    self.skip = None;
                    return Some(self.end_of_text(input, *at));
                }
                self.place = Place::Finished;
                let message = "the end of the broken record was not found; what follows it was not read";
                Some(Step::Problem(
                    Problem::error(span(*at, *at), message)
                        .with_help("correct the record, or export it again"),
                ))
            }
        }
    }

    /// The text is at its end, and no record has begun.
    fn end_of_text(&mut self, input: Input<'_>, at: usize) -> Step {
        if !input.last {
            return Step::NeedMore;
        }
        let place = std::mem::replace(&mut self.place, Place::Finished);
        let message = match place {
            Place::Document | Place::Finished => return Step::Done,
            Place::Item { .. } | Place::AfterItem => "the file ends in the middle of a list",
            Place::AfterProperty => "the file ends in the middle of an object",
        };
        Step::Problem(Problem::error(span(at, at), message).with_help(CUT))
    }

    /// The text ends within what begins at `at`.
    fn incomplete(&mut self, input: Input<'_>, at: usize) -> Step {
        if !input.last {
            return Step::NeedMore;
        }
        self.place = Place::Finished;
        let problem = Problem::error(span(at, at + 1), "the file ends in the middle of a record");
        Step::Problem(problem.with_help(CUT))
    }

    /// Ends the reading of a file that has too many errors.
    fn counted(&mut self, step: Step) -> Step {
        let Step::Problem(problem) = step else { return step };
        self.error_count += 1;
        if self.error_count <= MAX_ERRORS {
            return Step::Problem(problem);
        }
        self.place = Place::Finished;
        Step::Problem(
            Problem::error(problem.span, "too many errors; what follows was not read")
                .with_help("export it again with ConvertTo-Json"),
        )
    }

    fn warn(&mut self, span: Bytes, message: String, help: &'static str) {
        self.warning_count += 1;
        let help = match self.warning_count {
            MAX_WARNINGS => "this file has many warnings; further ones are not shown",
            _ => help,
        };
        if self.warning_count <= MAX_WARNINGS {
            self.warnings.push_back(Problem::warning(span, message).with_help(help));
        }
    }

    /// Warns of names that an object has twice.
    fn check_names(&mut self, text: &str, tape: &Tape, shape: u64) {
        if self.warning_count >= MAX_WARNINGS {
            return;
        }
        let mut names = std::mem::take(&mut self.names);
        names.repeated(text, tape, shape, |property| {
            let message = format!("the object has `{}` twice; the last one counts", quoted(&property.name()));
            self.warn(property.node().name, message, "remove the one that is wrong");
        });
        self.names = names;
    }

    /// Warns where a property that stands in an envelope says that its list is not all there is.
    fn check_beside_value(&mut self, property: NodeRef<'_>) {
        let name = property.name();
        if matches!(&*name, "@odata.nextLink" | "odata.nextLink") && property.kind() == Kind::String {
            let message = "this is one page of several".to_owned();
            self.warn(property.span(), message, "collect the pages after it too; what is on them is unknown");
        } else if !may_stand_beside_value(&name) {
            let message = format!("`{}` beside the list `value` is not read", quoted(&name));
            self.warn(property.node().name, message, "export the objects of the list by themselves");
        }
    }
}

/// Reads `{` up to the first item of an envelope's list, where the object is one.
fn begin_of_envelope(parser: &mut Parser<'_>, text: &str) -> Result<Envelope, Stop> {
    let mut envelope = Envelope::No;
    loop {
        if parser.peek()? != b'"' {
            return Ok(envelope);
        }
        let name = parser.name()?;
        let written = text.get(name.span.range()).unwrap_or_default();
        let byte = parser.peek()?;
        if written == "value" {
            return begin_of_items(parser, byte);
        }
        if !may_stand_beside_value(written) {
            return Ok(Envelope::No);
        }
        envelope = Envelope::Perhaps;
        if matches!(byte, b'{' | b'[') {
            return Ok(envelope);
        }
        parser.value(name)?;
        if parser.peek()? != b',' {
            return Ok(envelope);
        }
        parser.at += 1;
    }
}

/// What follows `"value":` and begins with `byte`: a list of objects?
fn begin_of_items(parser: &mut Parser<'_>, byte: u8) -> Result<Envelope, Stop> {
    if byte != b'[' {
        return Ok(Envelope::No);
    }
    parser.at += 1;
    let items = parser.at;
    // `null` is an item too, and says nothing.
    while parser.peek()? == b'n' {
        parser.value(Name::default())?;
        if parser.peek()? != b',' {
            return Ok(Envelope::Perhaps);
        }
        parser.at += 1;
    }
    Ok(match parser.peek()? {
        b'{' => Envelope::Items(items),
        b']' => Envelope::Perhaps,
        _ => Envelope::No,
    })
}

/// Where the items of the envelope on `tape` begin, if it is one.
fn items_of_envelope(text: &str, tape: &Tape) -> Option<usize> {
    let root = NodeRef::root(text, tape)?;
    let mut items = None;
    for property in root.children() {
        let name = property.name();
        if name != "value" {
            may_stand_beside_value(&name).then_some(())?;
            continue;
        }
        let is_list = property.kind() == Kind::List && items.is_none();
        let all_objects = || property.children().all(|item| matches!(item.kind(), Kind::Object | Kind::Null));
        (is_list && all_objects()).then_some(())?;
        items = Some(property.span().range().start + 1);
    }
    items
}

fn may_stand_beside_value(name: &str) -> bool {
    name == "Count" || name.starts_with('@')
}

/// A further property of an envelope, with the comma before it, which is the byte at hand.
fn property_after_comma(parser: &mut Parser<'_>, byte: u8) -> Result<(), Stop> {
    if byte != b',' {
        let span = span(parser.at, parser.character_end(parser.at));
        return Err(Stop::Fault(Fault { what: What::CommaOrBrace, span }));
    }
    parser.at += 1;
    if parser.peek()? == b'}' {
        return Err(Stop::Fault(Fault { what: What::TrailingComma, span: span(parser.at, parser.at + 1) }));
    }
    let name = parser.name()?;
    parser.value(name)
}

/// Where white space and byte order marks end.
fn blank_end(text: &str, at: usize) -> usize {
    let mut at = at;
    loop {
        match text.as_bytes().get(at) {
            Some(b' ' | b'\n' | b'\r' | b'\t') => at += 1,
            Some(0xEF) if text.get(at..).is_some_and(|rest| rest.starts_with('\u{FEFF}')) => at += 3,
            _ => return at,
        }
    }
}

/// A punctuation mark that does not belong where it is: reported and passed over.
fn stray(at: &mut usize, message: &'static str) -> Step {
    let problem = Problem::error(span(*at, *at + 1), message);
    *at += 1;
    Step::Problem(problem)
}

/// How to go on after `fault`, with the brackets that are open there.
fn skip_after(fault: &Fault, text: &str, is_list: impl Iterator<Item = bool>) -> Skip {
    let skip = Skip::new(text, resume_at(fault), is_list);
    match fault.what {
        What::ControlCharacter | What::Escape => skip.in_string(),
        What::TooDeep => skip.past_first(),
        _ => skip,
    }
}

/// What is in the span of some faults needs not be looked at again.
const fn resume_at(fault: &Fault) -> usize {
    match fault.what {
        What::ControlCharacter | What::Escape | What::StringNotClosed => fault.span.range().end,
        _ => fault.span.range().start,
    }
}

fn problem(fault: &Fault, text: &str) -> Problem {
    let found = text.get(fault.span.range()).unwrap_or_default();
    let problem = Problem::error(fault.span, message(fault.what, found));
    match help(fault.what, found) {
        Some(help) => problem.with_help(help),
        None => problem,
    }
}

fn message(what: What, found: &str) -> Cow<'static, str> {
    Cow::Borrowed(match what {
        What::Value => "expected a value",
        What::Name => "expected a property name in double quotes",
        What::Colon => "expected `:` after a property name",
        What::CommaOrBrace => "expected `,` or `}` after a value",
        What::CommaOrBracket => "expected `,` or `]` after a value",
        What::TrailingComma => "nothing follows the `,` before this",
        What::Number => "number is not valid",
        What::StringNotClosed => "a string is not closed",
        What::Word => return format!("`{}` is not JSON", quoted(found)).into(),
        What::Escape => return format!("`{}` is no escape of JSON", quoted(found)).into(),
        What::ControlCharacter => {
            let code = found.chars().next().map_or(0, u32::from);
            return format!("a string holds the control character U+{code:04X}").into();
        }
        What::TooDeep => return format!("nested more than {MAX_DEPTH} levels deep").into(),
    })
}

fn help(what: What, found: &str) -> Option<&'static str> {
    Some(match what {
        What::Word if ["true", "false", "null"].iter().any(|word| found.eq_ignore_ascii_case(word)) => {
            "JSON writes true, false and null in lower case"
        }
        What::Name | What::Value | What::Colon if found.starts_with(['“', '”', '„', '‘', '’']) => {
            "these are typographic quotes; copy the text without formatting, or export it again"
        }
        What::Value if found == "\0" => "the file holds NUL bytes; export it again",
        What::Name | What::Value if found == "'" => "JSON quotes with `\"`",
        What::TrailingComma => "remove the `,`, or export it again",
        What::Escape => "a backslash is written as `\\\\`",
        What::ControlCharacter => "it is written as an escape, such as `\\t`; export it again",
        What::StringNotClosed => {
            "a line end in a string is written as `\\n`; a quote may be missing before the end of this line"
        }
        What::TooDeep => "export with a smaller -Depth",
        _ => return None,
    })
}

/// `text`, cut where it is too long for a message.
fn quoted(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(MAX_QUOTED_CHARS) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}
