//! Command lines as a console shows them: the prompt, the pipeline as it was typed, its cmdlets and their arguments.
//!
//! Nothing is executed or expanded. A text that is no PowerShell gives stages without meaning, never an error.

use super::Bytes;

/// What stands before a command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Prompt {
    /// Nothing: the line was typed or pasted without its prompt.
    None,
    /// `[PS] C:\>`: the Exchange Management Shell, which connects to on-premises servers only.
    ManagementShell,
    /// `PS C:\>`.
    PowerShell,
    /// `[ex01]: PS C:\>`: a remote session; the name is that of the computer.
    Remote(Box<str>),
}

/// A command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// What stands before it.
    pub prompt: Prompt,
    /// The whole of it, put together again where a terminal broke it at its edge; empty at a bare prompt.
    pub text: Box<str>,
    /// Where it stands in the text of the call that reported it.
    pub span: Bytes,
}

impl Command {
    /// Its pipelines: several where `;` separates them.
    #[must_use]
    pub fn pipelines(&self) -> Vec<Vec<Stage<'_>>> {
        let statements = split(&self.text, ';');
        let pipelines = statements.into_iter().map(|statement| {
            split(statement, '|').into_iter().map(Stage::new).filter(|stage| !stage.name.is_empty()).collect()
        });
        pipelines.filter(|stages: &Vec<_>| !stages.is_empty()).collect()
    }
}

/// A part of a pipeline: `Where-Object {$_.Services -match "IIS"}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage<'a> {
    /// The cmdlet, alias, variable or expression that it begins with, as written.
    pub name: &'a str,
    /// What follows, in order.
    pub arguments: Vec<Argument<'a>>,
}

/// An argument of a cmdlet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument<'a> {
    /// The parameter's name without its hyphen, as written; `None` for an argument without one.
    pub parameter: Option<&'a str>,
    /// The value as written, quotes and braces included; `None` for a switch.
    pub value: Option<&'a str>,
}

impl<'a> Stage<'a> {
    fn new(text: &'a str) -> Self {
        let words = words(text);
        let mut words = words.into_iter().peekable();
        let name = words.next().unwrap_or_default();
        let mut arguments = Vec::new();
        while let Some(word) = words.next() {
            let Some(parameter) = parameter(word) else {
                arguments.push(Argument { parameter: None, value: Some(word) });
                continue;
            };
            let (parameter, glued) = parameter.split_once(':').map_or((parameter, None), |(name, value)| {
                (name, Some(value).filter(|value| !value.is_empty()))
            });
            let value = glued.or_else(|| words.next_if(|next| self::parameter(next).is_none()));
            arguments.push(Argument { parameter: Some(parameter), value });
        }
        Self { name, arguments }
    }

    /// Whether it has the parameter of that name; parameters may be shortened.
    #[must_use]
    pub fn has(&self, parameter: &str) -> bool {
        self.arguments
            .iter()
            .filter_map(|argument| argument.parameter)
            .any(|given| parameter.get(..given.len()).is_some_and(|start| start.eq_ignore_ascii_case(given)))
    }
}

/// The name of a parameter; a negative number is none.
fn parameter(word: &str) -> Option<&str> {
    let name = word.strip_prefix(['-', '\u{2013}'])?;
    name.starts_with(char::is_alphabetic).then_some(name)
}

/// `text` at each `separator` that stands outside of quotes, braces and parentheses, without blanks around.
fn split(text: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut nesting) = (0, Nesting::default());
    for (at, c) in text.char_indices() {
        if nesting.is_outside() && c == separator {
            parts.push(text[start..at].trim());
            start = at + c.len_utf8();
        }
        nesting.step(c);
    }
    parts.push(text[start..].trim());
    parts
}

/// The words of a stage; what stands in quotes, braces or parentheses is no word of its own, and neither is what
/// follows a comma.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let (mut start, mut nesting, mut after_comma) = (None, Nesting::default(), false);
    for (at, c) in text.char_indices() {
        let ends = nesting.is_outside() && c.is_whitespace();
        match (ends, start) {
            (false, None) => start = Some(at),
            (true, Some(begin)) => {
                let goes_on = after_comma || text[at..].trim_start().starts_with(',');
                if !goes_on {
                    words.push(&text[begin..at]);
                    start = None;
                }
            }
            _ => {}
        }
        after_comma = c == ',' || (after_comma && c.is_whitespace());
        nesting.step(c);
    }
    words.extend(start.map(|begin| text[begin..].trim_end()));
    words
}

/// Where in quotes, braces and parentheses a scan is.
#[derive(Default)]
struct Nesting {
    quote: Option<char>,
    depth: usize,
    is_escaped: bool,
}

impl Nesting {
    const fn is_outside(&self) -> bool {
        self.quote.is_none() && self.depth == 0
    }

    fn step(&mut self, c: char) {
        if std::mem::take(&mut self.is_escaped) {
            return;
        }
        match (self.quote, c) {
            (Some(quote), _) if quote == c => self.quote = None,
            (Some('\''), _) => {}
            (_, '`') => self.is_escaped = true,
            (None, '"' | '\'') => self.quote = Some(c),
            (None, '{' | '(' | '[') => self.depth += 1,
            (None, '}' | ')' | ']') => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(text: &str) -> Command {
        Command { prompt: Prompt::PowerShell, text: text.into(), span: Bytes::default() }
    }

    #[test]
    fn pipelines_have_stages_with_arguments() {
        let command = command(
            "Get-ExchangeCertificate -Server EX01 | where {$_.Services -match \"IIS|SMTP\"} | fl Thumbprint, Services,Subject; cd x",
        );
        let pipelines = command.pipelines();
        assert_eq!(pipelines.len(), 2);
        let names: Vec<&str> = pipelines[0].iter().map(|stage| stage.name).collect();
        assert_eq!(names, ["Get-ExchangeCertificate", "where", "fl"]);
        let server = Argument { parameter: Some("Server"), value: Some("EX01") };
        assert_eq!(pipelines[0][0].arguments, [server]);
        let filter = Argument { parameter: None, value: Some("{$_.Services -match \"IIS|SMTP\"}") };
        assert_eq!(pipelines[0][1].arguments, [filter]);
        let properties = Argument { parameter: None, value: Some("Thumbprint, Services,Subject") };
        assert_eq!(pipelines[0][2].arguments, [properties]);
    }

    #[test]
    fn parameters_may_be_switches_glued_or_short() {
        let command = command("Get-X -Verbose -ResultSize:Unlimited 'a b' -Thumb (Get-Y).Z -First -1");
        let stage = &command.pipelines()[0][0];
        let shown: Vec<_> = stage.arguments.iter().map(|a| (a.parameter, a.value)).collect();
        assert_eq!(
            shown,
            [
                (Some("Verbose"), None),
                (Some("ResultSize"), Some("Unlimited")),
                (None, Some("'a b'")),
                (Some("Thumb"), Some("(Get-Y).Z")),
                (Some("First"), Some("-1")),
            ]
        );
        assert!(stage.has("Thumbprint") && stage.has("resultsize") && !stage.has("Identity"));
    }

    #[test]
    fn nothing_typed_has_no_pipeline() {
        assert!(command("").pipelines().is_empty());
        assert!(command(" ; | ").pipelines().is_empty());
    }
}
