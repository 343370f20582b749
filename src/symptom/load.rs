//! Symptom files and manual checks, with every mistake reported where it stands.

use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use jsonschema::Validator;
use regex::RegexBuilder;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Catalogue, CheckCommand, CheckSide, Direction, ManualCheck, Pattern, Shell, Symptom};
use crate::diagnostic::{Diagnostic, Problem};
use crate::schema::{MANUAL_CHECK_SCHEMA_PATH, SYMPTOM_SCHEMA_PATH, closest};
use crate::schema::{embedded_manual_checks, embedded_symptoms};
use crate::source::{Input, Sources, Text};
use crate::toml_file::{self as file, FileKind, Located, Rules, TomlFile};

/// Memory that one pattern may take when compiled.
const MAX_PATTERN_BYTES: usize = 4 << 20;

const FIELDS: [&str; 20] = [
    "id",
    "section",
    "title",
    "direction",
    "lids",
    "patterns",
    "rank",
    "regex",
    "settled_by",
    "examples",
    "meaning",
    "lints",
    "evidence",
    "manual",
    "references",
    "side",
    "text",
    "commands",
    "shell",
    "run",
];

/// A manual check that a file names.
#[derive(Debug)]
pub(super) struct Link {
    text: Arc<Text>,
    range: Range<usize>,
    id: String,
}

impl Catalogue {
    /// The symptoms and manual checks that this binary was built with. Their files are added to `sources` under
    /// `lints/…`.
    #[must_use]
    pub fn embedded(sources: &mut Sources) -> Self {
        let mut catalogue = Self::default();
        let symptoms = embedded_symptoms().iter().map(|file| (FileKind::Symptom, "symptoms", file));
        let checks =
            embedded_manual_checks().iter().map(|file| (FileKind::ManualCheck, "manual-checks", file));
        for (kind, folder, (path, text)) in symptoms.chain(checks) {
            let display = format!("lints/{folder}/{path}");
            let source = sources.add(&display);
            // The tests validate them by schema; a run need not.
            catalogue.add(kind, &display, Arc::new(Text::whole(source, (*text).to_owned())), false);
        }
        catalogue.finish();
        catalogue
    }

    /// Adds those of a user's folder: of its folders `symptoms` and `manual-checks`.
    pub fn add_folder(&mut self, folder: &str, sources: &mut Sources) {
        // What is wrong with the argument is said where its lints are loaded.
        for path in file::discover_files(folder, &mut Vec::new()) {
            let kind = FileKind::of(&path);
            if kind == FileKind::Lint {
                continue;
            }
            let display = Input::File(path.clone()).display();
            match std::fs::read_to_string(&path) {
                Ok(text) => {
                    let source = sources.add(&display);
                    self.add(kind, &display, Arc::new(Text::whole(source, text)), true);
                }
                Err(error) => {
                    let reason = error.to_string().into();
                    let problem = Diagnostic::problem(Problem::UnreadableLintFile { reason });
                    self.mistakes.push(problem.with_path(display));
                }
            }
        }
        self.finish();
    }

    /// Adds a file, or what is wrong with it.
    fn add(&mut self, kind: FileKind, path: &str, text: Arc<Text>, validate: bool) {
        let mut toml = TomlFile::new(text.clone());
        let (table, errors) = DeTable::parse_recoverable(text.content());
        for error in &errors {
            toml.syntax(error);
        }
        if errors.is_empty() {
            let mut loader = Loader { text: text.content(), file: toml, stem: stem(path), links: Vec::new() };
            match kind {
                FileKind::Symptom => {
                    let symptom = loader.symptom(table.get_ref());
                    self.keep(loader, &table, symptom, validate);
                }
                FileKind::ManualCheck | FileKind::Lint => {
                    let check = loader.check(table.get_ref());
                    self.keep(loader, &table, check, validate);
                }
            }
        } else {
            self.mistakes.append(&mut toml.mistakes);
        }
    }

    fn keep<T: Entry>(
        &mut self,
        mut loader: Loader<'_>,
        table: &Spanned<DeTable<'_>>,
        loaded: Option<T>,
        validate: bool,
    ) {
        if validate && let Some(validator) = T::validator() {
            let rules = Rules { validator, fields: &FIELDS, words: |_, _| None };
            file::check_schema(&mut loader.file, table, &rules);
        }
        let known = T::all(self);
        if let Some(loaded) = &loaded
            && known.iter().any(|other| other.id() == loaded.id())
        {
            let help = "a file of your own needs an id of its own".to_owned();
            loader.file.mistake(0..0, format!("`{}` exists already", loaded.id()), Some(help));
        }
        match loaded {
            Some(loaded) if loader.file.mistakes.is_empty() => {
                known.push(loaded);
                self.links.append(&mut loader.links);
            }
            _ => self.mistakes.append(&mut loader.file.in_order()),
        }
    }

