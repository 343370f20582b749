//! `symptoms`: a line for each error text that is known.

use std::io::{self, Write};

use super::args::SymptomsArgs;
use super::settings::Settings;
use super::{Exit, complain_of_mistakes, load_symptoms};
use crate::schema::Registry;
use crate::symptom::Symptom;

pub(super) fn run(registry: &'static Registry, args: &SymptomsArgs, out: &mut dyn Write) -> io::Result<Exit> {
    let Settings { folders, mut sources, problems, .. } = Settings::load(registry, &args.config, &args.lints);
    let catalogue = load_symptoms(&folders, &mut sources);
    let (sections, others): (Vec<&Symptom>, Vec<&Symptom>) =
        catalogue.symptoms.iter().partition(|symptom| symptom.section.is_some());
    let width = catalogue.symptoms.iter().map(|symptom| symptom.id.len()).max().unwrap_or(0);
    writeln!(out, "by section of Microsoft's article on free/busy errors")?;
    for symptom in sections {
        let section = symptom.section.unwrap_or_default();
        writeln!(out, "  {section:>2}  {:<width$}  {}", symptom.id, symptom.title)?;
    }
    writeln!(out, "\nothers")?;
    for symptom in others {
        writeln!(out, "      {:<width$}  {}", symptom.id, symptom.title)?;
    }
    let count = catalogue.symptoms.len();
    writeln!(out, "\n{count} symptoms; `freebusy-lint diagnose \"TEXT\"` finds the one of an error text")?;
    let mistakes = [problems, catalogue.mistakes].concat();
    complain_of_mistakes(&mistakes, &sources);
    Ok(if mistakes.is_empty() { Exit::Clean } else { Exit::Usage })
}
