//! From an error text to its causes: every symptom file, the matcher, and the commands that use them.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail like tests")]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use freebusy_lint::source::Sources;
use freebusy_lint::symptom::{Catalogue, Matches, Symptom};
use serde_json::{Value, json};

use crate::support::run::LINTS;
use crate::support::{AS_OF, Folder, Ran};

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::embedded(&mut Sources::default()));

fn lint_ids() -> BTreeSet<String> {
    LINTS.iter().map(|lint| lint.id.clone()).collect()
}

/// Ids of the symptoms that a text is taken for.
fn found(text: &str) -> Vec<&'static str> {
    CATALOGUE.find(text).best.into_iter().map(|found| found.symptom.id.as_str()).collect()
}

// Files

#[test]
fn every_file_loads_without_a_mistake() {
    let mistakes: Vec<&str> = CATALOGUE.mistakes.iter().map(|mistake| mistake.message.as_str()).collect();
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
}

#[test]
fn every_section_of_the_article_has_its_symptom() {
    let sections: Vec<u8> = CATALOGUE.symptoms.iter().filter_map(|symptom| symptom.section).collect();
    assert_eq!(sections, (1..=32).collect::<Vec<u8>>());
    let others = CATALOGUE.symptoms.len() - sections.len();
    assert!(others >= 12, "only {others} texts beyond the article");
}

#[test]
fn every_example_is_taken_for_its_symptom() {
    let mut count = 0;
    for symptom in &CATALOGUE.symptoms {
        let mut used = BTreeSet::new();
        for example in &symptom.examples {
            count += 1;
            let matches = CATALOGUE.find(example);
            let ids: Vec<&str> = matches.best.iter().map(|found| found.symptom.id.as_str()).collect();
            let rank = matches.best.first().map(|found| found.rank);
            // Only a shared text may have several.
            let is_right =
                ids == [symptom.id.as_str()] || (rank == Some(3) && ids.contains(&symptom.id.as_str()));
            assert!(is_right, "{}: {example:?} is taken for {ids:?}", symptom.id);
            used.extend(rank);
        }
        let ranks: BTreeSet<u8> = symptom.patterns.iter().map(|pattern| pattern.rank).collect();
        let lowest = ranks.first().unwrap();
        assert!(used.contains(lowest), "{}: no example for a pattern of rank {lowest}", symptom.id);
    }
    assert!(count >= 44, "only {count} examples");
}

#[test]
fn every_lint_that_a_symptom_names_exists() {
    let known = lint_ids();
    let named: BTreeSet<&str> =
        CATALOGUE.symptoms.iter().flat_map(|symptom| &symptom.lints).map(String::as_str).collect();
    let lacking: Vec<&str> = named.into_iter().filter(|id| !known.contains(*id)).collect();
    assert!(lacking.is_empty(), "symptoms name lints that there are not: {lacking:?}");
}

#[test]
fn every_symptom_that_a_lint_names_exists() {
    for lint in LINTS.iter() {
        for id in &lint.symptoms {
            assert!(CATALOGUE.symptom(id).is_some(), "{}: there is no symptom {id}", lint.id);
        }
    }
}

#[test]
fn an_id_names_one_thing() {
    let mut all = lint_ids();
    let symptoms = CATALOGUE.symptoms.iter().map(|symptom| &symptom.id);
    for id in symptoms.chain(CATALOGUE.checks.iter().map(|check| &check.id)) {
        assert!(all.insert(id.clone()), "{id} is the id of two things");
    }
}

#[test]
fn evidence_is_a_cause_and_manual_checks_are_used() {
    for symptom in &CATALOGUE.symptoms {
        for id in &symptom.evidence {
            assert!(symptom.lints.contains(id), "{}: {id} is evidence and no cause", symptom.id);
        }
        let shares = symptom.patterns.iter().any(|pattern| pattern.settled_by.is_some());
        assert_eq!(shares, !symptom.evidence.is_empty(), "{}: what shares a text has evidence", symptom.id);
    }
    let settling =
        |symptom: &'static Symptom| symptom.patterns.iter().filter_map(|one| one.settled_by.as_ref());
    let named: BTreeSet<&String> = CATALOGUE
        .symptoms
        .iter()
        .flat_map(|symptom| symptom.manual.iter().chain(settling(symptom)))
        .collect();
    for check in &CATALOGUE.checks {
        assert!(named.contains(&check.id), "no symptom names {}", check.id);
    }
    assert!(CATALOGUE.checks.len() >= 42);
}

