//! What a project decides for itself: `freebusy-lint.toml`, the suppressions in it, and the baseline.
//!
//! Reads files and judges diagnostics as plain data. Must not know of exports, nor how reports look.

mod baseline;
mod check;
mod load;
mod pattern;
mod sides;
mod suppress;

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Label, Platform, Problem, Severity};
use crate::source::{Input, Sources, Text};

pub use baseline::{Baseline, BaselineError};
pub use load::load_text;
use sides::PathPattern;
use suppress::Suppress;

/// The file's name, where it is searched for.
pub const FILE_NAME: &str = "freebusy-lint.toml";

/// A configuration. The one that says nothing is the default.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Only these lints or areas run, if there are any.
    select: Vec<Named>,
    /// These lints or areas do not run.
    ignore: Vec<Named>,
    /// Which findings fail a run.
    fail_on: Option<FailOn>,
    /// Severities by lint or area.
    severity: Vec<(Named, Level)>,
    /// Folders of lints.
    lints: Vec<Named>,
    /// Files in folders that are not read.
    exclude: Vec<glob::Pattern>,
    /// Which side files are from.
    sides: Vec<PathPattern>,
    /// By name.
    thresholds: Vec<(Named, i64)>,
    /// Findings that are not to be reported.
    suppress: Vec<Suppress>,
    /// The file, if there is one.
    text: Option<Arc<Text>>,
    /// Its folder.
    folder: PathBuf,
}

/// The lowest severity that fails a run; `None` where none does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailOn(pub Option<Severity>);

/// A name and where it stands in the file.
#[derive(Clone, Debug)]
struct Named {
    name: String,
    range: Range<usize>,
}

/// What the severity of a lint is set to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Severity(Severity),
    /// It does not run.
    Off,
}

/// The path of the configuration for a working directory: in it, or else in the closest folder above. Relative to
/// it, so that reports do not name machines.
#[must_use]
pub fn find(working_directory: &Path) -> Option<PathBuf> {
    let mut path = PathBuf::new();
    for folder in working_directory.ancestors() {
        if folder.join(FILE_NAME).is_file() {
            return Some(path.join(FILE_NAME));
        }
        path.push("..");
    }
    None
}

/// Reads a configuration, and says what is wrong with it. What is right holds nevertheless.
pub fn read(path: &Path, sources: &mut Sources) -> (Config, Vec<Diagnostic>) {
    let display = Input::File(path.to_owned()).display();
    let problem = |reason: String| {
        let problem = Diagnostic::problem(Problem::UnreadableConfiguration { reason: reason.into() });
        (Config::default(), vec![problem.with_path(&display)])
    };
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) => return problem(format!("cannot read the configuration: {error}")),
    };
    match Text::decode(sources.add(&display), &bytes) {
        Some(text) => {
            let (mut config, mut mistakes) =
                load_text(Arc::new(text), path.parent().unwrap_or(Path::new("")));
            mistakes.extend(config.drop_missing_folders());
            (config, mistakes)
        }
        None => problem("the configuration is not UTF-8".to_owned()),
    }
}

impl Config {
    /// Which findings fail a run, where the file says so.
    #[must_use]
    pub const fn fail_on(&self) -> Option<FailOn> {
        self.fail_on
    }

    /// Whether it suppresses findings.
    #[must_use]
    pub const fn has_suppressions(&self) -> bool {
        !self.suppress.is_empty()
    }

    /// Folders of lints of one's own, as seen from the working directory.
    pub fn lint_folders(&self) -> impl Iterator<Item = String> {
        self.lints.iter().map(|folder| Input::File(self.folder.join(&folder.name)).display())
    }

    /// Whether a lint runs, where no argument says so.
    #[must_use]
    pub fn selects(&self, id: &str, area: &str) -> bool {
        let is_named = |named: &Named| named.name == id || named.name == area;
        (self.select.is_empty() || self.select.iter().any(is_named))
            && !self.ignore.iter().any(is_named)
            && self.level(id, area) != Some(Level::Off)
    }

    /// The severity that a lint is to have.
    #[must_use]
    pub fn severity(&self, id: &str, area: &str) -> Option<Severity> {
        match self.level(id, area) {
            Some(Level::Severity(severity)) => Some(severity),
            Some(Level::Off) | None => None,
        }
    }

    /// What is said of the lint itself comes before what is said of its area.
    fn level(&self, id: &str, area: &str) -> Option<Level> {
        let of = |name: &str| self.severity.iter().find(|(named, _)| named.name == name);
        of(id).or_else(|| of(area)).map(|(_, level)| *level)
    }

    /// The same without what leaves lints or findings out: for questions that want the whole truth.
    #[must_use]
    pub fn with_all_lints(self) -> Self {
        let severity = self.severity.into_iter().filter(|(_, level)| *level != Level::Off).collect();
        Self { select: Vec::new(), ignore: Vec::new(), suppress: Vec::new(), severity, ..self }
    }

    /// Thresholds of lints, by name.
    #[must_use]
    pub fn thresholds(&self) -> BTreeMap<String, i64> {
        self.thresholds.iter().map(|(named, days)| (named.name.clone(), *days)).collect()
    }

    /// Whether a file that is found in a folder is not to be read.
    #[must_use]
    pub fn excludes(&self, path: &Path) -> bool {
        sides::is_any(&self.exclude, &self.folder, path)
    }

    /// The side that a file is from, where patterns say so.
    ///
    /// # Errors
    ///
    /// Where patterns say both.
    pub fn side(&self, path: &Path) -> Result<Option<Platform>, Box<Diagnostic>> {
        sides::side(&self.sides, &self.folder, path).map_err(|[one, other]| {
            let what = format!("`{}` matches patterns of both sides", path.display()).into();
            let problem = self.problem(&one.pattern.range, Problem::ConflictingSides { what });
            Box::new(match self.label(&other.pattern.range, false) {
                Some(label) => problem.with_label(label),
                None => problem,
            })
        })
    }

    /// Says which folders of lints are not there, where they are named rather than where they are read.
    fn drop_missing_folders(&mut self) -> Vec<Diagnostic> {
        let is_there = |folder: &Named| self.folder.join(&folder.name).is_dir();
        let (found, missing): (Vec<Named>, Vec<Named>) =
            std::mem::take(&mut self.lints).into_iter().partition(is_there);
        self.lints = found;
        let mistakes = missing.iter().map(|folder| {
            let what = format!("there is no folder `{}`", folder.name).into();
            let help = "name folders of lint files as seen from this file";
            self.problem(&folder.range, Problem::InvalidConfiguration { what }).with_help(help)
        });
        mistakes.collect()
    }

    fn label(&self, range: &Range<usize>, is_primary: bool) -> Option<Label> {
        self.text.as_ref().map(|text| Label::new(text.clone(), range.clone(), "", is_primary))
    }

    fn problem(&self, range: &Range<usize>, problem: Problem) -> Diagnostic {
        let problem = Diagnostic::problem(problem);
        match self.label(range, true) {
            Some(label) => problem.with_label(label),
            None => problem,
        }
    }
}
