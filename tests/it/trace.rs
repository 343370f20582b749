//! `trace` from end to end: directions, domains, addresses, gates and exit codes.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::{Value, json};
use tempfile::TempDir;

const HEALTHY: &str = "samples/healthy";

fn trace(arguments: &[&str]) -> (i32, String) {
    let output = Command::cargo_bin("freebusy-lint")
        .unwrap()
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["trace", "--as-of", "2026-11-23"])
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.stderr.is_empty() || output.status.code() == Some(2), "{output:?}");
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

fn paths(arguments: &[&str]) -> (i32, Vec<Value>) {
    let (code, text) = trace(&[arguments, &["--format", "json"]].concat());
    let report: Value = serde_json::from_str(&text).unwrap();
    (code, report["paths"].as_array().unwrap().clone())
}

/// Direction, domain, authentication, verdict and failure of each path.
fn shown(paths: &[Value]) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let line = |path: &Value| {
        [&path["direction"], &path["domain"], &path["auth"], &path["verdict"], &path["failure"]["code"]]
            .map(text)
            .join(" ")
    };
    paths.iter().map(line).collect()
}

/// A folder of exports: path below it, and content.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (path, content) in files {
        let file = folder.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
    }
    folder
}

fn path_of(folder: &TempDir) -> &str {
    folder.path().to_str().unwrap()
}

#[test]
fn the_healthy_sample_uses_oauth_both_ways() {
    let (code, paths) = paths(&[HEALTHY]);
    assert_eq!(code, 0);
    assert_eq!(
        shown(&paths),
        [
            "onprem-to-cloud contoso.mail.onmicrosoft.com OAuth works -",
            "cloud-to-onprem contoso.com OAuth works -",
            "cloud-to-onprem fabrikam.com OAuth works -",
        ]
    );
    for path in &paths {
        assert_eq!(path["object"]["cmdlet"], "Get-IntraOrganizationConnector");
        let rejected = path["rejected"].as_array().unwrap();
        assert!(!rejected.is_empty(), "the relationship lists it too");
        assert_eq!(rejected[0]["object"]["cmdlet"], "Get-OrganizationRelationship");
        for gate in path["gates"].as_array().unwrap() {
            assert!(["passed", "not-applicable"].contains(&gate["state"].as_str().unwrap()), "{gate}");
            // Nothing but the day decides on the retirement, and nothing is wrong with any one of the users.
            let has_values =
                !["EWS of Exchange Online has not been retired", "the user in the token is one object"]
                    .contains(&gate["title"].as_str().unwrap());
            let is_shown = !gate["evidence"].as_array().unwrap().is_empty();
            assert!(gate["state"] != "passed" || !has_values || is_shown, "{gate}");
        }
    }
}

#[test]
fn a_shut_gate_breaks_the_path_and_points_at_the_value() {
    let broken = "samples/broken/virtual-directories/onprem/Get-WebServicesVirtualDirectory.xml";
    let cloud = format!("{HEALTHY}/cloud");
    let (code, paths) = paths(&["--cloud", &cloud, broken]);
    assert_eq!(code, 1);
    let path = paths.iter().find(|path| path["domain"] == "contoso.com").unwrap();
    assert_eq!(path["verdict"], "broken");
    let gates = path["gates"].as_array().unwrap();
    let gate = gates.iter().find(|gate| gate["title"] == "EWS accepts OAuth").unwrap();
    assert_eq!((&gate["state"], &gate["lints"]), (&json!("failed"), &json!(["ews-oauth-off"])));
    assert_eq!(gate["evidence"][0]["path"], broken);
    let trust =
        gates.iter().find(|gate| gate["title"] == "the servers trust the signature of the token").unwrap();
    assert_eq!(trust["state"], "unknown");
    assert!(
        trust["unknown"]
            .as_array()
            .unwrap()
            .iter()
            .any(|need| need["what"] == "no export of Get-AuthServer (on-premises)")
    );
}

