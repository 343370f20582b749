//! Real exports of one laboratory put together, some with exports made here, in the situations that
//! `peer-checks.md` lists with the verdicts of the checkers that ship them. Where ours is another on purpose, the
//! test says why.

use freebusy_lint::diagnostic::{Diagnostic, Outcome, Severity};
use serde_json::{Value, json};

use super::{E19, auth, corpus};
use crate::support::judge::{Judged, judge, object};

/// A file of the corpus as text, to be edited.
fn text(file: &str) -> String {
    let path = corpus().join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Judges exports, given by name and text.
fn judge_texts(exports: &[(&str, String)], as_of: &str) -> Judged {
    let judged = judge(as_of, |ingest| {
        for (name, text) in exports {
            ingest.read(name, None, text.as_bytes());
        }
    });
    let problems: Vec<&str> = judged.problems.iter().map(|problem| problem.message.as_str()).collect();
    assert!(problems.is_empty(), "{problems:?}");
    judged
}

/// The values that a finding underlines, sorted.
fn values(finding: &Diagnostic) -> Vec<&str> {
    let mut values: Vec<&str> = finding.labels.iter().map(|label| label.value()).collect();
    values.sort_unstable();
    values
}

// The dedicated hybrid application: HealthChecker, Exchange Server 2019

const APPLICATION: &str = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";
const TENANT: &str = "1c9d4a37-52e8-4b0f-9a66-7d0c35f1b2e4";

fn evosts(application: Value) -> Value {
    json!([{
        "Name": format!("EvoSts - {TENANT}"), "Type": "AzureAD", "Enabled": true, "Realm": TENANT,
        "ApplicationIdentifier": application, "DomainName": ["contoso.mail.onmicrosoft.com"],
        "IssuerIdentifier": format!("https://sts.windows.net/{TENANT}/"),
        "TokenIssuingEndpoint": "https://login.microsoftonline.com/common/oauth2/token",
        "AuthMetadataUrl": format!("https://login.microsoftonline.com/{TENANT}/federationmetadata/2007-06/federationmetadata.xml"),
        "IsDefaultAuthorizationEndpoint": true,
    }])
}

fn acs() -> Value {
    json!([{
        "Name": format!("ACS - {TENANT}"), "Type": "MicrosoftACS", "Enabled": true, "Realm": TENANT,
        "ApplicationIdentifier": null, "DomainName": ["contoso.mail.onmicrosoft.com"],
        "IssuerIdentifier": "00000001-0000-0000-c000-000000000000",
        "TokenIssuingEndpoint": format!("https://accounts.accesscontrol.windows.net/{TENANT}/tokens/OAuth/2"),
        "AuthMetadataUrl": format!("https://accounts.accesscontrol.windows.net/{TENANT}/metadata/json/1"),
        "IsDefaultAuthorizationEndpoint": false,
    }])
}

fn connector() -> Value {
    json!([{
        "Name": "HybridIOC", "Enabled": true, "TargetAddressDomains": ["contoso.mail.onmicrosoft.com"],
        "DiscoveryEndpoint": "https://autodiscover-s.outlook.com/autodiscover/autodiscover.svc",
    }])
}

/// The real hybrid configuration with other real files, and exports made here by cmdlet.
fn hybrid(real: &[&str], made: &[(&str, Value)]) -> Judged {
    let mut exports = Vec::new();
    for file in [&["GetHybridConfiguration"], real].concat() {
        exports.push((format!("{file}.xml"), text(&format!("{E19}/{file}.xml"))));
    }
    let domains = json!([{ "DomainName": "contoso.com" }, { "DomainName": "contoso.mail.onmicrosoft.com" }]);
    exports.push(("onprem/Get-AcceptedDomain.json".into(), domains.to_string()));
    exports.extend(made.iter().map(|(cmdlet, json)| (format!("onprem/{cmdlet}.json"), json.to_string())));
    let exports: Vec<(&str, String)> =
        exports.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
    judge_texts(&exports, super::TODAY)
}

#[test]
#[cfg_attr(
    not(corpus),
    ignore = "no corpus of real exports beside the checkout, nor where FREEBUSY_LINT_CORPUS points"
)]
fn a_hybrid_configuration_is_recognized_and_complete() {
    let judged = hybrid(&[], &[("Get-PartnerApplication", json!([]))]);
    // They apply to a hybrid only.
    judged.expect(
        &["hybrid-domains-empty", "hybrid-service-instance", "hybrid-features-no-freebusy"],
        Outcome::Passed,
    );
    judged.expect(&["legacy-sfb-partner-app"], Outcome::NotApplicable);
    judged.expect(&["dedicated-app-override-missing", "minimal-hybrid-only"], Outcome::Unknown);
}

