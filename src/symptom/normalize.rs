//! Pasted text as the patterns expect it.

/// Undoes what mail programs, web pages, Markdown and logs do to a message: entities, escapes, back-ticks, curly
/// quotes, quote marks at the begin of lines, line breaks.
#[must_use]
pub fn normalize(text: &str) -> String {
    let quoted = text.lines().map(|line| line.trim_start().trim_start_matches("> "));
    let joined = quoted.collect::<Vec<_>>().join(" ");
    let plain = unescape(&entities(&joined));
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Character references of HTML and XML, and the line ends that CLIXML spells out.
fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(['&', '_']) {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let (c, length) = reference(rest).unwrap_or((rest.chars().next().unwrap_or(' '), 1));
        out.push(c);
        rest = rest.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// The character that a reference at the begin of `text` stands for, and the reference's length.
fn reference(text: &str) -> Option<(char, usize)> {
    const NAMED: [(&str, char); 7] = [
        ("&lt;", '<'),
        ("&gt;", '>'),
        ("&quot;", '"'),
        ("&apos;", '\''),
        ("&nbsp;", ' '),
        ("_x000D_", ' '),
        ("_x000A_", ' '),
    ];
    if let Some((name, c)) = NAMED.iter().find(|(name, _)| text.starts_with(name)) {
        return Some((*c, name.len()));
    }
    // Last: what it guards is text, not another reference.
    if text.starts_with("&amp;") {
        return Some(('&', 5));
    }
    let number = text.strip_prefix("&#")?;
    let end = number.find(';').filter(|&end| end <= 8)?;
    let digits = &number[..end];
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => digits.parse().ok()?,
    };
    Some((char::from_u32(code)?, end + 3))
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            // Markdown and JSON escape punctuation; a path of Windows goes on with a letter.
            '\\' => match chars.peek() {
                Some(next) if next.is_ascii_punctuation() => {}
                _ => out.push(c),
            },
            '`' | '\u{200b}'..='\u{200f}' | '\u{ad}' | '\u{2060}' | '\u{feff}' => {}
            '\u{2018}'..='\u{201b}' | '\u{2032}' | '\u{b4}' => out.push('\''),
            '\u{201c}'..='\u{201f}' | '\u{2033}' | '\u{ab}' | '\u{bb}' => out.push('"'),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::normalize;

    #[test]
    fn what_programs_do_to_a_message_is_undone() {
        let table = [
            ("HTTP status code `404 Not Found`", "HTTP status code 404 Not Found"),
            (r"address \<kim@contoso.com\> with", "address <kim@contoso.com> with"),
            ("&lt;psf:text&gt;the &#39;name&#x27; &amp;lt;", "<psf:text>the 'name' &lt;"),
            ("the user’s “token”\u{a0}is\u{200b}", "the user's \"token\" is"),
            ("> one\n>> two\r\n  > three", "one >> two three"),
            ("one_x000D__x000A_two_three", "one two_three"),
            (r"C:\Program Files\Exchange", r"C:\Program Files\Exchange"),
            (r#"reason=\"it is\""#, r#"reason="it is""#),
            ("&#xFFFFFFFF; &#; &unknown; & é_", "&#xFFFFFFFF; &#; &unknown; & é_"),
            (" \n\t", ""),
        ];
        for (pasted, expected) in table {
            assert_eq!(normalize(pasted), expected, "{pasted:?}");
        }
    }
}
