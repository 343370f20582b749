//! The lines of a console: which are properties, prompts, messages, rules.

use std::ops::Range;

use super::super::Prompt;

/// A line of the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'t> {
    /// Where it begins.
    pub(super) start: usize,
    /// Without its end and without blanks at its own end.
    pub(super) content: &'t str,
    /// Bytes with the blanks at its own end.
    pub(super) whole: usize,
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
    At::Line(Line { start, content, whole: whole.len(), next })
}

/// Files that were put together have byte order marks inside.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{FEFF}' | '\0')
}

/// Columns that a console needs for `text`: two for the wide characters of East Asia and for what takes two UTF-16
/// units, none for escape sequences. As `LengthInBufferCells` of PowerShell's console host counts.
pub(super) fn columns(text: &str) -> usize {
    if text.is_ascii() && !text.contains('\u{1B}') {
        return text.len();
    }
    let mut columns = 0;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let escape = skip_colour(rest.as_bytes(), 0);
        if escape > 0 {
            rest = rest.get(escape..).unwrap_or_default();
            continue;
        }
        columns += width(c);
        rest = &rest[c.len_utf8()..];
    }
    columns
}

/// Columns of one character.
pub(super) const fn width(c: char) -> usize {
    match c {
        '\u{200B}' | '\u{FEFF}' => 0,
        '\u{1100}'..='\u{115F}'
        | '\u{2329}'
        | '\u{232A}'
        | '\u{2E80}'..='\u{303E}'
        | '\u{3040}'..='\u{A4CF}'
        | '\u{AC00}'..='\u{D7A3}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{FE10}'..='\u{FE19}'
        | '\u{FE30}'..='\u{FE6F}'
        | '\u{FF00}'..='\u{FF60}'
        | '\u{FFE0}'..='\u{FFE6}'
        | '\u{10000}'.. => 2,
        _ => 1,
    }
}

impl<'t> Line<'t> {
    pub(super) const fn is_blank(&self) -> bool {
        self.content.is_empty()
    }

    /// Whether blanks stand at its end.
    pub(super) const fn has_blank_end(&self) -> bool {
        self.content.len() < self.whole
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
        self.message().is_some()
    }

