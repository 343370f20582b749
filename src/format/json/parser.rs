//! One JSON value from text to tape: strict, without recursion, one pass, nothing decoded.
//!
//! Knows nothing of records, of blocks or of what follows an error.

use super::super::{Bytes, Escape, Kind, MAX_DEPTH, Node, Tape};

/// Why a value could not be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// The text ends within it.
    End,
    /// It is no JSON.
    Fault(Fault),
}

/// A mistake in the syntax.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) what: What,
    pub(super) span: Bytes,
}

/// Which mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Value,
    Name,
    Colon,
    CommaOrBrace,
    CommaOrBracket,
    TrailingComma,
    Word,
    Number,
    StringNotClosed,
    ControlCharacter,
    Escape,
    TooDeep,
}

/// A property's name, or none for items.
#[derive(Clone, Copy, Default)]
pub(super) struct Name {
    pub(super) span: Bytes,
    pub(super) escape: Escape,
}

/// A container that is not closed yet.
#[derive(Clone, Copy)]
pub(super) struct Open {
    node: u32,
    pub(super) is_list: bool,
}

/// What comes after a value or after an opening bracket.
enum Next {
    Value(Name),
    Finished,
}

/// Reads values from `bytes`, which are valid UTF-8, onto `tape`.
pub(super) struct Parser<'a> {
    bytes: &'a [u8],
    /// Where it reads next.
    pub(super) at: usize,
    /// Whether nothing follows `bytes`: a number may end there.
    last: bool,
    tape: &'a mut Tape,
    /// The containers around `at`, outermost first; after a fault, those around the fault.
    open: &'a mut Vec<Open>,
    /// A hash of all names and the structure around them, in order: equal for records of the same shape.
    pub(super) shape: u64,
}

impl<'a> Parser<'a> {
    /// A parser that reads from `at`; clears `tape` and `open`.
    pub(super) fn new(
        text: &'a str,
        at: usize,
        last: bool,
        tape: &'a mut Tape,
        open: &'a mut Vec<Open>,
    ) -> Self {
        tape.clear();
        open.clear();
        Self { bytes: text.as_bytes(), at, last, tape, open, shape: 0 }
    }

    /// A value of any kind with all that is in it. `self.at` must be where it begins.
    #[inline]
    pub(super) fn value(&mut self, name: Name) -> Result<(), Stop> {
        let mut name = name;
        loop {
            let next = if self.begin(name)? { self.after_open()? } else { self.after_value()? };
            match next {
                Next::Value(next) => name = next,
                Next::Finished => return Ok(()),
            }
        }
    }

    /// Skips white space and returns the byte after it.
    #[inline(always)]
    pub(super) fn peek(&mut self) -> Result<u8, Stop> {
        self.at = skip_space(self.bytes, self.at);
        self.bytes.get(self.at).copied().ok_or(Stop::End)
    }

    /// A property's name and its colon. `self.at` must be where the name begins.
    #[inline(always)]
    pub(super) fn name(&mut self) -> Result<Name, Stop> {
        match self.bytes.get(self.at) {
            Some(b'"') => {}
            Some(_) => return Err(self.fault_here(What::Name)),
            None => return Err(Stop::End),
        }
        let (span, escape) = self.string()?;
        self.shape = mix(self.shape, hash(self.bytes.get(span.range()).unwrap_or_default()));
        if self.peek()? != b':' {
            return Err(self.fault_here(What::Colon));
        }
        self.at += 1;
        self.peek()?;
        Ok(Name { span, escape })
    }