// Matching

#[test]
fn a_specific_text_beats_a_generic_one() {
    // Each is a generic transport phrase with the reason behind it.
    let ambiguous = "Proxy web request failed. , inner exception: The request failed with HTTP status 401: Unauthorized \
                     diagnostics: 2000005;reason=\"The user specified by the user-context in the token is ambiguous.\"";
    assert_eq!(found(ambiguous), ["token-user-context-ambiguous"]);
    let generic =
        "Proxy web request failed. , inner exception: The request failed with HTTP status 401: Unauthorized.";
    assert_eq!(found(generic), ["proxy-http-401"]);
    let token_service = "Proxy web request failed. Failed to communicate with `https://login.microsoftonline.com/extSTS.srf`., \
                         inner exception: Unable to connect to the remote server.";
    assert_eq!(found(token_service), ["token-service-unreachable"]);
}

#[test]
fn a_shared_text_has_all_its_candidates() {
    let matches = CATALOGUE.find("The request failed with HTTP status 401: Unauthorized.");
    let sections: BTreeSet<u8> = matches.best.iter().filter_map(|found| found.symptom.section).collect();
    assert_eq!(sections, BTreeSet::from([4, 7, 12, 21, 22, 29]));
    assert!(matches.best.iter().all(|found| found.rank == 3));
    assert!(matches.best.iter().all(|found| found.settled_by == Some("oauth-connectivity-test")));
}

#[test]
fn a_lid_confirms_and_never_decides() {
    let text = "HTTP status 504: Gateway Timeout LID: 43532";
    let matches = CATALOGUE.find(text);
    assert_eq!(found(text), ["proxy-http-504"]);
    assert_eq!((matches.lids, matches.best[0].lids.as_slice()), (vec![43532], [43532].as_slice()));
    // Alone it is no match, and names those that it is known with.
    let alone = CATALOGUE.find("something new happened LID: 43532");
    assert!(alone.best.is_empty());
    let closest: Vec<&str> = alone.closest.iter().take(2).map(|symptom| symptom.id.as_str()).collect();
    assert_eq!(
        BTreeSet::from_iter(closest),
        BTreeSet::from(["proxy-http-504", "token-user-context-ambiguous"])
    );
    // Of symptoms that share a text, the one with the LID comes first.
    assert_eq!(found("(401) Unauthorized LID: 43532")[0], "token-user-context-ambiguous");
}

#[test]
fn values_of_the_text_are_taken_out() {
    let table = [
        (
            "Configuration information for forest/domain contoso.com could not be found in Active Directory.",
            "domain",
            "contoso.com",
        ),
        (
            "Autodiscover failed for email address \\<kim@contoso.com\\> with error System.Net.WebException: The request failed with HTTP status code `404 Not Found`.",
            "smtp",
            "kim@contoso.com",
        ),
        ("The remote name could not be resolved: 'mail.contoso.com'", "host", "mail.contoso.com"),
        (
            "Failed to communicate with `https://login.microsoftonline.com/extSTS.srf`., inner exception: Unable to connect to the remote server.",
            "url",
            "https://login.microsoftonline.com/extSTS.srf",
        ),
        (
            "The result set contains too many calendar entries. The allowed size = 1000; the actual size = 5009.",
            "actual",
            "5009",
        ),
        (
            "A connection attempt failed because the connected party did not properly respond after a period of time 203.0.113.25:443",
            "ip",
            "203.0.113.25",
        ),
        (
            "A connection attempt failed because the connected party did not properly respond [2001:db8::25]:443",
            "ip",
            "2001:db8::25",
        ),
        (
            "Client assertion contains an invalid signature. [Reason - The key was not found., Thumbprint of key used by client: '3A5F0C9B1D2E47865544332211FFEEDDCCBBAA00'.]",
            "thumbprint",
            "3A5F0C9B1D2E47865544332211FFEEDDCCBBAA00",
        ),
    ];
    for (text, name, value) in table {
        let matches: Matches<'_> = CATALOGUE.find(text);
        let captures = &matches.best[0].captures;
        let taken =
            captures.iter().find(|capture| capture.name == name).map(|capture| capture.value.as_str());
        assert_eq!(taken, Some(value), "{text}: {captures:?}");
    }
}

