//! `collect` from end to end: what is in the script, and that reports name its lines.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use assert_cmd::Command;
use serde_json::Value;

fn run(arguments: &[&str]) -> (i32, String, String) {
    let output = Command::cargo_bin("freebusy-lint")
        .unwrap()
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn script(arguments: &[&str]) -> String {
    let (code, script, complaints) = run(&[&["collect"], arguments].concat());
    assert_eq!((code, complaints.as_str()), (0, ""), "{arguments:?}");
    script
}

/// The cmdlets that a script exports.
fn exported(script: &str) -> Vec<&str> {
    let names = script.lines().filter_map(|line| line.strip_prefix("Save-Export '"));
    names.map(|rest| rest.split('\'').next().unwrap()).collect()
}

#[test]
fn the_script_of_a_lint_has_what_it_reads_and_no_more() {
    assert_eq!(
        exported(&script(&["onprem", "--for", "authconfig-servicename", "--for", "workdays-none"])).last(),
        Some(&"Get-MailboxCalendarConfiguration")
    );
    let both = script(&["cloud", "--for", "workdays-none"]);
    assert_eq!(exported(&both), ["Get-MailboxCalendarConfiguration"]);
    assert!(both.contains("Microsoft Graph is not needed"));
    let none = script(&["cloud", "--for", "service-not-running"]);
    assert_eq!(exported(&none), [] as [&str; 0]);
}

#[test]
fn the_whole_script_begins_with_settings_and_asks_before_recipients() {
    let settings = script(&["onprem"]);
    let with_recipients = script(&["onprem", "--recipients"]);
    let names = exported(&settings);
    assert!(names.is_sorted() && names.len() > 15, "{names:?}");
    assert!(!names.contains(&"Get-Mailbox") && names.contains(&"Get-OrganizationRelationship"));
    assert!(exported(&with_recipients).contains(&"Get-Mailbox"));
    assert_eq!(exported(&with_recipients)[..names.len()], names);
}

#[test]
fn an_unknown_lint_is_a_usage_error() {
    let (code, out, complaint) = run(&["collect", "onprem", "--for", "workday-none"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(complaint.contains("did you mean `workdays-none`?"), "{complaint}");
}

/// Every unknown names the line of the script that settles it.
#[test]
fn reports_name_the_lines_of_the_script() {
    let (_, report, _) =
        run(&["check", "--as-of", "2026-11-23", "--format", "json", "samples/broken/endpoints"]);
    let report: Value = serde_json::from_str(&report).unwrap();
    let lints =
        report["lints"].as_array().unwrap().iter().flat_map(|lint| lint["unknown"].as_array().unwrap());
    let mut scripts = std::collections::BTreeMap::new();
    let mut count = 0;
    for need in lints.filter(|need| need["what"].as_str().unwrap().starts_with("no export")) {
        let arguments = need["script"]["arguments"].as_str().unwrap();
        let script = scripts
            .entry(arguments.to_owned())
            .or_insert_with(|| run(&arguments.split(' ').collect::<Vec<_>>()).1);
        let line = usize::try_from(need["script"]["line"].as_u64().unwrap()).unwrap();
        let line = script.lines().nth(line - 1).unwrap();
        let cmdlet = need["cmdlet"].as_str().unwrap();
        assert!(line.starts_with(&format!("Save-Export '{cmdlet}' {{ ")), "{need}: {line}");
        count += 1;
    }
    assert!(count > 40, "only {count}");
}
