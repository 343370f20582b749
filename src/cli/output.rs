//! Where reports go: standard output, files, several at once.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use super::args::{Output, ReportArgs};
use super::exit::{Failure, verdict_of_write};
use super::terminal::complain;
use crate::atomic_file::{self, Existing};
use crate::report::{HumanOptions, ReportFormat};
use crate::session::{Inputs, Verdict};

/// What writes a run, or the difference of two, in a form.
type Render<T> = fn(&T, ReportFormat, &HumanOptions, &mut dyn Write) -> io::Result<()>;

/// The reports of a run.
#[derive(Debug)]
pub(super) struct Reports {
    stdout: ReportFormat,
    files: Vec<(ReportFormat, String)>,
}

impl Reports {
    /// What the arguments ask for, where that is possible.
    pub(super) fn new(args: &ReportArgs) -> Result<Self, Failure> {
        Self::read(args).map_err(Failure::Usage)
    }

    fn read(args: &ReportArgs) -> Result<Self, String> {
        let mut stdout = args.format;
        let mut files = Vec::new();
        let mut known = BTreeSet::new();
        for Output { format, file } in &args.output {
            match file {
                Some(file) if known.insert(file) => files.push((*format, file.clone())),
                Some(file) => {
                    return Err(format!("--output: `{file}` is given twice; a file holds one report"));
                }
                None if stdout.is_none() => stdout = Some(*format),
                None => {
                    return Err(format!(
                        "--output {}: standard output has a report already; give a file, as in `--output {0}=FILE`",
                        format.name()
                    ));
                }
            }
        }
        Ok(Self { stdout: stdout.unwrap_or_default(), files })
    }

    /// Writes all of them, files first, but not over one of the files that were read. Says how badly that ended.
    ///
    /// # Errors
    ///
    /// When `out` cannot be written to.
    pub(super) fn write<T>(
        &self,
        (run, inputs): (&T, &[&Inputs]),
        render: Render<T>,
        options: &HumanOptions,
        of_files: &HumanOptions,
        out: &mut dyn Write,
    ) -> io::Result<Verdict> {
        let mut verdict = Verdict::Clean;
        for (format, file) in &self.files {
            let written = if is_read(Path::new(file), inputs) {
                Err((Verdict::Mistake, "it is one of the exports that were read".to_owned()))
            } else {
                let fill = |draft: &mut atomic_file::Draft| render(run, *format, of_files, draft);
                atomic_file::write(Path::new(file), Existing::Replace, fill)
                    .map_err(|error| (verdict_of_write(&error), error.to_string()))
            };
            if let Err((of_file, reason)) = written {
                complain(&format!("cannot write the report to `{file}`: {reason}"));
                verdict = verdict.max(of_file);
            }
        }
        render(run, self.stdout, options, out)?;
        Ok(verdict)
    }
}

/// Whether a file is there and was read.
fn is_read(file: &Path, inputs: &[&Inputs]) -> bool {
    fs::canonicalize(file).is_ok_and(|path| inputs.iter().any(|inputs| inputs.files().contains(&path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reports(format: Option<&str>, outputs: &[&str]) -> Result<Reports, String> {
        let output = outputs.iter().map(|output| output.parse()).collect::<Result<Vec<Output>, String>>()?;
        Reports::read(&ReportArgs { format: format.map(|format| format.parse().unwrap()), output })
    }

    #[test]
    fn standard_output_has_one_report() {
        let stdout = |format, outputs: &[&str]| reports(format, outputs).map(|reports| reports.stdout);
        assert_eq!(stdout(None, &[]), Ok(ReportFormat::Human));
        assert_eq!(stdout(None, &["sarif=a.sarif"]), Ok(ReportFormat::Human));
        assert_eq!(stdout(Some("csv"), &["sarif=a.sarif"]), Ok(ReportFormat::Csv));
        assert_eq!(stdout(None, &["sarif"]), Ok(ReportFormat::Sarif));
        assert_eq!(stdout(None, &["sarif=-"]), Ok(ReportFormat::Sarif));
        for (format, outputs) in [(None, &["csv=-", "json"][..]), (Some("csv"), &["csv"])] {
            assert!(stdout(format, outputs).unwrap_err().contains("standard output has a report already"));
        }
    }

    #[test]
    fn a_file_has_one_report_and_a_form_may_have_several_files() {
        let files = reports(None, &["csv=a=b.csv", "csv=c.csv", "json=d"]).unwrap().files;
        let expected = [("csv", "a=b.csv"), ("csv", "c.csv"), ("json", "d")];
        assert_eq!(
            files.iter().map(|(format, file)| (format.name(), file.as_str())).collect::<Vec<_>>(),
            expected
        );
        assert!(reports(None, &["csv=a", "json=a"]).unwrap_err().contains("`a` is given twice"));
        assert!(reports(None, &["csv="]).unwrap_err().contains("no file"));
        assert!(reports(None, &["cvs=a"]).unwrap_err().contains("one of: human, json"));
    }
}
