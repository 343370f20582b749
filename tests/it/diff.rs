//! `diff` from end to end: the pair of samples around a run of the wizard, formats, exit codes; and what a shell and
//! a pipeline need beside it.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use freebusy_lint::report::ReportFormat;
use serde_json::{Value, json};
use tempfile::TempDir;

const BEFORE: &str = "wizard/before";
const AFTER: &str = "wizard/after";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Runs the binary among the samples: exit code, output, and what it complains of.
fn run(arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::cargo_bin("freebusy-lint").unwrap();
    let output = command.current_dir(root().join("samples")).env_clear().args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn diff(before: &str, after: &str, more: &[&str]) -> (i32, String) {
    let (code, out, complaint) = run(&[&["diff", before, after, "--as-of", "2026-11-23"], more].concat());
    assert!(complaint.is_empty() || code == 2, "{complaint}");
    (code, out)
}

/// The difference as JSON, which its schema allows.
#[track_caller]
fn compared(before: &str, after: &str, more: &[&str]) -> (i32, Value) {
    let (code, out) = diff(before, after, &[&["--format", "json"], more].concat());
    let schema = fs::read_to_string(root().join("schemas/diff.schema.json")).unwrap();
    let validator = jsonschema::draft202012::new(&serde_json::from_str(&schema).unwrap()).unwrap();
    let json: Value = serde_json::from_str(&out).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&json).map(|error| format!("{} {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:?}");
    (code, json)
}

fn items(list: &Value) -> &[Value] {
    list.as_array().unwrap()
}

fn text<'a>(item: &'a Value, field: &str) -> &'a str {
    item[field].as_str().unwrap_or("-")
}

/// Exports of one side below a folder.
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
fn the_run_of_the_wizard_for_people() {
    let (code, out) = diff(BEFORE, AFTER, &[]);
    assert_eq!(code, 1);
    insta::assert_snapshot!("wizard_human", out);
}

#[test]
fn the_run_of_the_wizard_in_markdown() {
    insta::assert_snapshot!("wizard_markdown", diff(BEFORE, AFTER, &["--format", "markdown"]).1);
}

#[test]
fn equal_runs_give_equal_bytes() {
    for format in ReportFormat::ALL.map(ReportFormat::name) {
        let one = diff(BEFORE, AFTER, &["--format", format]);
        assert_eq!(one, diff(BEFORE, AFTER, &["--format", format]), "{format}");
        assert!(!one.1.contains('\u{1b}'), "{format}: no colours");
    }
}

#[test]
fn nothing_changed_is_nothing() {
    let (code, json) = compared("healthy", "healthy", &["--recipients"]);
    assert_eq!((code, items(&json["objects"]).len(), items(&json["uncompared"]).len()), (0, 0, 0));
    assert!(json["summary"]["unchanged"].as_u64().unwrap() > 100, "{}", json["summary"]);
    assert!(items(&json["paths"]).iter().all(|path| path["changed"] == false));
    // Faults that were there before are no news.
    let (code, json) = compared("broken/endpoints", "broken/endpoints", &["--fail-on", "info"]);
    assert_eq!((code, &json["summary"]["new"]), (0, &json!(0)));
    assert!(json["summary"]["remaining"].as_u64().unwrap() > 0);
}

#[test]
fn the_run_of_the_wizard_in_numbers() {
    let (code, json) = compared(BEFORE, AFTER, &[]);
    assert_eq!(code, 1);
    assert_eq!(
        json["summary"],
        json!({
            "new": 2, "risen": 0, "fixed": 4, "unjudged": 0, "remaining": 1,
            "created": 5, "removed": 0, "renamed": 2, "changed": 2, "unchanged": 9, "paths_changed": 3,
        })
    );
    let lints = |fate: &str| -> Vec<String> {
        items(&json["findings"][fate]).iter().map(|found| text(found, "lint").to_owned()).collect()
    };
    assert_eq!(lints("new"), ["exo-ews-shutdown", "ioc-orgrel-domain-drift"]);
    assert_eq!(
        lints("remaining"),
        ["orgrel-owaurl-unexpected"],
        "of the relationship that has another name now"
    );
    let objects: Vec<String> = items(&json["objects"])
        .iter()
        .map(|object| format!("{} {} {}", text(object, "fate"), text(object, "side"), text(object, "cmdlet")))
        .collect();
    assert_eq!(
        objects,
        [
            "created onprem Get-AuthServer",
            "created onprem Get-AuthServer",
            "changed onprem Get-HybridConfiguration",
            "created onprem Get-IntraOrganizationConnector",
            "renamed onprem Get-OrganizationRelationship",
            "created onprem Get-SettingOverride",
            "created cloud Get-IntraOrganizationConnector",
            "changed cloud Get-OnPremisesOrganization",
            "renamed cloud Get-OrganizationRelationship",
        ]
    );
    let relationship = items(&json["objects"]).last().unwrap();
    assert_eq!(relationship["made_anew"], true);
    let names: Vec<&str> =
        items(&relationship["properties"]).iter().map(|property| text(property, "name")).collect();
    assert_eq!(names, ["DomainNames", "PhotosEnabled"], "no noise, and no difference of formats");
    assert_eq!(relationship["properties"][0]["added"], json!(["fabrikam.com"]));
    let ways: Vec<String> = items(&json["paths"])
        .iter()
        .map(|path| {
            let auth = |run: &str| path[run]["auth"].as_str().unwrap_or("-").to_owned();
            format!(
                "{} {}: {} {}",
                text(path, "direction"),
                text(path, "domain"),
                auth("before"),
                auth("after")
            )
        })
        .collect();
    assert_eq!(
        ways,
        [
            "onprem-to-cloud contoso.mail.onmicrosoft.com: DAuth OAuth",
            "cloud-to-onprem contoso.com: DAuth OAuth",
            "cloud-to-onprem fabrikam.com: - DAuth",
        ]
    );
}

