//! Text made safe to show: nothing acts on a terminal or turns the direction of what stands beside it.

use std::borrow::Cow;

pub(super) use crate::diagnostic::count;

/// Whether a terminal acts on the character instead of showing it, or shows nothing: control characters, those that
/// turn the direction of writing, those without width.
pub(super) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// `text` with hidden characters escaped.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut cleaned = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_hidden(c) { cleaned.extend(c.escape_default()) } else { cleaned.push(c) }
    }
    Cow::Owned(cleaned)
}

/// One character to print for one of source text, so that columns stay what they are.
pub(super) fn stand_in(c: char, unicode: bool) -> char {
    match c {
        '\t' => c,
        _ if !is_hidden(c) => c,
        _ if !unicode => '?',
        '\u{7f}' => '␡',
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER),
        _ => char::REPLACEMENT_CHARACTER,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_shown() {
        assert_eq!(clean("Zoë\x1b[2J\u{9b}\n"), "Zoë\\u{1b}[2J\\u{9b}\\n");
        assert_eq!(clean("a\u{202e}b\u{200b}"), "a\\u{202e}b\\u{200b}");
        let shown: String = "\x1b\0\x7f\u{9b}\té".chars().map(|c| stand_in(c, true)).collect();
        assert_eq!(shown, "␛␀␡\u{fffd}\té");
        assert_eq!(stand_in('\x1b', false), '?');
    }

    #[test]
    fn counts_have_a_plural() {
        assert_eq!((count(1, "error"), count(0, "info")), ("1 error".into(), "0 infos".into()));
    }
}
