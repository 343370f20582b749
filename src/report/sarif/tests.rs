use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::*;
use crate::report::fixture::{outline, part, rendered, sample_run};
use crate::report::{HumanOptions, ReportFormat};

fn report(run: &Run) -> Value {
    serde_json::from_str(&rendered(run, ReportFormat::Sarif)).unwrap()
}

fn quiet(run: &Run) -> Value {
    let mut out = Vec::new();
    let options = HumanOptions { quiet: true, ..HumanOptions::default() };
    crate::report::write(run, ReportFormat::Sarif, &options, &mut out).unwrap();
    serde_json::from_slice(&out).unwrap()
}

fn results<'a>(report: &'a Value, lint: &str) -> Vec<&'a Value> {
    let all = report["runs"][0]["results"].as_array().unwrap();
    all.iter().filter(|result| result["ruleId"] == lint).collect()
}

/// A part of the only run.
fn part_of_sample(path: &str) -> String {
    part(&rendered(&sample_run(), ReportFormat::Sarif), &format!("runs/0/{path}"))
}

#[test]
fn the_outline_of_a_log() {
    insta::assert_snapshot!(outline(&rendered(&sample_run(), ReportFormat::Sarif), 3));
    let version = format!("\"{}\"", env!("CARGO_PKG_VERSION"));
    let driver = outline(&part_of_sample("tool/driver"), 1);
    insta::assert_snapshot!("driver", driver.replace(&version, "\"[version]\""));
}

#[test]
fn rules() {
    insta::assert_snapshot!("rule_without_a_command", part_of_sample("tool/driver/rules/1"));
    insta::assert_snapshot!("rule", part_of_sample("tool/driver/rules/5"));
    insta::assert_snapshot!("descriptor_of_a_problem", part_of_sample("tool/driver/notifications/1"));
}

#[test]
fn problems_and_files() {
    let notifications = "invocations/0/toolExecutionNotifications";
    insta::assert_snapshot!("problem_with_a_place", part_of_sample(&format!("{notifications}/0")));
    insta::assert_snapshot!("problem_with_a_file", part_of_sample(&format!("{notifications}/1")));
    insta::assert_snapshot!("file", part_of_sample("artifacts/1"));
    insta::assert_snapshot!("root", part_of_sample("originalUriBaseIds"));
}

#[test]
fn results_of_each_kind() {
    let log = rendered(&sample_run(), ReportFormat::Sarif);
    let result = |lint: &str, kind: &str| {
        let at = report(&sample_run())["runs"][0]["results"]
            .as_array()
            .unwrap()
            .iter()
            .position(|result| result["ruleId"] == lint && result["kind"] == kind)
            .unwrap();
        part(&log, &format!("runs/0/results/{at}"))
    };
    insta::assert_snapshot!("finding_without_a_place", result("connector-missing", "fail"));
    insta::assert_snapshot!("finding_in_two_files", result("orgrel-domains-differ", "fail"));
    insta::assert_snapshot!("suppressed_finding", result("orgrel-freebusy-scope-set", "fail"));
    insta::assert_snapshot!("known_finding", result("orgrel-disabled", "fail"));
    insta::assert_snapshot!("lint_that_is_unknown", result("auth-server-realm", "open"));
    insta::assert_snapshot!("lint_that_passed", result("orgrel-name", "pass"));
    insta::assert_snapshot!("lint_without_objects", result("domain-shared", "notApplicable"));
}

#[test]
fn a_finding_is_where_its_value_is() {
    let report = report(&sample_run());
    let differ = results(&report, "orgrel-domains-differ")[0];
    assert_eq!((&differ["kind"], &differ["level"]), (&json!("fail"), &json!("error")));
    // UTF-16 with a byte order mark: the same numbers as in the JSON report.
    let physical = &differ["locations"][0]["physicalLocation"];
    assert_eq!(
        physical["region"],
        json!({
            "startLine": 5, "startColumn": 26, "endLine": 5, "endColumn": 38, "byteOffset": 240, "byteLength": 24,
            "snippet": {"text": "fabrikam.com"},
        })
    );
    assert_eq!(
        physical["artifactLocation"],
        json!({"uri": "exports/cloud/orgrel.xml", "uriBaseId": "%SRCROOT%", "index": 1})
    );
    let related = &differ["relatedLocations"][0];
    assert_eq!(related["physicalLocation"]["artifactLocation"]["uri"], "exports/onprem/orgrel.json");
    assert_eq!(related["message"]["text"], "compared with this");
    let far = &results(&report, "mailbox-timezone-missing")[0]["locations"][0]["physicalLocation"]["region"];
    assert_eq!((&far["startLine"], &far["startColumn"]), (&json!(1), &json!(201_975)));
    assert_eq!(report["runs"][0]["columnKind"], "unicodeCodePoints");
}

