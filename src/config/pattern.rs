//! Names with `*`.

/// Whether a name matches a pattern in which `*` stands for any text, or none. Case does not matter, as to Exchange.
pub(super) fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.to_lowercase(), name.to_lowercase());
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut name) = name.strip_prefix(first) else { return false };
    let (middle, last) = rest.rsplit_once('*').map_or((None, rest), |(middle, last)| (Some(middle), last));
    for part in middle.into_iter().flat_map(|middle| middle.split('*')) {
        // The first place leaves the most for the parts that follow.
        let Some(at) = name.find(part) else { return false };
        name = &name[at + part.len()..];
    }
    name.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn star_is_any_text() {
        for (pattern, name) in [
            ("O365 to On-premises", "o365 TO on-premises"),
            ("*", ""),
            ("*", "x"),
            ("O365*", "O365 to On-premises"),
            ("*premises", "O365 to On-premises"),
            ("O365*premises", "O365 to On-premises"),
            ("a**b", "ab"),
            ("*a*b*", "xaxbx"),
            ("a*a", "aa"),
            ("Zoë*", "ZOË's"),
            ("x*ab*ab", "xabab"),
        ] {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [
            ("", "x"),
            ("O365", "O365 to On-premises"),
            ("a*a", "a"),
            ("*ab*ab", "xab"),
            ("a*b", "xab"),
            ("a*b", "abx"),
            ("[ab]", "a"),
            ("?", "a"),
        ] {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    }
}
