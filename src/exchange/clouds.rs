//! The clouds that Exchange Online runs in: the one table of their hosts, domains and environments.
//!
//! Sources, by the names that the rows cite:
//!
//! - `endpoints`: `Get-CloudServiceEndpoint.ps1` of Microsoft's own hybrid scripts (CSS-Exchange,
//!   `Shared/AzureFunctions`), for Bleu and Delos since pull request 2495;
//! - `domains`: the domains that `ConfigureExchangeHybridApplication.ps1` of CSS-Exchange takes for Microsoft's;
//! - `environments`: references of Connect-ExchangeOnline (`-ExchangeEnvironmentName`) and of Get-MgEnvironment;
//! - `sovereign`: microsoftgraph/msgraph-sdk-powershell issue 3468 and microsoft/EntraExporter issue 118, which list what
//!   Get-MgEnvironment prints;
//! - `oauth`: "Configure OAuth authentication between Exchange and Exchange Online organizations" and "Configure hybrid
//!   deployments with Office 365 operated by 21Vianet" (Microsoft Learn and support.microsoft.com).

/// An instance of Microsoft 365.
#[derive(Debug, PartialEq, Eq)]
pub struct Cloud {
    /// The word that lints and reports use.
    pub name: &'static str,
    /// Hosts of EWS and Autodiscover that connectors name.
    pub exchange_hosts: &'static [&'static str],
    /// Hosts of Autodiscover that relationships and connectors name.
    pub autodiscover_hosts: &'static [&'static str],
    /// Hosts that issue tokens or describe those that do.
    pub login_hosts: &'static [&'static str],
    /// Host of Microsoft Graph.
    pub graph_host: &'static str,
    /// `-ExchangeEnvironmentName` of Connect-ExchangeOnline, where the cloud has one.
    pub exchange_environment: Option<&'static str>,
    /// `-Environment` of Connect-MgGraph, where the cloud has one.
    pub graph_environment: Option<&'static str>,
    /// Ends of coexistence domains, behind the name of the tenant. GCC High and DoD share theirs.
    pub routing_suffixes: &'static [&'static str],
    /// Ends of the domains that every tenant begins with.
    pub tenant_suffixes: &'static [&'static str],
    /// Domains that only the services of Exchange Online have hosts in: endpoints, servers and domain controllers.
    pub service_domains: &'static [&'static str],
    /// Other domains of Microsoft that exports name.
    pub other_domains: &'static [&'static str],
}

