//! One value: what is known to be harmless stays, names within it are replaced where they stand, the rest as a whole.

use std::net::{IpAddr, Ipv6Addr};
use std::ops::Range;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use regex::Regex;

use super::certificate;
use super::known::{Hint, SCHEMES, TOP_LEVELS};
use super::names::{Names, guid_in};
use crate::exchange::clouds;
use crate::exchange::time_zone::is_known_time_zone;
use crate::snapshot::certificate::{blob_of_enums, enums_in};
use crate::snapshot::coerce::is_cut;

/// What stands in place of a blob: base64 of one zero byte.
pub(super) const NO_BLOB: &str = "AA==";

/// Base64 of fewer characters is taken for a name.
const MIN_BLOB: usize = 64;

#[expect(clippy::unwrap_used, reason = "constants that every test compiles")]
fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap()
}

/// Whole values that tell nothing of anybody, whatever property has them: times, time spans and sizes that are such,
/// numbers that are too short for a telephone number, a postal code or an id.
static HARMLESS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)^(?:\$?(?:true|false|null)",
        r"|[0-2]\d{3}-(?:0[1-9]|1[0-2])-(?:[0-2]\d|3[01])[T ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?",
        r"|/Date\(-?\d{1,15}(?:[+-]\d{4})?\)/",
        r"|-?(?:\d{1,3}\.)?(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?",
        r"|-?P(?:\d{1,3}D)?(?:T(?:\d{1,2}H)?(?:\d{1,2}M)?(?:\d{1,2}S)?)?",
        r"|\d{1,4}(?:[.,]\d{1,3})? ?(?:B|KB|MB|GB|TB)(?: \(\d{1,3}(?:[,.]\d{3}){0,4} bytes\))?",
        r"|-?(?:\d{1,3}|\d[.,]\d{1,2}|\d\d[.,]\d)%?",
        r")$"
    ))
});

/// Dates and time spans of properties that hold such.
static TIME: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)^(?:\d{4}-\d\d-\d\d",
        r"|(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|\d{4}[/.-]\d{1,2}[/.-]\d{1,2})(?: \d{1,2}[:.]\d\d(?:[:.]\d\d)?(?: ?[AP]M)?)?",
        r"|-?(?:\d{1,8}\.)?\d{1,2}:\d\d(?::\d\d(?:\.\d{1,9})?)?",
        r"|-?P(?:\d{1,8}D)?(?:T(?:\d{1,6}H)?(?:\d{1,6}M)?(?:\d{1,6}(?:\.\d{1,9})?S)?)?",
        r"|-?\d{1,19}(?:[.,]\d{1,9})?",
        r")$"
    ))
});

/// Numbers of properties that hold counts or sizes.
static COUNT: LazyLock<Regex> = LazyLock::new(|| pattern(r"^-?\d{1,10}(?:[.,]\d{1,4})?%?$"));

/// Versions, with their builds or without, of properties that hold such.
static VERSION: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"^(?:\d{1,5}(?:\.\d{1,5}){0,3}",
        r"|Version \d{1,5}\.\d{1,5} \(Build \d{1,5}\.\d{1,5}\)",
        r"|\d{1,3}\.\d{1,3} \(\d{1,5}(?:\.\d{1,5}){3}\)",
        r")$"
    ))
});

/// Digits without anything between them.
static DIGITS: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\d{4,}$"));

/// Names of types, as .NET writes them.
static TYPE: LazyLock<Regex> = LazyLock::new(|| {
    let name = r"(?:System|Microsoft)(?:[.+][A-Za-z_][A-Za-z0-9_]*)*(?:`\d)?(?:\[\])?";
    let assembly = concat!(
        r"(?:, (?:System|Microsoft|mscorlib)[A-Za-z.]*",
        r"(?:, Version=[\d.]{1,20}, Culture=neutral, PublicKeyToken=[0-9a-f]{16})?)?"
    );
    let arguments = format!(r"(?:\[(?:(?:{name}|\[{name}{assembly}\]),?)+\])?");
    pattern(&format!(r"^(?:(?:Deserialized|Selected)\.)*{name}{arguments}$"))
});

