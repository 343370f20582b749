//! Every format of the report on all broken samples at once, and several reports of one run.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail like tests")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use serde_json::Value;

use crate::support::{AS_OF, Folder, Ran, Report};

/// A relationship without a level is an error.
const NO_LEVEL: &str = r#"{"Name": "O365 to On-premises - 1", "DomainNames": ["contoso.com"], "Enabled": true, "FreeBusyAccessEnabled": true, "FreeBusyAccessLevel": "None"}"#;
const EXPORT: &str = "cloud/Get-OrganizationRelationship.json";

/// Every format but that for people, and a file for it.
const FORMATS: [(&str, &str); 8] = [
    ("json", "report.json"),
    ("jsonl", "report.jsonl"),
    ("sarif", "report.sarif"),
    ("junit", "report.xml"),
    ("github", "report.log"),
    ("gitlab", "gitlab.json"),
    ("markdown", "report.md"),
    ("csv", "report.csv"),
];

fn broken() -> Folder {
    let folder = Folder::new();
    folder.write(EXPORT, NO_LEVEL);
    folder
}

/// All formats of one run over all broken samples, and the report for people.
fn samples() -> Folder {
    let folder = Folder::new();
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/broken");
    let samples = samples.to_str().unwrap();
    let outputs: Vec<String> =
        FORMATS.iter().map(|(format, file)| format!("--output={format}={file}")).collect();
    let mut arguments = vec![samples, "--as-of", AS_OF];
    arguments.extend(outputs.iter().map(String::as_str));
    let ran = folder.run(&arguments);
    assert_eq!((ran.code, ran.stderr.as_str()), (1, ""));
    folder.write("report.txt", ran.stdout);
    folder
}

static SAMPLES: LazyLock<Folder> = LazyLock::new(samples);

fn written(file: &str) -> String {
    fs::read_to_string(SAMPLES.path(file)).unwrap()
}

fn json(file: &str) -> Value {
    serde_json::from_str(&written(file)).unwrap()
}

fn array(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("{value} is no array"))
}

#[test]
fn all_formats_tell_of_the_same_findings() {
    let report = json("report.json");
    let findings = array(&report["findings"]).len();
    let problems = array(&report["diagnostics"]).len();
    assert!(findings > 100, "only {findings}");
    let lines = written("report.jsonl");
    let of_type =
        |name: &str| lines.lines().filter(|line| line.contains(&format!("\"type\":\"{name}\""))).count();
    assert_eq!((of_type("finding"), of_type("diagnostic"), of_type("summary")), (findings, problems, 1));
    let sarif = json("report.sarif");
    let fails = array(&sarif["runs"][0]["results"]).iter().filter(|result| result["kind"] == "fail").count();
    assert_eq!(fails, findings);
    assert_eq!(array(&json("gitlab.json")).len(), findings + problems);
    let commands = written("report.log").lines().filter(|line| line.starts_with("::")).count();
    assert_eq!(commands, findings + problems + 1);
    let count = |severity: &str| report["summary"][severity].to_string();
    let totals =
        format!("**{} errors, {} warnings, {} infos**", count("errors"), count("warnings"), count("infos"));
    assert!(written("report.md").contains(&totals), "{totals}");
    // Problems with the inputs are counted behind them.
    let last = written("report.txt");
    assert!(last.lines().next_back().unwrap().starts_with(&totals[2..totals.len() - 2]), "{totals}");
}

