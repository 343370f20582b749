//! Where reports go: standard output, files, several at once.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::args::ReportArgs;
use super::{Exit, complain};
use crate::report::{HumanOptions, ReportFormat};

/// One value of `--output`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// The form.
    pub format: ReportFormat,
    /// The file; standard output where there is none.
    pub file: Option<String>,
}

impl FromStr for Output {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (format, file) = text.split_once('=').map_or((text, None), |(format, file)| (format, Some(file)));
        let format = super::args::parse_format(format)?;
        match file {
            Some("") => Err(format!("no file after `{text}`")),
            Some("-") | None => Ok(Self { format, file: None }),
            Some(file) => Ok(Self { format, file: Some(file.to_owned()) }),
        }
    }
}

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
    pub(super) fn new(args: &ReportArgs) -> Result<Self, Exit> {
        Self::read(args).map_err(|message| {
            complain(&message);
            Exit::Usage
        })
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

    /// Writes all of them, files first, but not over one of the files that were `read`. Returns how badly that ended where a file could not be written.
    ///
    /// # Errors
    ///
    /// When `out` cannot be written to.
    pub(super) fn write<T>(
        &self,
        (run, read): (&T, &BTreeSet<PathBuf>),
        render: Render<T>,
        options: &HumanOptions,
        of_files: &HumanOptions,
        out: &mut dyn Write,
    ) -> io::Result<Option<Exit>> {
        let mut trouble = None;
        for (format, file) in &self.files {
            let written = if fs::canonicalize(file).is_ok_and(|path| read.contains(&path)) {
                Err((Exit::Usage, "it is one of the exports that were read".to_owned()))
            } else {
                write_file(run, render, *format, of_files, Path::new(file))
                    .map_err(|error| (exit(&error), error.to_string()))
            };
            if let Err((exit, reason)) = written {
                complain(&format!("cannot write the report to `{file}`: {reason}"));
                trouble = Some(trouble.map_or(exit, |trouble: Exit| trouble.or(exit)));
            }
        }
        render(run, self.stdout, options, out)?;
        Ok(trouble)
    }
}

fn write_file<T>(
    run: &T,
    render: Render<T>,
    format: ReportFormat,
    options: &HumanOptions,
    path: &Path,
) -> io::Result<()> {
    let mut file = File::create(path)?;
    render(run, format, options, &mut file)?;
    file.flush()
}

/// A path that leads nowhere is the user's mistake, a disk that is full is not.
pub(super) fn exit(error: &io::Error) -> Exit {
    match error.kind() {
        ErrorKind::NotFound
        | ErrorKind::NotADirectory
        | ErrorKind::IsADirectory
        | ErrorKind::InvalidInput => Exit::Usage,
        _ => Exit::Input,
    }
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
