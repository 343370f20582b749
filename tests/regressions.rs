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
    format!(
        "[for]\nx = '''{list}'''\n[[expect]]\nthat = '''{that}'''\nmessage = \"{{x}}\"\n[fix]\ntext = \"x\"\n"
    )
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
        let judged =
            judge(&lint("any.MailboxCalendarConfiguration", "x.WorkingHoursStartTime == null"), &files);
        assert_ne!(judged.summary.outcome, Outcome::Passed, "{text}");
    }
}

#[test]
fn an_address_object_is_not_its_domain() {
    for address in [
        r#"{"Length": 15, "IsUTF8": false, "Local": "ann", "Domain": "contoso.com"}"#,
        r#"{"Address": "ann@contoso.com", "Local": "ann", "Domain": "contoso.com"}"#,
    ] {
        let json =
            format!("{{\"Database\": \"db\", \"EmailAddresses\": [], \"PrimarySmtpAddress\": {address}}}");
        let judged = judge(
            &lint("any.Mailbox", "x.PrimarySmtpAddress == 'ann@contoso.com'"),
            &[("Get-Mailbox.json", Some(Side::OnPrem), &json)],
        );
        assert_eq!(judged.summary.outcome, Outcome::Passed, "{address}");
    }
}

#[test]
fn a_list_that_is_one_object_without_text_is_unknown() {
    let json = r#"{"ServerFqdn": "ex01", "MRSProxyEnabled": true, "InternalAuthenticationMethods": {"IsReadOnly": true}}"#;
    for that in ["size(x.InternalAuthenticationMethods) == 1", "!blank(x.InternalAuthenticationMethods)"] {
        let files = [("a.json", Some(Side::OnPrem), json)];
        let judged = judge(&lint("onprem.WebServicesVirtualDirectory", that), &files);
        assert_eq!(judged.summary.outcome, Outcome::Unknown, "{that}");
    }
}

#[test]
fn a_list_joined_to_one_text_is_split_only_where_that_is_certain() {
    let policy = r#"{"Name": "Default", "Default": true, "Domains": "Anonymous:CalendarSharingFreeBusySimple *:CalendarSharingFreeBusySimple"}"#;
    let files = [("a.json", Some(Side::Cloud), policy)];
    for that in ["x.Domains.exists(d, d.startsWith('*:'))", "size(x.Domains) == 1"] {
        assert_eq!(
            judge(&lint("cloud.SharingPolicy", that), &files).summary.outcome,
            Outcome::Unknown,
            "{that}"
        );
    }
    assert_eq!(
        judge(&lint("cloud.SharingPolicy", "!blank(x.Domains)"), &files).summary.outcome,
        Outcome::Passed
    );

    let config = r#"{"Name": "a", "IsMixedMode": false, "EwsAllowedAppIDs": "00000002-0000-0FF1-ce00-000000000000,00000003-0000-0ff1-ce00-000000000000"}"#;
    let that =
        "'00000002-0000-0ff1-ce00-000000000000' in x.EwsAllowedAppIDs && size(x.EwsAllowedAppIDs) == 2";
    let judged = judge(&lint("cloud.OrganizationConfig", that), &[("a.json", Some(Side::Cloud), config)]);
    assert_eq!(judged.summary.outcome, Outcome::Passed);

    let vdir = r#"{"Name": "EWS", "MRSProxyEnabled": true, "InternalAuthenticationMethods": "4 77"}"#;
    let that = "x.InternalAuthenticationMethods.exists(m, m == 'OAuth')";
    let judged =
        judge(&lint("onprem.WebServicesVirtualDirectory", that), &[("a.json", Some(Side::OnPrem), vdir)]);
    assert_eq!(judged.summary.outcome, Outcome::Unknown);
}

#[test]
fn an_empty_file_of_another_cmdlet_is_no_absence() {
    for name in ["Get-MailboxImportRequest.json", "Get-SiteMailbox.json"] {
        let judged = judge(&once("size(onprem.Mailbox) > 0"), &[(name, Some(Side::OnPrem), "[]")]);
        assert_eq!(judged.summary.outcome, Outcome::Unknown, "{name}");
    }
    let judged = judge(&once("size(onprem.Mailbox) > 0"), &[("Get-Mailbox.json", Some(Side::OnPrem), "[]")]);
    assert_eq!(judged.summary.outcome, Outcome::Failed);
}

#[test]
fn records_of_another_cmdlet_are_not_taken_for_those_its_name_begins_with() {
    let json = r#"[{"DisplayName": "Ann", "Database": "db1", "ItemCount": 3}]"#;
    let files = [("Get-MailboxStatistics.json", Some(Side::OnPrem), json)];
    let judged = judge(&once("size(onprem.Mailbox) > 0"), &files);
    assert_eq!(judged.summary.outcome, Outcome::Unknown);
    assert_eq!(judged.inputs.first().map(|input| input.unrecognized), Some(1));
}

