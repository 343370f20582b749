//! Pseudonyms: the same input has the same one within a run, and different inputs have different ones.

use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use super::known::{self, Known};
use crate::exchange::clouds::{self, below};
use crate::exchange::domains::{internal_ending, is_internal_host};
use crate::snapshot::coerce::domain;

/// What a pseudonym stands for. Numbers are given out for each kind, so that they stay small.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Family {
    Domain,
    Tenant,
    Name,
    Guid,
    Hexadecimal,
    SecurityIdentifier,
    PrivateAddress,
    PublicAddress,
    Number,
    Folder,
}

/// All pseudonyms of a run.
#[derive(Clone)]
pub(super) struct Names {
    pub(super) known: Arc<Known>,
    numbers: HashMap<(Family, String), u32>,
    counts: BTreeMap<Family, u32>,
    /// Thumbprints of certificates that are in the exports, by those of the certificates that replace them.
    thumbprints: HashMap<String, String>,
    /// First labels of the pseudonyms of domains and tenants, by their own: `fabrikam.com` and
    /// `fabrikam.onmicrosoft.com` are of one organization.
    domain_labels: HashMap<String, String>,
    /// The same by the whole domain.
    domains: HashMap<String, String>,
    tenant_labels: HashMap<String, String>,
}

impl Names {
    pub(super) fn new(known: Arc<Known>) -> Self {
        Self {
            known,
            numbers: HashMap::new(),
            counts: BTreeMap::new(),
            thumbprints: HashMap::new(),
            domain_labels: HashMap::new(),
            domains: HashMap::new(),
            tenant_labels: HashMap::new(),
        }
    }

    fn number(&mut self, family: Family, key: String) -> u32 {
        let count = self.counts.entry(family).or_default();
        *self.numbers.entry((family, key)).or_insert_with(|| {
            *count += 1;
            *count
        })
    }

    /// A label of a host's name, or a name of one word.
    pub(super) fn label(&mut self, label: &str) -> String {
        let lower = label.to_lowercase();
        if self.known.is_phrase(&lower) {
            return label.to_owned();
        }
        let number = self.number(Family::Name, key(&lower));
        cased(label, sized("name", number, label.chars().count().min(MAX_LABEL)))
    }

    /// A name of several words.
    pub(super) fn phrase(&mut self, phrase: &str) -> String {
        let number = self.number(Family::Name, key(&phrase.to_lowercase()));
        cased(phrase, sized("name ", number, phrase.chars().count().min(MAX_LABEL)))
    }

    /// A folder or file.
    pub(super) fn folder(&mut self, name: &str) -> u32 {
        self.number(Family::Folder, name.to_owned())
    }

    /// A domain or host with at least one dot, or of one label.
    pub(super) fn host(&mut self, host: &str) -> String {
        let lower = domain(host.to_lowercase().into()).into_owned();
        let replaced = self.plain_host(&lower);
        let mut originals = host.split('.');
        let labels = replaced.split('.').map(|label| match originals.next() {
            Some(original) if original.eq_ignore_ascii_case(label) => original.to_owned(),
            Some(original) => cased(original, label.to_owned()),
            None => label.to_owned(),
        });
        labels.collect::<Vec<_>>().join(".")
    }

    fn plain_host(&mut self, lower: &str) -> String {
        let rest_of = |ending: &'static str| Some((below(lower, ending)?, ending));
        if let Some((rest, ending)) = clouds::tenant_suffixes().find_map(rest_of) {
            let (rest, tenant) = rest.rsplit_once('.').map_or(("", rest), |(rest, tenant)| (rest, tenant));
            if tenant.is_empty() {
                return lower.to_owned();
            }
            let tenant = self.tenant(tenant);
            return self.labels(rest, &format!("{tenant}.{ending}"));
        }
        if let Some((rest, ending)) = clouds::microsoft_domains().find_map(rest_of) {
            return self.labels(rest, ending);
        }
        let registered = registered(lower);
        let rest = lower[..lower.len() - registered.len()].trim_end_matches('.');
        if !registered.contains('.') {
            return self.labels(lower, "");
        }
        let registered = self.registered(registered);
        self.labels(rest, &registered)
    }

    /// The pseudonym of the name that Microsoft gave to a tenant.
    fn tenant(&mut self, name: &str) -> String {
        let number = self.number(Family::Tenant, name.to_owned());
        let of_domain = self.domain_labels.get(name).cloned();
        let label = of_domain.unwrap_or_else(|| sized("tenant", number, name.len()));
        self.tenant_labels.entry(name.to_owned()).or_insert(label).clone()
    }