    /// Looks up the manual checks that were named, and sorts.
    fn finish(&mut self) {
        for link in std::mem::take(&mut self.links) {
            if self.check(&link.id).is_none() {
                let mut toml = TomlFile::new(link.text);
                let help = closest(&link.id, self.checks.iter().map(|check| check.id.as_str()));
                let help = help.map(|id| format!("did you mean `{id}`?"));
                toml.mistake(link.range, format!("there is no manual check `{}`", link.id), help);
                self.mistakes.append(&mut toml.mistakes);
            }
        }
        self.symptoms.sort_by(|a, b| {
            (a.section.is_none(), a.section, &a.id).cmp(&(b.section.is_none(), b.section, &b.id))
        });
        self.checks.sort_by(|a, b| a.id.cmp(&b.id));
    }
}

/// What a file holds.
trait Entry: Sized {
    /// Of the schema of its files.
    fn validator() -> Option<&'static Validator>;
    /// Where it is kept.
    fn all(catalogue: &mut Catalogue) -> &mut Vec<Self>;
    fn id(&self) -> &str;
}

impl Entry for Symptom {
    fn validator() -> Option<&'static Validator> {
        static VALIDATOR: OnceLock<Option<Validator>> = OnceLock::new();
        VALIDATOR.get_or_init(|| file::validator(SYMPTOM_SCHEMA_PATH)).as_ref()
    }

    fn all(catalogue: &mut Catalogue) -> &mut Vec<Self> {
        &mut catalogue.symptoms
    }

    fn id(&self) -> &str {
        &self.id
    }
}

impl Entry for ManualCheck {
    fn validator() -> Option<&'static Validator> {
        static VALIDATOR: OnceLock<Option<Validator>> = OnceLock::new();
        VALIDATOR.get_or_init(|| file::validator(MANUAL_CHECK_SCHEMA_PATH)).as_ref()
    }

    fn all(catalogue: &mut Catalogue) -> &mut Vec<Self> {
        &mut catalogue.checks
    }

    fn id(&self) -> &str {
        &self.id
    }
}

fn stem(path: &str) -> &str {
    Path::new(path).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default()
}

struct Loader<'t> {
    text: &'t str,
    file: TomlFile,
    /// The file's name without its ending.
    stem: &'t str,
    links: Vec<Link>,
}

impl<'t> Loader<'t> {
    fn symptom(&mut self, fields: &'t DeTable<'t>) -> Option<Symptom> {
        let id = self.id(fields);
        let title = self.required(fields, "title");
        let direction = self.word(fields, "direction", &Direction::ALL, |direction| direction.name());
        let meaning = self.required(fields, "meaning");
        let patterns = self.patterns(fields);
        let section = self.number(fields, "section").and_then(|number| u8::try_from(number).ok());
        Some(Symptom {
            section,
            lids: self.lids(fields),
            patterns,
            examples: self.strings(fields, "examples"),
            lints: self.strings(fields, "lints"),
            evidence: self.strings(fields, "evidence"),
            manual: self.linked(fields, "manual"),
            references: self.strings(fields, "references"),
            id: id?,
            title: title?,
            direction: direction?,
            meaning: meaning?,
        })
    }

    fn check(&mut self, fields: &'t DeTable<'t>) -> Option<ManualCheck> {
        let id = self.id(fields);
        let title = self.required(fields, "title");
        let side = self.word(fields, "side", &CheckSide::ALL, |side| side.name());
        let text = self.required(fields, "text");
        let commands = self.tables(fields, "commands");
        let commands = commands.into_iter().filter_map(|table| self.command(table)).collect();
        Some(ManualCheck { id: id?, title: title?, side: side?, text: text?, commands })
    }

    fn command(&mut self, table: &'t DeTable<'t>) -> Option<CheckCommand> {
        let shell = self.word(table, "shell", &Shell::ALL, |shell| shell.name());
        let run = self.required(table, "run");
        Some(CheckCommand { shell: shell?, run: run? })
    }

    fn id(&mut self, fields: &'t DeTable<'t>) -> Option<String> {
        let id = self.required(fields, "id")?;
        if id != self.stem {
            let range = file::member(fields, "id").map_or(0..0, Spanned::span);
            self.file.mistake(range, format!("the id is not the file's name, `{}`", self.stem), None);
        }
        Some(id)
    }

