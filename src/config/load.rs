//! The file into a [`Config`], with every mistake reported where it stands. `schemas/config.schema.json` says the
//! same to editors; a test holds the two together.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use glob::Pattern;
use jiff::civil::Date;
use toml::de::{DeTable, DeValue};

use super::sides::PathPattern;
use super::suppress::{Suppress, Until};
use super::{Config, FailOn, Level, Named};
use crate::diagnostic::{Diagnostic, Platform, Severity};
use crate::schema::closest;
use crate::source::Text;
use crate::toml_file::{Located, Node, TomlFile, in_order, member};

const KEYS: [&str; 9] =
    ["select", "ignore", "fail-on", "severity", "lints", "exclude", "sides", "thresholds", "suppress"];
const SUPPRESS_KEYS: [&str; 6] = ["lint", "object", "property", "side", "reason", "until"];
const SEVERITIES: [Severity; 3] = Severity::ALL;

/// No threshold is larger: a century of days.
const MAX_THRESHOLD: i64 = 36_500;

/// Reads the text of a configuration that stands in `folder`, and says what is wrong with it. What is right holds
/// nevertheless.
pub fn load_text(text: Arc<Text>, folder: &Path) -> (Config, Vec<Diagnostic>) {
    let mut file = TomlFile::configuration(text.clone());
    let (table, errors) = DeTable::parse_recoverable(text.content());
    for error in &errors {
        file.syntax(error);
    }
    let mut config = Config { text: Some(text.clone()), folder: folder.to_owned(), ..Config::default() };
    // The parser goes on with a guess; half a suppression is none.
    if errors.is_empty() {
        let mut loader = Loader { text: text.content(), file };
        loader.config(table.get_ref(), &mut config);
        file = loader.file;
    }
    (config, file.in_order())
}

struct Loader<'t> {
    text: &'t str,
    file: TomlFile,
}

impl<'t> Loader<'t> {
    fn config(&mut self, table: &'t DeTable<'t>, config: &mut Config) {
        for (key, range, value) in in_order(table) {
            match key {
                "select" => {
                    config.select = self.strings(key, value);
                    self.must_not_be_empty(key, value, "without `select`, all lints run");
                }
                "ignore" => config.ignore = self.strings(key, value),
                "fail-on" => config.fail_on = self.fail_on(value),
                "severity" => config.severity = self.severities(value),
                "lints" => config.lints = self.strings(key, value),
                "exclude" => {
                    let patterns = self.strings(key, value);
                    config.exclude = patterns.iter().filter_map(|pattern| self.pattern(pattern)).collect();
                }
                "sides" => config.sides = self.sides(value),
                "thresholds" => config.thresholds = self.thresholds(value),
                "suppress" => config.suppress = self.suppressions(value),
                _ => self.unknown(key, range, &KEYS),
            }
        }
    }

    fn unknown(&mut self, key: &str, range: Range<usize>, known: &[&str]) {
        // What options call it, and what ruff does.
        let key_words = key.replace('_', "-");
        let help = closest(&key_words, known.iter().copied()).map_or_else(
            || format!("known here: `{}`", known.join("`, `")),
            |name| format!("did you mean `{name}`?"),
        );
        self.file.mistake(range, format!("unknown key `{key}`"), Some(help));
    }

    fn wrong_type(&mut self, what: &str, wanted: &str, value: Node<'t>) {
        let message = format!("{what} must be {wanted}, is {}", kind(value.get_ref()));
        self.file.mistake(value.span(), message, None);
    }

    /// Text that says something.
    fn string(&mut self, what: &str, value: Node<'t>) -> Option<Named> {
        let Some(located) = Located::new(self.text, value) else {
            self.wrong_type(what, "a string", value);
            return None;
        };
        if located.text.trim().is_empty() {
            self.file.mistake(located.range, format!("{what} is blank"), None);
            return None;
        }
        Some(Named { name: located.text.to_owned(), range: located.range })
    }