    /// Reads a leaf, or opens a container, which is what the answer says.
    #[inline(always)]
    fn begin(&mut self, name: Name) -> Result<bool, Stop> {
        let start = self.at;
        let Some(&byte) = self.bytes.get(start) else { return Err(Stop::End) };
        let (kind, text, escape) = match byte {
            b'"' => {
                let (span, escape) = self.string()?;
                (Kind::String, span, escape)
            }
            b'{' | b'[' => {
                self.open(name, byte == b'[')?;
                return Ok(true);
            }
            b't' => (Kind::True, self.literal(b"true")?, Escape::None),
            b'f' => (Kind::False, self.literal(b"false")?, Escape::None),
            b'n' => (Kind::Null, self.literal(b"null")?, Escape::None),
            b'-' | b'0'..=b'9' => (Kind::Number, self.number()?, Escape::None),
            _ => return Err(self.no_value()),
        };
        self.push(kind, escape, name, text);
        Ok(false)
    }

    #[inline(always)]
    fn push(&mut self, kind: Kind, escape: Escape, name: Name, text: Bytes) -> u32 {
        self.tape.push(Node { kind, escape, name_escape: name.escape, name: name.span, text, end: 0 })
    }

    #[inline]
    fn open(&mut self, name: Name, is_list: bool) -> Result<(), Stop> {
        if self.open.len() >= MAX_DEPTH {
            return Err(self.fault_here(What::TooDeep));
        }
        let kind = if is_list { Kind::List } else { Kind::Object };
        let node = self.push(kind, Escape::None, name, span(self.at, self.at + 1));
        self.open.push(Open { node, is_list });
        self.shape = mix(self.shape, u64::from(is_list));
        self.at += 1;
        Ok(())
    }

    /// After an opening bracket: the first name or item, or the end of an empty container.
    #[inline]
    fn after_open(&mut self) -> Result<Next, Stop> {
        let byte = self.peek()?;
        let is_list = self.open.last().is_some_and(|open| open.is_list);
        match (is_list, byte) {
            (true, b']') | (false, b'}') => {
                self.close();
                self.after_value()
            }
            (true, _) => Ok(Next::Value(Name::default())),
            (false, _) => Ok(Next::Value(self.name()?)),
        }
    }

    #[inline(always)]
    fn after_value(&mut self) -> Result<Next, Stop> {
        while let Some(&Open { is_list, .. }) = self.open.last() {
            match (self.peek()?, is_list) {
                (b',', false) => {
                    self.at += 1;
                    if self.peek()? == b'}' {
                        return Err(self.fault_here(What::TrailingComma));
                    }
                    return Ok(Next::Value(self.name()?));
                }
                (b',', true) => {
                    self.at += 1;
                    if self.peek()? == b']' {
                        return Err(self.fault_here(What::TrailingComma));
                    }
                    return Ok(Next::Value(Name::default()));
                }
                (b'}', false) | (b']', true) => self.close(),
                (_, false) => return Err(self.fault_here(What::CommaOrBrace)),
                (_, true) => return Err(self.fault_here(What::CommaOrBracket)),
            }
        }
        Ok(Next::Finished)
    }

    /// Closes the innermost container; `self.at` is its closing bracket.
    #[inline]
    fn close(&mut self) {
        self.at += 1;
        if let Some(open) = self.open.pop() {
            self.tape.close(open.node, offset(self.at));
        }
        self.shape = mix(self.shape, 2);
    }

    /// A string's content and whether it holds escapes. `self.at` is its opening quote.
    #[inline(always)]
    fn string(&mut self) -> Result<(Bytes, Escape), Stop> {
        let start = self.at + 1;
        let end = string_end(self.bytes, start);
        if self.bytes.get(end) == Some(&b'"') {
            self.at = end + 1;
            return Ok((span(start, end), Escape::None));
        }
        self.string_with_escapes(start, end)
    }

