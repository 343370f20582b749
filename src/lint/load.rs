//! Lint files into compiled lints, with every mistake reported where it stands.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::ops::Range;
use std::sync::{Arc, OnceLock};
use std::thread;

use jsonschema::error::ValidationErrorKind as Kind;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::case::{self, Case, Mistake};
use super::expression::{CompileError, Compiler, Expression, Patterns, Quantifier, Type};
use super::gate;
use super::template::Template;
use crate::diagnostic::{Diagnostic, Platform, Problem, Scope, Severity};
use crate::schema::{LINT_SCHEMA_PATH, NounId, Registry, embedded_lints};
use crate::source::{Input, Sources, Text};
use crate::toml_file::{self as file, FileKind, Located, Node, Rules, TomlFile};

/// A name bound to the elements of a list.
#[derive(Clone, Debug)]
pub struct ForBinding {
    /// As written.
    pub name: String,
    /// Where the evaluator keeps it.
    pub slot: usize,
    /// The list.
    pub list: Expression,
}

/// When a finding is less severe than the lint.
#[derive(Clone, Debug)]
pub struct Downgrade {
    /// What it is lowered to.
    pub to: Severity,
    /// When.
    pub when: Expression,
}

/// Something that must be true.
#[derive(Clone, Debug)]
pub struct Expect {
    /// Judged only where this is true.
    pub when: Option<Expression>,
    /// All must be true.
    pub conjuncts: Vec<Expression>,
    /// What is wrong where one is not.
    pub message: Template,
    /// Lower than the lint's.
    pub severity: Option<Severity>,
    /// What to underline instead of what was read.
    pub at: Vec<Expression>,
}

/// What to do.
#[derive(Clone, Debug)]
pub struct FixTemplate {
    /// In words.
    pub text: Template,
    /// To paste.
    pub command: Option<Template>,
    /// Where to run it, if not on the side of the object.
    pub side: Option<Platform>,
}

/// A collection that a lint goes through record by record.
#[derive(Clone, Debug)]
pub struct Collection {
    /// Whose.
    pub scope: Scope,
    /// Cmdlet.
    pub noun: NounId,
    /// The records it is about, and the slot of the name in it.
    pub filter: Option<(usize, Expression)>,
}

/// A lint.
#[derive(Clone, Debug)]
pub struct Lint {
    /// The file's name without its ending.
    pub id: String,
    /// The file's folder.
    pub area: String,
    /// What is wrong where it fails.
    pub title: String,
    /// The highest severity of its findings.
    pub severity: Severity,
    /// Why it matters.
    pub why: String,
    /// Where to read more.
    pub references: Vec<String>,
    /// Error texts it explains.
    pub symptoms: Vec<String>,
    /// Gates on the way of a request that it decides, by id, each with its place among the lints that decide it.
    pub gates: BTreeMap<String, u64>,
    /// The binding whose object its findings are about, by index. Without it, the first object that is bound.
    pub about: Option<usize>,
    /// It applies only where this is true.
    pub when: Option<Expression>,
    /// When its findings are less severe.
    pub downgrade: Vec<Downgrade>,
    /// Names and their lists, in order.
    pub bindings: Vec<ForBinding>,
    /// What must be true.
    pub expects: Vec<Expect>,
    /// What to do where it is not.
    pub fix: Option<FixTemplate>,
    /// Collections it reads.
    pub collections: BTreeSet<(Scope, NounId)>,
    /// Properties it reads, by index.
    pub properties: BTreeSet<(NounId, usize)>,
    /// Thresholds it uses, each with what it is where the configuration says nothing.
    pub thresholds: BTreeMap<String, i64>,
    /// Set when it judges each record of one collection by that record alone, so that none needs to be kept.
    pub record_wise: Option<Collection>,
    /// The file.
    pub text: Arc<Text>,
}

impl Lint {
    /// Its tests. They are read from the file when they are asked for: runs over exports have no use for them.
    #[must_use]
    pub fn cases(&self, registry: &Registry) -> Vec<Case> {
        let (table, _) = DeTable::parse_recoverable(self.text.content());
        case::all(self.text.content(), table.get_ref(), registry, &mut Vec::new())
    }

