//! Values written back with the escapes of their format.

use std::fmt::Write as _;

use crate::format::{Escape, escape};

/// `raw` with its value replaced; as it stands where the value stays.
pub(super) fn rewrite(raw: &str, form: Escape, replace: impl FnOnce(&str) -> String) -> String {
    let value = escape::decode(raw, form);
    let replaced = replace(&value);
    if replaced == *value { raw.to_owned() } else { encode(&replaced, form) }
}

fn encode(text: &str, form: Escape) -> String {
    let mut raw = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        match form {
            Escape::Json => json(character, &mut raw),
            Escape::CliXml if is_unit(character) => units(character, &mut raw),
            Escape::CliXml if character == '_' && text[at + 1..].starts_with(['x', 'X']) => {
                raw.push_str("_x005F_");
            }
            Escape::Xml | Escape::CliXml => xml(character, &mut raw),
            Escape::Csv if character == '"' => raw.push_str("\"\""),
            Escape::None | Escape::Csv | Escape::Header | Escape::Wrapped(_) => raw.push(character),
        }
    }
    raw
}

fn json(character: char, raw: &mut String) {
    match character {
        '"' | '\\' => {
            raw.push('\\');
            raw.push(character);
        }
        '\n' => raw.push_str("\\n"),
        '\r' => raw.push_str("\\r"),
        '\t' => raw.push_str("\\t"),
        _ if character.is_control() => {
            let _ = write!(raw, "\\u{:04x}", u32::from(character));
        }
        _ => raw.push(character),
    }
}

/// What CLIXML writes as `_xHHHH_`: controls, and what UTF-16 needs two units for.
fn is_unit(character: char) -> bool {
    character.is_control() || u32::from(character) > 0xFFFF
}

fn units(character: char, raw: &mut String) {
    for unit in character.encode_utf16(&mut [0; 2]) {
        let _ = write!(raw, "_x{unit:04X}_");
    }
}

fn xml(character: char, raw: &mut String) {
    match character {
        '&' => raw.push_str("&amp;"),
        '<' => raw.push_str("&lt;"),
        '>' => raw.push_str("&gt;"),
        '"' => raw.push_str("&quot;"),
        '\'' => raw.push_str("&apos;"),
        '\r' => raw.push_str("&#xD;"),
        // XML 1.0 has no other controls.
        _ if character.is_control() && !matches!(character, '\n' | '\t') => raw.push('?'),
        _ => raw.push(character),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let text = "a\"b\\c <d> & 'e'\r\n_x0041_ \u{1} 😀 ß\t";
        for form in [Escape::Json, Escape::CliXml] {
            let raw = encode(text, form);
            assert_eq!(escape::decode(&raw, form), text, "{raw}");
        }
        assert_eq!(encode("a<b>\r&\u{1}", Escape::Xml), "a&lt;b&gt;&#xD;&amp;?");
    }
}
