//! Domains of addresses, and hosts that are not of the internet.

use std::net::IpAddr;

use url::Host;

/// Endings of names that are not reachable from the internet: RFC 6762, RFC 8375, RFC 2606 and the habits of Active
/// Directory domains.
const INTERNAL_ENDINGS: [&str; 13] = [
    ".local",
    ".lan",
    ".internal",
    ".intranet",
    ".corp",
    ".home",
    ".home.arpa",
    ".intra",
    ".ad",
    ".priv",
    ".private",
    ".localdomain",
    ".test",
];

/// What follows the `@`.
pub(crate) fn domain_of(address: &str) -> String {
    let domain = address.trim().rsplit_once('@').map_or("", |(_, domain)| domain);
    domain.trim_end_matches(['>', '.', ' ']).to_lowercase()
}

/// One label, an ending of private networks, or an address that is not routed on the internet.
pub(crate) fn is_internal_host(host: &str) -> bool {
    let host = host.trim().trim_end_matches('.').to_lowercase();
    let address = match Host::parse(&host) {
        Ok(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
        Ok(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
        _ => host.parse().ok(),
    };
    match address {
        Some(IpAddr::V4(address)) => {
            address.is_private()
                || address.is_loopback()
                || address.is_link_local()
                || address.is_unspecified()
        }
        Some(IpAddr::V6(address)) => {
            address.is_loopback()
                || address.is_unique_local()
                || address.is_unicast_link_local()
                || address.is_unspecified()
        }
        None if host.is_empty() => false,
        None => !host.contains('.') || internal_ending(&host).is_some(),
    }
}

/// The ending by which a host in lower case is known to be of a private network.
pub(crate) fn internal_ending(host: &str) -> Option<&'static str> {
    INTERNAL_ENDINGS.into_iter().find(|ending| host.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn internal_hosts() {
        for host in
            ["ex01", "mail.contoso.local", "10.1.2.3", "127.0.0.1", "fe80::1", "[fd00::1]", "192.168.0.1"]
        {
            assert!(is_internal_host(host), "{host}");
        }
        for host in ["mail.contoso.com", "8.8.8.8", "", "contoso.ad.com"] {
            assert!(!is_internal_host(host), "{host}");
        }
    }

    #[test]
    fn domains_of_addresses() {
        assert_eq!(domain_of("SMTP:Ann@Contoso.com"), "contoso.com");
        assert_eq!(domain_of("nobody"), "");
    }
}
