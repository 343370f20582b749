//! What the two XML formats share: tokens with offsets, the frame of a document, and how to carry on after damage.
//!
//! quick-xml takes truncated, empty and non-XML input for success, so the checks of well-formedness that matter
//! are here. Knows nothing of what the elements mean: that is a [`Content`].

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use quick_xml::errors::{Error, IllFormedError, SyntaxError};
use quick_xml::events::Event;

use super::{Bytes, Escape, Problem, Step, Tape, escape};

/// Nesting of elements, of which one value takes up to three (`Obj`, `DCT`, `En`).
pub(super) const MAX_ELEMENTS: usize = 4 * super::MAX_DEPTH;

/// So many errors mean that a file is no export; more of them help nobody.
const MAX_ERRORS: u32 = 100;

const EXPORT_AGAIN: &str = "the file is damaged or was edited by hand: export it again";

/// PowerShell puts this line before redirected CLIXML.
const CLIXML_MARK: &str = "#< CLIXML";

/// The bytes from `start` to `end` of a block, which is smaller than 4 GiB.
pub(super) fn bytes(start: usize, end: usize) -> Bytes {
    Bytes::new(u32::try_from(start).unwrap_or(u32::MAX), u32::try_from(end).unwrap_or(u32::MAX))
}

/// Why a token or a record could not be had.
#[derive(Debug)]
pub(super) enum Fault {
    /// The text ends before it does.
    More,
    /// It is not as it must be. What follows `resume` is worth a look.
    Bad { problem: Problem, resume: usize },
    /// The record lacks its end: the next one begins at `resume`.
    Unclosed { problem: Problem, resume: usize },
    /// A document begins at the offset before the one that is being read has ended.
    Root(usize),
    /// Nothing in the file is to be read any more.
    Fatal(Problem),
}

impl Fault {
    /// A problem at `span` of a damaged file, after which reading resumes at `resume`.
    pub(super) fn damage(span: Range<usize>, message: impl Into<Cow<'static, str>>, resume: usize) -> Self {
        let problem = Problem::error(bytes(span.start, span.end), message).with_help(EXPORT_AGAIN);
        Self::Bad { problem, resume }
    }

    /// The record lacks its end; `span` is the tag that shows it, `resume` where the next record is looked for.
    pub(super) fn unclosed(span: Range<usize>, name: &str, resume: usize) -> Self {
        let message = format!("the record above lacks its end, </{name}>");
        let problem = Problem::error(bytes(span.start, span.end), message).with_help(EXPORT_AGAIN);
        Self::Unclosed { problem, resume }
    }
}

/// A piece of XML.
#[derive(Clone, Copy, Debug)]
pub(super) enum Token<'t> {
    /// A start tag, or the tag of an element without content.
    Open(Tag<'t>),
    /// The end tag of the element of that name.
    Close(&'t str),
    /// Text without references.
    Text,
    /// A reference to a character: `&amp;`, `&#65;`.
    Reference,
    /// A CDATA section.
    CData,
    /// A comment, a processing instruction, a declaration.
    Other,
}

/// A start tag.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tag<'t> {
    pub(super) name: &'t str,
    /// What stands between the name and the end of the tag.
    attributes: &'t str,
    /// Where `<` stands.
    pub(super) start: usize,
    /// One past `>`.
    pub(super) end: usize,
    /// Whether it is closed by itself: `<LST />`.
    pub(super) is_empty: bool,
}

/// Other attributes than those looked for, of which one tag is checked for duplicates.
const MAX_OTHER_ATTRIBUTES: usize = 8;