    /// Changes the highest severity of its findings. Those that are less severe than others of the lint stay so.
    pub fn set_severity(&mut self, severity: Severity) {
        self.severity = severity;
        for own in self.expects.iter_mut().filter_map(|expect| expect.severity.as_mut()) {
            *own = severity.min(*own);
        }
    }
}

/// Lints of a run, sorted by id, and the mistakes in their files.
#[derive(Debug, Default)]
pub struct Lints {
    /// Lints without a mistake.
    pub lints: Vec<Lint>,
    /// What is wrong with the others.
    pub mistakes: Vec<Diagnostic>,
}

impl Lints {
    fn add(&mut self, loaded: Result<Lint, Vec<Diagnostic>>) {
        match loaded {
            Ok(lint) if self.lints.iter().any(|other| other.id == lint.id) => {
                let mut file = TomlFile::new(lint.text);
                let help = "a lint of your own needs an id of its own".to_owned();
                file.mistake(0..0, format!("a lint `{}` exists already", lint.id), Some(help));
                self.mistakes.append(&mut file.mistakes);
            }
            Ok(lint) => self.lints.push(lint),
            Err(mut mistakes) => self.mistakes.append(&mut mistakes),
        }
    }
}

/// The lints this binary was built with. Their files are added to `sources` under `lints/…`.
pub fn load_embedded(registry: &'static Registry, sources: &mut Sources) -> Lints {
    let files: Vec<EmbeddedFile> = embedded_lints()
        .iter()
        .map(|(path, text)| {
            let source = sources.add(format!("lints/{path}"));
            (*path, Arc::new(Text::whole(source, (*text).to_owned())))
        })
        .collect();
    let patterns = Patterns::default();
    let mut lints = Lints::default();
    for loaded in on_all_processors(&files, |(path, text)| {
        // The tests look at their cases and validate them by schema; a run need not.
        let compiler = Compiler::trusting(registry, patterns.clone());
        load_part(registry, compiler, path, text, without_cases(text.content()), false)
    }) {
        lints.add(loaded);
    }
    lints.lints.sort_by(|a, b| a.id.cmp(&b.id));
    lints
}

type EmbeddedFile = (&'static str, Arc<Text>);

/// The built-in lint files have them at the end.
fn without_cases(text: &str) -> &str {
    text.find("\n[[case]]").map_or(text, |end| &text[..=end])
}

/// Does the same with each item, on as many threads as there are, in the order of the items.
fn on_all_processors<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    let all = |items: &[T]| items.iter().map(&work).collect::<Vec<R>>();
    thread::scope(|scope| {
        let mut shares = items.chunks(items.len().div_ceil(processors).max(1));
        let first = shares.next().unwrap_or_default();
        let others: Vec<_> =
            shares.map(|share| (share, thread::Builder::new().spawn_scoped(scope, || all(share)))).collect();
        let mut done = all(first);
        for (share, thread) in others {
            // Where no more threads may be had, or one has panicked, this one does what was theirs.
            let result = thread.ok().and_then(|thread| thread.join().ok());
            done.extend(result.unwrap_or_else(|| all(share)));
        }
        done
    })
}

/// Adds the lints of a user's folder.
pub fn load(registry: &'static Registry, folder: &str, sources: &mut Sources, lints: &mut Lints) {
    let files = file::discover_files(folder, &mut lints.mistakes);
    for path in files.into_iter().filter(|path| FileKind::of(path) == FileKind::Lint) {
        match std::fs::read_to_string(&path) {
            Ok(text) => {
                let display = Input::File(path.clone()).display();
                let source = sources.add(&display);
                lints.add(load_text(registry, &display, Arc::new(Text::whole(source, text)), true));
            }
            Err(error) => {
                let reason = error.to_string().into();
                let problem = Diagnostic::problem(Problem::UnreadableLintFile { reason });
                lints.mistakes.push(problem.with_path(path.display().to_string()));
            }
        }
    }
    lints.lints.sort_by(|a, b| a.id.cmp(&b.id));
}

/// Loads one lint file, whose id and area are those of its path.
///
/// # Errors
///
/// All mistakes in it.
pub fn load_text(
    registry: &'static Registry,
    path: &str,
    text: Arc<Text>,
    validate: bool,
) -> Result<Lint, Vec<Diagnostic>> {
    load_part(registry, Compiler::new(registry), path, &text, text.content(), validate)
}

