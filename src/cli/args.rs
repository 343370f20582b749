//! What can be typed.

use std::str::FromStr;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::diagnostic::{Platform, Severity};
use crate::report::{DiagnosisFormat, ReportFormat};

/// Finds what breaks free/busy in exported Exchange hybrid configuration.
#[derive(Debug, Parser)]
#[command(version, about, args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
#[command(
    after_help = "Exit codes: 0 nothing at or above --fail-on, 1 findings at or above it, 2 a wrong argument, configuration, \
                        baseline or lint file, or an unknown error text, 3 no input, an input that cannot be read whole, or a \
                        report that cannot be written."
)]
pub struct Cli {
    /// What to do; `check` where nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Arguments of `check`.
    #[command(flatten)]
    pub check: CheckArgs,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check exported files (the same as giving files without a command)
    Check(CheckArgs),
    /// Trace a free/busy request and the checks it must pass
    Trace(TraceArgs),
    /// Compare exports from before and after a change, such as a run of the wizard
    Diff(DiffArgs),
    /// Print a PowerShell script that exports what lints read
    Collect(CollectArgs),
    /// Find the causes of an error text, in exported files where there are any
    Diagnose(DiagnoseArgs),
    /// List the lints
    Lints(LintsArgs),
    /// List the error texts that `diagnose` knows
    Symptoms(SymptomsArgs),
    /// Explain a lint, a symptom or a manual check
    Explain(ExplainArgs),
    /// Run the cases of lint files, such as custom lints
    Test(TestArgs),
    /// Copy exports with names, addresses and ids replaced, to share them
    Redact(RedactArgs),
    /// Pack redacted exports and their reports into an archive, to attach to a ticket
    Bundle(BundleArgs),
    /// Print a script that completes commands and options in a shell
    Completions(CompletionsArgs),
    /// Print the manual page
    Man,
}

/// Which lints there are and which of them run.
#[derive(Args, Clone, Debug, Default)]
pub struct LintChoice {
    /// Only these lints or areas (ids, separated by commas)
    #[arg(long, value_name = "ID|AREA", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Leave these lints or areas out
    #[arg(long, value_name = "ID|AREA", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// Add the lints of a folder
    #[arg(long, value_name = "DIR")]
    pub lints: Vec<String>,
    /// Where the configuration is.
    #[command(flatten)]
    pub config: ConfigArgs,
}

/// Which configuration holds.
#[derive(Args, Clone, Debug, Default)]
pub struct ConfigArgs {
    /// Take this configuration instead of freebusy-lint.toml here or in a folder above
    #[arg(long, value_name = "FILE")]
    pub config: Option<String>,
    /// Take no configuration
    #[arg(long, conflicts_with = "config")]
    pub no_config: bool,
}

/// Which findings are known.
#[derive(Args, Debug, Default)]
pub struct BaselineArgs {
    /// Report only findings that this file does not have
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<String>,
    /// Write the findings down as known, for --baseline
    #[arg(long, value_name = "FILE")]
    pub write_baseline: Option<String>,
}

/// Which files are read.
#[derive(Args, Clone, Debug, Default)]
pub struct PathArgs {
    /// Exported files, folders, patterns, or - for standard input
    #[arg(value_name = "PATH")]
    pub paths: Vec<String>,
    /// Treat these as on-premises exports
    #[arg(long = "onprem", value_name = "PATH")]
    pub on_prem: Vec<String>,
    /// Treat these as Exchange Online exports
    #[arg(long, value_name = "PATH")]
    pub cloud: Vec<String>,
}

/// Which files are read, and by which day they are judged.
#[derive(Args, Clone, Debug, Default)]
pub struct InputArgs {
    /// Which files.
    #[command(flatten)]
    pub files: PathArgs,
    /// Judge by this day instead of today, such as 2026-11-23
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    /// Replace names, addresses and ids in the report, to share it
    #[arg(long)]
    pub redact: bool,
}

/// Which reports are written, and where.
#[derive(Args, Debug, Default)]
pub struct ReportArgs {
    /// Form of the report on standard output: human (where nothing is said), json, jsonl, sarif, junit, github, gitlab,
    /// markdown, html, csv
    #[arg(long, value_name = "FORMAT", value_parser = parse_format)]
    pub format: Option<ReportFormat>,
    /// Write a report to a file as well (may be repeated; - for standard output)
    #[arg(long, value_name = "FORMAT=FILE", value_parser = str::parse::<Output>)]
    pub output: Vec<Output>,
}

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
        let format = parse_format(format)?;
        match file {
            Some("") => Err(format!("no file after `{text}`")),
            Some("-") | None => Ok(Self { format, file: None }),
            Some(file) => Ok(Self { format, file: Some(file.to_owned()) }),
        }
    }
}

