//! The configuration, suppressions and the baseline from end to end: each mistake at its place, what wins over what,
//! and what remains the same when exports are made anew.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::marked::marked;
use crate::support::{Folder, Ran, Report};

const DISABLED: &str = r#"{"Name": "O365 to On-premises", "DomainNames": ["contoso.com"], "Enabled": false}"#;
/// Where a relationship of Exchange Online is looked for.
const CLOUD: &str = "cloud/Get-OrganizationRelationship.json";
const FILE: &str = "freebusy-lint.toml";
const LINT: &str = "orgrel-disabled";

/// A folder with a disabled relationship and a configuration.
fn folder(config: &str) -> Folder {
    let folder = Folder::new();
    folder.write(CLOUD, DISABLED).write(FILE, config);
    folder
}

/// A suppression of the disabled relationship, with more keys.
fn suppress(more: &str) -> String {
    format!(
        "[[suppress]]\nlint = \"{LINT}\"\nobject = \"O365*\"\nreason = \"kept for the archive\"\n{more}\n"
    )
}

impl Report {
    fn lints(&self) -> Vec<&str> {
        self.json["lints"].as_array().unwrap().iter().map(|lint| lint["id"].as_str().unwrap()).collect()
    }

    /// Severities of the findings of the lint.
    fn disabled(&self) -> Vec<&str> {
        self.findings(LINT).into_iter().map(|finding| finding["severity"].as_str().unwrap()).collect()
    }

    /// Line, column, text, severity and message of what is said beside findings.
    fn places(&self) -> Vec<Value> {
        let problems = self.json["diagnostics"].as_array().unwrap().iter();
        let place = |problem: &Value| {
            let label = &problem["labels"][0];
            json!([label["line"], label["column"], label["text"], problem["severity"], problem["message"]])
        };
        problems.map(place).collect()
    }
}

// Mistakes

type Mistake<'a> = (&'a str, Option<&'a str>);