/// Things with a form of their own, wherever in a text; of URLs what stands before the path.
static ENTITY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r#"(?<url>[A-Za-z][A-Za-z0-9+.-]*://[^\s,;"'<>(){}|/?#\\]*)"#,
        r#"|(?<email>[^\s@,;:<>"'()\[\]\\/={}|]+@(?:[\p{L}\p{N}_-]+\.)+[\p{L}\p{N}-]+)"#,
        r"|(?<key>\bL:[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}-AS\b)",
        r"|(?<guid>\b[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}\b)",
        r"|(?<sid>\bS-1-\d{1,2}(?:-\d{1,10})+\b)",
        r#"|(?<dc>(?i:\bDC=[^,=\s/\\"<>]+(?:,\s*DC=[^,=\s/\\"<>]+)*))"#,
        r"|(?<digits>\b[0-9A-Fa-f]{32}(?:[0-9A-Fa-f]{8})?\b)",
        r"|(?<bytes>\b\d{1,3}(?:[, ]+\d{1,3}){15,}\b)",
        r"|(?<ipv6>[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:\.\d{1,3}){0,3})",
        r"|(?<ipv4>\b\d{1,3}(?:\.\d{1,3}){3}\b)",
        r"|(?<host>[\p{L}\p{N}_](?:[\p{L}\p{N}_-]*[\p{L}\p{N}_])?(?:\.[\p{L}\p{N}_](?:[\p{L}\p{N}_-]*[\p{L}\p{N}_])?)+)"
    ))
});

const ENTITIES: [&str; 11] =
    ["url", "email", "key", "guid", "sid", "dc", "digits", "bytes", "ipv6", "ipv4", "host"];

/// A value as it is written in the redacted export.
pub(super) fn value(names: &mut Names, text: &str, hint: Hint) -> String {
    let trimmed = text.trim();
    if trimmed.is_empty() || is_harmless(names, trimmed, hint) {
        return text.to_owned();
    }
    if is_cut(trimmed) {
        return cut(names, trimmed);
    }
    // The mark with which lists are cut says something itself.
    let (kept, mark) = ["...", "…"]
        .into_iter()
        .find_map(|mark| Some((trimmed.strip_suffix(mark)?, mark)))
        .unwrap_or((trimmed, ""));
    let start = text.len() - text.trim_start().len();
    let (before, after) = (&text[..start], &text[start + trimmed.len()..]);
    let replaced = blob(names, kept)
        .or_else(|| (hint == Hint::Hexadecimal).then(|| hexadecimal(names, kept)).flatten())
        .or_else(|| DIGITS.is_match(kept).then(|| names.long_number(kept)))
        .unwrap_or_else(|| pieces(names, kept, hint));
    format!("{before}{replaced}{mark}{after}")
}

fn is_harmless(names: &Names, text: &str, hint: Hint) -> bool {
    HARMLESS.is_match(text)
        || names.known.is_phrase(&text.to_lowercase())
        || is_of_kind(names, text, hint)
        || is_known_time_zone(text)
}

/// Whether a value is what the schema says of its property, and that tells nothing of anybody.
fn is_of_kind(names: &Names, text: &str, hint: Hint) -> bool {
    match hint {
        Hint::Version => VERSION.is_match(text),
        Hint::Count => COUNT.is_match(text),
        Hint::Time => TIME.is_match(text),
        // Flags add up to twice the greatest at most. Not all names are in the schema.
        Hint::Enum(greatest) => match text.parse::<u64>() {
            Ok(number) => number <= greatest.saturating_mul(2),
            Err(_) => names.known.is_name(text),
        },
        Hint::Any | Hint::Domain | Hint::Hexadecimal => false,
    }
}

/// What stands in place of a value that the export has cut must say so still.
fn cut(names: &Names, text: &str) -> String {
    if text.starts_with("@{") {
        "@{}".to_owned()
    } else if is_type(names, text) {
        text.to_owned()
    } else {
        "System.Object".to_owned()
    }
}

