//! Messages and commands with expressions in braces.

use std::ops::Range;

use super::expression::{CompileError, Compiler, Evaluator, Expression};
use crate::snapshot::Value;

/// A piece of a template.
#[derive(Clone, Debug)]
enum Part {
    Text(String),
    Value(Expression),
}

/// Text with expressions in it.
#[derive(Clone, Debug)]
pub struct Template {
    source: String,
    parts: Vec<Part>,
}

impl Template {
    /// Parses `text`. `{expression}` is a placeholder; the braces of PowerShell's `@{…}` and `{ … }` (a blank after
    /// the brace) are text.
    ///
    /// # Errors
    ///
    /// All mistakes in its expressions.
    pub fn compile(text: &str, compiler: &mut Compiler<'_>) -> Result<Self, Vec<CompileError>> {
        let mut parts = Vec::new();
        let mut errors = Vec::new();
        let mut literal = String::new();
        let mut literal_braces = 0_usize;
        let mut at = 0;
        while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
            match c {
                '{' if is_literal_brace(text, at) => literal_braces += 1,
                '{' => {
                    let Some(end) = placeholder_end(text, at) else {
                        errors.push(unclosed(at..text.len()));
                        break;
                    };
                    let source = &text[at + 1..end];
                    match compiler.compile(source) {
                        Ok((expression, _)) => {
                            parts.push(Part::Text(std::mem::take(&mut literal)));
                            parts.push(Part::Value(expression));
                        }
                        Err(inner) => errors.extend(inner.into_iter().map(|error| moved(error, at + 1))),
                    }
                    at = end + 1;
                    continue;
                }
                '}' if literal_braces > 0 => literal_braces -= 1,
                _ => {}
            }
            literal.push(c);
            at += c.len_utf8();
        }
        parts.push(Part::Text(literal));
        if errors.is_empty() { Ok(Self { source: text.to_owned(), parts }) } else { Err(errors) }
    }

    /// As written in the lint file.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// For people: values as Exchange prints them.
    pub fn render<'s>(&'s self, evaluator: &mut Evaluator<'s>) -> String {
        self.fill(evaluator, |value| match value {
            Some(value) => value.to_string(),
            None => "?".to_owned(),
        })
    }

    /// For PowerShell: values quoted so that they are one argument. `None` where a value is unknown: a command with
    /// a gap is none.
    pub fn render_command<'s>(&'s self, evaluator: &mut Evaluator<'s>) -> Option<String> {
        let mut text = String::new();
        let mut is_known = true;
        for part in &self.parts {
            match part {
                Part::Text(literal) => text.push_str(literal),
                Part::Value(expression) => match evaluator.written(expression) {
                    Ok(value) if is_whole(&value) => text.push_str(&powershell(&value)),
                    _ => is_known = false,
                },
            }
        }
        evaluator.clear_lacks();
        is_known.then(|| text.trim().to_owned())
    }

    fn fill<'s>(
        &'s self,
        evaluator: &mut Evaluator<'s>,
        show: impl Fn(Option<&Value<'_>>) -> String,
    ) -> String {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Text(literal) => text.push_str(literal),
                Part::Value(expression) => text.push_str(&show(evaluator.shown(expression).ok().as_ref())),
            }
        }
        evaluator.clear_lacks();
        text
    }
}

fn is_literal_brace(text: &str, at: usize) -> bool {
    text[..at].ends_with('@') || text[at + 1..].starts_with(char::is_whitespace)
}

/// Where the placeholder that begins at `start` ends: at the brace that is not within quotes.
fn placeholder_end(text: &str, start: usize) -> Option<usize> {
    let mut quote = None;
    for (offset, c) in text[start + 1..].char_indices() {
        match (quote, c) {
            (Some(open), c) if open == c => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '}') => return Some(start + 1 + offset),
            _ => {}
        }
    }
    None
}

fn unclosed(range: Range<usize>) -> CompileError {
    let help = "write `{expression}`; the braces of `@{…}` need nothing".to_owned();
    CompileError { message: "a brace that is not closed".into(), help: Some(help), range }
}

fn moved(error: CompileError, by: usize) -> CompileError {
    CompileError { range: error.range.start + by..error.range.end + by, ..error }
}

/// Whether all of a value is known: a command with a part of a list would remove the rest.
fn is_whole(value: &Value<'_>) -> bool {
    let Value::List(list) = value else { return true };
    list.is_complete() && list.items.iter().all(|item| item.value.is_ok())
}

/// A value as one PowerShell argument.
fn powershell(value: &Value<'_>) -> String {
    match value {
        Value::Null => "$null".into(),
        Value::Bool(true) => "$true".into(),
        Value::Bool(false) => "$false".into(),
        Value::Int(number) => number.to_string(),
        // Nothing at all would leave the parameter without an argument.
        Value::List(list) if list.items.is_empty() => "$null".into(),
        Value::List(list) => {
            let items = list.items.iter().filter_map(|item| item.value.as_ref().ok());
            items.map(powershell).collect::<Vec<_>>().join(",")
        }
        other => quoted(&other.to_string()),
    }
}

/// In single quotes, in which PowerShell expands nothing. It takes typographic quotes for quotes, too.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('\'');
    for c in text.chars() {
        if matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{201A}' | '\u{201B}') {
            quoted.push(c);
        }
        // A line break would end the command of whoever pastes it.
        quoted.push(if c.is_control() { ' ' } else { c });
    }
    quoted.push('\'');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_one_argument() {
        assert_eq!(powershell(&Value::text("O'Brien's \u{2019}; rm")), "'O''Brien''s \u{2019}\u{2019}; rm'");
        assert_eq!(powershell(&Value::text("a\r\nb")), "'a  b'");
        assert_eq!(
            powershell(&Value::list(vec![Value::text("a.com"), Value::text("b.com")])),
            "'a.com','b.com'"
        );
        assert_eq!(powershell(&Value::Bool(true)), "$true");
    }

    #[test]
    fn placeholders_and_literal_braces() {
        assert_eq!(placeholder_end("x {a == '}'} y", 2), Some(11));
        assert!(is_literal_brace("@{add={d}}", 1));
        assert!(!is_literal_brace("@{add={d}}", 6));
        assert!(is_literal_brace("| ForEach-Object { $_ }", 17));
    }
}
