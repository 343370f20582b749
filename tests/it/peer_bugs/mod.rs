//! Faults that another checker of the same configuration misses, invents or reports wrongly, each as the smallest
//! export that shows it. `table.tsv` lists all that are known, by the numbers of `peer-checks.md`, and says why
//! some concern no check of exports.

#![expect(clippy::panic, clippy::unwrap_used, reason = "tests fail by panicking")]

mod exports;

use std::collections::BTreeSet;

use exports::{
    AUTODISCOVER, DAY, Exports, ROUTING, TENANT, acs, but, certificates, directory, ends_today, evosts,
    partner, room, third_party_override, to_cloud, trust,
};
use freebusy_lint::diagnostic::Diagnostic;
use freebusy_lint::diagnostic::Outcome::{Failed, NotApplicable, Passed, Unknown};
use freebusy_lint::diagnostic::Severity::{Error, Info, Warning};
use serde_json::{Value, json};

use crate::support::judge::{Judged, object};

/// The only finding of a lint.
#[track_caller]
fn only<'a>(judged: &'a Judged, lint: &'a str) -> &'a Diagnostic {
    let [finding] = judged.of(lint).collect::<Vec<_>>()[..] else { panic!("{:?}", judged.found(lint)) };
    finding
}

/// What a finding underlines.
fn underlined(finding: &Diagnostic) -> Vec<&str> {
    finding.labels.iter().map(|label| label.value()).collect()
}

// Paths and relationships

#[test]
fn p01_settings_of_a_way_that_is_not_used_are_information() {
    let broken = |exports: Exports| {
        let exports = exports
            .with(
                "onprem/Get-FederationTrust",
                json!([but(trust(), json!({ "TokenIssuerUri": "uri:WindowsLiveID" }))]),
            )
            .with("onprem/Get-WebServicesVirtualDirectory", json!([directory("EX01", "EWS", true)]))
            .set("onprem/Get-WebServicesVirtualDirectory", "WSSecurityAuthentication", json!(false))
            .set("onprem/Get-OrganizationRelationship", "FreeBusyAccessLevel", json!("None"))
            .judge();
        ["fedtrust-token-issuer", "ews-wssecurity-off", "orgrel-freebusy-level-none"]
            .map(|lint| only(&exports, lint).severity)
    };
    assert_eq!(broken(Exports::oauth()), [Info; 3]);
    assert_eq!(broken(Exports::dauth()), [Error; 3]);
}

#[test]
fn p02_the_usual_addresses_of_outlook_on_the_web_are_right_and_others_are_told() {
    let lint = "orgrel-owaurl-unexpected";
    let with =
        |url: Value| Exports::oauth().set("onprem/Get-OrganizationRelationship", "TargetOwaURL", url).judge();
    for url in [
        "https://outlook.office.com/mail",
        "http://outlook.com/owa/contoso.com",
        "https://outlook.office365.com/owa/",
        "",
    ] {
        with(json!(url)).expect(&[lint], Passed);
    }
    with(Value::Null).expect(&[lint], Passed);
    let judged = with(json!("https://mail.contoso.com/owa"));
    assert_eq!(underlined(only(&judged, lint)), ["https://mail.contoso.com/owa"]);
}

#[test]
fn p03_lists_of_domains_are_compared_with_what_does_not_come_from_them() {
    let judged = Exports::oauth()
        .set("onprem/Get-OrganizationRelationship", "DomainNames", json!(["fabrikam.com"]))
        .set("onprem/Get-IntraOrganizationConnector", "TargetAddressDomains", json!(["fabrikam.com"]))
        .with(
            "cloud/Get-IntraOrganizationConfiguration",
            json!([{ "Name": "a", "OnPremiseTargetAddresses": ["fabrikam.com"],
                "OnPremiseDiscoveryEndpoint": null }]),
        )
        .with("onprem/Get-PartnerApplication", json!([partner(json!("contoso.com"))]))
        .judge();
    assert_eq!(judged.found("no-path-onprem-to-cloud").len(), 1);
    judged.expect(
        &["orgrel-missing-routing-domain", "ioc-missing-routing-domain", "ioc-config-domains-missing"],
        Failed,
    );
    assert_eq!(judged.found("partnerapp-authserver"), [(Warning, "Exchange Online")]);
}

#[test]
fn p12_without_connector_and_relationship_there_is_no_path() {
    let nothing = Exports::oauth()
        .with("onprem/Get-IntraOrganizationConnector", json!([]))
        .with("onprem/Get-OrganizationRelationship", json!([]));
    let judged = nothing.judge();
    assert_eq!(only(&judged, "no-path-onprem-to-cloud").severity, Error);
    judged.expect(&["onprem-ioc-endpoint-not-microsoft", "dedicated-app-override-missing"], NotApplicable);
    // What was not exported is no absence.
    let mut exports = nothing;
    exports.0.remove("onprem/Get-IntraOrganizationConnector");
    exports.judge().expect(&["no-path-onprem-to-cloud"], Unknown);
}

