//! What all runs begin with: the configuration, and the lints and symptoms with those of one's own.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::options::Configuration;
use super::{Mistakes, Session};
use crate::config::{self, Config};
use crate::diagnostic::{Diagnostic, Problem};
use crate::lint::{self, Lint, Lints};
use crate::schema::{Registry, closest, embedded_lints};
use crate::source::Sources;
use crate::symptom::Catalogue;

/// The configuration, read.
pub(super) struct Configured {
    pub(super) config: Config,
    pub(super) mistakes: Mistakes,
}

impl Configured {
    pub(super) fn read(configuration: &Configuration) -> Self {
        let mut sources = Sources::default();
        let (config, diagnostics) = match path(configuration) {
            Some(path) => config::read(&path, &mut sources),
            None => Default::default(),
        };
        Self { config, mistakes: Mistakes { diagnostics, sources } }
    }
}

/// Where the configuration is, if there is one.
fn path(configuration: &Configuration) -> Option<PathBuf> {
    match configuration {
        Configuration::None => None,
        Configuration::Find => config::find(&std::env::current_dir().ok()?),
        Configuration::File(path) => Some(path.clone()),
    }
}

/// All lints, with what is wrong with them and the configuration.
pub(super) struct Settings {
    pub(super) lints: Vec<Lint>,
    /// Where lints of one's own are: those of the configuration, and those that were given.
    pub(super) folders: Vec<String>,
    pub(super) problems: Vec<Diagnostic>,
    pub(super) sources: Sources,
}

impl Settings {
    /// With the lints of `folders` besides those of the configuration.
    pub(super) fn load(registry: &'static Registry, configured: &Configured, folders: &[String]) -> Self {
        let Configured { config, mistakes: Mistakes { diagnostics, sources } } = configured;
        let (mut problems, mut sources) = (diagnostics.clone(), sources.clone());
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
        Self { lints, folders, problems, sources }
    }
}

/// The built-in lints and those of the user's folders.
fn load_lints(registry: &'static Registry, folders: &[String], sources: &mut Sources) -> Lints {
    let mut lints = lint::load_embedded(registry, sources);
    for folder in folders {
        lint::load(registry, folder, sources, &mut lints);
    }
    lints
}

/// Two ways to write one folder are one folder.
fn whole(folder: &str) -> PathBuf {
    Path::new(folder).canonicalize().unwrap_or_else(|_| folder.into())
}

/// Error texts that are known, and the files that say so.
#[derive(Debug)]
pub struct Symptoms {
    /// Symptoms and manual checks.
    pub catalogue: Catalogue,
    /// Paths of the files that labels of its mistakes point into.
    pub sources: Sources,
}

impl Symptoms {
    /// The built-in ones and those of the user's folders.
    pub(super) fn load(folders: &[String], mut sources: Sources) -> Self {
        let mut catalogue = Catalogue::embedded(&mut sources);
        for folder in folders {
            catalogue.add_folder(folder, &mut sources);
        }
        Self { catalogue, sources }
    }

    /// What is wrong with files of one's own.
    #[must_use]
    pub fn mistakes(&self) -> Mistakes {
        Mistakes { diagnostics: self.catalogue.mistakes.clone(), sources: self.sources.clone() }
    }
}

impl Session {
    /// The lints that may run. Redacted runs do without lints of one's own, whose texts are not to be shared.
    pub(super) fn candidates(&self, is_redacted: bool) -> Vec<&Lint> {
        self.lints().iter().filter(|lint| !is_redacted || !is_own(lint)).collect()
    }

    /// What is wrong with the configuration and the lints.
    pub(super) fn problems(&self, is_redacted: bool) -> Vec<Diagnostic> {
        let mut problems = self.settings.get().problems.clone();
        if is_redacted && self.lints().iter().any(is_own) {
            problems.push(Diagnostic::problem(Problem::OwnLintsLeftOut));
        }
        problems
    }

    /// Those of the lints that run, and which names of the options are none. What is selected by options runs whatever
    /// the configuration says.
    pub(super) fn select<'l>(&self, lints: &[&'l Lint], config: &Config) -> (Vec<&'l Lint>, Vec<Diagnostic>) {
        let (select, ignore) = (&self.options.select, &self.options.ignore);
        let problems = select.iter().chain(ignore).filter_map(|name| unknown(lints, name)).collect();
        let is_chosen = |lint: &&&Lint| {
            let is_selected = match select.as_slice() {
                [] => config.selects(&lint.id, &lint.area),
                names => names.iter().any(|name| is_named(lint, name)),
            };
            is_selected && !ignore.iter().any(|name| is_named(lint, name))
        };
        (lints.iter().filter(is_chosen).copied().collect(), problems)
    }
}

/// Whether a lint is none of those that were built in.
fn is_own(lint: &Lint) -> bool {
    !embedded_lints().iter().any(|(path, _)| stem(path) == lint.id)
}

/// The name of a file without its ending.
fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split('.').next().unwrap_or(name)
}

/// That no lint or area has a name, where that is so.
pub(super) fn unknown(lints: &[&Lint], name: &str) -> Option<Diagnostic> {
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

/// Whether a name is that of a lint or its area.
pub(super) fn is_named(lint: &Lint, name: &str) -> bool {
    lint.id == name || lint.area == name
}
