//! A run as reports show it: what was read, how each lint ended, what was found.

use super::{Diagnostic, Extent, Need, PathSummary, Platform, Severity};
use crate::source::Sources;

/// A run as reports show it.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// Day the dated lints were judged by, `YYYY-MM-DD`.
    pub as_of: String,
    /// Paths of everything that labels point into, lint files included.
    pub sources: Sources,
    /// What was read, in the order of reading.
    pub inputs: Vec<InputSummary>,
    /// All selected lints, sorted by id.
    pub lints: Vec<LintSummary>,
    /// Findings, sorted by lint, then by place.
    pub findings: Vec<Diagnostic>,
    /// Findings that somebody decided not to hear of, in the same order.
    pub suppressed: Vec<Suppressed>,
    /// Problems of inputs and lint files, in the order they were met.
    pub problems: Vec<Diagnostic>,
    /// The way of requests in each direction, by direction and domain.
    pub paths: Vec<PathSummary>,
}

/// A finding that is not reported, and why.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Suppressed {
    /// The finding.
    pub finding: Diagnostic,
    /// Why not.
    pub by: Suppression,
}

/// Why a finding is not reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Suppression {
    /// The configuration says so.
    Configuration {
        /// Its author's reason.
        reason: String,
        /// The last day it holds, `YYYY-MM-DD`.
        until: Option<String>,
    },
    /// The baseline has it.
    Baseline,
}

/// What became of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputStatus {
    /// Read to the end without a problem.
    Read,
    /// Read, with problems: something in it was left out.
    Partial,
    /// Nothing in it: the cmdlet returned no object.
    Empty,
    /// Well-formed, but no cmdlet that any lint knows.
    Unrecognized,
    /// Could not be read.
    Failed,
}

impl InputStatus {
    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Partial => "partial",
            Self::Empty => "empty",
            Self::Unrecognized => "unrecognized",
            Self::Failed => "failed",
        }
    }
}

/// Records of one cmdlet and side in one input.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordCount {
    /// Side; `None` where neither the record nor its file says it.
    pub side: Option<Platform>,
    /// Such as `Get-OrganizationRelationship`.
    pub cmdlet: String,
    /// How many.
    pub records: u64,
    /// How much of what the cmdlet lists they are.
    pub extent: Extent,
}

/// One input of a run.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct InputSummary {
    /// As the user would write it.
    pub path: String,
    /// Format, where it was recognized.
    pub format: Option<&'static str>,
    /// Encoding, where the input could be opened.
    pub encoding: Option<&'static str>,
    /// Records by side and cmdlet. A cmdlet with 0 records is real absence.
    pub records: Vec<RecordCount>,
    /// Records of no known cmdlet.
    pub unrecognized: u64,
    /// What became of it.
    pub status: InputStatus,
}

/// How a lint ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// At least one finding.
    Failed,
    /// No finding, and something could not be judged.
    Unknown,
    /// Everything it looked at is right.
    Passed,
    /// There was nothing to look at.
    NotApplicable,
}

impl Outcome {
    /// The word that lint files and machine formats use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Passed => "passed",
            Self::NotApplicable => "not-applicable",
        }
    }
}

/// One lint of a run.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LintSummary {
    /// Its id.
    pub id: String,
    /// What is wrong where it fails: lower case, no full stop.
    pub title: String,
    /// Folder it stands in, such as `oauth`.
    pub area: String,
    /// The highest severity it can have.
    pub severity: Severity,
    /// How it ended.
    pub outcome: Outcome,
    /// Objects looked at.
    pub checked: u64,
    /// Findings.
    pub findings: u64,
    /// What could not be judged, and what is needed for it.
    pub needs: Vec<Need>,
    /// Why it matters.
    pub why: String,
    /// What to do where it fails, in general: values of findings stand in braces.
    pub remedy: String,
    /// Where to read more.
    pub references: Vec<String>,
}