#[test]
fn p13_every_endpoint_of_the_cloud_in_use_is_right() {
    let endpoint = |routing: &str, host: &str| {
        let mut exports = Exports::oauth();
        let other =
            |value: &Value| serde_json::from_str(&value.to_string().replace(ROUTING, routing)).unwrap();
        exports.0.values_mut().for_each(|value| *value = other(value));
        let url = format!("https://{host}/autodiscover/autodiscover.svc");
        exports.set("onprem/Get-IntraOrganizationConnector", "DiscoveryEndpoint", json!(url)).judge()
    };
    let lints = [
        "onprem-ioc-endpoint-not-microsoft",
        "ioc-discovery-endpoint-invalid",
        "ioc-discovery-endpoint-wssecurity",
    ];
    for (routing, host) in [
        (ROUTING, "autodiscover-s.outlook.com"),
        (ROUTING, "outlook.office365.com"),
        (ROUTING, "Outlook.Office365.com"),
        ("contoso.mail.onmicrosoft.us", "autodiscover-s.office365.us"),
        ("contoso.mail.onmicrosoft.us", "autodiscover-s-dod.office365.us"),
        ("contoso.mail.partner.onmschina.cn", "autodiscover-s.partner.outlook.cn"),
    ] {
        endpoint(routing, host).expect(&lints, Passed);
    }
    let lint = "onprem-ioc-endpoint-not-microsoft";
    assert_eq!(only(&endpoint(ROUTING, "mail.contoso.com"), lint).severity, Error);
    assert_eq!(
        only(&endpoint("contoso.mail.onmicrosoft.us", "autodiscover-s.outlook.com"), lint).severity,
        Warning
    );
}

#[test]
fn p21_what_the_cloud_lacks_is_a_failure() {
    let judged = Exports::dauth()
        .set("cloud/Get-OrganizationRelationship", "DomainNames", json!(["fabrikam.com"]))
        .judge();
    assert_eq!(only(&judged, "no-path-cloud-to-onprem").severity, Error);
    assert_eq!(only(&judged, "requester-domain-not-authorised-cloud").severity, Error);
    assert_eq!(only(&judged, "accepted-domain-not-covered").severity, Error);
    let judged =
        Exports::dauth().set("cloud/Get-FederatedOrganizationIdentifier", "Enabled", json!(false)).judge();
    assert_eq!(only(&judged, "fedorgid-disabled").severity, Error);
}

#[test]
fn p22_nothing_does_not_equal_nothing() {
    let mut exports = Exports::dauth()
        .set("cloud/Get-OrganizationRelationship", "TargetApplicationUri", Value::Null)
        .set("cloud/Get-OrganizationRelationship", "TargetAutodiscoverEpr", Value::Null);
    let judged = exports.judge();
    assert_eq!(judged.found("dauth-fallback-unusable"), [(Error, "O365 to On-premises - 1"); 2]);
    // The other half of the comparisons was not exported.
    exports.0.remove("onprem/Get-FederatedOrganizationIdentifier");
    let judged = exports.judge();
    judged.expect(&["orgrel-apuri-cloud-mismatch", "orgrel-federation-info-mismatch"], Unknown);
    let mut exports = Exports::dauth();
    exports.0.remove("onprem/Get-FederatedOrganizationIdentifier");
    exports.judge().expect(&["orgrel-apuri-cloud-mismatch", "orgrel-federation-info-mismatch"], Unknown);
}

#[test]
fn p26_domains_are_those_of_the_configuration_and_not_of_a_sampled_mailbox() {
    for exports in [Exports::oauth(), Exports::dauth()] {
        let judged = exports.judge();
        judged.expect(
            &["no-path-onprem-to-cloud", "no-path-cloud-to-onprem", "orgrel-missing-routing-domain"],
            Passed,
        );
    }
}

#[test]
fn p36_relationships_with_partners_are_left_alone() {
    let to_partner = but(
        to_cloud(),
        json!({ "Name": "Fabrikam", "DomainNames": ["fabrikam.com", "fabrikam.mail.onmicrosoft.com"] }),
    );
    let judged =
        Exports::dauth().with("onprem/Get-OrganizationRelationship", json!([to_partner, to_cloud()])).judge();
    assert_eq!(judged.found("orgrel-sharingepr-onprem-recommended"), [(Info, "On-premises to O365 - 1")]);
    assert!(judged.findings.iter().all(|finding| object(finding) != "Fabrikam"));
}

// Federation

