//! Facts that follow from several objects: the tenant's domains, the cloud it is in, and the way of a free/busy
//! request in each direction.
//!
//! Computed once, when everything is read. What an export lacks makes a fact unknown; nothing is guessed. Knows nothing
//! of lints or of how anything is printed.

mod domains;
mod facts;
mod objects;
mod path;

use std::collections::HashSet;

use crate::diagnostic::{Direction, Platform};
use crate::exchange::clouds::{self, Cloud};
use crate::exchange::url;
use crate::schema::{NounId, Registry};
use crate::snapshot::{Item, Lack, Lacks, List, Record, Retention, Value, View};

pub use facts::{FactKind, FactType, TOPOLOGY};
pub use objects::Known;
pub use path::{Auth, Dispatcher, Endpoint, Failure, Path, Rejection, Route};

use objects::{Objects, both, flag, lists};

/// What topology reads, by side and noun. A lint that asks for a fact needs these exports.
const READS: [(Platform, &str, &[&str]); 17] = [
    (Platform::OnPrem, "AcceptedDomain", &["DomainName"]),
    (Platform::Cloud, "AcceptedDomain", &["DomainName"]),
    (Platform::OnPrem, "HybridConfiguration", &["Domains", "ServiceInstance"]),
    (Platform::Cloud, "OnPremisesOrganization", &["HybridDomains"]),
    (Platform::OnPrem, "IntraOrganizationConnector", CONNECTOR),
    (Platform::Cloud, "IntraOrganizationConnector", CONNECTOR),
    (Platform::OnPrem, "OrganizationRelationship", RELATIONSHIP),
    (Platform::Cloud, "OrganizationRelationship", RELATIONSHIP),
    (Platform::OnPrem, "AvailabilityAddressSpace", ADDRESS_SPACE),
    (Platform::Cloud, "AvailabilityAddressSpace", ADDRESS_SPACE),
    (Platform::OnPrem, "FederatedOrganizationIdentifier", &["Enabled"]),
    (Platform::Cloud, "FederatedOrganizationIdentifier", &["Enabled"]),
    (Platform::OnPrem, "FederationTrust", &["Name"]),
    (Platform::Cloud, "FederationTrust", &["Name"]),
    (Platform::OnPrem, "AuthServer", &["Enabled", "TokenIssuingEndpoint", "AuthMetadataUrl", "Realm"]),
    (Platform::OnPrem, "ExchangeServer", &["ServerRole", "Fqdn"]),
    (Platform::OnPrem, "SettingOverride", &["ComponentName", "SectionName", "Parameters"]),
];

const CONNECTOR: &[&str] = &["Enabled", "TargetAddressDomains", "DiscoveryEndpoint", "TargetSharingEpr"];
const RELATIONSHIP: &[&str] = &[
    "Enabled",
    "DomainNames",
    "FreeBusyAccessEnabled",
    "TargetApplicationUri",
    "TargetAutodiscoverEpr",
    "TargetSharingEpr",
];
const ADDRESS_SPACE: &[&str] = &["ForestName", "AccessMethod", "TargetAutodiscoverEpr", "TargetServiceEpr"];

/// The exports that topology reads.
pub fn exports(registry: &Registry) -> impl Iterator<Item = (Platform, NounId)> {
    READS.iter().filter_map(|(side, noun, _)| Some((*side, registry.find(noun)?)))
}

/// Keeps what topology reads.
pub fn retain(registry: &Registry, retention: &mut Retention) {
    for (_, noun, properties) in &READS {
        let Some(noun) = registry.find(noun) else { continue };
        retention.keep(registry, noun);
        for property in properties.iter().filter_map(|name| registry.cmdlet(noun).object.find(name)) {
            retention.keep_property(registry, noun, property);
        }
    }
}

/// The paths of one direction.
#[derive(Debug)]
pub struct Paths<'s> {
    /// From which side to which.
    pub direction: Direction,
    /// One for each domain.
    pub paths: Vec<Path<'s>>,
    /// Why there may be more domains.
    pub lacks: Lacks<'s>,
    /// Enabled relationships of the answering side that hold a domain of the asking users.
    pub authorized_by: List<'s>,
}