/// Loads a lint from the beginning of its file.
fn load_part(
    registry: &'static Registry,
    compiler: Compiler<'static>,
    path: &str,
    text: &Arc<Text>,
    part: &str,
    validate: bool,
) -> Result<Lint, Vec<Diagnostic>> {
    let mut file = TomlFile::new(text.clone());
    let (table, errors) = DeTable::parse_recoverable(part);
    for error in &errors {
        file.syntax(error);
    }
    if !errors.is_empty() {
        return Err(file.mistakes);
    }
    let mut loader = Loader { registry, compiler, text: part, file };
    let lint = loader.lint(path, &table);
    if validate {
        loader.check_cases(table.get_ref());
        gate::check(&mut loader.file, table.get_ref());
        check_schema(&mut loader.file, &table);
    }
    match lint {
        Some(lint) if loader.file.mistakes.is_empty() => Ok(lint),
        _ => {
            if loader.file.mistakes.is_empty() {
                let help = "see lints/README.md for the format".to_owned();
                loader.file.mistake(0..0, "this is no lint file", Some(help));
            }
            Err(loader.file.in_order())
        }
    }
}

/// Reports what the schema of lint files has to say, where nothing better was said of the same place.
fn check_schema(file: &mut TomlFile, table: &Spanned<DeTable<'_>>) {
    const FIELDS: [&str; 27] = [
        "id",
        "title",
        "severity",
        "why",
        "references",
        "symptoms",
        "gates",
        "no_gate",
        "about",
        "when",
        "downgrade",
        "for",
        "expect",
        "fix",
        "case",
        "that",
        "message",
        "at",
        "text",
        "command",
        "side",
        "name",
        "findings",
        "as_of",
        "onprem",
        "cloud",
        "to",
    ];
    static VALIDATOR: OnceLock<Option<jsonschema::Validator>> = OnceLock::new();
    if let Some(validator) = VALIDATOR.get_or_init(|| file::validator(LINT_SCHEMA_PATH)) {
        file::check_schema(file, table, &Rules { validator, fields: &FIELDS, words: schema_words });
    }
}

fn schema_words(error: &jsonschema::ValidationError<'_>, pointer: &str) -> Option<String> {
    match error.kind() {
        Kind::FalseSchema if pointer == "/no_gate" => {
            Some("a lint that decides a gate has no use for `no_gate`".into())
        }
        Kind::Required { property } if property == "fix" => Some("`[fix]` is missing".into()),
        Kind::Contains | Kind::MinItems { .. } if pointer == "/case" => {
            Some("there must be a case for each of `fail`, `pass` and `unknown`".into())
        }
        _ => None,
    }
}

struct Loader<'t> {
    registry: &'static Registry,
    compiler: Compiler<'static>,
    text: &'t str,
    file: TomlFile,
}

impl<'t> Loader<'t> {
    fn lint(&mut self, path: &str, table: &'t Spanned<DeTable<'t>>) -> Option<Lint> {
        let fields = table.get_ref();
        let (area, stem) = area_and_id(path);
        let id = self.required(fields, "id")?;
        if id.text != stem {
            self.file.mistake(id.range.clone(), format!("the id is not the file's name, `{stem}`"), None);
        }
        let id = id.text.to_owned();
        let title = self.required(fields, "title")?.text.to_owned();
        let severity_word = self.required(fields, "severity")?;
        let Ok(severity) = severity_word.text.parse() else {
            self.file.mistake(severity_word.range, "must be `error`, `warning` or `info`", None);
            return None;
        };
        let why = self.required(fields, "why")?.text.trim().to_owned();
        let references = self.strings(fields, "references");
        let symptoms = self.strings(fields, "symptoms");
        let gates = gate::gates(fields);
        let when = self.condition(fields, "when");
        let bindings = self.bindings(fields);
        let about = gate::about(
            &mut self.file,
            self.text,
            fields,
            bindings.iter().map(|binding| binding.name.as_str()),
        );
        let downgrade = self.downgrade(fields);
        let expects = self.expects(fields);
        let fix = self.fix(fields);
        let record_wise = record_wise(&bindings, &self.compiler);
        Some(Lint {
            id,
            area,
            title,
            severity,
            why,
            references,
            symptoms,
            gates,
            about,
            when,
            downgrade,
            bindings,
            expects,
            fix,
            collections: self.compiler.reads.collections.clone(),
            properties: self.compiler.reads.properties.clone(),
            thresholds: self.compiler.reads.thresholds.clone(),
            record_wise,
            text: self.file.text.clone(),
        })
    }

