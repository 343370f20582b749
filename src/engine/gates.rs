//! What a request must pass on its way, and the lints that judge it there.
//!
//! A lint may stand at several gates; its findings count only where they are about the gate's side. The order is that
//! of the way.

use crate::diagnostic::{Direction, Scope, Side};
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
    /// A statement that should be true.
    pub(super) title: &'static str,
    /// Whose objects findings must be about to count.
    pub(super) scope: Scope,
    /// Whether a request that travels so comes by.
    pub(super) is_on: fn(Way) -> bool,
    /// The lints that judge it.
    pub(super) lints: &'static [&'static str],
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
        title: "Exchange Online sends the request to a public address of the organization",
        scope: Scope::Both,
        is_on: |way| to_onprem(way) && (oauth(way) || dauth(way)) && !way.by_agent,
        lints: &[
            "ioc-discovery-endpoint-invalid",
            "ioc-discovery-endpoint-wssecurity",
            "cloud-ioc-endpoint-mismatch",
            "orgrel-autod-bad-shape",
            "targetsharingepr-bad-shape",
            "cloud-targetsharingepr-host-unknown",
            "cloud-endpoint-points-at-microsoft",
            "endpoint-internal-host",
            "endpoint-ip-literal",
            "endpoint-host-not-covered-by-cert",
        ],
    },
    Gate {
        title: "the Hybrid Agent carries the request",
        scope: Scope::Both,
        is_on: |way| to_onprem(way) && way.by_agent,
        lints: &[
            "hybrid-agent-url-malformed",
            "hybrid-agent-url-inconsistent",
            "extended-protection-with-hybrid-agent",
        ],
    },
    Gate {
        title: "Exchange Online gets a delegation token",
        scope: Scope::One(Side::Cloud),
        is_on: |way| to_onprem(way) && dauth(way),
        lints: &[
            "cloud-fedtrust-outdated",
            "cloud-fedtrust-instance-missing",
            "orgrel-apuri-cloud-mismatch",
            "fedorgid-disabled",
            "orgrel-federation-info-mismatch",
        ],
    },
    Gate {
        title: "the servers answer",
        scope: Scope::One(Side::OnPrem),
        is_on: to_onprem,
        lints: &["service-not-running", "component-inactive"],
    },
    Gate {
        title: "Autodiscover accepts OAuth",
        scope: Scope::One(Side::OnPrem),
        is_on: |way| to_onprem(way) && oauth(way) && !way.is_direct,
        lints: &["autod-oauth-off"],
    },
    Gate {
        title: "Autodiscover accepts WS-Security",
        scope: Scope::One(Side::OnPrem),
        is_on: |way| to_onprem(way) && dauth(way) && !way.is_direct,
        lints: &["autod-wssecurity-off"],
    },
    Gate {
        title: "Autodiscover names a public EWS address",
        scope: Scope::One(Side::OnPrem),
        is_on: |way| to_onprem(way) && (oauth(way) || dauth(way)) && !way.is_direct,
        lints: &["ews-external-url-missing", "ews-external-url-shape", "casmailbox-external-blocked"],
    },
    Gate {
        title: "EWS accepts OAuth",
        scope: Scope::One(Side::OnPrem),
        is_on: |way| to_onprem(way) && oauth(way),
        lints: &["ews-oauth-off", "exchange-version-below-oauth"],
    },
    Gate {
        title: "EWS accepts WS-Security",
        scope: Scope::One(Side::OnPrem),
        is_on: |way| to_onprem(way) && dauth(way),
        lints: &["ews-wssecurity-off"],
    },
    Gate {
        title: "the servers trust the signature of the token",
        scope: Scope::One(Side::OnPrem),
        is_on: |way| to_onprem(way) && oauth(way),
        lints: &[
            "authserver-none",
            "authserver-acs-values",
            "authserver-disabled",
            "authserver-tenant-differs",
            "authserver-cloud-instance-mismatch",
        ],
    },
    Gate {
        title: "the token is for the host that the servers see",
        scope: Scope::Both,
        is_on: |way| to_onprem(way) && oauth(way),
        lints: &["ssl-offload-suspected", "extended-protection-with-ssl-offload", "spn-hostname-missing"],
    },
    Gate {
        title: "the application Exchange Online may act for users",
        scope: Scope::One(Side::OnPrem),
        is_on: |way| to_onprem(way) && oauth(way),
        lints: &[
            "partnerapp-missing",
            "partnerapp-disabled",
            "partnerapp-authserver",
            "partnerapp-linked-account-missing",
            "linked-account-no-roles",
            "linked-account-state",
        ],
    },
    Gate {
        title: "the user in the token is one object",
        scope: Scope::One(Side::OnPrem),
        is_on: |way| to_onprem(way) && oauth(way),
        lints: &["duplicate-identity"],
    },
    Gate {
        title: "the federation trust and its certificate are valid",
        scope: Scope::One(Side::OnPrem),
        is_on: dauth,
        lints: &[
            "fedtrust-missing",
            "fedtrust-token-issuer",
            "fedtrust-issuer-endpoints",
            "fedtrust-orgcert-expired",
            "fedtrust-issuer-cert-expired",
            "fedtrust-cert-not-on-server",
            "fedorgid-namespace-mismatch",
            "fedorgid-domain-missing",
            "fedorgid-trustlink-null",
        ],
    },
    Gate {
        title: "a relationship on-premises admits the requester",
        scope: Scope::One(Side::OnPrem),
        is_on: |way| to_onprem(way) && (oauth(way) || dauth(way)),
        lints: &[
            "requester-domain-not-authorised-onprem",
            "orgrel-missing-routing-domain",
            "orgrel-disabled",
            "orgrel-freebusy-disabled",
            "orgrel-freebusy-level-none",
            "orgrel-freebusy-scope-set",
        ],
    },
    Gate {
        title: "calendars on-premises show free/busy by Default",
        scope: Scope::One(Side::OnPrem),
        is_on: to_onprem,
        lints: &["calendar-default-no-access", "calendar-default-entry-missing"],
    },
    // From the organization's own servers to the cloud.
    Gate {
        title: "the servers send the request to Exchange Online",
        scope: Scope::One(Side::OnPrem),
        is_on: |way| to_cloud(way) && (oauth(way) || dauth(way)),
        lints: &[
            "ioc-discovery-endpoint-invalid",
            "ioc-discovery-endpoint-wssecurity",
            "onprem-ioc-endpoint-not-microsoft",
            "orgrel-autod-onprem-unexpected",
            "orgrel-autod-bad-shape",
            "orgrel-sharingepr-onprem-unexpected",
            "targetsharingepr-bad-shape",
            "hybrid-agent-url-on-onprem",
            "internet-web-proxy",
        ],
    },
    Gate {
        title: "the servers sign with a valid certificate",
        scope: Scope::One(Side::OnPrem),
        is_on: |way| to_cloud(way) && oauth(way),
        lints: &[
            "authconfig-thumbprint-empty",
            "authconfig-cert-not-found",
            "authconfig-cert-missing-on-server",
            "auth-cert-expired",
            "auth-cert-expiring",
            "auth-cert-invalid",
            "authconfig-servicename",
            "authconfig-realm",
        ],
    },
    Gate {
        title: "Entra knows that certificate",
        scope: Scope::Both,
        is_on: |way| to_cloud(way) && oauth(way),
        lints: &["auth-cert-not-in-entra"],
    },
    Gate {
        title: "the dedicated hybrid application is in use",
        scope: Scope::One(Side::OnPrem),
        is_on: |way| to_cloud(way) && oauth(way),
        lints: &[
            "dedicated-app-override-missing",
            "dedicated-app-override-off",
            "dedicated-app-override-duplicate",
            "setting-override-scoped",
            "setting-override-not-accepted",
            "dedicated-app-build-too-old",
            "evosts-missing",
            "evosts-appid-missing",
            "evosts-domainname-empty",
            "evosts-duplicate",
            "graph-override-alone",
            "graph-override-build",
            "graph-override-cloud",
        ],
    },
    Gate {
        title: "the servers get a delegation token for Exchange Online",
        scope: Scope::One(Side::OnPrem),
        is_on: |way| to_cloud(way) && dauth(way),
        lints: &["orgrel-apuri-onprem-unexpected", "orgrel-federation-info-mismatch", "fedorgid-disabled"],
    },
    Gate {
        title: "Exchange Online lets the request into EWS",
        scope: Scope::One(Side::Cloud),
        is_on: |way| to_cloud(way) && (oauth(way) || dauth(way)),
        lints: &["exo-ews-disabled", "exo-ews-appid-not-allowed", "exo-ews-policy-blocks-availability"],
    },
    Gate {
        title: "EWS of Exchange Online has not been retired",
        scope: Scope::Both,
        is_on: |way| to_cloud(way) && (oauth(way) || dauth(way)),
        lints: &["exo-ews-shutdown", "dauth-outlives-ews"],
    },
    Gate {
        title: "a relationship in Exchange Online admits the requester",
        scope: Scope::One(Side::Cloud),
        is_on: |way| to_cloud(way) && dauth(way),
        lints: &[
            "requester-domain-not-authorised-cloud",
            "orgrel-disabled",
            "orgrel-freebusy-disabled",
            "orgrel-freebusy-level-none",
            "orgrel-freebusy-scope-set",
        ],
    },
    Gate {
        title: "calendars in Exchange Online show free/busy by Default",
        scope: Scope::One(Side::Cloud),
        is_on: to_cloud,
        lints: &["calendar-default-no-access", "calendar-default-entry-missing"],
    },
];