#[test]
fn members_of_an_envelope_with_the_same_properties_are_told_apart_by_their_names() {
    let json = r#"{"AcceptedDomain": [{"Name": "a", "DomainName": "contoso.com"}],
                   "RemoteDomain": [{"Name": "b", "DomainName": "fabrikam.com"}]}"#;
    let that = "size(onprem.AcceptedDomain) == 1 && size(onprem.RemoteDomain) == 1";
    let judged = judge(&once(that), &[("all.json", Some(Side::OnPrem), json)]);
    assert_eq!(judged.summary.outcome, Outcome::Passed);
}

#[test]
fn a_list_is_an_absence_only_where_it_is_empty_and_in_an_envelope() {
    let of_texts = r#"{"AcceptedDomain": ["@{DomainName=contoso.com}"], "AuthConfig": {"CurrentCertificateThumbprint": "AA"}}"#;
    let elsewhere = r#"{"Name": "a database", "Mailboxes": [], "AcceptedDomains": []}"#;
    for json in [of_texts, elsewhere] {
        let judged =
            judge(&once("size(onprem.AcceptedDomain) > 0"), &[("all.json", Some(Side::OnPrem), json)]);
        assert_eq!(judged.summary.outcome, Outcome::Unknown, "{json}");
    }
    let envelope =
        r#"{"AcceptedDomain": [], "AuthConfig": {"CurrentCertificateThumbprint": "AA"}, "Day": "Monday"}"#;
    let judged =
        judge(&once("size(onprem.AcceptedDomain) > 0"), &[("all.json", Some(Side::OnPrem), envelope)]);
    assert_eq!(judged.summary.outcome, Outcome::Failed);
}

#[test]
fn objects_of_an_unclear_side_do_not_stand_for_both_sides() {
    let relationship = r#"{"Name": "a", "DomainNames": ["contoso.com"], "Enabled": true}"#;
    let all = once("any.OrganizationRelationship.all(r, r.Enabled)");
    let unclear = judge(&all, &[("x.json", None, relationship)]);
    assert_eq!(unclear.summary.outcome, Outcome::Unknown);

    let broken = format!("[{relationship},\n{{\"Name\": ]");
    let (on_prem, cloud) = (Some(Side::OnPrem), Some(Side::Cloud));
    let files =
        [("a.json", on_prem, relationship), ("b.json", cloud, relationship), ("c.json", None, &*broken)];
    assert_eq!(judge(&all, &files).summary.outcome, Outcome::Unknown);
    assert_eq!(judge(&all, &files[..2]).summary.outcome, Outcome::Passed);
}

#[test]
fn text_made_of_a_cut_list_is_unknown_but_for_messages() {
    let json = r#"{"Name": "a", "DomainNames": ["contoso.com", "..."], "Enabled": true}"#;
    let files = [("x.json", Some(Side::Cloud), json)];
    for that in ["x.DomainNames.join(' ').contains('b.com')", "string(x.DomainNames).contains('b.com')"] {
        let judged = judge(&lint("cloud.OrganizationRelationship", that), &files);
        assert_eq!(judged.summary.outcome, Outcome::Unknown, "{that}");
    }
    let message = "[for]\nx = 'cloud.OrganizationRelationship'\n[[expect]]\nthat = '!x.Enabled'\n\
                   message = '{x.DomainNames.join(\" \")}'\n[fix]\ntext = 'x'\n";
    let judged = judge(message, &files);
    assert_eq!(judged.findings.first().map(|finding| finding.message.as_str()), Some("contoso.com …"));
}

#[test]
fn a_version_that_cannot_be_read_is_unknown() {
    for (version, expected) in [
        ("Version 15.2 (Build 986.5)", Outcome::Passed),
        ("15.2.986.5", Outcome::Passed),
        ("Version 15.1 (Build 2507.6)", Outcome::Failed),
        ("15.2 (Build 986.5)", Outcome::Unknown),
        ("", Outcome::Unknown),
    ] {
        let json = format!(
            "{{\"Name\": \"ex01\", \"Edition\": \"Standard\", \"AdminDisplayVersion\": \"{version}\"}}"
        );
        let files = [("x.json", Some(Side::OnPrem), json.as_str())];
        let judged =
            judge(&lint("onprem.ExchangeServer", "versionAtLeast(x.AdminDisplayVersion, '15.2')"), &files);
        assert_eq!(judged.summary.outcome, expected, "{version}");
    }
}
