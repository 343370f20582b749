//! What an error text and the exports tell together. Plain data, as reports show it.

use crate::diagnostic::{Need, Run};

/// Which way the request went that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// A user of Exchange Online looked up one on the organization's own servers.
    CloudToOnPrem,
    /// A user on the servers looked up one of Exchange Online.
    OnPremToCloud,
    /// Either.
    Both,
    /// Within Exchange Online, or between two tenants.
    CloudToCloud,
}

impl Direction {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::CloudToOnPrem, Self::OnPremToCloud, Self::Both, Self::CloudToCloud];

    /// The word that files and machine formats use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CloudToOnPrem => "cloud-to-onprem",
            Self::OnPremToCloud => "onprem-to-cloud",
            Self::Both => "both",
            Self::CloudToCloud => "cloud-to-cloud",
        }
    }
}

/// Where something is checked by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckSide {
    /// On the organization's own servers, or its Active Directory.
    OnPrem,
    /// In Exchange Online or Entra ID.
    Cloud,
    /// On both.
    Both,
    /// Between the two.
    Network,
    /// At the computer of a user.
    Client,
}

impl CheckSide {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::OnPrem, Self::Cloud, Self::Both, Self::Network, Self::Client];

    /// The word that files and machine formats use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OnPrem => "onprem",
            Self::Cloud => "cloud",
            Self::Both => "both",
            Self::Network => "network",
            Self::Client => "client",
        }
    }
}

/// What runs a command of a manual check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shell {
    /// The shell of the servers.
    ExchangeManagementShell,
    /// Exchange Online PowerShell.
    ExchangeOnline,
    /// Microsoft Graph PowerShell.
    MicrosoftGraph,
    /// Any PowerShell, on the machine that the check is about.
    PowerShell,
}

impl Shell {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::ExchangeManagementShell, Self::ExchangeOnline, Self::MicrosoftGraph, Self::PowerShell];

    /// The word that files and machine formats use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ExchangeManagementShell => "exchange-management-shell",
            Self::ExchangeOnline => "exchange-online",
            Self::MicrosoftGraph => "microsoft-graph",
            Self::PowerShell => "powershell",
        }
    }
}

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
    /// Which way the request went.
    pub direction: Direction,
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
    /// Where.
    pub side: CheckSide,
    /// How, and what the results mean.
    pub text: String,
    /// Shell, and what to paste there.
    pub commands: Vec<(Shell, String)>,
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
