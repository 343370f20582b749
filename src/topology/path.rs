//! Which object a free/busy request uses: the algorithm, as both sides run it.
//!
//! For each address in turn, an enabled intra-organization connector that lists its domain wins and is final. Without
//! one, an enabled organization relationship with FreeBusyAccessEnabled is used over DAuth; it fails where it names no
//! application or no endpoint. Last come availability address spaces. Sources: Microsoft's article on free/busy errors,
//! KB3137325 (connector before relationship, no fallback), the cmdlet references of the three objects. That the target
//! address is tried before the typed one is observed behaviour, not documented.

use std::borrow::Cow;

use super::objects::{Known, Listing, Objects, both, either, flag, text};
use crate::diagnostic::{Direction, Platform};
use crate::exchange::url::is_hybrid_agent;
use crate::snapshot::{Item, Lack, Lacks, Place, Record, Value, View};

/// How a request shows who it is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Auth {
    /// A server-to-server token, through an intra-organization connector.
    OAuth,
    /// A delegation token of the Microsoft Federation Gateway, through an organization relationship.
    DAuth,
    /// As an availability address space says.
    AddressSpace,
    /// There is no usable path.
    None,
}

impl Auth {
    /// The word that lints and reports use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OAuth => "OAuth",
            Self::DAuth => "DAuth",
            Self::AddressSpace => "address-space",
            Self::None => "none",
        }
    }
}

/// Why there is no usable path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No object that is in use lists the domain.
    NoPath,
    /// The relationship that lists it names no application, or no endpoint.
    InvalidRelationship,
    /// The relationship needs a federation that is off.
    NoFederation,
    /// An address space of a kind that no server supports any more.
    Unsupported,
}

impl Failure {
    /// The word that lints and reports use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoPath => "no-path",
            Self::InvalidRelationship => "invalid-relationship",
            Self::NoFederation => "no-federation",
            Self::Unsupported => "unsupported",
        }
    }

    /// For people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::NoPath => "no connector, relationship or address space that is in use lists the domain",
            Self::InvalidRelationship => {
                "the relationship has no TargetApplicationUri, or neither TargetSharingEpr nor TargetAutodiscoverEpr"
            }
            Self::NoFederation => {
                "the relationship needs DAuth, and federation is not enabled on the asking side"
            }
            Self::Unsupported => {
                "the address space has AccessMethod PublicFolder, which no supported server uses"
            }
        }
    }
}

/// Where a request is sent.
#[derive(Clone, Debug)]
pub struct Endpoint<'s> {
    /// As written.
    pub url: Cow<'s, str>,
    /// The property it was read from.
    pub place: Place<'s>,
    /// Straight to EWS (`TargetSharingEpr`); else Autodiscover is asked first.
    pub is_direct: bool,
}

/// What a request uses.
#[derive(Clone, Debug)]
pub struct Route<'s> {
    /// How it signs in.
    pub auth: Auth,
    /// The object in use; the broken one where a relationship is invalid; `None` where there is none.
    pub object: Option<&'s Record>,
    /// Where it goes; `None` where the object names nothing.
    pub endpoint: Known<'s, Option<Endpoint<'s>>>,
    /// Why it cannot succeed.
    pub failure: Option<Failure>,
}

/// Why an object that lists the domain is not the one in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// `Enabled` is False.
    Disabled,
    /// `FreeBusyAccessEnabled` is False.
    FreeBusyDisabled,
    /// Another connector was met first.
    SecondConnector,
    /// An enabled connector comes first.
    Connector,
    /// Another relationship was met first.
    SecondRelationship,
    /// A connector or relationship comes first.
    Shadowed,
    /// It needs a federation that is off.
    NoFederation,
}

impl Rejection {
    /// For people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Disabled => "it is disabled",
            Self::FreeBusyDisabled => "its FreeBusyAccessEnabled is False",
            Self::SecondConnector => "another enabled connector lists the domain too",
            Self::Connector => "an enabled connector comes first, and there is no second attempt",
            Self::SecondRelationship => "another relationship lists the domain too",
            Self::Shadowed => "connectors and relationships come before address spaces",
            Self::NoFederation => "federation is not enabled on the asking side",
        }
    }
}

/// The way of requests for one domain.
#[derive(Clone, Debug)]
pub struct Path<'s> {
    /// From which side to which.
    pub direction: Direction,
    /// The domain asked for.
    pub domain: Item<'s>,
    /// What they use, or what would have to be known to tell.
    pub route: Result<Route<'s>, Lacks<'s>>,
    /// Objects that list the domain and are not used.
    pub rejected: Vec<(&'s Record, Rejection)>,
}

/// The objects of the asking side.
pub struct Dispatcher<'s> {
    side: Platform,
    connectors: Listing<'s>,
    relationships: Listing<'s>,
    address_spaces: Listing<'s>,
    federation: Known<'s, bool>,
}

