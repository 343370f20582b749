//! The binary from end to end: exit codes, streams, options, and what a report says of small exports.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail like tests")]

use std::fs;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::support::{Folder, Ran, Report};

const HEALTHY: &str = r#"{"Name": "O365 to On-premises - 1", "DomainNames": ["contoso.com"], "Enabled": true, "FreeBusyAccessEnabled": true, "FreeBusyAccessLevel": "LimitedDetails"}"#;
const DISABLED: &str =
    r#"{"Name": "O365 to On-premises - 1", "DomainNames": ["contoso.com"], "Enabled": false}"#;
const NO_LEVEL: &str = r#"{"Name": "O365 to On-premises - 1", "DomainNames": ["contoso.com"], "Enabled": true, "FreeBusyAccessEnabled": true, "FreeBusyAccessLevel": "None"}"#;
/// Where a relationship of Exchange Online is looked for.
const CLOUD: &str = "cloud/Get-OrganizationRelationship.json";

fn cloud(json: &str) -> Folder {
    let folder = Folder::new();
    folder.write(CLOUD, json);
    folder
}

impl Report {
    fn lint(&self, id: &str) -> &Value {
        let lints = self.json["lints"].as_array().unwrap();
        lints.iter().find(|lint| lint["id"] == id).unwrap_or_else(|| panic!("no lint {id}"))
    }

    fn outcome(&self, id: &str) -> &str {
        self.lint(id)["outcome"].as_str().unwrap()
    }

    /// What a lint could not see.
    fn lacks(&self, id: &str) -> Vec<&str> {
        self.lint(id)["unknown"]
            .as_array()
            .unwrap()
            .iter()
            .map(|need| need["what"].as_str().unwrap())
            .collect()
    }

    /// The only finding of a lint.
    #[track_caller]
    fn finding(&self, lint: &str) -> &Value {
        let found = self.findings(lint);
        assert_eq!(found.len(), 1, "{lint}: {found:?}");
        found[0]
    }

    #[track_caller]
    fn input(&self, index: usize) -> (&str, &str) {
        let input = &self.json["inputs"][index];
        (input["path"].as_str().unwrap(), input["status"].as_str().unwrap())
    }
}

// Exit codes

#[test]
fn nothing_found_is_0() {
    let ran = cloud(HEALTHY).run(&["--select", "orgrel-disabled", "cloud", "--as-of", "2026-11-23"]);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    assert!(ran.stdout.ends_with("0 errors, 0 warnings, 0 infos\n"), "{}", ran.stdout);
    assert_eq!(ran.stderr, "");
}

#[test]
fn findings_at_the_threshold_are_1() {
    let warning = cloud(DISABLED);
    let error = cloud(NO_LEVEL);
    let info = cloud(&NO_LEVEL.replace("\"Enabled\": true", "\"Enabled\": false"));
    let code = |folder: &Folder, lint: &str, fail_on: &[&str]| {
        let mut arguments = vec!["cloud", "--select", lint];
        arguments.extend(fail_on);
        folder.check(&arguments).code
    };
    let level = "orgrel-freebusy-level-none";
    let table = [
        (&error, level, [1, 1, 1, 1, 0]),
        (&warning, "orgrel-disabled", [1, 0, 1, 1, 0]),
        // orgrel-disabled says the first thing to mend, so this is information.
        (&info, level, [0, 0, 0, 1, 0]),
    ];
    for (folder, lint, expected) in table {
        let options: [&[&str]; 5] = [
            &[],
            &["--fail-on", "error"],
            &["--fail-on", "warning"],
            &["--fail-on", "info"],
            &["--fail-on", "never"],
        ];
        assert_eq!(options.map(|option| code(folder, lint, option)), expected, "{lint}");
    }
}