    /// Forgets how long the names of tenants are, but not which they are: what is learnt beforehand tells of which
    /// domain a tenant takes its name, and that has the length of the domain.
    pub(super) fn settle(&mut self) {
        self.tenant_labels.clear();
        let domains = std::mem::take(&mut self.domains);
        let mut in_order: Vec<(u32, String)> = domains
            .into_keys()
            .filter_map(|name| Some((*self.numbers.get(&(Family::Domain, name.clone()))?, name)))
            .collect();
        in_order.sort_unstable();
        self.domain_labels.clear();
        for (_, name) in in_order {
            self.registered(&name);
        }
    }

    /// The pseudonym of a domain that somebody registered, as long as it is. An internal one stays internal.
    fn registered(&mut self, name: &str) -> String {
        let ending = internal_ending(name).unwrap_or(".example");
        if let Some(label) = self.domains.get(name) {
            return format!("{label}{ending}");
        }
        let number = self.number(Family::Domain, name.to_owned());
        let first = name.split('.').next().unwrap_or(name);
        // Of domains with the same first label, such as those of several countries, the first is that of the tenant.
        let of_tenant =
            self.tenant_labels.get(first).filter(|_| !self.domain_labels.contains_key(first)).cloned();
        // Domains of more than 32 and of more than 47 characters have limits of their own.
        let length = name.len().saturating_sub(ending.len()).min(MAX_LABEL);
        let label = of_tenant.unwrap_or_else(|| sized("domain", number, length));
        self.domain_labels.entry(first.to_owned()).or_insert_with(|| label.clone());
        self.domains.insert(name.to_owned(), label.clone());
        format!("{label}{ending}")
    }

    /// Whether a domain was met where only domains stand.
    pub(super) fn is_domain(&self, host: &str) -> bool {
        let lower = domain(host.to_lowercase().into()).into_owned();
        self.numbers.contains_key(&(Family::Domain, registered(&lower).to_owned()))
    }

    /// `labels` in front of `ending`, each replaced.
    fn labels(&mut self, labels: &str, ending: &str) -> String {
        let mut parts: Vec<String> = Vec::new();
        for label in labels.split('.').filter(|label| !label.is_empty()) {
            let part = match guid_in(label) {
                Some(_) => self.guid(label),
                None => self.label(label),
            };
            parts.push(part);
        }
        if !ending.is_empty() {
            parts.push(ending.to_owned());
        }
        parts.join(".")
    }

    /// A GUID in the form of 32 digits with or without hyphens.
    pub(super) fn guid(&mut self, guid: &str) -> String {
        let Some(plain) = guid_in(guid) else { return self.label(guid) };
        if known::is_known_guid(&plain) {
            return guid.to_owned();
        }
        let number = self.number(Family::Guid, plain);
        let pseudonym = format!("c0000000-0000-4000-8000-{number:012x}");
        let pseudonym = if guid.contains('-') { pseudonym } else { pseudonym.replace('-', "") };
        if guid.bytes().any(|c| c.is_ascii_uppercase()) { pseudonym.to_uppercase() } else { pseudonym }
    }

    /// Hexadecimal digits: a thumbprint or a serial number, of the same length.
    pub(super) fn hexadecimal(&mut self, digits: &str) -> String {
        let upper = digits.to_uppercase();
        let pseudonym = match self.thumbprints.get(&upper) {
            Some(thumbprint) => thumbprint.clone(),
            None => {
                let width = upper.len().saturating_sub(1);
                let number = format!("{:X}", self.number(Family::Hexadecimal, upper));
                // A width that `format` is given may have 16 bits only.
                format!("C{}{number}", "0".repeat(width.saturating_sub(number.len())))
            }
        };
        if digits.bytes().any(|c| c.is_ascii_lowercase()) { pseudonym.to_lowercase() } else { pseudonym }
    }

    /// A SID.
    pub(super) fn security_identifier(&mut self, text: &str) -> String {
        let number = self.number(Family::SecurityIdentifier, text.to_uppercase());
        format!("S-1-5-21-1-1-1-{}", 1000 + u64::from(number))
    }

    /// The certificate with the thumbprint `from` is replaced by the one with the thumbprint `to`.
    pub(super) fn replace_thumbprint(&mut self, from: String, to: String) {
        self.thumbprints.insert(from, to);
    }