/// Runs with the configuration, whose mistakes stand at its marks, and compares them all.
#[track_caller]
fn expect(config: &str, mistakes: &[Mistake<'_>]) {
    let (text, places) = marked(config);
    assert_eq!(places.len(), mistakes.len(), "marks and mistakes");
    let report = folder(&text).check(&["cloud"]);
    let found = report.json["diagnostics"].as_array().unwrap();
    let found: Vec<Value> = found
        .iter()
        .map(|problem| {
            let label = &problem["labels"][0];
            assert_eq!(
                (&problem["origin"], &problem["severity"]),
                (&json!("configuration"), &json!("error"))
            );
            assert_eq!(label["path"], FILE);
            json!([label["line"], label["column"], label["text"], problem["message"], problem["help"]])
        })
        .collect();
    let expected: Vec<Value> = places
        .iter()
        .zip(mistakes)
        .map(|((line, column, text), (message, help))| json!([line, column, text, message, help]))
        .collect();
    assert_eq!(json!(found), json!(expected));
    assert_eq!(report.code, 2);
}

#[test]
fn each_mistake_is_reported_where_it_stands() {
    let keys = "known here: `select`, `ignore`, `fail-on`, `severity`, `lints`, `exclude`, `sides`, `thresholds`, `suppress`";
    let listed = Some("`freebusy-lint lints` lists the lints and their areas");
    expect(
        "«selct» = []\n«colour» = 1\n«fail_on» = \"error\"\nfail-on = «\"errors\"»\n",
        &[
            ("unknown key `selct`", Some("did you mean `select`?")),
            ("unknown key `colour`", Some(keys)),
            ("unknown key `fail_on`", Some("did you mean `fail-on`?")),
            ("`fail-on` must be one of `error`, `warning`, `info`, `never`", Some("did you mean `error`?")),
        ],
    );
    expect(
        "select = «[]»\nignore = «\"oauth\"»\nlints = [«1», «\" \"»]\nfail-on = «true»\n",
        &[
            ("`select` is empty", Some("without `select`, all lints run")),
            ("`ignore` must be a list of strings, is a string", None),
            ("an item of `lints` must be a string, is a whole number", None),
            ("an item of `lints` is blank", None),
            ("`fail-on` must be a string, is a boolean", None),
        ],
    );
    expect(
        "select = [«\"orgrel-disable\"»]\nignore = [«\"xyz\"»]\n[severity]\n«shareing» = \"info\"\n",
        &[
            ("there is no lint or area `orgrel-disable`", Some("did you mean `orgrel-disabled`?")),
            ("there is no lint or area `xyz`", listed),
            ("there is no lint or area `shareing`", Some("did you mean `sharing`?")),
        ],
    );
    expect(
        "lints = [«\"mine\"»]\n",
        &[("there is no folder `mine`", Some("name folders of lint files as seen from this file"))],
    );
    expect(
        "[severity]\norgrel-disabled = «\"fatal\"»\nsharing = «3»\n[sides]\n«on-prem» = []\ncloud = [«\"a/**b\"»]\n",
        &[
            ("the severity of `orgrel-disabled` must be one of `error`, `warning`, `info`, `off`", None),
            ("the severity of `sharing` must be a string, is a whole number", None),
            ("unknown key `on-prem`", Some("did you mean `onprem`?")),
            ("is no pattern: recursive wildcards must form a single path component", None),
        ],
    );
    expect(
        "[thresholds]\ncertificate-days = «\"90\"»\nretirement-days = «-1»\n",
        &[
            ("`certificate-days` must be a whole number, is a string", None),
            ("`retirement-days` must be between 0 and 36500", None),
        ],
    );
    expect(
        "[thresholds]\n«certificate-day» = 9\n«x» = 0x10\n",
        &[
            ("there is no threshold `certificate-day`", Some("did you mean `certificate-days`?")),
            ("there is no threshold `x`", Some("thresholds are: `certificate-days`, `retirement-days`")),
        ],
    );
    expect(
        "severity = «\"error\"»\nsuppress = «{ lint = \"orgrel-disabled\" }»\n",
        &[
            ("`severity` must be a table, is a string", None),
            (
                "`suppress` must be a list of tables, is a table",
                Some("write each as a table of its own under `[[suppress]]`"),
            ),
        ],
    );
}

#[test]
fn mistakes_of_suppressions_are_reported_where_they_stand() {
    let object =
        "its name as the report shows it; `*` stands for any text, alone also for a finding about no object";
    for (config, message, help) in [
        (
            "«[[suppress]]»\nlint = \"orgrel-disabled\"\nreason = \"r\"\n",
            "a suppression needs `object`",
            Some(object),
        ),
        (
            "«[[suppress]]»\nobject = \"*\"\nreason = \"r\"\n",
            "a suppression needs `lint`",
            Some("the id of a lint"),
        ),
        (
            "[[suppress]]\nlint = \"orgrel-disabled\"\nobject = \"*\"\nreason = «\"  \"»\n",
            "`reason` is blank",
            None,
        ),
        (
            "«[[suppress]]»\nlint = \"orgrel-disabled\"\nobject = \"*\"\n",
            "a suppression needs `reason`",
            Some("give a reason"),
        ),
        ("suppress = [«3»]\n", "an item of `suppress` must be a table, is a whole number", None),
        (
            "[[suppress]]\nlint = «\"sharing\"»\nobject = \"*\"\nreason = \"r\"\n",
            "`sharing` is an area, and a suppression is of one lint",
            Some("`freebusy-lint lints` lists the lints"),
        ),
    ] {
        expect(config, &[(message, help)]);
    }
    for (key, message, help) in [
        ("until = «2026-12-31»", "`until` must be a string", Some("write it in quotes: \"2026-12-31\"")),
        (
            "until = «\"2026-02-30\"»",
            "`2026-02-30` is no day",
            Some("write it as YYYY-MM-DD; the suppression holds through that day"),
        ),
        (
            "until = «\"2026-12-31T10:00\"»",
            "`2026-12-31T10:00` is no day",
            Some("write it as YYYY-MM-DD; the suppression holds through that day"),
        ),
        ("side = «\"exo\"»", "`side` must be one of `onprem`, `cloud`", None),
        (
            "property = «\"Enable\"»",
            "orgrel-disabled reads no property `Enable`",
            Some("did you mean `Enabled`?"),
        ),
        ("«untill» = \"2026-12-31\"", "unknown key `untill`", Some("did you mean `until`?")),
    ] {
        expect(&suppress(key), &[(message, help)]);
    }
}

#[test]
fn a_file_that_is_not_toml_says_where() {
    let report = folder("fail-on = \"never\"\n\n[severity\nsharing = \"off\"\n").check(&["cloud"]);
    let places = report.places();
    assert_eq!((report.code, places.len()), (2, 1), "{places:?}");
    assert_eq!((&places[0][0], &places[0][3]), (&json!(3), &json!("error")), "{places:?}");
    let folder = Folder::new();
    folder.write(CLOUD, DISABLED).write(FILE, b"fail-on = \"\xE4\"\n");
    assert_eq!(folder.check(&["cloud"]).problems(), ["the configuration is not UTF-8"]);
}

#[test]
fn what_is_right_holds_beside_a_mistake() {
    let report = folder(&format!("selct = []\n{}", suppress(""))).check(&["cloud"]);
    assert_eq!(report.code, 2);
    assert!(report.disabled().is_empty());
}

// What holds

#[test]
fn the_file_is_found_upwards_and_named_from_here() {
    let folder = folder("[severity]\norgrel-disable = \"off\"\n");
    folder.write("a/b/c.json", DISABLED);
    let mut command = folder.command(&["c.json", "--format", "json"]);
    command.current_dir(folder.path("a/b"));
    let report = Report::of(&Ran::of(&mut command));
    assert_eq!(report.code, 2);
    assert_eq!(report.json["diagnostics"][0]["path"], "../../freebusy-lint.toml");
    // The closest one holds.
    folder.write("a/freebusy-lint.toml", "fail-on = \"never\"\n");
    assert_eq!(Ran::of(&mut command).code, 0);
}

#[test]
fn another_file_or_none_can_be_told() {
    let folder = folder("fail-on = \"never\"\n");
    folder.write("ci/strict.toml", "fail-on = \"info\"\n");
    let all = ["cloud", "--select", LINT];
    let code = |more: &[&str]| folder.run(&[&all[..], more].concat()).code;
    assert_eq!(code(&[]), 0);
    assert_eq!(code(&["--no-config"]), 1);
    assert_eq!(code(&["--config", "ci/strict.toml"]), 1);
    assert_eq!(code(&["--config", "ci/strict.toml", "--no-config"]), 2);
    let report = folder.check(&["cloud", "--config", "ci/none.toml"]);
    assert_eq!(report.code, 2);
    assert!(report.problems()[0].starts_with("cannot read the configuration: "), "{:?}", report.problems());
}

#[test]
fn a_lint_is_selected_by_the_file_unless_the_command_line_says_which() {
    let lints = |config: &str, arguments: &[&str]| {
        let report = folder(config).check(&[&["cloud"][..], arguments].concat());
        assert!(report.code < 2, "{report:?}");
        report.lints().into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let config = "select = [\"orgrel-disabled\", \"ews\"]\nignore = [\"ews\"]\n";
    assert_eq!(lints(config, &[]), [LINT]);
    assert_eq!(lints(config, &["--ignore", "sharing"]), [""; 0]);
    assert_eq!(lints(config, &["--select", "exo-ews-disabled"]), ["exo-ews-disabled"]);
    let off = "[severity]\nsharing = \"off\"\norgrel-disabled = \"info\"\n";
    let sharing: Vec<String> =
        lints(off, &[]).into_iter().filter(|lint| lint.starts_with("orgrel-free") || lint == LINT).collect();
    assert_eq!(sharing, [LINT], "what is said of the lint comes before what is said of its area");
    assert!(lints(off, &["--select", "sharing"]).len() > 5);
    let listed = folder("select = [\"orgrel-disabled\"]\n").run(&["lints"]).stdout;
    assert!(listed.contains("\n1 lints;"), "{listed}");
}

#[test]
fn severities_and_the_threshold_decide_the_exit_code() {
    let run = |config: &str, arguments: &[&str]| {
        let report = folder(config).check(&[&["cloud", "--select", LINT][..], arguments].concat());
        (report.code, report.disabled().join(" "))
    };
    assert_eq!(run("", &[]), (1, "warning".into()));
    assert_eq!(run("fail-on = \"error\"", &[]), (0, "warning".into()));
    assert_eq!(run("fail-on = \"never\"", &["--fail-on", "info"]), (1, "warning".into()));
    assert_eq!(run("fail-on = \"error\"\nseverity.sharing = \"error\"", &[]), (1, "error".into()));
    assert_eq!(run("[severity]\nsharing = \"error\"\norgrel-disabled = \"info\"", &[]), (0, "info".into()));
}

#[test]
fn a_raised_severity_leaves_low_what_the_lint_lowers() {
    // The relationship is disabled, so its level matters to nobody.
    let level =
        DISABLED.replace("}", ", \"FreeBusyAccessEnabled\": true, \"FreeBusyAccessLevel\": \"None\"}");
    let folder = folder("severity.sharing = \"error\"");
    folder.write(CLOUD, level);
    let report = folder.check(&["cloud", "--select", "orgrel-freebusy-level-none"]);
    assert_eq!(report.findings("orgrel-freebusy-level-none")[0]["severity"], "info");
}

#[test]
fn thresholds_move_the_day_of_lints() {
    let folder = Folder::new();
    folder
        .write(
            "onprem/Get-AuthConfig.json",
            r#"{"Name": "Auth Configuration", "CurrentCertificateThumbprint": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "NextCertificateThumbprint": ""}"#,
        )
        .write(
            "onprem/Get-ExchangeCertificate.json",
            r#"[{"Thumbprint": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "NotAfter": "2027-02-11T10:00:00Z", "Services": 1, "RootCAType": 1}]"#,
        );
    let lint = "auth-cert-expiring";
    let findings = || folder.check(&["onprem", "--select", lint]).findings(lint).len();
    assert_eq!(findings(), 0, "80 days are left");
    folder.write(FILE, "[thresholds]\ncertificate-days = 90\n");
    assert_eq!(findings(), 1);
    let report = folder.check(&["onprem", "--select", lint]);
    let message = report.findings(lint)[0]["message"].as_str().unwrap().to_owned();
    assert!(
        message.ends_with("no next certificate that lasts longer than 150 days is installed"),
        "{message}"
    );
    let explained = folder.run(&["explain", lint]).stdout;
    assert!(explained.contains("\nThresholds\n  certificate-days = 90\n"), "{explained}");
}

#[test]
fn sides_are_told_by_patterns_unless_the_command_line_does() {
    let folder = Folder::new();
    // One relationship is of interest on either side.
    let bare = r#"[{"DomainNames": ["contoso.com"], "Enabled": false, "Name": "On-premises to O365 - x"},
        {"DomainNames": ["contoso.com"], "Enabled": false, "Name": "O365 to On-premises - x"}]"#;
    folder.write("exports/may/first/Get-OrganizationRelationship.json", bare);
    let side = |arguments: &[&str]| {
        let report = folder.check(&[&["--select", LINT][..], arguments].concat());
        report.findings(LINT).first().map_or(Value::Null, |finding| finding["side"].clone())
    };
    assert_eq!(side(&["exports"]), Value::Null);
    folder.write(FILE, "[sides]\nonprem = [\"exports/*/first\"]\n");
    assert_eq!(side(&["exports"]), "onprem");
    assert_eq!(side(&["--cloud", "exports"]), "cloud");
    folder.write(FILE, "[sides]\nonprem = [\"exports/*/first\"]\ncloud = [\"**/Get-*.json\"]\n");
    let report = folder.check(&["exports"]);
    assert_eq!(report.code, 2);
    assert_eq!(
        report.problems()[0],
        "`exports/may/first/Get-OrganizationRelationship.json` matches patterns of both sides"
    );
    assert_eq!(report.json["diagnostics"][0]["labels"][1]["text"], "\"**/Get-*.json\"");
}

/// The example of README.md.
fn own_lint() -> String {
    let manual = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    manual.split("```toml\n").nth(1).unwrap().split("```").next().unwrap().to_owned()
}

#[test]
fn lints_of_the_file_are_read_once_and_seen_from_it() {
    let folder = Folder::new();
    folder
        .write("ci/own/mine/orgrel-photos-off.toml", own_lint())
        .write("ci/freebusy-lint.toml", "lints = [\"own\"]\n");
    folder.write(CLOUD, DISABLED);
    let arguments = ["cloud", "--config", "ci/freebusy-lint.toml", "--select", "mine"];
    let report = folder.check(&arguments);
    assert_eq!(report.lints(), ["orgrel-photos-off"]);
    let report = folder.check(&[&arguments[..], &["--lints", "./ci/own"]].concat());
    assert_eq!((report.lints(), report.problems()), (vec!["orgrel-photos-off"], vec![]));
    let script = folder.run(&["collect", "cloud", "--for", "mine", "--config", "ci/freebusy-lint.toml"]);
    assert!(script.code == 0 && script.stdout.contains("Get-OrganizationRelationship"), "{script:?}");
}

// Suppressions

#[test]
fn a_suppressed_finding_does_not_count() {
    for more in ["", "property = \"enabled\"", "side = \"cloud\"", "until = \"2026-11-23\""] {
        let report = folder(&suppress(more)).check(&["cloud", "--select", LINT]);
        assert_eq!((report.code, report.disabled().len(), report.problems()), (0, 0, vec![]), "{more}");
    }
}

#[test]
fn a_suppression_that_matches_nothing_is_reported() {
    let unused = format!("suppression of {LINT} matches no finding");
    for more in ["property = \"Name\"", "side = \"onprem\""] {
        let folder = folder(&suppress(more));
        folder.write("onprem/Get-OrganizationRelationship.json", "[]");
        let report = folder.check(&["cloud", "onprem", "--select", LINT]);
        assert_eq!((report.code, report.disabled().len()), (1, 1), "{more}");
        assert_eq!(report.places(), [json!([3, 10, "\"O365*\"", "warning", unused])], "{more}");
    }
    // A lint that does not run, or cannot see everything, tells nothing.
    let folder = folder(&suppress("side = \"onprem\""));
    assert_eq!(folder.check(&["cloud", "--select", LINT]).problems(), [""; 0], "no export of on-premises");
    folder.write("onprem/Get-OrganizationRelationship.json", "[]");
    assert_eq!(folder.check(&["cloud", "onprem", "--ignore", "sharing"]).problems(), [""; 0]);
}

#[test]
fn a_suppression_that_has_expired_is_reported_with_its_finding() {
    let folder = folder(&suppress("until = \"2026-11-22\""));
    let report = folder.check(&["cloud", "--select", LINT]);
    assert_eq!((report.code, report.disabled()), (1, vec!["warning"]));
    let message = format!("suppression of {LINT} expired on 2026-11-22");
    assert_eq!(report.places(), [json!([5, 9, "\"2026-11-22\"", "warning", message])]);
    assert_eq!(report.json["summary"]["warnings"], 1, "it is no finding");
}

#[test]
fn the_example_of_the_manual_is_a_configuration() {
    let manual = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/README.md")).unwrap();
    let example = manual.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let folder = folder(example);
    folder.write("lints/mine/orgrel-photos-off.toml", own_lint());
    let report = folder.check(&["cloud"]);
    assert_eq!((report.problems(), report.disabled()), (vec![], vec!["error"]));
    assert_eq!(schema_errors("config", &toml::from_str::<Value>(example).unwrap()), [""; 0]);
}

/// What a schema of the project has against a value.
fn schema_errors(name: &str, value: &Value) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schemas/{name}.schema.json"));
    let schema = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    validator.iter_errors(value).map(|error| format!("{} {error}", error.instance_path())).collect()
}

