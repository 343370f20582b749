//! One test for each branch of the algorithm, and the four golden cases.

use super::*;
use crate::diagnostic::Severity;
use crate::snapshot::{Ingest, IngestOptions, Snapshot};
use crate::source::Sources;

const ROUTING: &str = "contoso.mail.onmicrosoft.com";

/// Exports by side, noun and JSON.
fn snapshot(exports: &[(Platform, &str, &str)]) -> Snapshot {
    let registry = Registry::embedded().unwrap();
    let mut retention = Retention::nothing(registry);
    retain(registry, &mut retention);
    let options = IngestOptions::default();
    let mut ingest = Ingest::new(registry, &retention, options, Sources::default(), |_| {});
    for (side, noun, json) in exports {
        let noun = registry.find(noun).unwrap();
        ingest.read_as("export.json", Some(*side), Some(noun), json.as_bytes());
    }
    // Tests append a property to override one that stands before it, which is a warning.
    let is_broken = ingest.problems.iter().any(|problem| problem.severity == Severity::Error);
    assert!(!is_broken, "{:?}", ingest.problems);
    ingest.snapshot
}

/// A way in one line: authentication, object, endpoint, failure, and what was rejected.
fn shown(path: &Path<'_>) -> String {
    let domain = path.domain.value.as_ref().map_or_else(|_| "?".into(), ToString::to_string);
    let rejected: Vec<String> =
        path.rejected.iter().map(|(record, why)| format!("{} {why:?}", record.identity())).collect();
    let rejected = if rejected.is_empty() { String::new() } else { format!(" not {}", rejected.join(", ")) };
    match &path.route {
        Err(lacks) => format!("{domain}: unknown, lacks {}", lacks.len()),
        Ok(route) => {
            let object = route.object.map_or_else(|| "-".into(), |object| object.identity());
            let endpoint = match &route.endpoint {
                Ok(Some(endpoint)) if endpoint.is_direct => format!("direct {}", endpoint.url),
                Ok(Some(endpoint)) => endpoint.url.to_string(),
                Ok(None) => "-".into(),
                Err(_) => "?".into(),
            };
            let failure = route.failure.map_or("ok", Failure::name);
            format!("{domain}: {} {object} {endpoint} {failure}{rejected}", route.auth.name())
        }
    }
}

fn ways(snapshot: &Snapshot, direction: Direction) -> Vec<String> {
    Topology::of(snapshot.view()).direction(direction).paths.iter().map(shown).collect()
}

fn accepted() -> String {
    format!(r#"[{{"Name":"r","DomainName":"{ROUTING}"}},{{"Name":"c","DomainName":"contoso.com"}}]"#)
}

/// An on-premises side with the given connectors, relationships and address spaces.
fn on_prem(connectors: &str, relationships: &str, spaces: &str) -> Vec<String> {
    let snapshot = snapshot(&[
        (Platform::OnPrem, "AcceptedDomain", &accepted()),
        (Platform::OnPrem, "IntraOrganizationConnector", connectors),
        (Platform::OnPrem, "OrganizationRelationship", relationships),
        (Platform::OnPrem, "AvailabilityAddressSpace", spaces),
    ]);
    ways(&snapshot, Direction::OnPremToCloud)
}

fn connector(enabled: bool) -> String {
    format!(
        r#"[{{"Name":"ioc","Enabled":{enabled},"TargetAddressDomains":["{ROUTING}"],
            "DiscoveryEndpoint":"https://autodiscover-s.outlook.com/autodiscover/autodiscover.svc"}}]"#
    )
}

fn relationship(more: &str) -> String {
    format!(
        r#"[{{"Name":"rel","Enabled":true,"FreeBusyAccessEnabled":true,"DomainNames":["{ROUTING}"],
            "TargetApplicationUri":"outlook.com","TargetSharingEpr":null,
            "TargetAutodiscoverEpr":"https://a.example/autodiscover/autodiscover.svc/WSSecurity"{more}}}]"#
    )
}