impl Tag<'_> {
    /// The values of the `wanted` attributes.
    ///
    /// # Errors
    ///
    /// What is wrong with any of the tag's attributes.
    pub(super) fn find<const N: usize>(&self, wanted: [&str; N]) -> Result<[Option<Bytes>; N], Fault> {
        let mut found = [None; N];
        let mut others = [""; MAX_OTHER_ATTRIBUTES];
        let mut count = 0;
        let mut at = 0;
        while let Some(attribute) = self.attribute(&mut at)? {
            let is_duplicate = match wanted.iter().position(|name| *name == attribute.name) {
                Some(index) => found[index].replace(attribute.value).is_some(),
                None => {
                    let is_duplicate = others[..count].contains(&attribute.name);
                    if let Some(slot) = others.get_mut(count) {
                        *slot = attribute.name;
                        count += 1;
                    }
                    is_duplicate
                }
            };
            if is_duplicate {
                let message = format!("the attribute {} is given twice", attribute.name);
                return Err(self.damage(attribute.value.range(), message));
            }
        }
        Ok(found)
    }

    /// The attribute at `at` within the attributes; moves `at` past it.
    fn attribute(&self, at: &mut usize) -> Result<Option<Attribute<'_>>, Fault> {
        let text = self.attributes.as_bytes();
        let run = |from: usize, is_in: fn(u8) -> bool| {
            text.iter().skip(from).position(|&byte| !is_in(byte)).map_or(text.len(), |length| from + length)
        };
        let name_start = run(*at, is_white);
        if name_start >= text.len() {
            return Ok(None);
        }
        let name_end = run(name_start, |byte| byte != b'=' && !is_white(byte));
        let equals = run(name_end, is_white);
        let quote = run(equals.saturating_add(1).min(text.len()), is_white);
        let value_start = quote + 1;
        let length = match (text.get(equals), text.get(quote)) {
            (Some(b'='), Some(&mark @ (b'"' | b'\''))) => {
                text.get(value_start..).and_then(|rest| memchr::memchr(mark, rest))
            }
            _ => None,
        };
        let (Some(length), false) = (length, name_start == name_end) else {
            return Err(self.damage(self.start..self.end, "a tag is malformed"));
        };
        let value_end = value_start + length;
        let value = self.attributes.get(value_start..value_end).unwrap_or_default();
        let base = self.attributes_at();
        self.check_value(value, base + value_start)?;
        *at = value_end + 1;
        let name = self.attributes.get(name_start..name_end).unwrap_or_default();
        Ok(Some(Attribute { name, value: bytes(base + value_start, base + value_end) }))
    }

    /// Where the attributes begin.
    const fn attributes_at(&self) -> usize {
        self.start + 1 + self.name.len()
    }

    fn check_value(&self, value: &str, at: usize) -> Result<(), Fault> {
        for special in memchr::memchr_iter(b'&', value.as_bytes()) {
            if escape::entity(value.get(special..).unwrap_or_default()).is_none() {
                return Err(self.damage(at + special..at + special + 1, UNKNOWN_REFERENCE));
            }
        }
        Ok(())
    }

    /// A fault of the tag, after which its start is looked at again: what is skipped counts tags.
    fn damage(&self, span: Range<usize>, message: impl Into<Cow<'static, str>>) -> Fault {
        Fault::damage(span, message, self.start)
    }
}

struct Attribute<'t> {
    name: &'t str,
    value: Bytes,
}

const UNKNOWN_REFERENCE: &str =
    "a reference is none of the five that XML knows (&amp; &lt; &gt; &quot; &apos;) and no character number";

const fn is_white(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// Whether there is nothing but white space and byte order marks (which `>>` leaves in the middle of a file).
fn is_blank(text: &str) -> bool {
    text.bytes().all(is_white) || text.chars().all(|c| c == '\u{FEFF}' || c.is_ascii_whitespace())
}

/// How `raw` has to be decoded, which for most values is not at all.
pub(super) fn escape_of(raw: &str, escape: Escape) -> Escape {
    let text = raw.as_bytes();
    let is_escaped = match escape {
        Escape::None => false,
        Escape::CliXml => memchr::memchr3_iter(b'&', b'\r', b'_', text)
            .any(|at| text.get(at) != Some(&b'_') || matches!(text.get(at + 1), Some(b'x' | b'X'))),
        Escape::Xml | Escape::Json => memchr::memchr2(b'&', b'\r', text).is_some(),
    };
    if is_escaped { escape } else { Escape::None }
}

/// The record that is being read.
#[derive(Clone, Copy, Debug)]
struct Begun<'t> {
    name: &'t str,
    start: usize,
    tag_end: usize,
}

/// A place in the text, from which tokens are read.
pub(super) struct Cursor<'t> {
    text: &'t str,
    parser: quick_xml::Reader<&'t [u8]>,
    /// What the parser takes for 0.
    base: usize,
    /// Where the last token begins.
    start: usize,
    /// Where it ends.
    end: usize,
    /// Before this nothing is looked at: it may be gone when the text arrives in smaller blocks.
    floor: usize,
    record: Option<Begun<'t>>,
}

impl<'t> Cursor<'t> {
    /// A cursor at the offset `at`.
    pub(super) fn new(text: &'t str, at: usize) -> Self {
        // The parser drops a byte order mark and does not count it.
        let rest = text.get(at..).unwrap_or_default().trim_start_matches('\u{FEFF}');
        let mut parser = quick_xml::Reader::from_str(rest);
        // The ends of elements that began in the text of an earlier call.
        parser.config_mut().allow_unmatched_ends = true;
        let base = text.len() - rest.len();
        Self { text, parser, base, start: base, end: base, floor: at, record: None }
    }

