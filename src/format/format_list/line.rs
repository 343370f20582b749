//! The lines of a console: which are properties, prompts, messages, rules.

use std::ops::Range;

/// A line of the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'t> {
    /// Where it begins.
    pub(super) start: usize,
    /// Without its end and without blanks at its own end.
    pub(super) content: &'t str,
    /// Whether blanks stood at its end.
    pub(super) has_blank_end: bool,
    /// Where the next begins.
    pub(super) next: usize,
}

/// What stands at an offset of the text.
pub(super) enum At<'t> {
    Line(Line<'t>),
    /// Nothing, and nothing will come.
    End,
    /// A line whose end has not come yet.
    More,
}

/// The line that begins at `start`; `last` says that no more text will come.
pub(super) fn line_at(text: &str, start: usize, last: bool) -> At<'_> {
    let rest = text.get(start..).unwrap_or_default();
    let (whole, next) = match memchr::memchr(b'\n', rest.as_bytes()) {
        Some(end) => (&rest[..end], start + end + 1),
        None if !last => return At::More,
        None if rest.is_empty() => return At::End,
        None => (rest, text.len()),
    };
    let whole = whole.strip_suffix('\r').unwrap_or(whole);
    let content = whole.trim_end_matches(is_blank);
    At::Line(Line { start, content, has_blank_end: content.len() < whole.len(), next })
}

/// Files that were put together have byte order marks inside.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{FEFF}' | '\0')
}

impl<'t> Line<'t> {
    pub(super) const fn is_blank(&self) -> bool {
        self.content.is_empty()
    }

    /// The line without blanks before it.
    pub(super) fn trimmed(&self) -> &'t str {
        self.content.trim_start_matches(is_blank)
    }

    /// Where its text stands.
    pub(super) fn range(&self) -> Range<usize> {
        self.start + self.indent()..self.start + self.content.len()
    }

    /// Bytes of blanks before it.
    pub(super) fn indent(&self) -> usize {
        self.content.len() - self.trimmed().len()
    }

    /// Whether it is a rule of asterisks, as transcripts have around their heads.
    pub(super) fn is_stars(&self) -> bool {
        let trimmed = self.trimmed();
        trimmed.len() >= 10 && trimmed.bytes().all(|c| c == b'*')
    }

    /// Whether it is the rule under the names of a table's columns.
    pub(super) fn is_dashes(&self) -> bool {
        let trimmed = self.trimmed();
        trimmed.starts_with("--") && trimmed.bytes().all(|c| matches!(c, b'-' | b' '))
    }

    /// Whether it is what a cmdlet said beside its output: `VERBOSE: …`, `WARNING: …`, in whatever language.
    pub(super) fn is_message(&self) -> bool {
        let Some((word, rest)) = self.trimmed().split_once(':') else { return false };
        let is_loud = word.chars().count() >= 4 && word.chars().all(char::is_uppercase);
        is_loud && (rest.is_empty() || rest.starts_with(' '))
    }

    /// Whether it says nothing that an administrator would miss.
    pub(super) fn is_chatter(&self) -> bool {
        let trimmed = self.trimmed();
        let is_of_transcript = ["CommandInvocation(", "ParameterBinding(", "TerminatingError(", ">>"]
            .iter()
            .any(|start| trimmed.strip_prefix("PS>").unwrap_or(trimmed).starts_with(start));
        is_of_transcript || ["VERBOSE:", "DEBUG:"].iter().any(|start| trimmed.starts_with(start))
    }

    /// The command after a prompt: `[PS] C:\Windows\system32>Get-AuthServer | fl`, `PS C:\> …`, `[ex01]: PS C:\> …`.
    pub(super) fn command(&self) -> Option<&'t str> {
        let line = self.trimmed();
        let prompt = match line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some(("PS", prompt)) => prompt,
            Some((host, prompt)) if is_host(host) => prompt.strip_prefix(": PS")?,
            Some(_) => return None,
            None => line.strip_prefix("PS")?,
        };
        let (place, command) = prompt.split_once('>')?;
        // `PS : …` is a property.
        let is_place = place.is_empty() || (place.starts_with(' ') && !place.starts_with(" :"));
        is_place.then(|| command.trim_start_matches('>').trim())
    }
}

fn is_host(text: &str) -> bool {
    text.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'-' | b'_'))
}

/// What a line says of a property.
#[derive(Clone, Debug)]
pub(super) struct Label {
    /// The name.
    pub(super) name: Range<usize>,
    /// Where the colon stands, in bytes of the line.
    pub(super) column: usize,
    /// Where the value may begin.
    pub(super) value: usize,
}

/// The property that a line begins with. None has a hyphen in its name, but errors begin with that of their cmdlet
/// (`Get-AuthServer : …`). A name with blanks in it is taken for one only where its colon stands at
/// `column`, under those of the object's other properties.
pub(super) fn label(line: &Line<'_>, column: Option<usize>) -> Option<Label> {
    let bytes = line.content.as_bytes();
    let colon = colon(bytes)?;
    let start = skip_colour(bytes, line.indent());
    let name = line.content.get(start..colon)?.trim_end();
    let may_have_blanks = column == Some(colon);
    let mut characters = name.chars();
    let is_first = |c: char| c.is_alphabetic() || matches!(c, '_' | '@');
    let is_other = |c: char| c.is_alphanumeric() || "_.@#$()/".contains(c) || (may_have_blanks && c == ' ');
    if !characters.next().is_some_and(is_first) || !characters.all(is_other) {
        return None;
    }
    let value = skip_colour(bytes, (colon + 2).min(bytes.len()));
    Some(Label {
        name: line.start + start..line.start + start + name.len(),
        column: colon,
        value: line.start + value,
    })
}

/// Where the first ` :` before a blank or the end of the line has its colon.
fn colon(bytes: &[u8]) -> Option<usize> {
    let is_separator = |&at: &usize| {
        at > 0 && bytes[at - 1] == b' ' && matches!(bytes.get(at + 1), None | Some(b' ' | 0x1B))
    };
    memchr::memchr_iter(b':', bytes).find(is_separator)
}

/// Where the escape sequences end that set colours, as PowerShell 7 may leave them in its output.
fn skip_colour(bytes: &[u8], at: usize) -> usize {
    let mut at = at;
    while bytes.get(at..).is_some_and(|rest| rest.starts_with(b"\x1B[")) {
        let Some(length) = bytes[at + 2..].iter().position(u8::is_ascii_alphabetic) else { break };
        at += 2 + length + 1;
    }
    at
}