/// Whether a name of a type is made of the words of Exchange and .NET.
fn is_type(names: &Names, text: &str) -> bool {
    let is_token = |word: &str| word.len() == 16 && word.bytes().all(|c| c.is_ascii_hexdigit());
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !is_token(word));
    let is_number = |word: &str| word.len() <= 4 && word.bytes().all(|c| c.is_ascii_digit());
    TYPE.is_match(text) && words.all(|word| is_number(word) || names.known.is_name(word))
}

/// Base64 without meaning for lints, but for that of certificates.
fn blob(names: &mut Names, text: &str) -> Option<String> {
    if text.len() < MIN_BLOB || !text.bytes().all(|c| c.is_ascii_alphanumeric() || b"+/=\r\n \t".contains(&c))
    {
        return None;
    }
    let has_words = text.split_whitespace().any(|word| word.len() < 16 && !word.ends_with('='));
    if has_words || text.split_whitespace().any(|word| word.contains("//")) && !text.contains('+') {
        return None;
    }
    Some(bytes_in_base64(names, text, Hint::Any))
}

/// What replaces base64 that is known to be such.
pub(super) fn bytes_in_base64(names: &mut Names, text: &str, hint: Hint) -> String {
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let decoded = STANDARD.decode(plain).ok();
    let replaced = decoded.and_then(|blob| {
        let digits = (hint == Hint::Hexadecimal).then(|| bytes_of_digits(names, &blob)).flatten();
        digits.or_else(|| telling_bytes(names, &blob))
    });
    replaced.map_or_else(|| NO_BLOB.to_owned(), |bytes| STANDARD.encode(bytes))
}

/// What replaces bytes of a property. Two of those that say nothing: a list of one would be an item.
pub(super) fn bytes(names: &mut Names, blob: &[u8], hint: Hint) -> Vec<u8> {
    let digits = (hint == Hint::Hexadecimal).then(|| bytes_of_digits(names, blob)).flatten();
    digits.or_else(|| telling_bytes(names, blob)).unwrap_or_else(|| vec![0, 0])
}

/// What replaces a thumbprint, as its bytes, or as those that its digits are base64 of: so Graph writes it.
fn bytes_of_digits(names: &mut Names, blob: &[u8]) -> Option<Vec<u8>> {
    let text = STANDARD.encode(blob);
    if text.bytes().all(|c| c.is_ascii_hexdigit()) {
        return STANDARD.decode(names.hexadecimal(&text)).ok();
    }
    let thumbprint = certificate::hexadecimal(blob);
    (blob.len() == 20).then(|| certificate::bytes(&names.hexadecimal(&thumbprint)))
}

/// What replaces bytes that lints see something in: a certificate, or the numbers of enums.
fn telling_bytes(names: &mut Names, blob: &[u8]) -> Option<Vec<u8>> {
    certificate::replace(names, blob).or_else(|| {
        let enums = enums_in(blob).into_iter().filter_map(|(name, number)| {
            let name = std::str::from_utf8(name).ok().filter(|name| is_type(names, name))?;
            Some((name, number?))
        });
        let enums: Vec<(&str, i32)> = enums.collect();
        (!enums.is_empty()).then(|| blob_of_enums(&enums))
    })
}

/// A thumbprint or a serial number, with whatever blanks were pasted into it.
fn hexadecimal(names: &mut Names, text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let is_number = digits.len() >= 8 && digits.bytes().all(|c| c.is_ascii_hexdigit());
    let has_others = text.chars().any(|c| c.is_alphanumeric() && !c.is_ascii());
    (is_number && !has_others && guid_in(text).is_none()).then(|| names.hexadecimal(&digits))
}

/// The sentences that lints look for, and what stands between them.
fn pieces(names: &mut Names, text: &str, hint: Hint) -> String {
    let kept: Vec<Range<usize>> = names
        .known
        .sentences()
        .map_or_else(Vec::new, |all| all.find_iter(text).map(|found| found.range()).collect());
    let mut replaced = String::with_capacity(text.len());
    let mut at = 0;
    for range in kept {
        entities(names, &text[at..range.start], hint, &mut replaced);
        replaced.push_str(&text[range.clone()]);
        at = range.end;
    }
    entities(names, &text[at..], hint, &mut replaced);
    replaced
}

