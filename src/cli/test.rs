//! `test`: the cases of lint files, run.

use std::io::{self, Write};

use super::args::TestArgs;
use super::{Exit, complain_of_mistakes};
use crate::engine::run_case;
use crate::lint::{self, Lints};
use crate::schema::Registry;
use crate::source::Sources;

pub(super) fn run(registry: &'static Registry, args: &TestArgs, out: &mut dyn Write) -> io::Result<Exit> {
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
    complain_of_mistakes(&loaded.mistakes, &sources);
    Ok(match (loaded.mistakes.is_empty(), failed) {
        (false, _) => Exit::Usage,
        (true, 0) => Exit::Clean,
        (true, _) => Exit::Findings,
    })
}