#[test]
fn places_are_those_of_both_files() {
    let (_, json) = compared(BEFORE, AFTER, &[]);
    for object in items(&json["objects"]) {
        for property in items(&object["properties"]) {
            for run in ["before", "after"] {
                let place = &property[run]["place"];
                if place.is_null() {
                    continue;
                }
                let path = text(place, "path");
                assert!(path.starts_with(&format!("wizard/{run}/")), "{path}");
                let bytes = fs::read(root().join("samples").join(path)).unwrap();
                let (offset, length) = (place["offset"].as_u64().unwrap(), place["length"].as_u64().unwrap());
                assert!(offset + length <= bytes.len() as u64, "{path}");
            }
        }
    }
}

#[test]
fn only_new_findings_set_the_exit_code() {
    for (fail_on, code) in [("error", 0), ("warning", 1), ("info", 1), ("never", 0)] {
        assert_eq!(diff(BEFORE, AFTER, &["--fail-on", fail_on]).0, code, "{fail_on}");
    }
    assert_eq!(diff(BEFORE, AFTER, &["--ignore", "exo-ews-shutdown,ioc-orgrel-domain-drift"]).0, 0);
    let (code, json) = compared(AFTER, BEFORE, &[]);
    assert_eq!((code, &json["summary"]["new"], &json["summary"]["removed"]), (1, &json!(4), &json!(5)));
}

#[test]
fn formats_without_a_form_for_differences_report_what_is_new() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).display().to_string();
    let outputs = ["sarif", "csv", "github"].map(|format| format!("--output={format}={}", file(format)));
    let (code, human) = diff(BEFORE, AFTER, &outputs.each_ref().map(String::as_str));
    assert_eq!((code, human), diff(BEFORE, AFTER, &[]));
    let (_, json) = compared(BEFORE, AFTER, &[]);
    let (new, remaining) = (&json["summary"]["new"], &json["summary"]["remaining"]);
    assert_eq!((new, remaining), (&json!(2), &json!(1)));
    let text = |name: &str| fs::read_to_string(file(name)).unwrap();
    let sarif: Value = serde_json::from_str(&text("sarif")).unwrap();
    let states: Vec<&str> = sarif["runs"][0]["results"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|result| result["baselineState"].as_str())
        .collect();
    let count = |state: &str| json!(states.iter().filter(|found| **found == state).count());
    assert_eq!((&count("new"), &count("unchanged")), (new, remaining));
    let rows = text("csv").lines().filter(|row| row.contains(",baseline,")).count();
    assert_eq!(&json!(rows), remaining);
    let annotations = text("github");
    assert_eq!(annotations.lines().filter(|line| line.contains("file=")).count(), 2, "{annotations}");
}