#[test]
fn p04_the_certificate_of_the_gateway_is_compared_by_date() {
    let lint = "fedtrust-issuer-cert-expired";
    let with = |not_after: &str| {
        let certificate = json!({ "NotAfter": not_after });
        Exports::dauth().set("onprem/Get-FederationTrust", "TokenIssuerCertificate", certificate)
    };
    // Days whose names begin with letters before and after that of the day judged by.
    for expired in
        ["2026-11-22T23:59:59Z", "2026-11-20T12:00:00Z", "2019-01-01T00:00:00Z", "/Date(1790000000000)/"]
    {
        assert_eq!(only(&with(expired).judge(), lint).severity, Error, "{expired}");
    }
    for valid in
        ["2026-11-23T00:00:01Z", "2026-11-24T12:00:00Z", "2030-01-01T00:00:00Z", "/Date(1900000000000)/"]
    {
        with(valid).judge().expect(&[lint], Passed);
    }
    // The previous one was never looked at.
    let previous = json!({ "NotAfter": "2027-01-31T12:00:00Z" });
    let judged = with("2026-11-20T12:00:00Z")
        .set("onprem/Get-FederationTrust", "TokenIssuerPrevCertificate", previous)
        .judge();
    assert_eq!(only(&judged, lint).severity, Warning);
}

#[test]
fn p05_the_application_uri_may_have_any_accepted_domain() {
    let lint = "fedtrust-apuri-shape";
    let with =
        |uri: &str| Exports::dauth().set("onprem/Get-FederationTrust", "ApplicationUri", json!(uri)).judge();
    for domain in ["contoso.com", ROUTING] {
        with(&format!("FYDIBOHF25SPDLT.{domain}")).expect(&[lint], Passed);
    }
    let judged = with("FYDIBOHF25SPDLT.fabrikam.com");
    let finding = only(&judged, lint);
    assert_eq!(finding.severity, Warning);
    assert!(
        finding.message.ends_with("whose domain is not an accepted domain on-premises"),
        "{}",
        finding.message
    );
    // That it differs from the AccountNamespace is what breaks requests.
    judged.expect(&["fedorgid-namespace-mismatch"], Failed);
}

#[test]
fn p06_what_is_wrong_with_the_token_issuer_is_in_the_report() {
    let judged = Exports::dauth()
        .set("onprem/Get-FederationTrust", "TokenIssuerUri", json!("uri:WindowsLiveID"))
        .judge();
    let finding = only(&judged, "fedtrust-token-issuer");
    assert_eq!(
        finding.message,
        "Microsoft Federation Gateway has TokenIssuerUri uri:WindowsLiveID, expected urn:federation:MicrosoftOnline"
    );
    assert_eq!(underlined(finding), ["uri:WindowsLiveID"]);
}

#[test]
fn p07_what_the_other_side_publishes_is_in_the_report() {
    let judged = Exports::dauth()
        .with(
            "onprem/Get-FederationInformation",
            json!([{ "DomainNames": [ROUTING], "TargetApplicationUri": "outlook.com",
                "TokenIssuerUris": ["urn:federation:MicrosoftOnline"],
                     "TargetAutodiscoverEpr": format!("{AUTODISCOVER}/WSSecurity") }]),
        )
        .set("onprem/Get-OrganizationRelationship", "TargetApplicationUri", json!("outlook.example"))
        .with("cloud/Get-FederationInformation", json!([]))
        .judge();
    let finding = only(&judged, "orgrel-federation-info-mismatch");
    assert_eq!(finding.severity, Error);
    assert!(
        finding
            .message
            .ends_with("TargetApplicationUri outlook.example, the other side publishes outlook.com"),
        "{}",
        finding.message
    );
    assert_eq!(underlined(finding), ["outlook.example", "outlook.com"]);
}

#[test]
fn p25_results_of_a_test_are_found_by_what_they_are_and_not_by_their_place() {
    let lint = "test-organizationrelationship-error";
    let row = |id: &str, status: &str, description: &str| {
        json!({ "Id": id, "Status": status,
        "Description": description, "Relationship": "On-premises to O365 - 1" })
    };
    let success = row("", "", "No Significant Issues to Report");
    let step = row("", "", "Schritt 3 von 4");
    let judge = |rows: &[&Value]| {
        Exports::dauth()
            .with("onprem/Test-OrganizationRelationship", json!(rows))
            .with("cloud/Test-OrganizationRelationship", json!([]))
            .judge()
    };
    judge(&[&success]).expect(&[lint], Passed);
    judge(&[&step, &step, &success, &step]).expect(&[lint], Passed);
    let error = row("ApplicationUrisDiffer", "Error", "Die Anwendungs-URIs stimmen nicht überein");
    for rows in [[&error, &step, &step], [&step, &step, &error]] {
        assert_eq!(only(&judge(&rows), lint).severity, Error);
    }
}

// Virtual directories and address spaces