/// How reports for people look.
#[derive(Args, Debug)]
pub struct LookArgs {
    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: ColorChoice,
}

/// Arguments of `check`.
#[derive(Args, Debug)]
pub struct CheckArgs {
    /// What is read.
    #[command(flatten)]
    pub input: InputArgs,
    /// Which lints run.
    #[command(flatten)]
    pub choice: LintChoice,
    /// Which reports.
    #[command(flatten)]
    pub report: ReportArgs,
    /// Lowest severity that makes the exit code 1 [default: warning]
    #[arg(long, value_name = "SEVERITY")]
    pub fail_on: Option<FailOn>,
    /// What is known.
    #[command(flatten)]
    pub known: BaselineArgs,
    /// Name all lints that could not be judged, and what they need
    #[arg(long)]
    pub show_unknown: bool,
    /// Only findings and problems
    #[arg(long, short)]
    pub quiet: bool,
    /// How it looks.
    #[command(flatten)]
    pub look: LookArgs,
}

/// Arguments of `trace`.
#[derive(Args, Debug)]
pub struct TraceArgs {
    /// What is read.
    #[command(flatten)]
    pub input: InputArgs,
    /// Address of the user who looks a mailbox up
    #[arg(long, value_name = "ADDRESS")]
    pub from: Option<String>,
    /// Address of the mailbox that is looked up
    #[arg(long, value_name = "ADDRESS")]
    pub to: Option<String>,
    /// Which lints run.
    #[command(flatten)]
    pub choice: LintChoice,
    /// Which reports.
    #[command(flatten)]
    pub report: ReportArgs,
    /// How it looks.
    #[command(flatten)]
    pub look: LookArgs,
}

/// Arguments of `diff`.
#[derive(Args, Debug)]
pub struct DiffArgs {
    /// Earlier exports: a file, a folder, or a pattern
    #[arg(value_name = "BEFORE")]
    pub before: String,
    /// Later exports
    #[arg(value_name = "AFTER")]
    pub after: String,
    /// Judge both by this day instead of today, such as 2026-11-23
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    /// Which lints run.
    #[command(flatten)]
    pub choice: LintChoice,
    /// What is written.
    #[command(flatten)]
    pub report: ReportArgs,
    /// Lowest severity of a new finding that makes the exit code 1 [default: warning]
    #[arg(long, value_name = "SEVERITY")]
    pub fail_on: Option<FailOn>,
    /// Compare the records of recipients too, which may be millions
    #[arg(long)]
    pub recipients: bool,
    /// Replace names, addresses and ids in the report, to share it
    #[arg(long)]
    pub redact: bool,
    /// How it looks.
    #[command(flatten)]
    pub look: LookArgs,
}

/// Arguments of `completions`.
#[derive(Args, Debug)]
pub struct CompletionsArgs {
    /// Which shell
    #[arg(value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

/// Arguments of `collect`.
#[derive(Args, Debug)]
pub struct CollectArgs {
    /// Where the script is to run
    #[arg(value_name = "SIDE")]
    pub side: SideArg,
    /// Only what these lints, areas or symptoms read (ids, separated by commas)
    #[arg(long = "for", value_name = "LINT|AREA|SYMPTOM", value_delimiter = ',')]
    pub only: Vec<String>,
    /// With exports of recipients, which may be millions
    #[arg(long)]
    pub recipients: bool,
    /// With tests that ask for a mailbox and send requests
    #[arg(long)]
    pub tests: bool,
    /// Add the lints of a folder
    #[arg(long, value_name = "DIR")]
    pub lints: Vec<String>,
    /// Where the configuration is.
    #[command(flatten)]
    pub config: ConfigArgs,
}

/// A side, as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SideArg {
    /// The organization's own Exchange servers.
    #[value(name = "onprem")]
    OnPrem,
    /// Exchange Online.
    Cloud,
}

impl From<SideArg> for Platform {
    fn from(side: SideArg) -> Self {
        match side {
            SideArg::OnPrem => Self::OnPrem,
            SideArg::Cloud => Self::Cloud,
        }
    }
}