    /// Goes on with a string whose content begins at `start`; `at` is the first byte that is not plain.
    #[inline(never)]
    fn string_with_escapes(&mut self, start: usize, at: usize) -> Result<(Bytes, Escape), Stop> {
        let mut at = at;
        loop {
            match self.bytes.get(at) {
                None => return Err(Stop::End),
                Some(b'"') => {
                    self.at = at + 1;
                    return Ok((span(start, at), Escape::Json));
                }
                Some(b'\\') => at = self.escape(at)?,
                Some(b'\n' | b'\r') => return Err(fault(What::StringNotClosed, start - 1, at)),
                Some(_) => return Err(fault(What::ControlCharacter, at, at + 1)),
            }
            at = string_end(self.bytes, at);
        }
    }

    /// Where the escape ends whose backslash is at `at`.
    fn escape(&self, at: usize) -> Result<usize, Stop> {
        match self.bytes.get(at + 1) {
            None => Err(Stop::End),
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 2),
            Some(b'u') => {
                let digits = self.bytes.get(at + 2..).unwrap_or_default();
                match digits.iter().take(4).position(|digit| !digit.is_ascii_hexdigit()) {
                    Some(valid) => Err(fault(What::Escape, at, at + 2 + valid)),
                    None if digits.len() < 4 => Err(Stop::End),
                    None => Ok(at + 6),
                }
            }
            Some(0..0x20) => Err(fault(What::Escape, at, at + 1)),
            Some(_) => Err(fault(What::Escape, at, self.character_end(at + 1))),
        }
    }

    #[inline(always)]
    fn literal(&mut self, literal: &'static [u8]) -> Result<Bytes, Stop> {
        let start = self.at;
        let rest = self.bytes.get(start..).unwrap_or_default();
        if rest.starts_with(literal) {
            self.at = start + literal.len();
            return Ok(span(start, self.at));
        }
        Err(if literal.starts_with(rest) { Stop::End } else { self.no_value() })
    }

    #[inline(always)]
    fn number(&mut self) -> Result<Bytes, Stop> {
        let start = self.at;
        let (end, is_valid) = number_end(self.bytes, start);
        match self.bytes.get(end) {
            Some(&byte) if is_valid && !is_word(byte) => {}
            None if is_valid && self.last => {}
            _ => return Err(self.no_number(start)),
        }
        self.at = end;
        Ok(span(start, end))
    }

    #[cold]
    fn no_number(&self, start: usize) -> Stop {
        let end = word_end(self.bytes, start);
        if self.is_cut(end) {
            return Stop::End;
        }
        let sign = usize::from(self.bytes.get(start) == Some(&b'-'));
        let is_word = self.bytes.get(start + sign).is_some_and(u8::is_ascii_alphabetic);
        fault(if is_word { What::Word } else { What::Number }, start, end)
    }

    /// What stands where a value is expected and is none.
    #[cold]
    fn no_value(&self) -> Stop {
        let end = word_end(self.bytes, self.at);
        if end == self.at {
            return self.fault_here(What::Value);
        }
        if self.is_cut(end) {
            return Stop::End;
        }
        fault(What::Word, self.at, end)
    }

    /// Whether a word that ends at `end` may be a part of one.
    fn is_cut(&self, end: usize) -> bool {
        end == self.bytes.len() && (!self.last || !self.open.is_empty())
    }

    /// A fault at the character at `self.at`.
    #[cold]
    fn fault_here(&self, what: What) -> Stop {
        fault(what, self.at, self.character_end(self.at))
    }

    /// Where the character that begins at `at` ends.
    pub(super) fn character_end(&self, at: usize) -> usize {
        let rest = self.bytes.get(at + 1..).unwrap_or_default();
        at + 1 + rest.iter().take_while(|&&byte| byte & 0xC0 == 0x80).count()
    }
}

fn fault(what: What, start: usize, end: usize) -> Stop {
    Stop::Fault(Fault { what, span: span(start, end) })
}

/// The range `start..end` of a block.
pub(super) fn span(start: usize, end: usize) -> Bytes {
    Bytes::new(offset(start), offset(end))
}

#[expect(clippy::cast_possible_truncation, reason = "blocks are smaller than 4 GiB")]
const fn offset(at: usize) -> u32 {
    at as u32
}

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'.' | b'+' | b'-')
}