#[test]
fn p08_every_virtual_directory_must_pass() {
    let directories = |name: &str| {
        json!([directory("EX01", name, true), directory("EX02", name, false), directory("EX03", name, true)])
    };
    for (exports, lints) in [
        (Exports::oauth(), ["ews-oauth-off", "autod-oauth-off"]),
        (Exports::dauth(), ["ews-wssecurity-off", "autod-wssecurity-off"]),
    ] {
        let judged = exports
            .with("onprem/Get-WebServicesVirtualDirectory", directories("EWS"))
            .with("onprem/Get-AutodiscoverVirtualDirectory", directories("Autodiscover"))
            .judge();
        let names = ["EX02\\EWS (Default Web Site)", "EX02\\Autodiscover (Default Web Site)"];
        for (lint, name) in lints.into_iter().zip(names) {
            assert_eq!(judged.found(lint), [(Error, name)]);
        }
        let mut windows = judged.found("vdir-windows-auth-off");
        windows.sort_unstable();
        assert_eq!(windows, [(Info, names[1]), (Info, names[0])]);
    }
    // One list that lacks the method is enough, too.
    let judged = Exports::oauth()
        .with(
            "onprem/Get-WebServicesVirtualDirectory",
            json!([
                directory("EX01", "EWS", true),
                but(
                    directory("EX02", "EWS", true),
                    json!({ "ExternalAuthenticationMethods": ["Ntlm", "WSSecurity"] })
                ),
            ]),
        )
        .judge();
    assert_eq!(judged.found("vdir-auth-methods-inconsistent"), [(Warning, "EX02\\EWS (Default Web Site)")]);
}

#[test]
fn p09_a_failure_never_looks_like_success() {
    let off = json!([directory("EX01", "EWS", false)]);
    let judged = Exports::dauth()
        .with("onprem/Get-WebServicesVirtualDirectory", off)
        .with("onprem/Get-AutodiscoverVirtualDirectory", json!([directory("EX01", "Autodiscover", false)]))
        .judge();
    judged.expect(&["ews-wssecurity-off", "autod-wssecurity-off", "vdir-windows-auth-off"], Failed);
    let judged = Exports::oauth()
        .with("onprem/Get-PartnerApplication", json!([partner(json!(""))]))
        .set("onprem/Get-PartnerApplication", "Enabled", json!(false))
        .set("onprem/Get-PartnerApplication", "UseAuthServer", json!(false))
        .set("onprem/Get-PartnerApplication", "AuthMetadataUrl", json!("https://a.example/metadata"))
        .set("onprem/Get-PartnerApplication", "LinkedAccount", Value::Null)
        .judge();
    assert_eq!(judged.found("partnerapp-disabled"), [(Error, "Exchange Online")]);
    assert_eq!(judged.found("partnerapp-linked-account-missing"), [(Error, "Exchange Online")]);
    assert_eq!(judged.found("partnerapp-authserver"), [(Warning, "Exchange Online"); 2]);
}

#[test]
fn p10_a_failure_of_web_services_names_and_underlines_their_directory() {
    let judged = Exports::dauth()
        .with("onprem/Get-AutodiscoverVirtualDirectory", json!([directory("EX09", "Autodiscover", true)]))
        .with("onprem/Get-WebServicesVirtualDirectory", json!([directory("EX01", "EWS", false)]))
        .judge();
    for lint in ["ews-wssecurity-off", "ews-oauth-off"] {
        let finding = only(&judged, lint);
        let subject = finding.finding().unwrap().subject.as_ref().unwrap();
        assert_eq!(subject.cmdlet, "Get-WebServicesVirtualDirectory");
        assert_eq!(object(finding), "EX01\\EWS (Default Web Site)");
        assert_eq!(underlined(finding), ["false"]);
    }
    judged.expect(&["autod-wssecurity-off", "autod-oauth-off"], Passed);
}

#[test]
fn p11_the_address_of_a_proxy_is_looked_for_on_all_servers() {
    let lint = "aas-proxyurl-stale";
    let with = |url: &str| {
        Exports::oauth()
            .with("onprem/Get-WebServicesVirtualDirectory", json!([
                but(directory("EX01", "EWS", true), json!({ "ExternalUrl": "https://north.contoso.com/EWS/Exchange.asmx" })),
                but(directory("EX02", "EWS", true), json!({ "ExternalUrl": "https://south.contoso.com/EWS/Exchange.asmx" })),
            ]))
            .with("onprem/Get-AvailabilityAddressSpace", json!([{
                "Identity": ROUTING, "Name": ROUTING, "ForestName": ROUTING, "AccessMethod": "InternalProxy",
                "ProxyUrl": url, "UserName": null, "UseServiceAccount": true,
            }]))
            .judge()
    };
    for host in ["north", "south", "SOUTH"] {
        with(&format!("https://{host}.contoso.com/EWS/Exchange.asmx")).expect(&[lint], Passed);
    }
    assert_eq!(only(&with("https://west.contoso.com/EWS/Exchange.asmx"), lint).severity, Info);
}

