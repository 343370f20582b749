//! What a request must pass on its way, in the order of the way.
//!
//! Which lints decide a gate stands in the lints. A lint may stand at several; its findings count only where they are
//! about the gate's side.

use std::collections::HashMap;

use crate::diagnostic::{Direction, Platform, Scope};
use crate::lint::Lint;
use crate::topology::Auth;

/// How a request travels, as far as gates depend on it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way {
    pub(super) direction: Direction,
    pub(super) auth: Auth,
    /// Without asking Autodiscover.
    pub(super) is_direct: bool,
    /// Through the Hybrid Agent.
    pub(super) by_agent: bool,
}

/// A gate.
#[derive(Debug)]
pub(super) struct Gate {
    /// By which lints name it; stable.
    pub(super) id: &'static str,
    /// A statement that should be true.
    pub(super) title: &'static str,
    /// Whose objects findings must be about to count.
    pub(super) scope: Scope,
    /// Whether a request that travels so comes by.
    pub(super) is_on: fn(Way) -> bool,
}

/// By id of a gate, the ids of the lints that decide it, in the order in which they are named there.
pub(super) fn lints_at<'l>(lints: impl Iterator<Item = &'l Lint>) -> HashMap<&'l str, Vec<&'l str>> {
    let mut placed: HashMap<&str, Vec<(u64, &str)>> = HashMap::new();
    for lint in lints {
        for (gate, &place) in &lint.gates {
            placed.entry(gate).or_default().push((place, &lint.id));
        }
    }
    let sorted = placed.into_iter().map(|(gate, mut lints)| {
        lints.sort_unstable();
        (gate, lints.into_iter().map(|(_, id)| id).collect())
    });
    sorted.collect()
}

/// Id and title of each gate, in the order of the way.
pub fn gate_titles() -> impl Iterator<Item = (&'static str, &'static str)> {
    GATES.iter().map(|gate| (gate.id, gate.title))
}

fn to_onprem(way: Way) -> bool {
    way.direction == Direction::CloudToOnPrem
}

fn to_cloud(way: Way) -> bool {
    way.direction == Direction::OnPremToCloud
}

const fn oauth(way: Way) -> bool {
    matches!(way.auth, Auth::OAuth)
}

const fn dauth(way: Way) -> bool {
    matches!(way.auth, Auth::DAuth)
}