    fn strings(&mut self, key: &str, value: Node<'t>) -> Vec<Named> {
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_type(&format!("`{key}`"), "a list of strings", value);
            return Vec::new();
        };
        items.iter().filter_map(|item| self.string(&format!("an item of `{key}`"), item)).collect()
    }

    fn must_not_be_empty(&mut self, key: &str, value: Node<'t>, help: &str) {
        if value.get_ref().as_array().is_some_and(|items| items.is_empty()) {
            self.file.mistake(value.span(), format!("`{key}` is empty"), Some(help.to_owned()));
        }
    }

    fn table(&mut self, what: &str, value: Node<'t>) -> Vec<(&'t str, Range<usize>, Node<'t>)> {
        match value.get_ref() {
            DeValue::Table(table) => in_order(table),
            _ => {
                self.wrong_type(what, "a table", value);
                Vec::new()
            }
        }
    }

    /// A word, and what it stands for.
    fn word<T: Copy>(&mut self, what: &str, value: Node<'t>, words: &[(&str, T)]) -> Option<T> {
        let text = self.string(what, value)?;
        let found = words.iter().find(|(word, _)| *word == text.name);
        if found.is_none() {
            let all: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let message = format!("{what} must be one of `{}`", all.join("`, `"));
            let help = closest(&text.name, all.into_iter()).map(|word| format!("did you mean `{word}`?"));
            self.file.mistake(text.range, message, help);
        }
        found.map(|(_, value)| *value)
    }

    fn fail_on(&mut self, value: Node<'t>) -> Option<FailOn> {
        let mut words = SEVERITIES.map(|severity| (severity.name(), FailOn(Some(severity)))).to_vec();
        words.push(("never", FailOn(None)));
        self.word("`fail-on`", value, &words)
    }

    fn severities(&mut self, value: Node<'t>) -> Vec<(Named, Level)> {
        let mut words = SEVERITIES.map(|severity| (severity.name(), Level::Severity(severity))).to_vec();
        words.push(("off", Level::Off));
        let table = self.table("`severity`", value);
        let levels = table.into_iter().filter_map(|(name, range, value)| {
            let level = self.word(&format!("the severity of `{name}`"), value, &words)?;
            Some((Named { name: name.to_owned(), range }, level))
        });
        levels.collect()
    }

    fn sides(&mut self, value: Node<'t>) -> Vec<PathPattern> {
        let mut patterns = Vec::new();
        for (key, range, value) in self.table("`sides`", value) {
            let Some(side) = Platform::ALL.into_iter().find(|side| side.name() == key) else {
                self.unknown(key, range, &Platform::ALL.map(Platform::name));
                continue;
            };
            for pattern in self.strings(key, value) {
                if let Some(compiled) = self.pattern(&pattern) {
                    patterns.push(PathPattern { side, pattern, compiled });
                }
            }
        }
        patterns
    }

    fn pattern(&mut self, pattern: &Named) -> Option<Pattern> {
        match Pattern::new(&pattern.name.replace('\\', "/")) {
            Ok(compiled) => Some(compiled),
            Err(error) => {
                let message = format!("is no pattern: {}", error.msg);
                self.file.mistake(pattern.range.clone(), message, None);
                None
            }
        }
    }

    fn thresholds(&mut self, value: Node<'t>) -> Vec<(Named, i64)> {
        let table = self.table("`thresholds`", value);
        let thresholds = table.into_iter().filter_map(|(name, range, value)| {
            let DeValue::Integer(number) = value.get_ref() else {
                self.wrong_type(&format!("`{name}`"), "a whole number", value);
                return None;
            };
            let number = i64::from_str_radix(number.as_str(), number.radix()).ok();
            let Some(number) = number.filter(|number| (0..=MAX_THRESHOLD).contains(number)) else {
                let message = format!("`{name}` must be between 0 and {MAX_THRESHOLD}");
                self.file.mistake(value.span(), message, None);
                return None;
            };
            Some((Named { name: name.to_owned(), range }, number))
        });
        thresholds.collect()
    }

    fn suppressions(&mut self, value: Node<'t>) -> Vec<Suppress> {
        let help = || Some("write each as a table of its own under `[[suppress]]`".to_owned());
        let DeValue::Array(items) = value.get_ref() else {
            let message = format!("`suppress` must be a list of tables, is {}", kind(value.get_ref()));
            self.file.mistake(value.span(), message, help());
            return Vec::new();
        };
        let mut all = Vec::new();
        for item in items.iter() {
            match item.get_ref().as_table() {
                Some(table) => all.extend(self.suppression(table, item.span())),
                None => self.wrong_type("an item of `suppress`", "a table", item),
            }
        }
        all
    }

    fn suppression(&mut self, table: &'t DeTable<'t>, range: Range<usize>) -> Option<Suppress> {
        for (key, range, _) in in_order(table) {
            if !SUPPRESS_KEYS.contains(&key) {
                self.unknown(key, range, &SUPPRESS_KEYS);
            }
        }
        let lint = self.needed(table, "lint", &range, "the id of a lint");
        let object = self.needed(
            table,
            "object",
            &range,
            "its name as the report shows it; `*` stands for any text, alone also for a finding about no object",
        );
        let reason = self.needed(table, "reason", &range, "give a reason");
        let property = member(table, "property").map(|value| self.string("`property`", value));
        let sides = Platform::ALL.map(|side| (side.name(), side));
        let side = member(table, "side").map(|value| self.word("`side`", value, &sides));
        let until = member(table, "until").map(|value| self.until(value));
        // A key with a mistake must not widen what it was to narrow.
        let is_wrong =
            matches!(property, Some(None)) || matches!(side, Some(None)) || matches!(until, Some(None));
        if is_wrong {
            return None;
        }
        Some(Suppress {
            lint: lint?,
            object: object?,
            property: property.flatten(),
            side: side.flatten(),
            reason: reason?.name.trim().to_owned(),
            until: until.flatten(),
        })
    }

    fn needed(
        &mut self,
        table: &'t DeTable<'t>,
        key: &str,
        range: &Range<usize>,
        help: &str,
    ) -> Option<Named> {
        match member(table, key) {
            Some(value) => self.string(&format!("`{key}`"), value),
            None => {
                let message = format!("a suppression needs `{key}`");
                self.file.mistake(self.head(range), message, Some(help.to_owned()));
                None
            }
        }
    }

    /// The first line of a table.
    fn head(&self, range: &Range<usize>) -> Range<usize> {
        let text = self.text.get(range.clone()).unwrap_or_default();
        range.start..range.start + text.lines().next().map_or(0, |line| line.trim_end().len())
    }

    fn until(&mut self, value: Node<'t>) -> Option<Until> {
        if matches!(value.get_ref(), DeValue::Datetime(_)) {
            let help = "write it in quotes: \"2026-12-31\"".to_owned();
            self.file.mistake(value.span(), "`until` must be a string", Some(help));
            return None;
        }
        let text = self.string("`until`", value)?;
        match text.name.parse::<Date>() {
            // The parser also takes dates with a time, and without hyphens.
            Ok(day) if day.to_string() == text.name => Some(Until { day, range: text.range }),
            _ => {
                let help = "write it as YYYY-MM-DD; the suppression holds through that day".to_owned();
                self.file.mistake(text.range, format!("`{}` is no day", text.name), Some(help));
                None
            }
        }
    }
}

/// For messages.
fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