#[test]
fn p29_each_value_is_reported_as_itself() {
    let judged = Exports::oauth()
        .with("onprem/Get-WebServicesVirtualDirectory", json!([directory("EX01", "EWS", true)]))
        .with(
            "onprem/Get-AvailabilityAddressSpace",
            json!([{
                "Identity": ROUTING, "Name": ROUTING, "ForestName": ROUTING, "AccessMethod": "InternalProxy",
                "ProxyUrl": "https://mail.contoso.com/EWS/Exchange.asmx", "UserName": "CONTOSO\\lookup",
                "UseServiceAccount": true,
            }]),
        )
        .judge();
    assert_eq!(underlined(only(&judged, "aas-proxyurl-stale")), ["CONTOSO\\\\lookup"]);

    let old = "https://old.contoso.com/autodiscover/autodiscover.svc/WSSecurity";
    let judged = Exports::dauth()
        .set("cloud/Get-OrganizationRelationship", "TargetAutodiscoverEpr", json!(old))
        .with(
            "cloud/Get-FederationInformation",
            json!([{ "DomainNames": ["contoso.com"], "TargetApplicationUri": "FYDIBOHF25SPDLT.contoso.com",
                "TokenIssuerUris": ["urn:federation:MicrosoftOnline"],
                     "TargetAutodiscoverEpr": "https://mail.contoso.com/autodiscover/autodiscover.svc/WSSecurity" }]),
        )
        .with("onprem/Get-FederationInformation", json!([]))
        .judge();
    let finding = only(&judged, "orgrel-federation-info-mismatch");
    assert_eq!(
        underlined(finding),
        [old, "https://mail.contoso.com/autodiscover/autodiscover.svc/WSSecurity",]
    );

    let judged = Exports::oauth()
        .with(
            "onprem/Get-PartnerApplication",
            json!([but(partner(json!("")), json!({ "AuthMetadataUrl": "https://a.example/metadata" }))]),
        )
        .judge();
    assert_eq!(underlined(only(&judged, "partnerapp-authserver")), ["https://a.example/metadata"]);
}

// OAuth

#[test]
fn p14_authorization_servers_are_known_by_their_type() {
    let lints = ["authserver-none", "authserver-disabled", "authserver-acs-values"];
    let with = |servers: Value| {
        Exports::oauth()
            .with("onprem/Get-AuthServer", servers)
            .with("onprem/Get-SettingOverride", third_party_override(&["Enabled=true"]))
            .judge()
    };
    // What issues tokens today is enough.
    let judged = with(json!([evosts()]));
    judged.expect(&["authserver-none", "authserver-disabled", "evosts-missing"], Passed);
    judged.expect(&["authserver-acs-values"], NotApplicable);
    // The old one has the name of the wizard, or that of the manual.
    for name in ["WindowsAzureACS", "ACS - 1c9d4a37-52e8-4b0f-9a66-7d0c35f1b2e4", "acs"] {
        with(json!([evosts(), acs(name)])).expect(&lints, Passed);
        let judged = with(json!([evosts(), but(acs(name), json!({ "IssuerIdentifier": "contoso" }))]));
        assert_eq!(judged.found("authserver-acs-values"), [(Error, name)]);
    }
}

#[test]
fn p15_the_address_of_metadata_is_not_that_of_tokens() {
    let lint = "authserver-acs-values";
    let with = |property: &str, url: String| {
        let server = but(acs("WindowsAzureACS"), json!({ property: url }));
        Exports::oauth().with("onprem/Get-AuthServer", json!([evosts(), server])).judge()
    };
    let [tokens, metadata] = ["tokens/OAuth/2", "metadata/json/1"]
        .map(|path| format!("https://accounts.accesscontrol.windows.net/{TENANT}/{path}"));
    with("AuthMetadataUrl", metadata.clone()).expect(&[lint], Passed);
    assert_eq!(underlined(only(&with("AuthMetadataUrl", tokens.clone()), lint)), [tokens.as_str()]);
    assert_eq!(underlined(only(&with("TokenIssuingEndpoint", metadata.clone()), lint)), [metadata.as_str()]);
}

#[test]
fn p16_a_realm_that_is_null_is_blank() {
    for realm in [Value::Null, json!("")] {
        let judged = Exports::oauth().with("onprem/Get-PartnerApplication", json!([partner(realm)])).judge();
        judged.expect(
            &["partnerapp-missing", "partnerapp-disabled", "partnerapp-authserver", "partnerapp-duplicate"],
            Passed,
        );
    }
    let twice =
        json!([partner(Value::Null), but(partner(json!("")), json!({ "Name": "Exchange Online 2" }))]);
    Exports::oauth()
        .with("onprem/Get-PartnerApplication", twice)
        .judge()
        .expect(&["partnerapp-duplicate"], Failed);
}