/// All of them; the first is the one that most organizations are in.
///
/// GCC has the hosts, domains and environments of the worldwide cloud (`environments`), so no export tells them apart,
/// and they are one row.
pub static CLOUDS: [Cloud; 7] = [
    Cloud {
        name: "worldwide",
        // `endpoints`; `oauth` for outlook.office365.com as a host of Autodiscover, too.
        exchange_hosts: &["outlook.office365.com", "outlook.office.com"],
        autodiscover_hosts: &["autodiscover-s.outlook.com"],
        // `oauth`
        login_hosts: &[
            "login.microsoftonline.com",
            "login.windows.net",
            "sts.windows.net",
            "accounts.accesscontrol.windows.net",
        ],
        graph_host: "graph.microsoft.com",
        // `environments`: the default of both.
        exchange_environment: Some("O365Default"),
        graph_environment: Some("Global"),
        // Hybrid Configuration Wizard, "Hybrid deployment prerequisites".
        routing_suffixes: &["mail.onmicrosoft.com"],
        tenant_suffixes: &["onmicrosoft.com"],
        // `domains`
        service_domains: &["outlook.com", "office365.com", "office.com", "cloud.microsoft"],
        // `oauth`; federation gateway (login.microsoftonline.com, nexus.microsoftonline-p.com, domains.live.com);
        // Hybrid Agent (msappproxy.net); names of Exchange Online's own organizations (exchangelabs.com).
        other_domains: &[
            "office.net",
            "microsoft.com",
            "microsoftonline.com",
            "microsoftonline-p.com",
            "windows.net",
            "msappproxy.net",
            "live.com",
            "exchangelabs.com",
            "sharepoint.com",
            "lync.com",
        ],
    },
    Cloud {
        name: "gcc-high",
        // `endpoints`
        exchange_hosts: &["outlook.office365.us"],
        autodiscover_hosts: &["autodiscover-s.office365.us"],
        login_hosts: &["login.microsoftonline.us"],
        graph_host: "graph.microsoft.us",
        // `environments`
        exchange_environment: Some("O365USGovGCCHigh"),
        graph_environment: Some("USGov"),
        // `FreeBusyChecker` of CSS-Exchange.
        routing_suffixes: &["mail.onmicrosoft.us"],
        tenant_suffixes: &["onmicrosoft.us"],
        // `domains`
        service_domains: &["office365.us", "office365-net.us"],
        other_domains: &["microsoftonline.us", "microsoft.us"],
    },
    Cloud {
        name: "dod",
        // `endpoints`; webmail.apps.mil: "Office 365 U.S. Government DoD endpoints".
        exchange_hosts: &["outlook-dod.office365.us", "webmail.apps.mil"],
        autodiscover_hosts: &["autodiscover-s-dod.office365.us", "webmail.apps.mil"],
        login_hosts: &["login.microsoftonline.us"],
        graph_host: "dod-graph.microsoft.us",
        // `environments`
        exchange_environment: Some("O365USGovDoD"),
        graph_environment: Some("USGovDoD"),
        routing_suffixes: &["mail.onmicrosoft.us"],
        tenant_suffixes: &["onmicrosoft.us"],
        // `domains`; below office365.us as GCC High.
        service_domains: &["apps.mil", "office365.us"],
        other_domains: &["microsoftonline.us", "microsoft.us"],
    },
    Cloud {
        name: "21vianet",
        // `endpoints`
        exchange_hosts: &["partner.outlook.cn"],
        autodiscover_hosts: &["autodiscover-s.partner.outlook.cn"],
        // `endpoints`; login.chinacloudapi.cn: `sovereign`.
        login_hosts: &["login.partner.microsoftonline.cn", "login.chinacloudapi.cn"],
        graph_host: "microsoftgraph.chinacloudapi.cn",
        // `environments`
        exchange_environment: Some("O365China"),
        graph_environment: Some("China"),
        // The first is what tenants have (public scripts with `Enable-RemoteMailbox -RemoteRoutingAddress`), the second
        // what HealthChecker and FreeBusyChecker of CSS-Exchange look for.
        routing_suffixes: &["partner.mail.onmschina.cn", "mail.partner.onmschina.cn"],
        tenant_suffixes: &["partner.onmschina.cn"],
        // `domains`
        service_domains: &["outlook.cn"],
        other_domains: &["microsoftonline.cn", "chinacloudapi.cn"],
    },
    Cloud {
        name: "bleu",
        // `endpoints`
        exchange_hosts: &["outlook.sovcloud.fr"],
        autodiscover_hosts: &["autodiscover-s.outlook.sovcloud.fr"],
        login_hosts: &["login.sovcloud-identity.fr"],
        graph_host: "graph.svc.sovcloud.fr",
        // No name is documented: one connects by `-ConnectionUri`.
        exchange_environment: None,
        // `sovereign`
        graph_environment: Some("BleuCloud"),
        // Not documented.
        routing_suffixes: &[],
        tenant_suffixes: &[],
        // From the hosts above.
        service_domains: &["sovcloud.fr"],
        other_domains: &["sovcloud-identity.fr"],
    },
    Cloud {
        name: "delos",
        // As Bleu.
        exchange_hosts: &["outlook.sovcloud.de"],
        autodiscover_hosts: &["autodiscover-s.outlook.sovcloud.de"],
        login_hosts: &["login.sovcloud-identity.de"],
        graph_host: "graph.svc.sovcloud.de",
        exchange_environment: None,
        graph_environment: Some("DelosCloud"),
        routing_suffixes: &[],
        tenant_suffixes: &[],
        service_domains: &["sovcloud.de"],
        other_domains: &["sovcloud-identity.de"],
    },
    // Microsoft Cloud Germany, closed on 29 October 2021. Old objects still name it.
    Cloud {
        name: "germany",
        // "Office 365 Germany endpoints"; autodiscover-s.outlook.de: Outlook's list of redirect servers.
        exchange_hosts: &["outlook.office.de"],
        autodiscover_hosts: &["autodiscover-s.outlook.de"],
        // microsoftgraph/msgraph-sdk-powershell issue 357
        login_hosts: &["login.microsoftonline.de"],
        graph_host: "graph.microsoft.de",
        // `environments`
        exchange_environment: Some("O365GermanyCloud"),
        // Get-MgEnvironment has it no longer (`sovereign`).
        graph_environment: None,
        // Microsoft Learn, "Migration from Microsoft Cloud Deutschland".
        routing_suffixes: &["mail.onmicrosoft.de"],
        tenant_suffixes: &["onmicrosoft.de"],
        service_domains: &["outlook.de", "office.de"],
        other_domains: &["microsoftonline.de", "microsoft.de"],
    },
];

