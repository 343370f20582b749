//! Real exports that others published: each file is read, and judged as `peer-checks.md` says it deserves.
//!
//! They are not part of the project. The tests look for them beside the checkout, or where
//! `FREEBUSY_LINT_CORPUS` points, and are ignored when they are not there (`src/build.rs` looks).

#![expect(clippy::panic, clippy::unwrap_used, reason = "tests fail by panicking")]

mod combinations;

use std::collections::BTreeMap;
use std::path::PathBuf;

use freebusy_lint::diagnostic::{InputStatus, InputSummary, Outcome, Platform, Severity};
use freebusy_lint::schema::Registry;
use freebusy_lint::snapshot::{Ingest, IngestOptions, Ingested, Record, Retention};
use freebusy_lint::source::{Input, Sources, discover};

use crate::support::judge::{Judged, judge};

const AUTH: &str = "CSS-Exchange/Admin/MonitorExchangeAuthCertificate";
const E16: &str = "CSS-Exchange/Diagnostics/HealthChecker/Tests/DataCollection/E16/Exchange";
const E19: &str = "CSS-Exchange/Diagnostics/HealthChecker/Tests/DataCollection/E19/Exchange";

fn corpus() -> PathBuf {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus");
    std::env::var_os("FREEBUSY_LINT_CORPUS").map_or_else(|| PathBuf::from(beside), PathBuf::from)
}

/// Judges files of the corpus.
fn judge_files(files: &[String], as_of: &str) -> Judged {
    let corpus = corpus();
    judge(as_of, |ingest| {
        for file in files {
            ingest.input(&Input::File(corpus.join(file)), None);
        }
    })
}

/// Ids and severities of all findings, but for those of the meta lints about the export itself.
fn findings(judged: &Judged) -> Vec<(&str, Severity)> {
    let findings = judged
        .findings
        .iter()
        .filter_map(|finding| Some((finding.finding()?.lint.as_str(), finding.severity)));
    findings.filter(|(lint, _)| !lint.starts_with("snapshot-")).collect()
}

fn auth(name: &str) -> String {
    format!("{AUTH}/DataCollection/Tests/Data/{name}")
}

const TODAY: &str = "2026-11-23";

#[test]
#[cfg_attr(
    not(corpus),
    ignore = "no corpus of real exports beside the checkout, nor where FREEBUSY_LINT_CORPUS points"
)]
fn every_file_is_read_and_most_are_recognized() {
    let corpus = corpus();
    let found = discover(&corpus.to_string_lossy());
    // What PowerShell itself wrote in every way it can, readable or not, has a truth of its own beside it.
    let is_published = |path: &String| !path.contains("powershell-7.6");
    let files: Vec<String> = found.inputs.iter().map(Input::display).filter(is_published).collect();
    assert!(files.len() >= 60, "only {} files", files.len());
    let judged = judge_files(&files, TODAY);
    assert_eq!(judged.inputs.len(), files.len());
    let mut by_cmdlet: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    let mut by_status: BTreeMap<&str, u64> = BTreeMap::new();
    for input in &judged.inputs {
        *by_status.entry(input.status.name()).or_default() += 1;
        for count in &input.records {
            let side = count.side.map_or("side unclear", Platform::name);
            let entry = by_cmdlet.entry(format!("{} ({side})", count.cmdlet)).or_default();
            *entry = (entry.0 + 1, entry.1 + count.records);
        }
    }
    for (status, files) in &by_status {
        println!("{files:3} files {status}");
    }
    for (cmdlet, (files, records)) in &by_cmdlet {
        println!("{cmdlet}: {records} records in {files} files");
    }
    let failed: Vec<&str> = judged
        .inputs
        .iter()
        .filter(|input| input.status == InputStatus::Failed)
        .map(|input| input.path.as_str())
        .collect();
    let is_expected = |path: &&str| path.ends_with("LICENSE.txt");
    let unexpected: Vec<&&str> = failed.iter().filter(|path| !is_expected(path)).collect();
    assert!(unexpected.is_empty(), "{unexpected:#?}");
    for (cmdlet, records) in [
        ("Get-ExchangeCertificate (onprem)", 26),
        ("Get-AuthConfig (onprem)", 3),
        ("Get-AcceptedDomain (onprem)", 3),
        ("Get-PartnerApplication (onprem)", 5),
        ("Get-HybridConfiguration (onprem)", 1),
        ("Get-SettingOverride (onprem)", 1),
        ("Get-WebServicesVirtualDirectory (onprem)", 1),
        ("Get-ServerComponentState (onprem)", 35),
        ("Test-ServiceHealth (onprem)", 4),
        ("Get-ExchangeServer (onprem)", 4),
        ("Get-OrganizationRelationship (cloud)", 3),
        // Text tells no side.
        ("Get-AuthServer (side unclear)", 1),
        ("Get-FederationInformation (side unclear)", 2),
        ("Get-SharingPolicy (side unclear)", 1),
        ("Test-OrganizationRelationship (side unclear)", 1),
        ("Get-AcceptedDomain (cloud)", 7),
        ("Get-SharingPolicy (cloud)", 1),
    ] {
        assert_eq!(by_cmdlet.get(cmdlet).map(|entry| entry.1), Some(records), "{cmdlet}");
    }
}