#[test]
fn wrong_usage_is_2_and_says_what_to_do() {
    let folder = cloud(HEALTHY);
    folder.write("lints/mine/broken.toml", "id = \n");
    let table: [(&[&str], &str); 12] = [
        (&[], "no files given; try `freebusy-lint FOLDER`"),
        (&["check"], "no files given"),
        (&["--colour"], "unexpected argument '--colour'"),
        (&["cloud", "--fail-on", "fatal"], "possible values: error, warning, info, never"),
        (&["cloud", "--format", "yaml"], "one of: human, json"),
        (&["cloud", "--as-of", "23.11.2026"], "--as-of: `23.11.2026` is no day; write it as YYYY-MM-DD"),
        (&["cloud", "--as-of", "2026-02-30"], "`2026-02-30` is no day"),
        (&["cloud", "--select", "orgrel-disable"], "did you mean `orgrel-disabled`?"),
        (&["cloud", "--ignore", "shareing"], "did you mean `sharing`?"),
        (&["clout"], "`clout` does not exist"),
        (&["cloud/*.xml"], "no file matches `cloud/*.xml`"),
        (&["cloud", "--lints", "lints"], "lints/mine/broken.toml"),
    ];
    for (arguments, expected) in table {
        let ran = folder.run(arguments);
        assert_eq!(ran.code, 2, "{arguments:?}: {ran:?}");
        assert!(ran.stdout.contains(expected) || ran.stderr.contains(expected), "{arguments:?}: {ran:?}");
    }
}

#[test]
fn a_mistake_of_the_user_does_not_keep_the_rest_from_being_judged() {
    let folder = cloud(DISABLED);
    let report = folder.check(&["cloud", "no-such-folder", "--select", "orgrel-disabled,orgrel-disable"]);
    assert_eq!(report.code, 2);
    report.finding("orgrel-disabled");
    assert_eq!(
        report.problems(),
        ["`no-such-folder` does not exist", "there is no lint or area `orgrel-disable`"]
    );
}