#[test]
fn the_schema_says_what_the_program_says() {
    let whole = suppress("property = \"Enabled\"\nside = \"cloud\"\nuntil = \"2026-12-31\"");
    for (is_right, config) in [
        (true, ""),
        (true, "select = [\"oauth\"]\nignore = []\nfail-on = \"never\"\nlints = []\n"),
        (
            true,
            "[severity]\noauth = \"off\"\n[sides]\nonprem = [\"a/**\"]\n[thresholds]\ncertificate-days = 0\n",
        ),
        (true, &whole),
        (false, "select = []"),
        (false, "ignore = [\" \"]"),
        (false, "colour = true"),
        (false, "fail-on = \"all\""),
        (false, "severity.oauth = \"fatal\""),
        (false, "sides.exo = []"),
        (false, "sides.cloud = \"exo\""),
        (false, "thresholds.certificate-days = 1.5"),
        (false, "thresholds.certificate-days = 40000"),
        (false, "suppress = {}"),
        (false, &whole.replace("reason", "why")),
        (false, &whole.replace("\"2026-12-31\"", "\"tomorrow\"")),
        (false, &whole.replace("object = \"O365*\"", "")),
    ] {
        let report = folder(config).check(&["cloud", "--select", LINT]);
        assert_eq!(report.code != 2, is_right, "{config}: {:?}", report.problems());
        let errors = schema_errors("config", &toml::from_str::<Value>(config).unwrap());
        assert_eq!(errors.is_empty(), is_right, "{config}: {errors:?}");
    }
}

