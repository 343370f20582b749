//! What is known is left out of a run, and written down where asked.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use super::Verdict;
use crate::atomic_file::{self, Existing};
use crate::config::Baseline;
use crate::diagnostic::{Diagnostic, Problem, Run};
use crate::source::{Input, Sources};

/// Leaves what the baseline `old` has out of what is reported, and writes a `new` one where asked.
pub(super) fn compare(run: &mut Run, old: Option<&str>, new: Option<&str>) {
    let before = old.and_then(|path| match read(path) {
        Ok(baseline) => {
            baseline.apply(&display(path), run);
            Some(baseline)
        }
        Err(problem) => {
            run.problems.push(*problem);
            None
        }
    });
    let Some(path) = new else { return };
    // With a mistake in the configuration or the old baseline, it would hold what is not meant to be in it.
    if run.trouble() == Some(Verdict::Mistake) {
        let what = "the baseline is not written".into();
        let help =
            "fix what is wrong with the arguments, the configuration, the baseline or the lint files first";
        run.problems.push(problem(path, Problem::UnwrittenBaseline { what }).with_help(help));
        return;
    }
    let written = Baseline::of(run, before.as_ref()).to_json().map_err(|error| error.to_string());
    let written = written.and_then(|text| write(Path::new(path), &text).map_err(|error| error.to_string()));
    if let Err(reason) = written {
        let what = format!("cannot write the baseline: {reason}").into();
        run.problems.push(problem(path, Problem::UnwrittenBaseline { what }));
    }
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    atomic_file::write(path, Existing::Replace, |file| file.write_all(text.as_bytes()))
}

fn read(path: &str) -> Result<Baseline, Box<Diagnostic>> {
    let bytes = fs::read(path).map_err(|error| {
        let help = format!("`--write-baseline {path}` makes one");
        let problem = problem(path, Problem::UnreadableBaseline { reason: error.to_string().into() });
        Box::new(problem.with_help(help))
    })?;
    let source = Sources::default().add(path);
    Baseline::parse(source, &bytes).map_err(|error| {
        let what = error.to_string().into();
        Box::new(
            problem(path, Problem::InvalidBaseline { what }).with_help("`--write-baseline` makes it anew"),
        )
    })
}

fn problem(path: &str, problem: Problem) -> Diagnostic {
    Diagnostic::problem(problem).with_path(display(path))
}

fn display(path: &str) -> String {
    Input::File(Path::new(path).to_owned()).display()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::atomic_file::testing::{names, with_space};
    use crate::diagnostic::{InputStatus, InputSummary};

    #[test]
    fn a_baseline_is_written_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("baseline.json");
        let run = Run::default();
        let text = Baseline::of(&run, None).to_json().unwrap();
        for space in 0..text.len() as u64 {
            let mut run = Run { inputs: vec![input()], ..run.clone() };
            with_space(space, || compare(&mut run, None, path.to_str()));
            assert!(run.problems[0].message.starts_with("cannot write the baseline: "), "{space}");
            assert!(names(folder.path()).is_empty(), "{space}");
        }
        let mut run = Run { inputs: vec![input()], ..run };
        with_space(text.len() as u64, || compare(&mut run, None, path.to_str()));
        assert_eq!((run.problems.len(), names(folder.path())), (0, vec!["baseline.json".to_owned()]));
    }

    fn input() -> InputSummary {
        InputSummary {
            path: "a".to_owned(),
            format: None,
            encoding: None,
            records: Vec::new(),
            unrecognized: 0,
            status: InputStatus::Read,
        }
    }
}
