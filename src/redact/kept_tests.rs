//! What a function of the lints' language sees of a value, it sees of the pseudonym: a property for each function.

use proptest::prelude::*;

use super::known::Hint;
use super::names::Names;
use super::tests::redactor;
use super::text::value;
use crate::exchange::{clouds, domains, same, time_zone, url};
use crate::lint::expression::{FUNCTIONS, Function};
use crate::snapshot::coerce::is_cut;

/// Two values of one export, which may have to do with each other.
#[derive(Clone, Debug)]
struct Pair {
    values: [String; 2],
    hint: Hint,
}

fn label() -> impl Strategy<Value = String> {
    "[a-z][a-z0-9]{2,9}(-[a-z0-9]{2,12})?[a-z]"
}

/// A domain that somebody registered, or the name of a tenant.
fn domain() -> impl Strategy<Value = String> {
    let endings = vec!["com", "de", "local", "mail.onmicrosoft.com", "onmicrosoft.us"];
    let ending = prop::sample::select(endings);
    (label(), ending).prop_map(|(label, ending)| format!("{label}long.{ending}"))
}

fn own_host() -> impl Strategy<Value = String> {
    (prop::collection::vec(label(), 0..3), domain()).prop_map(|(mut labels, domain)| {
        labels.push(domain);
        labels.join(".")
    })
}

/// One within a network, one outside.
const ADDRESSES: [&str; 2] = ["10.1.2.3", "203.0.113.7"];

fn host() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "outlook.office365.com",
        "autodiscover-s.outlook.com",
        "partner.outlook.cn",
        "login.microsoftonline.com",
        "contoso-tunnel.resource.mailboxmigration.his.msappproxy.net",
        "webmail.apps.mil",
        ADDRESSES[0],
        ADDRESSES[1],
        "localhost",
    ]);
    prop_oneof![4 => own_host(), 1 => known.prop_map(str::to_owned)]
}

fn in_other_case(text: &str) -> String {
    text.chars()
        .flat_map(|c| if c.is_lowercase() { c.to_uppercase().collect::<Vec<_>>() } else { vec![c] })
        .collect()
}

/// The first with one that is made of it, or with another.
fn with<S: Strategy<Value = String>>(
    values: impl Fn() -> S,
    more: impl Fn(&str) -> Vec<String> + Clone,
    hint: Hint,
) -> impl Strategy<Value = Pair> {
    (values(), values(), any::<prop::sample::Index>()).prop_map(move |(first, other, index)| {
        let mut second = more(&first);
        second.push(other);
        let second = index.get(&second).clone();
        Pair { values: [first, second], hint }
    })
}

fn hosts() -> impl Strategy<Value = Pair> {
    let related = |host: &str| {
        let parent = host.split_once('.').map_or(host, |(_, parent)| parent);
        vec![
            host.to_owned(),
            in_other_case(host),
            format!(" {host} "),
            parent.to_owned(),
            format!("mail.{host}"),
        ]
    };
    with(host, related, Hint::Domain)
}

fn urls() -> impl Strategy<Value = Pair> {
    let url = || {
        let path = prop::sample::select(vec![
            "",
            "/",
            "/EWS/Exchange.asmx",
            "/autodiscover/autodiscover.svc/WSSecurity",
        ]);
        (host(), path).prop_map(|(host, path)| format!("https://{host}{path}"))
    };
    let related = |url: &str| {
        let host = url::host(url);
        vec![
            format!("{}/", url.trim_end_matches('/')),
            in_other_case(url),
            url.replace(&host, &format!("{host}:443")),
            url.replacen("https", "http", 1),
            host,
        ]
    };
    with(url, related, Hint::Domain)
}

fn addresses() -> impl Strategy<Value = Pair> {
    let address = || (label(), own_host()).prop_map(|(local, host)| format!("{local}@{host}"));
    let related =
        |address: &str| vec![in_other_case(address), format!("SMTP:{address}"), domains::domain_of(address)];
    with(address, related, Hint::Domain)
}

fn names() -> impl Strategy<Value = Pair> {
    let word = || prop_oneof![label(), "[A-Z][a-z]{4,9}", Just("Calendar".to_owned()), "[A-ZΑ-Ω]{5,9}"];
    let name = move || prop::collection::vec(word(), 1..4).prop_map(|words| words.join(" "));
    let related =
        |name: &str| vec![name.to_owned(), in_other_case(name), format!("{name} "), "Default".to_owned()];
    with(name, related, Hint::Any)
}

fn pairs() -> impl Strategy<Value = Pair> {
    prop_oneof![hosts(), urls(), addresses(), names()]
}

/// Both values as they are written in the redacted export.
fn redacted(names: &mut Names, pair: &Pair) -> [String; 2] {
    for text in &pair.values {
        value(names, text, pair.hint);
    }
    names.settle();
    pair.values.each_ref().map(|text| value(names, text, pair.hint))
}