// Baseline

#[test]
fn only_what_is_new_is_reported() {
    let folder = folder("");
    let run = |arguments: &[&str]| folder.check(&[&["cloud", "--select", LINT][..], arguments].concat());
    let written = run(&["--write-baseline", "known.json"]);
    assert_eq!((written.code, written.disabled().len()), (1, 1), "writing hides nothing");
    let text = fs::read_to_string(folder.path("known.json")).unwrap();
    let known: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(schema_errors("baseline", &known), [""; 0]);
    let entry = &known["findings"][0];
    assert_eq!(
        (&entry["lint"], &entry["side"], &entry["object"], &entry["count"]),
        (&json!(LINT), &json!("cloud"), &json!("O365 to On-premises"), &json!(1))
    );
    let report = run(&["--baseline", "known.json"]);
    assert_eq!((report.code, report.disabled().len(), report.problems()), (0, 0, vec![]));
    folder.write(CLOUD, format!("[{DISABLED}, {}]", DISABLED.replace("O365 to", "Contoso to")));
    let report = run(&["--baseline", "known.json"]);
    assert_eq!(report.code, 1);
    assert_eq!(report.findings(LINT)[0]["object"], "Contoso to On-premises");
    // Worse than known.
    folder.write(CLOUD, DISABLED).write(FILE, "severity.sharing = \"error\"\n");
    assert_eq!(run(&["--baseline", "known.json"]).disabled(), ["error"]);
    // Mended: an export of both sides, so that the lint can tell.
    folder.write(FILE, "").write(CLOUD, DISABLED.replace("false", "true"));
    folder.write("onprem/Get-OrganizationRelationship.json", "[]");
    let report = run(&["onprem", "--baseline", "known.json"]);
    assert_eq!((report.code, report.problems()), (0, vec!["1 finding of the baseline no longer occurs"]));
    run(&["onprem", "--baseline", "known.json", "--write-baseline", "known.json"]);
    let text = fs::read_to_string(folder.path("known.json")).unwrap();
    assert_eq!(text, "{\n  \"version\": 1,\n  \"findings\": []\n}\n");
}