#[test]
fn line_breaks_and_markup_do_not_matter() {
    let pasted = "> Proxy web request failed. ,\r\n> inner exception:   The request failed\nwith HTTP status\u{a0}503: \
                  Service Unavailable";
    assert_eq!(found(pasted), ["proxy-http-503"]);
    let soap = "&lt;psf:text&gt;The specified member name\nis either invalid or empty. &lt;/psf:text&gt;";
    assert_eq!(found(soap), ["member-name-invalid"]);
    let curly = "The response received from the service didn’t contain valid XML";
    assert_eq!(found(curly), ["response-not-xml"]);
}

#[test]
fn long_and_odd_texts_are_no_trouble() {
    let long = format!(
        "{} the request failed with HTTP status 503 {}",
        "Proxy web request failed ".repeat(20_000),
        "é".repeat(100_000)
    );
    assert_eq!(found(&long), ["proxy-http-503"]);
    assert_eq!(found("\0\u{202e}\\\\\\&#x110000;&amp"), Vec::<&str>::new());
}

// The messages of Microsoft's article, where it lies beside the checkout.

fn article() -> String {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/reference/resolve-free-busy-errors.md");
    let path = std::env::var_os("FREEBUSY_LINT_ARTICLE").map_or_else(|| PathBuf::from(beside), PathBuf::from);
    fs::read_to_string(path).unwrap()
}

/// The error messages that the article quotes, with the number of their section: block quotes, and blocks of output
/// that hold an exception. Notes are block quotes, too, and no messages.
fn quoted(article: &str) -> Vec<(u8, String)> {
    let mut messages = Vec::new();
    let (mut section, mut message, mut is_output) = (0_u8, Vec::new(), false);
    for line in article.lines().chain([""]) {
        let trimmed = line.trim_start();
        let content = if is_output { Some(line) } else { trimmed.strip_prefix("> ") };
        match content {
            Some(text) if !trimmed.starts_with("```") => message.push(text.trim()),
            _ => {
                let text = std::mem::take(&mut message).join("\n");
                let is_message = !text.starts_with("[!") && (!is_output || text.contains("Exception"));
                if is_message && !text.is_empty() {
                    messages.push((section, text));
                }
                is_output = trimmed.starts_with("```Output");
            }
        }
        section += u8::from(line.starts_with("## "));
    }
    messages
}

