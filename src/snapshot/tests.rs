use super::*;
use crate::diagnostic::Scope;
use crate::source::Sources;

/// Exports by path and JSON.
fn snapshot(exports: &[(&str, &str)]) -> Snapshot {
    let registry = Registry::embedded().unwrap();
    let mut retention = Retention::nothing(registry);
    for (noun, _) in registry.iter() {
        retention.keep(registry, noun);
    }
    let options = IngestOptions::default();
    let mut ingest = Ingest::new(registry, &retention, options, Sources::default(), |_| {});
    for (path, json) in exports {
        ingest.read(path, None, json.as_bytes());
    }
    ingest.snapshot
}

fn names(records: &[&Record]) -> Vec<String> {
    records.iter().map(|record| record.identity()).collect()
}

const ON_PREM: &str = r#"[{"Name":"a","FreeBusyAccessEnabled":true,
    "DistinguishedName":"CN=a,CN=Federation,CN=Contoso,CN=Microsoft Exchange,CN=Services,CN=Configuration,DC=contoso,DC=local"}]"#;
const CLOUD: &str = r#"[{"Name":"b","FreeBusyAccessEnabled":true,"OriginatingServer":"a.eurpr05a003.prod.outlook.com",
    "ExternalDirectoryOrganizationId":"7D1F0C52-90ab-4c1e-8f34-6f2f3fb9a1de",
    "DistinguishedName":"CN=b,CN=Configuration,CN=contoso.onmicrosoft.com,CN=ConfigurationUnits,DC=EURPR05A003,DC=PROD,DC=OUTLOOK,DC=COM"}]"#;
const UNCLEAR: &str = r#"[{"Name":"c","FreeBusyAccessEnabled":true}]"#;

#[test]
fn records_belong_to_parties() {
    let snapshot = snapshot(&[("1.json", ON_PREM), ("2.json", CLOUD), ("3.json", CLOUD)]);
    let [on_prem, cloud] = snapshot.parties() else { panic!("{:?}", snapshot.parties()) };
    assert_eq!((&*on_prem.name, on_prem.evidence), ("onprem", Evidence::Exported));
    assert_eq!(on_prem.identity.organization.as_deref(), Some("Contoso"));
    assert_eq!(on_prem.identity.forest.as_deref(), Some("contoso.local"));
    assert_eq!(cloud.identity.tenant.as_deref(), Some("7d1f0c52-90ab-4c1e-8f34-6f2f3fb9a1de"));
    assert_eq!(cloud.identity.organization.as_deref(), Some("contoso.onmicrosoft.com"));
    let view = snapshot.view();
    for side in Platform::ALL {
        let party = view.party(side).unwrap();
        assert_eq!(snapshot.party(party).unwrap().platform, side);
        let noun = snapshot.registry().find("OrganizationRelationship").unwrap();
        for record in view.records(Scope::One(side), noun) {
            assert_eq!(record.origin(), Some(party));
        }
    }
}

#[test]
fn a_view_sees_its_parties_and_what_is_of_nobody() {
    let snapshot = snapshot(&[("1.json", CLOUD), ("2.json", UNCLEAR), ("3.json", ON_PREM)]);
    let noun = snapshot.registry().find("OrganizationRelationship").unwrap();
    let view = snapshot.view();
    assert_eq!(names(&view.records(Scope::Both, noun)), ["b", "c", "a"], "in the order of reading");
    assert_eq!(names(&view.records(Scope::One(Platform::OnPrem), noun)), ["a"]);
    assert_eq!(names(&view.unplaced(noun)), ["c"]);
    for side in Platform::ALL {
        assert!(matches!(view.lacks(Scope::One(side), noun)[..], [Lack::Incomplete { .. }]), "{side}");
    }
    assert!(view.lacks(Scope::Both, noun).is_empty());
}

#[test]
fn a_view_without_a_party_lacks_its_exports() {
    let snapshot = snapshot(&[("1.json", ON_PREM)]);
    let noun = snapshot.registry().find("OrganizationRelationship").unwrap();
    let view = snapshot.view();
    assert_eq!(view.party(Platform::Cloud), None);
    let lacks = view.lacks(Scope::One(Platform::Cloud), noun);
    assert!(matches!(lacks[..], [Lack::Export { side: Platform::Cloud, .. }]));
    assert!(view.lacks(Scope::One(Platform::OnPrem), noun).is_empty());
}