/// All gates.
pub(super) static GATES: [Gate; 25] = [
    // From the cloud to the organization's own servers.
    Gate {
        id: "public-address",
        title: "Exchange Online sends the request to a public address of the organization",
        scope: Scope::Both,
        is_on: |way| to_onprem(way) && (oauth(way) || dauth(way)) && !way.by_agent,
    },
    Gate {
        id: "hybrid-agent",
        title: "the Hybrid Agent carries the request",
        scope: Scope::Both,
        is_on: |way| to_onprem(way) && way.by_agent,
    },
    Gate {
        id: "cloud-delegation-token",
        title: "Exchange Online gets a delegation token",
        scope: Scope::One(Platform::Cloud),
        is_on: |way| to_onprem(way) && dauth(way),
    },
    Gate {
        id: "servers-answer",
        title: "the servers answer",
        scope: Scope::One(Platform::OnPrem),
        is_on: to_onprem,
    },
    Gate {
        id: "autodiscover-oauth",
        title: "Autodiscover accepts OAuth",
        scope: Scope::One(Platform::OnPrem),
        is_on: |way| to_onprem(way) && oauth(way) && !way.is_direct,
    },
    Gate {
        id: "autodiscover-ws-security",
        title: "Autodiscover accepts WS-Security",
        scope: Scope::One(Platform::OnPrem),
        is_on: |way| to_onprem(way) && dauth(way) && !way.is_direct,
    },
    Gate {
        id: "public-ews-address",
        title: "Autodiscover names a public EWS address",
        scope: Scope::One(Platform::OnPrem),
        is_on: |way| to_onprem(way) && (oauth(way) || dauth(way)) && !way.is_direct,
    },
    Gate {
        id: "ews-oauth",
        title: "EWS accepts OAuth",
        scope: Scope::One(Platform::OnPrem),
        is_on: |way| to_onprem(way) && oauth(way),
    },
    Gate {
        id: "ews-ws-security",
        title: "EWS accepts WS-Security",
        scope: Scope::One(Platform::OnPrem),
        is_on: |way| to_onprem(way) && dauth(way),
    },
    Gate {
        id: "token-signature-trusted",
        title: "the servers trust the signature of the token",
        scope: Scope::One(Platform::OnPrem),
        is_on: |way| to_onprem(way) && oauth(way),
    },
    Gate {
        id: "token-audience",
        title: "the token is for the host that the servers see",
        scope: Scope::Both,
        is_on: |way| to_onprem(way) && oauth(way),
    },
    Gate {
        id: "application-impersonates",
        title: "the application Exchange Online may act for users",
        scope: Scope::One(Platform::OnPrem),
        is_on: |way| to_onprem(way) && oauth(way),
    },
    Gate {
        id: "user-in-token",
        title: "the user in the token is one object",
        scope: Scope::One(Platform::OnPrem),
        is_on: |way| to_onprem(way) && oauth(way),
    },
    Gate {
        id: "federation-trust",
        title: "the federation trust and its certificate are valid",
        scope: Scope::One(Platform::OnPrem),
        is_on: dauth,
    },
    Gate {
        id: "relationship-onprem",
        title: "a relationship on-premises admits the requester",
        scope: Scope::One(Platform::OnPrem),
        is_on: |way| to_onprem(way) && (oauth(way) || dauth(way)),
    },
    Gate {
        id: "calendars-onprem",
        title: "calendars on-premises show free/busy by Default",
        scope: Scope::One(Platform::OnPrem),
        is_on: to_onprem,
    },
    // From the organization's own servers to the cloud.
    Gate {
        id: "exchange-online-address",
        title: "the servers send the request to Exchange Online",
        scope: Scope::One(Platform::OnPrem),
        is_on: |way| to_cloud(way) && (oauth(way) || dauth(way)),
    },
    Gate {
        id: "signing-certificate",
        title: "the servers sign with a valid certificate",
        scope: Scope::One(Platform::OnPrem),
        is_on: |way| to_cloud(way) && oauth(way),
    },
    Gate {
        id: "certificate-in-entra",
        title: "Entra knows that certificate",
        scope: Scope::Both,
        is_on: |way| to_cloud(way) && oauth(way),
    },
    Gate {
        id: "dedicated-application",
        title: "the dedicated hybrid application is in use",
        scope: Scope::One(Platform::OnPrem),
        is_on: |way| to_cloud(way) && oauth(way),
    },
    Gate {
        id: "onprem-delegation-token",
        title: "the servers get a delegation token for Exchange Online",
        scope: Scope::One(Platform::OnPrem),
        is_on: |way| to_cloud(way) && dauth(way),
    },
    Gate {
        id: "cloud-ews-access",
        title: "Exchange Online lets the request into EWS",
        scope: Scope::One(Platform::Cloud),
        is_on: |way| to_cloud(way) && (oauth(way) || dauth(way)),
    },
    Gate {
        id: "cloud-ews-retirement",
        title: "EWS of Exchange Online has not been retired",
        scope: Scope::Both,
        is_on: |way| to_cloud(way) && (oauth(way) || dauth(way)),
    },
    Gate {
        id: "relationship-cloud",
        title: "a relationship in Exchange Online admits the requester",
        scope: Scope::One(Platform::Cloud),
        is_on: |way| to_cloud(way) && dauth(way),
    },
    Gate {
        id: "calendars-cloud",
        title: "calendars in Exchange Online show free/busy by Default",
        scope: Scope::One(Platform::Cloud),
        is_on: to_cloud,
    },
];