#[test]
#[cfg_attr(
    not(article),
    ignore = "the article is not beside the checkout, nor where FREEBUSY_LINT_ARTICLE points"
)]
fn the_messages_of_the_article_are_taken_for_their_sections() {
    let messages = quoted(&article());
    let mut wrong = Vec::new();
    let mut shared = Vec::new();
    for (section, message) in &messages {
        let matches = CATALOGUE.find(message);
        let sections: Vec<u8> = matches.best.iter().filter_map(|found| found.symptom.section).collect();
        let ids: Vec<&str> = matches.best.iter().map(|found| found.symptom.id.as_str()).collect();
        let beginning: String = matches.text.chars().take(60).collect();
        println!("{section:>2}  {beginning:<60}  {}", ids.join(", "));
        if sections.len() > 1 && matches.best[0].rank == 3 && sections.contains(section) {
            shared.push(*section);
        } else if sections != [*section] {
            wrong.push(format!("{section}: {beginning} is taken for {sections:?}"));
        }
    }
    let covered: BTreeSet<u8> = messages.iter().map(|(section, _)| *section).collect();
    println!("{} messages of {} sections, {} shared", messages.len(), covered.len(), shared.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(covered, (1..=32).collect(), "a message of every section");
    assert_eq!(shared, [12, 21, 22], "the bare line that these sections have in common");
}

// Files of a user

const OWN_SYMPTOM: &str = r#"
id         = "own-text"
title      = "gateway of contoso refuses the request"
direction  = "cloud-to-onprem"
meaning    = """
The gateway in front of the servers did not let the request through. It says so in its own words, with its own number.
"""
lints      = ["own-relationship", "own-sharing", "own-partner", "own-directory", "own-lint-to-come"]
manual     = ["gateway-log", "repeat-request"]
references = ["https://example.com/gateway"]
examples   = ["gateway GW01 says: request 4711 refused"]

[[patterns]]
rank  = 1
regex = 'gateway (?P<host>\S+) says: request \d+ refused'
"#;

const OWN_CHECK: &str = r#"
id    = "gateway-log"
title = "log of the gateway has the request"
side  = "network"
text  = "Search the log of the gateway for the number in the message; the line names the rule that refused it."

[[commands]]
shell = "powershell"
run   = "Select-String gateway.log -Pattern 4711"
"#;

const DISABLED: &str = r#"[
  {
    "Name": "O365 to On-premises - 1",
    "DomainNames": ["contoso.com"],
    "Enabled": false,
    "FreeBusyAccessEnabled": true,
    "FreeBusyAccessLevel": "LimitedDetails"
  }
]
"#;

/// A lint that wants a property of the objects of a cmdlet to be true.
fn own_lint(id: &str, list: &str, property: &str) -> String {
    format!(
        r#"
id         = "{id}"
title      = "{property} is off"
severity   = "warning"
references = ["https://example.com/{id}"]
why        = "Requests of the other side are judged by this setting, and none gets through without it."
[for]
object = '{list}'
[[expect]]
that    = 'object.{property}'
message = "{{object.Name}} has {property} {{object.{property}}}"
[fix]
text = "Turn it on."
[[case]]
name   = "off"
expect = "fail"
{list} = [{{ Name = "a", {property} = false }}]
[[case]]
name   = "on"
expect = "pass"
{list} = [{{ Name = "a", {property} = true }}]
[[case]]
name   = "nothing exported"
expect = "unknown"
"#
    )
}

/// A folder with lints, a symptom and a check of its own, and exports that have the first cause.
fn own() -> Folder {
    let folder = Folder::new();
    let lints = [
        ("own-relationship", "cloud.OrganizationRelationship", "Enabled"),
        ("own-sharing", "cloud.OrganizationRelationship", "FreeBusyAccessEnabled"),
        ("own-partner", "onprem.PartnerApplication", "Enabled"),
        ("own-directory", "onprem.AvailabilityAddressSpace", "UseServiceAccount"),
    ];
    for (id, list, property) in lints {
        folder.write(&format!("mine/own/{id}.toml"), own_lint(id, list, property));
    }
    folder
        .write("mine/symptoms/own-text.toml", OWN_SYMPTOM)
        .write("mine/manual-checks/gateway-log.toml", OWN_CHECK)
        .write("exports/cloud/Get-OrganizationRelationship.json", DISABLED)
        .write("exports/onprem/Get-OrganizationRelationship.json", "[]")
        .write("exports/onprem/Get-AvailabilityAddressSpace.json", "[]");
    folder
}

const OWN_TEXT: &str = "Gateway gw01.contoso.com says: request 4711 refused";

/// How many further lints fail depends on the lints there are.
fn settled(text: &str) -> String {
    let count = regex::Regex::new(r"(?m)^\d+ lints? of no cause").unwrap();
    count.replace(text, "[some] lints of no cause").into_owned()
}

fn diagnosis(ran: &Ran) -> Value {
    static SCHEMA: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/diagnosis.schema.json");
        let schema = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        jsonschema::draft202012::new(&schema).unwrap()
    });
    let json: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran:?}"));
    let errors: Vec<String> = SCHEMA.iter_errors(&json).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "the schema does not allow the diagnosis: {errors:?}");
    json
}

