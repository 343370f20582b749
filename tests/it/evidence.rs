//! What exports prove: the same object in several of them, what they leave out, and what contradicts.

use std::collections::BTreeMap;
use std::fs;

use freebusy_lint::diagnostic::{Code, Run};
use freebusy_lint::source::{Input, discover};

use crate::support::run;

const AS_OF: &str = "2026-11-23";

fn judged(files: &[(&str, &str)]) -> Run {
    run::run(AS_OF, |ingest| {
        files.iter().for_each(|(path, text)| ingest.read(path, None, text.as_bytes()));
    })
}

fn codes(run: &Run) -> Vec<Code> {
    run.problems.iter().filter_map(|problem| problem.code()).collect()
}

fn outcome<'r>(run: &'r Run, lint: &str) -> &'r str {
    run.lints
        .iter()
        .find(|summary| summary.id == lint)
        .map_or("no such lint", |summary| summary.outcome.name())
}

fn findings<'r>(run: &'r Run, lint: &str) -> Vec<&'r str> {
    let found =
        run.findings.iter().filter(|found| found.finding().is_some_and(|finding| finding.lint == lint));
    found.map(|found| found.message.as_str()).collect()
}

/// State and reason of each export, by cmdlet.
fn states(run: &Run) -> BTreeMap<&str, (&'static str, Option<String>)> {
    let records = run.inputs.iter().flat_map(|input| &input.records);
    records
        .map(|count| (count.cmdlet.as_str(), (count.extent.state().name(), count.extent.reason())))
        .collect()
}

const RELATIONSHIP: &str = r#"{"Name": "O365 to On-premises - 1", "Guid": "5f0b3f7e-93c6-4a8e-9a53-2d6f1f8f4a10", "DomainNames": ["contoso.com"], "FreeBusyAccessEnabled": true, "FreeBusyAccessLevel": "LimitedDetails", "Enabled": true"#;

fn relationship(more: &str) -> String {
    format!("{RELATIONSHIP}{more}}}")
}

/// Nouns of which a file may hold millions of objects, each judged as it is read.
const RECIPIENTS: [&str; 5] =
    ["Mailbox", "MailUser", "User", "CalendarProcessing", "DistributionGroupMember"];

#[test]
fn a_folder_that_is_given_twice_is_judged_as_once() {
    let samples = fs::read_dir("samples/broken").unwrap().map(|entry| entry.unwrap().path());
    let mut compared = 0;
    for folder in samples.chain(["samples/healthy".into()]) {
        let files: Vec<(String, Vec<u8>)> = discover(folder.to_str().unwrap())
            .inputs
            .into_iter()
            .filter_map(|input| match input {
                Input::File(path) => Some((path.to_str().unwrap().to_owned(), fs::read(path).unwrap())),
                _ => None,
            })
            .collect();
        // What is judged as it is read is judged twice; what is cut differs from nothing.
        if files.iter().any(|(path, _)| RECIPIENTS.iter().any(|noun| path.contains(noun))) {
            continue;
        }
        let read = |groups: &[&str]| {
            run::run(AS_OF, |ingest| {
                for group in groups {
                    for (path, bytes) in &files {
                        ingest.read(&format!("{group}/{path}"), None, bytes.as_slice());
                    }
                }
            })
        };
        let (once, twice) = (read(&["first"]), read(&["first", "second"]));
        let fingerprints = |run: &Run| -> Vec<String> {
            run.findings.iter().map(|found| found.finding().unwrap().fingerprint.clone()).collect()
        };
        let outcomes = |run: &Run| -> Vec<(String, &str)> {
            run.lints.iter().map(|lint| (lint.id.clone(), lint.outcome.name())).collect()
        };
        let folder = folder.display();
        assert_eq!(fingerprints(&twice), fingerprints(&once), "{folder}");
        assert_eq!(outcomes(&twice), outcomes(&once), "{folder}");
        compared += 1;
    }
    assert!(compared > 30, "only {compared}");
}