#[test]
fn a_finding_without_a_place_has_a_file_and_no_region() {
    let report = report(&sample_run());
    let location = &results(&report, "connector-missing")[0]["locations"][0];
    let uri = &location["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(uri, "exports/onprem/Get-IntraOrganizationConnector.json");
    assert_eq!(location["physicalLocation"].get("region"), None);
    assert_eq!(
        location["logicalLocations"][0]["fullyQualifiedName"],
        "onprem/Get-IntraOrganizationConnector/fabrikam.com"
    );
}

#[test]
fn every_lint_is_a_rule_and_every_other_outcome_a_result() {
    let report = report(&sample_run());
    let rules = report["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), 9);
    for rule in rules {
        for text in ["shortDescription", "fullDescription", "help"] {
            assert!(rule[text]["text"].as_str().is_some_and(|text| !text.is_empty()), "{rule}");
        }
        assert!(rule["help"]["markdown"].as_str().unwrap().contains("- <https://learn.microsoft.com/"));
    }
    let all = report["runs"][0]["results"].as_array().unwrap();
    for result in all {
        if let Some(index) = result.get("ruleIndex") {
            assert_eq!(rules[usize::try_from(index.as_u64().unwrap()).unwrap()]["id"], result["ruleId"]);
        }
        assert_eq!(result["kind"] == "fail", result["level"] != "none", "{result}");
    }
    let count = |kind: &str| all.iter().filter(|result| result["kind"] == kind).count();
    assert_eq!(["fail", "open", "pass", "notApplicable"].map(count), [106, 3, 1, 1]);
    let open = results(&report, "auth-server-realm")[0]["message"]["text"].as_str().unwrap();
    assert!(open.starts_with("could not be judged: no export of Get-AuthServer (on-premises); "), "{open}");
}

#[test]
fn suppressed_findings_are_marked() {
    let report = report(&sample_run());
    let scope = results(&report, "orgrel-freebusy-scope-set")[0];
    let expected = json!([{
        "kind": "external", "status": "accepted",
        "justification": "the relationship is kept for the archive until the move is done (until 2026-12-31)",
    }]);
    assert_eq!(scope["suppressions"], expected);
    assert_eq!(scope.get("baselineState"), None);
    let known = results(&report, "orgrel-disabled")[0];
    assert_eq!(
        (&known["baselineState"], &known["suppressions"][0]["kind"]),
        (&json!("unchanged"), &json!("external"))
    );
    let new = results(&report, "orgrel-freebusy-disabled")[0];
    assert_eq!((&new["baselineState"], &new["suppressions"]), (&json!("new"), &json!([])));
}

#[test]
fn quiet_leaves_what_is_no_alert_out() {
    let report = quiet(&sample_run());
    let all = report["runs"][0]["results"].as_array().unwrap();
    assert_eq!(all.len(), 104);
    for result in all {
        assert_eq!((&result["kind"], &result["suppressions"]), (&json!("fail"), &json!([])));
        assert!(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].is_string());
    }
}

#[test]
fn fingerprints_are_unique_and_do_not_depend_on_the_order() {
    let mut run = sample_run();
    let twice = run.findings[4].clone();
    run.findings.push(twice);
    let hashes = |report: &Value| {
        let all = report["runs"][0]["results"].as_array().unwrap().clone();
        let hashes = all.iter().filter_map(|result| {
            result["partialFingerprints"]["primaryLocationLineHash"].as_str().map(str::to_owned)
        });
        hashes.collect::<Vec<_>>()
    };
    let before = hashes(&report(&run));
    assert_eq!(before.iter().collect::<BTreeSet<_>>().len(), 107);
    run.findings.reverse();
    let after = hashes(&report(&run));
    assert_eq!(before.iter().collect::<BTreeSet<_>>(), after.iter().collect());
}

#[test]
fn problems_are_notifications() {
    let report = report(&sample_run());
    let invocation = &report["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let execution = invocation["toolExecutionNotifications"].as_array().unwrap();
    assert_eq!(execution.len(), 2);
    assert_eq!(execution[0]["locations"][0]["physicalLocation"]["region"]["startLine"], 3);
    assert_eq!(
        execution[1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
        "exports/onprem/locked.xml"
    );
    let configuration = invocation["toolConfigurationNotifications"].as_array().unwrap();
    assert_eq!((configuration.len(), &configuration[0]["level"]), (1, &json!("warning")));
}

#[test]
fn paths_are_uris() {
    let table = [
        ("./exports/a.json", "exports/a.json", Some(ROOT)),
        ("exporte für uns/50%.json", "exporte%20f%C3%BCr%20uns/50%25.json", Some(ROOT)),
        ("../a.json", "../a.json", Some(ROOT)),
        ("<stdin>", "%3Cstdin%3E", Some(ROOT)),
        ("a:b.json/c", "file:///a:b.json/c", None),
        ("ab:c", "ab%3Ac", Some(ROOT)),
        ("/srv/a b", "file:///srv/a%20b", None),
        ("C:/exports/a.json", "file:///C:/exports/a.json", None),
        ("//server/share/a.json", "file://server/share/a.json", None),
    ];
    for (path, expected, base) in table {
        assert_eq!(uri(path), (expected.to_owned(), base));
    }
}

#[test]
fn messages_are_shown_as_they_are() {
    assert_eq!(Message::literal("HybridIOC - {0}").text, "HybridIOC - {{0}}");
    assert_eq!(Message::literal(r"[a](b) C:\x").text, r"\[a\](b) C:\\x");
    assert_eq!(Message::literal("DomainNames[0]").text, "DomainNames[0]");
}