    fn required(&mut self, fields: &'t DeTable<'t>, name: &str) -> Option<String> {
        let node = file::member(fields, name);
        let text = node.and_then(|node| node.get_ref().as_str()).map(|text| text.trim().to_owned());
        if text.as_ref().is_none_or(String::is_empty) {
            let range = node.map_or(0..0, Spanned::span);
            self.file.missing(range, name, None);
        }
        text
    }

    /// A member that is one of several words.
    fn word<T: Copy>(
        &mut self,
        fields: &'t DeTable<'t>,
        name: &str,
        all: &[T],
        word: fn(T) -> &'static str,
    ) -> Option<T> {
        let text = self.required(fields, name)?;
        let found = all.iter().copied().find(|&value| word(value) == text);
        if found.is_none() && !text.is_empty() {
            let names: Vec<&str> = all.iter().map(|&value| word(value)).collect();
            let range = file::member(fields, name).map_or(0..0, Spanned::span);
            self.file.mistake(range, format!("`{name}` must be one of: {}", names.join(", ")), None);
        }
        found
    }

    fn number(&self, fields: &'t DeTable<'t>, name: &str) -> Option<u64> {
        file::to_json(file::member(fields, name)?.get_ref()).as_u64()
    }

    fn lids(&self, fields: &'t DeTable<'t>) -> Vec<u32> {
        let numbers = file::member(fields, "lids").map(|node| file::to_json(node.get_ref()));
        let numbers = numbers.as_ref().and_then(serde_json::Value::as_array);
        let numbers = numbers.into_iter().flatten().filter_map(serde_json::Value::as_u64);
        numbers.filter_map(|number| u32::try_from(number).ok()).collect()
    }

    fn strings(&self, fields: &'t DeTable<'t>, name: &str) -> Vec<String> {
        let Some(DeValue::Array(items)) = file::member(fields, name).map(Spanned::get_ref) else {
            return Vec::new();
        };
        items.iter().filter_map(|item| item.get_ref().as_str()).map(str::to_owned).collect()
    }

    /// Ids of manual checks.
    fn linked(&mut self, fields: &'t DeTable<'t>, name: &str) -> Vec<String> {
        if let Some(DeValue::Array(items)) = file::member(fields, name).map(Spanned::get_ref) {
            for item in items.iter() {
                self.link(item);
            }
        }
        self.strings(fields, name)
    }

    fn link(&mut self, node: file::Node<'t>) {
        if let Some(id) = node.get_ref().as_str() {
            self.links.push(Link { text: self.file.text.clone(), range: node.span(), id: id.to_owned() });
        }
    }

    fn tables(&self, fields: &'t DeTable<'t>, name: &str) -> Vec<&'t DeTable<'t>> {
        let Some(DeValue::Array(items)) = file::member(fields, name).map(Spanned::get_ref) else {
            return Vec::new();
        };
        items.iter().filter_map(|item| item.get_ref().as_table()).collect()
    }

    fn patterns(&mut self, fields: &'t DeTable<'t>) -> Vec<Pattern> {
        let tables = self.tables(fields, "patterns");
        if tables.is_empty() {
            let help = "add `[[patterns]]` with `rank` and `regex`".to_owned();
            self.file.mistake(0..0, "nothing tells its texts", Some(help));
        }
        tables.into_iter().filter_map(|table| self.pattern(table)).collect()
    }

    fn pattern(&mut self, table: &'t DeTable<'t>) -> Option<Pattern> {
        let rank = self.number(table, "rank").and_then(|rank| u8::try_from(rank).ok());
        if !rank.is_some_and(|rank| (1..=3).contains(&rank)) {
            let range = file::member(table, "rank").map_or(0..0, Spanned::span);
            self.file.mistake(range, "`rank` must be 1, 2 or 3", None);
        }
        let settled_by = file::member(table, "settled_by");
        if let Some(node) = settled_by {
            self.link(node);
        }
        let settled_by = settled_by.and_then(|node| node.get_ref().as_str()).map(str::to_owned);
        let source = self.required(table, "regex")?;
        let located = file::member(table, "regex").and_then(|node| Located::new(self.text, node));
        let range = located.map_or(0..0, |located| located.range);
        match RegexBuilder::new(&source).case_insensitive(true).size_limit(MAX_PATTERN_BYTES).build() {
            Ok(regex) if regex.is_match("") => {
                self.file.mistake(range, "the pattern matches every text", None);
                None
            }
            Ok(regex) => Some(Pattern { rank: rank?, regex, settled_by }),
            Err(error) => {
                let reason = error.to_string().lines().last().unwrap_or_default().trim().to_owned();
                self.file.mistake(range, format!("no regular expression: {reason}"), None);
                None
            }
        }
    }
}
