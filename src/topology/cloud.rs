//! The clouds that Exchange Online runs in, and their hosts.
//!
//! Source of the hosts: the endpoint tables of Microsoft's own hybrid scripts (CSS-Exchange,
//! `Get-CloudServiceEndpoint`), and the routing domains that the Hybrid Configuration Wizard makes in each.

use crate::snapshot::text;

/// An instance of Microsoft 365.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cloud {
    /// The word that lints and reports use.
    pub name: &'static str,
    /// Hosts of EWS and Autodiscover that connectors name.
    pub exchange_hosts: &'static [&'static str],
    /// Hosts of Autodiscover that relationships and connectors name.
    pub autodiscover_hosts: &'static [&'static str],
    /// Hosts that issue tokens or describe those that do.
    pub login_hosts: &'static [&'static str],
}

/// All of them; the first is the one that most organizations are in.
pub static CLOUDS: [Cloud; 6] = [
    Cloud {
        name: "worldwide",
        exchange_hosts: &["outlook.office365.com", "outlook.office.com"],
        autodiscover_hosts: &["autodiscover-s.outlook.com"],
        login_hosts: &[
            "login.microsoftonline.com",
            "login.windows.net",
            "sts.windows.net",
            "accounts.accesscontrol.windows.net",
        ],
    },
    Cloud {
        name: "gcc-high",
        exchange_hosts: &["outlook.office365.us"],
        autodiscover_hosts: &["autodiscover-s.office365.us"],
        login_hosts: &["login.microsoftonline.us"],
    },
    Cloud {
        name: "dod",
        exchange_hosts: &["outlook-dod.office365.us"],
        autodiscover_hosts: &["autodiscover-s-dod.office365.us"],
        login_hosts: &["login.microsoftonline.us"],
    },
    Cloud {
        name: "21vianet",
        exchange_hosts: &["partner.outlook.cn"],
        autodiscover_hosts: &["autodiscover-s.partner.outlook.cn"],
        login_hosts: &["login.partner.microsoftonline.cn", "login.chinacloudapi.cn"],
    },
    Cloud {
        name: "bleu",
        exchange_hosts: &["outlook.sovcloud.fr"],
        autodiscover_hosts: &["autodiscover-s.outlook.sovcloud.fr"],
        login_hosts: &["login.sovcloud-identity.fr"],
    },
    Cloud {
        name: "delos",
        exchange_hosts: &["outlook.sovcloud.de"],
        autodiscover_hosts: &["autodiscover-s.outlook.sovcloud.de"],
        login_hosts: &["login.sovcloud-identity.de"],
    },
];

/// What a host says of the cloud it belongs to.
pub(super) fn of_host(host: &str) -> Option<&'static Cloud> {
    let mut clouds = CLOUDS.iter();
    clouds.find(|cloud| cloud.exchange_hosts.contains(&host) || cloud.autodiscover_hosts.contains(&host))
}

/// What a tenant's routing domain says of its cloud. GCC High and DoD share theirs.
pub(super) fn of_routing_domain(domain: &str) -> Option<&'static Cloud> {
    let name = if domain.ends_with(".onmicrosoft.com") {
        "worldwide"
    } else if domain.ends_with(".onmschina.cn") {
        "21vianet"
    } else {
        return None;
    };
    CLOUDS.iter().find(|cloud| cloud.name == name)
}

/// Whether a URL leads through the Hybrid Agent, which gives each organization a host of its own.
pub(crate) fn is_hybrid_agent(url: &str) -> bool {
    text::host(url).ends_with(".msappproxy.net")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_routing_domains_tell_the_cloud() {
        let name = |cloud: Option<&Cloud>| cloud.map(|cloud| cloud.name);
        assert_eq!(name(of_host("autodiscover-s-dod.office365.us")), Some("dod"));
        assert_eq!(name(of_host("mail.contoso.com")), None);
        assert_eq!(name(of_routing_domain("contoso.mail.onmicrosoft.com")), Some("worldwide"));
        assert_eq!(name(of_routing_domain("contoso.mail.partner.onmschina.cn")), Some("21vianet"));
        assert_eq!(name(of_routing_domain("contoso.mail.onmicrosoft.us")), None);
    }

    #[test]
    fn all_hosts_are_microsofts() {
        for cloud in &CLOUDS {
            for host in cloud.exchange_hosts.iter().chain(cloud.autodiscover_hosts) {
                assert!(text::is_microsoft_host(host), "{host}");
            }
        }
    }
}