fn word_end(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|&&byte| is_word(byte)).count()
}

/// Where the number at `at` ends, and whether it is one.
#[inline(always)]
fn number_end(bytes: &[u8], at: usize) -> (usize, bool) {
    let is = |at: usize, byte: u8| bytes.get(at) == Some(&byte);
    let first = at + usize::from(is(at, b'-'));
    let mut end = digits_end(bytes, first);
    let mut is_valid = end > first && (end == first + 1 || !is(first, b'0'));
    if is(end, b'.') {
        let fraction = end + 1;
        end = digits_end(bytes, fraction);
        is_valid &= end > fraction;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let exponent = end + 1 + usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        end = digits_end(bytes, exponent);
        is_valid &= end > exponent;
    }
    (end, is_valid)
}

#[inline(always)]
fn digits_end(bytes: &[u8], at: usize) -> usize {
    let mut at = at;
    while bytes.get(at).is_some_and(u8::is_ascii_digit) {
        at += 1;
    }
    at
}

/// Eight bytes at `at`, the first in the lowest bits.
#[inline(always)]
fn word_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|chunk| u64::from_le_bytes(*chunk))
}

/// A word of eight equal bytes.
const fn eight(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// Index of the lowest byte whose top bit is set in `marks`.
#[inline(always)]
const fn first_mark(marks: u64) -> usize {
    (marks.trailing_zeros() / 8) as usize
}

/// Where white space ends.
#[inline(always)]
fn skip_space(bytes: &[u8], at: usize) -> usize {
    let mut at = at;
    loop {
        match bytes.get(at) {
            Some(b' ') => at = skip_blanks(bytes, at + 1),
            Some(b'\n' | b'\r' | b'\t') => at += 1,
            _ => return at,
        }
    }
}

/// Where a run of blanks ends; indentation is long in what Windows PowerShell 5.1 writes.
#[inline(always)]
fn skip_blanks(bytes: &[u8], at: usize) -> usize {
    let mut at = at;
    while let Some(word) = word_at(bytes, at) {
        let others = word ^ eight(b' ');
        if others != 0 {
            return at + first_mark(others);
        }
        at += 8;
    }
    at
}

/// Where the first quote, backslash or control character is, or the end of the text. Short strings are the rule, so
/// eight bytes at a time beat a call of `memchr`.
#[inline(always)]
fn string_end(bytes: &[u8], at: usize) -> usize {
    let mut at = at;
    while let Some(word) = word_at(bytes, at) {
        // A byte's top bit is set where it matches. Borrows spoil only bytes after a match, and the first counts.
        let zeros = |word: u64| word.wrapping_sub(eight(1)) & !word;
        let controls = word.wrapping_sub(eight(0x20)) & !word;
        let marks = (zeros(word ^ eight(b'"')) | zeros(word ^ eight(b'\\')) | controls) & eight(0x80);
        if marks != 0 {
            return at + first_mark(marks);
        }
        at += 8;
    }
    while bytes.get(at).is_some_and(|&byte| byte >= 0x20 && byte != b'"' && byte != b'\\') {
        at += 1;
    }
    at
}

/// A hash of a name as written.
#[inline(always)]
fn hash(name: &[u8]) -> u64 {
    let mut hash = name.len() as u64;
    let mut rest = name;
    while let Some((chunk, after)) = rest.split_first_chunk() {
        hash = mix(hash, u64::from_le_bytes(*chunk));
        rest = after;
    }
    match name.last_chunk() {
        Some(chunk) => mix(hash, u64::from_le_bytes(*chunk)),
        None => mix(hash, rest.iter().fold(0, |word, &byte| word << 8 | u64::from(byte))),
    }
}

#[inline(always)]
const fn mix(hash: u64, word: u64) -> u64 {
    (hash.rotate_left(23) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}