    /// The text that is being read.
    pub(super) const fn text(&self) -> &'t str {
        self.text
    }

    /// Where the last token begins.
    pub(super) const fn start(&self) -> usize {
        self.start
    }

    /// Where the last token ends.
    pub(super) const fn end(&self) -> usize {
        self.end
    }

    /// What comes next does not belong to what was read before.
    fn settle(&mut self) {
        self.floor = self.end;
        self.record = None;
    }

    /// A record begins with `tag`.
    pub(super) const fn begin_record(&mut self, tag: &Tag<'t>) {
        self.record = Some(Begun { name: tag.name, start: tag.start, tag_end: tag.end });
    }

    /// The next token.
    ///
    /// # Errors
    ///
    /// [`Fault::More`] where the text ends first.
    pub(super) fn next(&mut self) -> Result<Token<'t>, Fault> {
        self.start = self.end;
        let event = self.parser.read_event();
        self.end = self.position(self.parser.buffer_position());
        match event {
            Ok(Event::Start(tag)) => self.open(tag.name().as_ref().len(), false),
            Ok(Event::Empty(tag)) => self.open(tag.name().as_ref().len(), true),
            Ok(Event::End(_)) => self.close(),
            // Where no markup follows there is more to come, or the file is cut off: nothing ends with text.
            Ok(Event::Text(_)) if self.end >= self.text.len() => Err(Fault::More),
            Ok(Event::Text(_)) => Ok(Token::Text),
            Ok(Event::GeneralRef(_)) => self.reference(),
            Ok(Event::CData(_)) => Ok(Token::CData),
            Ok(Event::Comment(_) | Event::PI(_) | Event::Decl(_)) => Ok(Token::Other),
            Ok(Event::DocType(_)) => Err(self.document_type()),
            Ok(Event::Eof) => Err(Fault::More),
            Err(error) => Err(self.fault(&error)),
        }
    }

    fn position(&self, parsed: u64) -> usize {
        usize::try_from(parsed).map_or(usize::MAX, |parsed| parsed.saturating_add(self.base))
    }

    fn slice(&self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end).unwrap_or_default()
    }

    fn open(&mut self, name_length: usize, is_empty: bool) -> Result<Token<'t>, Fault> {
        self.check_tag()?;
        if name_length == 0 {
            let resume = if self.record.is_some() { self.start } else { self.end };
            return Err(Fault::damage(self.start..self.end, "a tag is malformed", resume));
        }
        let name_end = self.start + 1 + name_length;
        let end = self.end - if is_empty { 2 } else { 1 };
        Ok(Token::Open(Tag {
            name: self.slice(self.start + 1, name_end),
            attributes: self.slice(name_end, end),
            start: self.start,
            end: self.end,
            is_empty,
        }))
    }

    fn close(&mut self) -> Result<Token<'t>, Fault> {
        self.check_tag()?;
        Ok(Token::Close(self.slice(self.start + 2, self.end - 1).trim_ascii_end()))
    }

    /// No tag holds a `<`: a quotation mark or a `>` is missing, and a later one was taken for it.
    fn check_tag(&mut self) -> Result<(), Fault> {
        let inner = self.slice(self.start + 1, self.end);
        match memchr::memchr(b'<', inner.as_bytes()) {
            None => Ok(()),
            Some(length) => Err(self.unclosed_tag(self.start + 1 + length)),
        }
    }

    fn reference(&self) -> Result<Token<'t>, Fault> {
        match escape::entity(self.slice(self.start, self.end)) {
            Some(_) => Ok(Token::Reference),
            None => Err(Fault::damage(self.start..self.end, UNKNOWN_REFERENCE, self.end)),
        }
    }

    fn document_type(&self) -> Fault {
        let span = bytes(self.start, (self.start + "<!DOCTYPE".len()).min(self.text.len()));
        Fault::Fatal(
            Problem::error(span, "a document type is not allowed")
                .with_help("no export has one: do not trust this file"),
        )
    }

    /// What the parser's error means, which often is only that the text ends.
    fn fault(&mut self, error: &Error) -> Fault {
        let rest = self.slice(self.start, self.text.len());
        let is_at_end = self.end >= self.text.len();
        match error {
            Error::Syntax(
                SyntaxError::UnclosedTag
                | SyntaxError::UnclosedSingleQuotedAttributeValue
                | SyntaxError::UnclosedDoubleQuotedAttributeValue,
            ) => match rest.get(1..).and_then(|rest| memchr::memchr(b'<', rest.as_bytes())) {
                Some(length) => self.unclosed_tag(self.start + 1 + length),
                None => Fault::More,
            },
            Error::Syntax(SyntaxError::UnclosedDoctype) if is_document_type(rest) => self.document_type(),
            Error::Syntax(SyntaxError::InvalidBangMarkup) if rest.len() < 3 => Fault::More,
            Error::Syntax(_) if is_at_end => Fault::More,
            Error::IllFormed(IllFormedError::MissingDoctypeName) => self.document_type(),
            Error::IllFormed(IllFormedError::MismatchedEndTag { expected, found }) => {
                let message = format!("</{found}> stands where </{expected}> belongs");
                let fault = Fault::damage(self.start..self.end, message, self.start);
                self.check_tag().err().unwrap_or(fault)
            }
            Error::IllFormed(IllFormedError::UnclosedReference) if is_at_end => Fault::More,
            Error::IllFormed(IllFormedError::UnclosedReference) => {
                Fault::damage(self.start..self.start + 1, UNKNOWN_REFERENCE, self.start + 1)
            }
            _ => Fault::damage(self.start..self.start + 1, "this is no XML", self.start + 1),
        }
    }

    /// The last token is a tag that is not closed before the next begins at `end`.
    fn unclosed_tag(&mut self, end: usize) -> Fault {
        let inner = self.slice(self.start + 1, end);
        let is_start_tag = inner.as_bytes().first().is_some_and(u8::is_ascii_alphabetic);
        if self.record.is_none() && is_start_tag {
            self.record = Some(Begun { name: name_of(inner), start: self.start, tag_end: end });
        }
        let resume = if is_start_tag { self.start } else { end };
        Fault::damage(self.start..end, "a tag is not closed", resume)
    }

    /// Whether the last token, a text, is nothing but white space.
    pub(super) fn is_blank(&self) -> bool {
        is_blank(self.slice(self.start, self.end))
    }

    /// The last token is text where none belongs.
    pub(super) fn stray_text(&self) -> Fault {
        Fault::damage(self.start..self.end, "there is text outside of a value", self.end)
    }

    /// The content of a value's element, up to and including its end tag; `escape` is how the format encodes such
    /// content.
    ///
    /// # Errors
    ///
    /// Also where the content is more than text.
    pub(super) fn value(&mut self, tag: &Tag<'t>, escape: Escape) -> Result<(Bytes, Escape), Fault> {
        if tag.is_empty {
            return Ok((bytes(tag.end, tag.end), Escape::None));
        }
        let mut pieces = 0u32;
        let mut section = None;
        loop {
            match self.next()? {
                Token::Text | Token::Reference => pieces += 1,
                Token::CData => section = Some((self.start + "<![CDATA[".len(), self.end - "]]>".len())),
                Token::Close(_) => break,
                Token::Open(inner) => {
                    let message = format!("the element <{}> stands within a value", inner.name);
                    return Err(Fault::damage(inner.start..inner.end, message, inner.start));
                }
                Token::Other => return Err(self.value_in_parts()),
            }
        }
        let Some((start, end)) = section else {
            let text = bytes(tag.end, self.start);
            return Ok((text, escape_of(self.slice(tag.end, self.start), escape)));
        };
        let raw = self.slice(start, end);
        let escape = escape_of(raw, escape);
        // No escape says "units but no entities"; and one span is not several pieces.
        if pieces > 0 || (escape == Escape::CliXml && memchr::memchr(b'&', raw.as_bytes()).is_some()) {
            return Err(self.value_in_parts());
        }
        let escape = if escape == Escape::Xml { Escape::None } else { escape };
        Ok((bytes(start, end), escape))
    }

    fn value_in_parts(&self) -> Fault {
        Fault::damage(self.start..self.end, "a value is in several parts, which no export is", self.end)
    }

    /// Where the line of `start` begins, if an element there stands in the column of the record that is being
    /// read, in a file that is indented: the record then lacks its end.
    pub(super) fn beside_record(&self, start: usize) -> Option<usize> {
        let line = start.checked_sub(self.record_indent(start)? + 1).filter(|&line| line >= self.floor)?;
        is_line(self.slice(line, start).as_bytes()).then_some(line)
    }

    /// By how many bytes the record is indented; `None` where the layout up to `limit` does not tell records from
    /// what is in them.
    fn record_indent(&self, limit: usize) -> Option<usize> {
        let begun = self.record?;
        let indent = last_indent(self.slice(self.floor, begun.start))?;
        let inside = self.slice(begun.start, limit);
        let line = memchr::memchr(b'\n', inside.as_bytes())? + 1;
        let next = inside.bytes().skip(line).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        (next > indent).then_some(indent)
    }
}

