//! The words, symbols and literals of an expression.

use std::ops::Range;
use std::str::Chars;

use super::super::ir::Constant;
use super::{CompileError, Result};

/// A piece of an expression.
#[derive(Clone, Debug)]
pub(super) struct Token<'t> {
    pub(super) kind: TokenKind<'t>,
    pub(super) at: Range<usize>,
}

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind<'t> {
    /// A name or a word of the language.
    Word(&'t str),
    /// A number as written, without a sign.
    Number(&'t str),
    /// A string as written, with its quotes.
    Text(&'t str),
    /// An operator or bracket.
    Symbol(&'static str),
    /// Nothing more.
    End,
}

/// Longer ones before those that they begin with.
const SYMBOLS: [&str; 19] =
    ["&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "-", "+", "(", ")", "[", "]", ".", ",", "?", ":"];

/// Words that CEL keeps for itself.
pub(super) fn is_reserved(word: &str) -> bool {
    const RESERVED: [&str; 21] = [
        "as",
        "break",
        "const",
        "continue",
        "else",
        "false",
        "for",
        "function",
        "if",
        "import",
        "in",
        "let",
        "loop",
        "namespace",
        "null",
        "package",
        "return",
        "true",
        "var",
        "void",
        "while",
    ];
    RESERVED.binary_search(&word).is_ok()
}

/// Splits an expression.
pub(super) struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lexer<'t> {
    pub(super) const fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    /// The text of a range.
    pub(super) fn text(&self, range: &Range<usize>) -> &'t str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    /// The next token, after blanks and comments.
    pub(super) fn next(&mut self) -> Result<Token<'t>> {
        self.skip_blanks();
        let start = self.at;
        let rest = self.text.get(start..).unwrap_or_default();
        let kind_and_length = match rest.as_bytes() {
            [] => Ok((TokenKind::End, 0)),
            [b'0'..=b'9', ..] | [b'.', b'0'..=b'9', ..] => {
                let length = number_length(rest);
                Ok((TokenKind::Number(&rest[..length]), length))
            }
            [b'"' | b'\'', ..] | [b'r' | b'R', b'"' | b'\'', ..] => {
                string_length(rest).map(|length| (TokenKind::Text(&rest[..length]), length))
            }
            [b'b' | b'B', b'"' | b'\'', ..] => Err("bytes are not part of this language".to_owned()),
            [first, ..] if first.is_ascii_alphabetic() || *first == b'_' => {
                let length = rest.bytes().take_while(|&byte| is_word_byte(byte)).count();
                Ok((TokenKind::Word(&rest[..length]), length))
            }
            _ => symbol(rest).map(|symbol| (TokenKind::Symbol(symbol), symbol.len())),
        };
        let end_of_first = start + rest.chars().next().map_or(0, char::len_utf8);
        let (kind, length) =
            kind_and_length.map_err(|message| CompileError::new(start..end_of_first, message))?;
        self.at = start + length;
        Ok(Token { kind, at: start..self.at })
    }

    fn skip_blanks(&mut self) {
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let trimmed = rest.trim_start_matches([' ', '\t', '\n', '\r', '\u{c}']);
            self.at += rest.len() - trimmed.len();
            if !trimmed.starts_with("//") {
                return;
            }
            self.at += trimmed.find('\n').unwrap_or(trimmed.len());
        }
    }
}

const fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn symbol(rest: &str) -> std::result::Result<&'static str, String> {
    let found = SYMBOLS.into_iter().find(|symbol| rest.starts_with(symbol));
    found.ok_or_else(|| {
        let first = rest.chars().next().unwrap_or_default();
        match first {
            '{' | '}' => "maps and messages are not part of this language".to_owned(),
            '=' => "syntax error: write `==` to compare".to_owned(),
            _ => format!("syntax error: `{}` is not part of this language", first.escape_debug()),
        }
    })
}

/// With what makes it none: `1.5u` and `12ab` are refused when they are read.
fn number_length(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut length = 0;
    while let Some(&byte) = bytes.get(length) {
        let is_sign = matches!(byte, b'+' | b'-')
            && matches!(bytes.get(length.wrapping_sub(1)), Some(b'e' | b'E'))
            && !rest.starts_with("0x");
        let is_point = byte == b'.' && bytes.get(length + 1).is_some_and(u8::is_ascii_digit);
        if !is_word_byte(byte) && !is_sign && !is_point {
            break;
        }
        length += 1;
    }
    length
}

