//! Runs the binary as a user would: in a folder of its own, with an empty environment, judged by a fixed day.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a helper of tests fails by panicking, like the tests"
)]

pub(crate) mod judge;
pub(crate) mod marked;
pub(crate) mod run;
pub(crate) mod syntax;

use std::fmt::Debug;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

use assert_cmd::Command;
use freebusy_lint::report::{HumanOptions, ReportFormat, write};
use serde_json::Value;
use tempfile::TempDir;

/// The day that runs are judged by.
pub(crate) const AS_OF: &str = "2026-11-23";

static REPORT_SCHEMA: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/report.schema.json");
    let schema = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    jsonschema::draft202012::new(&schema).unwrap()
});

/// A folder that a run works in.
pub(crate) struct Folder(TempDir);

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The report of a run as JSON, which its schema allows. A run within this process has no exit code.
#[derive(Debug)]
pub(crate) struct Report<Code = i32> {
    pub(crate) code: Code,
    pub(crate) json: Value,
}

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file, and the folders above it.
    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        self
    }

    /// The binary, ready to run here. A run that takes a minute hangs.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_freebusy-lint"));
        command.current_dir(self.0.path()).env_clear().args(arguments).timeout(Duration::from_secs(60));
        command
    }

    /// Runs the binary with just these arguments.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(&mut self.command(arguments))
    }

    /// Runs a check and reads its report.
    #[track_caller]
    pub(crate) fn check(&self, arguments: &[&str]) -> Report {
        let mut all = vec!["--as-of", AS_OF, "--format", "json"];
        all.extend(arguments);
        let ran = self.run(&all);
        assert!(ran.stderr.is_empty(), "{}", ran.stderr);
        Report::of(&ran)
    }
}

impl Ran {
    pub(crate) fn of(command: &mut Command) -> Self {
        let output = command.output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let code = output.status.code().unwrap_or(-1);
        let ran = Self { code, stdout: text(output.stdout), stderr: text(output.stderr) };
        assert!((0..=3).contains(&code) && !ran.stderr.contains("panicked"), "{ran:?}");
        ran
    }
}

impl Report {
    #[track_caller]
    pub(crate) fn of(ran: &Ran) -> Self {
        Self::read(ran.code, &ran.stdout, ran)
    }
}

impl Report<()> {
    /// What all built-in lints say of exports, given by path and content, within this process.
    #[track_caller]
    pub(crate) fn on(exports: &[(&str, &[u8])]) -> Self {
        let run = run::run(AS_OF, |ingest| {
            exports.iter().for_each(|(path, bytes)| ingest.read(path, None, *bytes));
        });
        let mut text = Vec::new();
        write(&run, ReportFormat::Json, &HumanOptions::default(), &mut text).unwrap();
        Self::read((), &String::from_utf8(text).unwrap(), &run.problems)
    }
}

impl<Code> Report<Code> {
    #[track_caller]
    fn read(code: Code, text: &str, context: &dyn Debug) -> Self {
        let json: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {context:?}"));
        let errors: Vec<String> = REPORT_SCHEMA.iter_errors(&json).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "the schema does not allow the report: {errors:?}");
        Self { code, json }
    }

    /// The findings of a lint.
    pub(crate) fn findings(&self, lint: &str) -> Vec<&Value> {
        let all = self.json["findings"].as_array().unwrap();
        all.iter().filter(|finding| finding["lint"] == lint).collect()
    }

    /// Messages of what is said beside findings.
    pub(crate) fn problems(&self) -> Vec<&str> {
        let all = self.json["diagnostics"].as_array().unwrap();
        all.iter().map(|problem| problem["message"].as_str().unwrap()).collect()
    }
}