    /// What a cmdlet said beside its output.
    pub(super) fn message(&self) -> Option<&'t str> {
        let (word, rest) = self.trimmed().split_once(':')?;
        let is_loud = word.chars().count() >= 4 && word.chars().all(char::is_uppercase);
        (is_loud && (rest.is_empty() || rest.starts_with(' '))).then(|| rest.trim())
    }

    /// Whether an error begins here: `Get-AuthServer : …`, `Get-AuthServer: …`.
    pub(super) fn is_error(&self) -> bool {
        let trimmed = self.trimmed();
        let length = trimmed.find(|c: char| !(c.is_alphanumeric() || c == '-')).unwrap_or(trimmed.len());
        let (name, rest) = trimmed.split_at(length);
        let says = rest.trim_start().strip_prefix(':').is_some_and(|said| said.starts_with(' '));
        is_cmdlet(name) && says
    }

    /// Whether it is a further line of an error that says where it was.
    pub(super) fn is_part_of_error(&self) -> bool {
        let trimmed = self.trimmed();
        let at = ["At line:", "+ ", "Line |"].iter().any(|start| trimmed.starts_with(start));
        let is_position = trimmed.starts_with("At ") && trimmed.contains(" char:");
        let bar = trimmed.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start();
        at || is_position || (self.indent() > 0 && bar.starts_with("| "))
    }

    /// Whether it says nothing that an administrator would miss.
    pub(super) fn is_chatter(&self) -> bool {
        let trimmed = self.trimmed();
        let command = self.command().map_or(trimmed, |(_, command)| command);
        let plain = trimmed.strip_prefix("PS>").unwrap_or(command);
        let is_of_transcript = ["CommandInvocation(", "ParameterBinding(", "TerminatingError(", ">>"]
            .iter()
            .any(|start| plain.starts_with(start));
        is_of_transcript || ["VERBOSE:", "DEBUG:"].iter().any(|start| trimmed.starts_with(start))
    }

    /// Whether it is mark-up that stands around a text: a fence, a tag alone on its line, a rule, the dashes before a
    /// signature.
    pub(super) fn is_markup(&self) -> bool {
        let trimmed = self.trimmed();
        let is_rule = |c: u8| trimmed.len() >= 3 && trimmed.bytes().all(|other| other == c);
        if trimmed == "--" || trimmed == "#>" || b"-=_~`".iter().any(|&c| is_rule(c)) {
            return true;
        }
        if trimmed.starts_with("```") || trimmed.starts_with("~~~") || trimmed.starts_with("<#") {
            return true;
        }
        ["{}", "[]", "<>"].iter().any(|pair| is_tag(trimmed, pair))
    }

    /// Whether it marks that lines are left out or that a pager stopped: no part of a value, and no end of an object.
    pub(super) fn is_interruption(&self) -> bool {
        let trimmed = self.trimmed();
        let plain: String =
            trimmed.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        let is_left_out = !trimmed.is_empty()
            && trimmed.chars().all(|c| ".…[]()<> ".contains(c))
            && trimmed.contains(['.', '…']);
        is_left_out
            || (matches!(plain.as_str(), "more" | "snip" | "snipped" | "cut")
                && trimmed.starts_with(['-', '[', '<', '(', '.']))
            || trimmed.starts_with("<SPACE> next page")
    }

    /// The prompt and the command behind it: `[PS] C:\Windows\system32>Get-AuthServer | fl`, `PS C:\> …`,
    /// `[ex01]: PS C:\> …`.
    pub(super) fn command(&self) -> Option<(Prompt, &'t str)> {
        let line = self.trimmed();
        let (kind, prompt) = match line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some(("PS", prompt)) => (Prompt::ManagementShell, prompt),
            Some((host, prompt)) if is_host(host) => {
                (Prompt::Remote(host.into()), prompt.strip_prefix(": PS")?)
            }
            Some(_) => return None,
            None => (Prompt::PowerShell, line.strip_prefix("PS")?),
        };
        let (place, command) = prompt.split_once('>')?;
        // `PS : …` is a property.
        let is_place = place.is_empty() || (place.starts_with(' ') && !place.starts_with(" :"));
        is_place.then(|| (kind, command.trim_start_matches('>').trim()))
    }

    /// A command line without its prompt: what begins with a cmdlet that gets or tests something, and reads like no
    /// sentence.
    pub(super) fn bare_command(&self) -> Option<&'t str> {
        let text = self.trimmed().trim_start_matches(['#', '*', '`', '$', '>', ' ']);
        let text = text.trim_end_matches(['*', '`', ':', ' ']);
        let length = text.find(|c: char| !(c.is_alphanumeric() || c == '-')).unwrap_or(text.len());
        let (name, rest) = text.split_at(length);
        let gets = ["get-", "test-"]
            .iter()
            .any(|verb| name.get(..verb.len()).is_some_and(|start| start.eq_ignore_ascii_case(verb)));
        if !gets || !is_cmdlet(name) {
            return None;
        }
        let rest = rest.trim_start();
        let is_code = rest.is_empty()
            || rest.starts_with(['|', '-', '\'', '"', '(', '$'])
            || rest.contains(" | ")
            || !rest.contains(' ');
        is_code.then_some(text)
    }
}

