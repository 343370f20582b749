//! Mistakes in a user's own lint: each is reported where it stands, all of a file together, and the others still run.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use serde_json::json;

use crate::support::marked::marked;
use crate::support::{Folder, Report};

/// A lint without a mistake.
const GOOD: &str = r#"id         = "own-lint"
title      = "relationship has no name"
severity   = "warning"
references = ["https://contoso.com/runbook"]
why = """
Our naming convention wants a name for every organization relationship, on both sides of the hybrid.
"""

[for]
rel = 'any.OrganizationRelationship'

[[expect]]
that    = '!blank(rel.Name)'
message = 'relationship of {rel.DomainNames.join(", ")} has no name'

[fix]
text    = "Give it a name."

[[case]]
name   = "blank"
expect = "fail"
cloud.OrganizationRelationship = [{ Name = "@null", DomainNames = ["contoso.com"] }]

[[case]]
name   = "named"
expect = "pass"
onprem.OrganizationRelationship = [{ Name = "Contoso", DomainNames = ["contoso.com"] }]
cloud.OrganizationRelationship = []

[[case]]
name   = "nothing exported"
expect = "unknown"
"#;

/// Puts `new` in the place of `old`, which the good lint has once.
#[track_caller]
fn instead(old: &str, new: &str) -> String {
    assert_eq!(GOOD.matches(old).count(), 1, "{old}");
    GOOD.replace(old, new)
}

type Mistake<'a> = (&'a str, Option<&'a str>);