#[test]
#[cfg_attr(
    not(corpus),
    ignore = "no corpus of real exports beside the checkout, nor where FREEBUSY_LINT_CORPUS points"
)]
fn an_override_with_an_evosts_server_is_a_dedicated_application() {
    let with = |application: Value| {
        let made = [
            ("Get-AuthServer", evosts(application)),
            ("Get-IntraOrganizationConnector", connector()),
            ("Get-OrganizationRelationship", json!([])),
        ];
        hybrid(&["GetSettingOverride2"], &made)
    };
    let judged = with(json!(APPLICATION));
    judged.expect(
        &[
            "evosts-missing",
            "evosts-appid-missing",
            "evosts-domainname-empty",
            "authserver-none",
            "dedicated-app-override-missing",
            "dedicated-app-override-off",
            "dedicated-app-override-duplicate",
            "dedicated-app-half-done",
            "setting-override-not-accepted",
            "setting-override-scoped",
        ],
        Outcome::Passed,
    );
    // The peer takes an id anywhere in the text, and any application for the dedicated one.
    for application in [
        Value::Null,
        json!(""),
        json!(format!("app {APPLICATION}")),
        json!("00000002-0000-0ff1-ce00-000000000000"),
    ] {
        let judged = with(application.clone());
        let expected = [(Severity::Error, "EvoSts - 1c9d4a37-52e8-4b0f-9a66-7d0c35f1b2e4")];
        assert_eq!(judged.found("evosts-appid-missing"), expected, "{application}");
        judged.expect(&["evosts-missing"], Outcome::Passed);
    }
}

#[test]
#[cfg_attr(
    not(corpus),
    ignore = "no corpus of real exports beside the checkout, nor where FREEBUSY_LINT_CORPUS points"
)]
fn an_override_without_an_evosts_server_names_no_application() {
    for (servers, lint) in [(acs(), "evosts-missing"), (json!([]), "authserver-none")] {
        let made = [
            ("Get-AuthServer", servers),
            ("Get-IntraOrganizationConnector", connector()),
            ("Get-OrganizationRelationship", json!([])),
        ];
        let judged = hybrid(&["GetSettingOverride2"], &made);
        judged.expect(&[lint], Outcome::Failed);
        let found = judged.found("evosts-missing");
        assert_eq!(found, [(Severity::Error, "EnableExchangeHybrid3PAppFeature")]);
        let finding = judged.of("evosts-missing").next().unwrap();
        assert_eq!(values(finding), ["Enabled=true"]);
        judged.expect(&["dedicated-app-override-missing"], Outcome::Passed);
        judged.expect(&["evosts-appid-missing"], Outcome::NotApplicable);
    }
    // Whether there is one cannot be told without the export.
    let judged = hybrid(&["GetSettingOverride2"], &[]);
    judged.expect(&["evosts-missing", "evosts-appid-missing", "authserver-none"], Outcome::Unknown);
}