#[test]
fn mistakes_and_broken_files_have_their_exit_codes() {
    let (code, _, complaint) = run(&["diff", "-", "-"]);
    assert!(code == 2 && complaint.contains("not both"), "{complaint}");
    assert_eq!(run(&["diff", BEFORE]).0, 2);
    assert_eq!(run(&["diff", BEFORE, AFTER, "--as-of", "tomorrow"]).0, 2);
    assert_eq!(run(&["diff", BEFORE, AFTER, "--format", "pdf"]).0, 2);
    assert_eq!(diff(BEFORE, "wizard/none", &[]).0, 2);
    assert_eq!(diff(BEFORE, AFTER, &["--select", "no-such-lint"]).0, 2);
    let broken = folder(&[("cloud/Get-OrganizationRelationship.json", r#"[{"Name":"a","#)]);
    let (code, out) = diff(path_of(&broken), path_of(&broken), &[]);
    assert_eq!(code, 3);
    assert!(out.contains("BEFORE: error") && out.contains("AFTER: error"), "{out}");
}

#[test]
fn an_export_that_is_gone_hides_nothing() {
    let before = folder(&[
        (
            "cloud/Get-OrganizationRelationship.json",
            r#"[{"Name":"r","Enabled":true,"FreeBusyAccessEnabled":false}]"#,
        ),
        ("cloud/Get-AcceptedDomain.json", r#"[{"Name":"a","DomainName":"a.example"}]"#),
    ]);
    let after = folder(&[("cloud/Get-AcceptedDomain.json", r#"[{"Name":"a","DomainName":"a.example"}]"#)]);
    let (_, json) = compared(path_of(&before), path_of(&after), &[]);
    assert_eq!(json["summary"]["removed"], 0);
    assert_eq!(text(&json["uncompared"][0], "why"), "no export in AFTER");
    assert_eq!(json["summary"]["fixed"], 0, "{}", json["findings"]["fixed"]);
}

#[test]
fn recipients_are_compared_on_request_only() {
    let mailbox =
        |name: &str| format!(r#"[{{"PrimarySmtpAddress":"ann@a.example","DisplayName":"{name}"}}]"#);
    let (before, after) = (
        folder(&[("cloud/Get-Mailbox.json", &mailbox("Ann"))]),
        folder(&[("cloud/Get-Mailbox.json", &mailbox("Anna"))]),
    );
    let (_, json) = compared(path_of(&before), path_of(&after), &[]);
    assert_eq!(json["summary"]["changed"], 0);
    let (_, json) = compared(path_of(&before), path_of(&after), &["--recipients"]);
    assert_eq!(json["summary"]["changed"], 1);
    assert_eq!(text(&json["objects"][0]["properties"][0], "name"), "DisplayName");
}

#[test]
fn the_page_shows_values_as_text() {
    let relationship = |name: &str, url: &str| {
        let object =
            json!([{ "Name": name, "Enabled": true, "TargetSharingEpr": url, "DomainNames": ["a.example"] }]);
        folder(&[("cloud/Get-OrganizationRelationship.json", &object.to_string())])
    };
    let name = "</script><img src=x onerror=alert(1)> \u{202e}gpj.exe @you";
    let before = relationship(name, "https://a.example/ews");
    let after = relationship(name, "\"><script>alert(2)</script>");
    let (_, page) = diff(path_of(&before), path_of(&after), &["--format", "html"]);
    assert!(page.contains("&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;"), "the name is there");
    assert!(
        !page.contains("<img") && page.matches("<script").count() == 1,
        "only the page's own script: {page}"
    );
    assert!(!page.contains("http-equiv=\"refresh\"") && !page.contains("<link") && !page.contains("url("));
    let (_, ticket) = diff(path_of(&before), path_of(&after), &["--format", "markdown"]);
    let unescaped = ticket.replace("\\<", "");
    assert!(!unescaped.contains("<img") && !unescaped.contains("<script"), "{ticket}");
    for text in [&page, &ticket] {
        assert!(text.contains("u{202e}gpj.exe") && !text.contains('\u{202e}'), "shown, and turns nothing");
    }
    // Platforms look for mentions when backslashes are gone.
    assert!(ticket.contains("@\u{2060}you") && !ticket.contains("@you"), "{ticket}");
}

#[test]
fn the_page_of_the_wizard() {
    let (code, page) = diff(BEFORE, AFTER, &["--format", "html"]);
    assert_eq!(code, 1);
    for (text, number) in [
        ("<article class=\"direction ", 3),
        ("<article class=\"group warning\"", 4),
        ("<table class=\"changes\"", 9),
        ("class=\"copy\"", 2),
        ("id=\"theme\"", 1),
        ("id=\"filters\"", 0),
    ] {
        assert_eq!(page.matches(text).count(), number, "{text}");
    }
    for text in ["<h3>new (2)</h3>", "<h3>fixed (4)</h3>", "Configuration (9)", "It was made anew"] {
        assert!(page.contains(text), "{text}");
    }
}

#[test]
fn shells_complete_what_the_manual_names() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (code, script, _) = run(&["completions", shell]);
        assert_eq!(code, 0);
        for word in ["trace", "diff", "explain", "recipients", "fail-on"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    assert_eq!(run(&["completions", "cmd"]).0, 2);
    let (code, page, _) = run(&["man"]);
    assert_eq!(code, 0);
    assert!(page.contains(".TH freebusy-lint 1"), "{}", &page[..200]);
    for word in [".SS freebusy-lint trace", ".SS freebusy-lint diff", "\\-\\-recipients", "Exit codes"] {
        assert!(page.contains(word), "{word}");
    }
}

#[test]
fn the_hook_of_pre_commit_runs_the_binary() {
    let hooks = fs::read_to_string(root().join(".pre-commit-hooks.yaml")).unwrap();
    for line in ["- id: freebusy-lint", "  entry: freebusy-lint", "  pass_filenames: false"] {
        assert!(hooks.lines().any(|found| found == line), "{line}");
    }
}

#[test]
fn nobody_is_told_of_progress_but_a_terminal() {
    let (_, _, complaint) = run(&["healthy", "--as-of", "2026-11-23"]);
    assert_eq!(complaint, "");
}
