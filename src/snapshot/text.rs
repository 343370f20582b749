//! Texts, URLs, domains and versions, compared and taken apart as Exchange does.

use std::net::IpAddr;

use url::{Host, Url};

/// Time zones that Windows or Exchange use and CLDR's list of Windows zones does not have.
const MORE_TIME_ZONES: [&str; 5] = [
    "Customized Time Zone",
    "Kamchatka Standard Time",
    "Mid-Atlantic Standard Time",
    "tzone://Microsoft/Custom",
    "tzone://Microsoft/Utc",
];

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

/// Equal but for case, blanks around, and a `/` at the end.
pub(crate) fn same(a: &str, b: &str) -> bool {
    plain(a).eq(plain(b))
}

fn plain(text: &str) -> impl Iterator<Item = char> {
    let characters = text.trim().trim_end_matches('/').chars().flat_map(char::to_lowercase);
    // The sigma at the end of a word has a small letter of its own.
    characters.map(|c| if c == 'ς' { 'σ' } else { c })
}

/// The URL, if it is one that has a host.
fn url(text: &str) -> Option<Url> {
    Url::parse(text.trim()).ok().filter(Url::has_host)
}

/// Equal scheme, host, port and path; a URL that cannot be parsed is compared as text.
pub(crate) fn same_url(a: &str, b: &str) -> bool {
    let parts = |url: &Url| {
        let path = url.path().trim_end_matches('/').to_lowercase();
        (url.scheme().to_owned(), url.host_str().map(str::to_lowercase), url.port_or_known_default(), path)
    };
    match (url(a), url(b)) {
        (Some(a), Some(b)) => parts(&a) == parts(&b),
        _ => same(a, b),
    }
}

/// In lower case; empty where there is none.
pub(crate) fn scheme(text: &str) -> String {
    url(text).map_or_else(String::new, |url| url.scheme().to_owned())
}

/// In lower case, ASCII form; empty where there is none.
pub(crate) fn host(text: &str) -> String {
    let url = url(text);
    url.as_ref()
        .and_then(Url::host_str)
        .map_or_else(String::new, |host| host.trim_end_matches('.').to_lowercase())
}

/// As written; empty where there is none.
pub(crate) fn path(text: &str) -> String {
    url(text).map_or_else(String::new, |url| url.path().to_owned())
}

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

/// The tenant's coexistence domain: `<tenant>.mail.onmicrosoft.com`, `.mail.onmicrosoft.us` (GCC High, DoD),
/// `.mail.partner.onmschina.cn` (21Vianet).
pub(crate) fn is_routing_domain(domain: &str) -> bool {
    let domain = domain.trim().trim_end_matches('.').to_lowercase();
    [".mail.onmicrosoft.com", ".mail.onmicrosoft.us", ".mail.partner.onmschina.cn", ".mail.onmicrosoft.de"]
        .iter()
        .any(|ending| {
            domain.strip_suffix(ending).is_some_and(|tenant| !tenant.is_empty() && !tenant.contains('.'))
        })
}

/// Domains that only Microsoft's services have hosts in, in any of its clouds. The Hybrid Agent's are not among them:
/// they lead to the organization's own servers.
pub(crate) const MICROSOFT_DOMAINS: [&str; 12] = [
    "outlook.com",
    "office365.com",
    "office.com",
    "cloud.microsoft",
    "office365.us",
    "office365-net.us",
    "apps.mil",
    "outlook.cn",
    "outlook.de",
    "office.de",
    "sovcloud.fr",
    "sovcloud.de",
];