#[test]
fn p17_every_role_that_the_linked_account_lacks_is_told() {
    let with = |lacking: &[&str]| {
        let roles = [
            "UserApplication",
            "ArchiveApplication",
            "LegalHoldApplication",
            "Mailbox Search",
            "TeamMailboxLifecycleApplication",
            "MailboxSearchApplication",
            "MeetingGraphApplication",
        ];
        let rows: Vec<Value> = roles.iter().filter(|role| !lacking.contains(role)).map(|role| json!({
            "Name": format!("{role}-Exchange Online-ApplicationAccount"), "Role": role, "Enabled": true,
            "RoleAssigneeName": "Exchange Online-ApplicationAccount", "RoleAssigneeType": "User",
            "RoleAssignmentDelegationType": "Regular",
        })).collect();
        Exports::oauth()
            .with("onprem/Get-ManagementRoleAssignment", json!(rows))
            .with("onprem/Get-PartnerApplication", json!([partner(Value::Null)]))
            .judge()
    };
    with(&[]).expect(&["linked-account-roles-incomplete", "linked-account-no-roles"], Passed);
    let lacking = ["LegalHoldApplication", "MeetingGraphApplication"];
    for lacking in [&lacking[..], &lacking[..1], &lacking[1..]] {
        let judged = with(lacking);
        let finding = only(&judged, "linked-account-roles-incomplete");
        assert!(
            finding.message.ends_with(&format!("no role assignment for {}", lacking.join(", "))),
            "{}",
            finding.message
        );
    }
    // This one is what free/busy needs.
    assert_eq!(only(&with(&["UserApplication"]), "linked-account-no-roles").severity, Error);
}

// Certificates

#[test]
fn p18_a_certificate_may_serve_more_than_mail() {
    let lint = "auth-cert-services";
    for (services, outcome) in [
        (json!("IMAP, POP, IIS, SMTP"), Passed),
        (json!(["IIS", "SMTP"]), Passed),
        (json!("SMTP"), Passed),
        (json!("IIS"), Failed),
        (json!("None"), Failed),
    ] {
        certificates(&["EX01"], &but(ends_today(), json!({ "Services": services })))
            .judge()
            .expect(&[lint], outcome);
    }
}

#[test]
fn p19_an_auth_certificate_that_has_expired_is_an_error() {
    let exports = certificates(&["EX01", "EX02", "EX03"], &ends_today());
    for (day, expired, expiring) in [
        ("2026-01-01", Passed, Passed),
        ("2026-10-01", Passed, Failed),
        ("2026-11-24", Failed, Passed),
        ("2030-01-01", Failed, Passed),
    ] {
        let judged = exports.judge_on(day);
        judged.expect(&["auth-cert-expired"], expired);
        judged.expect(&["auth-cert-expiring"], expiring);
        assert!(judged.found("auth-cert-expired").iter().all(|(severity, _)| *severity == Error));
    }
}

#[test]
fn p20_every_server_without_the_auth_certificate_is_named() {
    let lint = "authconfig-cert-missing-on-server";
    let judged = certificates(&["EX02"], &ends_today()).judge();
    assert_eq!(judged.found(lint), [(Error, "EX01"), (Error, "EX03")]);
    certificates(&["EX01", "EX02", "EX03"], &ends_today()).judge().expect(&[lint], Passed);
    // Nobody has it: that is another fault, and reported once.
    let judged = certificates(&[], &ends_today()).judge();
    assert_eq!(only(&judged, "authconfig-cert-not-found").severity, Error);
}

#[test]
fn p33_a_certificate_is_valid_on_its_last_day() {
    let in_use = but(ends_today(), json!({ "Services": ["IIS", "SMTP"] }));
    let end = json!({ "NotAfter": format!("{DAY}T12:00:00Z") });
    let exports = certificates(&["EX01", "EX02", "EX03"], &in_use)
        .with("onprem/Get-FederationTrust", json!([trust()]))
        .set("onprem/Get-FederationTrust", "OrgCertificate", end.clone())
        .set("onprem/Get-FederationTrust", "TokenIssuerCertificate", end);
    let lints = [
        "auth-cert-expired",
        "cert-expired-bound",
        "fedtrust-orgcert-expired",
        "fedtrust-issuer-cert-expired",
    ];
    exports.judge_on(DAY).expect(&lints, Passed);
    exports.judge_on("2026-11-24").expect(&lints, Failed);
}

// The dedicated hybrid application

#[test]
fn p30_an_override_counts_by_its_value() {
    let with = |parameters: &[&str]| {
        Exports::oauth()
            .with("onprem/Get-SettingOverride", third_party_override(parameters))
            .with("onprem/Get-AuthServer", json!([evosts()]))
            .judge()
    };
    for parameters in [&["Enabled=false"][..], &[], &["Other=true"]] {
        let judged = with(parameters);
        assert_eq!(judged.found("dedicated-app-override-off"), [(Error, "EnableExchangeHybrid3PAppFeature")]);
        judged.expect(&["evosts-missing"], NotApplicable);
    }
    let judged = with(&["Enabled=true"]);
    judged.expect(
        &["dedicated-app-override-off", "evosts-missing", "evosts-appid-missing", "dedicated-app-half-done"],
        Passed,
    );
}