#[test]
fn an_enabled_connector_wins_and_is_final() {
    let found = on_prem(&connector(true), &relationship(""), "[]");
    assert_eq!(
        found,
        [format!(
            "{ROUTING}: OAuth ioc https://autodiscover-s.outlook.com/autodiscover/autodiscover.svc ok not rel Connector"
        )]
    );
}

#[test]
fn without_a_connector_the_relationship_is_used() {
    let found = on_prem(&connector(false), &relationship(""), "[]");
    assert_eq!(
        found,
        [format!(
            "{ROUTING}: DAuth rel https://a.example/autodiscover/autodiscover.svc/WSSecurity ok not ioc Disabled"
        )]
    );
}

#[test]
fn target_sharing_epr_of_a_relationship_goes_straight_to_ews() {
    let direct = relationship(r#","TargetSharingEpr":"https://b.example/EWS/Exchange.asmx""#);
    assert_eq!(
        on_prem("[]", &direct, "[]"),
        [format!("{ROUTING}: DAuth rel direct https://b.example/EWS/Exchange.asmx ok")]
    );
}

#[test]
fn a_relationship_without_application_or_endpoint_is_a_dead_end() {
    for more in [r#","TargetApplicationUri":null"#, r#","TargetAutodiscoverEpr":"""#] {
        assert_eq!(
            on_prem("[]", &relationship(more), "[]"),
            [format!("{ROUTING}: none rel - invalid-relationship")],
            "{more}"
        );
    }
}

#[test]
fn a_relationship_that_is_off_counts_as_absent() {
    for (more, why) in
        [(r#","Enabled":false"#, "Disabled"), (r#","FreeBusyAccessEnabled":false"#, "FreeBusyDisabled")]
    {
        assert_eq!(
            on_prem("[]", &relationship(more), "[]"),
            [format!("{ROUTING}: none - - no-path not rel {why}")]
        );
    }
}

#[test]
fn a_relationship_needs_federation() {
    let exports = |trusts, enabled: &str| {
        let identifier = format!(r#"[{{"Identity":"f","Enabled":{enabled}}}]"#);
        let snapshot = snapshot(&[
            (Platform::OnPrem, "AcceptedDomain", &accepted()),
            (Platform::OnPrem, "IntraOrganizationConnector", "[]"),
            (Platform::OnPrem, "OrganizationRelationship", &relationship("")),
            (Platform::OnPrem, "AvailabilityAddressSpace", "[]"),
            (Platform::OnPrem, "FederationTrust", trusts),
            (Platform::OnPrem, "FederatedOrganizationIdentifier", &identifier),
        ]);
        ways(&snapshot, Direction::OnPremToCloud)
    };
    let off = [format!("{ROUTING}: none rel - no-federation")];
    assert_eq!(exports("[]", "true"), off);
    assert_eq!(exports(r#"[{"Name":"t"}]"#, "false"), off);
    assert!(exports(r#"[{"Name":"t"}]"#, "true")[0].contains("DAuth rel"));
}

#[test]
fn address_spaces_come_last() {
    let space = |method: &str| {
        format!(
            r#"[{{"Name":"aas","ForestName":"{ROUTING}","AccessMethod":"{method}","TargetAutodiscoverEpr":null,"TargetServiceEpr":null}}]"#
        )
    };
    assert_eq!(
        on_prem("[]", "[]", &space("InternalProxy")),
        [format!("{ROUTING}: address-space {ROUTING} - ok")]
    );
    assert_eq!(
        on_prem("[]", "[]", &space("PublicFolder")),
        [format!("{ROUTING}: none {ROUTING} - unsupported")]
    );
    assert!(
        on_prem(&connector(true), "[]", &space("InternalProxy"))[0]
            .ends_with("ok not contoso.mail.onmicrosoft.com Shadowed")
    );
    assert_eq!(on_prem("[]", "[]", "[]"), [format!("{ROUTING}: none - - no-path")]);
}

#[test]
fn what_is_not_exported_makes_the_path_unknown() {
    let without = |noun: &str| {
        let accepted = accepted();
        let all = [
            (Platform::OnPrem, "AcceptedDomain", accepted.as_str()),
            (Platform::OnPrem, "IntraOrganizationConnector", "[]"),
            (Platform::OnPrem, "OrganizationRelationship", "[]"),
            (Platform::OnPrem, "AvailabilityAddressSpace", "[]"),
        ];
        let kept: Vec<_> = all.into_iter().filter(|(_, other, _)| *other != noun).collect();
        ways(&snapshot(&kept), Direction::OnPremToCloud)
    };
    for noun in ["IntraOrganizationConnector", "OrganizationRelationship", "AvailabilityAddressSpace"] {
        assert_eq!(without(noun), [format!("{ROUTING}: unknown, lacks 1")], "{noun}");
    }
    assert!(without("AcceptedDomain").is_empty());
    // A connector that is known to be in use needs nothing else.
    let alone = snapshot(&[(Platform::OnPrem, "IntraOrganizationConnector", &connector(true))]);
    assert!(ways(&alone, Direction::OnPremToCloud)[0].contains("OAuth ioc"));
    // A list that was cut may hold the domain.
    let cut = r#"[{"Name":"ioc","Enabled":true,"TargetAddressDomains":["fabrikam.com","..."]}]"#;
    assert_eq!(on_prem(cut, &relationship(""), "[]"), [format!("{ROUTING}: unknown, lacks 1")]);
}

#[test]
fn the_target_address_is_tried_before_the_typed_one() {
    let snapshot = snapshot(&[
        (
            Platform::OnPrem,
            "IntraOrganizationConnector",
            r#"[{"Name":"ioc","Enabled":true,"TargetAddressDomains":["contoso.com"],"DiscoveryEndpoint":"https://a.example/x"}]"#,
        ),
        (Platform::OnPrem, "OrganizationRelationship", &relationship("")),
        (Platform::OnPrem, "AvailabilityAddressSpace", "[]"),
    ]);
    let dispatcher = Dispatcher::new(snapshot.view(), Platform::OnPrem);
    let [target, typed] = [ROUTING, "contoso.com"].map(|domain| Item::computed(Value::text(domain)));
    assert!(shown(&dispatcher.path(&[target, typed.clone()])).contains("DAuth rel"));
    assert!(shown(&dispatcher.path(&[typed])).contains("OAuth ioc"));
}

/// Both sides of a hybrid: connectors on both, and the relationships of each.
fn hybrid(cloud_connector: &str, on_prem_relationship: &str, cloud_relationship: &str) -> Snapshot {
    snapshot(&[
        (Platform::OnPrem, "AcceptedDomain", &accepted()),
        (
            Platform::OnPrem,
            "HybridConfiguration",
            r#"[{"Name":"h","Domains":["contoso.com"],"ServiceInstance":0}]"#,
        ),
        (Platform::OnPrem, "IntraOrganizationConnector", &connector(true)),
        (Platform::OnPrem, "OrganizationRelationship", on_prem_relationship),
        (Platform::OnPrem, "AvailabilityAddressSpace", "[]"),
        (Platform::Cloud, "IntraOrganizationConnector", cloud_connector),
        (Platform::Cloud, "OrganizationRelationship", cloud_relationship),
        (Platform::Cloud, "AvailabilityAddressSpace", "[]"),
    ])
}

const BLANK: &str = r#","TargetApplicationUri":null,"TargetAutodiscoverEpr":null"#;

fn cloud_relationship(more: &str) -> String {
    relationship(more).replace(ROUTING, "contoso.com")
}

fn cloud_connector(enabled: bool, more: &str) -> String {
    format!(
        r#"[{{"Name":"cioc","Enabled":{enabled},"TargetAddressDomains":["contoso.com"],"TargetSharingEpr":null,
            "DiscoveryEndpoint":"https://mail.contoso.com/autodiscover/autodiscover.svc"{more}}}]"#
    )
}

#[test]
fn golden_1_the_current_wizard_gives_oauth_both_ways() {
    let snapshot = hybrid(&cloud_connector(true, ""), &relationship(BLANK), &cloud_relationship(BLANK));
    let topology = Topology::of(snapshot.view());
    for direction in Direction::ALL {
        assert_eq!(topology.direction(direction).auth().0, [Auth::OAuth]);
    }
    assert_eq!(topology.cloud.unwrap().name, "worldwide");
}

#[test]
fn golden_2_without_the_clouds_connector_the_blank_relationship_is_a_dead_end() {
    let snapshot = hybrid(&cloud_connector(false, ""), &relationship(BLANK), &cloud_relationship(BLANK));
    assert_eq!(
        ways(&snapshot, Direction::CloudToOnPrem),
        ["contoso.com: none rel - invalid-relationship not cioc Disabled"]
    );
}

#[test]
fn golden_3_an_old_hybrid_uses_dauth_both_ways() {
    let snapshot = snapshot(&[
        (Platform::OnPrem, "AcceptedDomain", &accepted()),
        (
            Platform::OnPrem,
            "HybridConfiguration",
            r#"[{"Name":"h","Domains":["contoso.com"],"ServiceInstance":0}]"#,
        ),
        (Platform::OnPrem, "IntraOrganizationConnector", "[]"),
        (Platform::OnPrem, "OrganizationRelationship", &relationship("")),
        (Platform::Cloud, "IntraOrganizationConnector", "[]"),
        (Platform::Cloud, "OrganizationRelationship", &cloud_relationship("")),
    ]);
    for direction in Direction::ALL {
        assert_eq!(Topology::of(snapshot.view()).direction(direction).auth().0, [Auth::DAuth]);
    }
}

#[test]
fn golden_4_the_hybrid_agent_is_direct() {
    let agent = r#","TargetSharingEpr":"https://0a1b2c3d-1111-2222-3333-444455556666.resource.mailboxmigration.his.msappproxy.net/EWS/Exchange.asmx""#;
    let connector =
        cloud_connector(true, "").replace(r#""TargetSharingEpr":null,"#, &format!("{},", &agent[1..]));
    let snapshot = hybrid(&connector, &relationship(BLANK), &cloud_relationship(agent));
    let topology = Topology::of(snapshot.view());
    assert!(topology.hybrid_agent.unwrap());
    assert!(ways(&snapshot, Direction::CloudToOnPrem)[0].contains("OAuth cioc direct https://0a1b2c3d"));
}

#[test]
fn the_answering_side_authorises() {
    let snapshot = hybrid(&cloud_connector(true, ""), &relationship(""), "[]");
    let topology = Topology::of(snapshot.view());
    let names = |direction| {
        let list = &topology.direction(direction).authorized_by;
        assert!(list.is_complete());
        list.items.iter().map(|item| item.value.as_ref().unwrap().to_string()).collect::<Vec<_>>()
    };
    assert_eq!(names(Direction::CloudToOnPrem), ["rel"]);
    assert!(names(Direction::OnPremToCloud).is_empty());
}

#[test]
fn clouds_that_share_a_routing_domain_are_told_apart_by_their_hosts() {
    let cloud = |host: &str| {
        let connectors = format!(
            r#"[{{"Name":"i","Enabled":true,"TargetAddressDomains":[],"DiscoveryEndpoint":"https://{host}/autodiscover/autodiscover.svc"}}]"#
        );
        let accepted = r#"[{"Name":"r","DomainName":"contoso.mail.onmicrosoft.us"}]"#;
        let snapshot = snapshot(&[
            (Platform::OnPrem, "AcceptedDomain", accepted),
            (Platform::OnPrem, "IntraOrganizationConnector", &connectors),
        ]);
        Topology::of(snapshot.view()).cloud.map(|cloud| cloud.name).ok()
    };
    assert_eq!(cloud("autodiscover-s.office365.us"), Some("gcc-high"));
    assert_eq!(cloud("autodiscover-s-dod.office365.us"), Some("dod"));
    assert_eq!(cloud("mail.contoso.us"), None);
    // Worldwide hosts are a mistake there.
    assert_eq!(cloud("autodiscover-s.outlook.com"), None);
}

#[test]
fn overrides_and_tenants_are_read_from_their_text() {
    let snapshot = snapshot(&[
        (
            Platform::OnPrem,
            "SettingOverride",
            r#"[{"Name":"a","ComponentName":"Global","SectionName":"ExchangeOnpremAsThirdPartyAppId","Parameters":[" enabled = True"]},
                {"Name":"b","ComponentName":"SettingOverride","SectionName":"RouteThroughMSGraph","Parameters":["Enabled=false"]}]"#,
        ),
        (
            Platform::OnPrem,
            "AuthServer",
            r#"[{"Name":"e","Enabled":true,"Realm":"0A1B2C3D-1111-2222-3333-444455556666","TokenIssuingEndpoint":null,"AuthMetadataUrl":"https://login.windows.net/0a1b2c3d-1111-2222-3333-444455556666/x"},
                {"Name":"old","Enabled":false,"Realm":"ffffffff-1111-2222-3333-444455556666"}]"#,
        ),
    ]);
    let topology = Topology::of(snapshot.view());
    assert!(topology.dedicated_app.unwrap() && !topology.graph_routing.unwrap());
    let tenants: Vec<String> =
        topology.tenants.items.iter().map(|item| item.value.as_ref().unwrap().to_string()).collect();
    assert_eq!(tenants, ["0a1b2c3d-1111-2222-3333-444455556666"]);
    assert!(Topology::of(self::snapshot(&[]).view()).dedicated_app.is_err());
}

#[test]
fn everything_that_is_read_exists() {
    let registry = Registry::embedded().unwrap();
    for (side, noun, properties) in &READS {
        let cmdlet = registry.cmdlet(registry.find(noun).unwrap());
        assert!(cmdlet.sides.contains(side), "{noun}");
        for property in *properties {
            assert!(cmdlet.object.find_exact(property).is_some(), "{noun}.{property}");
        }
    }
}

#[test]
fn facts_have_the_fields_that_are_declared() {
    fn check(fact: &crate::snapshot::Fact<'_>, kind: &FactType) {
        assert_eq!(fact.fields.len(), kind.fields.len(), "{}", kind.name);
        for (item, (name, kind)) in fact.fields.iter().zip(kind.fields) {
            match (kind, &item.value) {
                (FactKind::Text, Ok(Value::Text(_) | Value::Null))
                | (FactKind::Bool, Ok(Value::Bool(_)))
                | (FactKind::Texts | FactKind::Objects(_), Ok(Value::List(_)))
                | (FactKind::Object(_), Ok(Value::Record(_) | Value::Null))
                | (_, Err(_)) => {}
                (FactKind::Fact(kind), Ok(Value::Fact(fact))) => check(fact, kind),
                (FactKind::Facts(kind), Ok(Value::List(list))) => {
                    for item in &list.items {
                        let Ok(Value::Fact(fact)) = &item.value else { panic!("{name}: {:?}", item.value) };
                        check(fact, kind);
                    }
                }
                (kind, value) => panic!("{name} is {value:?}, not {kind:?}"),
            }
        }
    }
    let snapshot = hybrid(&cloud_connector(true, ""), &relationship(BLANK), &cloud_relationship(BLANK));
    check(&Topology::of(snapshot.view()).facts(), &TOPOLOGY);
    check(&Topology::of(self::snapshot(&[]).view()).facts(), &TOPOLOGY);
}
