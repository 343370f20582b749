//! Tokens of XML with their offsets, and the checks that quick-xml leaves to its callers.

use std::borrow::Cow;
use std::io::BufRead;
use std::ops::Range;

use quick_xml::errors::{Error, IllFormedError, SyntaxError};
use quick_xml::events::Event;

use super::{Fault, bytes};
use crate::format::{Bytes, Escape, Problem, escape};

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
        let start = white(text, *at);
        let Some(rest) = text.get(start..).filter(|rest| !rest.is_empty()) else { return Ok(None) };
        let length = rest.iter().position(|&byte| byte == b'=' || is_white(byte)).unwrap_or(rest.len());
        let equals = white(text, start + length);
        let quote = white(text, equals + 1);
        let end = match (text.get(equals), text.get(quote)) {
            (Some(b'='), Some(&mark @ (b'"' | b'\''))) if length > 0 => {
                text.get(quote + 1..).and_then(|rest| rest.iter().position(|&byte| byte == mark))
            }
            _ => None,
        };
        let Some(end) = end.map(|length| quote + 1 + length) else {
            return Err(self.damage(self.start..self.end, "a tag is malformed"));
        };
        let base = self.attributes_at();
        self.check_value(self.attributes.get(quote + 1..end).unwrap_or_default(), base + quote + 1)?;
        *at = end + 1;
        let name = self.attributes.get(start..start + length).unwrap_or_default();
        Ok(Some(Attribute { name, value: bytes(base + quote + 1, base + end) }))
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

/// The first offset from `at` on without white space.
fn white(text: &[u8], mut at: usize) -> usize {
    while text.get(at).is_some_and(|&byte| is_white(byte)) {
        at += 1;
    }
    at
}

/// White space, and the byte order mark that `>>` leaves in the middle of a file.
pub(super) fn is_filler(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\r' | '\n' | '\u{FEFF}')
}

fn is_blank(text: &str) -> bool {
    text.bytes().all(is_white) || text.chars().all(is_filler)
}

/// How `raw` has to be decoded, which for most values is not at all.
pub(super) fn escape_of(raw: &str, escape: Escape) -> Escape {
    let text = raw.as_bytes();
    let is_escaped = match escape {
        Escape::None => false,
        Escape::CliXml => memchr::memchr3_iter(b'&', b'\r', b'_', text)
            .any(|at| text.get(at) != Some(&b'_') || matches!(text.get(at + 1), Some(b'x' | b'X'))),
        Escape::Xml => memchr::memchr2(b'&', b'\r', text).is_some(),
        // Not those of XML.
        Escape::Json | Escape::Csv | Escape::Wrapped(_) | Escape::Header => false,
    };
    if is_escaped { escape } else { Escape::None }
}

/// An element that holds text and nothing else.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plain<T, const N: usize> {
    /// What the element is.
    pub(super) element: T,
    /// The attributes' values.
    pub(super) values: [Option<Bytes>; N],
    /// The text.
    pub(super) text: Bytes,
    /// Where `<` stands.
    pub(super) start: usize,
    end: usize,
}

/// The record that is being read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Begun<'t> {
    pub(super) name: &'t str,
    pub(super) start: usize,
    pub(super) tag_end: usize,
}

/// What is known of the layout of a record; `None` is not known yet.
#[derive(Clone, Copy, Debug, Default)]
struct Layout {
    /// By how many bytes it is indented, if it is the first thing of its line.
    column: Option<Option<usize>>,
    /// Whether the line after its first is indented further.
    is_nested: Option<bool>,
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
    pub(super) record: Option<Begun<'t>>,
    /// What is known of the record's layout: it is asked for often where the record is odd.
    layout: Layout,
    /// Whether the parser stands behind markup: only then it may be moved on.
    is_behind_markup: bool,
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
        Self {
            text,
            parser,
            base,
            start: base,
            end: base,
            floor: at,
            record: None,
            layout: Layout::default(),
            is_behind_markup: false,
        }
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
    pub(super) fn settle(&mut self) {
        self.floor = self.end;
        self.record = None;
        self.layout = Layout::default();
    }

    /// A record begins with `tag`.
    pub(super) fn begin_record(&mut self, tag: &Tag<'t>) {
        self.layout = Layout::default();
        self.record = Some(Begun { name: tag.name, start: tag.start, tag_end: tag.end });
    }