impl<'s> Dispatcher<'s> {
    /// Of the side that requests come from.
    #[must_use]
    pub fn new(view: View<'s>, side: Platform) -> Self {
        let of = |noun| Objects::of(view, side, noun);
        Self {
            side,
            connectors: Listing::by_list(of("IntraOrganizationConnector"), "TargetAddressDomains"),
            relationships: Listing::by_list(of("OrganizationRelationship"), "DomainNames"),
            address_spaces: Listing::by_text(of("AvailabilityAddressSpace"), "ForestName"),
            federation: federation_off(view, side).map(|is_off| !is_off),
        }
    }

    const fn direction(&self) -> Direction {
        match self.side {
            Platform::OnPrem => Direction::OnPremToCloud,
            Platform::Cloud => Direction::CloudToOnPrem,
        }
    }

    /// The way of requests for the domains of an address, in the order in which they are tried: that of its target
    /// address first, if it has one.
    #[must_use]
    pub fn path(&self, domains: &[Item<'s>]) -> Path<'s> {
        let mut search = Search { dispatcher: self, rejected: Vec::new() };
        let mut matched = domains.first();
        let mut result = Ok(None);
        for item in domains {
            result = search.for_domain(text_of(item));
            if !matches!(result, Ok(None)) {
                matched = Some(item);
                break;
            }
        }
        let route = match result {
            Ok(Some(route)) => Ok(route),
            Ok(None) => search.last_resort(domains),
            Err(lacks) => Err(lacks),
        };
        let domain = matched.cloned().unwrap_or_else(|| Item::computed(Value::Null));
        let used = route.as_ref().ok().and_then(|route| route.object);
        search.rejected.retain(|(record, _)| !used.is_some_and(|used| std::ptr::eq(used, *record)));
        Path { direction: self.direction(), domain, route, rejected: search.rejected }
    }
}

/// Known only where the wizard's or an administrator's objects say so: what is not exported is taken for working, and
/// what it needs is judged by lints.
fn federation_off<'s>(view: View<'s>, side: Platform) -> Known<'s, bool> {
    let identifiers = Objects::of(view, side, "FederatedOrganizationIdentifier");
    let trusts = Objects::of(view, side, "FederationTrust");
    let is_off = identifiers.any(|record| flag(record, "Enabled").map(|enabled| !enabled));
    let has_no_trust = Ok(trusts.is_complete() && trusts.records.is_empty());
    Ok(matches!(either(is_off, has_no_trust), Ok(true)))
}

fn text_of<'i>(item: &'i Item<'_>) -> &'i str {
    match &item.value {
        Ok(Value::Text(text)) => text,
        _ => "",
    }
}