#[test]
fn input_that_cannot_be_read_is_3() {
    let folder = Folder::new();
    folder
        .write("cloud/truncated.json", r#"[{"Name": "O365", "DomainNames": ["contoso.com"], "#)
        .write("cloud/Get-AuthServer.json", "call the telephone company")
        .write("cloud/half.json", format!("[{HEALTHY},"));
    let status = |name: &str, status: &str| {
        let report = folder.check(&[name, "--select", "orgrel-disabled"]);
        assert_eq!((report.code, report.input(0)), (3, (name, status)), "{:?}", report.problems());
        let problem = report.json["diagnostics"][0].clone();
        assert_eq!((&problem["severity"], &problem["origin"]), (&json!("error"), &json!("input")));
        problem
    };
    let truncated = status("cloud/truncated.json", "failed");
    assert_eq!(truncated["message"], "the file ends in the middle of a record");
    assert_eq!(truncated["labels"][0]["line"], 1);
    let notes = status("cloud/Get-AuthServer.json", "failed");
    assert_eq!(notes["labels"][0]["text"], "call the telephone company");
    let half = status("cloud/half.json", "partial");
    assert_eq!(
        (&half["labels"][0]["line"], &half["labels"][0]["offset"]),
        (&json!(1), &json!(HEALTHY.len() + 2))
    );
}

#[test]
fn what_is_nobody_s_export_is_passed_over() {
    let folder = cloud(HEALTHY);
    folder
        .write("cloud/notes.json", "call the telephone company")
        .write("cloud/binary.xml", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff");
    let report = folder.check(&["cloud", "--select", "orgrel-disabled"]);
    assert_eq!(report.code, 0, "{:?}", report.problems());
    assert_eq!(report.problems().len(), 2);
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_3() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = cloud(HEALTHY);
    let path = folder.path(CLOUD);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&path).is_ok() {
        println!("skipped: this user may read everything");
        return;
    }
    let report = folder.check(&["cloud"]);
    assert_eq!((report.code, report.input(0)), (3, (CLOUD, "failed")));
    assert_eq!(report.json["diagnostics"][0]["path"], CLOUD);
}

#[test]
fn findings_count_more_than_an_input_that_cannot_be_read() {
    let folder = cloud(DISABLED);
    folder.write("cloud/Get-AuthServer.json", "call the telephone company");
    assert_eq!(folder.check(&["cloud"]).code, 1);
    assert_eq!(folder.check(&["cloud", "--fail-on", "never"]).code, 3);
}

// Streams

#[test]
fn reports_go_to_standard_output_and_mistakes_before_a_report_to_standard_error() {
    let folder = cloud(DISABLED);
    let checked = folder.run(&["cloud"]);
    assert!(checked.stdout.contains("orgrel-disabled") && checked.stderr.is_empty(), "{checked:?}");
    let help = folder.run(&["--help"]);
    assert_eq!((help.code, help.stderr.as_str()), (0, ""));
    assert!(help.stdout.contains("--fail-on") && help.stdout.contains("Exit codes: 0"), "{}", help.stdout);
    let version = folder.run(&["--version"]);
    assert_eq!((version.code, version.stdout), (0, format!("freebusy-lint {}\n", env!("CARGO_PKG_VERSION"))));
    let nothing = folder.run(&[]);
    assert!(nothing.stdout.is_empty() && !nothing.stderr.is_empty(), "{nothing:?}");
}

#[test]
fn a_closed_pipe_is_no_error() {
    let folder = Folder::new();
    // More than a pipe holds.
    let many: Vec<String> = (0..2000).map(|number| DISABLED.replace("- 1", &format!("- {number}"))).collect();
    folder.write(CLOUD, format!("[{}]", many.join(",\n")));
    for arguments in
        [&["cloud", "--format", "json"][..], &["cloud"], &["lints"], &["explain", "orgrel-disabled"]]
    {
        let mut child = Command::new(env!("CARGO_BIN_EXE_freebusy-lint"))
            .args(arguments)
            .current_dir(folder.path(""))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {stderr}");
        assert!(stderr.is_empty(), "{arguments:?}: {stderr}");
    }
}

#[test]
fn two_runs_print_the_same_bytes() {
    let folder = cloud(&format!("[{NO_LEVEL},\n{DISABLED}]"));
    folder.write("onprem/Get-OrganizationRelationship.json", DISABLED);
    let html = [".", "--format", "html"];
    for arguments in [&["."][..], &[".", "--format", "json"], &html, &[".", "--show-unknown"], &["lints"]] {
        let mut arguments = arguments.to_vec();
        if arguments[0] == "." {
            arguments.extend(["--as-of", "2026-11-23"]);
        }
        assert_eq!(folder.run(&arguments).stdout, folder.run(&arguments).stdout, "{arguments:?}");
    }
}

#[test]
fn a_page_is_written_whole() {
    let folder = cloud(NO_LEVEL);
    for command in ["check", "trace"] {
        let ran = folder.run(&[command, "cloud", "--format", "html", "--as-of", "2026-11-23"]);
        assert_eq!(ran.code, folder.run(&[command, "cloud", "--as-of", "2026-11-23"]).code, "{command}");
        assert!(ran.stdout.starts_with("<!DOCTYPE html><html lang=\"en\">"), "{}", ran.stdout);
        assert!(ran.stdout.ends_with("</html>\n"), "{}", ran.stdout);
        assert!(ran.stdout.contains("<mark class=\"primary\">None</mark>"), "{}", ran.stdout);
    }
}

// Places in files

#[test]
fn places_in_a_utf_8_file() {
    let text = "[\n  {\n    \"Name\": \"O365 to On-premises - Zürich 🏢\", \"DomainNames\": [\"contoso.com\"], \"Enabled\": false\n  }\n]\n";
    let report = cloud(text).check(&["cloud", "--select", "orgrel-disabled"]);
    let finding = report.finding("orgrel-disabled");
    // Before the value stand 6 bytes of two lines, and 89 characters of its line: ü has two bytes, 🏢 four.
    let expected = json!({
        "path": CLOUD, "line": 3, "column": 90, "end_line": 3, "end_column": 95,
        "offset": 99, "length": 5, "text": "false", "property": "Enabled", "message": "Enabled", "primary": true,
    });
    assert_eq!(finding["labels"], json!([expected]));
    assert_eq!(&text.as_bytes()[99..104], b"false");
    assert_eq!(finding["message"], "O365 to On-premises - Zürich 🏢 is disabled");
    assert_eq!(
        finding["fix"]["command"],
        "Set-OrganizationRelationship 'O365 to On-premises - Zürich 🏢' -Enabled $true"
    );
    assert_eq!(
        (&finding["side"], &finding["cmdlet"]),
        (&json!("cloud"), &json!("Get-OrganizationRelationship"))
    );
    assert_eq!(finding["object"], "O365 to On-premises - Zürich 🏢");
}

#[test]
fn places_in_a_utf_8_file_with_byte_order_mark_and_crlf() {
    let text = "\u{FEFF}{\r\n  \"Name\": \"O365 to On-premises - é\",\r\n  \"DomainNames\": [\"contoso.com\"],\r\n  \"Enabled\": false\r\n}\r\n";
    let report = cloud(text).check(&["cloud", "--select", "orgrel-disabled"]);
    let label = &report.finding("orgrel-disabled")["labels"][0];
    // 3 of the mark, 3 of the first line, 39 of the second (é has two), 35 of the third, 13 of its own.
    assert_eq!((&label["line"], &label["column"]), (&json!(4), &json!(14)));
    assert_eq!(
        (&label["offset"], &label["length"], &label["text"]),
        (&json!(93), &json!(5), &json!("false"))
    );
    assert_eq!(&text.as_bytes()[93..98], b"false");
    assert_eq!(report.json["inputs"][0]["encoding"], "UTF-8");
}

#[test]
fn places_in_a_utf_16_file() {
    let text = "{\r\n  \"Name\": \"O365 to On-premises - 🏢\", \"DomainNames\": [\"contoso.com\"],\r\n  \"Enabled\": false\r\n}\r\n";
    for (mark, to_bytes, encoding) in [
        ([0xFF, 0xFE], u16::to_le_bytes as fn(u16) -> [u8; 2], "UTF-16LE"),
        ([0xFE, 0xFF], u16::to_be_bytes, "UTF-16BE"),
    ] {
        let mut bytes = mark.to_vec();
        bytes.extend(text.encode_utf16().flat_map(to_bytes));
        let folder = Folder::new();
        folder.write(CLOUD, &bytes);
        let report = folder.check(&["cloud", "--select", "orgrel-disabled"]);
        let label = &report.finding("orgrel-disabled")["labels"][0];
        // Units of two bytes: the mark, 3 of the first line, 71 of the second (🏢 has two), 13 of its own.
        assert_eq!(
            (&label["line"], &label["column"], &label["end_column"]),
            (&json!(3), &json!(14), &json!(19))
        );
        assert_eq!(
            (&label["offset"], &label["length"], &label["text"]),
            (&json!(176), &json!(10), &json!("false"))
        );
        let there: Vec<u8> = "false".encode_utf16().flat_map(to_bytes).collect();
        assert_eq!(bytes[176..186], there);
        assert_eq!(report.json["inputs"][0]["encoding"], encoding);
    }
}

#[test]
fn reports_of_every_kind_of_input_keep_to_their_schema() {
    let folder = cloud(HEALTHY);
    folder
        .write("onprem/Get-OrganizationRelationship.json", "")
        .write("onprem/Get-AuthServer.json", "[]")
        .write(
            "odd/latin.json",
            b"{\"Name\": \"B\xfcro\", \"DomainNames\": [\"contoso.com\"], \"Enabled\": false}",
        )
        .write("odd/nothing-known.json", r#"{"Colour": "blue", "Size": 4}"#)
        .write("odd/nul.json", b"{\"Name\": \0\0\0}")
        .write("odd/duplicates.json", r#"{"Name": "a", "name": "b", "DomainNames": [], "Enabled": true}"#);
    let report = folder.check(&[".", "no-such-file.json", "--select", "sharing,nonsense"]);
    assert_eq!(report.code, 2);
    let statuses: Vec<(&str, &str)> = (0..7).map(|index| report.input(index)).collect();
    let expected = [
        ("./cloud/Get-OrganizationRelationship.json", "read"),
        ("./odd/duplicates.json", "read"),
        ("./odd/latin.json", "read"),
        ("./odd/nothing-known.json", "unrecognized"),
        ("./odd/nul.json", "failed"),
        ("./onprem/Get-AuthServer.json", "empty"),
        ("./onprem/Get-OrganizationRelationship.json", "empty"),
    ];
    assert_eq!(statuses, expected);
    assert_eq!(report.json["inputs"][2]["encoding"], "Windows-1252");
    assert_eq!(report.json["inputs"][2]["side"], Value::Null);
    assert_eq!(report.json["inputs"][6]["records"][0]["records"], 0);
    let whole = folder.check(&["."]);
    assert!(whole.json["lints"].as_array().unwrap().len() >= 50);
}

// Which files, and which side

#[test]
fn options_force_a_side() {
    let folder = cloud(DISABLED);
    folder.write("elsewhere/relations.json", DISABLED);
    let side = |arguments: &[&str]| {
        let mut all = vec!["--select", "orgrel-disabled"];
        all.extend(arguments);
        folder.check(&all).json["inputs"][0]["side"].clone()
    };
    assert_eq!(side(&["elsewhere"]), Value::Null);
    assert_eq!(side(&["--onprem", "elsewhere"]), "onprem");
    assert_eq!(side(&["--cloud", "elsewhere/relations.json"]), "cloud");
    assert_eq!(side(&["cloud"]), "cloud");
    assert_eq!(side(&["--onprem", "cloud"]), "onprem");
    // A file is read once; what was said of it counts.
    let both = folder.check(&["cloud", "--onprem", "cloud", "--select", "orgrel-disabled"]);
    assert_eq!(both.json["inputs"].as_array().unwrap().len(), 1);
    assert_eq!(both.json["inputs"][0]["side"], "onprem");
}

#[test]
fn a_side_that_nothing_tells_is_said_and_not_guessed() {
    let folder = Folder::new();
    folder.write("relations.json", DISABLED);
    let report = folder.check(&["relations.json", "--select", "orgrel-disabled"]);
    assert_eq!(
        report.problems(),
        [
            "cannot tell whether this output of Get-OrganizationRelationship is from on-premises or from Exchange Online"
        ]
    );
    assert_eq!(
        report.json["diagnostics"][0]["help"],
        "put it into a folder named `onprem` or `cloud`, or pass it with `--onprem` or `--cloud`"
    );
}

#[test]
fn a_hyphen_is_standard_input() {
    let folder = Folder::new();
    let mut command = folder.command(&["--cloud", "-", "--select", "orgrel-disabled", "--format", "json"]);
    let report = Report::of(&Ran::of(command.write_stdin(DISABLED)));
    assert_eq!((report.code, report.input(0)), (1, ("<stdin>", "read")));
    assert_eq!(report.finding("orgrel-disabled")["labels"][0]["path"], "<stdin>");
}

#[test]
fn patterns_are_expanded_by_the_program_and_folders_are_walked() {
    let folder = Folder::new();
    folder
        .write("exports/cloud/a.json", HEALTHY)
        .write("exports/cloud/deep/er/b.JSON", HEALTHY)
        .write("exports/cloud/readme.md", "not an export")
        .write("exports/.git/c.json", "not an export either")
        .write("exports/cloud/[1].json", HEALTHY);
    let paths = |argument: &str| -> Vec<String> {
        let report = folder.check(&["--select", "orgrel-disabled", argument]);
        let inputs = report.json["inputs"].as_array().unwrap().clone();
        inputs.iter().map(|input| input["path"].as_str().unwrap().to_owned()).collect()
    };
    let all = ["exports/cloud/[1].json", "exports/cloud/a.json", "exports/cloud/deep/er/b.JSON"];
    assert_eq!(paths("exports"), all);
    assert_eq!(paths("exports/cloud/*.json"), all[..2]);
    assert_eq!(paths("exports/**/b.*"), all[2..]);
    // A file of that very name is no pattern.
    assert_eq!(paths("exports/cloud/[1].json"), all[..1]);
}

#[test]
fn a_folder_without_exports_is_wrong_usage() {
    let folder = Folder::new();
    folder.write("notes/readme.md", "not an export");
    let report = folder.check(&["notes"]);
    assert_eq!((report.code, report.problems()), (2, vec!["`notes` holds no exports"]));
}

// What is printed

#[test]
fn a_single_file_is_not_drowned_in_what_is_unknown() {
    let folder = cloud(HEALTHY);
    let ran = folder.run(&["cloud", "--as-of", "2026-11-23", "--ignore", "snapshot"]);
    let about_unknown: Vec<&str> =
        ran.stdout.lines().filter(|line| line.contains("could not be judged")).collect();
    assert_eq!(about_unknown.len(), 1, "{}", ran.stdout);
    assert!(about_unknown[0].ends_with("`--show-unknown` lists them"), "{}", about_unknown[0]);
    assert!(!ran.stdout.contains("no export of"), "{}", ran.stdout);
    let all = folder.run(&["cloud", "--as-of", "2026-11-23", "--show-unknown"]).stdout;
    assert!(all.contains("Get-AuthServer") && all.contains("Export-Clixml"), "{all}");
}

#[test]
fn quiet_leaves_the_tables_out() {
    let folder = cloud(DISABLED);
    let loud = folder.run(&["cloud", "--select", "orgrel-disabled"]).stdout;
    assert!(loud.contains("read 1 file"), "{loud}");
    for option in ["--quiet", "-q"] {
        let quiet = folder.run(&["cloud", "--select", "orgrel-disabled", option]).stdout;
        assert!(!quiet.contains("read 1 file") && quiet.contains("is disabled"), "{quiet}");
        assert!(quiet.ends_with("0 errors, 1 warning, 0 infos\n"), "{quiet}");
    }
}

#[test]
fn colours_are_a_matter_of_the_option() {
    let folder = cloud(DISABLED);
    let has_colour = |arguments: &[&str], no_color: bool| {
        let mut command = folder.command(&["cloud"]);
        command.args(arguments);
        if no_color {
            command.env("NO_COLOR", "1");
        }
        Ran::of(&mut command).stdout.contains('\u{1b}')
    };
    assert!(has_colour(&["--color", "always"], false));
    assert!(has_colour(&["--color", "always"], true), "an option counts more than the environment");
    assert!(!has_colour(&["--color", "never"], false));
    assert!(!has_colour(&["--color", "auto"], false), "this is no terminal");
    assert!(!has_colour(&[], true));
}

#[test]
fn terminal_codes_of_an_export_are_not_printed() {
    let name = r"O365 to On-premises\u001b]0;pwned\u0007\u001b[31m";
    let folder = cloud(&DISABLED.replace("O365 to On-premises", name));
    let ran = folder.run(&["cloud", "--color", "never"]);
    assert!(ran.stdout.contains("is disabled"), "{}", ran.stdout);
    assert!(!ran.stdout.contains(['\u{1b}', '\u{7}']), "{:?}", ran.stdout);
}

// Which lints

#[test]
fn lints_are_chosen_by_id_and_by_area() {
    let folder = cloud(DISABLED);
    let ids = |arguments: &[&str]| -> Vec<(String, String)> {
        let mut all = vec!["cloud"];
        all.extend(arguments);
        let report = folder.check(&all);
        let lints = report.json["lints"].as_array().unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        lints.iter().map(|lint| (text(&lint["area"]), text(&lint["id"]))).collect()
    };
    assert_eq!(ids(&["--select", "orgrel-disabled"]), [("sharing".to_owned(), "orgrel-disabled".to_owned())]);
    let area = ids(&["--select", "sharing"]);
    assert!(area.len() >= 5 && area.iter().all(|(area, _)| area == "sharing"), "{area:?}");
    let less = ids(&["--select", "sharing", "--ignore", "orgrel-disabled"]);
    assert_eq!(less.len() + 1, area.len());
    let all = ids(&[]);
    let without = ids(&["--ignore", "sharing,oauth"]);
    assert!(without.iter().all(|(area, _)| area != "sharing" && area != "oauth"), "{without:?}");
    assert_eq!(without.len(), all.iter().filter(|(area, _)| area != "sharing" && area != "oauth").count());
    let two = ids(&["--select", "orgrel-disabled,evosts-missing"]);
    assert_eq!(two.len(), 2);
}

#[test]
fn lints_lists_all_of_them() {
    let folder = Folder::new();
    let ran = folder.run(&["lints"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let lines: Vec<&str> = ran.stdout.lines().filter(|line| line.starts_with("  ")).collect();
    assert!(lines.len() >= 50);
    assert!(
        ran.stdout.contains(&format!("\n{} lints; `freebusy-lint explain ID`", lines.len())),
        "{}",
        ran.stdout
    );
    let row = lines.iter().find(|line| line.contains("orgrel-disabled")).unwrap();
    assert!(
        row.contains("warning") && row.ends_with("organization relationship with the other side is disabled")
    );
    let some = folder.run(&["lints", "--select", "calendars"]).stdout;
    assert!(some.starts_with("calendars\n") && !some.contains("orgrel-disabled"), "{some}");
    let typo = folder.run(&["lints", "--select", "calenders"]);
    assert_eq!(
        (typo.code, typo.stderr.contains("there is no lint or area `calenders`")),
        (2, true),
        "{typo:?}"
    );
    assert!(typo.stderr.contains("did you mean `calendars`?"), "{typo:?}");
}

#[test]
fn explain_tells_all_about_a_lint() {
    let folder = Folder::new();
    let ran = folder.run(&["explain", "orgrel-disabled"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let expected = [
        "orgrel-disabled (warning, sharing)",
        "organization relationship with the other side is disabled",
        "An organization relationship serves two purposes",
        "Get-OrganizationRelationship (both sides)",
        "failed         disabled on both sides",
        "https://learn.microsoft.com/powershell/module/exchangepowershell/set-organizationrelationship",
        "Set-OrganizationRelationship {rel.Name} -Enabled $true",
    ];
    for expected in expected {
        assert!(ran.stdout.contains(expected), "lacks {expected}: {}", ran.stdout);
    }
    let typo = folder.run(&["explain", "orgrel-disabeld"]);
    assert_eq!((typo.code, typo.stdout.as_str()), (2, ""));
    assert_eq!(
        typo.stderr,
        "freebusy-lint: there is no lint, symptom or manual check `orgrel-disabeld`; did you mean `orgrel-disabled`?\n"
    );
    let far = folder.run(&["explain", "qqqqqqqqqqqqqqqq"]);
    assert!(far.stderr.contains("`freebusy-lint lints` and `freebusy-lint symptoms` list them"), "{far:?}");
}

// Unknown is neither passed nor failed

#[test]
fn an_absent_file_is_unknown_and_an_empty_list_is_absence() {
    let lint = "partnerapp-missing";
    let folder = cloud(HEALTHY);
    let absent = folder.check(&[".", "--select", lint]);
    assert_eq!((absent.outcome(lint), absent.code), ("unknown", 0));
    assert_eq!(absent.lacks(lint)[0], "no export of Get-PartnerApplication (on-premises)");
    let need = &absent.lint(lint)["unknown"][0];
    assert!(need["command"].as_str().unwrap().contains("Export-Clixml"), "{need}");

    for nothing in ["[]", "null"] {
        folder.write("onprem/Get-PartnerApplication.json", nothing);
        let empty = folder.check(&[".", "--select", lint]);
        assert_eq!(empty.outcome(lint), "failed", "{nothing:?}: {:?}", empty.lacks(lint));
        assert_eq!(empty.finding(lint)["labels"], json!([]));
    }
    // The command found nothing, or it failed.
    for blank in ["", " \r\n", "\u{FEFF}"] {
        folder.write("onprem/Get-PartnerApplication.json", blank);
        let report = folder.check(&[".", "--select", lint]);
        assert_eq!(report.outcome(lint), "unknown", "{blank:?}");
        assert_eq!(report.lacks(lint)[0], "Get-PartnerApplication (on-premises): the export failed");
    }
    // No relationship at all is known, so there is nothing to look at.
    let folder = cloud("[]");
    folder.write("onprem/Get-OrganizationRelationship.json", "[]");
    let report = folder.check(&[".", "--select", "orgrel-disabled"]);
    assert_eq!(report.outcome("orgrel-disabled"), "not-applicable");
}

#[test]
fn a_property_that_the_record_lacks_is_unknown() {
    let folder = cloud(
        r#"{"Name": "O365 to On-premises - 1", "DomainNames": ["contoso.com"], "FreeBusyAccessEnabled": true}"#,
    );
    folder.write("onprem/Get-OrganizationRelationship.json", "[]");
    let report = folder.check(&[".", "--select", "orgrel-disabled"]);
    assert_eq!((report.outcome("orgrel-disabled"), report.code), ("unknown", 0));
    let lacks = report.lacks("orgrel-disabled");
    assert!(lacks.iter().any(|what| what.contains("Enabled")), "{lacks:?}");
    assert_eq!(report.lint("orgrel-disabled")["unknown"][0]["objects"], 1);
}

#[test]
fn a_list_that_was_cut_is_unknown() {
    let folder = Folder::new();
    folder.write(
        "hybrid/onprem/Get-HybridConfiguration.json",
        r#"{"Domains": ["contoso.com"], "Features": ["FreeBusy"]}"#,
    );
    folder.write("hybrid/cloud/Get-OrganizationRelationship.json", "[]");
    let judged = |names: &str| {
        let json = format!(r#"{{"Name": "HybridIOC", "TargetAddressDomains": {names}, "Enabled": true}}"#);
        folder.write("hybrid/cloud/Get-IntraOrganizationConnector.json", json);
        let report = folder.check(&["hybrid", "--select", "accepted-domain-not-covered"]);
        report.outcome("accepted-domain-not-covered").to_owned()
    };
    assert_eq!(judged(r#"["fabrikam.com"]"#), "failed");
    assert_eq!(judged(r#"["fabrikam.com", "..."]"#), "unknown");
    assert_eq!(judged(r#"["fabrikam.com", "contoso.com"]"#), "passed");
    assert_eq!(judged(r#"["contoso.com", "..."]"#), "passed", "what is there is known");
}

#[test]
fn a_value_that_was_cut_by_depth_is_unknown() {
    let lint = "ews-oauth-off";
    let folder = Folder::new();
    let judged = |value: &str| {
        let json = format!(
            r#"{{"Identity": "EX01\\EWS (Default Web Site)", "MRSProxyEnabled": true, "OAuthAuthentication": {value}}}"#
        );
        folder.write("onprem/Get-WebServicesVirtualDirectory.json", json);
        folder.check(&["onprem", "--select", lint])
    };
    let cut = judged("\"System.Collections.Hashtable\"");
    assert_eq!(cut.outcome(lint), "unknown");
    assert!(cut.lacks(lint)[0].contains("OAuthAuthentication"), "{:?}", cut.lacks(lint));
    assert_eq!(judged("\"@{Value=False}\"").outcome(lint), "unknown");
    assert_eq!(judged("true").outcome(lint), "passed");
    assert_eq!(judged("false").outcome(lint), "failed");
    assert_eq!(judged("\"False\"").outcome(lint), "failed");
}

#[test]
fn a_broken_file_does_not_speak_of_absence() {
    let folder = Folder::new();
    folder.write("onprem/Get-PartnerApplication.json", "[");
    let report = folder.check(&["onprem", "--select", "partnerapp-missing"]);
    assert_eq!((report.outcome("partnerapp-missing"), report.code), ("unknown", 3));
}