#[test]
fn sarif_keeps_the_rules_that_no_schema_checks() {
    let sarif = json("report.sarif");
    let run = &sarif["runs"][0];
    let (rules, artifacts) = (array(&run["tool"]["driver"]["rules"]), array(&run["artifacts"]));
    let ids: BTreeSet<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), rules.len());
    let uris: BTreeSet<&str> =
        artifacts.iter().map(|artifact| artifact["location"]["uri"].as_str().unwrap()).collect();
    assert_eq!(uris.len(), artifacts.len());
    for (index, artifact) in artifacts.iter().enumerate() {
        assert_eq!(artifact["location"]["index"], index);
    }
    let at = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
    let mut regions = 0;
    for result in array(&run["results"]) {
        assert_eq!(rules[at(&result["ruleIndex"])]["id"], result["ruleId"]);
        assert_eq!(result["kind"] == "fail", result["level"] != "none");
        let related = result.get("relatedLocations").map(array).unwrap_or_default();
        for location in array(&result["locations"]).iter().chain(related) {
            let place = &location["physicalLocation"];
            let file = &place["artifactLocation"];
            assert_eq!(artifacts[at(&file["index"])]["location"]["uri"], file["uri"]);
            let Some(region) = place.get("region") else { continue };
            regions += 1;
            let from = (at(&region["startLine"]), at(&region["startColumn"]));
            assert!(from.0 >= 1 && from.1 >= 1 && from <= (at(&region["endLine"]), at(&region["endColumn"])));
        }
    }
    assert!(regions > 200, "only {regions}");
    let kinds: BTreeSet<&str> =
        array(&run["results"]).iter().map(|result| result["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ["fail", "notApplicable", "open", "pass"]);
}

#[test]
fn the_bytes_are_the_same_every_time() {
    let again = samples();
    for (_, file) in FORMATS {
        assert_eq!(fs::read(again.path(file)).unwrap(), fs::read(SAMPLES.path(file)).unwrap(), "{file}");
    }
}

#[test]
fn a_file_has_what_standard_output_would_have() {
    for (format, file) in FORMATS {
        let folder = broken();
        let output = format!("{format}={file}");
        let several = folder.run(&["cloud", "--as-of", AS_OF, "--output", &output, "--quiet"]);
        assert!(several.stdout.contains("1 error"), "the report for people: {}", several.stdout);
        let alone = folder.run(&["cloud", "--as-of", AS_OF, "--format", format, "--quiet"]);
        assert_eq!(fs::read_to_string(folder.path(file)).unwrap(), alone.stdout, "{format}");
        let hyphen = folder.run(&["cloud", "--as-of", AS_OF, "--output", &format!("{format}=-"), "--quiet"]);
        assert_eq!((hyphen.stdout, hyphen.code), (alone.stdout, 1), "{format}");
    }
}

#[test]
fn a_file_for_people_has_no_colours_unless_they_are_asked_for() {
    let folder = broken();
    folder.run(&["cloud", "--as-of", AS_OF, "--output", "human=a.txt"]);
    folder.run(&["cloud", "--as-of", AS_OF, "--output", "human=b.txt", "--color", "always"]);
    assert!(!fs::read_to_string(folder.path("a.txt")).unwrap().contains('\x1b'));
    assert!(fs::read_to_string(folder.path("b.txt")).unwrap().contains("\x1b["));
}

#[test]
fn outputs_that_cannot_be_are_wrong_usage() {
    let table: [(&[&str], &str); 8] = [
        (&["--output", "sarfi=a.sarif"], "one of: human, json"),
        (&["--output", "sarif="], "no file after `sarif=`"),
        (&["--output", "csv=a", "--output", "json=a"], "`a` is given twice"),
        (&["--format", "json", "--output", "csv"], "standard output has a report already"),
        (&["--output", "csv=no-such-folder/a.csv"], "cannot write the report to `no-such-folder/a.csv`: "),
        (&["--output", "csv=cloud"], "cannot write the report to `cloud`: "),
        (
            &["--output", "csv=cloud/Get-OrganizationRelationship.json"],
            "it is one of the exports that were read",
        ),
        (&["--output", "csv=cloud/../cloud/Get-OrganizationRelationship.json"], "it is one of the exports"),
    ];
    for (options, expected) in table {
        let folder = broken();
        let mut arguments = vec!["cloud", "--as-of", AS_OF];
        arguments.extend(options);
        for command in [&["check"][..], &["trace"]] {
            let ran = folder.run(&[command, &arguments].concat());
            assert_eq!(ran.code, 2, "{options:?}: {ran:?}");
            assert!(ran.stderr.contains(expected), "{options:?}: {}", ran.stderr);
        }
        assert_eq!(fs::read_to_string(folder.path(EXPORT)).unwrap(), NO_LEVEL, "the export is left alone");
    }
}

#[test]
fn one_report_that_cannot_be_written_does_not_keep_the_others() {
    let folder = broken();
    let ran = folder.run(&[
        "cloud",
        "--as-of",
        AS_OF,
        "--output=csv=no-such-folder/a",
        "--output=json=report.json",
        "--output=junit=-",
    ]);
    assert_eq!(ran.code, 2);
    assert!(ran.stdout.starts_with("<?xml"), "{}", ran.stdout);
    let json = fs::read_to_string(folder.path("report.json")).unwrap();
    let report = Report::of(&Ran { code: 1, stdout: json, stderr: String::new() });
    assert_eq!(report.findings("orgrel-freebusy-level-none").len(), 1);
}

#[test]
fn a_trace_goes_to_files_too() {
    let folder = broken();
    let ran = folder.run(&[
        "trace",
        "cloud",
        "--as-of",
        AS_OF,
        "--output=markdown=trace.md",
        "--output=human=trace.txt",
    ]);
    assert_eq!(fs::read_to_string(folder.path("trace.txt")).unwrap(), ran.stdout);
    assert!(fs::read_to_string(folder.path("trace.md")).unwrap().contains("\n## Paths\n"));
}