/// A cmdlet, and the properties of one of its objects that are known, as messages show them.
type Object = (String, BTreeMap<String, String>);

/// The objects of a file.
fn objects(file: &str) -> (InputSummary, Vec<Object>) {
    let corpus = corpus();
    let registry = Registry::embedded().unwrap();
    let retention = Retention::nothing(registry);
    let mut objects = Vec::new();
    let mut ingest =
        Ingest::new(registry, &retention, IngestOptions::default(), Sources::default(), |record: &Record| {
            let known =
                record.cmdlet().object.properties().iter().enumerate().filter_map(|(index, property)| {
                    let (value, _) = record.read(index).ok()?;
                    Some((property.name.clone(), value.to_string()))
                });
            objects.push((record.cmdlet().name.clone(), known.collect()));
        });
    ingest.input(&Input::File(corpus.join(file)), None);
    let Ingested { mut inputs, .. } = ingest.finish();
    (inputs.remove(0), objects)
}

#[test]
#[cfg_attr(
    not(corpus),
    ignore = "no corpus of real exports beside the checkout, nor where FREEBUSY_LINT_CORPUS points"
)]
fn text_of_format_list_is_read() {
    for (file, cmdlet, expected) in [
        (
            "OfficeDocs-Support/authserver-acs.fl.txt",
            "Get-AuthServer",
            &[
                ("Name", "WindowsAzureACS"),
                ("IssuerIdentifier", "00000001-0000-0000-c000-000000000000"),
                ("AuthMetadataUrl", "https://accounts.accesscontrol.windows.net/contoso.com/metadata/json/1"),
                ("Enabled", "True"),
            ][..],
        ),
        (
            "OfficeDocs-Support/exchangecertificate-services.fl.txt",
            "Get-ExchangeCertificate",
            &[("FriendlyName", "Microsoft Exchange"), ("Services", "IMAP, POP, IIS, SMTP")],
        ),
        (
            "OfficeDocs-Support/fedinfo-two-issuers.fl.txt",
            "Get-FederationInformation",
            &[
                ("DomainNames", "contoso.onmicrosoft.com, contoso.com"),
                (
                    "TargetAutodiscoverEpr",
                    "https://pod51008.outlook.com/autodiscover/autodiscover.svc/WSSecurity",
                ),
                ("TokenIssuerUris", "uri:WindowsLiveID, urn:federation:MicrosoftOnline"),
                ("TargetApplicationUri", "outlook.com"),
            ],
        ),
        (
            "OfficeDocs-Support/fedinfo-unsecure-redirect.fl.txt",
            "Get-FederationInformation",
            &[
                ("DomainNames", "contoso.mail.onmicrosoft.com"),
                ("TokenIssuerUris", "urn:federation:MicrosoftOnline"),
            ],
        ),
        (
            "OfficeDocs-Support/sharingpolicy.fl.txt",
            "Get-SharingPolicy",
            &[("Domains", "Anonymous:CalendarSharingFreeBusySimple")],
        ),
        (
            "OfficeDocs-Support/test-orgrel-warning.fl.txt",
            "Test-OrganizationRelationship",
            &[
                ("Id", "LocalFederatedDomainsAreMissingFromTheRemoteOrganizationRelationsipDomains"),
                ("Status", "Warning"),
            ],
        ),
    ] {
        let (input, objects) = objects(file);
        assert_eq!((input.format, input.status), (Some("Format-List"), InputStatus::Read), "{file}");
        let [(found, properties)] = objects.as_slice() else { panic!("{file}: {objects:?}") };
        assert_eq!(found, cmdlet, "{file}");
        for (name, value) in expected {
            assert_eq!(properties.get(*name).map(String::as_str), Some(*value), "{file}: {name}");
        }
        // None of them is cut: what is not known has no value in the file.
        assert!(properties.values().all(|value| !value.contains('…')), "{file}: {properties:?}");
    }
    for (file, count) in [
        ("OfficeDocs-Exchange/pushnotificationsubscription.fl.txt", 1),
        ("OfficeDocs-Support/folderpermission-public-folder.fl.txt", 4),
    ] {
        let (input, objects) = objects(file);
        assert_eq!((input.format, input.status), (Some("Format-List"), InputStatus::Unrecognized), "{file}");
        assert_eq!((input.unrecognized, objects.len()), (count, 0), "{file}");
    }
}