#[test]
#[cfg_attr(
    not(corpus),
    ignore = "no corpus of real exports beside the checkout, nor where FREEBUSY_LINT_CORPUS points"
)]
fn a_hybrid_without_the_override_lacks_the_dedicated_application() {
    let without = |connectors: Option<Value>| {
        let mut made = vec![("Get-SettingOverride", json!([])), ("Get-AuthServer", evosts(json!(null)))];
        made.extend(connectors.map(|connectors| ("Get-IntraOrganizationConnector", connectors)));
        hybrid(&[], &made)
    };
    let judged = without(Some(connector()));
    assert_eq!(judged.found("dedicated-app-override-missing"), [(Severity::Error, "HybridIOC")]);
    judged.expect(&["evosts-missing"], Outcome::NotApplicable);
    // The peer says so of every hybrid, but only OAuth needs the application, and only a connector makes it OAuth.
    let judged = without(None);
    judged.expect(&["dedicated-app-override-missing"], Outcome::Unknown);
    let judged = without(Some(json!([])));
    judged.expect(&["dedicated-app-override-missing"], Outcome::NotApplicable);
}

#[test]
#[cfg_attr(
    not(corpus),
    ignore = "no corpus of real exports beside the checkout, nor where FREEBUSY_LINT_CORPUS points"
)]
fn the_partner_application_of_skype_for_business_stands_in_for_teams() {
    let judged = hybrid(&["GetPartnerApplication"], &[]);
    let [(Severity::Warning, object)] = judged.found("legacy-sfb-partner-app")[..] else {
        panic!("{:?}", judged.found("legacy-sfb-partner-app"));
    };
    assert_eq!(object, "SfBLegacy");
    judged.expect(
        &["partnerapp-missing", "partnerapp-disabled", "partnerapp-linked-account-missing"],
        Outcome::Passed,
    );
}

// The auth certificate over the years: MonitorExchangeAuthCertificate, two servers with Exchange Server 2016

const CURRENT: &str = "E1BDF9AE58C93C75E76C9DD882138FB8FF0FA786";
const NEXT: &str = "BC6BF924D6EF046E64F8D1987DC1D7D2F4C0042A";
const FIRST: &str = "E2k16-1";
const SECOND: &str = "E2k16-2";

/// The exports of that laboratory. Its certificates were exported from the first server, and stand for both.
struct Laboratory {
    config: String,
    servers: String,
    first: String,
    second: String,
    others: Vec<Value>,
}

impl Laboratory {
    fn read() -> Self {
        let first = text(&auth("GetExchangeCertificate.xml"));
        let second = first.replace(">e2k16-1.contoso.lab<", ">e2k16-2.contoso.lab<");
        assert_ne!(first, second);
        Self {
            config: text(&auth("GetAuthConfig.xml")),
            servers: text(&auth("GetExchangeServer.xml")),
            first,
            second,
            others: Vec::new(),
        }
    }

    /// Names another next certificate, which both servers have.
    fn with_next(mut self, thumbprint: &str, effective: &str, not_after: &str) -> Self {
        self.config = self.config.replace(NEXT, thumbprint).replace("2023-02-03T14:16:02+00:00", effective);
        self.others = [FIRST, SECOND]
            .map(|server| json!({ "Thumbprint": thumbprint, "NotAfter": not_after, "Server": server }))
            .into();
        self
    }

    fn judge(&self, as_of: &str) -> Judged {
        let mut exports = vec![
            ("GetAuthConfig.xml", self.config.clone()),
            ("GetExchangeServer.xml", self.servers.clone()),
            ("e2k16-1/GetExchangeCertificate.xml", self.first.clone()),
        ];
        if !self.second.is_empty() {
            exports.push(("e2k16-2/GetExchangeCertificate.xml", self.second.clone()));
        }
        if !self.others.is_empty() {
            exports.push(("onprem/Get-ExchangeCertificate.json", json!(self.others).to_string()));
        }
        judge_texts(&exports, as_of)
    }
}

/// The export without the certificate.
fn without(certificates: &str, thumbprint: &str) -> String {
    const BORDER: &str = "\n  <Obj RefId=";
    let objects: Vec<&str> = certificates.split(BORDER).collect();
    let kept: Vec<&str> = objects.iter().copied().filter(|object| !object.contains(thumbprint)).collect();
    assert_eq!((objects.len(), kept.len()), (9, 8));
    kept.join(BORDER)
}