/// No host, address or other thing with a form has a longer part without any sign that separates.
const MAX_RUN: usize = 256;

/// What separates in all things with a form: neither a host nor the local part of an address has one.
fn is_boundary(c: char) -> bool {
    c.is_whitespace() || "@,;:<>\"'()[]\\/={}|".contains(c)
}

/// Where the first run of characters stands that is too long for a thing with a form.
fn long_run(text: &str) -> Option<Range<usize>> {
    let mut end = 0;
    let mut runs = text.split_inclusive(is_boundary).map(|run| {
        end += run.len();
        end - run.len()..end - (run.len() - run.trim_end_matches(is_boundary).len())
    });
    runs.find(|run| run.len() > MAX_RUN)
}

fn entities(names: &mut Names, text: &str, hint: Hint, replaced: &mut String) {
    let mut rest = text;
    // Patterns look ahead over a whole run at each match in it: of long ones each is a name.
    while let Some(run) = long_run(rest) {
        short_entities(names, &rest[..run.start], hint, replaced);
        let name = &rest[run.clone()];
        replaced.push_str(&if name.contains(is_telling) { names.label(name) } else { name.to_owned() });
        rest = &rest[run.end..];
    }
    short_entities(names, rest, hint, replaced);
}

fn short_entities(names: &mut Names, text: &str, hint: Hint, replaced: &mut String) {
    let mut rest = 0;
    let mut at = 0;
    // Where the URL ends whose path is being read: its segments are names like others.
    let mut url_end = None;
    loop {
        let (end, hint) = url_end.map_or((text.len(), hint), |end| (end, Hint::Any));
        let Some((name, entity)) = next_entity(&text[..end], at) else {
            phrases(names, &text[rest..end], replaced);
            if url_end.take().is_none() {
                return;
            }
            (rest, at) = (end, end);
            continue;
        };
        at = entity.end;
        // An address does not begin within a word.
        let is_within = name == "ipv6" && text[..entity.start].ends_with(char::is_alphanumeric);
        let pseudonym = if is_within { None } else { entity_of(names, name, &text[entity.clone()], hint) };
        if let Some(pseudonym) = pseudonym {
            phrases(names, &text[rest..entity.start], replaced);
            replaced.push_str(&pseudonym);
            rest = entity.end;
        } else if name == "ipv6" {
            // It may have begun within something else.
            at = entity.start + 1;
        }
        if name == "url" && url_end.is_none() {
            url_end = Some(text[at..].find(is_end_of_url).map_or(text.len(), |length| at + length));
        }
    }
}

fn is_end_of_url(c: char) -> bool {
    c.is_whitespace() || ",;\"'<>(){}|".contains(c)
}

/// The first thing with a form at `at` or behind it, and its name.
fn next_entity(text: &str, at: usize) -> Option<(&'static str, Range<usize>)> {
    let found = ENTITY.captures_at(text, at)?;
    ENTITIES.iter().find_map(|name| Some((*name, found.name(name)?.range())))
}

fn entity_of(names: &mut Names, kind: &str, text: &str, hint: Hint) -> Option<String> {
    match kind {
        "url" => url(names, text),
        "email" => {
            let (local, host) = text.rsplit_once('@')?;
            let local = value(names, local, Hint::Any);
            Some(format!("{local}@{}", names.host(host)))
        }
        // How logs of OAuth name the application that asks for a token.
        "key" => Some(format!("L:{}-AS", names.guid(&text[2..text.len() - 3]))),
        "guid" => Some(names.guid(text)),
        "sid" => Some(names.security_identifier(text)),
        "dc" => Some(components(names, text)),
        "digits" if text.len() == 32 && hint != Hint::Hexadecimal => Some(names.guid(text)),
        "digits" => Some(names.hexadecimal(text)),
        // Bytes in text are a blob too.
        "bytes" => Some("0".to_owned()),
        "ipv6" => text.parse::<Ipv6Addr>().ok().map(|address| names.address(address.into())),
        "ipv4" => match text.parse() {
            Ok(address) => Some(names.address(address)),
            Err(_) => padded_address(text).map(|address| names.padded_address(address, text)),
        },
        _ => is_host(names, text, hint).then(|| names.host(text)),
    }
}

