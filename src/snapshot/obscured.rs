//! Values that people and programs have changed on the way: struck out, or made links.

use crate::exchange::clouds;
use std::borrow::Cow;

use percent::decoded;

/// What people write in place of a value, within brackets of any kind.
const WORDS: [&str; 16] = [
    "redacted",
    "removed",
    "hidden",
    "masked",
    "omitted",
    "censored",
    "anonymized",
    "anonymised",
    "sanitized",
    "sanitised",
    "obfuscated",
    "confidential",
    "deleted",
    "stripped",
    "snip",
    "snipped",
];

/// Those that stand alone in place of a value and are none themselves.
const ALONE: [&str; 8] =
    ["redacted", "removed", "masked", "censored", "anonymized", "anonymised", "sanitized", "obfuscated"];

/// So many signs in a row strike a value out.
const MIN_SIGNS: usize = 3;

/// Whether something of a value was struck out by a person: `***`, `<removed>`, `[REDACTED]`, `xxx`.
pub(super) fn is_redacted(text: &str) -> bool {
    is_struck_out(text) || ALONE.iter().any(|word| word.eq_ignore_ascii_case(text.trim()))
}

/// The same but for words alone, which may be values.
pub(super) fn is_struck_out(text: &str) -> bool {
    has_signs(text) || has_word(text)
}

/// Stars, blocks and dots in a row; or words of nothing but `x`.
fn has_signs(text: &str) -> bool {
    let mut run = ('\0', 0);
    for c in text.chars() {
        run = if c == run.0 { (c, run.1 + 1) } else { (c, 1) };
        if run.1 >= MIN_SIGNS && "*█▇■●•".contains(c) {
            return true;
        }
    }
    let is_blot = |word: &str| word.len() >= MIN_SIGNS && word.bytes().all(|c| c.eq_ignore_ascii_case(&b'x'));
    memchr::memchr2(b'x', b'X', text.as_bytes()).is_some()
        && text.split(|c: char| !c.is_alphanumeric()).any(is_blot)
}

/// One of the words in brackets.
fn has_word(text: &str) -> bool {
    let is_word = |word: &str| WORDS.iter().any(|known| known.eq_ignore_ascii_case(word.trim()));
    if memchr::memchr3(b'<', b'[', b'(', text.as_bytes()).is_none() && !text.contains('{') {
        return false;
    }
    let brackets = [('<', '>'), ('[', ']'), ('(', ')'), ('{', '}')];
    brackets.into_iter().any(|(open, close)| {
        let mut rest = text;
        while let Some((_, inner)) = rest.split_once(open) {
            match inner.split_once(close) {
                Some((word, _)) if is_word(word) => return true,
                Some(_) => rest = inner,
                None => break,
            }
        }
        false
    })
}

/// The text that a link was made of: `url<url>`, `[text](url)`, the address that a filter has put into another one.
pub(super) fn unlinked(text: Cow<'_, str>) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let may_be_link = (bytes.ends_with(b">") && memchr::memchr(b'<', bytes).is_some())
        || (bytes.ends_with(b")") && bytes.starts_with(b"["))
        || memchr::memmem::find(bytes, clouds::SAFE_LINKS.as_bytes()).is_some();
    if !may_be_link {
        return text;
    }
    let plain = angled(&text).or_else(|| bracketed(&text)).unwrap_or(&text);
    match rewritten(plain) {
        Some(address) => Cow::Owned(address),
        None if plain.len() == text.len() => text,
        None => Cow::Owned(plain.to_owned()),
    }
}

/// `contoso.com<http://contoso.com>`: the link says what stands before it.
fn angled(text: &str) -> Option<&str> {
    let (shown, link) = text.strip_suffix('>')?.split_once('<')?;
    let shown = shown.trim_end();
    let target = link.trim();
    let address = target.strip_prefix("mailto:").unwrap_or(target);
    let is_link = address.len() < target.len() || target.contains("://");
    (is_link && !shown.is_empty() && says(target, shown)).then_some(shown)
}

/// `[contoso.com](http://contoso.com)`.
fn bracketed(text: &str) -> Option<&str> {
    let (shown, link) = text.strip_prefix('[')?.strip_suffix(')')?.split_once("](")?;
    let is_link = link.contains("://") || link.starts_with("mailto:");
    (is_link && !shown.contains('[')).then_some(shown.trim())
}

/// Whether a link leads to what is shown, perhaps through a filter.
fn says(link: &str, shown: &str) -> bool {
    let plain = |text: &str| {
        let text = text.split_once("://").map_or(text, |(_, rest)| rest);
        text.trim_end_matches('/').to_ascii_lowercase()
    };
    let target = rewritten(link).unwrap_or_else(|| link.strip_prefix("mailto:").unwrap_or(link).to_owned());
    plain(&target) == plain(shown)
}

/// The address within one that Safe Links has made.
fn rewritten(text: &str) -> Option<String> {
    let (host, query) = text.split_once(clouds::SAFE_LINKS)?;
    host.strip_prefix("https://")?;
    let parameters = query.split_once('?')?.1;
    let address = parameters
        .split('&')
        .find_map(|parameter| parameter.trim_start_matches("amp;").strip_prefix("url="))?;
    Some(decoded(address))
}

/// Percent escapes of addresses.
mod percent {
    pub(super) fn decoded(text: &str) -> String {
        let bytes = text.as_bytes();
        let mut plain = Vec::with_capacity(bytes.len());
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            let escaped = (byte == b'%').then(|| text.get(at + 1..at + 3)).flatten();
            match escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
                Some(escaped) => {
                    plain.push(escaped);
                    at += 3;
                }
                None => {
                    plain.push(byte);
                    at += 1;
                }
            }
        }
        String::from_utf8_lossy(&plain).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_redaction() {
        for text in [
            "***",
            "https://***/autodiscover",
            "<removed>",
            "[REDACTED]",
            "(removed)",
            "REDACTED",
            "xxx",
            "XXXX",
            "xxx.mail.onmicrosoft.com",
            "On-premises to O365 - xxxxxxxx-xxxx-xxxx",
            "HybridIOC - [REDACTED]",
            "█████",
        ] {
            assert!(is_redacted(text), "{text}");
        }
        for text in [
            "",
            "*",
            "*.contoso.com",
            "**",
            "<I>CN=Contoso<S>CN=mail",
            "exxxon.com",
            "xx.com",
            "max",
            "Removed items",
            "(GMT) Removed",
            "EX01\\EWS (Default Web Site)",
            "a@xxl.com",
            "{contoso.com}",
        ] {
            assert!(!is_redacted(text), "{text}");
        }
    }

    #[test]
    fn links_are_the_text_they_show() {
        for (link, text) in [
            ("contoso.com<http://contoso.com>", "contoso.com"),
            ("https://a.com/x<https://a.com/x>", "https://a.com/x"),
            ("kim@contoso.com<mailto:kim@contoso.com>", "kim@contoso.com"),
            ("[contoso.com](http://contoso.com)", "contoso.com"),
            ("[https://a.com/x](https://a.com/x)", "https://a.com/x"),
            (
                "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.com%2Fx&data=05%7C01",
                "https://a.com/x",
            ),
            (
                "https://a.com/x<https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.com%2Fx&data=0>",
                "https://a.com/x",
            ),
        ] {
            assert_eq!(unlinked(Cow::Borrowed(link)), text, "{link}");
        }
        for text in ["", "<I>CN=Contoso<S>CN=mail", "a <b>", "X500:/o=a (b)", "[a](b)", "a.com<http://b.com>"]
        {
            assert_eq!(unlinked(Cow::Borrowed(text)), text);
        }
    }
}
