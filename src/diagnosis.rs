//! What an error text and the exports tell together. Plain data, as reports show it.

use crate::diagnostic::{Need, Run};

/// The answer to an error text.
#[derive(Debug)]
#[non_exhaustive]
pub struct Diagnosis {
    /// The text as it was matched.
    pub text: String,
    /// LIDs in the text.
    pub lids: Vec<u32>,
    /// What the text may mean: the likeliest first. Empty where no symptom matches.
    pub candidates: Vec<Candidate>,
    /// What is closest to the text, where no symptom matches.
    pub closest: Vec<Reference>,
    /// Exports that would settle what is not known; without exports, all that the causes are looked for in.
    pub exports: Vec<Need>,
    /// What no export shows, in the order to do it.
    pub checks: Vec<Check>,
    /// What the lints said of the exports, where there are any.
    pub run: Option<Run>,
}

/// A symptom in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reference {
    /// Its id.
    pub id: String,
    /// What goes wrong.
    pub title: String,
}

/// A symptom that the text may be of.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Candidate {
    /// Its id.
    pub id: String,
    /// Number of its section in Microsoft's article.
    pub section: Option<u8>,
    /// What goes wrong.
    pub title: String,
    /// Which way the request went, by the word of symptom files.
    pub direction: &'static str,
    /// What it means.
    pub meaning: String,
    /// 1 for a text that only this symptom has, 2 for one that several transports have, 3 for a shared one.
    pub rank: u8,
    /// The part of the text that told it.
    pub matched: String,
    /// Names and values taken out of the text.
    pub captures: Vec<(String, String)>,
    /// LIDs of the text that are known with it.
    pub lids: Vec<u32>,
    /// Lints that failed and tell it from the other candidates.
    pub evidence: Vec<String>,
    /// In the order to look.
    pub causes: Vec<Cause>,
    /// Ids of manual checks, in order.
    pub checks: Vec<String>,
    /// Where to read more.
    pub references: Vec<String>,
}

/// A cause of a symptom: what a lint finds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cause {
    /// Id of the lint.
    pub lint: String,
    /// What is wrong where it fails; `None` where this build has no such lint.
    pub title: Option<String>,
    /// What the exports say of it.
    pub verdict: Verdict,
}

/// Whether a cause is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is, so many times.
    Found {
        /// How many findings.
        findings: u64,
    },
    /// It is not.
    RuledOut {
        /// Objects looked at.
        checked: u64,
    },
    /// There is nothing that could have it.
    NotApplicable,
    /// The exports do not tell.
    Unknown {
        /// What is lacking.
        needs: Vec<Need>,
    },
    /// Nothing was looked at: no exports were given, or there is no such lint.
    NotLookedAt,
}

impl Verdict {
    /// The word that machine formats use.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Found { .. } => "found",
            Self::RuledOut { .. } => "ruled-out",
            Self::NotApplicable => "not-applicable",
            Self::Unknown { .. } => "unknown",
            Self::NotLookedAt => "not-looked-at",
        }
    }
}

/// Something to look at by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Check {
    /// Its id.
    pub id: String,
    /// What must be so, or is to be done.
    pub title: String,
    /// Where, by the word of its file.
    pub side: &'static str,
    /// How, and what the results mean.
    pub text: String,
    /// Shell, by the word of its file, and what to paste there.
    pub commands: Vec<(&'static str, String)>,
    /// Whether it tells the candidates apart, and so comes first.
    pub settles: bool,
}

impl Diagnosis {
    /// Whether a lint is a cause of a candidate.
    #[must_use]
    pub fn has_cause(&self, lint: &str) -> bool {
        self.candidates.iter().any(|candidate| candidate.causes.iter().any(|cause| cause.lint == lint))
    }

    /// Lints that failed and are no cause of a candidate.
    #[must_use]
    pub fn others_failed(&self) -> u64 {
        let failed = self.run.iter().flat_map(|run| &run.lints).filter(|lint| lint.findings > 0);
        failed.filter(|lint| !self.has_cause(&lint.id)).count() as u64
    }
}
