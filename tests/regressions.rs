//! Verdicts that once were wrong: each test is the smallest export that showed it.

use freebusy_lint::diagnostic::{Diagnostic, InputSummary, LintSummary, Outcome, Side};
use freebusy_lint::engine::Engine;
use freebusy_lint::lint::load_text;
use freebusy_lint::schema::Registry;
use freebusy_lint::snapshot::{Ingest, IngestOptions};
use freebusy_lint::source::{Sources, Text};
use jiff::Timestamp;

/// What came out of a lint over some files.
struct Judged {
    summary: LintSummary,
    findings: Vec<Diagnostic>,
    inputs: Vec<InputSummary>,
    problems: Vec<Diagnostic>,
}

impl Judged {
    fn needs(&self) -> Vec<&str> {
        self.summary.needs.iter().map(|need| need.what.as_str()).collect()
    }
}

/// Runs a lint, given by all that is not the same for every lint, over files, given by path, side and text.
fn judge(rest: &str, files: &[(&str, Option<Side>, &str)]) -> Judged {
    let registry = Registry::embedded().expect("schemas are right");
    let text = format!(
        "id = \"x\"\ntitle = \"x\"\nseverity = \"error\"\nreferences = [\"https://example.com\"]\nwhy = \"x\"\n{rest}\n\
         [[case]]\nname = \"a\"\nexpect = \"fail\"\n[[case]]\nname = \"b\"\nexpect = \"pass\"\n"
    );
    let mut sources = Sources::default();
    let id = sources.add("x.toml");
    let lint = load_text(registry, "area/x.toml", Text::whole(id, text).into(), false)
        .unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
    let lints = [lint];
    let as_of: Timestamp = "2026-11-23T00:00:00Z".parse().expect("a day");
    let mut engine = Engine::new(registry, &lints, as_of);
    let retention = engine.retention();
    let mut ingest = Ingest::new(registry, &retention, IngestOptions::default(), sources, |record| {
        engine.record(record);
    });
    for (path, side, text) in files {
        ingest.read(path, *side, text.as_bytes());
    }
    let Ingest { snapshot, inputs, problems, sources, .. } = ingest;
    let (summaries, findings) = engine.finish(&snapshot, &sources);
    let summary = summaries.into_iter().next().expect("one lint");
    Judged { summary, findings, inputs, problems }
}

/// A lint that expects `that` of each item of `list`.
fn lint(list: &str, that: &str) -> String {
    format!("[for]\nx = '''{list}'''\n[[expect]]\nthat = '''{that}'''\nmessage = \"{{x}}\"\n[fix]\ntext = \"x\"\n")
}

/// A lint that expects `that` once.
fn once(that: &str) -> String {
    format!("[[expect]]\nthat = '''{that}'''\nmessage = \"x\"\n[fix]\ntext = \"x\"\n")
}
// TESTS

#[test]
fn a_time_span_of_any_length_is_no_panic() {
    for text in ["P99999999999999999D", "-P106751991167300D", "P-9223372036854775807D", "P1DT1H"] {
        let json = format!("{{\"WorkingHoursStartTime\": \"{text}\", \"Identity\": \"a\"}}");
        let files = [("c.json", Some(Side::Cloud), json.as_str())];
        let judged = judge(&lint("any.MailboxCalendarConfiguration", "x.WorkingHoursStartTime == null"), &files);
        assert_ne!(judged.summary.outcome, Outcome::Passed, "{text}");
    }
}

#[test]
fn an_address_object_is_not_its_domain() {
    for address in [
        r#"{"Length": 15, "IsUTF8": false, "Local": "ann", "Domain": "contoso.com"}"#,
        r#"{"Address": "ann@contoso.com", "Local": "ann", "Domain": "contoso.com"}"#,
    ] {
        let json = format!("{{\"Database\": \"db\", \"EmailAddresses\": [], \"PrimarySmtpAddress\": {address}}}");
        let judged = judge(
            &lint("any.Mailbox", "x.PrimarySmtpAddress == 'ann@contoso.com'"),
            &[("Get-Mailbox.json", Some(Side::OnPrem), &json)],
        );
        assert_eq!(judged.summary.outcome, Outcome::Passed, "{address}");
    }
}
