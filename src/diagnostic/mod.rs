//! The one type for everything a user is told: findings of lints, problems of exports, mistakes in lint files.
//!
//! Plain data: nothing here prints, and nothing here is serialized as it is.

mod comparison;
mod extent;
mod need;
mod path;
mod problem;
mod run;

use std::fmt;
use std::ops::Range;
use std::str::FromStr;
use std::sync::Arc;

use crate::source::{Location, Text};

pub use crate::exchange::platform::{Platform, Scope};

pub use comparison::{
    Comparison, GateChange, NewFinding, ObjectChange, ObjectFate, PathChange, PropertyChange, Seen,
    Uncompared,
};
pub use extent::{ExportState, Extent, Failure, Limit, Selection};
pub use need::{Need, NeedKind, Noun, NounId, ScriptLine};
pub use path::{GateState, GateSummary, Hop, PathSummary, RejectedObject, Target, Used, Verdict};
pub use problem::{Argument, Code, LintId, Named, Origin, Problem, Words, Written};
pub use run::{InputStatus, InputSummary, LintSummary, Outcome, RecordCount, Run, Suppressed, Suppression};

/// How bad it is. The order is that of the words: `Info < Warning < Error`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing is broken by it.
    Info,
    /// Degraded, fragile, expires soon, or ambiguous.
    Warning,
    /// Free/busy is broken where this is used.
    Error,
}

impl Severity {
    /// All, the worst first.
    pub const ALL: [Self; 3] = [Self::Error, Self::Warning, Self::Info];

    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A word that is no severity. The user's mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a severity: use error, warning or info")]
pub struct UnknownSeverity;

impl FromStr for Severity {
    type Err = UnknownSeverity;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|severity| severity.name() == word).ok_or(UnknownSeverity)
    }
}

/// From which side to which a request goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// A user of the organization's own servers looks a mailbox of Exchange Online up.
    OnPremToCloud,
    /// A user of Exchange Online looks a mailbox of the organization's own servers up.
    CloudToOnPrem,
}

impl Direction {
    /// Both, in the order reports list them.
    pub const ALL: [Self; 2] = [Self::OnPremToCloud, Self::CloudToOnPrem];

    /// The word that lint files and machine formats use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OnPremToCloud => "onprem-to-cloud",
            Self::CloudToOnPrem => "cloud-to-onprem",
        }
    }

    /// The side that asks.
    #[must_use]
    pub const fn from(self) -> Platform {
        match self {
            Self::OnPremToCloud => Platform::OnPrem,
            Self::CloudToOnPrem => Platform::Cloud,
        }
    }

    /// The side that answers.
    #[must_use]
    pub const fn to(self) -> Platform {
        match self {
            Self::OnPremToCloud => Platform::Cloud,
            Self::CloudToOnPrem => Platform::OnPrem,
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", self.from(), self.to())
    }
}

/// A place that a diagnostic points at. Holds the text around it, so that nothing needs to be read again.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Label {
    /// The text around it.
    pub text: Arc<Text>,
    /// The place within `text`.
    pub range: Range<usize>,
    /// The place in the user's file.
    pub location: Location,
    /// The property whose value stands there: its name, nothing else.
    pub property: Option<Box<str>>,
    /// The object that stands there, or whose property does; empty where it is the one that the diagnostic is about.
    pub object: String,
    /// Whether this is what the diagnostic is about, rather than what it is compared with.
    pub primary: bool,
}

impl Label {
    /// A label on `range` of `text`, where an object stands.
    #[must_use]
    pub fn new(text: Arc<Text>, range: Range<usize>, object: impl Into<String>, primary: bool) -> Self {
        let (text, range) = Text::as_in_file(text, range);
        let location = text.locate(range.clone());
        Self { text, range, location, property: None, object: object.into(), primary }
    }

    /// Says that the value of a property of the object stands there.
    #[must_use]
    pub fn with_property(mut self, property: &str) -> Self {
        self.property = Some(property.into());
        self
    }

    /// The value it points at, as it stands in the file.
    #[must_use]
    pub fn value(&self) -> &str {
        self.text.content().get(self.range.clone()).unwrap_or_default()
    }
}

/// What to do about a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fix {
    /// In words.
    pub text: String,
    /// Commands to run, ready to paste into the shell of `side`; one a line.
    pub command: Option<String>,
    /// Where to run them.
    pub side: Option<Platform>,
}

/// The object that a finding is about.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Subject {
    /// Where it was exported; `None` where neither the record nor its file tells.
    pub side: Option<Platform>,
    /// The cmdlet that exported it, such as `Get-OrganizationRelationship`.
    pub cmdlet: String,
    /// What the administrator calls it: its name, identity or thumbprint; `None` where the finding is about something
    /// that is not there.
    pub object: Option<String>,
}

/// What a diagnostic is about, besides its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiagnosticKind {
    /// A lint found it. Boxed: most fields of a finding are text.
    Finding(Box<Finding>),
    /// Something else: an input, a lint file, the configuration or an argument.
    Problem(Problem),
}

/// What only findings of lints have.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// Id of the lint.
    pub lint: String,
    /// The object, where the finding is about one.
    pub subject: Option<Subject>,
    /// Why it matters.
    pub why: String,
    /// What to do.
    pub fix: Option<Fix>,
    /// The same for the same fault after a new export: made of lint, side, object and property, never of lines.
    pub fingerprint: String,
}

/// Something a user is told.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// Where; the primary ones first. Empty where there is no place, such as an absent object.
    pub labels: Vec<Label>,
    /// What to do, for problems of inputs and lint files. Findings have a [`Fix`].
    pub help: Option<String>,
    /// The file it is about, where there is no label.
    pub path: Option<String>,
    /// What it is about.
    pub kind: DiagnosticKind,
}

impl Diagnostic {
    /// A problem of an input, a lint file, the configuration or an argument, in the words of its code.
    #[must_use]
    pub fn problem(problem: Problem) -> Self {
        let (severity, message) = (problem.code().severity(), problem.to_string());
        Self::new(DiagnosticKind::Problem(problem), severity, message)
    }

    /// A finding of a lint.
    #[must_use]
    pub fn found(finding: Finding, severity: Severity, message: impl Into<String>) -> Self {
        Self::new(DiagnosticKind::Finding(Box::new(finding)), severity, message.into())
    }

    const fn new(kind: DiagnosticKind, severity: Severity, message: String) -> Self {
        Self { severity, message, labels: Vec::new(), help: None, path: None, kind }
    }

    /// Adds a place.
    #[must_use]
    pub fn with_label(mut self, label: Label) -> Self {
        self.labels.push(label);
        self
    }

    /// Adds what to do.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Names the file it is about.
    #[must_use]
    pub fn with_path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// The finding's own part, where a lint found it.
    #[must_use]
    pub fn finding(&self) -> Option<&Finding> {
        match &self.kind {
            DiagnosticKind::Finding(finding) => Some(finding),
            DiagnosticKind::Problem(_) => None,
        }
    }

    /// What kind of problem it is, where no lint found it.
    #[must_use]
    pub const fn code(&self) -> Option<Code> {
        match &self.kind {
            DiagnosticKind::Finding(_) => None,
            DiagnosticKind::Problem(problem) => Some(problem.code()),
        }
    }

    /// Where it comes from, where no lint found it.
    #[must_use]
    pub fn origin(&self) -> Option<Origin> {
        self.code().map(Code::origin)
    }
}

/// "1 error", "2 errors".
#[must_use]
pub fn count(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