/// All derived facts.
#[derive(Debug)]
pub struct Topology<'s> {
    /// `<tenant>.mail.onmicrosoft.com` and its national forms.
    pub routing_domains: List<'s>,
    /// Domains of users on both sides.
    pub hybrid_domains: List<'s>,
    /// The cloud that the tenant is in.
    pub cloud: Known<'s, &'static Cloud>,
    /// Tenant ids that the enabled authorization servers on-premises name.
    pub tenants: List<'s>,
    /// Servers on-premises that answer clients.
    pub servers: List<'s>,
    /// Requests of the cloud go through the Hybrid Agent.
    pub hybrid_agent: Known<'s, bool>,
    /// A setting override switches the dedicated hybrid application on.
    pub dedicated_app: Known<'s, bool>,
    /// A setting override routes requests to the cloud through Microsoft Graph.
    pub graph_routing: Known<'s, bool>,
    /// By [`Direction`], in the order of [`Direction::ALL`].
    pub directions: [Paths<'s>; 2],
}

impl<'s> Topology<'s> {
    /// Derives all facts from what a view sees.
    #[must_use]
    pub fn of(view: View<'s>) -> Self {
        let routing_domains = domains::routing(view);
        let hybrid_domains = domains::hybrid(view);
        let directions = Direction::ALL.map(|direction| {
            let (asked_for, of_askers) = match direction {
                Direction::OnPremToCloud => (&routing_domains, &hybrid_domains),
                Direction::CloudToOnPrem => (&hybrid_domains, &routing_domains),
            };
            let dispatcher = Dispatcher::new(view, direction.from());
            Paths {
                direction,
                paths: asked_for
                    .items
                    .iter()
                    .map(|domain| dispatcher.path(std::slice::from_ref(domain)))
                    .collect(),
                lacks: asked_for.lacks.clone(),
                authorized_by: authorising(view, direction.to(), of_askers),
            }
        });
        Self {
            cloud: cloud_of(view, &routing_domains),
            tenants: tenants(view),
            servers: servers(view),
            hybrid_agent: path::hybrid_agent(view),
            dedicated_app: is_overridden(view, "Global", "ExchangeOnpremAsThirdPartyAppId"),
            graph_routing: is_overridden(view, "SettingOverride", "RouteThroughMSGraph"),
            routing_domains,
            hybrid_domains,
            directions,
        }
    }

    /// The paths of a direction.
    #[must_use]
    pub const fn direction(&self, direction: Direction) -> &Paths<'s> {
        &self.directions[direction as usize]
    }
}

impl<'s> Paths<'s> {
    /// The ways to sign in that are in use, each once, and why there may be others. Domains that are not known do not
    /// count where others are: they are reached through the same objects.
    #[must_use]
    pub fn auth(&self) -> (Vec<Auth>, Lacks<'s>) {
        let mut found = Vec::new();
        let mut lacks = if self.paths.is_empty() { self.lacks.clone() } else { Lacks::default() };
        for path in &self.paths {
            match &path.route {
                Ok(route) if !found.contains(&route.auth) => found.push(route.auth),
                Ok(_) => {}
                Err(unknown) => lacks.merge(unknown),
            }
        }
        (found, lacks)
    }

    /// The objects in use, each once.
    pub fn objects(&self) -> Vec<&'s Record> {
        let mut seen = HashSet::new();
        let objects = self.paths.iter().filter_map(|path| path.route.as_ref().ok()?.object);
        objects.filter(|object| seen.insert(std::ptr::from_ref::<Record>(object))).collect()
    }
}

/// Enabled relationships of a side that hold one of the domains.
fn authorising<'s>(view: View<'s>, side: Platform, domains: &List<'s>) -> List<'s> {
    let relationships = Objects::of(view, side, "OrganizationRelationship");
    let asked: HashSet<&str> = domains
        .items
        .iter()
        .filter_map(|item| match &item.value {
            Ok(Value::Text(domain)) => Some(domain.as_ref()),
            _ => None,
        })
        .collect();
    let is_asked = |name: &str| asked.contains(name);
    let mut found = List { items: Vec::new(), lacks: relationships.lack.into_iter().collect() };
    for &record in &relationships.records {
        match both(flag(record, "Enabled"), lists(record, "DomainNames", is_asked)) {
            Ok(true) => found.items.push(Item::computed(Value::Record(record))),
            Ok(false) => {}
            Err(lack) => found.lacks.push(lack),
        }
    }
    if found.items.is_empty() {
        found.lacks.merge(&domains.lacks);
    }
    found
}

