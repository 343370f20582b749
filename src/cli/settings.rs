//! What all commands begin with: the configuration, and the lints with those of one's own.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::args::{ConfigArgs, LintChoice};
use super::load_lints;
use crate::config::{self, Config};
use crate::diagnostic::{Diagnostic, Problem};
use crate::lint::{Lint, Lints};
use crate::schema::{Registry, closest, embedded_lints};
use crate::source::Sources;

/// The configuration and all lints, with what is wrong with them.
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) config: Config,
    pub(super) lints: Vec<Lint>,
    /// Where lints of one's own are: those of the configuration, and those that were given.
    pub(super) folders: Vec<String>,
    pub(super) problems: Vec<Diagnostic>,
    pub(super) sources: Sources,
}

impl Settings {
    /// With the lints of `folders` besides those of the configuration.
    pub(super) fn load(registry: &'static Registry, args: &ConfigArgs, folders: &[String]) -> Self {
        let mut sources = Sources::default();
        let (config, mut problems) = read_config(args, &mut sources);
        let mut seen = BTreeSet::new();
        let all = config.lint_folders().chain(folders.iter().cloned());
        let folders: Vec<String> = all.filter(|folder| seen.insert(whole(folder))).collect();
        let Lints { mut lints, mistakes } = load_lints(registry, &folders, &mut sources);
        // A lint with a mistake is not there, but the name is none the less right.
        let is_complete = mistakes.is_empty();
        problems.extend(mistakes);
        if is_complete {
            problems.extend(config.check(registry, &lints));
        }
        for lint in &mut lints {
            if let Some(severity) = config.severity(&lint.id, &lint.area) {
                lint.set_severity(severity);
            }
        }
        Self { config, lints, folders, problems, sources }
    }

    /// Without what the configuration leaves out of runs and reports.
    pub(super) fn with_all_lints(self) -> Self {
        Self { config: self.config.with_all_lints(), ..self }
    }

    /// Without lints of one's own, whose texts are not to be shared.
    pub(super) fn without_own_lints(mut self) -> Self {
        let is_own = |lint: &Lint| !embedded_lints().iter().any(|(path, _)| stem(path) == lint.id);
        let count = self.lints.len();
        self.lints.retain(|lint| !is_own(lint));
        if self.lints.len() < count {
            self.problems.push(Diagnostic::problem(Problem::OwnLintsLeftOut));
        }
        self
    }

    /// The lints that run. What is selected on the command line runs whatever the configuration says.
    pub(super) fn select(
        lints: Vec<Lint>,
        config: &Config,
        choice: &LintChoice,
        problems: &mut Vec<Diagnostic>,
    ) -> Vec<Lint> {
        for name in choice.select.iter().chain(&choice.ignore) {
            problems.extend(unknown(&lints, name));
        }
        let is_chosen = |lint: &Lint| {
            let is_selected = if choice.select.is_empty() {
                config.selects(&lint.id, &lint.area)
            } else {
                choice.select.iter().any(|name| is_named(lint, name))
            };
            is_selected && !choice.ignore.iter().any(|name| is_named(lint, name))
        };
        lints.into_iter().filter(is_chosen).collect()
    }
}

/// The name of a file without its ending.
fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split('.').next().unwrap_or(name)
}

/// The configuration, and what is wrong with it.
pub(super) fn read_config(args: &ConfigArgs, sources: &mut Sources) -> (Config, Vec<Diagnostic>) {
    match path(args) {
        Some(path) => config::read(&path, sources),
        None => (Config::default(), Vec::new()),
    }
}

/// Two ways to write one folder are one folder.
fn whole(folder: &str) -> PathBuf {
    Path::new(folder).canonicalize().unwrap_or_else(|_| folder.into())
}

/// Where the configuration is, if there is one.
fn path(args: &ConfigArgs) -> Option<PathBuf> {
    match &args.config {
        Some(path) => Some(path.into()),
        None if args.no_config => None,
        None => config::find(&std::env::current_dir().ok()?),
    }
}

fn unknown(lints: &[Lint], name: &str) -> Option<Diagnostic> {
    if lints.iter().any(|lint| is_named(lint, name)) {
        return None;
    }
    let names = lints.iter().flat_map(|lint| [lint.id.as_str(), lint.area.as_str()]);
    let help = closest(name, names).map_or_else(
        || "`freebusy-lint lints` lists the lints and their areas".to_owned(),
        |name| format!("did you mean `{name}`?"),
    );
    let name = name.to_owned().into();
    Some(Diagnostic::problem(Problem::UnknownLint { name }).with_help(help))
}

fn is_named(lint: &Lint, name: &str) -> bool {
    lint.id == name || lint.area == name
}