/// Lint, severity and object of what is found about the auth certificate; others end in these years, too.
fn certificates(judged: &Judged) -> Vec<(&str, Severity, &str)> {
    let found = judged.findings.iter().filter_map(|finding| {
        let lint = finding.finding()?.lint.as_str();
        lint.starts_with("auth").then(|| (lint, finding.severity, object(finding)))
    });
    found.collect()
}

const CONFIG: &str = "Auth Configuration";
/// Reported since its date passed and it is still only the next one; the peer does not look at that date.
const OVERDUE: (&str, Severity, &str) = ("auth-next-cert-invalid", Severity::Warning, CONFIG);

#[test]
#[cfg_attr(
    not(corpus),
    ignore = "no corpus of real exports beside the checkout, nor where FREEBUSY_LINT_CORPUS points"
)]
fn years_before_its_end_nothing_is_to_be_done() {
    let laboratory = Laboratory::read();
    let judged = laboratory.judge("2023-01-01");
    assert_eq!(certificates(&judged), []);
    judged.expect(
        &[
            "auth-cert-expired",
            "auth-cert-expiring",
            "auth-next-cert-invalid",
            "auth-next-cert-missing-on-server",
            "authconfig-cert-missing-on-server",
            "authconfig-cert-not-found",
            "authconfig-thumbprint-empty",
        ],
        Outcome::Passed,
    );
    assert_eq!(judged.lints["authconfig-cert-missing-on-server"].checked, 2);
}

#[test]
#[cfg_attr(
    not(corpus),
    ignore = "no corpus of real exports beside the checkout, nor where FREEBUSY_LINT_CORPUS points"
)]
fn after_the_end_of_both_certificates_the_current_one_is_to_be_replaced() {
    let laboratory = Laboratory::read();
    for day in ["2028-02-01", "2028-12-20"] {
        let judged = laboratory.judge(day);
        let next = ("auth-next-cert-invalid", Severity::Error, CONFIG);
        let found = certificates(&judged);
        let expired: Vec<&str> =
            found.iter().filter(|found| found.0 == "auth-cert-expired").map(|found| found.2).collect();
        assert_eq!(expired.len(), 1, "once for both servers: {found:?}");
        let mut others: Vec<_> = found.into_iter().filter(|found| found.0 != "auth-cert-expired").collect();
        others.sort_unstable();
        let mut expected = vec![next, OVERDUE];
        expected.sort_unstable();
        assert_eq!(others, expected, "{day}");
        let finding = judged.of("auth-cert-expired").next().unwrap();
        assert_eq!(finding.severity, Severity::Error);
        assert_eq!(finding.message, format!("auth certificate {CURRENT} expired on 2027-12-30"));
        // The peer stops where there is a hybrid, since Entra has to get the new key. Here that is part of the fix.
        let fix = finding.finding().unwrap().fix.as_ref().unwrap();
        assert!(fix.text.contains("give Entra the new key"), "{}", fix.text);
        judged.expect(&["auth-cert-expiring"], Outcome::Passed);
    }
}

#[test]
#[cfg_attr(
    not(corpus),
    ignore = "no corpus of real exports beside the checkout, nor where FREEBUSY_LINT_CORPUS points"
)]
fn of_a_server_that_was_not_exported_nothing_is_said() {
    let mut laboratory = Laboratory::read();
    laboratory.second.clear();
    let judged = laboratory.judge("2023-01-01");
    assert_eq!(certificates(&judged), []);
    for lint in ["authconfig-cert-missing-on-server", "auth-next-cert-missing-on-server"] {
        judged.expect(&[lint], Outcome::Unknown);
        let [need] = judged.lints[lint].needs.as_slice() else { panic!("{:?}", judged.lints[lint].needs) };
        let what = "Get-ExchangeCertificate (on-premises): no object for what is judged was exported";
        assert_eq!((need.to_string().as_str(), need.objects), (what, 1));
        assert!(need.command.is_some());
    }
    // The peer gives no verdict at all. But the end of a certificate is the same on every server.
    judged.expect(&["auth-cert-expired", "auth-cert-expiring"], Outcome::Passed);
    laboratory.judge("2028-02-01").expect(&["auth-cert-expired"], Outcome::Failed);
}

