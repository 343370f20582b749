//! What is looked up is what going through the lists gives, reasons are few, and steps have a limit.

use std::fmt::Write as _;

use super::*;
use crate::diagnostic::Platform;
use crate::lint::expression::Compiler;
use crate::lint::load_embedded;
use crate::schema::Registry;
use crate::snapshot::{Ingest, IngestOptions, Retention, Snapshot};
use crate::source::Sources;
use crate::topology::Topology;

fn registry() -> &'static Registry {
    Registry::embedded().unwrap()
}

/// Exports by side, noun and JSON, with all their properties.
fn snapshot(exports: &[(Platform, &str, String)]) -> Snapshot {
    let mut retention = Retention::nothing(registry());
    for (noun, cmdlet) in registry().iter() {
        for property in 0..cmdlet.object.properties().len() {
            retention.keep_property(registry(), noun, property);
        }
    }
    let options = IngestOptions::default();
    let mut ingest = Ingest::new(registry(), &retention, options, Sources::default(), |_| {});
    for (side, noun, json) in exports {
        ingest.read_as("export.json", Some(*side), registry().find(noun), json.as_bytes());
    }
    ingest.snapshot
}

fn list(objects: impl Iterator<Item = String>) -> String {
    format!("[{}]", objects.collect::<Vec<_>>().join(","))
}

