//! The domains that requests are addressed to: the tenant's routing domain towards the cloud, the hybrid domains
//! towards the organization's own servers.

use std::borrow::Cow;
use std::collections::HashSet;

use super::objects::{self, Objects};
use crate::diagnostic::Platform;
use crate::exchange::clouds::is_routing_domain;
use crate::snapshot::{Item, Lacks, List, Record, Value, View};

/// Names that the Hybrid Configuration Wizard gives to the relationship in Exchange Online and on-premises.
const WIZARD_RELATIONSHIPS: [&str; 2] = ["o365 to on-premises", "on-premises to o365"];

/// Routing domains: those that either side accepts are the organization's own; only where none is exported, those
/// that the on-premises connectors and relationships send to, among which a partner's may be.
pub(super) fn routing<'s>(view: View<'s>) -> List<'s> {
    let mut found = Found::default();
    let accepted = Platform::ALL.map(|side| Objects::of(view, side, "AcceptedDomain"));
    for objects in &accepted {
        for &record in &objects.records {
            found.add_property(record, "DomainName", is_routing_domain);
        }
    }
    let is_settled = accepted.iter().any(Objects::is_complete);
    if !found.items.is_empty() || is_settled {
        // One side that was read whole knows all of them.
        let lacks =
            if is_settled { Lacks::default() } else { accepted.iter().filter_map(|of| of.lack).collect() };
        return List { items: found.items, lacks };
    }
    let mut lacks: Lacks<'s> = accepted.iter().filter_map(|of| of.lack).collect();
    for (noun, property) in
        [("IntraOrganizationConnector", "TargetAddressDomains"), ("OrganizationRelationship", "DomainNames")]
    {
        let objects = Objects::of(view, Platform::OnPrem, noun);
        for &record in &objects.records {
            found.add_property(record, property, is_routing_domain);
        }
        lacks.extend(objects.lack);
    }
    List { items: found.items, lacks }
}

/// Hybrid domains: what the wizard wrote down on either side, else what the cloud's connectors and the wizard's
/// relationship list.
pub(super) fn hybrid<'s>(view: View<'s>) -> List<'s> {
    let is_hybrid = |domain: &str| !is_routing_domain(domain);
    let mut lacks = Lacks::default();
    for (side, noun, property) in [
        (Platform::OnPrem, "HybridConfiguration", "Domains"),
        (Platform::Cloud, "OnPremisesOrganization", "HybridDomains"),
    ] {
        let mut found = Found::default();
        let objects = Objects::of(view, side, noun);
        for &record in &objects.records {
            found.add_property(record, property, is_hybrid);
        }
        found.lacks.extend(objects.lack);
        if !found.items.is_empty() {
            return List { items: found.items, lacks: found.lacks };
        }
        lacks.merge(&found.lacks);
    }
    let mut found = Found::default();
    let connectors = Objects::of(view, Platform::Cloud, "IntraOrganizationConnector");
    let relationships = Objects::of(view, Platform::Cloud, "OrganizationRelationship");
    for &record in &connectors.records {
        found.add_property(record, "TargetAddressDomains", is_hybrid);
    }
    for &record in relationships.records.iter().filter(|record| is_wizards(record)) {
        found.add_property(record, "DomainNames", is_hybrid);
    }
    // Without the wizard's list there may be a domain that no object covers.
    lacks.merge(&found.lacks);
    lacks.extend(connectors.lack.into_iter().chain(relationships.lack));
    List { items: found.items, lacks }
}

/// Whether the Hybrid Configuration Wizard made a relationship, by its name.
pub(super) fn is_wizards(record: &Record) -> bool {
    let name = record.identity().to_lowercase();
    WIZARD_RELATIONSHIPS.iter().any(|prefix| name.starts_with(prefix))
}

#[derive(Default)]
struct Found<'s> {
    items: Vec<Item<'s>>,
    domains: HashSet<Cow<'s, str>>,
    lacks: Lacks<'s>,
}

impl<'s> Found<'s> {
    /// Adds the texts of a property that are wanted, each once.
    fn add_property(&mut self, record: &'s Record, property: &str, is_wanted: impl Fn(&str) -> bool) {
        let (items, lack) = objects::list(record, property);
        self.lacks.extend(lack);
        for item in items {
            match &item.value {
                Ok(Value::Text(text)) if is_wanted(text) && self.domains.insert(text.clone()) => {
                    self.items.push(item);
                }
                Ok(_) => {}
                Err(lack) => self.lacks.push(*lack),
            }
        }
    }
}