#[test]
fn what_is_suppressed_is_not_written_down() {
    let folder = folder(&suppress(""));
    folder.check(&["cloud", "--select", LINT, "--write-baseline", "known.json"]);
    let text = fs::read_to_string(folder.path("known.json")).unwrap();
    assert!(text.contains("\"findings\": []"), "{text}");
}

#[test]
fn a_baseline_that_cannot_be_read_or_written_is_2() {
    let folder = folder("");
    folder.write("broken.json", "{\"version\": 1,\n").write("next.json", "{\"version\": 2}");
    let run = |arguments: &[&str]| {
        let report = folder.check(&[&["cloud", "--select", LINT][..], arguments].concat());
        assert_eq!((report.code, report.disabled().len()), (2, 1), "{report:?}");
        report.problems().join("; ")
    };
    let missing = run(&["--baseline", "none.json"]);
    assert!(missing.starts_with("cannot read the baseline: "), "{missing}");
    assert!(run(&["--baseline", "broken.json"]).starts_with("not a baseline: EOF"));
    assert_eq!(
        run(&["--baseline", "next.json"]),
        "the baseline has version 2, and this program reads version 1"
    );
    let message = run(&["--write-baseline", "none/known.json"]);
    assert!(message.starts_with("cannot write the baseline: "), "{message}");
    let message = run(&["--baseline", "broken.json", "--write-baseline", "known.json"]);
    assert!(message.ends_with("the baseline is not written"), "{message}");
    assert!(!folder.path("known.json").exists());
}

