//! From an error text to its causes: symptom files and manual checks, and which symptom a text is of. The format is
//! described in `lints/README.md`.
//!
//! Knows texts and ids of lints, not lints themselves nor exports.

mod load;
mod matching;
mod normalize;

use regex::Regex;

use crate::diagnostic::Diagnostic;

pub use crate::diagnosis::{CheckSide, Direction, Shell};
pub use matching::{Capture, Match, Matches};
pub use normalize::normalize;

/// A text that a symptom is known by.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// 1 for what only this symptom says, 2 for what several transports say, 3 for what several symptoms share. A
    /// lower number wins.
    pub rank: u8,
    /// Matched without regard to case; its named groups are shown to the user.
    pub regex: Regex,
    /// The manual check that tells the symptoms apart that share this text.
    pub settled_by: Option<String>,
}

/// An error text and what is known of it.
#[derive(Clone, Debug)]
pub struct Symptom {
    /// The file's name without its ending.
    pub id: String,
    /// Number of the section in Microsoft's article on free/busy errors, where it has one.
    pub section: Option<u8>,
    /// What goes wrong.
    pub title: String,
    /// Which way the request went.
    pub direction: Direction,
    /// LIDs seen with it. A LID confirms a text and never decides: some are shared.
    pub lids: Vec<u32>,
    /// What it is known by.
    pub patterns: Vec<Pattern>,
    /// Texts of this shape; the file's tests.
    pub examples: Vec<String>,
    /// What it means.
    pub meaning: String,
    /// Ids of the lints that find its likely causes, in the order to check.
    pub lints: Vec<String>,
    /// Those whose findings tell it from the symptoms that share its text.
    pub evidence: Vec<String>,
    /// Ids of manual checks, in the order to do them.
    pub manual: Vec<String>,
    /// Where to read more.
    pub references: Vec<String>,
}

/// A command of a manual check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckCommand {
    /// Where it runs.
    pub shell: Shell,
    /// To paste; the names in it are examples.
    pub run: String,
}

/// Something that no export shows and that has to be looked at by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManualCheck {
    /// The file's name without its ending.
    pub id: String,
    /// What must be so, or is to be done.
    pub title: String,
    /// Where.
    pub side: CheckSide,
    /// How, and what the results mean.
    pub text: String,
    /// Commands, in order.
    pub commands: Vec<CheckCommand>,
}

/// All symptoms and manual checks of a run.
#[derive(Debug, Default)]
pub struct Catalogue {
    /// By section, then by id.
    pub symptoms: Vec<Symptom>,
    /// By id.
    pub checks: Vec<ManualCheck>,
    /// What is wrong with the others, and what names a manual check that does not exist.
    pub mistakes: Vec<Diagnostic>,
    /// Manual checks that files name, still to be looked up.
    links: Vec<load::Link>,
}

impl Catalogue {
    /// A symptom by its id.
    #[must_use]
    pub fn symptom(&self, id: &str) -> Option<&Symptom> {
        self.symptoms.iter().find(|symptom| symptom.id == id)
    }

    /// A manual check by its id.
    #[must_use]
    pub fn check(&self, id: &str) -> Option<&ManualCheck> {
        self.checks.iter().find(|check| check.id == id)
    }
}