/// An IP address whose numbers are filled up with zeros.
fn padded_address(text: &str) -> Option<IpAddr> {
    let numbers: Option<Vec<u8>> = text.split('.').map(|number| number.parse().ok()).collect();
    let numbers: [u8; 4] = numbers?.try_into().ok()?;
    Some(IpAddr::from(numbers))
}

fn is_host(names: &Names, text: &str, hint: Hint) -> bool {
    let Some((_, last)) = text.rsplit_once('.') else { return false };
    let lower = last.to_lowercase();
    let is_top = lower.chars().count() >= 2 && !lower.chars().all(|c| c.is_ascii_digit());
    let is_usual = lower.len() == 2 || lower.starts_with("xn--") || TOP_LEVELS.contains(&lower.as_str());
    is_top
        && (hint == Hint::Domain
            || is_usual
            || clouds::microsoft_domains().any(|end| text.to_lowercase().ends_with(end))
            || names.is_domain(text))
}

/// `DC=contoso,DC=com`, whose labels are those of the domain.
fn components(names: &mut Names, text: &str) -> String {
    let parts: Vec<&str> = text.split(',').collect();
    let labels: Vec<&str> =
        parts.iter().filter_map(|part| part.split_once('=')).map(|(_, label)| label).collect();
    let host = names.host(&labels.join("."));
    let (attribute, separator) =
        (text.get(..3).unwrap_or("DC="), if text.contains(", ") { ", " } else { "," });
    host.split('.').map(|label| format!("{attribute}{label}")).collect::<Vec<_>>().join(separator)
}

/// A URL up to its path.
fn url(names: &mut Names, text: &str) -> Option<String> {
    let (scheme, authority) = text.split_once("://")?;
    let (user, host) =
        authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
    let mut replaced = String::new();
    let is_scheme = SCHEMES.iter().any(|known| known.eq_ignore_ascii_case(scheme));
    replaced.push_str(&if is_scheme { scheme.to_owned() } else { names.label(scheme) });
    replaced.push_str("://");
    if let Some(user) = user {
        replaced.push_str(&value(names, user, Hint::Any));
        replaced.push('@');
    }
    replaced.push_str(&host_and_port(names, host));
    Some(replaced)
}

fn host_and_port(names: &mut Names, text: &str) -> String {
    if let Some((address, port)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        let address = match address.parse::<Ipv6Addr>() {
            Ok(address) => names.address(address.into()),
            Err(_) => names.label(address),
        };
        return format!("[{address}]{}", port_of(names, port));
    }
    let (host, port) = text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port)));
    let host = match host.parse::<IpAddr>() {
        Ok(address) => names.address(address),
        Err(_) if is_plain_host(host) => names.host(host),
        Err(_) => value(names, host, Hint::Domain),
    };
    match port {
        Some(port) => format!("{host}:{}", port_of(names, port)),
        None => host,
    }
}

/// A port, with or without its colon.
fn port_of(names: &mut Names, text: &str) -> String {
    let digits = text.trim_start_matches(':');
    let is_port = digits.len() <= 5 && digits.bytes().all(|c| c.is_ascii_digit());
    if is_port { text.to_owned() } else { value(names, text, Hint::Any) }
}

fn is_plain_host(host: &str) -> bool {
    host.split('.')
        .all(|label| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || "-_".contains(c)))
}

/// What separates phrases; it stays.
fn is_separator(c: char) -> bool {
    !(is_telling(c) || matches!(c, ' ' | '-' | '_' | '.'))
}

/// Letters, digits, and signs that no syntax needs, such as those of other scripts.
fn is_telling(c: char) -> bool {
    c.is_alphanumeric() || !(c.is_ascii() || c.is_whitespace())
}

