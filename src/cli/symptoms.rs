//! `symptoms`: a line for each error text that is known.

use std::io::Write;

use super::args::SymptomsArgs;
use super::exit::Failure;
use super::options::builder;
use super::terminal::complain_of;
use crate::session::Verdict;
use crate::symptom::Symptom;

pub(super) fn run(args: &SymptomsArgs, out: &mut dyn Write) -> Result<Verdict, Failure> {
    let session = builder(&args.config, &args.lints).build()?;
    let catalogue = &session.symptoms().catalogue;
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
    let mistakes = [session.mistakes(), session.symptoms().mistakes()];
    mistakes.iter().for_each(complain_of);
    let is_right = mistakes.iter().all(|mistakes| mistakes.diagnostics.is_empty());
    Ok(if is_right { Verdict::Clean } else { Verdict::Mistake })
}