#[test]
fn mistakes_are_reported_where_they_stand() {
    let table = [
        ("rank  = 1", "rank  = 4", "mine/symptoms/own-text.toml:14:9: `rank` must be 1, 2 or 3"),
        (
            "request \\d+",
            "request (\\d+",
            "mine/symptoms/own-text.toml:15:9: no regular expression: error: unclosed group",
        ),
        ("regex = 'g", "regex = '|g", "the pattern matches every text"),
        (
            "\"gateway-log\"",
            "\"gateway-logs\"",
            "mine/symptoms/own-text.toml:9:15: there is no manual check `gateway-logs`; did you mean `gateway-log`?",
        ),
        (
            "direction  = \"cloud-to-onprem\"",
            "direction  = \"down\"",
            ":4:14: `direction` must be one of: cloud-to-onprem",
        ),
        (
            "id         = \"own-text\"",
            "id         = \"text\"",
            ":2:14: the id is not the file's name, `own-text`",
        ),
        ("title ", "titel ", "`title` is missing"),
        ("title ", "titel ", "unknown field `titel`; did you mean `title`?"),
        ("[[patterns]]", "[[patterns]", "mine/symptoms/own-text.toml:13:"),
        (
            "examples   = [\"gateway GW01 says: request 4711 refused\"]",
            "examples = []",
            "`examples`: [] has less than 1 item",
        ),
    ];
    for (right, wrong, expected) in table {
        let folder = own();
        folder.write("mine/symptoms/own-text.toml", OWN_SYMPTOM.replace(right, wrong));
        let ran = folder.run(&["symptoms", "--lints", "mine"]);
        assert_eq!(ran.code, 2, "{wrong}: {ran:?}");
        assert!(ran.stderr.contains(expected), "{wrong}: {}", ran.stderr);
    }
    let folder = own();
    folder.write("mine/symptoms/proxy-http-401.toml", OWN_SYMPTOM.replace("own-text", "proxy-http-401"));
    let ran = folder.run(&["diagnose", OWN_TEXT, "--lints", "mine"]);
    assert!(ran.stderr.contains("`proxy-http-401` exists already"), "{}", ran.stderr);
    assert_eq!(ran.code, 2);
}

#[test]
fn symptom_files_are_no_lints() {
    let folder = own();
    let report = folder.check(&["exports", "--lints", "mine", "--select", "own-relationship"]);
    assert_eq!(report.problems(), Vec::<&str>::new());
    assert_eq!((report.code, report.findings("own-relationship").len()), (1, 1));
    let ran = folder.run(&["test", "mine"]);
    assert_eq!(
        (ran.code, ran.stdout.as_str(), ran.stderr.as_str()),
        (0, "12 cases of 4 lints, 0 failed\n", "")
    );
}

// Commands

#[test]
fn exports_show_which_causes_are_there() {
    let ran = own().run(&["diagnose", OWN_TEXT, "exports", "--lints", "mine", "--as-of", AS_OF]);
    assert_eq!((ran.code, ran.stderr.as_str()), (1, ""));
    insta::assert_snapshot!(settled(&ran.stdout));
}