#[test]
#[cfg_attr(
    not(corpus),
    ignore = "no corpus of real exports beside the checkout, nor where FREEBUSY_LINT_CORPUS points"
)]
fn services_of_certificates_are_found_in_the_blob() {
    const NEW: &str = "CSS-Exchange/Admin/MonitorExchangeAuthCertificate/ConfigurationAction/Tests/Data";
    let numbers = [("IMAP", 1), ("POP", 2), ("UM", 4), ("IIS", 8), ("SMTP", 16), ("Federation", 32)];
    let number = |services: &str| -> u32 {
        let of =
            |name: &str| numbers.iter().find(|(known, _)| *known == name).map_or(0, |(_, number)| *number);
        services.split(", ").map(of).sum()
    };
    for (file, expected) in [
        (
            auth("GetExchangeCertificate.xml"),
            &[
                ("D0D6BAA2", 16),
                ("8763DA18", 16),
                ("BC6BF924", 16),
                ("976D2AD9", 16),
                ("E1BDF9AE", 16),
                ("D003810E", 25),
                ("2759456D", 8),
                ("FE0FAE93", 0),
            ][..],
        ),
        (
            format!("{NEW}/GetExchangeCertifiateWithNewAuthConfigCert.xml"),
            &[
                ("B22BD738", 16),
                ("BC6BF924", 16),
                ("E1BDF9AE", 16),
                ("D003810E", 25),
                ("2759456D", 8),
                ("FE0FAE93", 0),
            ],
        ),
        (format!("{NEW}/NewExchangeAuthCertificate.xml"), &[("B22BD738", 16)]),
        (format!("{NEW}/NewExchangeCertificateDefaultTransport.xml"), &[("A86B1B74", 17)]),
        (format!("{NEW}/InvalidExchangeDefaultTransportCertificate.xml"), &[("0CEB5AC9", 17)]),
        (format!("{E16}/GetExchangeCertificate.xml"), &[("92E196F3", 16), ("823884A3", 27), ("A60C6E62", 0)]),
    ] {
        let (_, objects) = objects(&file);
        let mut found: Vec<(&str, u32)> = objects
            .iter()
            .map(|(_, properties)| (&properties["Thumbprint"][..8], number(&properties["Services"])))
            .collect();
        let mut expected = expected.to_vec();
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "{file}");
        assert!(objects.iter().all(|(_, properties)| properties["Status"] == "Valid"), "{file}");
    }
    // Without the blob nothing is known.
    let (_, objects) = objects(&auth("GetExchangeCertificateBroken.xml"));
    assert_eq!(objects.len(), 5);
    let is_known = |name: &str| objects.iter().any(|(_, properties)| properties.contains_key(name));
    assert!(is_known("Thumbprint") && !is_known("Services") && !is_known("Status"));
}

