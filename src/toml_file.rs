//! TOML files that people write, with the place of everything in them: lint files, symptom files, manual checks,
//! the configuration.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::{ValidationError, Validator};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Diagnostic, Label, Problem, Written};
use crate::schema::{closest, embedded_schema};
use crate::source::{Input, Text, discover};

/// A value of the file.
pub type Node<'t> = &'t Spanned<DeValue<'t>>;

/// The file's text, and the mistakes found in it so far.
#[derive(Debug)]
pub struct TomlFile {
    /// All of it.
    pub text: Arc<Text>,
    /// In the order in which they were met.
    pub mistakes: Vec<Diagnostic>,
    /// Fields and tables that are missing, and where.
    missing: Vec<(Range<usize>, String)>,
    /// What a mistake in it is.
    invalid: fn(Written) -> Problem,
}

impl TomlFile {
    /// A lint file or the like in which no mistake was found yet.
    #[must_use]
    pub const fn new(text: Arc<Text>) -> Self {
        Self {
            text,
            mistakes: Vec::new(),
            missing: Vec::new(),
            invalid: |what| Problem::InvalidLintFile { what },
        }
    }

    /// A configuration in which no mistake was found yet.
    #[must_use]
    pub const fn configuration(text: Arc<Text>) -> Self {
        Self {
            text,
            mistakes: Vec::new(),
            missing: Vec::new(),
            invalid: |what| Problem::InvalidConfiguration { what },
        }
    }

    /// Notes a mistake and what to do about it.
    pub fn mistake(&mut self, range: Range<usize>, message: impl Into<String>, help: Option<String>) {
        let label = Label::new(self.text.clone(), range, "", true);
        let mut diagnostic = Diagnostic::problem((self.invalid)(message.into().into())).with_label(label);
        diagnostic.help = help;
        self.mistakes.push(diagnostic);
    }

    /// Notes that the table at a place lacks a field, and what to do about it.
    pub fn missing(&mut self, range: Range<usize>, field: &str, help: Option<String>) {
        self.missing.push((range.clone(), field.to_owned()));
        self.mistake(range, format!("`{field}` is missing"), help);
    }

    /// Notes that the file lacks a table, and what to do about it.
    pub fn missing_table(&mut self, table: &str, help: Option<String>) {
        self.missing.push((0..0, table.to_owned()));
        self.mistake(0..0, format!("`[{table}]` is missing"), help);
    }

    /// Whether something was said of a place.
    fn has_mistake(&self, range: &Range<usize>) -> bool {
        let is_there = |mistake: &Diagnostic| mistake.labels.iter().any(|label| label.range == *range);
        self.mistakes.iter().any(is_there)
    }

    /// Whether it was said that a field or table is missing at a place.
    fn is_missing(&self, range: &Range<usize>, name: &str) -> bool {
        self.missing.iter().any(|(place, missing)| place == range && missing == name)
    }

    /// The mistakes from the top of the file to its end.
    #[must_use]
    pub fn in_order(mut self) -> Vec<Diagnostic> {
        self.mistakes.sort_by_key(|mistake| mistake.labels.first().map(|label| label.range.start));
        self.mistakes
    }

    /// Reports what the TOML parser has to say.
    pub fn syntax(&mut self, error: &toml::de::Error) {
        let message = error.message().lines().next().unwrap_or("not TOML").to_owned();
        self.mistake(error.span().unwrap_or(0..0), message, None);
    }
}

/// A string with the place of its content in the file.
#[derive(Debug)]
pub struct Located<'t> {
    /// The string.
    pub text: &'t str,
    /// Of the value with its quotes.
    pub range: Range<usize>,
    /// Where the content begins, if it stands in the file as it is, without escapes.
    content: Option<usize>,
}

impl<'t> Located<'t> {
    /// The string that a node is, if it is one.
    #[must_use]
    pub fn new(file: &str, node: Node<'t>) -> Option<Self> {
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
    #[must_use]
    pub fn place(&self, range: &Range<usize>) -> Range<usize> {
        match self.content {
            Some(start) => start + range.start..start + range.end,
            None => self.range.clone(),
        }
    }
}

/// The place of a key in a table.
#[must_use]
pub fn key_span(table: &DeTable<'_>, name: &str) -> Option<Range<usize>> {
    table.iter().find(|(key, _)| key.get_ref() == name).map(|(key, _)| key.span())
}

/// A member of a table.
#[must_use]
pub fn member<'t>(table: &'t DeTable<'t>, name: &str) -> Option<Node<'t>> {
    table.iter().find(|(key, _)| key.get_ref() == name).map(|(_, value)| value)
}

/// The members of a table in the order in which they are written.
#[must_use]
pub fn in_order<'t>(table: &'t DeTable<'t>) -> Vec<(&'t str, Range<usize>, Node<'t>)> {
    let mut members: Vec<_> =
        table.iter().map(|(key, value)| (key.get_ref().as_ref(), key.span(), value)).collect();
    members.sort_by_key(|(_, span, _)| span.start);
    members
}

