//! Verdicts that once were wrong: each test is the smallest export that showed it.

use freebusy_lint::diagnostic::{Diagnostic, InputSummary, LintSummary, Outcome, Platform};
use freebusy_lint::engine::{Engine, Judgement};
use freebusy_lint::lint::{Lint, load_text};
use freebusy_lint::schema::Registry;
use freebusy_lint::snapshot::{Ingest, IngestOptions, Ingested};
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
    fn needs(&self) -> Vec<String> {
        self.summary.needs.iter().map(ToString::to_string).collect()
    }
}

/// A lint, given by all that is not the same for every lint.
fn load(rest: &str, sources: &mut Sources) -> Result<Lint, Vec<Diagnostic>> {
    let registry = Registry::embedded().expect("schemas are right");
    let text = format!(
        "id = \"x\"\ntitle = \"x\"\nseverity = \"error\"\nreferences = [\"https://example.com\"]\nwhy = \"x\"\n{rest}\n\
         [[case]]\nname = \"a\"\nexpect = \"fail\"\n[[case]]\nname = \"b\"\nexpect = \"pass\"\n"
    );
    let id = sources.add("x.toml");
    load_text(registry, "area/x.toml", Text::whole(id, text).into(), false)
}

/// Runs a lint over files, given by path, side and text.
fn judge(rest: &str, files: &[(&str, Option<Platform>, &str)]) -> Judged {
    let registry = Registry::embedded().expect("schemas are right");
    let mut sources = Sources::default();
    let lint = load(rest, &mut sources).expect("a lint without mistakes");
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
    let Ingested { snapshot, inputs, problems, sources } = ingest.finish();
    let Judgement { lints: summaries, findings, .. } = engine.finish(snapshot.view(), &sources);
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
#[test]
fn a_time_span_of_any_length_is_no_panic() {
    for text in ["P99999999999999999D", "-P106751991167300D", "P-9223372036854775807D", "P1DT1H"] {
        let json = format!("{{\"WorkingHoursStartTime\": \"{text}\", \"Identity\": \"a\"}}");
        let files = [("c.json", Some(Platform::Cloud), json.as_str())];
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
        // A single recipient may have been asked for by name.
        let json = format!("[{json}, {json}]");
        let judged = judge(
            &lint("any.Mailbox", "x.PrimarySmtpAddress == 'ann@contoso.com'"),
            &[("Get-Mailbox.json", Some(Platform::OnPrem), &json)],
        );
        assert_eq!(judged.summary.outcome, Outcome::Passed, "{address}");
    }
}

#[test]
fn a_virtual_directory_is_named_with_its_server_where_json_has_just_its_distinguished_name() {
    let text = r#"{"MRSProxyEnabled": false, "InternalNLBBypassUrl": null, "WSSecurityAuthentication": true, "Identity": {"Name": "EWS (Default Web Site)", "DistinguishedName": "CN=EWS (Default Web Site),CN=HTTP,CN=Protocols,CN=EX01,CN=Servers,CN=Exchange Administrative Group,DC=contoso,DC=com"}}"#;
    let lint = lint("onprem.WebServicesVirtualDirectory", "x.Identity == \"\"");
    let judged = judge(&lint, &[("Get-WebServicesVirtualDirectory.json", Some(Platform::OnPrem), text)]);
    let finding = judged.findings[0].finding().expect("a finding of a lint");
    let object = finding.subject.as_ref().and_then(|subject| subject.object.as_deref());
    assert_eq!(object, Some("EX01\\EWS (Default Web Site)"));
}

#[test]
fn a_list_that_is_one_object_without_text_is_unknown() {
    let json = r#"{"ServerFqdn": "ex01", "MRSProxyEnabled": true, "InternalAuthenticationMethods": {"IsReadOnly": true}}"#;
    for that in ["size(x.InternalAuthenticationMethods) == 1", "!blank(x.InternalAuthenticationMethods)"] {
        let files = [("a.json", Some(Platform::OnPrem), json)];
        let judged = judge(&lint("onprem.WebServicesVirtualDirectory", that), &files);
        assert_eq!(judged.summary.outcome, Outcome::Unknown, "{that}");
    }
}

#[test]
fn a_list_joined_to_one_text_is_split_only_where_that_is_certain() {
    let policy = r#"{"Name": "Default", "Default": true, "Domains": "Anonymous:CalendarSharingFreeBusySimple *:CalendarSharingFreeBusySimple"}"#;
    let files = [("a.json", Some(Platform::Cloud), policy)];
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
    let judged = judge(&lint("cloud.OrganizationConfig", that), &[("a.json", Some(Platform::Cloud), config)]);
    assert_eq!(judged.summary.outcome, Outcome::Passed);

    let vdir = r#"{"Name": "EWS", "MRSProxyEnabled": true, "InternalAuthenticationMethods": "4 77"}"#;
    let that = "x.InternalAuthenticationMethods.exists(m, m == 'OAuth')";
    let judged =
        judge(&lint("onprem.WebServicesVirtualDirectory", that), &[("a.json", Some(Platform::OnPrem), vdir)]);
    assert_eq!(judged.summary.outcome, Outcome::Unknown);
}

#[test]
fn an_empty_file_of_another_cmdlet_is_no_absence() {
    for name in ["Get-MailboxImportRequest.json", "Get-SiteMailbox.json"] {
        let judged = judge(&once("size(onprem.Mailbox) > 0"), &[(name, Some(Platform::OnPrem), "[]")]);
        assert_eq!(judged.summary.outcome, Outcome::Unknown, "{name}");
    }
    let judged =
        judge(&once("size(onprem.Mailbox) > 0"), &[("Get-Mailbox.json", Some(Platform::OnPrem), "[]")]);
    assert_eq!(judged.summary.outcome, Outcome::Failed);
}

#[test]
fn records_of_another_cmdlet_are_not_taken_for_those_its_name_begins_with() {
    let json = r#"[{"DisplayName": "Ann", "Database": "db1", "ItemCount": 3}]"#;
    let files = [("Get-MailboxStatistics.json", Some(Platform::OnPrem), json)];
    let judged = judge(&once("size(onprem.Mailbox) > 0"), &files);
    assert_eq!(judged.summary.outcome, Outcome::Unknown);
    assert_eq!(judged.inputs.first().map(|input| input.unrecognized), Some(1));
}

#[test]
fn members_of_an_envelope_with_the_same_properties_are_told_apart_by_their_names() {
    let json = r#"{"AcceptedDomain": [{"Name": "a", "DomainName": "contoso.com"}],
                   "RemoteDomain": [{"Name": "b", "DomainName": "fabrikam.com"}]}"#;
    let that = "size(onprem.AcceptedDomain) == 1 && size(onprem.RemoteDomain) == 1";
    let judged = judge(&once(that), &[("all.json", Some(Platform::OnPrem), json)]);
    assert_eq!(judged.summary.outcome, Outcome::Passed);
}