#[test]
fn p31_an_application_is_a_whole_id_at_the_server_of_its_tenant() {
    let lint = "evosts-appid-missing";
    let with = |servers: Value| {
        Exports::oauth()
            .with("onprem/Get-SettingOverride", third_party_override(&["Enabled=true"]))
            .with("onprem/Get-AuthServer", servers)
            .judge()
    };
    with(json!([evosts()])).expect(&[lint], Passed);
    for id in [
        "x0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
        "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0-old",
        "id 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
    ] {
        let judged = with(json!([but(evosts(), json!({ "ApplicationIdentifier": id }))]));
        assert_eq!(only(&judged, lint).severity, Error, "{id}");
    }
    // That of another tenant does not stand for it, though it may be the one that is used.
    let other = "7777aaaa-52e8-4b0f-9a66-7d0c35f1b2e4";
    let without = but(evosts(), json!({ "ApplicationIdentifier": null }));
    let elsewhere = but(
        evosts(),
        json!({ "Name": "EvoSts - other", "Realm": other,
            "IssuerIdentifier": format!("https://sts.windows.net/{other}/") }),
    );
    let judged = with(json!([without, elsewhere]));
    assert_eq!(judged.found(lint), [(Warning, "EvoSts - 1c9d4a37-52e8-4b0f-9a66-7d0c35f1b2e4")]);
}

#[test]
fn p32_the_application_is_missing_only_where_something_needs_it() {
    let lint = "dedicated-app-override-missing";
    let with = |exports: Exports, features: Value| {
        exports
            .set("onprem/Get-HybridConfiguration", "Features", features)
            .with("onprem/Get-SettingOverride", json!([]))
            .judge()
    };
    assert_eq!(only(&with(Exports::oauth(), json!(["FreeBusy", "SecureMail"])), lint).severity, Error);
    assert_eq!(only(&with(Exports::oauth(), json!("SecureMail")), lint).severity, Info);
    with(Exports::dauth(), json!(["FreeBusy"])).expect(&[lint], NotApplicable);
}

#[test]
fn p34_the_word_false_is_not_true() {
    let off = |parameter: &str| {
        let judged =
            Exports::oauth().with("onprem/Get-SettingOverride", third_party_override(&[parameter])).judge();
        judged.lints["dedicated-app-override-off"].outcome
    };
    for parameter in ["Enabled=false", "enabled = FALSE", "Enabled=False ", "Enabled=truefalse"] {
        assert_eq!(off(parameter), Failed, "{parameter}");
    }
    for parameter in ["Enabled=true", "enabled = TRUE", " Enabled=True "] {
        assert_eq!(off(parameter), Passed, "{parameter}");
    }
}

#[test]
fn p35_each_domain_of_the_authorization_server_is_looked_at() {
    let lint = "evosts-domainname-empty";
    let with = |domains: Value| {
        Exports::oauth()
            .with("onprem/Get-SettingOverride", third_party_override(&["Enabled=true"]))
            .with(
                "onprem/Get-AuthServer",
                json!([but(evosts(), json!({ "DomainName": domains })), acs("ACS")]),
            )
            .judge()
    };
    for domains in [json!([ROUTING]), json!(["contoso.com", "contoso.onmicrosoft.com", ROUTING])] {
        with(domains).expect(&[lint, "evosts-domainname-lacks-acs"], Passed);
    }
    let judged = with(json!(["contoso.com", "contoso.onmicrosoft.com"]));
    let finding = only(&judged, lint);
    assert!(finding.message.contains(ROUTING), "{}", finding.message);
    judged.expect(&["evosts-domainname-lacks-acs"], Failed);
    with(json!([])).expect(&[lint], Failed);
}

// Sharing policies, tenant switches, calendars

#[test]
fn p23_sharing_policies_are_compared_whole() {
    let lint = "sharingpolicy-mismatch";
    let with = |here: &[&str], there: &[&str]| {
        let policy = |domains: &[&str]| {
            json!({ "Name": "Default Sharing Policy", "Default": true,
            "Enabled": true, "Domains": domains })
        };
        let other = json!({ "Name": "Other", "Default": false, "Enabled": true,
            "Domains": ["fabrikam.com: CalendarSharingFreeBusyReviewer"] });
        Exports::oauth()
            .with("onprem/Get-SharingPolicy", json!([other, policy(here)]))
            .with("cloud/Get-SharingPolicy", json!([policy(there)]))
            .judge()
    };
    let [a, b, c] = [
        "*:CalendarSharingFreeBusySimple",
        "Anonymous:CalendarSharingFreeBusyReviewer",
        "fabrikam.com:CalendarSharingFreeBusyDetail",
    ];
    for (here, there) in [(&[a][..], &[a][..]), (&[a, b], &[b, a]), (&[a, b, c], &[c, b, a]), (&[], &[])] {
        with(here, there).expect(&[lint], Passed);
    }
    for (here, there) in [(&[a, b, c][..], &[a, b][..]), (&[a, b], &[a, b, c]), (&[a], &[b]), (&[], &[a])] {
        with(here, there).expect(&[lint], Failed);
    }
}