#[test]
fn without_exports_a_direction_is_unknown_and_says_what_to_export() {
    let folder = folder(&[("onprem/Get-AuthServer.json", "[]")]);
    let (code, text) = trace(&[path_of(&folder)]);
    assert_eq!(code, 0);
    assert!(text.contains("on-premises to Exchange Online: no domain to ask for: unknown"), "{text}");
    assert!(text.contains("no export of Get-IntraOrganizationConnector (Exchange Online)"), "{text}");
    assert!(text.contains("Get-HybridConfiguration | Export-Clixml"), "{text}");
}

const CONNECTOR: &str = r#"[{"Name":"ioc","Enabled":true,"TargetAddressDomains":["contoso.mail.onmicrosoft.com"],"DiscoveryEndpoint":"https://autodiscover-s.outlook.com/autodiscover/autodiscover.svc"}]"#;
const RELATIONSHIP: &str = r#"[{"Name":"rel","Enabled":true,"FreeBusyAccessEnabled":true,"DomainNames":["contoso.com"],"TargetApplicationUri":"outlook.com","TargetAutodiscoverEpr":"https://a.contoso.com/autodiscover/autodiscover.svc/WSSecurity","TargetSharingEpr":null}]"#;
const REMOTE_MAILBOX: &str = r#"[{"Name":"Zoë","PrimarySmtpAddress":"zoe@contoso.com","EmailAddresses":["SMTP:zoe@contoso.com"],"RemoteRoutingAddress":"SMTP:zoe@contoso.mail.onmicrosoft.com"}]"#;

#[test]
fn addresses_tell_the_direction_and_the_order_of_domains() {
    let folder = folder(&[
        ("onprem/Get-IntraOrganizationConnector.json", CONNECTOR),
        ("onprem/Get-OrganizationRelationship.json", RELATIONSHIP),
        ("onprem/Get-RemoteMailbox.json", REMOTE_MAILBOX),
    ]);
    let exports = path_of(&folder);
    // The remote mailbox says where it is, and its routing address comes before the one that was typed.
    let (_, found) = paths(&["--from", "a@contoso.com", "--to", "Zoe@contoso.com", exports]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["direction"], "onprem-to-cloud");
    assert_eq!(found[0]["tried"], json!(["contoso.mail.onmicrosoft.com", "contoso.com"]));
    assert_eq!(
        (&found[0]["auth"], &found[0]["domain"]),
        (&json!("OAuth"), &json!("contoso.mail.onmicrosoft.com"))
    );
    assert_eq!(found[0]["assumptions"], json!([]));
    // The tenant's routing domain is in the cloud, whoever it belongs to.
    let (_, found) = paths(&["--to", "b@contoso.mail.onmicrosoft.com", exports]);
    assert_eq!((found.len(), &found[0]["direction"]), (1, &json!("onprem-to-cloud")));
    // Nothing tells where this one is.
    let (_, found) = paths(&["--to", "nobody@contoso.com", exports]);
    assert_eq!(found.len(), 2);
    assert!(found[0]["assumptions"][0].as_str().unwrap().contains("both directions are shown"));
}

#[test]
fn a_mailbox_on_premises_is_asked_for_by_the_cloud() {
    let (code, found) = paths(&["--to", "ana.duarte@contoso.com", HEALTHY]);
    assert_eq!(code, 0);
    let cloud = fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join(HEALTHY).join("cloud/Get-Mailbox.json"),
    );
    assert!(cloud.unwrap().contains("ana.duarte@contoso.com"), "her mailbox is in Exchange Online");
    assert_eq!((found.len(), &found[0]["direction"]), (1, &json!("onprem-to-cloud")));
}

#[test]
fn wrong_addresses_are_usage_errors() {
    for arguments in [["--to", "contoso.com", HEALTHY], ["--from", "a@contoso.com", HEALTHY]] {
        assert_eq!(trace(&arguments).0, 2, "{arguments:?}");
    }
}
