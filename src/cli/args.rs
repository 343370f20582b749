//! What can be typed.

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::diagnostic::{Severity, Side};
use crate::report::ReportFormat;

/// Finds what breaks free/busy in exported Exchange hybrid configuration.
#[derive(Debug, Parser)]
#[command(version, about, args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
#[command(
    after_help = "Exit codes: 0 nothing found, 1 findings at or above --fail-on, 2 wrong usage or lint file, \
                        3 input that cannot be read."
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
    /// Show the way of free/busy requests, and what they must pass
    Trace(TraceArgs),
    /// Print a PowerShell script that exports what lints read
    Collect(CollectArgs),
    /// List the lints
    Lints(LintsArgs),
    /// Explain a lint: what it checks, why, what to do, with its cases
    Explain(ExplainArgs),
    /// Run the cases of lint files, such as lints of your own
    Test(TestArgs),
    /// Copy exports with names, addresses and ids replaced, to share them
    Redact(RedactArgs),
    /// Pack redacted exports and their reports into an archive, to attach to a ticket
    Bundle(BundleArgs),
}

/// Which lints there are and which of them run.
#[derive(Args, Clone, Debug, Default)]
pub struct LintChoice {
    /// Run only these lints or areas (ids, separated by commas)
    #[arg(long, value_name = "ID|AREA", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Leave these lints or areas out
    #[arg(long, value_name = "ID|AREA", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// Add the lints of a folder
    #[arg(long, value_name = "DIR")]
    pub lints: Vec<String>,
}

/// Which files are read, and by which day they are judged.
#[derive(Args, Clone, Debug, Default)]
pub struct InputArgs {
    /// Exported files, folders, patterns, or - for standard input
    #[arg(value_name = "PATH")]
    pub paths: Vec<String>,
    /// Files from the Exchange servers, whatever they say of themselves
    #[arg(long = "onprem", value_name = "PATH")]
    pub on_prem: Vec<String>,
    /// Files from Exchange Online, whatever they say of themselves
    #[arg(long, value_name = "PATH")]
    pub cloud: Vec<String>,
    /// Judge by this day instead of today, such as 2026-11-23
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    /// Replace names, addresses and ids in the report, to share it
    #[arg(long)]
    pub redact: bool,
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
    /// Form of the report
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = parse_format)]
    pub format: ReportFormat,
    /// Lowest severity that makes the exit code 1
    #[arg(long, value_name = "SEVERITY", default_value = "warning")]
    pub fail_on: FailOn,
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
    /// Form of the report
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = parse_format)]
    pub format: ReportFormat,
    /// How it looks.
    #[command(flatten)]
    pub look: LookArgs,
}

/// Arguments of `collect`.
#[derive(Args, Debug)]
pub struct CollectArgs {
    /// Where the script is to run
    #[arg(value_name = "SIDE")]
    pub side: SideArg,
    /// Only what these lints or areas read (ids, separated by commas)
    #[arg(long = "for", value_name = "LINT|AREA", value_delimiter = ',')]
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

impl From<SideArg> for Side {
    fn from(side: SideArg) -> Self {
        match side {
            SideArg::OnPrem => Self::OnPrem,
            SideArg::Cloud => Self::Cloud,
        }
    }
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
    /// Id of a lint
    #[arg(value_name = "ID")]
    pub id: String,
    /// Add the lints of a folder
    #[arg(long, value_name = "DIR")]
    pub lints: Vec<String>,
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
    /// Exported files, folders, patterns, or - for standard input
    #[arg(value_name = "PATH")]
    pub paths: Vec<String>,
    /// Files from the Exchange servers, whatever they say of themselves
    #[arg(long = "onprem", value_name = "PATH")]
    pub on_prem: Vec<String>,
    /// Files from Exchange Online, whatever they say of themselves
    #[arg(long, value_name = "PATH")]
    pub cloud: Vec<String>,
    /// Folder that the copies are written to
    #[arg(long, value_name = "DIR")]
    pub out: String,
}

/// Arguments of `bundle`.
#[derive(Args, Debug)]
pub struct BundleArgs {
    /// What is read.
    #[command(flatten)]
    pub input: InputArgs,
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