/// Whether a word is the name of a cmdlet: verb, hyphen, noun.
fn is_cmdlet(word: &str) -> bool {
    let Some((verb, noun)) = word.split_once('-') else { return false };
    let is_word = |part: &str| part.len() > 1 && part.bytes().all(|c| c.is_ascii_alphanumeric());
    is_word(verb) && is_word(noun) && noun.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// Tags that forums, ticket systems and pages put around code.
const TAGS: [&str; 14] = [
    "code",
    "noformat",
    "quote",
    "panel",
    "pre",
    "tt",
    "samp",
    "div",
    "p",
    "span",
    "blockquote",
    "html",
    "body",
    "spoiler",
];

/// Whether a line is nothing but tags of that pair of brackets: `{code:powershell}`, `[/CODE]`, `<pre><code>`.
fn is_tag(line: &str, pair: &str) -> bool {
    let (Some(open), Some(close)) = (pair.chars().next(), pair.chars().last()) else { return false };
    let mut rest = line;
    while let Some(inner) = rest.strip_prefix(open) {
        let Some((tag, after)) = inner.split_once(close) else { return false };
        let tag = tag.strip_prefix('/').unwrap_or(tag);
        let length = tag.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(tag.len());
        let (name, attributes) = tag.split_at(length);
        let is_known = TAGS.iter().any(|known| known.eq_ignore_ascii_case(name));
        if !is_known || attributes.starts_with(|c: char| c.is_alphanumeric()) {
            return false;
        }
        rest = after.trim_start();
    }
    rest.is_empty() && !line.is_empty()
}

fn is_host(text: &str) -> bool {
    text.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'-' | b'_'))
}

/// What a line says of a property.
#[derive(Clone, Debug)]
pub(super) struct Label {
    /// The name.
    pub(super) name: Range<usize>,
    /// Where the colon stands, in columns of the line.
    pub(super) column: usize,
    /// Whether more than one blank stands before the colon: names are padded to one length.
    pub(super) is_padded: bool,
    /// Where the value may begin.
    pub(super) value: usize,
}

/// The property that a line begins with. None has a hyphen in its name, but errors begin with that of their cmdlet
/// (`Get-AuthServer : …`). Where the colon stands at `column`, under those of the object's other properties, a name
/// may have blanks in it, or be the script that computed the value.
pub(super) fn label(line: &Line<'_>, column: Option<usize>) -> Option<Label> {
    let bytes = line.content.as_bytes();
    let start = skip_colour(bytes, line.indent());
    let (colon, is_aligned) = match column.and_then(|column| colon_at(line.content, column)) {
        Some(colon) => (colon, true),
        None => (colon(bytes)?, false),
    };
    let before = line.content.get(start..colon)?;
    let name = before.trim_end();
    if !is_aligned && !is_name(name) || name.is_empty() {
        return None;
    }
    let value = skip_colour(bytes, (colon + 2).min(bytes.len()));
    Some(Label {
        name: line.start + start..line.start + start + name.len(),
        column: columns(line.content.get(..colon)?),
        is_padded: before.len() > name.len() + 1,
        value: line.start + value,
    })
}

/// Whether a text may be the name of a property.
pub(super) fn is_name(name: &str) -> bool {
    let mut characters = name.chars();
    let is_first = |c: char| c.is_alphabetic() || matches!(c, '_' | '@');
    let is_other = |c: char| c.is_alphanumeric() || "_.@#$()/".contains(c);
    characters.next().is_some_and(is_first) && characters.all(is_other)
}

/// Where the first ` :` before a blank or the end of the line has its colon.
fn colon(bytes: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b':', bytes).find(|&at| is_separator(bytes, at))
}

/// The byte of a colon between name and value that stands in that column.
fn colon_at(content: &str, column: usize) -> Option<usize> {
    let bytes = content.as_bytes();
    memchr::memchr_iter(b':', bytes)
        .take_while(|&at| at >= column || columns(content.get(..at).unwrap_or_default()) <= column)
        .find(|&at| is_separator(bytes, at) && columns(content.get(..at).unwrap_or_default()) == column)
}

fn is_separator(bytes: &[u8], at: usize) -> bool {
    at > 0 && bytes[at - 1] == b' ' && matches!(bytes.get(at + 1), None | Some(b' ' | 0x1B))
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