#[test]
fn p41_web_services_that_are_switched_off_are_noticed() {
    let lint = "exo-ews-disabled";
    let with = |value: Value| {
        Exports::oauth().with(
            "cloud/Get-OrganizationConfig",
            json!([{ "Name": "contoso.onmicrosoft.com", "EwsEnabled": value }]),
        )
    };
    assert_eq!(only(&with(json!(false)).judge(), lint).severity, Error);
    with(json!(true)).judge().expect(&[lint], Passed);
    // Not set is no obstacle before the tenants are switched off one by one.
    with(Value::Null).judge_on("2026-06-01").expect(&[lint], Passed);
}

#[test]
fn p37_requests_for_approval_need_somebody_who_approves() {
    let with = |values: Value| {
        Exports::none().with("cloud/Get-CalendarProcessing", json!([but(room(), values)])).judge()
    };
    let unanswered = "rba-inpolicy-request-without-delegates";
    let name = "contoso.com/Rooms/Room 1";
    for values in [
        json!({ "AllBookInPolicy": false, "AllRequestInPolicy": true }),
        json!({ "AllBookInPolicy": false, "RequestInPolicy": ["ann@contoso.com"] }),
    ] {
        let judged = with(values.clone());
        assert_eq!(judged.found(unanswered), [(Warning, name)]);
        judged.expect(&["rba-delegates-not-forwarded"], NotApplicable);
        let judged = with(but(
            values,
            json!({ "ResourceDelegates": ["bob@contoso.com"], "ForwardRequestsToDelegates": false }),
        ));
        judged.expect(&[unanswered], NotApplicable);
        assert_eq!(judged.found("rba-delegates-not-forwarded"), [(Warning, name)]);
    }
}

#[test]
fn p38_a_new_room_is_right_and_the_remedy_leads_back_to_it() {
    let with = |values: Value| {
        Exports::none().with("cloud/Get-CalendarProcessing", json!([but(room(), values)])).judge()
    };
    let judged = with(json!({}));
    assert!(judged.findings.iter().all(|finding| !finding.finding().unwrap().lint.starts_with("rba-")));
    judged.expect(&["rba-nothing-configured"], Passed);
    let judged = with(json!({ "AllBookInPolicy": false }));
    let fix = only(&judged, "rba-nothing-configured").finding().unwrap().fix.as_ref().unwrap();
    assert_eq!(
        fix.command.as_deref(),
        Some("Set-CalendarProcessing 'contoso.com/Rooms/Room 1' -AllBookInPolicy $true")
    );
}

#[test]
fn p39_of_all_folders_the_calendar_is_judged() {
    let lint = "calendar-default-no-access";
    let row = |folder: &str, rights: &str| {
        json!({ "Identity": format!("ann:\\{folder}"), "Mailbox": "ann",
        "FolderName": folder, "User": "Default", "AccessRights": [rights] })
    };
    let with = |rows: Value| Exports::none().with("cloud/Get-MailboxFolderPermission", rows).judge();
    with(json!([row("Inbox", "None"), row("Calendar", "AvailabilityOnly"), row("Birthdays", "None")]))
        .expect(&[lint], Passed);
    let judged =
        with(json!([row("Inbox", "AvailabilityOnly"), row("Calendar", "None"), row("Tasks", "None")]));
    assert_eq!(only(&judged, lint).severity, Error);
}

#[test]
fn every_known_fault_is_in_the_table_once() {
    let tests: BTreeSet<&str> = include_str!("mod.rs")
        .split("#[test]\nfn ")
        .skip(1)
        .filter_map(|test| test.split_once('(').map(|(name, _)| name))
        .filter(|name| name.starts_with('p'))
        .collect();
    let mut named = BTreeSet::new();
    let mut numbers = Vec::new();
    for row in include_str!("table.tsv").lines().filter(|row| !row.starts_with('#')) {
        let [number, what, test] = row.split('\t').collect::<Vec<_>>()[..] else { panic!("{row}") };
        let number: u8 = number.strip_prefix('P').unwrap().parse().unwrap();
        numbers.push(number);
        assert!(what.len() > 20, "{row}");
        match test.strip_prefix("- ") {
            Some(reason) => assert!(reason.len() > 40, "{row}"),
            None => {
                assert!(test.starts_with(&format!("p{number:02}_")), "{row}");
                assert!(tests.contains(test), "there is no test {test}");
                named.insert(test);
            }
        }
    }
    assert_eq!(numbers, (1..=42).collect::<Vec<_>>());
    assert_eq!(named, tests);
}