/// By the routing domain; where clouds share its form, by the hosts that connectors and relationships name; where
/// there is none, by what the wizard noted.
fn cloud_of<'s>(view: View<'s>, routing_domains: &List<'s>) -> Known<'s, &'static Cloud> {
    let mut unknown = Lack::Expression("the cloud of the tenant, which none of the exports tells");
    for item in &routing_domains.items {
        let Ok(Value::Text(domain)) = &item.value else { continue };
        match clouds::of_routing_domain(domain).as_slice() {
            [only] => return Ok(only),
            // A host of another cloud is a mistake in the configuration, and no answer.
            several => {
                if let Some(cloud) = cloud_of_endpoints(view, several) {
                    return Ok(cloud);
                }
                unknown =
                    Lack::Expression("which of the clouds that share its routing domain the tenant is in");
            }
        }
    }
    if !routing_domains.items.is_empty() {
        return Err(unknown);
    }
    let configurations = Objects::of(view, Platform::OnPrem, "HybridConfiguration");
    for &record in &configurations.records {
        if let Ok((Value::Int(instance @ (0 | 1)), _)) = objects::value(record, "ServiceInstance") {
            let name = if instance == 0 { "worldwide" } else { "21vianet" };
            if let Some(cloud) = Cloud::find(name) {
                return Ok(cloud);
            }
        }
    }
    Err(routing_domains.lacks.first().copied().or(configurations.lack).unwrap_or(unknown))
}

/// The first of some clouds that an on-premises connector or relationship names a host of.
fn cloud_of_endpoints(view: View<'_>, clouds: &[&'static Cloud]) -> Option<&'static Cloud> {
    let named = [
        ("IntraOrganizationConnector", "DiscoveryEndpoint"),
        ("OrganizationRelationship", "TargetSharingEpr"),
        ("OrganizationRelationship", "TargetAutodiscoverEpr"),
    ];
    named.into_iter().find_map(|(noun, property)| {
        let records = Objects::of(view, Platform::OnPrem, noun).records;
        records.into_iter().find_map(|record| {
            let (url, _) = objects::text(record, property).ok()??;
            let host = url::host(&url);
            clouds.iter().find(|cloud| cloud.has_host(&host)).copied()
        })
    })
}

/// The GUIDs in the realms and URLs of enabled authorization servers.
fn tenants(view: View<'_>) -> List<'_> {
    let servers = Objects::of(view, Platform::OnPrem, "AuthServer");
    let mut found = List { items: Vec::new(), lacks: servers.lack.into_iter().collect() };
    let mut seen = HashSet::new();
    for &record in &servers.records {
        match flag(record, "Enabled") {
            Ok(true) => {}
            Ok(false) => continue,
            Err(lack) => {
                found.lacks.push(lack);
                continue;
            }
        }
        for property in ["Realm", "TokenIssuingEndpoint", "AuthMetadataUrl"] {
            let Ok(Some((value, place))) = objects::text(record, property) else { continue };
            let Some(guid) = guid_in(&value) else { continue };
            if seen.insert(guid.clone()) {
                found.items.push(Item { value: Ok(Value::text(guid)), place: Some(place) });
            }
        }
    }
    found
}

/// The first GUID in a text, in lower case.
fn guid_in(text: &str) -> Option<String> {
    let is_guid = |part: &&str| {
        let groups: Vec<usize> = part.split('-').map(str::len).collect();
        groups == [8, 4, 4, 4, 12] && part.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
    };
    text.split(|c: char| c != '-' && !c.is_ascii_alphanumeric()).find(is_guid).map(str::to_ascii_lowercase)
}

fn servers(view: View<'_>) -> List<'_> {
    let servers = Objects::of(view, Platform::OnPrem, "ExchangeServer");
    let mut found = List { items: Vec::new(), lacks: servers.lack.into_iter().collect() };
    for &record in &servers.records {
        match lists(record, "ServerRole", |role| matches!(role, "Mailbox" | "ClientAccess")) {
            Ok(true) => found.items.push(Item::computed(Value::Record(record))),
            Ok(false) => {}
            Err(lack) => found.lacks.push(lack),
        }
    }
    found
}

/// Whether a setting override of a component and section has `Enabled=true`.
fn is_overridden<'s>(view: View<'s>, component: &str, section: &str) -> Known<'s, bool> {
    let is = |record: &'s Record, property: &str, wanted: &str| {
        objects::text(record, property)
            .map(|text| text.is_some_and(|(text, _)| text.trim().eq_ignore_ascii_case(wanted)))
    };
    Objects::of(view, Platform::OnPrem, "SettingOverride").any(|record| {
        let is_of = both(is(record, "ComponentName", component), is(record, "SectionName", section));
        both(is_of, lists(record, "Parameters", is_enabled))
    })
}

/// `Enabled=true`, with blanks wherever an administrator put them.
fn is_enabled(parameter: &str) -> bool {
    parameter.split_once('=').is_some_and(|(name, value)| {
        name.trim().eq_ignore_ascii_case("Enabled") && value.trim().eq_ignore_ascii_case("true")
    })
}

#[cfg(test)]
mod tests;
