//! `test`: the cases of lint files, run.

use std::io::Write;

use super::args::TestArgs;
use super::exit::Failure;
use super::terminal::complain_of_all;
use crate::engine::run_case;
use crate::lint::{self, Lints};
use crate::schema::Registry;
use crate::session::{Error, Verdict};
use crate::source::Sources;

pub(super) fn run(args: &TestArgs, out: &mut dyn Write) -> Result<Verdict, Failure> {
    let registry = Registry::embedded().map_err(Error::Schemas)?;
    let mut sources = Sources::default();
    let mut loaded = Lints::default();
    for folder in &args.lints {
        lint::load(registry, folder, &mut sources, &mut loaded);
    }
    let (mut cases, mut failed) = (0_usize, 0_usize);
    for lint in &loaded.lints {
        for case in &lint.cases(registry) {
            cases += 1;
            if let Some(difference) = run_case(registry, lint, case).difference(case) {
                failed += 1;
                writeln!(out, "{}: \"{}\" {difference}", lint.id, case.name)?;
            }
        }
    }
    writeln!(out, "{cases} cases of {} lints, {failed} failed", loaded.lints.len())?;
    complain_of_all(&loaded.mistakes, &sources);
    Ok(match (loaded.mistakes.is_empty(), failed) {
        (false, _) => Verdict::Mistake,
        (true, 0) => Verdict::Clean,
        (true, _) => Verdict::Findings,
    })
}