/// A search for the object of one request.
struct Search<'d, 's> {
    dispatcher: &'d Dispatcher<'s>,
    rejected: Vec<(&'s Record, Rejection)>,
}

/// A route, none for this domain, or what lacks to tell.
type Found<'s> = Result<Option<Route<'s>>, Lacks<'s>>;

impl<'s> Search<'_, 's> {
    fn for_domain(&mut self, domain: &str) -> Found<'s> {
        let mut found = self.connector(domain)?;
        if found.is_some() {
            self.reject_relationships(domain);
        } else {
            found = self.relationship(domain)?;
        }
        if found.is_some() {
            self.reject_address_spaces(domain);
        }
        Ok(found)
    }

    /// The first connector that is enabled and lists the domain. Which of several wins is not documented.
    fn connector(&mut self, domain: &str) -> Found<'s> {
        let mut used = None;
        let mut lacks: Lacks<'s> = self.dispatcher.connectors.objects.lack.into_iter().collect();
        for (record, listed) in self.dispatcher.connectors.maybe_listing(domain) {
            let enabled = flag(record, "Enabled");
            match both(enabled, listed) {
                Ok(true) if used.is_none() => used = Some(record),
                Ok(true) => self.rejected.push((record, Rejection::SecondConnector)),
                Ok(false) if matches!(listed, Ok(true)) => self.rejected.push((record, Rejection::Disabled)),
                Ok(false) => {}
                Err(lack) => lacks.push(lack),
            }
        }
        match used {
            Some(record) => Ok(Some(Route {
                auth: Auth::OAuth,
                object: Some(record),
                endpoint: self.connector_endpoint(record),
                failure: None,
            })),
            None if lacks.is_empty() => Ok(None),
            None => Err(lacks),
        }
    }

    /// `TargetSharingEpr` exists in Exchange Online only.
    fn connector_endpoint(&self, record: &'s Record) -> Known<'s, Option<Endpoint<'s>>> {
        let direct = if self.dispatcher.side == Platform::Cloud {
            endpoint(record, "TargetSharingEpr", true)?
        } else {
            None
        };
        match direct {
            Some(direct) => Ok(Some(direct)),
            None => endpoint(record, "DiscoveryEndpoint", false),
        }
    }

    fn relationship(&mut self, domain: &str) -> Found<'s> {
        let mut lacks: Lacks<'s> = self.dispatcher.relationships.objects.lack.into_iter().collect();
        let mut used = None;
        for (record, listed) in self.dispatcher.relationships.maybe_listing(domain) {
            let (enabled, free_busy) = (flag(record, "Enabled"), flag(record, "FreeBusyAccessEnabled"));
            match both(listed, both(enabled, free_busy)) {
                Ok(true) if used.is_none() => used = Some(record),
                Ok(true) => self.rejected.push((record, Rejection::SecondRelationship)),
                Ok(false) if matches!(enabled, Ok(false)) => {
                    self.rejected.push((record, Rejection::Disabled));
                }
                Ok(false) => self.rejected.push((record, Rejection::FreeBusyDisabled)),
                Err(lack) => lacks.push(lack),
            }
        }
        match used {
            Some(record) => self.delegated(record).map_err(Lacks::from),
            None if lacks.is_empty() => Ok(None),
            None => Err(lacks),
        }
    }

    /// What comes of a relationship that is enabled.
    fn delegated(&mut self, record: &'s Record) -> Result<Option<Route<'s>>, Lack<'s>> {
        let is_blank = |name| text(record, name).map(|text| text.is_none());
        let no_endpoint = both(is_blank("TargetSharingEpr"), is_blank("TargetAutodiscoverEpr"));
        if either(is_blank("TargetApplicationUri"), no_endpoint)? {
            return Ok(Some(Route {
                auth: Auth::None,
                object: Some(record),
                endpoint: Ok(None),
                failure: Some(Failure::InvalidRelationship),
            }));
        }
        if matches!(self.dispatcher.federation, Ok(false)) {
            self.rejected.push((record, Rejection::NoFederation));
            return Ok(None);
        }
        let endpoint = match endpoint(record, "TargetSharingEpr", true) {
            Ok(None) => endpoint(record, "TargetAutodiscoverEpr", false),
            found => found,
        };
        Ok(Some(Route { auth: Auth::DAuth, object: Some(record), endpoint, failure: None }))
    }

    /// Relationships that list the domain of a connector that is used.
    fn reject_relationships(&mut self, domain: &str) {
        let listing = self.dispatcher.relationships.listing(domain);
        self.rejected.extend(listing.map(|record| (record, Rejection::Connector)));
    }

    fn reject_address_spaces(&mut self, domain: &str) {
        let name = domain.to_ascii_lowercase();
        let listing = self.dispatcher.address_spaces.listing(&name);
        self.rejected.extend(listing.map(|record| (record, Rejection::Shadowed)));
    }

    /// An address space for one of the domains, else nothing.
    fn last_resort(&self, domains: &[Item<'s>]) -> Result<Route<'s>, Lacks<'s>> {
        let spaces = &self.dispatcher.address_spaces;
        let mut lacks: Lacks<'s> = spaces.objects.lack.into_iter().collect();
        for item in domains {
            for (record, listed) in spaces.maybe_listing(&text_of(item).to_ascii_lowercase()) {
                match listed {
                    Ok(_) => return Ok(address_space(record)),
                    Err(lack) => lacks.push(lack),
                }
            }
        }
        if !lacks.is_empty() {
            return Err(lacks);
        }
        let without_federation =
            self.rejected.iter().find(|(_, rejection)| *rejection == Rejection::NoFederation);
        Ok(Route {
            auth: Auth::None,
            object: without_federation.map(|(record, _)| *record),
            endpoint: Ok(None),
            failure: Some(without_federation.map_or(Failure::NoPath, |_| Failure::NoFederation)),
        })
    }
}

fn address_space(record: &Record) -> Route<'_> {
    let is_unsupported = matches!(text(record, "AccessMethod"), Ok(Some((method, _))) if method.eq_ignore_ascii_case("PublicFolder"));
    Route {
        auth: if is_unsupported { Auth::None } else { Auth::AddressSpace },
        object: Some(record),
        endpoint: match endpoint(record, "TargetServiceEpr", true) {
            Ok(None) => endpoint(record, "TargetAutodiscoverEpr", false),
            found => found,
        },
        failure: is_unsupported.then_some(Failure::Unsupported),
    }
}

fn endpoint<'s>(record: &'s Record, name: &str, is_direct: bool) -> Known<'s, Option<Endpoint<'s>>> {
    Ok(text(record, name)?.map(|(url, place)| Endpoint { url, place, is_direct }))
}

/// Whether the Hybrid Agent carries requests of the cloud: an object that is in use names one of its hosts.
pub(super) fn hybrid_agent<'s>(view: View<'s>) -> Known<'s, bool> {
    let goes_through = |record: &'s Record| {
        let is_agent =
            text(record, "TargetSharingEpr").map(|url| url.is_some_and(|(url, _)| is_hybrid_agent(&url)));
        both(flag(record, "Enabled"), is_agent)
    };
    let through = |noun| Objects::of(view, Platform::Cloud, noun).any(goes_through);
    either(through("IntraOrganizationConnector"), through("OrganizationRelationship"))
}