#[test]
#[cfg_attr(
    not(corpus),
    ignore = "no corpus of real exports beside the checkout, nor where FREEBUSY_LINT_CORPUS points"
)]
fn shortly_before_its_end_a_next_one_is_to_be_configured() {
    let laboratory = Laboratory::read();
    let judged = laboratory.judge("2027-12-20");
    let finding = judged.of("auth-cert-expiring").next().unwrap();
    assert_eq!(finding.severity, Severity::Warning);
    assert!(
        finding.message.contains(CURRENT) && finding.message.contains("in 10 days"),
        "{}",
        finding.message
    );
    judged.expect(&["auth-cert-expired"], Outcome::Passed);
    // The one that is named lasts five days longer: that is no successor.
    assert_eq!(judged.found("auth-next-cert-invalid"), [(Severity::Warning, CONFIG)]);
    let ready = laboratory.with_next(&"AB".repeat(20), "2027-12-27T00:00:00+00:00", "2032-12-01T00:00:00Z");
    assert_eq!(certificates(&ready.judge("2027-12-20")), []);
}

#[test]
#[cfg_attr(
    not(corpus),
    ignore = "no corpus of real exports beside the checkout, nor where FREEBUSY_LINT_CORPUS points"
)]
fn after_its_end_a_valid_next_one_does_not_help_by_itself() {
    let laboratory = Laboratory::read();
    let thumbprint = "AB".repeat(20);
    let laboratory = laboratory.with_next(&thumbprint, "2027-12-27T00:00:00+00:00", "2032-12-01T00:00:00Z");
    let judged = laboratory.judge("2028-12-20");
    let finding = judged.of("auth-cert-expired").next().unwrap();
    assert_eq!(finding.severity, Severity::Error);
    // The next one is right, but was not taken over: publishing it is all that is to be done.
    let [overdue] = judged.of("auth-next-cert-invalid").collect::<Vec<_>>()[..] else { panic!() };
    assert_eq!((overdue.severity, values(overdue)), (Severity::Warning, vec!["2027-12-27T00:00:00+00:00"]));
    let fix = finding.finding().unwrap().fix.as_ref().unwrap();
    assert!(fix.text.contains("Set-AuthConfig -PublishCertificate is enough"), "{}", fix.text);
}

#[test]
#[cfg_attr(
    not(corpus),
    ignore = "no corpus of real exports beside the checkout, nor where FREEBUSY_LINT_CORPUS points"
)]
fn a_server_without_the_current_certificate_is_named() {
    let mut laboratory = Laboratory::read();
    laboratory.second = without(&laboratory.second, CURRENT);
    let judged = laboratory.judge("2026-12-20");
    let found = certificates(&judged);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found.contains(&OVERDUE), "{found:?}");
    let finding = judged.of("authconfig-cert-missing-on-server").next().unwrap();
    assert_eq!((finding.severity, object(finding)), (Severity::Error, SECOND));
    assert_eq!(finding.message, format!("{SECOND} does not have the auth certificate {CURRENT}"));
    assert_eq!(values(finding), [CURRENT, SECOND]);
    judged.expect(
        &["authconfig-cert-not-found", "auth-next-cert-missing-on-server", "auth-cert-expired"],
        Outcome::Passed,
    );
}

#[test]
#[cfg_attr(
    not(corpus),
    ignore = "no corpus of real exports beside the checkout, nor where FREEBUSY_LINT_CORPUS points"
)]
fn a_server_without_the_next_certificate_is_named() {
    let mut laboratory = Laboratory::read();
    laboratory.first = without(&laboratory.first, NEXT);
    let judged = laboratory.judge("2026-12-20");
    let found = certificates(&judged);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found.contains(&OVERDUE), "{found:?}");
    let finding = judged.of("auth-next-cert-missing-on-server").next().unwrap();
    assert_eq!((finding.severity, object(finding)), (Severity::Warning, FIRST));
    assert_eq!(finding.message, format!("{FIRST} does not have the next auth certificate {NEXT}"));
    judged.expect(&["authconfig-cert-missing-on-server"], Outcome::Passed);
}
