//! The way of a free/busy request as reports show it.

use super::{Direction, Label, Need, Subject};

/// Whether a request gets an answer, as far as the exports tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// There is no usable path, or a gate on it is shut.
    Broken,
    /// Something that decides is not exported.
    Unknown,
    /// All that can be judged is right.
    Works,
}

impl Verdict {
    /// The word that machine formats use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Broken => "broken",
            Self::Unknown => "unknown",
            Self::Works => "works",
        }
    }
}

/// What became of a gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GateState {
    /// A lint found an error.
    Failed,
    /// A lint could not judge.
    Unknown,
    /// A lint found a warning.
    Warned,
    /// All lints passed.
    Passed,
    /// No lint of it had anything to look at, or none of them ran.
    NotApplicable,
}

impl GateState {
    /// The word that machine formats use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Warned => "warned",
            Self::Passed => "passed",
            Self::NotApplicable => "not-applicable",
        }
    }
}

/// Something that a request must pass on its way.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct GateSummary {
    /// By which lints name it; stable.
    pub id: &'static str,
    /// What is asked there, as a statement that should be true.
    pub title: &'static str,
    /// What became of it.
    pub state: GateState,
    /// Ids of the lints that found something or could not judge; of all that ran where it passed.
    pub lints: Vec<String>,
    /// The values that decided.
    pub evidence: Vec<Label>,
    /// What would have to be exported.
    pub needs: Vec<Need>,
}

/// An object on the way, and where its name stands.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Hop {
    /// The object.
    pub subject: Subject,
    /// Where it stands in its file.
    pub label: Option<Label>,
}

/// Where a request is sent.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Target {
    /// As written.
    pub url: String,
    /// Straight to EWS, without asking Autodiscover.
    pub is_direct: bool,
    /// Where it stands.
    pub label: Option<Label>,
}

/// What a request uses.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Used {
    /// `OAuth`, `DAuth`, `address-space` or `none`.
    pub auth: &'static str,
    /// The connector, relationship or address space.
    pub object: Option<Hop>,
    /// Where it sends requests; `None` where it names nothing.
    pub target: Option<Target>,
    /// The word for why it cannot succeed, and an explanation.
    pub failure: Option<(&'static str, &'static str)>,
}

/// An object that lists the domain and is not used.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RejectedObject {
    /// The object.
    pub hop: Hop,
    /// Why not.
    pub reason: &'static str,
}

/// The way of requests for one domain, or of one request.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PathSummary {
    /// From which side to which.
    pub direction: Direction,
    /// The address that asks, where one was given.
    pub from: Option<String>,
    /// The address that is asked for, where one was given.
    pub to: Option<String>,
    /// The domains that are looked for, in the order in which they are tried.
    pub tried: Vec<String>,
    /// The domain that decided, or the first; blank where none is known.
    pub domain: String,
    /// What had to be taken for granted.
    pub assumptions: Vec<String>,
    /// What the request uses; `None` where that is unknown.
    pub used: Option<Used>,
    /// What would have to be exported to know.
    pub needs: Vec<Need>,
    /// Objects that list the domain and are not used.
    pub rejected: Vec<RejectedObject>,
    /// What the request must pass, in order.
    pub gates: Vec<GateSummary>,
}

impl PathSummary {
    /// Whether a request gets an answer.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let Some(used) = &self.used else { return Verdict::Unknown };
        let has = |state| self.gates.iter().any(|gate| gate.state == state);
        if used.failure.is_some() || has(GateState::Failed) {
            Verdict::Broken
        } else if has(GateState::Unknown) {
            Verdict::Unknown
        } else {
            Verdict::Works
        }
    }
}
