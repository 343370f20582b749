//! Objects in the forms in which exports have them: what is a change, and what is not.

use super::*;
use crate::diagnostic::{
    Diagnostic, Finding, LintSummary, Need, NeedKind, ObjectChange, ObjectFate, Outcome, Platform, Severity,
    Subject,
};
use crate::snapshot::{Ingest, IngestOptions};
use crate::source::Sources;

/// An export: side, noun, and JSON or CLIXML.
type Export<'a> = (Platform, &'a str, &'a str);

fn snapshot(exports: &[Export<'_>]) -> Snapshot {
    let registry = Registry::embedded().unwrap();
    let mut retention = Retention::nothing(registry);
    retain(registry, &mut retention, false);
    // Tiny blocks: what is not retained is lost.
    let options = IngestOptions { block_bytes: 64 };
    let mut ingest = Ingest::new(registry, &retention, options, Sources::default(), |_| {});
    for (side, noun, text) in exports {
        let noun = registry.find(noun).unwrap();
        ingest.read_as("export", Some(*side), Some(noun), text.as_bytes());
    }
    ingest.snapshot
}

fn comparison(before: &[Export<'_>], after: &[Export<'_>]) -> Comparison {
    let registry = Registry::embedded().unwrap();
    let (earlier, later) = (snapshot(before), snapshot(after));
    compare(registry, (Run::default(), &earlier), (Run::default(), &later), false)
}

/// One object a line: fate, name, former name, and each property with both values.
fn shown(change: &ObjectChange) -> String {
    let name = change.subject.object.as_deref().unwrap_or("-");
    let was = change.was.as_ref().map_or_else(String::new, |was| format!(" was {was}"));
    let anew = if change.is_made_anew { " anew" } else { "" };
    let properties = change.properties.iter().map(|property| {
        let value = |seen: &Option<crate::diagnostic::Seen>| {
            seen.as_ref().map_or_else(|| "-".into(), |seen| seen.value.clone())
        };
        format!("; {} {} -> {}", property.name, value(&property.before), value(&property.after))
    });
    format!("{} {name}{was}{anew}{}", change.fate.name(), properties.collect::<String>())
}

fn changes(noun: &str, before: &str, after: &str) -> Vec<String> {
    let side = Platform::OnPrem;
    let comparison = comparison(&[(side, noun, before)], &[(side, noun, after)]);
    comparison.objects.iter().map(shown).collect()
}

const NONE: [&str; 0] = [];

#[test]
fn noise_is_no_change() {
    let before = r#"[{"Name":"a","Enabled":true,"WhenChanged":"2025-01-01T00:00:00Z","WhenCreatedUTC":"2025-01-01T00:00:00Z",
        "OriginatingServer":"dc1","RunspaceId":"1","PSComputerName":"ex1","ObjectState":"Unchanged",
        "ExchangeVersion":"0.1 (8.0.535.0)","DomainNames":["a.example","b.example"]}]"#;
    let after = r#"[{"Name":"A","Enabled":"True","WhenChanged":"2026-01-01T00:00:00Z","WhenCreatedUTC":"2026-01-01T00:00:00Z",
        "OriginatingServer":"dc2","RunspaceId":"2","PSComputerName":"ex2","ObjectState":"Changed",
        "ExchangeVersion":"0.20 (15.0.0.0)","DomainNames":["B.example","a.example"]}]"#;
    assert_eq!(changes("OrganizationRelationship", before, after), NONE);
}

#[test]
fn values_are_compared_as_their_schema_reads_them() {
    let json = r#"[{"Name":"a","Enabled":true,"TargetAutodiscoverEpr":"https://m.example/autodiscover/",
        "FreeBusyAccessLevel":2,"FreeBusyAccessScope":null,"DomainNames":[{"Domain":"a.example","Address":"a.example"}]}]"#;
    let clixml = r#"<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04"><Obj RefId="0">
        <Props><S N="Name">a</S><B N="Enabled">true</B><URI N="TargetAutodiscoverEpr">https://M.example:443/autodiscover</URI>
        <S N="FreeBusyAccessLevel">LimitedDetails</S><S N="FreeBusyAccessScope"></S>
        <Obj N="DomainNames" RefId="1"><LST><S>A.example</S></LST></Obj></Props></Obj></Objs>"#;
    assert_eq!(changes("OrganizationRelationship", json, clixml), NONE);
    let other = clixml.replace("LimitedDetails", "AvailabilityOnly");
    let expected = ["changed a; FreeBusyAccessLevel LimitedDetails -> AvailabilityOnly"];
    assert_eq!(changes("OrganizationRelationship", json, &other), expected);
}

#[test]
fn what_is_not_known_is_no_change() {
    for other in [
        r#"[{"Name":"a"}]"#,
        r#"[{"Name":"a","DomainNames":"System.Collections.ArrayList"}]"#,
        r#"[{"Name":"a","DomainNames":["a.example","..."]}]"#,
        r#"[{"Name":"a","MailTipsAccessLevel":"@{value=1}"}]"#,
    ] {
        let known = r#"[{"Name":"a","DomainNames":["a.example","b.example"],"MailTipsAccessLevel":"All"}]"#;
        assert_eq!(changes("OrganizationRelationship", known, other), NONE, "{other}");
        assert_eq!(changes("OrganizationRelationship", other, known), NONE, "{other}");
    }
}