    /// The next token. White space before a tag is passed over.
    ///
    /// # Errors
    ///
    /// [`Fault::More`] where the text ends first.
    #[inline]
    pub(super) fn next(&mut self) -> Result<Token<'t>, Fault> {
        let rest = self.text.as_bytes().get(self.end..).unwrap_or_default();
        let blank = rest.iter().take_while(|&&byte| is_white(byte)).count();
        if rest.get(blank) == Some(&b'<') {
            self.pass(blank);
        }
        self.piece()
    }

    /// Passes over plain text, which costs the parser more than it is worth.
    fn pass(&mut self, length: usize) {
        self.parser.stream().consume(length);
        self.end += length;
    }

    /// The next element if it is as plain as most are, `<S N="Name">text</S>`: `wanted` by its tag, with some of the
    /// `attributes` in that order, and without references. The parser would need three steps for it.
    ///
    /// [`Cursor::skip_plain`] moves past it.
    pub(super) fn plain<T, const N: usize>(
        &self,
        attributes: [&str; N],
        wanted: impl FnOnce(&str) -> Option<T>,
    ) -> Option<Plain<T, N>> {
        if !self.is_behind_markup {
            return None;
        }
        let all = self.text.as_bytes();
        let start = white(all, self.end);
        let rest = all.get(start..)?.strip_prefix(b"<")?;
        let length = rest.iter().position(|byte| !byte.is_ascii_alphanumeric())?;
        let (tag, mut rest) = rest.split_at_checked(length)?;
        let element = wanted(std::str::from_utf8(tag).ok()?)?;
        let values = attributes.map(|name| {
            let (length, after) = plain_attribute(rest, name.as_bytes())?;
            let end = all.len() - after.len() - 1;
            rest = after;
            Some(bytes(end - length, end))
        });
        let rest = rest.strip_prefix(b">")?;
        let text_start = all.len() - rest.len();
        let length = memchr::memchr2(b'<', b'&', rest)?;
        rest.get(length..)?.strip_prefix(b"</")?.strip_prefix(tag)?.strip_prefix(b">")?;
        let text_end = text_start + length;
        let end = text_end + tag.len() + "</>".len();
        Some(Plain { element, values, text: bytes(text_start, text_end), start, end })
    }

    /// Moves past what [`Cursor::plain`] found.
    pub(super) fn skip_plain<T, const N: usize>(&mut self, plain: &Plain<T, N>) {
        self.pass(plain.end.saturating_sub(self.end));
    }

    /// The next token, white space being one.
    fn piece(&mut self) -> Result<Token<'t>, Fault> {
        self.start = self.end;
        let event = self.parser.read_event();
        self.end = self.position(self.parser.buffer_position());
        self.is_behind_markup = !matches!(event, Ok(Event::Text(_)));
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
        // Within a record the parser has compared the name.
        if self.record.is_none() {
            self.check_tag()?;
        }
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
        let problem = Problem::error(span, "a document type is not allowed")
            .with_help("no export has one: do not trust this file");
        Fault::Fatal(problem.into())
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
        let text = self.slice(self.start, self.end);
        let trimmed = text.trim_start_matches(is_filler);
        let start = self.end - trimmed.len();
        let end = start + trimmed.trim_end_matches(is_filler).len();
        Fault::damage(start..end, "there is text outside of a value", self.end)
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
        let rest = self.text.as_bytes().get(self.end..).unwrap_or_default();
        if let Some(length) = memchr::memchr2(b'<', b'&', rest)
            && rest.get(length..length + 2) == Some(b"</")
        {
            self.pass(length);
            self.piece()?;
            let raw = self.slice(tag.end, tag.end + length);
            return Ok((bytes(tag.end, tag.end + length), escape_of(raw, escape)));
        }
        self.value_of_pieces(tag, escape)
    }

    fn value_of_pieces(&mut self, tag: &Tag<'t>, escape: Escape) -> Result<(Bytes, Escape), Fault> {
        let mut pieces = 0u32;
        let mut section = None;
        loop {
            match self.piece()? {
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
    pub(super) fn beside_record(&mut self, start: usize) -> Option<usize> {
        let line = start.checked_sub(self.column()? + 1).filter(|&line| line >= self.floor)?;
        let is_beside = is_line(self.slice(line, start).as_bytes()) && self.record_indent(start).is_some();
        is_beside.then_some(line)
    }

    /// By how many bytes the record is indented; `None` where the layout up to `limit` does not tell records from
    /// what is in them.
    pub(super) fn record_indent(&mut self, limit: usize) -> Option<usize> {
        let indent = self.column()?;
        if self.layout.is_nested.is_none() {
            let inside = self.slice(self.record?.start, limit).as_bytes();
            let line = memchr::memchr(b'\n', inside)? + 1;
            let next = inside.iter().skip(line).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            self.layout.is_nested = Some(next > indent);
        }
        (self.layout.is_nested == Some(true)).then_some(indent)
    }

    /// By how many bytes the record is indented, if it is the first thing of its line.
    fn column(&mut self) -> Option<usize> {
        let begun = self.record?;
        if self.layout.column.is_none() {
            self.layout.column = Some(last_indent(self.slice(self.floor, begun.start)));
        }
        self.layout.column?
    }
}

/// The length of the value of the attribute `name` at the start of `text`, and what follows its quotation mark.
fn plain_attribute<'t>(text: &'t [u8], name: &[u8]) -> Option<(usize, &'t [u8])> {
    let value = text.strip_prefix(b" ")?.strip_prefix(name)?.strip_prefix(b"=\"")?;
    let length = value.iter().position(|byte| b"\"<>&".contains(byte))?;
    Some((length, value.get(length..)?.strip_prefix(b"\"")?))
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

pub(super) fn name_of(tag: &str) -> &str {
    let length = tag.bytes().position(|byte| is_white(byte) || byte == b'/').unwrap_or(tag.len());
    tag.get(..length).unwrap_or_default()
}

pub(super) fn is_line(text: &[u8]) -> bool {
    matches!(text.split_first(), Some((b'\n', indent)) if indent.iter().all(|byte| matches!(byte, b' ' | b'\t')))
}