#[test]
fn a_list_is_an_absence_only_where_it_is_empty_and_in_an_envelope() {
    let of_texts = r#"{"AvailabilityAddressSpace": ["@{ForestName=contoso.com}"], "AuthConfig": {"CurrentCertificateThumbprint": "AA"}}"#;
    let elsewhere = r#"{"Name": "a database", "Mailboxes": [], "AvailabilityAddressSpaces": []}"#;
    for json in [of_texts, elsewhere] {
        let judged = judge(
            &once("size(onprem.AvailabilityAddressSpace) > 0"),
            &[("all.json", Some(Platform::OnPrem), json)],
        );
        assert_eq!(judged.summary.outcome, Outcome::Unknown, "{json}");
    }
    let envelope = r#"{"AvailabilityAddressSpace": [], "AuthConfig": {"CurrentCertificateThumbprint": "AA"}, "Day": "Monday"}"#;
    let judged = judge(
        &once("size(onprem.AvailabilityAddressSpace) > 0"),
        &[("all.json", Some(Platform::OnPrem), envelope)],
    );
    assert_eq!(judged.summary.outcome, Outcome::Failed);
}

#[test]
fn objects_of_an_unclear_side_do_not_stand_for_both_sides() {
    let relationship = r#"{"Name": "a", "DomainNames": ["contoso.com"], "Enabled": true}"#;
    let all = once("any.OrganizationRelationship.all(r, r.Enabled)");
    let unclear = judge(&all, &[("x.json", None, relationship)]);
    assert_eq!(unclear.summary.outcome, Outcome::Unknown);

    let broken = format!("[{relationship},\n{{\"Name\": ]");
    let (on_prem, cloud) = (Some(Platform::OnPrem), Some(Platform::Cloud));
    let files =
        [("a.json", on_prem, relationship), ("b.json", cloud, relationship), ("c.json", None, &*broken)];
    assert_eq!(judge(&all, &files).summary.outcome, Outcome::Unknown);
    assert_eq!(judge(&all, &files[..2]).summary.outcome, Outcome::Passed);
}

#[test]
fn text_made_of_a_cut_list_is_unknown_but_for_messages() {
    let json = r#"{"Name": "a", "DomainNames": ["contoso.com", "..."], "Enabled": true}"#;
    let files = [("x.json", Some(Platform::Cloud), json)];
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
        let files = [("x.json", Some(Platform::OnPrem), json.as_str())];
        let judged =
            judge(&lint("onprem.ExchangeServer", "versionAtLeast(x.AdminDisplayVersion, '15.2')"), &files);
        assert_eq!(judged.summary.outcome, expected, "{version}");
    }
}

