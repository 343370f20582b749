//! Escapes of the input formats, decoded when a value is asked for.

use std::borrow::Cow;

/// How the text of a node is escaped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Escape {
    /// Not at all: the bytes are the value.
    #[default]
    None,
    /// JSON: backslash escapes.
    Json,
    /// XML: entities and character references.
    Xml,
    /// CLIXML: XML first, then `_xHHHH_` UTF-16 units.
    CliXml,
    /// CSV: `""` is a quote.
    Csv,
    /// `Format-List`: broken into lines to fit a console.
    Wrapped(Wrap),
    /// As a name: it stands in [`Tape::names`](super::Tape::names), not in the text.
    Header,
}

/// How the lines of a value that was broken into lines belong together; blanks around a break are not part of the
/// value's text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wrap {
    /// For each of the first seven breaks, from the lowest bit, whether it stands within a word; the highest bit is
    /// for all others.
    within_word: u8,
}

impl Wrap {
    /// What the highest bit is for.
    const OTHERS: u32 = u8::BITS - 1;

    /// Every break is within a word.
    pub const ONE_WORD: Self = Self { within_word: u8::MAX };

    /// The breaks, in order, each with whether it is within a word.
    #[must_use]
    pub fn new(breaks: impl Iterator<Item = bool>) -> Self {
        let (mut within_word, mut are_others) = (0, true);
        for (index, is_within_word) in (0u32..).zip(breaks) {
            if index < Self::OTHERS {
                within_word |= u8::from(is_within_word) << index;
            } else {
                // Where they differ, a blank too many does less harm than a word made of two.
                are_others &= is_within_word;
            }
        }
        Self { within_word: within_word | (u8::from(are_others) << Self::OTHERS) }
    }

    /// Whether the break of that index, counted from 0, is within a word.
    #[must_use]
    pub fn is_within_word(self, index: usize) -> bool {
        let bit = u32::try_from(index).unwrap_or(u32::MAX).min(Self::OTHERS);
        self.within_word & (1 << bit) != 0
    }
}

/// `raw` with its escapes decoded; borrowed where there are none.
#[must_use]
pub fn decode(raw: &str, escape: Escape) -> Cow<'_, str> {
    match escape {
        // The names of a header are kept decoded.
        Escape::None | Escape::Header => Cow::Borrowed(raw),
        Escape::Json => json(raw),
        Escape::Xml => xml(raw),
        Escape::CliXml => match xml(raw) {
            Cow::Borrowed(text) => utf16_units(text),
            Cow::Owned(text) => Cow::Owned(utf16_units(&text).into_owned()),
        },
        Escape::Csv if raw.contains("\"\"") => Cow::Owned(raw.replace("\"\"", "\"")),
        Escape::Csv => Cow::Borrowed(raw),
        Escape::Wrapped(wrap) => Cow::Owned(unwrapped(raw, wrap)),
    }
}

/// The lines of a value as one, a blank between them where they were not broken within a word.
fn unwrapped(raw: &str, wrap: Wrap) -> String {
    let mut text = String::with_capacity(raw.len());
    for (index, line) in raw.split('\n').enumerate() {
        let is_word_end = index > 0 && !wrap.is_within_word(index - 1);
        let line = line.trim();
        if is_word_end && !line.is_empty() && !text.is_empty() {
            text.push(' ');
        }
        text.push_str(line);
    }
    text
}

/// JSON's backslash escapes. What is malformed stays as it is; a lone surrogate becomes U+FFFD.
fn json(raw: &str) -> Cow<'_, str> {
    let Some(first) = memchr::memchr(b'\\', raw.as_bytes()) else { return Cow::Borrowed(raw) };
    let mut units = Units::with_capacity(raw.len());
    units.text(&raw[..first]);
    let mut rest = &raw[first..];
    while let Some(escape) = rest.strip_prefix('\\') {
        let (unit, after) = json_escape(escape);
        match unit {
            Some(unit) => units.unit(unit),
            None => units.text("\\"),
        }
        let end = memchr::memchr(b'\\', after.as_bytes()).unwrap_or(after.len());
        units.text(&after[..end]);
        rest = &after[end..];
    }
    Cow::Owned(units.finish())
}

/// The unit that an escape stands for, without its backslash, and what follows it.
fn json_escape(escape: &str) -> (Option<u16>, &str) {
    let simple = |unit: u8| (Some(u16::from(unit)), escape.get(1..).unwrap_or_default());
    match escape.as_bytes().first() {
        Some(&unit @ (b'"' | b'\\' | b'/')) => simple(unit),
        Some(b'b') => simple(0x08),
        Some(b'f') => simple(0x0C),
        Some(b'n') => simple(b'\n'),
        Some(b'r') => simple(b'\r'),
        Some(b't') => simple(b'\t'),
        Some(b'u') => match escape.get(1..5).and_then(hex) {
            Some(unit) => (Some(unit), &escape[5..]),
            None => (None, escape),
        },
        _ => (None, escape),
    }
}

fn hex(digits: &str) -> Option<u16> {
    // `from_str_radix` also takes a sign.
    digits
        .bytes()
        .all(|digit| digit.is_ascii_hexdigit())
        .then(|| u16::from_str_radix(digits, 16).ok())
        .flatten()
}