/// The length of the last line, which must be nothing but spaces and tabs.
fn last_indent(text: &str) -> Option<usize> {
    let line = memchr::memrchr(b'\n', text.as_bytes())? + 1;
    let indent = text.get(line..)?;
    indent.bytes().all(|byte| matches!(byte, b' ' | b'\t')).then_some(indent.len())
}

fn is_document_type(rest: &str) -> bool {
    rest.get(.."<!DOCTYPE".len()).is_some_and(|start| start.eq_ignore_ascii_case("<!DOCTYPE"))
}

/// What a [`Content`] found within the root element.
pub(super) enum Found {
    /// A record is on the tape; the cursor is past it.
    Record { type_name: Option<Arc<str>> },
    /// Nothing to tell of; the cursor is past it.
    Nothing,
    /// The next thing to read is at this offset.
    Entered(usize),
    /// Something odd; the cursor is past it.
    Odd(Problem),
    /// The end tag of the root.
    End,
}

/// What is in a document of one format.
pub(super) trait Content {
    /// The root element.
    const ROOT: &'static str;
    /// The format's name.
    const FORMAT: &'static str;
    /// How such a file is made, for help.
    const EXPORT: &'static str;

    /// A document begins.
    fn begin(&mut self, text: &str, root: &Tag<'_>) -> Result<(), Fault>;

    /// Reads the next thing within the root. Offsets are those of the cursor's text.
    fn read<'t>(&mut self, cursor: &mut Cursor<'t>, tape: &mut Tape) -> Result<Found, Fault>;

