//! `--baseline` and `--write-baseline`.

use std::fs;
use std::path::Path;

use super::args::BaselineArgs;
use super::{Exit, check};
use crate::config::Baseline;
use crate::diagnostic::{Diagnostic, Problem, Run};
use crate::source::{Input, Sources};

/// Leaves what the baseline has out of what is reported, and writes a new one where asked.
pub(super) fn compare(run: &mut Run, args: &BaselineArgs) {
    let before = args.baseline.as_deref().and_then(|path| match read(path) {
        Ok(baseline) => {
            baseline.apply(&display(path), run);
            Some(baseline)
        }
        Err(problem) => {
            run.problems.push(problem);
            None
        }
    });
    let Some(path) = &args.write_baseline else { return };
    // With a mistake in the configuration or the old baseline, it would hold what is not meant to be in it.
    if check::trouble(run) == Some(Exit::Usage) {
        let what = "the baseline is not written".into();
        let help =
            "mend what is wrong with the arguments, the configuration, the baseline or the lint files first";
        run.problems.push(problem(path, Problem::UnwrittenBaseline { what }).with_help(help));
        return;
    }
    let written = Baseline::of(run, before.as_ref()).to_json().map_err(|error| error.to_string());
    let written = written.and_then(|text| fs::write(path, text).map_err(|error| error.to_string()));
    if let Err(reason) = written {
        let what = format!("cannot write the baseline: {reason}").into();
        run.problems.push(problem(path, Problem::UnwrittenBaseline { what }));
    }
}

fn read(path: &str) -> Result<Baseline, Diagnostic> {
    let bytes = fs::read(path).map_err(|error| {
        let help = format!("`--write-baseline {path}` makes one");
        problem(path, Problem::UnreadableBaseline { reason: error.to_string().into() }).with_help(help)
    })?;
    let source = Sources::default().add(path);
    Baseline::parse(source, &bytes).map_err(|error| {
        let what = error.to_string().into();
        problem(path, Problem::InvalidBaseline { what }).with_help("`--write-baseline` makes it anew")
    })
}

fn problem(path: &str, problem: Problem) -> Diagnostic {
    Diagnostic::problem(problem).with_path(display(path))
}

fn display(path: &str) -> String {
    Input::File(Path::new(path).to_owned()).display()
}