/// Runs with the lint, whose mistakes stand at its marks, and compares them all.
#[track_caller]
fn expect(lint: &str, mistakes: &[Mistake<'_>]) {
    let (text, places) = marked(lint);
    assert_eq!(places.len(), mistakes.len(), "marks and mistakes");
    let folder = Folder::new();
    folder.write("mine/own/own-lint.toml", &text);
    folder.write(
        "cloud/Get-OrganizationRelationship.json",
        r#"{"Name": "O365", "DomainNames": [], "Enabled": true}"#,
    );
    let report = folder.check(&["cloud", "--lints", "mine", "--select", "orgrel-disabled"]);
    let found = report.json["diagnostics"].as_array().unwrap();
    let found: Vec<_> = found
        .iter()
        .map(|problem| {
            let label = &problem["labels"][0];
            assert_eq!((&problem["origin"], &problem["severity"]), (&json!("lint-file"), &json!("error")));
            assert_eq!(label["path"], "mine/own/own-lint.toml");
            json!([label["line"], label["column"], label["text"], problem["message"], problem["help"]])
        })
        .collect();
    let expected: Vec<_> = places
        .iter()
        .zip(mistakes)
        .map(|((line, column, text), (message, help))| json!([line, column, text, message, help]))
        .collect();
    assert_eq!(found, expected);
    assert_eq!(report.code, 2);
    // The lints without a mistake have run.
    assert_eq!(report.json["lints"][0]["id"], "orgrel-disabled");
}

#[test]
fn a_lint_without_a_mistake_runs() {
    let folder = Folder::new();
    folder.write("mine/own/own-lint.toml", GOOD);
    folder.write(
        "cloud/Get-OrganizationRelationship.json",
        r#"[{"Name": "", "DomainNames": ["contoso.com"], "Enabled": true}]"#,
    );
    let report = folder.check(&["cloud", "--lints", "mine", "--select", "own"]);
    assert_eq!((report.code, report.problems()), (1, Vec::new()));
    let finding = report.findings("own-lint")[0];
    assert_eq!(finding["message"], "relationship of contoso.com has no name");
    assert_eq!((&finding["labels"][0]["column"], &finding["labels"][0]["length"]), (&json!(12), &json!(0)));
    let explained = folder.run(&["explain", "own-lint", "--lints", "mine"]);
    assert_eq!(explained.code, 0);
    assert!(explained.stdout.starts_with("own-lint (warning, own)"), "{}", explained.stdout);
}

#[test]
fn mistakes_before_a_report_go_to_standard_error_with_their_place() {
    let folder = Folder::new();
    folder.write("mine/own/own-lint.toml", instead("!blank(rel.Name)", "!blank(rel.Nmae)"));
    let expected = "freebusy-lint: mine/own/own-lint.toml:13:23: OrganizationRelationship has no property `Nmae`; did you mean `Name`?\n";
    for arguments in [&["lints", "--lints", "mine"][..], &["explain", "orgrel-disabled", "--lints", "mine"]] {
        let ran = folder.run(arguments);
        assert_eq!((ran.code, ran.stderr.as_str()), (2, expected));
        assert!(ran.stdout.contains("orgrel-disabled"), "{}", ran.stdout);
    }
}

#[test]
fn the_human_report_draws_the_mistake() {
    let folder = Folder::new();
    folder.write("mine/own/own-lint.toml", instead("!blank(rel.Name)", "!blank(rel.Nmae)"));
    folder.write("cloud/Get-OrganizationRelationship.json", "[]");
    let ran = folder.run(&["cloud", "--lints", "mine"]);
    assert!(ran.stdout.contains("[mine/own/own-lint.toml:13:23]"), "{}", ran.stdout);
    assert!(ran.stdout.contains("'!blank(rel.Nmae)'"), "{}", ran.stdout);
    assert!(ran.stdout.contains("did you mean `Name`?"), "{}", ran.stdout);
}

#[test]
fn toml_syntax() {
    expect(
        &instead("title      = \"relationship has", "title      = «»relationship has"),
        &[("missing opening quote, expected `\"`", None)],
    );
    expect(
        &instead("text    = \"Give it a name.\"", "text    = \"Give it a name.«»"),
        &[("invalid basic string, expected `\"`", None)],
    );
    expect(&instead("severity   = ", "severity   = \"error\"\n«severity»   = "), &[("duplicate key", None)]);
}

#[test]
fn unknown_fields() {
    expect(
        &instead("severity   = \"warning\"", "severity   = \"warning\"\n«serverity» = \"error\""),
        &[("unknown field `serverity`", Some("did you mean `severity`?"))],
    );
    expect(
        &instead("that    =", "«wen» = 'true'\nthat    ="),
        &[("unknown field `wen`", Some("did you mean `when`?"))],
    );
}

#[test]
fn missing_fields() {
    expect(
        &format!("«»{}", instead("title      = \"relationship has no name\"\n", "")),
        &[("`title` is missing", Some("see lints/README.md for the fields"))],
    );
    expect(
        &instead("message = 'relationship of {rel.DomainNames.join(\", \")} has no name'\n", "")
            .replace("[[expect]]", "«[[expect]]»"),
        &[("`message` is missing", None)],
    );
    expect(
        &format!("«»{}", instead("[fix]\ntext    = \"Give it a name.\"\n", "")),
        &[("`[fix]` is missing", Some("say what to do, if only in words"))],
    );
    expect(
        &instead("references = [\"https://contoso.com/runbook\"]", "references = «[]»"),
        &[("`references`: [] has less than 1 item", None)],
    );
}

#[test]
fn ids() {
    for id in ["other-lint", "Own_Lint", ""] {
        let id = format!("«\"{id}\"»");
        expect(&instead("\"own-lint\"", &id), &[("the id is not the file's name, `own-lint`", None)]);
    }
    let folder = Folder::new();
    folder
        .write("mine/orgrel-disabled.toml", GOOD.replace("own-lint", "orgrel-disabled"))
        .write("Get-SettingOverride.json", "[]");
    let report = folder.check(&["Get-SettingOverride.json", "--lints", "mine"]);
    assert_eq!((report.code, report.problems()), (2, vec!["a lint `orgrel-disabled` exists already"]));
}

#[test]
fn severities() {
    expect(&instead("\"warning\"", "«\"fatal\"»"), &[("must be `error`, `warning` or `info`", None)]);
    expect(
        &instead("that    =", "severity = «\"bad\"»\nthat    ="),
        &[("`expect.0.severity`: \"bad\" is not one of \"error\", \"warning\" or \"info\"", None)],
    );
}

#[test]
fn gates() {
    let with = |fields: &str| instead("\"warning\"", &format!("\"warning\"\n{fields}"));
    expect(
        &with("gates = { «ews-ouath» = 1 }\nabout = \"rel\""),
        &[("there is no gate `ews-ouath`", Some("did you mean `ews-oauth`?"))],
    );
    expect(
        &with("gates = { «gate-of-my-own» = 1 }\nabout = \"rel\""),
        &[("there is no gate `gate-of-my-own`", Some("see lints/README.md for the gates"))],
    );
    expect(
        &with("gates = { ews-oauth = 1 }\nabout = «\"rek\"»"),
        &[("`[for]` binds no name `rek`", Some("did you mean `rel`?"))],
    );
    expect(&format!("«»{}", with("gates = { ews-oauth = 1 }")), &[("`about` is missing", None)]);
    expect(
        &with("gates = { ews-oauth = «0» }\nabout = \"rel\""),
        &[("`gates.ews-oauth`: 0 is less than the minimum of 1", None)],
    );
    expect(
        &with("gates = «\"ews-oauth\"»\nabout = \"rel\""),
        &[("`gates`: \"ews-oauth\" is not of type \"object\"", None)],
    );
    expect(
        &with("gates = { ews-oauth = 1 }\nabout = \"rel\"\nno_gate = «\"about mailboxes\"»"),
        &[("a lint that decides a gate has no use for `no_gate`", None)],
    );
}

#[test]
fn a_lint_of_the_user_decides_a_gate_and_is_about_the_object_it_says() {
    let lint = instead(
        "severity   = \"warning\"",
        "severity   = \"error\"\ngates      = { ews-oauth = 1 }\nabout      = \"directory\"",
    )
    .replace("rel = ", "directory = 'onprem.WebServicesVirtualDirectory'\nrel = ");
    let lint = lint.replace(
        "'!blank(rel.Name)'",
        "'rel.Name == directory.Server'\nat = ['directory.OAuthAuthentication']",
    );
    let (cases, _) = lint.split_once("[[case]]").unwrap();
    let lint = format!(
        "{cases}[[case]]\nname = \"differs\"\nexpect = \"fail\"\nonprem.WebServicesVirtualDirectory = [{{ Server = \"EX01\" }}]\n\
         cloud.OrganizationRelationship = [{{ Name = \"O365\" , DomainNames = []}}]\nonprem.OrganizationRelationship = []\n\
         [[case]]\nname = \"same\"\nexpect = \"pass\"\nonprem.WebServicesVirtualDirectory = [{{ Server = \"EX01\" }}]\n\
         cloud.OrganizationRelationship = [{{ Name = \"EX01\" }}]\nonprem.OrganizationRelationship = []\n\
         [[case]]\nname = \"nothing exported\"\nexpect = \"unknown\"\n"
    );
    let folder = Folder::new();
    folder.write("mine/own/own-lint.toml", lint);
    let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/healthy");
    let report = folder.check(&[samples, "--lints", "mine", "--select", "own-lint,ews-oauth-off"]);
    assert_eq!((report.code, report.problems()), (1, Vec::new()));
    let finding = report.findings("own-lint")[0];
    assert_eq!(finding["cmdlet"], "Get-WebServicesVirtualDirectory");
    for path in report.json["paths"].as_array().unwrap() {
        let gates = path["gates"].as_array().unwrap();
        let gate = gates.iter().find(|gate| gate["id"] == "ews-oauth");
        let is_to_servers = path["direction"] == "cloud-to-onprem";
        assert_eq!(gate.map(|gate| &gate["state"]), is_to_servers.then_some(&json!("failed")));
        assert_eq!(gate.map(|gate| &gate["lints"]), is_to_servers.then_some(&json!(["own-lint"])));
    }
}

#[test]
fn expression_syntax() {
    expect(
        &instead("!blank(rel.Name)", "!blank(rel.Name«»"),
        &[("syntax error: missing `)` at the end", None)],
    );
    expect(&instead("!blank(rel.Name)", "«rel.Name »"), &[("must be a bool, is a string", None)]);
}

#[test]
fn names_that_expressions_do_not_know() {
    expect(
        &instead("!blank(rel.Name)", "!blank(«rek».Name)"),
        &[("unknown name `rek`", Some("did you mean `rel`?"))],
    );
    expect(
        &instead("any.OrganizationRelationship", "any.«OrganisationRelationship»"),
        &[(
            "no cmdlet has the noun `OrganisationRelationship`",
            Some("did you mean `OrganizationRelationship`?"),
        )],
    );
    expect(
        &instead("!blank(rel.Name)", "!blank(rel.«Nmae»)"),
        &[("OrganizationRelationship has no property `Nmae`", Some("did you mean `Name`?"))],
    );
    expect(
        &instead("{rel.DomainNames.join", "{rel.«DomainName».join"),
        &[("OrganizationRelationship has no property `DomainName`", Some("did you mean `DomainNames`?"))],
    );
    expect(
        &instead("any.OrganizationRelationship", "«cloud.HybridConfiguration»"),
        &[("Get-HybridConfiguration does not exist in Exchange Online", None)],
    );
}

#[test]
fn types() {
    expect(
        &instead("!blank(rel.Name)", "rel.Enabled «==» \"True\""),
        &[("a bool cannot be compared with a string", None)],
    );
    expect(&instead("!blank(rel.Name)", "«rel.Name»"), &[("must be a bool, is a string", None)]);
    expect(
        &instead("'any.OrganizationRelationship'", "«'as_of'»"),
        &[("must be a list, is a timestamp", None)],
    );
    expect(
        &instead("!blank(rel.Name)", "rel.Name.«exists»(n, n == \"\")"),
        &[("`exists` is asked of a string, which is no list", None)],
    );
    expect(
        &instead("!blank(rel.Name)", "rel.DomainNames.exists(d, «d»)"),
        &[("must be a bool, is a string", None)],
    );
}

#[test]
fn functions() {
    expect(
        &instead("!blank(rel.Name)", "!«blnak»(rel.Name)"),
        &[("unknown function `blnak`", Some("did you mean `blank`?"))],
    );
    expect(
        &instead("!blank(rel.Name)", "rel.Name.«startswith»(\"O\")"),
        &[("unknown function `startswith`", Some("did you mean `startsWith`?"))],
    );
    expect(&instead("!blank(rel.Name)", "«same»(rel.Name)"), &[("`same` takes 2 arguments", None)]);
    expect(
        &instead("!blank(rel.Name)", "blank(rel.Name.«lower»)"),
        &[("`lower` is asked of a string, which has no properties", None)],
    );
    expect(
        &instead("!blank(rel.Name)", "rel.Name.matches(«\"[a-\"»)"),
        &[("is no regular expression: unclosed character class", None)],
    );
    expect(
        &instead("!blank(rel.Name)", "rel.Name.matches(«rel.Name»)"),
        &[("must be written out as a string", None)],
    );
    expect(
        &instead("!blank(rel.Name)", "exported(«\"clout\"», \"AuthServer\")"),
        &[("must be \"onprem\" or \"cloud\"", None)],
    );
}

#[test]
fn cases() {
    let help = Some("cases are the lint's tests and its documentation");
    expect(
        &instead("expect = \"fail\"", "expect = \"pass\"").replacen("[[case]]", "«[[case]]»", 1),
        &[("there is no failing case", help)],
    );
    expect(
        &instead("expect = \"unknown\"", "expect = \"pass\"").replacen("[[case]]", "«[[case]]»", 1),
        &[("there must be a case for each of `fail`, `pass` and `unknown`", None)],
    );
    expect(
        &instead(
            "cloud.OrganizationRelationship = [{ Name = \"@null\"",
            "cloud.«OrgRelationship» = [{ Name = \"@null\"",
        ),
        &[("no cmdlet has the noun `OrgRelationship`", Some("did you mean `OrganizationRelationship`?"))],
    );
    expect(
        &instead("cloud.OrganizationRelationship = []", "cloud.«HybridConfiguration» = []"),
        &[("Get-HybridConfiguration does not exist in Exchange Online", None)],
    );
    expect(
        &instead("{ Name = \"@null\"", "{ «Nmae» = \"@null\", «Domain» = 1"),
        &[
            ("OrganizationRelationship has no property `Nmae`", Some("did you mean `Name`?")),
            ("OrganizationRelationship has no property `Domain`", Some("did you mean `DomainNames`?")),
        ],
    );
}

#[test]
fn all_mistakes_of_a_file_are_told_together_from_top_to_bottom() {
    let lint = instead("\"warning\"", "\"warning\"\n«colour» = \"red\"")
        .replace("that    = '!blank(rel.Name)'", "that    = '!blank(rel.«Nmae») && «blnak»(rel.Enabled)'")
        .replace("{rel.DomainNames.join", "{rel.«Domains».join")
        .replace("{ Name = \"@null\"", "{ «Nmae» = \"@null\"");
    expect(
        &lint,
        &[
            ("unknown field `colour`", None),
            ("OrganizationRelationship has no property `Nmae`", Some("did you mean `Name`?")),
            ("unknown function `blnak`", Some("did you mean `blank`?")),
            ("OrganizationRelationship has no property `Domains`", Some("did you mean `DomainNames`?")),
            ("OrganizationRelationship has no property `Nmae`", Some("did you mean `Name`?")),
        ],
    );
}

#[test]
fn a_folder_that_is_not_there_is_said() {
    let folder = Folder::new();
    folder.write("Get-SettingOverride.json", "[]");
    let report = folder.check(&["Get-SettingOverride.json", "--lints", "mine"]);
    assert_eq!((report.code, report.problems()), (2, vec!["`mine` does not exist"]));
    assert_eq!(report.json["diagnostics"][0]["help"], "`--lints` takes a folder of lint files");
}

#[test]
fn expressions_that_would_exhaust_the_stack_are_refused() {
    let nested = |open: &str, close: &str| format!("{}true{}", open.repeat(5000), close.repeat(5000));
    for (open, close) in [("(", ")"), ("[", "]"), ("blank(", ")"), ("rel.DomainNames.all(d, ", ")")] {
        let lint = instead("!blank(rel.Name)", &nested(open, close));
        let report = hostile(&lint);
        assert_eq!(report.code, 2);
        assert!(report.problems().contains(&"is longer than 8192 bytes"), "{:?}", report.problems());
    }
    let lint = instead("!blank(rel.Name)", &format!("{}«(»true{}", "(".repeat(64), ")".repeat(65)));
    expect(&lint, &[("is nested more than 64 levels deep", None)]);
    let lint = instead("!blank(rel.Name)", &format!("{}true{}", "(".repeat(64), ")".repeat(64)));
    assert_eq!(hostile(&lint).problems(), Vec::<&str>::new());
    let lint = instead("!blank(rel.Name)", &format!("{}1 > 0", "1+".repeat(4090)));
    assert_eq!(hostile(&lint).problems(), ["is nested more than 64 levels deep"]);
}

#[test]
fn hostile_lint_files_are_refused() {
    let deep = format!("a = {}", "[".repeat(20_000));
    for text in [deep.as_str(), "\0\0\0", "", "id = 1\ncase = 5\nexpect = {}\nfix = []\nfor = 3"] {
        let report = hostile(text);
        assert_eq!(report.code, 2);
        assert!(!report.problems().is_empty());
        assert_eq!(report.json["lints"].as_array().unwrap().len(), 1, "the others run");
    }
}

fn hostile(lint: &str) -> Report {
    let folder = Folder::new();
    folder.write("mine/own/own-lint.toml", lint).write("cloud/Get-OrganizationRelationship.json", "[]");
    folder.check(&["cloud", "--lints", "mine", "--select", "orgrel-disabled"])
}