/// Text without anything that has a form: each piece between separators is one name.
fn phrases(names: &mut Names, text: &str, replaced: &mut String) {
    let numbers = text.split(is_separator).filter(|piece| !piece.contains(char::is_alphabetic));
    let digits = numbers.flat_map(str::bytes).filter(u8::is_ascii_digit).count();
    let may_have_numbers = digits <= MAX_DIGITS;
    for piece in text.split_inclusive(is_separator) {
        let name = piece.trim_end_matches(is_separator);
        for (index, part) in name.split(" - ").enumerate() {
            if index > 0 {
                replaced.push_str(" - ");
            }
            phrase(names, part, may_have_numbers, replaced);
        }
        replaced.push_str(&piece[name.len()..]);
    }
}

/// Numbers with more digits in all may be a telephone number or a thumbprint, written in groups.
const MAX_DIGITS: usize = 4;

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit())
}

fn phrase(names: &mut Names, text: &str, may_have_numbers: bool, replaced: &mut String) {
    let end = end_of_stem(names, text).filter(|_| !stays(names, text, may_have_numbers));
    let (stem, text) = text.split_at(end.unwrap_or(0));
    replaced.push_str(stem);
    if stays(names, text, may_have_numbers) {
        replaced.push_str(text);
        return;
    }
    let core = core(text);
    let start = text.len() - text.trim_start_matches(|c: char| !is_telling(c)).len();
    replaced.push_str(&text[..start]);
    replaced.push_str(&if core.contains(' ') { names.phrase(core) } else { names.label(core) });
    replaced.push_str(&text[start + core.len()..]);
}

/// A phrase without the signs around it.
fn core(text: &str) -> &str {
    text.trim_matches(|c: char| !is_telling(c))
}

/// Whether a phrase tells nothing of anybody.
fn stays(names: &Names, text: &str, may_have_numbers: bool) -> bool {
    let core = core(text);
    let is_number = may_have_numbers && core.len() <= 3 && is_digits(core);
    let is_short = core.len() == 1 && (may_have_numbers || !is_digits(core));
    core.is_empty() || is_short || is_number || names.known.is_phrase(&core.to_lowercase())
}

/// Where the stem ends that a phrase begins with, if something is attached to it.
fn end_of_stem(names: &Names, text: &str) -> Option<usize> {
    let start = text.len() - text.trim_start_matches(|c: char| !is_telling(c)).len();
    let begins = |stem: &&String| {
        text.get(start..start + stem.len()).is_some_and(|begin| begin.to_lowercase() == **stem)
    };
    let longest = names.known.stems().iter().filter(begins).map(String::len).max()?;
    Some(start + longest).filter(|&end| end < start + core(text).len())
}

/// A number that no text wraps.
pub(super) fn number(names: &mut Names, text: &str, hint: Hint) -> String {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let stays = digits <= MAX_SHORT || is_of_kind(names, text.trim(), hint) || is_fraction(text, hint);
    if stays { text.to_owned() } else { names.long_number(text) }
}

/// Numbers of no more digits are too short for a telephone number, a postal code or an id.
const MAX_SHORT: usize = 3;

/// Time spans in days, hours, … have more digits than any count.
fn is_fraction(text: &str, hint: Hint) -> bool {
    hint == Hint::Time && text.trim().parse::<f64>().is_ok()
}

/// Text outside of anything that can be read: its letters and digits are struck out.
pub(super) fn mask(text: &str) -> String {
    let masked = |c: char| match c {
        _ if c.is_alphanumeric() => 'x',
        _ if c.is_ascii() || c == '\u{FEFF}' => c,
        _ => '?',
    };
    text.chars().map(masked).collect()
}

/// The name of a property, or a key of a hashtable.
pub(super) fn name(names: &mut Names, text: &str) -> String {
    if names.known.is_name(text) { text.to_owned() } else { value(names, text, Hint::Any) }
}

/// A name of a .NET type.
pub(super) fn type_name(names: &mut Names, text: &str) -> String {
    let trimmed = text.trim();
    if is_type(names, trimmed) || names.known.is_name(trimmed) {
        text.to_owned()
    } else if trimmed.starts_with("Microsoft.Exchange.") {
        // Objects of other cmdlets of Exchange are told by that.
        format!("Microsoft.Exchange.{}", names.label(trimmed))
    } else {
        value(names, text, Hint::Any)
    }
}