    /// An IP address: internal ones stay internal, those that say nothing stay.
    pub(super) fn address(&mut self, address: IpAddr) -> String {
        if address.is_loopback() || address.is_unspecified() || address == IpAddr::V4(Ipv4Addr::BROADCAST) {
            return address.to_string();
        }
        let is_internal = is_internal_host(&address.to_string());
        let family = if is_internal { Family::PrivateAddress } else { Family::PublicAddress };
        let number = self.number(family, address.to_string());
        let [_, high, middle, low] = number.to_be_bytes();
        match (address, is_internal) {
            (IpAddr::V4(_), true) => Ipv4Addr::new(10, high, middle, low).to_string(),
            // The network that RFC 2544 sets aside for tests.
            (IpAddr::V4(_), false) => Ipv4Addr::new(198, 18 + (high & 1), middle, low).to_string(),
            (IpAddr::V6(_), true) => Ipv6Addr::from((0xFD00_u128 << 112) | u128::from(number)).to_string(),
            (IpAddr::V6(_), false) => {
                Ipv6Addr::from((0x2001_0DB8_u128 << 96) | u128::from(number)).to_string()
            }
        }
    }

    /// An IPv4 address whose numbers are filled up with zeros, which makes it no address to who tells internal ones.
    pub(super) fn padded_address(&mut self, address: IpAddr, text: &str) -> String {
        if is_internal_host(text) {
            return self.address(address);
        }
        let number = self.number(Family::PublicAddress, address.to_string());
        let [_, high, middle, low] = number.to_be_bytes();
        Ipv4Addr::new(198, 18 + (high & 1), middle, low).to_string()
    }

    /// A long number, with as many digits.
    pub(super) fn long_number(&mut self, number: &str) -> String {
        let digits = number.bytes().filter(u8::is_ascii_digit).count();
        let count = self.number(Family::Number, number.to_owned()).to_string();
        format!("9{}{count}", "0".repeat(digits.saturating_sub(1 + count.len()).min(MAX_LABEL)))
    }
}

/// The part of a host's name that somebody registered: two labels, three below `co.uk` and the like.
fn registered(host: &str) -> &str {
    let dots: Vec<usize> = host.match_indices('.').map(|(at, _)| at).collect();
    let [.., second, last] = dots.as_slice() else { return host };
    let is_country = host.len() - last - 1 == 2;
    let below = &host[second + 1..*last];
    let is_public =
        is_country && ["co", "com", "org", "net", "ac", "gov", "edu", "or", "ne", "gv"].contains(&below);
    let ending = internal_ending(host).map_or(1, |ending| ending.matches('.').count());
    let labels = if is_public { 3 } else { ending + 1 };
    match dots.len().checked_sub(labels) {
        Some(index) => &host[dots[index] + 1..],
        None => host,
    }
}

/// The GUID that a text is, in lower case with hyphens.
pub(super) fn guid_in(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|&c| c != '-').collect();
    let is_guid = digits.len() == 32 && digits.bytes().all(|c| c.is_ascii_hexdigit());
    let hyphens: Vec<usize> = text.match_indices('-').map(|(at, _)| at).collect();
    if !is_guid || !(hyphens.is_empty() || hyphens == [8, 13, 18, 23]) {
        return None;
    }
    let lower = digits.to_lowercase();
    Some(format!("{}-{}-{}-{}-{}", &lower[..8], &lower[8..12], &lower[12..16], &lower[16..20], &lower[20..]))
}

/// No label of a host is longer, and no name that Exchange limits is longer by more than a sign.
const MAX_LABEL: usize = 63;

/// A word and a number, in `length` characters where that can be: the word is cut, or what lacks is filled up.
fn sized(word: &str, number: u32, length: usize) -> String {
    let number = number.to_string();
    // One letter tells a name from a number, and a blank within tells several words from one.
    let (word, blank) = word.strip_suffix(' ').map_or((word, ""), |word| (word, " "));
    let room = length.saturating_sub(blank.len() + number.len()).clamp(1, word.len());
    let pseudonym = format!("{}{blank}{number}", &word[..room]);
    format!("{pseudonym:x<length$}")
}

/// What is equal to who compares without case: the sigma at the end of a word has a small letter of its own.
fn key(lower: &str) -> String {
    lower.replace('ς', "σ")
}

