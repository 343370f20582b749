//! Whose objects are. A *platform* is where Exchange runs; a *party* is one organization of a platform: an Exchange
//! organization with servers of its own, or a tenant of Exchange Online.

use super::record::property_text;
use crate::diagnostic::Platform;
use crate::format::NodeRef;

/// A party of a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartyId {
    platform: Platform,
    index: u16,
}

impl PartyId {
    pub(super) const fn new(platform: Platform, index: u16) -> Self {
        Self { platform, index }
    }

    pub(super) const fn index(self) -> usize {
        self.index as usize
    }

    /// Where it runs Exchange.
    #[must_use]
    pub const fn platform(self) -> Platform {
        self.platform
    }
}

/// How a party is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Objects of its own were exported.
    Exported,
    /// Objects of others name it.
    Named,
}

/// What tells a party from others of its platform, as far as objects say it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// Id of the tenant: a GUID in lower case.
    pub tenant: Option<Box<str>>,
    /// Name of the Exchange organization on-premises, or of the tenant's container in Exchange Online.
    pub organization: Option<Box<str>>,
    /// The domain that the forest has its name from, in lower case.
    pub forest: Option<Box<str>>,
}

/// An organization of one platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// Where it runs Exchange.
    pub platform: Platform,
    /// What reports call it: the platform's word, as long as there is one party of it.
    pub name: Box<str>,
    /// What tells it from others.
    pub identity: Identity,
    /// Domains that others name it by. Those of an exported party are among its own objects.
    pub domains: Vec<Box<str>>,
    /// How it is known.
    pub evidence: Evidence,
}

impl Party {
    /// A party of which there are exports.
    pub(super) fn exported(platform: Platform) -> Self {
        Self {
            platform,
            name: platform.name().into(),
            identity: Identity::default(),
            domains: Vec::new(),
            evidence: Evidence::Exported,
        }
    }
}

impl Identity {
    /// Whether there is nothing more to learn.
    pub(super) const fn is_known(&self) -> bool {
        self.tenant.is_some() && self.organization.is_some() && self.forest.is_some()
    }

    /// Takes from an object of the party what is not known yet.
    pub(super) fn learn(&mut self, root: NodeRef<'_>) {
        if self.tenant.is_none() {
            let id = property_text(root, "ExternalDirectoryOrganizationId");
            self.tenant = id.map(|id| id.trim().to_lowercase()).filter(|id| is_guid(id)).map(Into::into);
        }
        if self.organization.is_some() && self.forest.is_some() {
            return;
        }
        let Some(name) = property_text(root, "DistinguishedName") else { return };
        let name = DistinguishedName::new(&name);
        self.organization = self.organization.take().or_else(|| name.organization().map(Into::into));
        self.forest = self.forest.take().or_else(|| name.forest().map(Into::into));
    }
}

/// Not the one that is all zeros, which stands for none.
fn is_guid(text: &str) -> bool {
    let groups: Vec<usize> = text.split('-').map(str::len).collect();
    groups == [8, 4, 4, 4, 12]
        && text.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
        && text.chars().any(|c| c != '-' && c != '0')
}

/// The parts of a distinguished name, from the object outwards.
pub(super) struct DistinguishedName<'a> {
    parts: Vec<&'a str>,
}

impl<'a> DistinguishedName<'a> {
    pub(super) fn new(name: &'a str) -> Self {
        Self { parts: split(name) }
    }

    /// The domain that the last parts are the labels of, in lower case; `None` where the name is cut.
    pub(super) fn forest(&self) -> Option<String> {
        let labels = self.parts.iter().rev().map_while(|part| value_of(part, "dc"));
        let mut labels: Vec<&str> = labels.collect();
        labels.reverse();
        let is_cut = |label: &&str| label.ends_with("...") || label.ends_with('…');
        if labels.is_empty() || labels.last().is_some_and(is_cut) {
            return None;
        }
        Some(labels.join(".").to_lowercase())
    }

    /// Whether it is in one of the containers that Exchange Online keeps tenants' objects in.
    pub(super) fn is_tenants(&self) -> bool {
        self.parts.iter().any(|part| {
            is(part, "cn", "ConfigurationUnits") || is(part, "ou", "Microsoft Exchange Hosted Organizations")
        })
    }

    /// The Exchange organization: what is in the container of Microsoft Exchange, or among the tenants.
    fn organization(&self) -> Option<&'a str> {
        self.parts.windows(2).find_map(|pair| {
            let [name, container] = pair else { return None };
            let is_container = is(container, "cn", "Microsoft Exchange")
                || is(container, "cn", "ConfigurationUnits")
                || is(container, "ou", "Microsoft Exchange Hosted Organizations");
            if is_container { value_of(name, "cn").or_else(|| value_of(name, "ou")) } else { None }
        })
    }
}

/// At commas, save those that a backslash stands before.
fn split(name: &str) -> Vec<&str> {
    let mut is_escaped = false;
    let parts = name.split(|c: char| {
        let is_end = c == ',' && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        is_end
    });
    parts.map(str::trim).collect()
}

fn value_of<'a>(part: &'a str, attribute: &str) -> Option<&'a str> {
    let (name, value) = part.split_once('=')?;
    name.eq_ignore_ascii_case(attribute).then_some(value)
}

fn is(part: &str, attribute: &str, value: &str) -> bool {
    value_of(part, attribute).is_some_and(|found| found.eq_ignore_ascii_case(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_organization_and_forest() {
        let name = DistinguishedName::new(
            r"CN=a\, b,CN=Federation,CN=First Organization,CN=Microsoft Exchange,CN=Services,CN=Configuration,DC=Contoso,DC=com",
        );
        assert_eq!(name.organization(), Some("First Organization"));
        assert_eq!(name.forest().as_deref(), Some("contoso.com"));
        assert!(!name.is_tenants());
        let name = DistinguishedName::new(
            "CN=x,CN=Configuration,CN=contoso.onmicrosoft.com,CN=ConfigurationUnits,DC=EURPR05A003,DC=PROD,DC=OUTLOOK,DC=COM",
        );
        assert_eq!(name.organization(), Some("contoso.onmicrosoft.com"));
        assert_eq!(name.forest().as_deref(), Some("eurpr05a003.prod.outlook.com"));
        assert!(name.is_tenants());
        assert_eq!(DistinguishedName::new("CN=x,CN=Micro...").forest(), None);
        assert_eq!(DistinguishedName::new("CN=x,DC=contoso,DC=c...").forest(), None);
    }

    #[test]
    fn guids_of_tenants() {
        assert!(is_guid("7d1f0c52-90ab-4c1e-8f34-6f2f3fb9a1de"));
        assert!(!is_guid("00000000-0000-0000-0000-000000000000"));
        assert!(!is_guid("contoso.onmicrosoft.com"));
    }
}
