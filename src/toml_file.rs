//! A TOML file with the place of everything in it.

use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Diagnostic, Label, Origin, Severity};
use crate::source::Text;

/// A value of the file.
pub(crate) type Node<'t> = &'t Spanned<DeValue<'t>>;

/// The file's text, and the mistakes found in it so far.
pub(crate) struct TomlFile {
    pub(crate) text: Arc<Text>,
    pub(crate) mistakes: Vec<Diagnostic>,
    origin: Origin,
}

impl TomlFile {
    /// A file whose mistakes are of `origin`.
    pub(crate) const fn new(text: Arc<Text>, origin: Origin) -> Self {
        Self { text, mistakes: Vec::new(), origin }
    }

    pub(crate) fn mistake(&mut self, range: Range<usize>, message: impl Into<String>, help: Option<String>) {
        let label = Label::new(self.text.clone(), range, "", true);
        let mut diagnostic =
            Diagnostic::problem(self.origin.clone(), Severity::Error, message).with_label(label);
        diagnostic.help = help;
        self.mistakes.push(diagnostic);
    }

    /// Whether something was said of a place, or just this.
    pub(crate) fn has_mistake(&self, range: &Range<usize>, message: Option<&str>) -> bool {
        let is_same = |mistake: &Diagnostic| {
            mistake.labels.first().is_some_and(|label| label.range == *range)
                && message.is_none_or(|message| mistake.message == message)
        };
        self.mistakes.iter().any(is_same)
    }

    /// The mistakes from the top of the file to its end.
    pub(crate) fn in_order(mut self) -> Vec<Diagnostic> {
        self.mistakes.sort_by_key(|mistake| mistake.labels.first().map(|label| label.range.start));
        self.mistakes
    }

    /// Reports what the TOML parser has to say.
    pub(crate) fn syntax(&mut self, error: &toml::de::Error) {
        let message = error.message().lines().next().unwrap_or("not TOML").to_owned();
        self.mistake(error.span().unwrap_or(0..0), message, None);
    }
}

/// A string with the place of its content in the file.
pub(crate) struct Located<'t> {
    pub(crate) text: &'t str,
    /// Of the value with its quotes.
    pub(crate) range: Range<usize>,
    /// Where the content begins, if it stands in the file as it is, without escapes.
    content: Option<usize>,
}

impl<'t> Located<'t> {
    pub(crate) fn new(file: &str, node: Node<'t>) -> Option<Self> {
        let text = node.get_ref().as_str()?;
        let range = node.span();
        let raw = file.get(range.clone()).unwrap_or_default();
        let quotes = ["'''", "\"\"\"", "'", "\""].into_iter().find(|quotes| raw.starts_with(quotes));
        let content = quotes.and_then(|quotes| {
            // A line end right after three quotes is not part of the text.
            let start = raw.find(text).filter(|&at| at >= quotes.len())?;
            Some(range.start + start)
        });
        Some(Self { text, range, content })
    }

    /// A range of the text as a range of the file.
    pub(crate) fn place(&self, range: &Range<usize>) -> Range<usize> {
        match self.content {
            Some(start) => start + range.start..start + range.end,
            None => self.range.clone(),
        }
    }
}

/// The place of a key in a table.
pub(crate) fn key_span(table: &DeTable<'_>, name: &str) -> Option<Range<usize>> {
    table.iter().find(|(key, _)| key.get_ref() == name).map(|(key, _)| key.span())
}

/// A member of a table.
pub(crate) fn member<'t>(table: &'t DeTable<'t>, name: &str) -> Option<Node<'t>> {
    table.iter().find(|(key, _)| key.get_ref() == name).map(|(_, value)| value)
}

/// The members of a table in the order in which they are written.
pub(crate) fn in_order<'t>(table: &'t DeTable<'t>) -> Vec<(&'t str, Range<usize>, Node<'t>)> {
    let mut members: Vec<_> =
        table.iter().map(|(key, value)| (key.get_ref().as_ref(), key.span(), value)).collect();
    members.sort_by_key(|(_, span, _)| span.start);
    members
}

/// As JSON, for validation by schema and for cases. A date becomes an object, which no schema takes for a string.
pub(crate) fn to_json(value: &DeValue<'_>) -> serde_json::Value {
    match value {
        DeValue::String(text) => text.as_ref().into(),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).map_or(serde_json::Value::Null, Into::into)
        }
        DeValue::Float(number) => number.as_str().parse::<f64>().map_or(serde_json::Value::Null, Into::into),
        DeValue::Boolean(value) => (*value).into(),
        DeValue::Datetime(date) => serde_json::json!({ "date": date.to_string() }),
        DeValue::Array(items) => items.iter().map(|item| to_json(item.get_ref())).collect(),
        DeValue::Table(table) => table_to_json(table),
    }
}

pub(crate) fn table_to_json(table: &DeTable<'_>) -> serde_json::Value {
    let members = table.iter().map(|(key, value)| (key.get_ref().to_string(), to_json(value.get_ref())));
    serde_json::Value::Object(members.collect())
}

/// The value that a JSON pointer leads to, or the closest around it.
pub(crate) fn at_pointer(table: &Spanned<DeTable<'_>>, pointer: &str) -> Range<usize> {
    follow(table, pointer).map_or(0..0, Spanned::span)
}

/// The name of a member of the table that a JSON pointer leads to.
pub(crate) fn key_at_pointer(table: &Spanned<DeTable<'_>>, pointer: &str, name: &str) -> Range<usize> {
    let fields = match follow(table, pointer) {
        Some(node) => node.get_ref().as_table(),
        None => Some(table.get_ref()),
    };
    fields.and_then(|fields| key_span(fields, name)).unwrap_or_else(|| at_pointer(table, pointer))
}

/// The value that a JSON pointer leads to, or the closest around it; `None` for the whole file.
fn follow<'t>(table: &'t Spanned<DeTable<'t>>, pointer: &str) -> Option<Node<'t>> {
    let mut parts = pointer.split('/').skip(1);
    let mut node = member(table.get_ref(), parts.next()?)?;
    for part in parts {
        let next = match node.get_ref() {
            DeValue::Table(inner) => member(inner, part),
            DeValue::Array(items) => part.parse::<usize>().ok().and_then(|index| items.get(index)),
            _ => None,
        };
        match next {
            Some(found) => node = found,
            None => break,
        }
    }
    Some(node)
}