/// The value of a number's digits, with a minus before them or without.
pub(super) fn number(digits: &str, is_negative: bool, at: &Range<usize>) -> Result<Constant> {
    let sign = if is_negative { "-" } else { "" };
    let hex = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X"));
    let int = match hex {
        Some(hex) => i64::from_str_radix(&format!("{sign}{hex}"), 16),
        None => format!("{sign}{digits}").parse::<i64>(),
    };
    if let Ok(int) = int {
        return Ok(Constant::Int(int));
    }
    if digits.ends_with(['u', 'U']) {
        return Err(CompileError::new(at.clone(), "unsigned numbers are not part of this language"));
    }
    let is_double = digits.starts_with(|c: char| c == '.' || c.is_ascii_digit())
        && digits.contains(['.', 'e', 'E'])
        && hex.is_none();
    match format!("{sign}{digits}").parse::<f64>() {
        Ok(double) if is_double && double.is_finite() => Ok(Constant::Double(double)),
        _ => Err(CompileError::new(at.clone(), "syntax error: is no number")),
    }
}

/// A string's quotes: one or three on each side.
struct Quotes {
    /// `r"…"`, without escapes.
    is_raw: bool,
    close: &'static str,
}

impl Quotes {
    fn of(literal: &str) -> (Self, &str) {
        let body = literal.trim_start_matches(['r', 'R']);
        let close = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quotes| body.starts_with(quotes));
        let close = close.unwrap_or("\"");
        let is_raw = body.len() < literal.len();
        (Self { is_raw, close }, body.get(close.len()..).unwrap_or_default())
    }
}

fn string_length(rest: &str) -> std::result::Result<usize, String> {
    let (quotes, body) = Quotes::of(rest);
    let opening = rest.len() - body.len();
    let mut chars = body.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' if !quotes.is_raw => {
                chars.next();
            }
            '\n' | '\r' if quotes.close.len() == 1 => break,
            _ if body[at..].starts_with(quotes.close) => return Ok(opening + at + quotes.close.len()),
            _ => {}
        }
    }
    Err("syntax error: a string that is not closed".to_owned())
}

/// The value of a string as written.
pub(super) fn text(literal: &str, at: &Range<usize>) -> Result<Constant> {
    let (quotes, body) = Quotes::of(literal);
    let body = body.strip_suffix(quotes.close).unwrap_or(body);
    if quotes.is_raw || !body.contains('\\') {
        return Ok(Constant::Text(body.into()));
    }
    let mut text = String::with_capacity(body.len());
    let mut rest = body.chars();
    while let Some(c) = rest.next() {
        let Some(c) = (if c == '\\' { escaped(&mut rest) } else { Some(c) }) else {
            return Err(CompileError::new(at.clone(), "syntax error: has an escape that is unknown"));
        };
        text.push(c);
    }
    Ok(Constant::Text(text.into()))
}

/// What stands behind a backslash.
fn escaped(rest: &mut Chars<'_>) -> Option<char> {
    let c = rest.next()?;
    match c {
        'a' => Some('\u{7}'),
        'b' => Some('\u{8}'),
        'f' => Some('\u{c}'),
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        'v' => Some('\u{b}'),
        '"' | '\'' | '\\' | '?' | '`' => Some(c),
        'x' | 'X' => numbered(rest, String::new(), 2, 16),
        'u' => numbered(rest, String::new(), 4, 16),
        'U' => numbered(rest, String::new(), 8, 16),
        '0'..='3' => numbered(rest, c.into(), 2, 8),
        _ => None,
    }
}

/// The character whose number has these digits and `count` more.
fn numbered(rest: &mut Chars<'_>, mut digits: String, count: usize, radix: u32) -> Option<char> {
    for _ in 0..count {
        digits.push(rest.next().filter(|c| c.is_digit(radix))?);
    }
    char::from_u32(u32::from_str_radix(&digits, radix).ok()?)
}
