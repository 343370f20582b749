//! An invented organization: what the Hybrid Configuration Wizard leaves, to be spoilt by a test.

use std::collections::BTreeMap;

use freebusy_lint::diagnostic::InputStatus;
use serde_json::{Value, json};

use crate::support::judge::{Judged, judge};

pub(crate) const DAY: &str = "2026-11-23";
pub(crate) const ROUTING: &str = "contoso.mail.onmicrosoft.com";
pub(crate) const TENANT: &str = "1c9d4a37-52e8-4b0f-9a66-7d0c35f1b2e4";
pub(crate) const AUTODISCOVER: &str = "https://autodiscover-s.outlook.com/autodiscover/autodiscover.svc";
pub(crate) const THUMBPRINT: &str = "0123456789ABCDEF0123456789ABCDEF01234567";

/// Exports of an invented organization, by side and cmdlet.
#[derive(Clone)]
pub(crate) struct Exports(pub(crate) BTreeMap<&'static str, Value>);

impl Exports {
    pub(crate) fn none() -> Self {
        Self(BTreeMap::new())
    }

    /// A hybrid whose connectors and relationships are right, before it is said which of them are in use.
    pub(crate) fn hybrid() -> Self {
        let domains = json!([
            { "Name": "contoso.com", "DomainName": "contoso.com", "MatchSubDomains": false,
                "IsCoexistenceDomain": false },
            { "Name": ROUTING, "DomainName": ROUTING, "MatchSubDomains": false, "IsCoexistenceDomain": true },
        ]);
        Self::none()
            .with("onprem/Get-AcceptedDomain", domains.clone())
            .with("cloud/Get-AcceptedDomain", domains)
            .with(
                "onprem/Get-HybridConfiguration",
                json!([{ "Domains": ["contoso.com"], "Features": ["FreeBusy", "Mailtips"],
                    "ServiceInstance": 0 }]),
            )
            .with("onprem/Get-OrganizationRelationship", json!([to_cloud()]))
            .with("cloud/Get-OrganizationRelationship", json!([to_onprem()]))
            .with("onprem/Get-AvailabilityAddressSpace", json!([]))
            .with("cloud/Get-AvailabilityAddressSpace", json!([]))
    }

    /// OAuth in both directions.
    pub(crate) fn oauth() -> Self {
        Self::hybrid()
            .with(
                "onprem/Get-IntraOrganizationConnector",
                json!([{ "Name": "HybridIOC - on-premises", "Enabled": true,
                    "TargetAddressDomains": [ROUTING], "DiscoveryEndpoint": AUTODISCOVER }]),
            )
            .with(
                "cloud/Get-IntraOrganizationConnector",
                json!([{ "Name": "HybridIOC - cloud", "Enabled": true,
                    "TargetAddressDomains": ["contoso.com"], "TargetSharingEpr": null,
                    "DiscoveryEndpoint": "https://mail.contoso.com/autodiscover/autodiscover.svc" }]),
            )
    }

    /// Relationships and federation in both directions.
    pub(crate) fn dauth() -> Self {
        Self::hybrid()
            .with("onprem/Get-IntraOrganizationConnector", json!([]))
            .with("cloud/Get-IntraOrganizationConnector", json!([]))
            .with("onprem/Get-FederationTrust", json!([trust()]))
            .with(
                "cloud/Get-FederationTrust",
                json!([{ "Name": "MicrosoftOnline", "ApplicationIdentifier": "260563" }]),
            )
            .with(
                "onprem/Get-FederatedOrganizationIdentifier",
                json!([{ "AccountNamespace": "FYDIBOHF25SPDLT.contoso.com",
                    "Domains": ["FYDIBOHF25SPDLT.contoso.com", "contoso.com"],
                    "Enabled": true, "DelegationTrustLink": "Microsoft Federation Gateway" }]),
            )
            .with(
                "cloud/Get-FederatedOrganizationIdentifier",
                json!([{ "AccountNamespace": ROUTING, "Domains": [ROUTING], "Enabled": true,
                    "DelegationTrustLink": "MicrosoftOnline" }]),
            )
    }

    /// With another export, or another in place of it.
    pub(crate) fn with(mut self, export: &'static str, objects: Value) -> Self {
        self.0.insert(export, objects);
        self
    }

    /// With another value in each object of an export.
    pub(crate) fn set(mut self, export: &'static str, property: &str, value: Value) -> Self {
        for object in self.0.get_mut(export).unwrap().as_array_mut().unwrap() {
            object[property] = value.clone();
        }
        self
    }

    #[track_caller]
    pub(crate) fn judge(&self) -> Judged {
        self.judge_on(DAY)
    }

    #[track_caller]
    pub(crate) fn judge_on(&self, day: &str) -> Judged {
        let judged = judge(day, |ingest| {
            for (name, objects) in &self.0 {
                ingest.read(&format!("{name}.json"), None, objects.to_string().as_bytes());
            }
        });
        let problems: Vec<&str> = judged.problems.iter().map(|problem| problem.message.as_str()).collect();
        assert!(problems.is_empty(), "{problems:?}");
        for input in &judged.inputs {
            let is_read = matches!(input.status, InputStatus::Read | InputStatus::Empty);
            assert!(is_read && input.unrecognized == 0, "{}: {:?}", input.path, input.status);
        }
        judged
    }
}

/// The relationship of on-premises with the cloud, as the wizard leaves it.
pub(crate) fn to_cloud() -> Value {
    json!({
        "Name": "On-premises to O365 - 1", "Enabled": true, "DomainNames": [ROUTING],
        "FreeBusyAccessEnabled": true, "FreeBusyAccessLevel": "LimitedDetails", "FreeBusyAccessScope": null,
        "TargetApplicationUri": "outlook.com", "TargetAutodiscoverEpr": format!("{AUTODISCOVER}/WSSecurity"),
        "TargetSharingEpr": null, "TargetOwaURL": "https://outlook.office.com/mail",
    })
}

/// The relationship of the cloud with on-premises, as the wizard leaves it.
pub(crate) fn to_onprem() -> Value {
    json!({
        "Name": "O365 to On-premises - 1", "Enabled": true, "DomainNames": ["contoso.com"],
        "FreeBusyAccessEnabled": true, "FreeBusyAccessLevel": "LimitedDetails", "FreeBusyAccessScope": null,
        "TargetApplicationUri": "FYDIBOHF25SPDLT.contoso.com",
        "TargetAutodiscoverEpr": "https://mail.contoso.com/autodiscover/autodiscover.svc/WSSecurity",
        "TargetSharingEpr": null, "TargetOwaURL": "https://mail.contoso.com/owa",
    })
}

pub(crate) fn trust() -> Value {
    json!({
        "Name": "Microsoft Federation Gateway", "ApplicationUri": "FYDIBOHF25SPDLT.contoso.com",
        "TokenIssuerUri": "urn:federation:MicrosoftOnline",
        "TokenIssuerEpr": "https://login.microsoftonline.com/extSTS.srf",
        "TokenIssuerMetadataEpr": "https://nexus.microsoftonline-p.com/FederationMetadata/2006-12/FederationMetadata.xml",
        "OrgPrivCertificate": THUMBPRINT, "OrgCertificate": { "NotAfter": "2030-01-31T12:00:00Z" },
        "TokenIssuerCertificate": { "NotAfter": "2030-01-31T12:00:00Z" }, "TokenIssuerPrevCertificate": null,
    })
}

/// The virtual directories of a server whose authentication methods are all on or all off.
pub(crate) fn directory(server: &str, name: &str, on: bool) -> Value {
    let methods: &[&str] = if on { &["Ntlm", "WindowsIntegrated", "WSSecurity", "OAuth"] } else { &["Ntlm"] };
    json!({
        "Identity": format!("{server}\\{name} (Default Web Site)"),
        "Name": format!("{name} (Default Web Site)"), "Server": server,
        "WSSecurityAuthentication": on, "OAuthAuthentication": on, "WindowsAuthentication": on,
        "InternalAuthenticationMethods": methods, "ExternalAuthenticationMethods": methods,
        "ExternalUrl": "https://mail.contoso.com/EWS/Exchange.asmx",
        "InternalUrl": format!("https://{server}.contoso.com/EWS/Exchange.asmx"),
    })
}

pub(crate) fn evosts() -> Value {
    json!({
        "Name": format!("EvoSts - {TENANT}"), "Type": "AzureAD", "Enabled": true, "Realm": TENANT,
        "DomainName": [ROUTING],
        "ApplicationIdentifier": "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
        "IsDefaultAuthorizationEndpoint": true,
        "IssuerIdentifier": format!("https://sts.windows.net/{TENANT}/"),
        "TokenIssuingEndpoint": "https://login.microsoftonline.com/common/oauth2/token",
        "AuthMetadataUrl": format!("https://login.microsoftonline.com/{TENANT}/federationmetadata/2007-06/federationmetadata.xml"),
    })
}

pub(crate) fn acs(name: &str) -> Value {
    json!({
        "Name": name, "Type": "MicrosoftACS", "Enabled": true, "Realm": TENANT, "DomainName": [ROUTING],
        "ApplicationIdentifier": null, "IsDefaultAuthorizationEndpoint": false,
        "IssuerIdentifier": "00000001-0000-0000-c000-000000000000",
        "TokenIssuingEndpoint": format!("https://accounts.accesscontrol.windows.net/{TENANT}/tokens/OAuth/2"),
        "AuthMetadataUrl": format!("https://accounts.accesscontrol.windows.net/{TENANT}/metadata/json/1"),
    })
}

pub(crate) fn partner(realm: Value) -> Value {
    json!({
        "Name": "Exchange Online", "ApplicationIdentifier": "00000002-0000-0ff1-ce00-000000000000",
        "Enabled": true,
        "Realm": realm, "AuthMetadataUrl": null, "UseAuthServer": true,
        "LinkedAccount": "contoso.com/Users/Exchange Online-ApplicationAccount",
    })
}

pub(crate) fn third_party_override(parameters: &[&str]) -> Value {
    json!([{
        "Name": "EnableExchangeHybrid3PAppFeature", "ComponentName": "Global",
        "SectionName": "ExchangeOnpremAsThirdPartyAppId",
        "Parameters": parameters, "Status": "Accepted", "Server": null, "MinVersion": null,
        "MaxVersion": null, "FixVersion": null,
    }])
}

/// A room that books for everybody, as a new one does.
pub(crate) fn room() -> Value {
    json!({
        "Identity": "contoso.com/Rooms/Room 1", "AutomateProcessing": "AutoAccept", "ResourceDelegates": [],
        "AllBookInPolicy": true, "AllRequestInPolicy": false, "AllRequestOutOfPolicy": false,
        "BookInPolicy": [], "RequestInPolicy": [], "RequestOutOfPolicy": [],
        "ForwardRequestsToDelegates": true, "AddNewRequestsTentatively": true,
    })
}

/// An object with other values.
pub(crate) fn but(mut object: Value, values: Value) -> Value {
    object.as_object_mut().unwrap().extend(values.as_object().unwrap().clone());
    object
}

/// The authorization configuration with a certificate on some of three servers.
pub(crate) fn certificates(holders: &[&str], certificate: &Value) -> Exports {
    let servers = ["EX01", "EX02", "EX03"];
    let server = |name: &&str| {
        json!({
            "Name": name, "Fqdn": format!("{name}.contoso.com"),
            "AdminDisplayVersion": "Version 15.2 (Build 2562.17)", "ServerRole": "Mailbox",
            "IsClientAccessServer": true, "IsMailboxServer": true, "IsEdgeServer": false,
            "Edition": "Enterprise",
        })
    };
    let held = holders.iter().map(|name| but(certificate.clone(), json!({ "Server": name })));
    // What every server has besides.
    let own = servers.map(|name| {
        json!({ "Thumbprint": "AB".repeat(20), "Subject": format!("CN={name}"),
            "Issuer": format!("CN={name}"), "NotAfter": "2031-01-31T12:00:00Z",
            "Services": ["SMTP"], "Server": name, "HasPrivateKey": true, "Status": "Valid",
            "CertificateDomains": [name] })
    });
    Exports::oauth()
        .with("onprem/Get-ExchangeServer", servers.iter().map(server).collect())
        .with("onprem/Get-ExchangeCertificate", own.into_iter().chain(held).collect())
        .with(
            "onprem/Get-AuthConfig",
            json!([{ "Name": "Auth Configuration", "CurrentCertificateThumbprint": THUMBPRINT,
                "NextCertificateThumbprint": "", "PreviousCertificateThumbprint": "",
                "NextCertificateEffectiveDate": null,
                "ServiceName": "00000002-0000-0ff1-ce00-000000000000", "Realm": "" }]),
        )
}

/// A certificate that signs tokens and ends at noon of the day judged by.
pub(crate) fn ends_today() -> Value {
    json!({
        "Thumbprint": THUMBPRINT, "Subject": "CN=Microsoft Exchange Server Auth Certificate",
        "Issuer": "CN=Microsoft Exchange Server Auth Certificate",
        "NotAfter": format!("{DAY}T12:00:00Z"), "Services": ["SMTP"], "HasPrivateKey": true,
        "Status": "Valid", "CertificateDomains": [],
    })
}