// A repository

/// An export of relationships that a company of the name has.
fn company(number: usize) -> String {
    let enabled = !number.is_multiple_of(5);
    format!(
        "{{\"Name\": \"O365 to On-premises - company {number:02}\", \"DomainNames\": [\"company{number:02}.example\"], \"Enabled\": {enabled}}}"
    )
}

#[test]
fn a_pipeline_over_fifty_exports_reaches_each_exit_code() {
    let folder = Folder::new();
    let path = |number: usize| format!("tenants/{number:02}/Get-OrganizationRelationship.json");
    for number in 0..50 {
        folder.write(&path(number), company(number));
    }
    folder.write("tenants/onprem/Get-OrganizationRelationship.json", "[]");
    let config = "select = [\"orgrel-disabled\"]\n[sides]\ncloud = [\"tenants/[0-9][0-9]\"]\n";
    folder.write(FILE, config);
    let run = |arguments: &[&str]| folder.check(&[&["tenants"][..], arguments].concat());

    let first = run(&[]);
    assert_eq!((first.code, first.disabled().len(), first.problems()), (1, 10, vec![]));

    // Two are meant to be so, the others are known.
    let suppress = |name: &str, more: &str| {
        format!("[[suppress]]\nlint = \"{LINT}\"\nobject = \"{name}\"\nreason = \"sold\"\n{more}\n")
    };
    let config =
        [config, &suppress("* company 05", ""), &suppress("* company 10", "until = \"2026-12-31\"")].concat();
    folder.write(FILE, &config);
    assert_eq!(run(&["--write-baseline", "known.json"]).disabled().len(), 8);
    let calm = run(&["--baseline", "known.json"]);
    assert_eq!((calm.code, calm.disabled().len(), calm.problems()), (0, 0, vec![]));

    // The next change breaks one more.
    folder.write(&path(7), company(7).replace("true", "false"));
    let new = run(&["--baseline", "known.json"]);
    assert_eq!((new.code, new.disabled().len()), (1, 1));
    assert_eq!(new.findings(LINT)[0]["object"], "O365 to On-premises - company 07");
    // And is taken back; another one mends what was known.
    folder.write(&path(7), company(7)).write(&path(15), company(15).replace("false", "true"));
    let mended = run(&["--baseline", "known.json"]);
    assert_eq!((mended.code, mended.problems()), (0, vec!["1 finding of the baseline no longer occurs"]));

    // A mistake in the configuration is not taken for calm.
    folder.write(FILE, config.replace("until", "untill"));
    assert_eq!(run(&["--baseline", "known.json"]).code, 2);
    folder.write(FILE, &config);
    // Nor is an export that breaks off.
    folder.write(&path(20), &company(20)[..60]);
    assert_eq!(run(&["--baseline", "known.json"]).code, 3);
    // A year later the suppression has lapsed.
    folder.write(&path(20), company(20));
    let ran =
        folder.run(&["tenants", "--baseline", "known.json", "--as-of", "2027-11-23", "--format", "json"]);
    let later = Report::of(&ran);
    assert_eq!((later.code, later.disabled().len()), (1, 1));
    assert_eq!(later.problems()[0], format!("suppression of {LINT} expired on 2026-12-31"));
    // Nothing depends on the run.
    assert_eq!(run(&["--baseline", "known.json"]).json, run(&["--baseline", "known.json"]).json);
}

#[test]
fn a_mistake_in_the_configuration_is_one_for_the_list_of_symptoms_too() {
    let folder = folder("slect = []");
    let ran = folder.run(&["symptoms"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("freebusy-lint.toml:1:1: unknown key `slect`"), "{ran:?}");
}