/// In the case of the original, because some comparisons are exact.
fn cased(original: &str, pseudonym: String) -> String {
    let is_upper = original.chars().any(char::is_uppercase) && !original.chars().any(char::is_lowercase);
    if is_upper {
        return pseudonym.to_uppercase();
    }
    if !original.starts_with(char::is_uppercase) {
        return pseudonym;
    }
    let mut characters = pseudonym.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Registry;

    fn names() -> Names {
        Names::new(Arc::new(Known::new(Registry::embedded().unwrap())))
    }

    #[test]
    fn domains_keep_their_structure() {
        let mut names = names();
        for (host, expected) in [
            ("contoso.com", "do1.example"),
            ("Mail.Contoso.com", "Mail.Do1.example"),
            ("eu.contoso.com", "n1.do1.example"),
            ("autodiscover.eu.contoso.com", "autodiscover.n1.do1.example"),
            ("contoso.co.uk", "doma2.example"),
            ("ex01.ad.contoso.local", "nam2.n3.domain3.local"),
            ("contoso.mail.onmicrosoft.com", "do1.mail.onmicrosoft.com"),
            ("fabrikam.mail.onmicrosoft.com", "tenant2x.mail.onmicrosoft.com"),
            ("fabrikam.onmicrosoft.com", "tenant2x.onmicrosoft.com"),
            ("fabrikam.com", "tenant2x.example"),
            ("fabrikam.de", "do5.example"),
            ("www.fabrikam.com", "www.tenant2x.example"),
            ("outlook.office365.com", "outlook.office365.com"),
            ("AM0PR01.prod.outlook.com", "NAME4XX.prod.outlook.com"),
            (
                "3a1b2c3d-0000-4111-8222-123456789abc.resource.mailboxmigration.his.msappproxy.net",
                "c0000000-0000-4000-8000-000000000001.resource.mailboxmigration.his.msappproxy.net",
            ),
            ("FYDIBOHF25SPDLT.contoso.com", "FYDIBOHF25SPDLT.do1.example"),
            ("EX01", "NAM2"),
        ] {
            assert_eq!(names.host(host), expected, "{host}");
        }
        let long = "a-domain-of-more-than-forty-seven-characters-in-all.com";
        assert_eq!(names.host(long).len(), long.len());
    }

    #[test]
    fn what_is_learnt_gives_a_tenant_the_name_of_its_domain() {
        let mut names = names();
        for host in ["fabrikam.mail.onmicrosoft.com", "fabrikam.com", "fabrikam.de"] {
            names.host(host);
        }
        names.settle();
        assert_eq!(names.host("fabrikam.mail.onmicrosoft.com"), "dom1.mail.onmicrosoft.com");
        assert_eq!(names.host("fabrikam.com"), "dom1.example");
        assert_eq!(names.host("fabrikam.de"), "do2.example");
    }

    #[test]
    fn pseudonyms_are_as_long_as_what_they_stand_for() {
        for (length, expected) in [(1, "n7"), (2, "n7"), (3, "na7"), (5, "name7"), (8, "name7xxx")] {
            assert_eq!(sized("name", 7, length), expected);
        }
        assert_eq!(
            (sized("name ", 12, 3), sized("name ", 12, 9)),
            ("n 12".to_owned(), "name 12xx".to_owned())
        );
        assert_eq!(names().long_number("0301234567"), "9000000001");
        // Short labels in front are not what makes the whole too short for a limit.
        let domain = "logistik-und-beschaffung.niederlassungen.contoso.com";
        assert_eq!(names().host(domain).len(), domain.len());
    }

    #[test]
    fn one_domain_in_both_forms_is_one_domain() {
        let mut names = names();
        assert_eq!(names.host("müller.de"), names.host("xn--mller-kva.de"));
    }

    #[test]
    fn ids_and_addresses() {
        let mut names = names();
        assert_eq!(
            names.guid("00000002-0000-0ff1-ce00-000000000000"),
            "00000002-0000-0ff1-ce00-000000000000"
        );
        let first = names.guid("11111111-2222-3333-4444-555555555555");
        assert_eq!(names.guid("11111111222233334444555555555555"), first.replace('-', ""));
        assert_eq!(names.address("192.168.7.7".parse().unwrap()), "10.0.0.1");
        assert_eq!(names.address("8.8.8.8".parse().unwrap()), "198.18.0.1");
        assert_eq!(names.address("fd12::7".parse().unwrap()), "fd00::2");
        assert_eq!(names.address("127.0.0.1".parse().unwrap()), "127.0.0.1");
        let thumbprint = names.hexadecimal("ABCDEF0123456789ABCDEF0123456789ABCDEF01");
        assert_eq!(thumbprint, format!("C{:0>39}", 1));
    }
}