#[test]
fn without_exports_there_is_a_plan() {
    let ran = own().run(&["diagnose", OWN_TEXT, "--lints", "mine"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(ran.stdout);
}

#[test]
fn the_json_form_says_the_same() {
    let folder = own();
    let all = ["diagnose", OWN_TEXT, "exports", "--lints", "mine", "--as-of", AS_OF, "--format", "json"];
    let json = diagnosis(&folder.run(&all));
    let candidate = &json["candidates"][0];
    assert_eq!(candidate["captures"], json!({ "host": ["gw01.contoso.com"] }));
    let verdicts: Vec<(&str, &str)> = candidate["causes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|cause| (cause["lint"].as_str().unwrap(), cause["verdict"].as_str().unwrap()))
        .collect();
    assert_eq!(
        verdicts,
        [
            ("own-relationship", "found"),
            ("own-sharing", "ruled-out"),
            ("own-partner", "unknown"),
            ("own-directory", "not-applicable"),
            ("own-lint-to-come", "not-looked-at"),
        ]
    );
    let findings: Vec<&str> = json["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["lint"].as_str().unwrap())
        .collect();
    assert_eq!(findings, ["own-relationship"]);
    assert_eq!(json["exports"][0]["what"], "no export of Get-PartnerApplication (on-premises)");
    let checks: Vec<&str> =
        json["checks"].as_array().unwrap().iter().map(|check| check["id"].as_str().unwrap()).collect();
    assert_eq!(checks, ["gateway-log", "repeat-request"]);
    // Without exports.
    let json = diagnosis(&folder.run(&["diagnose", OWN_TEXT, "--lints", "mine", "--format", "json"]));
    assert_eq!((&json["as_of"], &json["inputs"]), (&Value::Null, &json!([])));
    assert_eq!(json["candidates"][0]["causes"][0]["verdict"], "not-looked-at");
}

#[test]
fn the_definitions_of_both_reports_are_the_same() {
    let schema = |name: &str| -> Value {
        let path = format!("{}/schemas/{name}.schema.json", env!("CARGO_MANIFEST_DIR"));
        serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
    };
    let (report, diagnosis) = (schema("report"), schema("diagnosis"));
    for name in ["severity", "side", "input", "finding", "diagnostic", "code", "label"] {
        assert_eq!(report["$defs"][name], diagnosis["$defs"][name], "{name}");
        assert!(report["$defs"][name].is_object(), "{name}");
    }
}

#[test]
fn a_text_that_nobody_knows_is_2_and_names_the_closest() {
    let ran =
        own().run(&["diagnose", "the calendar of the room is blue and its entries are too many", "exports"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (2, ""));
    insta::assert_snapshot!(ran.stdout);
    let json = diagnosis(&own().run(&["diagnose", "nothing of the kind", "--format", "json"]));
    assert_eq!(json["candidates"], json!([]));
}

#[test]
fn the_text_may_come_from_a_file_or_from_standard_input() {
    let folder = own();
    // As `>` of Windows PowerShell writes it.
    let utf16: Vec<u8> =
        std::iter::once(0xFEFF).chain(OWN_TEXT.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    folder.write("text.txt", utf16);
    let options = ["--lints", "mine", "--as-of", AS_OF];
    let expected = folder.run(&[&["diagnose", OWN_TEXT, "exports"], options.as_slice()].concat());
    assert_eq!(expected.code, 1);
    let from_file =
        folder.run(&[&["diagnose", "--text-file", "text.txt", "exports"], options.as_slice()].concat());
    assert_eq!((from_file.code, &from_file.stdout), (1, &expected.stdout));
    for arguments in [["diagnose", "--text-file", "-", "exports"].as_slice(), &["diagnose", "-", "exports"]] {
        let arguments = [arguments, options.as_slice()].concat();
        let from_stdin = Ran::of(folder.command(&arguments).write_stdin(OWN_TEXT));
        assert_eq!((from_stdin.code, &from_stdin.stdout), (1, &expected.stdout), "{arguments:?}");
    }
    // The side of exports may be said, as for `check`.
    let forced = ["diagnose", OWN_TEXT, "--cloud", "exports/cloud", "--lints", "mine", "--format", "json"];
    assert_eq!(diagnosis(&folder.run(&forced))["findings"][0]["lint"], "own-relationship");
}

#[test]
fn wrong_usage_says_what_to_do() {
    let folder = own();
    folder.write("empty.txt", " \r\n");
    let table: [(&[&str], &str); 9] = [
        (&["diagnose"], "no error text given"),
        (&["diagnose", ""], "the error text is empty"),
        (&["diagnose", "--text-file", "empty.txt"], "the error text is empty"),
        (&["diagnose", "--text-file", "none.txt"], "cannot read `none.txt`"),
        (&["diagnose", "exports"], "`exports` is a file or folder: the error text comes first"),
        (&["diagnose", "--text-file", "-", "-"], "standard input is either the text or an export"),
        (&["diagnose", "-", "-"], "standard input is either the text or an export"),
        (&["diagnose", "HTTP status 503", "exports", "--as-of", "tomorrow"], "`tomorrow` is no day"),
        (&["explain", "token-signature-invald"], "did you mean `token-signature-invalid`?"),
    ];
    for (arguments, expected) in table {
        let ran = folder.run(arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{arguments:?}: {ran:?}");
        assert!(ran.stderr.contains(expected), "{arguments:?}: {}", ran.stderr);
    }
    // A text without quotes leaves words that are no files.
    let ran = folder.run(&["diagnose", "HTTP status 503", "Service", "Unavailable"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stdout.contains("`Service` does not exist"), "{}", ran.stdout);
}

#[test]
fn the_exit_code_depends_on_causes_only() {
    let folder = own();
    let code = |text: &str, fail_on: &str| {
        folder.run(&["diagnose", text, "exports", "--lints", "mine", "--fail-on", fail_on]).code
    };
    assert_eq!(["error", "warning", "never"].map(|level| code(OWN_TEXT, level)), [0, 1, 0]);
    // The disabled relationship has nothing to do with two objects of one address.
    assert_eq!(code("The user specified by the user-context in the token is ambiguous", "info"), 0);
    folder.write("exports/cloud/broken.json", "[");
    assert_eq!(code(OWN_TEXT, "never"), 3);
}

#[test]
fn the_exports_tell_candidates_apart() {
    let folder = Folder::new();
    folder.write("exports/onprem/Get-AuthConfig.json", r#"{"Name": "Auth Configuration", "ServiceName": "00000002-0000-0ff1-ce00-000000000000", "CurrentCertificateThumbprint": null, "PreviousCertificateThumbprint": null, "NextCertificateThumbprint": null, "Realm": null}"#);
    let text = "The request failed with HTTP status 401: Unauthorized.";
    let json = diagnosis(&folder.run(&["diagnose", text, "exports", "--format", "json"]));
    let first = &json["candidates"][0];
    assert_eq!(first["symptom"], "oauth-signing-certificate-missing");
    assert_eq!(first["evidence"][0], "authconfig-thumbprint-empty");
    assert_eq!(json["candidates"].as_array().unwrap().len(), 6);
    assert_eq!(
        (&json["checks"][0]["id"], &json["checks"][0]["settles"]),
        (&json!("oauth-connectivity-test"), &json!(true))
    );
    let human = folder.run(&["diagnose", text, "exports"]).stdout;
    assert!(human.starts_with("6 symptoms share this text: the exports point to the first\n"), "{human}");
    assert!(human.contains("less likely, by the exports\n  proxy-http-401 "), "{human}");
    // Without exports all are shown in full, the one with the most causes first.
    let human = folder.run(&["diagnose", text]).stdout;
    assert!(human.contains("\nproxy-http-401: "), "{human}");
    assert!(human.contains("tell which\n"), "{human}");
    // Exports of something else point to none.
    folder.write("others/onprem/Get-RemoteDomain.json", "[]");
    let human = folder.run(&["diagnose", text, "others"]).stdout;
    assert!(human.contains("the exports don't say which"), "{human}");
}

#[test]
fn symptoms_and_manual_checks_are_listed_and_explained() {
    let folder = own();
    let list = folder.run(&["symptoms", "--lints", "mine"]);
    assert_eq!(list.code, 0);
    for symptom in &CATALOGUE.symptoms {
        assert!(list.stdout.contains(&format!(" {} ", symptom.id)), "{}", symptom.id);
    }
    assert!(list.stdout.contains("\n   7  proxy-http-401 "), "{}", list.stdout);
    assert!(list.stdout.contains(" own-text "), "{}", list.stdout);
    let symptom = folder.run(&["explain", "own-text", "--lints", "mine"]);
    assert_eq!(symptom.code, 0);
    insta::assert_snapshot!(symptom.stdout);
    let check = folder.run(&["explain", "gateway-log", "--lints", "mine"]);
    assert_eq!(check.code, 0);
    insta::assert_snapshot!(check.stdout);
}