    /// The record cannot be read. Returns how many elements of the name of the record's own are open.
    fn abandon(&mut self) -> u32;

    /// What is within a root is left without its end.
    fn leave(&mut self);

    /// The text before `consumed` is gone.
    fn forget(&mut self, consumed: usize);
}

/// Where in a file the reading is.
enum Place {
    /// Not within a root element.
    Outside,
    /// In text outside of a root element, to be passed over.
    Garbage,
    /// Within a root element.
    Inside,
    /// Within a record that is damaged.
    Skipping(Skip),
    /// Nothing more is read.
    Finished,
}

/// How to get out of a damaged record.
struct Skip {
    /// The name of the record's element.
    name: Box<str>,
    /// How many of that name are open.
    depth: u32,
    /// By how many bytes the record is indented, where lines tell where it ends.
    indent: Option<usize>,
}

/// A file of one or more documents of one XML format.
pub(super) struct Documents<C> {
    content: C,
    place: Place,
    has_root: bool,
    errors: u32,
}

impl<C: Content> Documents<C> {
    pub(super) const fn new(content: C) -> Self {
        Self { content, place: Place::Outside, has_root: false, errors: 0 }
    }

    /// [`super::Reader::next`].
    pub(super) fn next(&mut self, text: &str, at: &mut usize, last: bool, tape: &mut Tape) -> Step {
        let step = loop {
            tape.clear();
            let found = match &self.place {
                Place::Outside => self.outside(text, at, last),
                Place::Garbage => self.garbage(text, at, last),
                Place::Inside => self.inside(text, at, last, tape),
                Place::Skipping(_) => self.skip(text, at, last),
                Place::Finished => Some(Step::Done),
            };
            if let Some(step) = found {
                break step;
            }
        };
        self.count(step)
    }

    /// [`super::Reader::forget`].
    pub(super) fn forget(&mut self, consumed: usize) {
        self.content.forget(consumed);
    }

    fn count(&mut self, step: Step) -> Step {
        let Step::Problem(problem) = &step else { return step };
        if problem.is_warning {
            return step;
        }
        self.errors += 1;
        if self.errors <= MAX_ERRORS {
            return step;
        }
        self.place = Place::Finished;
        let message = format!("more than {MAX_ERRORS} problems: the rest of the file is not read");
        Step::Problem(Problem::error(problem.span, message).with_help(EXPORT_AGAIN))
    }

    fn finish(&mut self, problem: Problem) -> Option<Step> {
        self.place = Place::Finished;
        Some(Step::Problem(problem))
    }

    fn outside(&mut self, text: &str, at: &mut usize, last: bool) -> Option<Step> {
        let rest = text.get(*at..).unwrap_or_default();
        let trimmed = rest.trim_start_matches(|c: char| c == '\u{FEFF}' || c.is_ascii_whitespace());
        *at += rest.len() - trimmed.len();
        match trimmed.as_bytes().first() {
            None => Some(self.end_of_input(*at, last)),
            Some(b'<') => self.outside_markup(text, at, last),
            Some(b'#') if CLIXML_MARK.starts_with(trimmed) && !last => Some(Step::NeedMore),
            Some(b'#') if trimmed.starts_with(CLIXML_MARK) => {
                self.place = Place::Garbage;
                *at += CLIXML_MARK.len();
                None
            }
            Some(_) => self.no_markup(trimmed, *at),
        }
    }

    fn end_of_input(&mut self, at: usize, last: bool) -> Step {
        if !last {
            return Step::NeedMore;
        }
        self.place = Place::Finished;
        if self.has_root {
            return Step::Done;
        }
        let message = format!("there is no {} in this file: it has no <{}>", C::FORMAT, C::ROOT);
        Step::Problem(Problem::error(bytes(at, at), message).with_help(C::EXPORT))
    }

    fn no_markup(&mut self, rest: &str, at: usize) -> Option<Step> {
        let span = bytes(at, at + rest.chars().next().map_or(0, char::len_utf8));
        if self.has_root {
            self.place = Place::Garbage;
            let message = format!("there is text after </{}>", C::ROOT);
            return Some(Step::Problem(Problem::error(span, message).with_help(EXPORT_AGAIN)));
        }
        let message = format!("this is no {}: it does not begin with <{}>", C::FORMAT, C::ROOT);
        self.finish(Problem::error(span, message).with_help(C::EXPORT))
    }

