//! URLs, taken apart and compared as Exchange does.

use url::Url;

use super::same;

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

/// Whether a URL leads through the Hybrid Agent, which gives each organization a host of its own.
pub(crate) fn is_hybrid_agent(url: &str) -> bool {
    host(url).ends_with(".msappproxy.net")
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
}