impl Cloud {
    /// The cloud of a name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        CLOUDS.iter().find(|cloud| cloud.name == name)
    }

    /// Whether requests to Exchange Online in this cloud go to the host.
    pub(crate) fn has_host(&self, host: &str) -> bool {
        self.exchange_hosts.contains(&host) || self.autodiscover_hosts.contains(&host)
    }
}

/// Host and path of the links that Defender for Office 365 puts in place of those of a mail. Source:
/// <https://learn.microsoft.com/defender-office-365/safe-links-about>.
pub(crate) const SAFE_LINKS: &str = ".safelinks.protection.outlook.com/";

/// The clouds whose tenants have coexistence domains of this form: none where it is no coexistence domain.
pub(crate) fn of_routing_domain(domain: &str) -> Vec<&'static Cloud> {
    let domain = plain(domain);
    let is_of = |cloud: &&Cloud| cloud.routing_suffixes.iter().any(|suffix| is_tenant_of(&domain, suffix));
    CLOUDS.iter().filter(is_of).collect()
}

/// Whether a domain is a tenant's coexistence domain, such as `contoso.mail.onmicrosoft.com`.
pub(crate) fn is_routing_domain(domain: &str) -> bool {
    !of_routing_domain(domain).is_empty()
}

/// Whether Microsoft gave the domain to a tenant, for coexistence or to begin with.
pub(crate) fn is_tenant_domain(domain: &str) -> bool {
    let domain = plain(domain);
    tenant_suffixes().any(|suffix| below(&domain, suffix).is_some_and(|tenant| !tenant.is_empty()))
}

/// Whether a host is one of Microsoft's services that hybrid requests go to. The Hybrid Agent's are not: they lead to
/// the organization's own servers.
pub(crate) fn is_microsoft_host(host: &str) -> bool {
    let host = plain(host);
    let mut domains = CLOUDS.iter().flat_map(|cloud| cloud.service_domains);
    domains.any(|domain| below(&host, domain).is_some())
}

/// All domains of Microsoft, those of the services that hybrid requests go to first.
pub(crate) fn microsoft_domains() -> impl Iterator<Item = &'static str> {
    let service = CLOUDS.iter().flat_map(|cloud| cloud.service_domains);
    service.chain(CLOUDS.iter().flat_map(|cloud| cloud.other_domains)).copied()
}

/// Ends of the domains that Microsoft gives to tenants: a longer one comes before those that it ends with.
pub(crate) fn tenant_suffixes() -> impl Iterator<Item = &'static str> {
    let routing = CLOUDS.iter().flat_map(|cloud| cloud.routing_suffixes);
    routing.chain(CLOUDS.iter().flat_map(|cloud| cloud.tenant_suffixes)).copied()
}