    fn garbage(&mut self, text: &str, at: &mut usize, last: bool) -> Option<Step> {
        let rest = text.get(*at..).unwrap_or_default();
        let length = memchr::memchr(b'<', rest.as_bytes()).unwrap_or(rest.len());
        *at += length;
        if length == rest.len() && !last {
            return Some(Step::NeedMore);
        }
        self.place = Place::Outside;
        None
    }

    fn outside_markup(&mut self, text: &str, at: &mut usize, last: bool) -> Option<Step> {
        let mut cursor = Cursor::new(text, *at);
        let token = cursor.next();
        let span = cursor.start()..cursor.end();
        let fault = match token {
            Ok(Token::Other) => {
                *at = cursor.end();
                return None;
            }
            Ok(Token::Open(tag)) if tag.name == C::ROOT => match self.begin(text, &tag) {
                Ok(()) => {
                    *at = cursor.end();
                    return None;
                }
                Err(fault) => fault,
            },
            Ok(Token::Open(tag)) => Fault::Fatal(
                Problem::error(
                    bytes(span.start, span.end),
                    format!("the root element is <{}>, not <{}>", tag.name, C::ROOT),
                )
                .with_help(C::EXPORT),
            ),
            Ok(Token::Close(name)) => {
                Fault::damage(span.clone(), format!("</{name}> ends what has not begun"), span.end)
            }
            Ok(Token::Text | Token::Reference | Token::CData) => cursor.stray_text(),
            Err(fault) => fault,
        };
        match fault {
            Fault::More if !last => Some(Step::NeedMore),
            Fault::More | Fault::Root(_) | Fault::Unclosed { .. } => {
                self.finish(cut_off(span.start..span.start + 1, "before its root element"))
            }
            Fault::Fatal(problem) => self.finish(problem),
            Fault::Bad { problem, .. } if !self.has_root => self.finish(problem),
            Fault::Bad { problem, resume } => {
                // A root element with broken attributes is not looked at again.
                *at = resume.max(span.start + 1);
                self.place = Place::Garbage;
                Some(Step::Problem(problem))
            }
        }
    }

    fn begin(&mut self, text: &str, tag: &Tag<'_>) -> Result<(), Fault> {
        self.content.begin(text, tag)?;
        self.has_root = true;
        if !tag.is_empty {
            self.place = Place::Inside;
        }
        Ok(())
    }

    fn inside(&mut self, text: &str, at: &mut usize, last: bool, tape: &mut Tape) -> Option<Step> {
        let mut cursor = Cursor::new(text, *at);
        loop {
            tape.clear();
            let found = match self.content.read(&mut cursor, tape) {
                Ok(found) => found,
                Err(fault) => return self.fault(&cursor, fault, at, last),
            };
            let read = *at..cursor.end();
            *at = read.end;
            match found {
                Found::Record { type_name } => {
                    return Some(match control_character(text, read) {
                        Some(problem) => Step::Problem(problem),
                        None => Step::Record { type_name },
                    });
                }
                Found::Nothing => cursor.settle(),
                Found::Entered(offset) => {
                    *at = offset;
                    cursor = Cursor::new(text, offset);
                }
                Found::Odd(problem) => return Some(Step::Problem(problem)),
                Found::End => {
                    self.place = Place::Outside;
                    return None;
                }
            }
        }
    }

    fn fault(&mut self, cursor: &Cursor<'_>, fault: Fault, at: &mut usize, last: bool) -> Option<Step> {
        match fault {
            Fault::More if !last => Some(Step::NeedMore),
            Fault::More => {
                let end = cursor.text().len();
                let (span, place) = match cursor.record {
                    Some(begun) => (begun.start..begun.tag_end, "in the middle of a record"),
                    None => (end..end, "in the middle of the document"),
                };
                self.finish(cut_off(span, place))
            }
            Fault::Fatal(problem) => self.finish(problem),
            Fault::Root(offset) => {
                *at = offset;
                self.content.abandon();
                self.content.leave();
                self.place = Place::Outside;
                let root = C::ROOT;
                Some(Step::Problem(
                    Problem::error(
                        bytes(offset, offset + root.len() + 1),
                        format!("<{root}> begins before the <{root}> above has ended"),
                    )
                    .with_help("the export above was cut off: export it again"),
                ))
            }
            Fault::Unclosed { problem, resume } => {
                *at = resume;
                self.content.abandon();
                Some(Step::Problem(problem))
            }
            Fault::Bad { problem, resume } => {
                *at = resume;
                if let Some(begun) = cursor.record {
                    let open = self.content.abandon();
                    let indent = cursor.record_indent(resume);
                    if indent.is_some() {
                        *at = begun.start + 1;
                    }
                    let depth = if resume <= begun.start { 0 } else { open.max(1) };
                    self.place = Place::Skipping(Skip { name: begun.name.into(), depth, indent });
                }
                Some(Step::Problem(problem))
            }
        }
    }