/// What a function tells of two values. Where it gives a text, that is compared after `hide`, which is redaction for
/// the values as they were and nothing for those that are redacted.
fn seen(function: Function, [x, y]: &[String; 2], hide: &mut dyn FnMut(&str) -> String) -> String {
    let told = match function {
        Function::Size => return x.chars().count().to_string(),
        Function::StartsWith => x.starts_with(y.as_str()),
        Function::EndsWith => x.ends_with(&format!(".{y}")),
        // A short pseudonym may be within another by chance.
        Function::Contains => y.chars().count() < 8 || x.contains(y.as_str()),
        Function::Blank => x.trim().is_empty(),
        Function::Same | Function::OneOf | Function::Distinct | Function::Duplicates => same(x, y),
        Function::SameUrl => url::same_url(x, y),
        Function::IsInternalHost => domains::is_internal_host(x),
        Function::IsMicrosoftHost => clouds::is_microsoft_host(x),
        Function::IsRoutingDomain => clouds::is_routing_domain(x),
        Function::IsTenantDomain => clouds::is_tenant_domain(x),
        Function::KnownTimeZone => time_zone::is_known_time_zone(x),
        Function::Cuts => is_cut(x),
        Function::LowerAscii => return hide(&x.to_ascii_lowercase()).to_lowercase(),
        Function::UpperAscii => return hide(&x.to_ascii_uppercase()).to_uppercase(),
        Function::Trim => return hide(x.trim()),
        Function::String => return hide(x),
        Function::Scheme => return url::scheme(x),
        Function::Host => return hide(&url::host(x)),
        Function::Path => return url::path(x).to_lowercase(),
        Function::DomainOf => return hide(&domains::domain_of(x)),
        Function::Split | Function::Join => return x.split(['.', ',', ':']).count().to_string(),
        // Of hosts, URLs and addresses what is at which place; which words, the samples and cases of lints show.
        Function::Matches | Function::Extract => {
            return x.matches(['@', ':', '/', '.', ' ', '*', '\\']).collect();
        }
        // These are about numbers, dates and versions, which stay, or about objects, which redaction does not change.
        Function::Int
        | Function::DaysUntil
        | Function::Date
        | Function::VersionAtLeast
        | Function::Side
        | Function::Noun
        | Function::Known
        | Function::Exported
        | Function::Threshold => return String::new(),
    };
    told.to_string()
}

/// Values about which a function may be asked at all.
fn is_apt(function: Function, pair: &Pair) -> bool {
    let [x, y] = &pair.values;
    // An address of documentation is as long as it is, and its parts are no part of it.
    let has_address = [x, y].iter().any(|value| ADDRESSES.iter().any(|address| value.contains(address)));
    match function {
        // `name 1` for a name of several words ends in what an address of one may be.
        // A label alone is no domain.
        Function::StartsWith | Function::Contains | Function::EndsWith => {
            pair.hint == Hint::Domain && !y.contains(' ') && y.contains('.') && !has_address
        }
        // A name of several words has one blank.
        Function::Matches | Function::Extract => pair.hint == Hint::Domain,
        // Names with no dot are of one label, whatever they are made of.
        Function::IsInternalHost => pair.hint == Hint::Domain && !x.contains(['@', '/']),
        Function::Size => !has_address,
        _ => true,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn functions_see_the_same_of_pseudonyms(pair in pairs()) {
        let mut names = redactor().names;
        let copies = redacted(&mut names, &pair);
        for function in FUNCTIONS.iter().map(|signature| signature.function) {
            if !is_apt(function, &pair) {
                continue;
            }
            let before = seen(function, &pair.values, &mut |text| value(&mut names, text, pair.hint));
            let after = seen(function, &copies, &mut str::to_owned);
            prop_assert_eq!(before, after, "{:?} {:?} {:?}", function, pair, copies);
        }
    }

    /// Short labels aside, whose pseudonyms have to differ.
    #[test]
    fn no_pseudonym_is_shorter(text in prop_oneof![own_host(), "[A-Za-zé]{1,60}", "[a-z]{1,9}( [a-z]{1,9}){1,4}"]) {
        let mut names = redactor().names;
        prop_assert!(value(&mut names, &text, Hint::Any).chars().count() >= text.chars().count());
    }

    #[test]
    fn what_lints_expect_values_to_begin_with_stays(stem in any::<prop::sample::Index>(), rest in "[A-Za-z0-9]{1,12}") {
        let mut names = redactor().names;
        let stem = stem.get(names.known.stems()).clone();
        // With what follows its dot it is a domain.
        prop_assume!(!stem.ends_with('.'));
        let copy = value(&mut names, &format!("{stem}{rest}"), Hint::Any);
        prop_assert!(copy.to_lowercase().starts_with(&stem), "{} {}", stem, copy);
        prop_assert!(!copy.contains(&rest) || rest.len() < 4, "{} {} {}", stem, rest, copy);
    }

    #[test]
    fn counts_dates_and_versions_stay(count in 0..100_000_u32, seconds in 0..4_000_000_000_i64, parts in [0..40_u32, 0..10, 0..5000, 0..100]) {
        let mut names = redactor().names;
        let time = jiff::Timestamp::from_second(seconds).unwrap();
        let version = parts.map(|part| part.to_string()).join(".");
        for (text, hint) in [
            (count.to_string(), Hint::Count),
            (time.to_string(), Hint::Time),
            (time.strftime("%m/%d/%Y %I:%M:%S %p").to_string(), Hint::Time),
            (version, Hint::Version),
        ] {
            prop_assert_eq!(value(&mut names, &text, hint), text);
        }
    }
}