/// Arguments of `diagnose`.
#[derive(Args, Debug)]
pub struct DiagnoseArgs {
    /// The error text, in quotes, or - for standard input; not where --text-file is given
    #[arg(value_name = "TEXT")]
    pub text: Option<String>,
    /// Exported files, folders or patterns to look for the causes in
    #[arg(value_name = "PATH")]
    pub paths: Vec<String>,
    /// Read the error text from a file, or from standard input (-); all other arguments are exports
    #[arg(long, value_name = "FILE")]
    pub text_file: Option<String>,
    /// Treat these as on-premises exports
    #[arg(long = "onprem", value_name = "PATH")]
    pub on_prem: Vec<String>,
    /// Treat these as Exchange Online exports
    #[arg(long, value_name = "PATH")]
    pub cloud: Vec<String>,
    /// Judge by this day instead of today, such as 2026-11-23
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    /// Add the lints, symptoms and manual checks of a folder
    #[arg(long, value_name = "DIR")]
    pub lints: Vec<String>,
    /// Where the configuration is.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// Form of the report: human, json
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = parse_diagnosis_format)]
    pub format: DiagnosisFormat,
    /// Replace names, addresses and ids in the report, to share it
    #[arg(long)]
    pub redact: bool,
    /// Lowest severity of a cause that makes the exit code 1 [default: warning]
    #[arg(long, value_name = "SEVERITY")]
    pub fail_on: Option<FailOn>,
    /// How it looks.
    #[command(flatten)]
    pub look: LookArgs,
}

/// Arguments of `symptoms`.
#[derive(Args, Debug)]
pub struct SymptomsArgs {
    /// Add the symptoms of a folder
    #[arg(long, value_name = "DIR")]
    pub lints: Vec<String>,
    /// Where the configuration is.
    #[command(flatten)]
    pub config: ConfigArgs,
}

/// Arguments of `lints`.
#[derive(Args, Debug)]
pub struct LintsArgs {
    /// Which lints are listed.
    #[command(flatten)]
    pub choice: LintChoice,
}

/// Arguments of `explain`.
#[derive(Args, Debug)]
pub struct ExplainArgs {
    /// Id of a lint, a symptom or a manual check
    #[arg(value_name = "ID")]
    pub id: String,
    /// Add the lints of a folder
    #[arg(long, value_name = "DIR")]
    pub lints: Vec<String>,
    /// Where the configuration is.
    #[command(flatten)]
    pub config: ConfigArgs,
}

/// Arguments of `test`.
#[derive(Args, Debug)]
pub struct TestArgs {
    /// Folders of lint files, or patterns
    #[arg(value_name = "DIR", required = true)]
    pub lints: Vec<String>,
}

/// Arguments of `redact`.
#[derive(Args, Debug)]
pub struct RedactArgs {
    /// Which files.
    #[command(flatten)]
    pub files: PathArgs,
    /// Where the configuration is, which may tell the sides of files.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// Folder that the copies are written to
    #[arg(long, value_name = "DIR")]
    pub out: String,
}

/// Arguments of `bundle`.
#[derive(Args, Debug)]
pub struct BundleArgs {
    /// Which files.
    #[command(flatten)]
    pub files: PathArgs,
    /// Judge by this day instead of today, such as 2026-11-23
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    /// Which lints run.
    #[command(flatten)]
    pub choice: LintChoice,
    /// Archive that is written
    #[arg(long, value_name = "FILE")]
    pub out: String,
}

/// Lowest severity that makes the exit code 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Errors only.
    Error,
    /// Errors and warnings.
    Warning,
    /// Any finding.
    Info,
    /// Nothing: the exit code does not depend on findings.
    Never,
}

impl FailOn {
    /// The lowest severity, or `None` for never.
    #[must_use]
    pub const fn threshold(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Info => Some(Severity::Info),
            Self::Never => None,
        }
    }
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

fn parse_format(word: &str) -> Result<ReportFormat, String> {
    word.parse().map_err(|_| {
        let names: Vec<&str> = ReportFormat::ALL.into_iter().map(ReportFormat::name).collect();
        format!("one of: {}", names.join(", "))
    })
}

fn parse_diagnosis_format(word: &str) -> Result<DiagnosisFormat, String> {
    DiagnosisFormat::ALL.into_iter().find(|format| format.name() == word).ok_or_else(|| {
        let names: Vec<&str> = DiagnosisFormat::ALL.into_iter().map(DiagnosisFormat::name).collect();
        format!("one of: {}", names.join(", "))
    })
}