/// As JSON, for validation by schema and for cases. A date becomes an object, which no schema takes for a string.
#[must_use]
pub fn to_json(value: &DeValue<'_>) -> serde_json::Value {
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

/// A table as JSON.
#[must_use]
pub fn table_to_json(table: &DeTable<'_>) -> serde_json::Value {
    let members = table.iter().map(|(key, value)| (key.get_ref().to_string(), to_json(value.get_ref())));
    serde_json::Value::Object(members.collect())
}

/// The value that a JSON pointer leads to, or the closest around it.
#[must_use]
pub fn at_pointer(table: &Spanned<DeTable<'_>>, pointer: &str) -> Range<usize> {
    follow(table, pointer).map_or(0..0, Spanned::span)
}

/// The name of a member of the table that a JSON pointer leads to.
#[must_use]
pub fn key_at_pointer(table: &Spanned<DeTable<'_>>, pointer: &str, name: &str) -> Range<usize> {
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

/// What a schema asks of a kind of file, and how mistakes are told.
pub struct Rules<'a> {
    /// The schema.
    pub validator: &'a Validator,
    /// Names of all fields, for "did you mean".
    pub fields: &'a [&'a str],
    /// Says better than the schema what is wrong at a JSON pointer, where it can.
    pub words: fn(&ValidationError<'_>, &str) -> Option<String>,
}

/// The validator of an embedded schema.
#[must_use]
pub fn validator(path: &str) -> Option<Validator> {
    let schema = serde_json::from_str(embedded_schema(path)?).ok()?;
    jsonschema::validator_for(&schema).ok()
}

/// Reports what the schema of a file has to say, where nothing better was said of the same place.
pub fn check_schema(file: &mut TomlFile, table: &Spanned<DeTable<'_>>, rules: &Rules<'_>) {
    let instance = table_to_json(table.get_ref());
    for error in rules.validator.iter_errors(&instance) {
        let pointer = error.instance_path().to_string();
        if let Some(names) = unexpected_names(&error) {
            names.iter().for_each(|name| unexpected(file, table, &pointer, name, rules.fields));
            continue;
        }
        let range = at_pointer(table, &pointer);
        let is_said = match error.kind() {
            Kind::Required { property } => file.is_missing(&range, property.as_str().unwrap_or_default()),
            _ => file.has_mistake(&range),
        };
        if !is_said {
            file.mistake(range, schema_message(&error, &pointer, rules), None);
        }
    }
}

fn unexpected_names(error: &ValidationError<'_>) -> Option<Vec<String>> {
    match error.kind() {
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            Some(unexpected.clone())
        }
        _ => None,
    }
}

fn unexpected(file: &mut TomlFile, table: &Spanned<DeTable<'_>>, pointer: &str, name: &str, fields: &[&str]) {
    let range = key_at_pointer(table, pointer, name);
    if file.has_mistake(&range) {
        return;
    }
    let help = closest(name, fields.iter().copied()).map(|field| format!("did you mean `{field}`?"));
    file.mistake(range, format!("unknown field `{name}`"), help);
}

fn schema_message(error: &ValidationError<'_>, pointer: &str, rules: &Rules<'_>) -> String {
    if let Some(words) = (rules.words)(error, pointer) {
        return words;
    }
    if let Kind::Required { property } = error.kind() {
        return format!("`{}` is missing", property.as_str().unwrap_or_default());
    }
    let place = pointer.trim_start_matches('/').replace('/', ".");
    let mut message = error.to_string();
    if message.len() > 200 {
        message.truncate(message.char_indices().nth(200).map_or(message.len(), |(at, _)| at));
        message.push('…');
    }
    if place.is_empty() { message } else { format!("`{place}`: {message}") }
}

/// The TOML files of a folder and the folders in it, or of a pattern; notes what is wrong with the argument.
pub fn discover_files(folder: &str, mistakes: &mut Vec<Diagnostic>) -> Vec<PathBuf> {
    let pattern = if Path::new(folder).is_dir() {
        format!("{}/**/*.toml", glob::Pattern::escape(folder))
    } else {
        folder.to_owned()
    };
    let found = discover(&pattern);
    for problem in found.problems {
        let reason = Problem::from(problem).to_string().into();
        let diagnostic = Diagnostic::problem(Problem::UnreadableLintFolder { reason });
        mistakes.push(diagnostic.with_help("`--lints` takes a folder of lint files"));
    }
    let files = found.inputs.into_iter().filter_map(|input| match input {
        Input::File(path) => Some(path),
        Input::Stdin | Input::Member(_) | Input::Bytes { .. } => None,
    });
    files.collect()
}

/// What a file is by the folder that it lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// In any other folder, which is its area.
    Lint,
    /// In a folder `symptoms`.
    Symptom,
    /// In a folder `manual-checks`.
    ManualCheck,
}

impl FileKind {
    /// By the path of the file.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        let folder = path.parent().and_then(Path::file_name).and_then(|name| name.to_str());
        match folder {
            Some("symptoms") => Self::Symptom,
            Some("manual-checks") => Self::ManualCheck,
            _ => Self::Lint,
        }
    }
}
