//! `explain`: one lint, symptom or manual check, whole.

use std::io::{self, Write};

use super::args::ExplainArgs;
use super::settings::Settings;
use super::{Exit, complain, complain_of_mistakes, load_symptoms};
use crate::config::Config;
use crate::lint::Lint;
use crate::schema::{Registry, closest};
use crate::symptom::{Catalogue, ManualCheck, Symptom};

pub(super) fn run(registry: &'static Registry, args: &ExplainArgs, out: &mut dyn Write) -> io::Result<Exit> {
    let Settings { config, lints, folders, problems, mut sources } =
        Settings::load(registry, &args.config, &args.lints);
    let catalogue = load_symptoms(&folders, &mut sources);
    complain_of_mistakes(&problems, &sources);
    complain_of_mistakes(&catalogue.mistakes, &sources);
    if let Some(lint) = lints.iter().find(|lint| lint.id == args.id) {
        explain(registry, lint, &config, out)?;
    } else if let Some(symptom) = catalogue.symptom(&args.id) {
        explain_symptom(symptom, &lints, &catalogue, out)?;
    } else if let Some(check) = catalogue.check(&args.id) {
        explain_check(check, &catalogue, out)?;
    } else {
        let ids = lints.iter().map(|lint| lint.id.as_str());
        let symptoms = catalogue.symptoms.iter().map(|symptom| symptom.id.as_str());
        let checks = catalogue.checks.iter().map(|check| check.id.as_str());
        let help = closest(&args.id, ids.chain(symptoms).chain(checks)).map_or_else(
            || "`freebusy-lint lints` and `freebusy-lint symptoms` list them".to_owned(),
            |id| format!("did you mean `{id}`?"),
        );
        complain(&format!("there is no lint, symptom or manual check `{}`; {help}", args.id));
        return Ok(Exit::Usage);
    }
    let is_right = problems.is_empty() && catalogue.mistakes.is_empty();
    Ok(if is_right { Exit::Clean } else { Exit::Usage })
}

fn explain(registry: &Registry, lint: &Lint, config: &Config, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{} ({}, {})", lint.id, lint.severity, lint.area)?;
    writeln!(out, "{}\n", lint.title)?;
    writeln!(out, "{}\n", lint.why)?;
    writeln!(out, "Reads")?;
    for (scope, noun) in &lint.collections {
        let cmdlet = registry.cmdlet(*noun);
        writeln!(out, "  {} ({scope})", cmdlet.name)?;
    }
    if !lint.thresholds.is_empty() {
        let configured = config.thresholds();
        writeln!(out, "\nThresholds")?;
        for (name, default) in &lint.thresholds {
            writeln!(out, "  {name} = {}", configured.get(name).unwrap_or(default))?;
        }
    }
    writeln!(out, "\nCases")?;
    for case in lint.cases(registry) {
        writeln!(out, "  {:<14} {}", case.expected.outcome.name(), case.name)?;
    }
    writeln!(out, "\nReferences")?;
    for reference in &lint.references {
        writeln!(out, "  {reference}")?;
    }
    writeln!(out, "\nThe lint itself\n")?;
    for line in lint.text.content().lines() {
        writeln!(out, "  {line}").map(drop)?;
    }
    Ok(())
}

fn explain_symptom(
    symptom: &Symptom,
    lints: &[Lint],
    catalogue: &Catalogue,
    out: &mut dyn Write,
) -> io::Result<()> {
    let section = symptom.section.map_or_else(String::new, |section| format!(", section {section}"));
    writeln!(out, "{} (symptom, {}{section})", symptom.id, symptom.direction.name())?;
    writeln!(out, "{}\n", symptom.title)?;
    writeln!(out, "{}\n", symptom.meaning)?;
    writeln!(out, "Texts like")?;
    for example in &symptom.examples {
        writeln!(out, "  {example}")?;
    }
    writeln!(out, "\nCauses, in the order to look")?;
    let width = symptom.lints.iter().map(String::len).max().unwrap_or(0);
    for id in &symptom.lints {
        let title = lints.iter().find(|lint| lint.id == *id).map_or("", |lint| lint.title.as_str());
        writeln!(out, "{}", format!("  {id:<width$}  {title}").trim_end())?;
    }
    if symptom.lints.is_empty() {
        writeln!(out, "  none that an export shows")?;
    }
    writeln!(out, "\nManual checks, in order")?;
    let width = symptom.manual.iter().map(String::len).max().unwrap_or(0);
    for id in &symptom.manual {
        let title = catalogue.check(id).map_or("", |check| check.title.as_str());
        writeln!(out, "{}", format!("  {id:<width$}  {title}").trim_end())?;
    }
    if symptom.manual.is_empty() {
        writeln!(out, "  none")?;
    }
    writeln!(out, "\nReferences")?;
    for reference in &symptom.references {
        writeln!(out, "  {reference}")?;
    }
    Ok(())
}

fn explain_check(check: &ManualCheck, catalogue: &Catalogue, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{} (manual check, {})", check.id, check.side.name())?;
    writeln!(out, "{}\n", check.title)?;
    writeln!(out, "{}", check.text)?;
    for command in &check.commands {
        writeln!(out, "\n{}", command.shell.name())?;
        for line in command.run.lines() {
            writeln!(out, "  {line}")?;
        }
    }
    writeln!(out, "\nSymptoms")?;
    let is_named = |symptom: &&Symptom| {
        let settles = symptom.patterns.iter().any(|pattern| pattern.settled_by.as_ref() == Some(&check.id));
        symptom.manual.contains(&check.id) || settles
    };
    for symptom in catalogue.symptoms.iter().filter(is_named) {
        writeln!(out, "  {}", symptom.id)?;
    }
    Ok(())
}