    fn string(&self, table: &'t DeTable<'t>, name: &str) -> Option<Located<'t>> {
        Located::new(self.text, file::member(table, name)?)
    }

    fn required(&mut self, table: &'t DeTable<'t>, name: &str) -> Option<Located<'t>> {
        let found = self.string(table, name);
        if found.is_none() {
            let range = file::member(table, name).map_or(0..0, Spanned::span);
            self.file.missing(range, name, Some("see lints/README.md for the fields".into()));
        }
        found
    }

    fn strings(&self, table: &'t DeTable<'t>, name: &str) -> Vec<String> {
        let Some(DeValue::Array(items)) = file::member(table, name).map(Spanned::get_ref) else {
            return Vec::new();
        };
        items.iter().filter_map(|item| item.get_ref().as_str()).map(str::to_owned).collect()
    }

    fn report(&mut self, source: &Located<'_>, errors: Vec<CompileError>) {
        for error in errors {
            self.file.mistake(source.place(&error.range), error.message, error.help);
        }
    }

    fn condition(&mut self, table: &'t DeTable<'t>, name: &str) -> Option<Expression> {
        let source = self.string(table, name)?;
        match self.compiler.condition(source.text) {
            Ok(expression) => Some(expression),
            Err(errors) => {
                self.report(&source, errors);
                None
            }
        }
    }

    fn template(&mut self, source: &Located<'_>) -> Option<Template> {
        match Template::compile(source.text, &mut self.compiler) {
            Ok(template) => Some(template),
            Err(errors) => {
                self.report(source, errors);
                None
            }
        }
    }

    fn bindings(&mut self, fields: &'t DeTable<'t>) -> Vec<ForBinding> {
        let Some(DeValue::Table(table)) = file::member(fields, "for").map(Spanned::get_ref) else {
            return Vec::new();
        };
        file::in_order(table)
            .into_iter()
            .filter_map(|(name, key, value)| self.binding(name, key, value))
            .collect()
    }

    fn binding(&mut self, name: &str, key: Range<usize>, value: Node<'t>) -> Option<ForBinding> {
        if ["onprem", "cloud", "any", "as_of", "topology"].contains(&name) {
            self.file.mistake(key, format!("`{name}` has a meaning already"), None);
            return None;
        }
        let source = Located::new(self.text, value)?;
        match self.compiler.compile(source.text) {
            Ok((list, Type::List(item))) => {
                let slot = self.compiler.bind(name, *item);
                Some(ForBinding { name: name.to_owned(), slot, list })
            }
            Ok((_, other)) => {
                let message = format!("must be a list, is {}", other.describe(self.registry));
                self.file.mistake(source.range, message, None);
                // Later expressions use the name; one mistake is enough.
                self.compiler.bind(name, Type::Any);
                None
            }
            Err(errors) => {
                self.report(&source, errors);
                self.compiler.bind(name, Type::Any);
                None
            }
        }
    }

    fn tables(&self, fields: &'t DeTable<'t>, name: &str) -> Vec<(&'t DeTable<'t>, Range<usize>)> {
        let Some(DeValue::Array(items)) = file::member(fields, name).map(Spanned::get_ref) else {
            return Vec::new();
        };
        items.iter().filter_map(|item| Some((item.get_ref().as_table()?, item.span()))).collect()
    }

    fn downgrade(&mut self, fields: &'t DeTable<'t>) -> Vec<Downgrade> {
        let tables = self.tables(fields, "downgrade");
        let each = tables.into_iter().filter_map(|(table, _)| {
            let to = self.string(table, "to")?.text.parse().ok()?;
            Some(Downgrade { to, when: self.condition(table, "when")? })
        });
        each.collect()
    }

    fn expects(&mut self, fields: &'t DeTable<'t>) -> Vec<Expect> {
        let tables = self.tables(fields, "expect");
        if tables.is_empty() {
            let help = "add `[[expect]]` with `that` and `message`".to_owned();
            self.file.mistake(0..0, "the lint expects nothing", Some(help));
        }
        tables.into_iter().filter_map(|(table, range)| self.expect(table, range)).collect()
    }

    fn expect(&mut self, table: &'t DeTable<'t>, range: Range<usize>) -> Option<Expect> {
        let when = self.condition(table, "when");
        let has_that = file::member(table, "that").is_some();
        let that = self.condition(table, "that");
        if !has_that {
            self.file.missing(range.clone(), "that", None);
        }
        let Some(message) = self.string(table, "message") else {
            self.file.missing(range, "message", None);
            return None;
        };
        let message = self.template(&message);
        let severity = self.string(table, "severity").and_then(|word| word.text.parse().ok());
        let at = self.at(table);
        Some(Expect { when, conjuncts: that?.conjuncts(), message: message?, severity, at })
    }

    fn at(&mut self, table: &'t DeTable<'t>) -> Vec<Expression> {
        let Some(DeValue::Array(items)) = file::member(table, "at").map(Spanned::get_ref) else {
            return Vec::new();
        };
        let mut compiled = Vec::new();
        for source in items.iter().filter_map(|item| Located::new(self.text, item)) {
            match self.compiler.compile(source.text) {
                Ok((expression, _)) => compiled.push(expression),
                Err(errors) => self.report(&source, errors),
            }
        }
        compiled
    }

    fn fix(&mut self, fields: &'t DeTable<'t>) -> Option<FixTemplate> {
        let Some(DeValue::Table(table)) = file::member(fields, "fix").map(Spanned::get_ref) else {
            self.file.missing_table("fix", Some("say what to do, if only in words".into()));
            return None;
        };
        let text = self.required(table, "text")?;
        let text = self.template(&text);
        let command = self.string(table, "command").and_then(|source| self.template(&source));
        let side = self.string(table, "side");
        let side = side.and_then(|word| Platform::ALL.into_iter().find(|side| side.name() == word.text));
        Some(FixTemplate { text: text?, command, side })
    }

    fn check_cases(&mut self, fields: &'t DeTable<'t>) {
        let mut mistakes: Vec<Mistake> = Vec::new();
        let cases = case::all(self.text, fields, self.registry, &mut mistakes);
        use crate::diagnostic::Outcome;
        for (outcome, word) in [(Outcome::Failed, "failing"), (Outcome::Passed, "passing")] {
            if !cases.iter().any(|case| case.expected.outcome == outcome) && mistakes.is_empty() {
                let help = "cases are the lint's tests and its documentation".to_owned();
                let range = file::member(fields, "case").map_or(0..0, Spanned::span);
                mistakes.push((range, format!("there is no {word} case"), Some(help)));
            }
        }
        for (range, message, help) in mistakes {
            self.file.mistake(range, message, help);
        }
    }
}

