//! From a syntax error to the end of the broken record, so that the records after it can be read.
//!
//! The text cannot be trusted here, so this guesses: it pairs brackets, believes a quote only where a string may
//! begin, and takes an opening bracket that begins a line without indentation for the next record.

/// Where the broken record ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// Here, after its closing bracket or before what ends its list.
    Closed(usize),
    /// Before the next record, which begins here; the broken one is never closed.
    Next(usize),
}

/// The state of skipping, which outlives blocks: nothing is looked at twice.
#[derive(Debug, Default)]
pub(super) struct Skip {
    open: Brackets,
    in_string: bool,
    /// Whether the last byte was a backslash in a string.
    escaped: bool,
    /// The last byte outside strings that is not white space; a line feed where a line begins without a comma
    /// before it.
    previous: u8,
    at_line_start: bool,
}

impl Skip {
    /// Skipping from `at`; `is_list` are the brackets that are open there, outermost first.
    pub(super) fn new(text: &str, at: usize, is_list: impl Iterator<Item = bool>) -> Self {
        let before = text.as_bytes().get(..at).unwrap_or_default();
        let trimmed = before.trim_ascii_end();
        let mut skip = Self {
            previous: trimmed.last().copied().unwrap_or(0),
            at_line_start: before.last() == Some(&b'\n'),
            ..Self::default()
        };
        is_list.for_each(|is_list| skip.open.push(is_list));
        if before.get(trimmed.len()..).is_some_and(|space| space.contains(&b'\n')) {
            skip.line_end();
        }
        skip
    }

    /// The same, where skipping begins within a string.
    pub(super) fn in_string(self) -> Self {
        Self { in_string: true, ..self }
    }

    /// The same, where the first byte is known to be part of what is skipped.
    pub(super) fn past_first(self) -> Self {
        Self { at_line_start: false, previous: 0, ..self }
    }

    /// Whether the text may end here: no bracket is open.
    pub(super) fn is_closed(&self) -> bool {
        self.open.depth == 0
    }

    /// Looks for the end of the record from `at` on; `None` when the text ends first. `in_list` says whether the
    /// record is an item of a list.
    pub(super) fn find(&mut self, text: &str, at: usize, in_list: bool) -> Option<Ended> {
        let bytes = text.as_bytes();
        let mut at = at;
        while let Some(&byte) = bytes.get(at) {
            if self.in_string {
                at = self.string(bytes, at);
                continue;
            }
            if let Some(ended) = self.byte(byte, at, in_list) {
                return Some(ended);
            }
            at += 1;
        }
        None
    }

    /// Goes on within a string; returns where to go on after it.
    fn string(&mut self, bytes: &[u8], at: usize) -> usize {
        if std::mem::take(&mut self.escaped) && bytes.get(at) != Some(&b'\n') {
            return at + 1;
        }
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(length) = memchr::memchr3(b'"', b'\\', b'\n', rest) else { return bytes.len() };
        match rest.get(length) {
            Some(b'\\') => self.escaped = true,
            // No string of JSON holds a line end: this one was never closed.
            Some(b'\n') => {
                self.in_string = false;
                return at + length;
            }
            _ => {
                self.in_string = false;
                self.previous = b'"';
            }
        }
        at + length + 1
    }

    fn byte(&mut self, byte: u8, at: usize, in_list: bool) -> Option<Ended> {
        let at_line_start = std::mem::replace(&mut self.at_line_start, byte == b'\n');
        let previous = self.previous;
        if !byte.is_ascii_whitespace() {
            self.previous = byte;
        }
        match byte {
            b'{' | b'[' if at_line_start => return Some(Ended::Next(at)),
            // An object has no items, so this one was not closed before its comma.
            b'{' if previous == b',' && self.open.is_one_object() => return Some(Ended::Next(at)),
            b'{' | b'[' => self.open.push(byte == b'['),
            b'}' | b']' => {
                let is_known = self.open.pop(byte == b']');
                if is_known && self.open.depth == 0 {
                    return Some(Ended::Closed(at + 1));
                }
                if !is_known && byte == b']' && in_list {
                    return Some(Ended::Closed(at));
                }
            }
            b',' if in_list && self.open.depth == 0 => return Some(Ended::Closed(at)),
            b'\n' if !in_list && self.open.depth == 0 => return Some(Ended::Closed(at)),
            b'\n' => self.line_end(),
            b'"' => self.in_string = matches!(previous, b'{' | b'[' | b',' | b':' | b'\n'),
            _ => {}
        }
        None
    }

    fn line_end(&mut self) {
        if self.previous != b',' {
            self.previous = b'\n';
        }
    }
}

/// Open brackets. Of the first 128 it is known which are lists, beyond that only how many there are.
#[derive(Debug, Default)]
struct Brackets {
    lists: u128,
    depth: u64,
}

impl Brackets {
    fn push(&mut self, is_list: bool) {
        if let Some(bit) = Self::bit(self.depth) {
            self.lists = if is_list { self.lists | bit } else { self.lists & !bit };
        }
        self.depth += 1;
    }

    /// Closes the innermost bracket of that kind and all within it; `false` where none is open.
    fn pop(&mut self, is_list: bool) -> bool {
        let mut depth = self.depth;
        while depth > 0 {
            depth -= 1;
            let Some(bit) = Self::bit(depth) else {
                self.depth = depth;
                return true;
            };
            if (self.lists & bit != 0) == is_list {
                self.depth = depth;
                return true;
            }
        }
        false
    }

    const fn is_one_object(&self) -> bool {
        self.depth == 1 && self.lists & 1 == 0
    }

    const fn bit(depth: u64) -> Option<u128> {
        if depth < 128 { Some(1 << depth) } else { None }
    }
}
