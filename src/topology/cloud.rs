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

impl Cloud {
    /// Whether requests to Exchange Online in this cloud go to the host.
    pub(super) fn has_host(&self, host: &str) -> bool {
        self.exchange_hosts.contains(&host) || self.autodiscover_hosts.contains(&host)
    }
}

/// The clouds whose tenants have routing domains of this form. GCC High and DoD share theirs.
pub(super) fn of_routing_domain(domain: &str) -> Vec<&'static Cloud> {
    let names: &[&str] = if domain.ends_with(".onmicrosoft.com") {
        &["worldwide"]
    } else if domain.ends_with(".onmschina.cn") {
        &["21vianet"]
    } else if domain.ends_with(".onmicrosoft.us") {
        &["gcc-high", "dod"]
    } else {
        &["bleu", "delos"]
    };
    CLOUDS.iter().filter(|cloud| names.contains(&cloud.name)).collect()
}

/// Whether a URL leads through the Hybrid Agent, which gives each organization a host of its own.
pub(crate) fn is_hybrid_agent(url: &str) -> bool {
    text::host(url).ends_with(".msappproxy.net")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routing_domains_tell_the_cloud() {
        let names =
            |domain| of_routing_domain(domain).into_iter().map(|cloud| cloud.name).collect::<Vec<_>>();
        assert_eq!(names("contoso.mail.onmicrosoft.com"), ["worldwide"]);
        assert_eq!(names("contoso.mail.partner.onmschina.cn"), ["21vianet"]);
        assert_eq!(names("contoso.mail.onmicrosoft.us"), ["gcc-high", "dod"]);
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