/// Connectors and relationships of which each property is once missing, blank, cut, or of another case.
fn hybrid() -> Snapshot {
    let domains = |number: usize| match number % 9 {
        0 => String::new(),
        1 => r#","DomainNames":null,"TargetAddressDomains":[]"#.to_owned(),
        2 => r#","DomainNames":["System.Object"],"TargetAddressDomains":["d5.com","d6.com..."]"#.to_owned(),
        3 => r#","DomainNames":"d3.com","TargetAddressDomains":"d3.com d4.com""#.to_owned(),
        kind => {
            let all = format!(r#"["d{number}.com","D{}.com"]"#, number / kind);
            format!(r#","DomainNames":{all},"TargetAddressDomains":{all}"#)
        }
    };
    let object = |number: usize| {
        let enabled = ["", r#","Enabled":true"#, r#","Enabled":false"#, r#","Enabled":true"#][number % 4];
        let url = ["", r#","DiscoveryEndpoint":null"#, r#","DiscoveryEndpoint":"https://A.contoso.com/""#]
            [number % 3];
        let name = if number.is_multiple_of(2) { "Name" } else { "name" };
        format!(r#"{{"Name":"{name}{}"{}{enabled}{url}}}"#, number % 50, domains(number))
    };
    snapshot(&[
        (Platform::Cloud, "OrganizationRelationship", list((0..70).map(object))),
        (Platform::Cloud, "IntraOrganizationConnector", list((0..90).rev().map(object))),
        (Platform::OnPrem, "IntraOrganizationConnector", list((0..40).map(object))),
        (
            Platform::Cloud,
            "AcceptedDomain",
            list((0..60).map(|number| format!(r#"{{"DomainName":"d{number}.com"}}"#))),
        ),
    ])
}

/// A value with all that is in it, and the kinds of reasons why it may be more.
fn shown(value: &Value<'_>) -> String {
    let Value::List(list) = value else { return value.to_string() };
    let items = list.items.iter().map(|item| match &item.value {
        Ok(value) => shown(value),
        Err(lack) => kinds(&[*lack]),
    });
    format!("[{}] and {}", items.collect::<Vec<_>>().join(", "), kinds(&list.lacks))
}

fn kinds(lacks: &[Lack<'_>]) -> String {
    let mut kinds: Vec<String> = lacks
        .iter()
        .map(|lack| match lack {
            Lack::Property { record, property } => format!("{}.{property}", record.cmdlet().noun()),
            Lack::Value { place, why } => {
                format!("{}.{} {why:?}", place.record.cmdlet().noun(), place.property_name())
            }
            other => format!("{other:?}"),
        })
        .collect();
    kinds.sort();
    format!("<{}>", kinds.join("; "))
}

#[test]
fn looking_up_gives_what_going_through_gives() {
    let snapshot = hybrid();
    let topology = Topology::of(snapshot.view());
    for text in [
        "R.map(r, C.exists(c, c.Enabled && r.Name == c.Name))",
        "R.map(r, C.exists(c, same(c.Name, r.Name) && c.Enabled))",
        "R.map(r, r.DomainNames.map(d, C.exists(c, d in c.TargetAddressDomains)))",
        "R.map(r, C.filter(c, c.Enabled && c.TargetAddressDomains.exists(d, d in r.DomainNames)).map(c, c.Name))",
        "R.map(r, C.filter(c, r.DomainNames.exists(d, d in c.TargetAddressDomains)).map(c, c.Name))",
        "R.map(r, r.DomainNames.map(d, C.exists(c, c.TargetAddressDomains.exists(e, e == d))))",
        "R.map(r, r.DomainNames.map(d, C.exists(c, c.TargetAddressDomains.exists(e, same(d, e)))))",
        "R.map(r, r.DomainNames.map(d, C.all(c, !(d in c.TargetAddressDomains) || c.Enabled)))",
        "R.map(r, C.all(c, c.Name != r.Name && !c.Name.startsWith(\"name1\")))",
        "R.map(r, C.exists(c, c.Name == r.Name || (c.Enabled && r.Enabled)))",
        "R.map(r, r.DomainNames.map(d, A.exists(a, d == a.DomainName || (d.endsWith(\".\" + a.DomainName) && a.MatchSubDomains))))",
        "R.map(r, r.DomainNames.map(d, A.filter(a, (\"x.\" + d).endsWith(a.DomainName)).map(a, a.DomainName)))",
        "R.map(r, C.filter(c, r.Name.startsWith(c.Name)).map(c, c.Name))",
        "R.map(r, C.exists(c, c.TargetAddressDomains.exists(d, d in r.DomainNames && d in A.map(a, a.DomainName))))",
        "R.map(r, C.exists_one(c, c.Name == r.Name))",
        "R.map(r, C.exists(c, c.Enabled == r.Enabled && host(c.DiscoveryEndpoint) == \"a.contoso.com\"))",
        "R.map(r, C.exists(c, c.Name in r.DomainNames || c.DiscoveryEndpoint == r.Name))",
        "R.map(r, C.exists(c, oneOf(r.Name, c.TargetAddressDomains) || oneOf(c.Name, r.DomainNames)))",
        "R.map(r, r.DomainNames.map(d, d in A.map(a, a.DomainName)))",
        "R.map(r, r.DomainNames.filter(d, !A.exists(a, a.DomainName == d)))",
        "R.map(r, R.exists(o, o == r && o.Enabled))",
        "R.map(r, C.exists(c, r.Enabled && c.Name == r.Name))",
        "R.map(r, onprem.IntraOrganizationConnector.filter(c, c.Enabled).exists(c, c.Name == r.Name))",
        "R.map(r, (C + onprem.IntraOrganizationConnector).filter(c, c.Name == r.Name).map(c, side(c)))",
        "R.map(r, (r.Enabled ? C : onprem.IntraOrganizationConnector).exists(c, c.Name == r.Name))",
        "R.groupBy(r, r.Name).map(g, C.exists(c, c.Name == g.key))",
    ] {
        let text = ["R", "C", "A"]
            .into_iter()
            .zip(["OrganizationRelationship", "IntraOrganizationConnector", "AcceptedDomain"])
            .fold(text.to_owned(), |text, (short, noun)| {
                let text = text.replace(&format!("({short} "), &format!("(cloud.{noun} "));
                text.replace(&format!("{short}."), &format!("cloud.{noun}."))
                    .replace(&format!("{short} :"), &format!("cloud.{noun} :"))
            });
        let (expression, _) =
            Compiler::new(registry()).compile(&text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
        let as_of = Timestamp::UNIX_EPOCH;
        let mut plain = Evaluator::new(snapshot.view(), as_of);
        let mut keeping = Evaluator::new(snapshot.view(), as_of).with_topology(topology.facts());
        let [plain_value, kept_value] = [&mut plain, &mut keeping].map(|evaluator| {
            let value = evaluator.value(&expression);
            (value.map(|value| shown(&value)), kinds(&evaluator.take_lacks()))
        });
        assert_eq!(plain_value, kept_value, "{text}");
        assert!(plain_value.0.is_ok(), "{text}");
    }
}

/// A look-up takes as many steps however many objects there are.
#[test]
fn a_join_does_not_go_through_the_list_each_time() {
    let steps = |count: usize| {
        let object = |number: usize| {
            format!(
                r#"{{"Name":"n{number}","Enabled":true,"DomainNames":["d{number}.com"],"TargetAddressDomains":["d{number}.com"]}}"#
            )
        };
        let snapshot = snapshot(&[
            (Platform::Cloud, "OrganizationRelationship", list((0..count).map(object))),
            (Platform::Cloud, "IntraOrganizationConnector", list((0..count).map(object))),
        ]);
        let topology = Topology::of(snapshot.view());
        let text = "cloud.OrganizationRelationship.all(r, cloud.IntraOrganizationConnector.exists(c, c.Enabled && \
                    c.TargetAddressDomains.exists(d, d in r.DomainNames)) && !cloud.IntraOrganizationConnector.exists(c, \
                    !c.Enabled) && cloud.IntraOrganizationConnector.filter(c, c.Name == r.Name)[0].Enabled)";
        let (expression, _) = Compiler::new(registry()).compile(text).unwrap();
        let mut evaluator =
            Evaluator::new(snapshot.view(), Timestamp::UNIX_EPOCH).with_topology(topology.facts());
        let before = evaluator.steps;
        assert_eq!(evaluator.condition(&expression), Ok(true));
        before - evaluator.steps
    };
    let (few, many) = (steps(200), steps(2_000));
    assert!(many < few * 11, "{few} {many}");
}

#[test]
fn reasons_are_few_however_many_objects() {
    let mailboxes = |side: &str, has_guid: bool| {
        list((0..300_u32).map(|number| {
            let mut more = String::new();
            if has_guid {
                let _ = write!(more, r#","ExchangeGuid":"{number:08x}-1111-4000-8000-000000000000""#);
            }
            if number.is_multiple_of(7) {
                more.push_str(r#","RecipientTypeDetails":"System.Object""#);
            }
            format!(r#"{{"Name":"{side}{number}","PrimarySmtpAddress":"u{number}@contoso.com"{more}}}"#)
        }))
    };
    let lints = load_embedded(registry(), &mut Sources::default()).lints;
    let lint = lints.iter().find(|lint| lint.id == "user-not-in-cloud").unwrap();
    for has_guid in [true, false] {
        let snapshot = snapshot(&[
            (Platform::OnPrem, "Mailbox", mailboxes("o", true)),
            (Platform::Cloud, "Mailbox", mailboxes("c", has_guid)),
        ]);
        let topology = Topology::of(snapshot.view());
        let mut evaluator =
            Evaluator::new(snapshot.view(), Timestamp::UNIX_EPOCH).with_topology(topology.facts());
        let groups = evaluator.list(&lint.bindings[0].list).unwrap();
        let largest = largest(&Value::List(groups));
        assert!((1..=lint.properties.len()).contains(&largest), "{largest}");
        assert!(evaluator.take_lacks().len() <= lint.properties.len());
    }
}

/// The size of the largest set of reasons within a value.
fn largest(value: &Value<'_>) -> usize {
    let list = match value {
        Value::List(list) => list,
        Value::Group(group) => &group.items,
        _ => return 0,
    };
    let inner = list.items.iter().filter_map(|item| item.value.as_ref().ok()).map(largest);
    inner.max().unwrap_or(0).max(list.lacks.len())
}

#[test]
fn a_lint_that_takes_too_many_steps_is_unknown() {
    let snapshot = hybrid();
    let text = "cloud.AcceptedDomain.all(a, cloud.AcceptedDomain.all(b, cloud.AcceptedDomain.all(c, \
                a.DomainName + b.DomainName + c.DomainName != \"\")))";
    let (expression, _) = Compiler::new(registry()).compile(text).unwrap();
    let (other, _) = Compiler::new(registry()).compile("size(cloud.AcceptedDomain) == 60").unwrap();
    let mut evaluator = Evaluator::new(snapshot.view(), Timestamp::UNIX_EPOCH).with_steps(10_000);
    assert_eq!(evaluator.condition(&expression), Err(Unknown));
    assert!(evaluator.is_exhausted());
    assert_eq!(kinds(&evaluator.take_lacks()), kinds(&[Evaluator::EXHAUSTED]));
    evaluator.restart();
    assert_eq!(evaluator.condition(&other), Ok(true));
}