#[test]
fn blank_and_empty_are_one() {
    let before = r#"[{"Name":"a","TargetSharingEpr":null,"DomainNames":[],"OrganizationContact":""}]"#;
    let after = r#"[{"Name":"a","TargetSharingEpr":"","DomainNames":null,"OrganizationContact":null}]"#;
    assert_eq!(changes("OrganizationRelationship", before, after), NONE);
    let after = r#"[{"Name":"a","TargetSharingEpr":"https://a.example/ews","DomainNames":["a.example"]}]"#;
    assert_eq!(
        changes("OrganizationRelationship", before, after),
        ["changed a; DomainNames blank -> a.example; TargetSharingEpr blank -> https://a.example/ews"]
    );
}

#[test]
fn lists_say_what_came_and_went() {
    let side = Platform::Cloud;
    let with = |domains: &str| format!(r#"[{{"Name":"a","DomainNames":{domains}}}]"#);
    let (before, after) = (with(r#"["a.example","b.example"]"#), with(r#"["c.example","a.example"]"#));
    let found = comparison(
        &[(side, "OrganizationRelationship", &before)],
        &[(side, "OrganizationRelationship", &after)],
    );
    let property = &found.objects[0].properties[0];
    assert_eq!(
        (&property.added[..], &property.removed[..]),
        (&["c.example".into()][..], &["b.example".into()][..])
    );
    let place = |seen: &Option<crate::diagnostic::Seen>| seen.as_ref().unwrap().label.clone().unwrap();
    assert_eq!(place(&property.before).value(), r#"a.example","b.example"#, "underlined where it stands");
    assert_eq!(place(&property.after).value(), r#"c.example","a.example"#);
}

const A: &str = "11111111-1111-1111-1111-111111111111";
const B: &str = "22222222-2222-2222-2222-222222222222";

#[test]
fn an_object_with_another_guid_in_its_name_is_renamed() {
    let with = |guid: &str, domains: &str| {
        format!(r#"[{{"Name":"HybridIOC - {guid}","Guid":"{guid}","TargetAddressDomains":{domains}}}]"#)
    };
    let one = with(A, r#"["a.example"]"#);
    assert_eq!(
        changes("IntraOrganizationConnector", &one, &with(B, r#"["A.example"]"#)),
        [format!("renamed HybridIOC - {B} was HybridIOC - {A} anew")]
    );
    assert_eq!(
        changes("IntraOrganizationConnector", &one, &with(B, r#"["b.example","a.example"]"#)),
        [format!(
            "renamed HybridIOC - {B} was HybridIOC - {A} anew; TargetAddressDomains a.example -> b.example, a.example"
        )]
    );
    let other = changes("IntraOrganizationConnector", &one, &with(B, r#"["b.example"]"#));
    assert_eq!(other.len(), 2, "for other domains it is another: {other:?}");
}

#[test]
fn a_guid_tells_an_object_whatever_it_is_called() {
    let with = |name: &str| format!(r#"[{{"Name":"{name}","Guid":"{A}","DomainNames":["a.example"]}}]"#);
    assert_eq!(changes("OrganizationRelationship", &with("old"), &with("new")), ["renamed new was old"]);
}

#[test]
fn another_certificate_is_no_renamed_one() {
    let with = |digit: char| {
        let thumbprint = digit.to_string().repeat(40);
        format!(r#"[{{"Thumbprint":"{thumbprint}","CertificateDomains":["m.example"],"Services":"IIS"}}]"#)
    };
    let fates: Vec<String> = changes("ExchangeCertificate", &with('A'), &with('B'));
    assert!(fates.len() == 2 && fates[0].starts_with("removed AAAA"), "{fates:?}");
    assert!(fates[1].starts_with("created BBBB"), "{fates:?}");
}

#[test]
fn an_absent_export_is_no_removal() {
    let side = Platform::Cloud;
    let one: Export<'_> = (side, "OrganizationRelationship", r#"[{"Name":"a","Enabled":true}]"#);
    let found = comparison(&[one], &[]);
    assert!(found.objects.is_empty());
    assert_eq!(found.uncompared[0].why, "no export in AFTER");
    let found = comparison(&[], &[one]);
    assert_eq!((found.objects.len(), found.uncompared[0].why), (0, "no export in BEFORE"));
    let found = comparison(&[one], &[(side, "OrganizationRelationship", "[]")]);
    assert_eq!(shown(&found.objects[0]), "removed a; Enabled True -> -");
    let found = comparison(&[(side, "OrganizationRelationship", "[]")], &[one]);
    assert_eq!(shown(&found.objects[0]), "created a; Enabled - -> True");
}

#[test]
fn a_broken_export_is_no_removal() {
    let side = Platform::Cloud;
    let noun = "OrganizationRelationship";
    let found = comparison(
        &[(side, noun, r#"[{"Name":"a"},{"Name":"b"}]"#)],
        &[(side, noun, r#"[{"Name":"a"},{"Name":"b""#)],
    );
    assert!(found.objects.is_empty(), "{:?}", found.objects.iter().map(shown).collect::<Vec<_>>());
    assert_eq!(found.uncompared[0].why, "the export in AFTER could not be read whole");
}

#[test]
fn recipients_are_compared_on_request() {
    let registry = Registry::embedded().unwrap();
    let mailbox = registry.find("Mailbox").unwrap();
    assert!(!compared(registry, false).any(|noun| noun == mailbox));
    assert!(compared(registry, true).any(|noun| noun == mailbox));
    assert!(compared(registry, true).all(|noun| !registry.cmdlet(noun).name.starts_with("Test-")));
}

fn finding(severity: Severity, lint: &str, object: &str, fingerprint: &str) -> Diagnostic {
    let subject = Subject {
        side: Some(Platform::Cloud),
        cmdlet: "Get-OrganizationRelationship".into(),
        object: Some(object.into()),
    };
    let finding = Finding {
        lint: lint.into(),
        subject: Some(subject),
        why: String::new(),
        fix: None,
        fingerprint: fingerprint.into(),
    };
    Diagnostic::found(finding, severity, "wrong")
}

fn lint(id: &str, needs: &[&str]) -> LintSummary {
    let needs = needs.iter().map(|property| Need {
        kind: NeedKind::NoProperty,
        noun: None,
        property: Some((*property).into()),
        command: None,
        script: None,
        side: None,
        objects: 0,
    });
    LintSummary {
        id: id.into(),
        title: String::new(),
        area: String::new(),
        severity: Severity::Error,
        outcome: Outcome::Failed,
        checked: 1,
        findings: 0,
        needs: needs.collect(),
        why: String::new(),
        remedy: String::new(),
        references: Vec::new(),
    }
}

fn of_runs(before: Run, after: Run) -> Comparison {
    let mut comparison = Comparison { before, after, ..Comparison::default() };
    findings::compare(&mut comparison);
    comparison
}

#[test]
fn findings_are_matched_by_fingerprint_and_number() {
    let one = |print: &str| finding(Severity::Error, "l", "a", print);
    let run = |prints: &[&str]| Run {
        findings: prints.iter().map(|print| one(print)).collect(),
        lints: vec![lint("l", &[])],
        ..Run::default()
    };
    let found = of_runs(run(&["x", "y", "y", "z"]), run(&["n", "y", "x"]));
    assert_eq!(found.remaining, [(1, 1), (0, 2)]);
    assert_eq!(found.fixed, [2, 3]);
    assert_eq!(found.new, [crate::diagnostic::NewFinding { index: 0, may_be_older: false }]);
}

#[test]
fn what_cannot_be_judged_is_not_fixed() {
    let run = |findings: &[&str], needs: &[&str]| Run {
        findings: findings.iter().map(|print| finding(Severity::Error, "l", "a", print)).collect(),
        lints: vec![lint("l", needs)],
        ..Run::default()
    };
    let found = of_runs(run(&["x"], &[]), run(&[], &["an export"]));
    assert_eq!((&found.unjudged[..], found.fixed.len()), (&[0][..], 0));
    let found = of_runs(run(&["x"], &["an export"]), run(&[], &["an export"]));
    assert_eq!(found.fixed, [0], "what lacked before as well did not hinder");
    let found = of_runs(run(&[], &["an export"]), run(&["x"], &[]));
    assert!(found.new[0].may_be_older);
}

#[test]
fn a_finding_stays_with_a_renamed_object() {
    let run = |name: &str, print: &str| Run {
        findings: vec![finding(Severity::Warning, "l", name, print)],
        lints: vec![lint("l", &[])],
        ..Run::default()
    };
    let subject = Subject {
        side: Some(Platform::Cloud),
        cmdlet: "Get-OrganizationRelationship".into(),
        object: Some("New".into()),
    };
    let renamed = ObjectChange {
        fate: ObjectFate::Renamed,
        subject,
        was: Some("Old".into()),
        is_made_anew: false,
        before: None,
        after: None,
        properties: Vec::new(),
    };
    let mut found = Comparison {
        before: run("Old", "1"),
        after: run("New", "2"),
        objects: vec![renamed],
        ..Comparison::default()
    };
    findings::compare(&mut found);
    assert_eq!((found.remaining.len(), found.new.len(), found.fixed.len()), (1, 0, 0));
    found.objects.clear();
    findings::compare(&mut found);
    assert_eq!((found.remaining.len(), found.new.len(), found.fixed.len()), (0, 1, 1));
}

#[test]
fn a_finding_that_is_worse_now_counts_as_new() {
    let run = |severity| Run {
        findings: vec![finding(severity, "l", "a", "x")],
        lints: vec![lint("l", &[])],
        ..Run::default()
    };
    let found = of_runs(run(Severity::Info), run(Severity::Error));
    assert_eq!(found.new_severities().collect::<Vec<_>>(), [Severity::Error]);
    let found = of_runs(run(Severity::Error), run(Severity::Info));
    assert_eq!(found.new_severities().count(), 0);
}
