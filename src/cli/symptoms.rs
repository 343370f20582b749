//! `symptoms`: a line for each error text that is known.

use std::io::{self, Write};

use super::args::SymptomsArgs;
use super::{Exit, complain_of_mistakes, load_symptoms};
use crate::source::Sources;
use crate::symptom::Symptom;

pub(super) fn run(args: &SymptomsArgs, out: &mut dyn Write) -> io::Result<Exit> {
    let mut sources = Sources::default();
    let catalogue = load_symptoms(&args.lints, &mut sources);
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
    complain_of_mistakes(&catalogue.mistakes, &sources);
    Ok(if catalogue.mistakes.is_empty() { Exit::Clean } else { Exit::Usage })
}
