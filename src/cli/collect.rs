//! `collect`: a script that exports what lints read.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use super::args::{CollectArgs, ConfigArgs, LintChoice};
use super::settings::Settings;
use super::{Exit, complain_of_mistakes, load_symptoms};
use crate::collect::{Selection, lines, script};
use crate::config::Config;
use crate::diagnostic::{Run, ScriptLine, Side};
use crate::engine::wanted_exports;
use crate::lint::Lint;
use crate::schema::{NounId, Registry};
use crate::symptom::Catalogue;

pub(super) fn run(registry: &'static Registry, args: &CollectArgs, out: &mut dyn Write) -> io::Result<Exit> {
    let Settings { lints, folders, mut problems, mut sources, .. } =
        Settings::load(registry, &args.config, &args.lints);
    let catalogue = load_symptoms(&folders, &mut sources);
    problems.extend(catalogue.mistakes.iter().cloned());
    let choice = LintChoice { select: lints_of(&catalogue, &args.only), ..LintChoice::default() };
    // Of the configuration just its lints: whoever leaves lints out today may want them tomorrow.
    let lints = Settings::select(lints, &Config::default(), &choice, &mut problems);
    complain_of_mistakes(&problems, &sources);
    if !problems.is_empty() {
        return Ok(Exit::Usage);
    }
    let side = Side::from(args.side);
    // Whoever names lints asks for all that they read.
    let is_named = !args.only.is_empty();
    let selection = Selection {
        nouns: nouns(registry, &lints, side),
        recipients: args.recipients || is_named,
        tests: args.tests || is_named,
    };
    out.write_all(script(registry, side, &selection).text.as_bytes())?;
    Ok(Exit::Clean)
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
pub(super) fn nouns(registry: &Registry, lints: &[Lint], side: Side) -> BTreeSet<NounId> {
    let wanted = wanted_exports(registry, lints).into_iter();
    wanted.filter(|(of, _)| *of == side).map(|(_, noun)| noun).collect()
}

/// For each side the line that exports each cmdlet, in the scripts of all lints.
pub(super) struct ScriptLines([BTreeMap<NounId, ScriptLine>; 2]);

impl ScriptLines {
    /// In scripts for `lints`, which come from the arguments that are repeated.
    pub(super) fn new(registry: &Registry, lints: &[Lint], choice: &LintChoice) -> Self {
        let LintChoice { lints: folders, config: ConfigArgs { config, no_config }, .. } = choice;
        let mut arguments: String = folders.iter().map(|folder| format!(" --lints {folder}")).collect();
        arguments.extend(config.iter().map(|path| format!(" --config {path}")));
        arguments.extend(no_config.then_some(" --no-config"));
        Self(Side::ALL.map(|side| {
            let mut lines = lines(registry, side, &nouns(registry, lints, side));
            for line in lines.values_mut() {
                line.arguments.push_str(&arguments);
            }
            lines
        }))
    }

    /// The line that exports a cmdlet of a side.
    pub(super) fn of(&self, side: Side, noun: NounId) -> Option<ScriptLine> {
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