#[test]
fn the_later_of_two_exports_counts() {
    let export = |is_enabled: bool, day: &str| {
        let text = RELATIONSHIP.replace(r#""Enabled": true"#, &format!(r#""Enabled": {is_enabled}"#));
        format!(r#"{text}, "WhenChangedUTC": "{day}T00:00:00Z"}}"#)
    };
    for is_enabled in [false, true] {
        let (early, late) = (export(!is_enabled, "2026-01-01"), export(is_enabled, "2026-02-01"));
        // Three more that are the same, so that they are no two snapshots.
        let more = ["2", "3", "4"].map(|number| {
            relationship("").replace("- 1", &format!("- {number}")).replace("4a10", &format!("4a1{number}"))
        });
        let all = |first: &str| format!("[{first}, {}]", more.join(", "));
        let (early, late) = (all(&early), all(&late));
        for files in [
            [("cloud/a.json", early.as_str()), ("cloud/b.json", late.as_str())],
            [("cloud/a.json", late.as_str()), ("cloud/b.json", early.as_str())],
        ] {
            let run = judged(&files);
            assert_eq!(codes(&run), [Code::LaterExportCounts]);
            assert_eq!(findings(&run, "orgrel-disabled").len(), usize::from(!is_enabled));
        }
    }
}

#[test]
fn exports_that_contradict_are_two_snapshots_or_unknown() {
    let other = RELATIONSHIP.replace(r#""Enabled": true"#, r#""Enabled": false"#) + "}";
    let same: Vec<String> = (2..5)
        .map(|number| {
            relationship("").replace("- 1", &format!("- {number}")).replace("4a10", &format!("4a1{number}"))
        })
        .collect();
    // One of four: the property is unknown, and nothing else.
    let all = |first: &str| format!("[{first}, {}]", same.join(", "));
    let (one, two) = (all(&relationship("")), all(&other));
    let run = judged(&[("cloud/a.json", &one), ("cloud/b.json", &two)]);
    assert_eq!(codes(&run), [Code::ObjectContradicts]);
    assert_eq!(outcome(&run, "orgrel-disabled"), "unknown");
    assert!(findings(&run, "hcw-object-duplicate").len() <= 1);
    // The only one that both have: two snapshots.
    let run = judged(&[("may/cloud/a.json", &relationship("")), ("june/cloud/a.json", &other)]);
    assert_eq!(codes(&run), [Code::TwoSnapshots]);
    assert_eq!(outcome(&run, "orgrel-disabled"), "unknown");
}

#[test]
fn an_export_without_objects_contradicts_one_with_some() {
    let run = judged(&[
        ("may/cloud/Get-OrganizationRelationship.json", &relationship("")),
        ("june/cloud/Get-OrganizationRelationship.json", "[]"),
    ]);
    assert_eq!(codes(&run), [Code::ExportsContradict]);
    assert_eq!(outcome(&run, "orgrel-disabled"), "unknown");
}

#[test]
fn what_one_export_lacks_another_has() {
    let cut = r#"[{"Name": "O365 to On-premises - 1", "Guid": "5f0b3f7e-93c6-4a8e-9a53-2d6f1f8f4a10", "FreeBusyAccessEnabled": true}]"#;
    let off = RELATIONSHIP.replace(r#""Enabled": true"#, r#""Enabled": false"#) + "}";
    let run = judged(&[
        ("first/cloud/Get-OrganizationRelationship.json", cut),
        ("second/cloud/Get-OrganizationRelationship.json", &off),
    ]);
    assert_eq!(findings(&run, "orgrel-disabled").len(), 1);
    assert_eq!(codes(&run), []);
    let needs = run.lints.iter().filter(|lint| lint.id == "orgrel-disabled").flat_map(|lint| &lint.needs);
    assert_eq!(needs.filter(|need| need.property.as_deref() == Some("Enabled")).count(), 0);
}

#[test]
fn directories_of_two_servers_are_not_one() {
    let directory = |server: &str, oauth: bool| {
        format!(
            r#"[{{"Name": "EWS (Default Web Site)", "Identity": "{server}\\\\EWS (Default Web Site)", "Server": "{server}", "OAuthAuthentication": {oauth}, "WSSecurityAuthentication": true, "ExternalUrl": "https://mail.contoso.com/EWS/Exchange.asmx", "MRSProxyEnabled": true}}]"#
        )
    };
    let (good, bad) = (directory("EX01", true), directory("EX02", false));
    let run = judged(&[("onprem/a.json", &good), ("onprem/b.json", &bad)]);
    assert_eq!(codes(&run), []);
    let [message] = findings(&run, "ews-oauth-off")[..] else { panic!("{:?}", run.findings) };
    assert!(message.contains("EX02"), "{message}");
}

#[test]
fn states_follow_from_commands_counts_and_blanks() {
    let transcript = "[PS] C:\\>Get-AuthServer | fl Name,Enabled\n\n\nName    : ACS\nEnabled : True\n\n\n\n\
                      [PS] C:\\>Get-PartnerApplication \"Microsoft Graph\" | fl Name,Enabled\n\n\n\
                      Name    : Microsoft Graph\nEnabled : True\n\n\n\n\
                      [PS] C:\\>Get-SettingOverride\n[PS] C:\\>Get-AuthConfig | fl\n\
                      Get-AuthConfig : Access denied.\n\
                      \x20   + CategoryInfo          : PermissionDenied: (:) [Get-AuthConfig], Exception\n[PS] C:\\>\n";
    let run = judged(&[("onprem/session.txt", transcript), ("onprem/Get-FederationTrust.xml", "")]);
    let states = states(&run);
    let state = |cmdlet: &str| states.get(cmdlet).map_or("not exported", |(state, _)| state);
    assert_eq!(state("Get-AuthServer"), "complete");
    assert_eq!(state("Get-PartnerApplication"), "selected");
    assert_eq!(state("Get-SettingOverride"), "silent");
    assert_eq!(state("Get-AuthConfig"), "failed");
    assert_eq!(state("Get-FederationTrust"), "failed");
    // The one that was not asked for is not missing.
    assert_eq!(outcome(&run, "partnerapp-missing"), "unknown");
}

#[test]
fn exactly_as_many_recipients_as_a_list_has_by_default_may_be_cut() {
    let users = |count: usize| {
        let users: Vec<String> = (0..count)
            .map(|user| format!(r#"{{"PrimarySmtpAddress": "u{user}@contoso.com", "Name": "u{user}"}}"#))
            .collect();
        format!("[{}]", users.join(","))
    };
    for (count, state) in [(999, "complete"), (1000, "limited"), (1001, "complete")] {
        let run = judged(&[("cloud/Get-MailUser.json", &users(count))]);
        assert_eq!(states(&run).get("Get-MailUser").map(|(state, _)| *state), Some(state), "{count}");
    }
}