#[test]
#[cfg_attr(
    not(corpus),
    ignore = "no corpus of real exports beside the checkout, nor where FREEBUSY_LINT_CORPUS points"
)]
fn auth_configuration_with_an_overdue_next_certificate() {
    let files = [auth("GetAuthConfig.xml")];
    let judged = judge_files(&files, TODAY);
    judged.expect(
        &["authconfig-thumbprint-empty", "authconfig-servicename", "authconfig-realm"],
        Outcome::Passed,
    );
    assert_eq!(findings(&judged), [("auth-next-cert-invalid", Severity::Warning)]);
    let label = &judged.findings[0].labels[0];
    assert_eq!(label.value(), "2023-02-03T14:16:02+00:00");
    assert_eq!(judged.problems.len(), 0);
    let before = judge_files(&files, "2023-01-15");
    assert_eq!(findings(&before), []);
}

#[test]
#[cfg_attr(
    not(corpus),
    ignore = "no corpus of real exports beside the checkout, nor where FREEBUSY_LINT_CORPUS points"
)]
fn auth_configurations_without_a_next_certificate_are_right_alone() {
    for file in [auth("GetAuthConfigNoNextCert.xml"), format!("{E16}/GetAuthConfig.xml")] {
        let judged = judge_files(&[file], TODAY);
        judged.expect(
            &["authconfig-thumbprint-empty", "authconfig-servicename", "authconfig-realm"],
            Outcome::Passed,
        );
        assert_eq!(findings(&judged), []);
        // Without the certificates nothing is said of them.
        judged.expect(&["authconfig-cert-not-found", "auth-cert-expired"], Outcome::Unknown);
    }
}

#[test]
#[cfg_attr(
    not(corpus),
    ignore = "no corpus of real exports beside the checkout, nor where FREEBUSY_LINT_CORPUS points"
)]
fn auth_certificates_that_are_there_and_valid() {
    let new_certificates =
        format!("{AUTH}/ConfigurationAction/Tests/Data/GetExchangeCertifiateWithNewAuthConfigCert.xml");
    for (config, certificates) in [
        ("GetAuthConfig.xml", auth("GetExchangeCertificate.xml")),
        ("GetAuthConfigNoNextCert.xml", new_certificates.clone()),
        ("GetAuthConfig.xml", new_certificates),
    ] {
        let judged = judge_files(&[auth(config), certificates], TODAY);
        judged.expect(
            &["authconfig-cert-not-found", "auth-cert-expired", "auth-cert-expiring"],
            Outcome::Passed,
        );
        // Status and HasPrivateKey are not in these exports: unknown, not wrong.
        judged.expect(&["auth-cert-invalid"], Outcome::Unknown);
        assert!(
            findings(&judged).iter().all(|(lint, _)| *lint == "auth-next-cert-invalid"),
            "{:?}",
            findings(&judged)
        );
    }
}

#[test]
#[cfg_attr(
    not(corpus),
    ignore = "no corpus of real exports beside the checkout, nor where FREEBUSY_LINT_CORPUS points"
)]
fn auth_certificates_that_are_not_there() {
    for (config, certificates) in [
        (auth("GetAuthConfigNoNextCert.xml"), auth("GetExchangeCertificate.xml")),
        (auth("GetAuthConfig.xml"), auth("GetExchangeCertificateBroken.xml")),
        (auth("GetAuthConfigNoNextCert.xml"), auth("GetExchangeCertificateBroken.xml")),
        (format!("{E16}/GetAuthConfig.xml"), auth("GetExchangeCertificateBroken.xml")),
    ] {
        let judged = judge_files(&[config, certificates], TODAY);
        let findings = findings(&judged);
        assert!(findings.contains(&("authconfig-cert-not-found", Severity::Error)), "{findings:?}");
        assert!(!findings.iter().any(|(lint, _)| *lint == "auth-cert-expired"), "{findings:?}");
    }
}