    /// Moves on to where the next record may begin.
    fn skip(&mut self, text: &str, at: &mut usize, last: bool) -> Option<Step> {
        let Place::Skipping(skip) = &mut self.place else { return None };
        let stop = skip.run(text, *at, C::ROOT, last);
        let (offset, is_out) = match stop {
            Stop::At(offset) => (offset, true),
            Stop::More(offset) => (offset, false),
        };
        *at = offset;
        if !is_out && !last {
            return Some(Step::NeedMore);
        }
        self.place = Place::Inside;
        None
    }
}

enum Stop {
    /// A record may begin here.
    At(usize),
    /// Only what follows this offset is still needed.
    More(usize),
}

impl Skip {
    fn run(&mut self, text: &str, at: usize, root: &str, last: bool) -> Stop {
        let all = text.as_bytes();
        let mut from = at;
        while let Some(length) = all.get(from..).and_then(|rest| memchr::memchr(b'<', rest)) {
            let start = from + length;
            let line = self.indent.map_or(start, |indent| start.saturating_sub(indent + 1).max(at));
            // A tag ends before the next begins, even one that lacks its `>`.
            let Some(length) = all.get(start + 1..).and_then(|rest| memchr::memchr2(b'<', b'>', rest)) else {
                return Stop::More(if last { all.len() } else { floor_char(text, line) });
            };
            let end = start + 1 + length;
            let tag = text.get(start + 1..end).unwrap_or_default();
            let after = if all.get(end) == Some(&b'>') { end + 1 } else { end };
            let (is_end, name) = match tag.strip_prefix('/') {
                Some(rest) => (true, name_of(rest)),
                None => (false, name_of(tag)),
            };
            if name == root {
                return Stop::At(start);
            }
            match self.indent {
                Some(indent) if start - line == indent + 1 && is_line(&all[line..start]) => {
                    return Stop::At(if is_end { after } else { line });
                }
                Some(_) => {}
                None if name == &*self.name => {
                    self.turn(is_end, tag.ends_with('/'));
                    if self.depth == 0 {
                        return Stop::At(after);
                    }
                }
                None => {}
            }
            from = after;
        }
        let kept = self.indent.map_or(0, |indent| indent + 1);
        Stop::More(if last { all.len() } else { floor_char(text, all.len().saturating_sub(kept).max(at)) })
    }

    const fn turn(&mut self, is_end: bool, is_empty: bool) {
        match (is_end, is_empty) {
            (true, _) => self.depth = self.depth.saturating_sub(1),
            (false, false) => self.depth += 1,
            (false, true) => {}
        }
    }
}

fn name_of(tag: &str) -> &str {
    let length = tag.bytes().position(|byte| is_white(byte) || byte == b'/').unwrap_or(tag.len());
    tag.get(..length).unwrap_or_default()
}

fn is_line(text: &[u8]) -> bool {
    matches!(text.split_first(), Some((b'\n', indent)) if indent.iter().all(|byte| matches!(byte, b' ' | b'\t')))
}