#[test]
fn commands_have_whole_lists_or_are_left_out() {
    let rest = "[for]\nx = 'cloud.OrganizationRelationship'\n[[expect]]\nthat = 'x.Enabled'\nmessage = 'x'\n\
                [fix]\ntext = 'x'\ncommand = 'Set-X -DomainNames {x.DomainNames}'\n";
    for (domains, expected) in [
        (r#"["a.com", "b.com"]"#, Some("Set-X -DomainNames 'a.com','b.com'")),
        (r#"["a.com", "..."]"#, None),
        (r#"["a.com", "@{Cut=}"]"#, None),
        ("[]", Some("Set-X -DomainNames $null")),
    ] {
        let json = format!("{{\"Name\": \"a\", \"DomainNames\": {domains}, \"Enabled\": false}}");
        let judged = judge(rest, &[("x.json", Some(Platform::Cloud), &json)]);
        let Some(finding) = judged.findings.first().and_then(Diagnostic::finding) else {
            panic!("no finding for {domains}");
        };
        assert_eq!(finding.fix.as_ref().and_then(|fix| fix.command.as_deref()), expected, "{domains}");
    }
}

#[test]
fn a_label_on_a_long_value_ends_with_a_character() {
    for (first, blanks) in [("", 0), ("x", 0), ("", 300_000), ("x", 300_000)] {
        let domains: String = (0..700).map(|_| "\"éé.com\",").collect();
        let blanks = " ".repeat(blanks);
        let json = format!(
            "{{\"Name\": \"a\", \"DomainNames\": [\"{first}.com\",{domains}\"a.com\"], {blanks}\"Enabled\": true}}"
        );
        let files = [("x.json", Some(Platform::Cloud), json.as_str())];
        let judged = judge(&lint("cloud.OrganizationRelationship", "size(x.DomainNames) < 3"), &files);
        let value =
            judged.findings.first().and_then(|finding| finding.labels.first()).map(|label| label.value());
        assert!(value.is_some_and(|value| value.len() >= 4096), "{value:?}");
    }
}

#[test]
fn null_is_an_export_without_objects() {
    for text in ["null", "\u{feff}null\r\n", "[null]", "[]"] {
        let files = [("Get-AuthServer.json", Some(Platform::OnPrem), text)];
        let judged = judge(&once("size(onprem.AuthServer) == 0"), &files);
        assert_eq!(
            judged.summary.outcome,
            Outcome::Passed,
            "{text:?}: {:?} {:?}",
            judged.needs(),
            judged.problems
        );
    }
}

#[test]
fn objects_of_large_files_keep_the_name_of_their_computer() {
    let filler = format!(
        "{{\"Role\": \"{}\", \"RequiredServicesRunning\": true, \"PSComputerName\": \"ex02\"}},",
        "r".repeat(600)
    );
    let last = r#"{"Role": "Mailbox", "RequiredServicesRunning": false, "PSComputerName": "ex01"}"#;
    let that = "onprem.ServiceHealth.all(s, s.RequiredServicesRunning || s.Server == 'ex01')";
    for count in [1, 2500] {
        let json = format!("[{}{last}]", filler.repeat(count));
        let judged = judge(&once(that), &[("Test-ServiceHealth.json", Some(Platform::OnPrem), &json)]);
        assert_eq!(judged.summary.outcome, Outcome::Passed, "{count} {:?}", judged.needs());
    }
}

#[test]
fn objects_that_have_no_equality_are_not_compared() {
    for that in ["x.User == x.User", "x.User != x.User", "x.User in [x.User]"] {
        assert!(load(&lint("any.MailboxFolderPermission", that), &mut Sources::default()).is_err(), "{that}");
    }
    let json = r#"{"FolderName": "Calendar", "User": "Default", "AccessRights": ["None"]}"#;
    let judged = judge(
        &lint("any.MailboxFolderPermission", "x.User != null && x.User.DisplayName == 'Default'"),
        &[("x.json", Some(Platform::Cloud), json)],
    );
    assert_eq!(judged.summary.outcome, Outcome::Passed);
}

#[test]
fn a_blank_that_leaves_a_lint_unknown_is_named() {
    let json = r#"{"Name": "a", "CurrentCertificateThumbprint": "", "NextCertificateEffectiveDate": null, "IsValid": null}"#;
    let files = [("x.json", Some(Platform::OnPrem), json)];
    for (that, property) in [
        ("x.IsValid", "IsValid"),
        ("!x.IsValid", "IsValid"),
        ("x.NextCertificateEffectiveDate > as_of", "NextCertificateEffectiveDate"),
        ("as_of < x.NextCertificateEffectiveDate", "NextCertificateEffectiveDate"),
        ("daysUntil(x.NextCertificateEffectiveDate) > 1", "NextCertificateEffectiveDate"),
    ] {
        let judged = judge(&lint("onprem.AuthConfig", that), &files);
        assert_eq!(judged.summary.outcome, Outcome::Unknown, "{that}");
        assert_eq!(judged.needs(), [format!("Get-AuthConfig (on-premises): {property} is blank")], "{that}");
    }
}

#[test]
fn a_side_that_does_not_have_the_cmdlet_is_told() {
    let json = r#"{"CurrentCertificateThumbprint": "AA"}"#;
    let judged = judge(&once("size(onprem.AuthConfig) == 1"), &[("x.json", Some(Platform::Cloud), json)]);
    assert_eq!(judged.summary.outcome, Outcome::Unknown);
    let messages: Vec<&str> = judged.problems.iter().map(|problem| problem.message.as_str()).collect();
    assert!(
        messages.iter().any(|message| message.starts_with("Get-AuthConfig does not exist")),
        "{messages:?}"
    );
}

/// The places and messages of what a lint found in one file.
fn found(bytes: &[u8], block_bytes: usize) -> Vec<(String, u64, u32, u32, String)> {
    let registry = Registry::embedded().expect("schemas are right");
    let mut sources = Sources::default();
    let lint = load(&lint("any.OrganizationRelationship", "x.Enabled"), &mut sources).expect("a lint");
    let lints = [lint];
    let mut engine = Engine::new(registry, &lints, Timestamp::UNIX_EPOCH);
    let retention = engine.retention();
    let options = IngestOptions { block_bytes };
    let mut ingest = Ingest::new(registry, &retention, options, sources, |record| engine.record(record));
    ingest.read("x.json", Some(Platform::Cloud), bytes);
    let Ingested { snapshot, problems, sources, .. } = ingest.finish();
    let Judgement { findings, .. } = engine.finish(snapshot.view(), &sources);
    let all = findings.iter().chain(&problems).map(|diagnostic| {
        let label = diagnostic.labels.first();
        let (offset, start) =
            label.map_or((0, None), |label| (label.location.offset, Some(label.location.start)));
        let (line, column) = start.map_or((0, 0), |start| (start.line, start.column));
        let value = label.map_or("", |label| label.value()).to_owned();
        (diagnostic.message.clone(), offset, line, column, value)
    });
    all.collect()
}

#[test]
fn block_borders_change_nothing() {
    let record = |name: usize| {
        format!("{{\"Name\": \"Zoë 😀 {name}\",\r\n \"DomainNames\": [\"é.com\"], \"Enabled\": false}}")
    };
    let array =
        format!("[{}, {{\"Name\": oops}},\n{}]", (0..6).map(record).collect::<Vec<_>>().join(","), record(9));
    let lines = format!("\u{feff}{}\r\n\u{feff}{}{}", record(1), record(2), record(3));
    for text in [array, lines] {
        let utf16 = |unit: u16| unit.to_le_bytes();
        let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(utf16)).collect();
        let latin: Vec<u8> = text.chars().filter(|c| u32::from(*c) < 256).map(|c| c as u32 as u8).collect();
        for bytes in [text.clone().into_bytes(), utf16, latin] {
            let whole = found(&bytes, 1 << 20);
            assert!(whole.len() >= 3, "{whole:?}");
            for block_bytes in [1, 2, 3, 7, 50, 64, 127, 200] {
                assert_eq!(found(&bytes, block_bytes), whole, "{block_bytes}");
            }
        }
    }
}

#[test]
fn empty_text_is_not_the_word_that_messages_show_for_it() {
    let lint = lint("any.AuthServer", r#"!oneOf(x.AuthMetadataUrl, ["blank"])"#);
    let of_url = |url: &str| {
        let export = format!(r#"[{{"Name":"a","IssuerIdentifier":"b","AuthMetadataUrl":"{url}"}}]"#);
        judge(&lint, &[("onprem/Get-AuthServer.json", None, &export)]).findings.len()
    };
    assert_eq!(of_url(""), 0);
    assert_eq!(of_url("blank"), 1);
}

/// Fields of the second branch's objects were unknown: the type of the first branch decided.
#[test]
fn both_branches_of_a_condition_keep_their_nouns() {
    let lint = lint(
        "(exported('cloud', 'IntraOrganizationConnector') ? cloud.IntraOrganizationConnector.filter(c, false) : cloud.OrganizationRelationship)",
        "x.Enabled",
    );
    let relationships =
        r#"[{"Name": "a", "DomainNames": ["a.com"], "FreeBusyAccessLevel": "None", "Enabled": false}]"#;
    let judged = judge(&lint, &[("r.json", Some(Platform::Cloud), relationships)]);
    assert_eq!(judged.summary.outcome, Outcome::Failed);
}
