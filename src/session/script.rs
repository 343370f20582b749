//! The script that makes the exports: all of it, and which of its lines exports what a run lacks.

use std::collections::{BTreeMap, BTreeSet};

use super::options::{Configuration, Options};
use super::settings::{is_named, unknown};
use super::{Mistakes, Session};
use crate::collect::{Selection, lines, script as script_of};
use crate::diagnostic::{Platform, Run, ScriptLine};
use crate::engine::exports_of;
use crate::lint::Lint;
use crate::schema::{NounId, Registry};
use crate::symptom::Catalogue;

/// What a script is to export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptRequest {
    /// Where it is to run.
    pub side: Platform,
    /// Only what these lints, areas or symptoms read; what all lints read, where there are none.
    pub only: Vec<String>,
    /// With exports of recipients, which may be millions. They are not left out of what single lints read.
    pub recipients: bool,
    /// With tests that ask for a mailbox and send requests. They are not left out of what single lints read.
    pub tests: bool,
}

pub(super) fn script(session: &Session, request: &ScriptRequest) -> Result<String, Mistakes> {
    let symptoms = session.symptoms();
    let names = lints_of(&symptoms.catalogue, &request.only);
    let all: Vec<&Lint> = session.lints().iter().collect();
    let mut diagnostics = session.problems(false);
    diagnostics.extend(symptoms.catalogue.mistakes.iter().cloned());
    diagnostics.extend(names.iter().filter_map(|name| unknown(&all, name)));
    if !diagnostics.is_empty() {
        return Err(Mistakes { diagnostics, sources: symptoms.sources.clone() });
    }
    // Of the configuration just its lints: whoever leaves lints out today may want them tomorrow.
    let is_wanted = |lint: &&Lint| names.is_empty() || names.iter().any(|name| is_named(lint, name));
    let lints: Vec<&Lint> = all.into_iter().filter(is_wanted).collect();
    // Whoever names lints asks for all that they read.
    let is_named = !request.only.is_empty();
    let selection = Selection {
        nouns: nouns(session.registry, &lints, request.side),
        recipients: request.recipients || is_named,
        tests: request.tests || is_named,
    };
    Ok(script_of(session.registry, request.side, &selection).text)
}

/// The names, with the lints of a symptom in place of its name.
fn lints_of(catalogue: &Catalogue, names: &[String]) -> Vec<String> {
    let of_name = |name: &String| match catalogue.symptom(name) {
        Some(symptom) => symptom.lints.clone(),
        None => vec![name.clone()],
    };
    names.iter().flat_map(of_name).collect()
}

/// The cmdlets of a side that lints read.
fn nouns(registry: &Registry, lints: &[&Lint], side: Platform) -> BTreeSet<NounId> {
    let wanted = exports_of(registry, lints.iter().copied()).into_iter();
    wanted.filter(|(of, _)| *of == side).map(|(_, noun)| noun).collect()
}

/// For each side the line that exports each cmdlet, in the scripts of all lints.
pub(super) struct ScriptLines([BTreeMap<NounId, ScriptLine>; 2]);

impl ScriptLines {
    /// In scripts for `lints`, printed by the command line with the options of the session; without them where these are
    /// not to be shown.
    pub(super) fn new(session: &Session, lints: &[&Lint], is_redacted: bool) -> Self {
        let arguments = if is_redacted { String::new() } else { arguments(&session.options) };
        Self(Platform::ALL.map(|side| {
            let mut lines = lines(session.registry, side, &nouns(session.registry, lints, side));
            for line in lines.values_mut() {
                line.arguments.push_str(&arguments);
            }
            lines
        }))
    }

    /// The line that exports a cmdlet of a side.
    pub(super) fn of(&self, side: Platform, noun: NounId) -> Option<ScriptLine> {
        self.0[side as usize].get(&noun).cloned()
    }

    /// Names the line of everything that a run lacks.
    pub(super) fn name(&self, run: &mut Run) {
        let of_lints = run.lints.iter_mut().flat_map(|lint| &mut lint.needs);
        let of_paths = run.paths.iter_mut().flat_map(|path| {
            let of_gates = path.gates.iter_mut().flat_map(|gate| &mut gate.needs);
            path.needs.iter_mut().chain(of_gates)
        });
        for need in of_lints.chain(of_paths) {
            let (Some(side), Some(noun)) = (need.side, need.export()) else { continue };
            need.script = self.of(side, noun.id);
        }
    }
}

/// The arguments of the command line that give the same lints.
fn arguments(options: &Options) -> String {
    let mut arguments: String = options.lints.iter().map(|folder| format!(" --lints {folder}")).collect();
    match &options.configuration {
        Configuration::Find => {}
        Configuration::None => arguments.push_str(" --no-config"),
        Configuration::File(path) => arguments.push_str(&format!(" --config {}", path.display())),
    }
    arguments
}