/// `oauth/authserver-disabled.toml` is lint `authserver-disabled` of area `oauth`.
fn area_and_id(path: &str) -> (String, String) {
    let mut parts = path.rsplit(['/', '\\']);
    let name = parts.next().unwrap_or_default();
    let area = parts.next().unwrap_or_default();
    (area.to_owned(), name.strip_suffix(".toml").unwrap_or(name).to_owned())
}

/// The one collection of a lint that judges each of its records alone.
fn record_wise(bindings: &[ForBinding], compiler: &Compiler<'_>) -> Option<Collection> {
    let [only] = bindings else { return None };
    // Any other use of the exports needs them whole, be it of the same collection.
    if compiler.reads.uses != 1 {
        return None;
    }
    match &only.list {
        Expression::Collection(scope, noun) => Some(Collection { scope: *scope, noun: *noun, filter: None }),
        Expression::Quantified(inner) if inner.quantifier == Quantifier::Filter => match &inner.list {
            Expression::Collection(scope, noun) => {
                let filter = Some((inner.slot, inner.body.clone()));
                Some(Collection { scope: *scope, noun: *noun, filter })
            }
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_are_all_that_is_left_out() {
        for (path, text) in embedded_lints() {
            let rest: toml::Table = text[without_cases(text).len()..].parse().unwrap();
            assert!(rest.keys().eq(["case"]), "{path}: {:?}", rest.keys().collect::<Vec<_>>());
        }
    }

    #[test]
    fn work_is_done_in_order() {
        let items: Vec<usize> = (0..100).collect();
        for count in [0, 1, 2, 99, 100] {
            assert_eq!(on_all_processors(&items[..count], |item| item + 1), (1..=count).collect::<Vec<_>>());
        }
    }
}