/// Whether a host is one of Microsoft's services that hybrid requests go to.
pub(crate) fn is_microsoft_host(host: &str) -> bool {
    let host = host.trim().trim_end_matches('.').to_lowercase();
    MICROSOFT_DOMAINS
        .iter()
        .any(|domain| host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

/// Compares case exactly as Windows does: not at all.
pub(crate) fn is_known_time_zone(name: &str) -> bool {
    let name = name.trim();
    name.parse::<windows_timezones::WindowsTimezone>().is_ok() || is_known_in_other_case(name)
}

fn is_known_in_other_case(name: &str) -> bool {
    if MORE_TIME_ZONES.iter().any(|zone| zone.eq_ignore_ascii_case(name)) {
        return true;
    }
    // The list has no iterator; its names are words that begin with capitals.
    let capitalized: Vec<String> = name.split(' ').map(capitalized).collect();
    capitalized.join(" ").parse::<windows_timezones::WindowsTimezone>().is_ok()
}

fn capitalized(word: &str) -> String {
    // `UTC-11`, `GMT`, `SA`, `US`, `AUS` are all capitals.
    if word.chars().filter(char::is_ascii_alphabetic).count() <= 3 && word.len() <= 6 {
        return word.to_uppercase();
    }
    let lower = word.to_lowercase();
    let mut characters = lower.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// Numbers with dots between them.
pub(crate) fn is_version(text: &str) -> bool {
    text.trim().split('.').all(|part| part.parse::<u64>().is_ok())
}

/// Part by part; a part that lacks is 0, one that is no number makes it false.
pub(crate) fn version_at_least(version: &str, least: &str) -> bool {
    let parts =
        |text: &str| text.trim().split('.').map(|part| part.parse::<u64>().ok()).collect::<Option<Vec<_>>>();
    let (Some(version), Some(least)) = (parts(version), parts(least)) else { return false };
    let length = version.len().max(least.len());
    let padded =
        |parts: &[u64]| (0..length).map(|index| parts.get(index).copied().unwrap_or(0)).collect::<Vec<_>>();
    padded(&version) >= padded(&least)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_compare_without_case_default_port_and_slash() {
        assert!(same_url(
            "https://Mail.contoso.com/EWS/Exchange.asmx",
            "https://mail.contoso.com:443/ews/exchange.asmx/"
        ));
        assert!(!same_url("https://mail.contoso.com/ews", "http://mail.contoso.com/ews"));
        assert!(same_url("outlook.com", "Outlook.com/"));
        assert_eq!(host("https://Mail.Contoso.com:8443/x"), "mail.contoso.com");
        assert_eq!(host("outlook.com"), "");
        assert_eq!(path("https://mail.contoso.com/EWS/Exchange.asmx"), "/EWS/Exchange.asmx");
    }

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
    fn routing_domains() {
        assert!(is_routing_domain("Contoso.mail.onmicrosoft.com"));
        assert!(is_routing_domain("contoso.mail.partner.onmschina.cn"));
        for domain in
            ["contoso.onmicrosoft.com", "mail.onmicrosoft.com", "a.b.mail.onmicrosoft.com", "contoso.com"]
        {
            assert!(!is_routing_domain(domain), "{domain}");
        }
    }

    #[test]
    fn hosts_of_microsoft() {
        for host in
            ["outlook.office365.com", "Autodiscover-s.outlook.com", "outlook.com", "partner.outlook.cn"]
        {
            assert!(is_microsoft_host(host), "{host}");
        }
        for host in ["mail.contoso.com", "notoutlook.com", "a.his.msappproxy.net", ""] {
            assert!(!is_microsoft_host(host), "{host}");
        }
    }

    #[test]
    fn time_zones_in_any_case() {
        for zone in [
            "W. Europe Standard Time",
            "w. europe standard time",
            "UTC-11",
            "gmt standard time",
            "Customized Time Zone",
            "UTC",
        ] {
            assert!(is_known_time_zone(zone), "{zone}");
        }
        for zone in ["Europe/Berlin", "", "Pacific", "PST"] {
            assert!(!is_known_time_zone(zone), "{zone}");
        }
    }

    #[test]
    fn versions_and_addresses() {
        assert!(version_at_least("15.2.1748.24", "15.2.1748.24"));
        assert!(version_at_least("15.2.2562", "15.2.1748.24"));
        assert!(!version_at_least("15.2.986.5", "15.2.1748.24"));
        assert!(!version_at_least("unknown", "15.0"));
        assert_eq!(domain_of("SMTP:Ann@Contoso.com"), "contoso.com");
        assert_eq!(domain_of("nobody"), "");
    }
}
