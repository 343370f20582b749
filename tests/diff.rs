//! `diff` from end to end: the pair of samples around a run of the wizard, formats, exit codes; and what a shell and
//! a pipeline need beside it.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use std::fs;
use std::path::Path;

use assert_cmd::Command;
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
    for format in ["human", "json", "markdown", "html"] {
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
