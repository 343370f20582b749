//! How much of what a cmdlet lists an export holds, and so whether it proves that something is not there.

use std::fmt;

/// The state of an export in one word, as JSON reports have it (`inputs[].records[].state`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExportState {
    /// All that the cmdlet lists.
    Complete,
    /// The plain command was run and printed nothing: there are no objects.
    Silent,
    /// The command asked for some of the objects.
    Selected,
    /// The list ends early.
    Limited,
    /// The command failed, or what it wrote is lost.
    Failed,
}

impl ExportState {
    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Silent => "silent",
            Self::Selected => "selected",
            Self::Limited => "limited",
            Self::Failed => "failed",
        }
    }

    /// Whether what is not in the export does not exist. What is in it exists in any state.
    #[must_use]
    pub const fn proves_absence(self) -> bool {
        matches!(self, Self::Complete | Self::Silent)
    }
}

/// How much of what its cmdlet lists an export holds, and why not more.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Extent {
    /// All that the cmdlet lists.
    #[default]
    Complete,
    /// The plain command was run and printed nothing.
    Silent,
    /// The command asked for some of the objects.
    Selected(Selection),
    /// The list ends early.
    Limited(Limit),
    /// The command failed, or what it wrote is lost.
    Failed(Failure),
}

/// What a command selects by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Selection {
    /// A value without a parameter's name: the identity.
    Identity(Box<str>),
    /// A parameter, such as `-Filter`.
    Parameter(Box<str>),
    /// A later command of the pipeline, such as `Where-Object`.
    Stage(Box<str>),
    /// An index, or a property of what the command gave.
    Member,
    /// The objects are those that belong to what another command listed.
    Source(Box<str>),
    /// The objects come from a variable.
    Variable(Box<str>),
    /// There is one object, as where it was asked for by name.
    One,
    /// The collecting script was given servers or mailboxes: the name of its argument.
    Argument(Box<str>),
}

/// Why a list ends early.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Limit {
    /// As many objects as `-ResultSize` allows, given or by default.
    ResultSize(u64),
    /// Exchange said that there are more.
    MoreResults,
    /// The collecting script could not read all of it: its word for the reason.
    Partial(Box<str>),
    /// The collecting script was still at it, or was killed.
    Running,
    /// The file is named as a part (`*.partial.xml`), and no manifest tells more.
    NamedPartial,
    /// The file is damaged, and what came before that was read.
    Damaged,
}

/// Why an export is no export.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Failure {
    /// What the command said instead: the first error.
    Error(Box<str>),
    /// The collecting script says so: its word for the reason.
    Collected(Box<str>),
    /// The file is empty: the command found nothing, or failed.
    Blank,
    /// Nothing of the file could be read.
    Damaged,
    /// The cmdlet always returns an object, and this export has none.
    NeverEmpty,
}

impl Extent {
    /// The state in one word.
    #[must_use]
    pub const fn state(&self) -> ExportState {
        match self {
            Self::Complete => ExportState::Complete,
            Self::Silent => ExportState::Silent,
            Self::Selected(_) => ExportState::Selected,
            Self::Limited(_) => ExportState::Limited,
            Self::Failed(_) => ExportState::Failed,
        }
    }

    /// Whether what is not in the export does not exist.
    #[must_use]
    pub const fn proves_absence(&self) -> bool {
        self.state().proves_absence()
    }

    /// Why the export does not hold everything, for people; `None` where it does.
    #[must_use]
    pub fn reason(&self) -> Option<String> {
        match self {
            Self::Complete | Self::Silent => None,
            Self::Selected(selection) => Some(selection.to_string()),
            Self::Limited(limit) => Some(limit.to_string()),
            Self::Failed(failure) => Some(failure.to_string()),
        }
    }
}

impl fmt::Display for Selection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Identity(identity) => write!(f, "the command asked for `{identity}` only"),
            Self::Parameter(parameter) => write!(f, "the command selects by -{parameter}"),
            Self::Stage(stage) => write!(f, "the command selects by {stage}"),
            Self::Member => f.write_str("the command takes a part of what the cmdlet returned"),
            Self::Source(cmdlet) => write!(f, "the command asked for what belongs to the output of {cmdlet}"),
            Self::Variable(name) => write!(f, "the objects come from the variable {name}"),
            Self::One => f.write_str("one object, as where it was asked for by name"),
            Self::Argument(argument) => write!(f, "the collecting script was limited by -{argument}"),
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ResultSize(count) => write!(
                f,
                "{count} objects, as many as -ResultSize allows: there may be more; export again with -ResultSize Unlimited"
            ),
            Self::MoreResults => {
                f.write_str("Exchange said that there are more; export again with -ResultSize Unlimited")
            }
            Self::Partial(reason) => write!(f, "the collecting script could not read everything ({reason})"),
            Self::Running => f.write_str("the collecting script had not finished"),
            Self::NamedPartial => f.write_str("the name of the file says that it is partial"),
            Self::Damaged => f.write_str("the file could not be read whole"),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(message) => write!(f, "the command failed: {message}"),
            Self::Collected(reason) => write!(f, "the collecting script could not read it ({reason})"),
            Self::Blank => f.write_str("the file is empty: the command found nothing, or it failed"),
            Self::Damaged => f.write_str("the file could not be read"),
            Self::NeverEmpty => {
                f.write_str("no object, though this cmdlet always returns one: the export failed, or the account lacked permission")
            }
        }
    }
}
