//! What a search of the user's arguments finds.

use std::path::Path;

use super::input::Input;

/// An argument, or something below it, that could not be turned into files. The user's mistake, or the file
/// system's refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiscoveryProblem {
    /// The path does not exist.
    NotFound(String),
    /// The pattern matches no file.
    NoMatch(String),
    /// The pattern is malformed.
    Pattern {
        /// As given.
        pattern: String,
        /// What the glob parser said.
        reason: String,
    },
    /// An archive, or a file in it, that is not read.
    Archive {
        /// As found.
        path: String,
        /// Why not.
        reason: String,
    },
    /// A disk, a terminal, a socket or the like: nothing that exports are written to.
    Device(String),
    /// A directory or file could not be looked at.
    Unreadable {
        /// As found.
        path: String,
        /// What the file system said.
        reason: String,
    },
}

impl DiscoveryProblem {
    /// What the user can do about it, where more can be said than the message does.
    #[must_use]
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::NoMatch(pattern) if pattern.contains('{') => {
                Some("braces such as `{json,xml}` are not supported in patterns: give one pattern for each")
            }
            Self::NotFound(_) => {
                Some("give files, folders, patterns such as `exports/*.xml`, or `-` for standard input")
            }
            Self::Archive { .. } => Some("unpack it, look at what is in it, and pass the files"),
            Self::Unreadable { .. } => Some("check that it is still there and that you may read it"),
            Self::Device(_) => Some("give files, folders or pipes; `-` is standard input"),
            Self::NoMatch(_) | Self::Pattern { .. } => None,
        }
    }
}

/// Files found, in a stable order, and what went wrong on the way.
#[derive(Debug, Default)]
pub struct Discovery {
    /// Those of one argument sorted by path; a file that several match is there several times.
    pub inputs: Vec<Input>,
    /// Arguments and folders that gave nothing.
    pub problems: Vec<DiscoveryProblem>,
}

/// Endings of files that a folder is searched for. Files named outright are read whatever their ending.
const ENDINGS: [&str; 8] = ["xml", "clixml", "json", "ndjson", "jsonl", "txt", "log", "csv"];

pub(super) fn has_export_ending(path: &Path) -> bool {
    let Some(ending) = path.extension() else { return false };
    let ending = ending.to_string_lossy();
    ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known))
}