fn floor_char(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

fn cut_off(span: Range<usize>, place: &str) -> Problem {
    Problem::error(bytes(span.start, span.end), format!("the file ends {place}"))
        .with_help("the export was interrupted, or the file was cut off when it was copied: export it again")
}

/// A character that XML does not allow, which PowerShell always escapes.
fn control_character(text: &str, range: Range<usize>) -> Option<Problem> {
    let is_bad = |byte: u8| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r');
    let part = text.as_bytes().get(range.clone())?;
    // Without early exits the compiler makes vector instructions of it.
    let has_bad = part.chunks(64).any(|chunk| chunk.iter().fold(false, |bad, &byte| bad | is_bad(byte)));
    if !has_bad {
        return None;
    }
    let at = range.start + part.iter().position(|&byte| is_bad(byte))?;
    let code = text.as_bytes().get(at).copied().unwrap_or_default();
    let message = format!("there is a control character (U+{code:04X}) in this record");
    Some(Problem::error(bytes(at, at + 1), message).with_help(EXPORT_AGAIN))
}

/// Drives a reader as the program does, for the tests of the formats.
#[cfg(test)]
pub(super) mod testing {
    use super::super::{Kind, NodeRef, Reader, Step, Tape};

    /// Type name, shape and all spans of a record.
    pub(in super::super) type Seen = (Option<String>, String, Vec<(u64, u64)>);

    /// What a reader made of a text. Offsets are those of the whole text, however it was cut.
    #[derive(Debug, Default, PartialEq)]
    pub(in super::super) struct Outcome {
        /// Each record.
        pub(in super::super) records: Vec<Seen>,
        pub(in super::super) problems: Vec<(String, u64, u64)>,
    }

    impl Outcome {
        pub(in super::super) fn shapes(&self) -> Vec<&str> {
            self.records.iter().map(|(_, shape, _)| shape.as_str()).collect()
        }

        pub(in super::super) fn messages(&self) -> Vec<&str> {
            self.problems.iter().map(|(message, ..)| message.as_str()).collect()
        }
    }

    /// Reads `text` in blocks of `block` bytes; dropped is what the reader no longer needs.
    pub(in super::super) fn read(mut reader: impl Reader, text: &str, block: usize) -> Outcome {
        let mut outcome = Outcome::default();
        let mut tape = Tape::default();
        let (mut buffer, mut at, mut base, mut rest) = (String::new(), 0usize, 0u64, text);
        // Each step but the last moves on, or asks for a byte.
        for _ in 0..text.len() * 4 + 1000 {
            let step = reader.next(&buffer, &mut at, rest.is_empty(), &mut tape);
            assert!(buffer.is_char_boundary(at), "{at} is no offset of a character");
            let place = |span: super::Bytes| {
                assert!(buffer.get(span.range()).is_some(), "{span:?} is no part of the text");
                (base + u64::from(span.start), base + u64::from(span.end))
            };
            match step {
                Step::Record { type_name } => {
                    let spans = tape.nodes().iter().flat_map(|node| [place(node.name), place(node.text)]);
                    let spans = spans.map(|span| if span.1 == base { (0, 0) } else { span }).collect();
                    let root = NodeRef::root(&buffer, tape.nodes()).unwrap();
                    assert_eq!(root.node().end, tape.next_index());
                    outcome.records.push((type_name.as_deref().map(str::to_owned), shape(root), spans));
                }
                Step::Problem(problem) => {
                    let (start, end) = place(problem.span);
                    outcome.problems.push((problem.message.into_owned(), start, end));
                }
                Step::NeedMore => {
                    assert!(!rest.is_empty(), "asks for more than there is");
                    reader.forget(at);
                    buffer.drain(..at);
                    base += at as u64;
                    at = 0;
                    let length = (block.min(rest.len())..=rest.len()).find(|&at| rest.is_char_boundary(at));
                    let (more, left) = rest.split_at(length.unwrap_or(rest.len()));
                    buffer.push_str(more);
                    rest = left;
                }
                Step::Done => return outcome,
            }
        }
        panic!("does not come to an end");
    }

    /// A node as text: `{Name: "a", [1, 2], ~"what it prints"}`.
    pub(in super::super) fn shape(node: NodeRef<'_>) -> String {
        let value = match node.kind() {
            Kind::Null => "null".to_owned(),
            Kind::False => "false".to_owned(),
            Kind::True => "true".to_owned(),
            Kind::Number => node.raw().to_owned(),
            Kind::String => format!("{:?}", node.value()),
            Kind::Char => format!("#{}", node.raw()),
            Kind::Display => format!("~{:?}", node.value()),
            Kind::Reference(target) => format!("@{target}"),
            Kind::Dangling => "?".to_owned(),
            Kind::List | Kind::Object => {
                let children: Vec<_> = node.children().map(shape).collect();
                let children = children.join(", ");
                if node.kind() == Kind::List { format!("[{children}]") } else { format!("{{{children}}}") }
            }
        };
        if node.is_named() { format!("{}: {value}", node.name()) } else { value }
    }

    /// The outcome, which must not depend on how the text is cut.
    pub(in super::super) fn read_all_ways<R: Reader>(new: fn() -> R, text: &str) -> Outcome {
        let whole = read(new(), text, text.len());
        let blocks: Vec<usize> =
            if text.len() < 2000 { (1..40).chain([64, 100, 333]).collect() } else { vec![7, 1000] };
        for block in blocks {
            assert_eq!(read(new(), text, block), whole, "in blocks of {block} bytes:\n{text}");
        }
        whole
    }

    /// The files below the corpus of real exports whose name ends in one of `extensions`; none where it is absent.
    pub(in super::super) fn corpus(extensions: &[&str]) -> Vec<(std::path::PathBuf, String)> {
        let root = corpus_root();
        let mut folders = vec![root.clone()];
        let mut files = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
                let path = entry.path();
                let name = path.to_string_lossy().into_owned();
                if path.is_dir() {
                    folders.push(path);
                } else if extensions.iter().any(|extension| name.ends_with(extension)) {
                    files.push((path.strip_prefix(&root).unwrap().to_owned(), decoded(&path)));
                }
            }
        }
        if files.is_empty() {
            println!("skipped: there is no corpus at {}", root.display());
        }
        files.sort();
        files
    }

    fn corpus_root() -> std::path::PathBuf {
        std::env::var_os("FREEBUSY_LINT_CORPUS").map_or_else(
            || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"),
            std::path::PathBuf::from,
        )
    }

    fn decoded(path: &std::path::Path) -> String {
        let bytes = std::fs::read(path).unwrap();
        let source = crate::source::Sources::default().add("corpus");
        let mut blocks =
            crate::source::Blocks::with_block_bytes(source, bytes.as_slice(), bytes.len() * 2 + 1).unwrap();
        blocks.next(None, 0).unwrap().map_or_else(String::new, |(text, _)| text.content().to_owned())
    }
}