#[test]
#[cfg_attr(
    not(corpus),
    ignore = "no corpus of real exports beside the checkout, nor where FREEBUSY_LINT_CORPUS points"
)]
fn an_auth_certificate_over_the_years() {
    let files = [format!("{E16}/GetAuthConfig.xml"), format!("{E16}/GetExchangeCertificate.xml")];
    let expired = judge_files(&files, TODAY);
    // The other one is the server's own, self-signed: Exchange Online cannot have been led to it.
    let both = [("auth-cert-expired", Severity::Error), ("cert-expired-bound", Severity::Info)];
    assert_eq!(findings(&expired), both);
    let expiring = judge_files(&files, "2023-09-15");
    assert_eq!(findings(&expiring), [("auth-cert-expiring", Severity::Warning)]);
    assert!(expiring.findings[0].message.contains("44"), "{}", expiring.findings[0].message);
    assert_eq!(findings(&judge_files(&files, "2022-01-01")), []);
}

#[test]
#[cfg_attr(
    not(corpus),
    ignore = "no corpus of real exports beside the checkout, nor where FREEBUSY_LINT_CORPUS points"
)]
fn a_web_services_directory_without_an_external_url() {
    let judged = judge_files(&[format!("{E16}/GetWebServicesVirtualDirectory.xml")], TODAY);
    let ids: Vec<&str> = findings(&judged).iter().map(|(lint, _)| *lint).collect();
    assert_eq!(ids, ["ews-external-url-missing"]);
    judged.expect(&["ews-wssecurity-off", "ews-oauth-off"], Outcome::Passed);
}

#[test]
#[cfg_attr(
    not(corpus),
    ignore = "no corpus of real exports beside the checkout, nor where FREEBUSY_LINT_CORPUS points"
)]
fn partner_applications_are_right_but_for_what_is_not_ours() {
    let judged = judge_files(&[format!("{E19}/GetPartnerApplication.xml")], TODAY);
    judged.expect(
        &[
            "partnerapp-missing",
            "partnerapp-disabled",
            "partnerapp-authserver",
            "partnerapp-linked-account-missing",
            "partnerapp-linked-account-unexpected",
        ],
        Outcome::Passed,
    );
    // Neither of the applications that took over from the old one of Skype for Business is enabled.
    assert_eq!(findings(&judged), [("legacy-sfb-partner-app", Severity::Warning)]);
}

#[test]
#[cfg_attr(
    not(corpus),
    ignore = "no corpus of real exports beside the checkout, nor where FREEBUSY_LINT_CORPUS points"
)]
fn the_override_of_the_dedicated_application_is_accepted() {
    let files = [format!("{E19}/GetSettingOverride2.xml"), format!("{E19}/GetHybridConfiguration.xml")];
    let judged = judge_files(&files, TODAY);
    judged.expect(&["setting-override-not-accepted"], Outcome::Passed);
    assert_eq!(findings(&judged), []);
    // Whether an authorization server goes with it cannot be told without the export.
    judged.expect(&["evosts-missing"], Outcome::Unknown);
}

#[test]
#[cfg_attr(
    not(corpus),
    ignore = "no corpus of real exports beside the checkout, nor where FREEBUSY_LINT_CORPUS points"
)]
fn servers_that_are_well() {
    let files = [format!("{E16}/TestServiceHealth.xml"), format!("{E16}/GetServerComponentState.xml")];
    let judged = judge_files(&files, TODAY);
    judged.expect(&["service-not-running", "component-inactive"], Outcome::Passed);
    assert_eq!(findings(&judged), []);
    assert!(
        judged.lints["component-inactive"].checked > 20,
        "{}",
        judged.lints["component-inactive"].checked
    );
}

#[test]
#[cfg_attr(
    not(corpus),
    ignore = "no corpus of real exports beside the checkout, nor where FREEBUSY_LINT_CORPUS points"
)]
fn accepted_domains_without_a_hybrid_are_not_missing_one() {
    // Nothing says that there is a hybrid, and nothing that there is none.
    let judged = judge_files(&[format!("{E16}/GetAcceptedDomain.xml")], TODAY);
    judged.expect(&["accepted-domain-routing-missing"], Outcome::Unknown);
    assert_eq!(findings(&judged), []);
}

#[test]
#[cfg_attr(
    not(corpus),
    ignore = "no corpus of real exports beside the checkout, nor where FREEBUSY_LINT_CORPUS points"
)]
fn relationships_of_exchange_online_with_partners_are_no_faults() {
    let judged = judge_files(&["ScubaGear/sample-report.org_relationships.json".into()], TODAY);
    assert_eq!(findings(&judged), []);
}