fn plain(host: &str) -> String {
    host.trim().trim_end_matches('.').to_lowercase()
}

/// What stands before a domain in a name that is the domain or lies below it, without the dot between them.
pub(crate) fn below<'a>(name: &'a str, domain: &str) -> Option<&'a str> {
    let rest = name.strip_suffix(domain)?;
    if rest.is_empty() { Some("") } else { rest.strip_suffix('.') }
}

fn is_tenant_of(domain: &str, suffix: &str) -> bool {
    below(domain, suffix).is_some_and(|tenant| !tenant.is_empty() && !tenant.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(domain: &str) -> Vec<&'static str> {
        of_routing_domain(domain).into_iter().map(|cloud| cloud.name).collect()
    }

    #[test]
    fn routing_domains_tell_the_cloud() {
        assert_eq!(names("Contoso.mail.onmicrosoft.com"), ["worldwide"]);
        assert_eq!(names("contoso.partner.mail.onmschina.cn"), ["21vianet"]);
        assert_eq!(names("contoso.mail.partner.onmschina.cn."), ["21vianet"]);
        assert_eq!(names("contoso.mail.onmicrosoft.us"), ["gcc-high", "dod"]);
        assert_eq!(names("contoso.mail.onmicrosoft.de"), ["germany"]);
        for domain in [
            "contoso.onmicrosoft.com",
            "contoso.partner.onmschina.cn",
            "mail.onmicrosoft.com",
            "a.b.mail.onmicrosoft.com",
            "contoso.com",
        ] {
            assert!(!is_routing_domain(domain), "{domain}");
        }
    }

    #[test]
    fn domains_of_tenants() {
        for domain in [
            "contoso.onmicrosoft.com",
            "contoso.mail.onmicrosoft.com",
            "sub.contoso.onmicrosoft.us",
            "contoso.partner.onmschina.cn",
            "contoso.partner.mail.onmschina.cn",
        ] {
            assert!(is_tenant_domain(domain), "{domain}");
        }
        for domain in ["onmicrosoft.com", "contoso.com", "notonmicrosoft.com", ""] {
            assert!(!is_tenant_domain(domain), "{domain}");
        }
    }

    #[test]
    fn hosts_of_microsoft() {
        for host in [
            "outlook.office365.com",
            "Autodiscover-s.outlook.com",
            "outlook.com",
            "AM0PR05A003DC04.EURPR05A003.PROD.OUTLOOK.COM",
            "a.prod.outlook.sovcloud.fr",
        ] {
            assert!(is_microsoft_host(host), "{host}");
        }
        for host in ["mail.contoso.com", "notoutlook.com", "a.his.msappproxy.net", ""] {
            assert!(!is_microsoft_host(host), "{host}");
        }
    }

    #[test]
    fn hosts_are_below_domains_of_their_cloud() {
        for cloud in &CLOUDS {
            let is_below = |host: &str, domains: &[&str]| domains.iter().any(|d| below(host, d).is_some());
            for host in cloud.exchange_hosts.iter().chain(cloud.autodiscover_hosts) {
                assert!(is_below(host, cloud.service_domains), "{host}");
            }
            for host in cloud.login_hosts {
                assert!(is_below(host, cloud.other_domains), "{host}");
            }
            let all = [cloud.service_domains, cloud.other_domains].concat();
            assert!(is_below(cloud.graph_host, &all), "{}", cloud.graph_host);
        }
    }

    #[test]
    fn longer_suffixes_come_first() {
        let all: Vec<&str> = tenant_suffixes().collect();
        for (index, suffix) in all.iter().enumerate() {
            let hidden = all[..index].iter().find(|other| *other != suffix && suffix.ends_with(*other));
            assert_eq!(hidden, None, "{suffix}");
        }
    }
}