/// XML's five entities, character references, and line ends (CRLF and CR become LF). What is malformed stays.
fn xml(raw: &str) -> Cow<'_, str> {
    if memchr::memchr2(b'&', b'\r', raw.as_bytes()).is_none() {
        return Cow::Borrowed(raw);
    }
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = memchr::memchr2(b'&', b'\r', rest.as_bytes()) {
        text.push_str(&rest[..at]);
        let special = &rest[at..];
        if let Some(after) = special.strip_prefix('\r') {
            text.push('\n');
            rest = after.strip_prefix('\n').unwrap_or(after);
            continue;
        }
        match entity(special) {
            Some((character, length)) => {
                text.push(character);
                rest = &special[length..];
            }
            None => {
                text.push('&');
                rest = &special[1..];
            }
        }
    }
    text.push_str(rest);
    Cow::Owned(text)
}

/// The character that an entity at the start of `text` stands for, and the entity's length.
pub(super) fn entity(text: &str) -> Option<(char, usize)> {
    // The longest is `&#x10FFFF;`; leading zeros are allowed but nobody writes many.
    let window = &text.as_bytes()[..text.len().min(16)];
    let end = memchr::memchr(b';', window)?;
    let name = text.get(1..end)?;
    let character = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
        }
    };
    Some((character, end + 1))
}

/// CLIXML's `_xHHHH_` (a UTF-16 unit) and `_xHHHHHHHH_` (a code point), as .NET's `XmlConvert.DecodeName` reads
/// them: once, from left to right, hexadecimal digits in either case; what is malformed stays.
fn utf16_units(raw: &str) -> Cow<'_, str> {
    let Some(first) = find_unit_escape(raw) else { return Cow::Borrowed(raw) };
    let mut units = Units::with_capacity(raw.len());
    units.text(&raw[..first]);
    let mut rest = &raw[first..];
    while !rest.is_empty() {
        let after = match unit_escape(rest) {
            Some((code, length)) => {
                units.code(code);
                &rest[length..]
            }
            None => {
                units.text(&rest[..1]);
                &rest[1..]
            }
        };
        let end = find_unit_escape(after).unwrap_or(after.len());
        units.text(&after[..end]);
        rest = &after[end..];
    }
    Cow::Owned(units.finish())
}

/// Where `_x` or `_X` stands next.
fn find_unit_escape(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'_', bytes).find(|&at| matches!(bytes.get(at + 1), Some(b'x' | b'X')))
}

fn unit_escape(text: &str) -> Option<(u32, usize)> {
    let digits = text.strip_prefix("_x").or_else(|| text.strip_prefix("_X"))?;
    for count in [4, 8] {
        if digits.as_bytes().get(count) == Some(&b'_') {
            let digits = digits.get(..count)?;
            if digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                return Some((u32::from_str_radix(digits, 16).ok()?, count + 3));
            }
        }
    }
    None
}

/// Text built from UTF-16 units and plain pieces; pairs surrogates, replaces lone ones.
struct Units {
    text: String,
    high: Option<u16>,
}

impl Units {
    fn with_capacity(capacity: usize) -> Self {
        Self { text: String::with_capacity(capacity), high: None }
    }

    fn text(&mut self, piece: &str) {
        if !piece.is_empty() {
            self.flush();
            self.text.push_str(piece);
        }
    }

    fn unit(&mut self, unit: u16) {
        match (self.high, unit) {
            (Some(high), 0xDC00..=0xDFFF) => {
                self.high = None;
                self.text.extend(
                    char::decode_utf16([high, unit]).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)),
                );
            }
            (_, 0xD800..=0xDBFF) => {
                self.flush();
                self.high = Some(unit);
            }
            _ => {
                self.flush();
                self.text.push(char::from_u32(unit.into()).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
        }
    }

    fn code(&mut self, code: u32) {
        match u16::try_from(code) {
            Ok(unit) => self.unit(unit),
            Err(_) => {
                self.flush();
                self.text.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
        }
    }

    fn flush(&mut self) {
        if self.high.take().is_some() {
            self.text.push(char::REPLACEMENT_CHARACTER);
        }
    }

    fn finish(mut self) -> String {
        self.flush();
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_escapes() {
        let decoded = |raw| decode(raw, Escape::Json).into_owned();
        assert_eq!(decoded(r#"a\u0027\u003cb\/\"\\\n"#), "a'<b/\"\\\n");
        assert_eq!(decoded(r"\ud83d\ude00 \ud83d x \ude00"), "😀 \u{FFFD} x \u{FFFD}");
        assert_eq!(decoded(r"\u+123 \q \u12"), r"\u+123 \q \u12");
        assert!(matches!(decode("plain", Escape::Json), Cow::Borrowed("plain")));
    }

    #[test]
    fn clixml_escapes() {
        let decoded = |raw| decode(raw, Escape::CliXml).into_owned();
        assert_eq!(decoded("a_x000D__x000A_b &lt;I&gt;"), "a\r\nb <I>");
        assert_eq!(
            decoded("clef _x005F_x0000_ _xD834__xDD1E_ é _xD83C_ _x001G_"),
            "clef _x0000_ 𝄞 é \u{FFFD} _x001G_"
        );
        assert_eq!(decoded("_x0001F600_"), "😀");
        assert_eq!(decoded("_xé_x41_ _x"), "_xé_x41_ _x");
        // Decoded once: an escaped escape is not read again.
        assert_eq!(decoded("&amp;amp; _x005F_x005F_"), "&amp; _x005F_");
    }

    #[test]
    fn xml_entities() {
        let decoded = |raw| decode(raw, Escape::Xml).into_owned();
        assert_eq!(decoded("&#65;&#x1F600;&apos;&nbsp; & &;\r\nx\ry"), "A😀'&nbsp; & &;\nx\ny");
        assert_eq!(decoded("_x000A_"), "_x000A_");
    }
}
