//! Colours and wrapping.

use super::HumanOptions;
use crate::diagnostic::Severity;
use crate::report::shorten;
pub(super) use crate::report::text::{clean, count};

/// What a piece of text is, to be told apart by colour.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ink {
    Severity(Severity),
    Strong,
    Faint,
}

impl Ink {
    const fn code(self) -> &'static str {
        match self {
            Self::Severity(Severity::Error) => "1;31",
            Self::Severity(Severity::Warning) => "1;33",
            Self::Severity(Severity::Info) => "1;36",
            Self::Strong => "1",
            Self::Faint => "2",
        }
    }
}

/// How text is set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    pub(super) color: bool,
    pub(super) unicode: bool,
    /// Columns.
    pub(super) width: usize,
}

impl Style {
    pub(super) fn new(options: &HumanOptions) -> Self {
        // Narrower than this no path or command fits, and nothing is gained by wrapping.
        Self { color: options.color, unicode: options.unicode, width: options.width.clamp(40, 400) }
    }

    pub(super) const fn ellipsis(self) -> &'static str {
        if self.unicode { "…" } else { "..." }
    }

    pub(super) fn paint(self, ink: Ink, text: &str) -> String {
        if self.color { format!("\x1b[{}m{text}\x1b[0m", ink.code()) } else { text.to_owned() }
    }

    /// `text` on one line and safe to print, with at most `limit` characters.
    pub(super) fn inline(self, text: &str, limit: usize) -> String {
        // Cut first: a value may be as large as a record.
        clean(&shorten(text, limit, self.ellipsis())).into_owned()
    }

    /// Writes `text` in lines of the report's width: the first after `label` (of `indent` columns, colours not
    /// counted), the others below its first word.
    pub(super) fn wrap(self, out: &mut String, label: &str, indent: usize, text: &str) {
        out.push_str(label);
        let mut column = indent;
        for (index, word) in text.split(' ').enumerate() {
            let length = word.chars().count();
            if index > 0 && column + 1 + length > self.width && column > indent {
                out.push('\n');
                out.extend(std::iter::repeat_n(' ', indent));
                column = indent;
            } else if index > 0 {
                out.push(' ');
                column += 1;
            }
            out.push_str(word);
            column += length;
        }
        out.push('\n');
    }

    /// Like [`Style::wrap`] for prose, whose own line breaks mean nothing.
    pub(super) fn prose(self, out: &mut String, label: &str, indent: usize, text: &str) {
        let words: Vec<&str> = text.split_whitespace().collect();
        self.wrap(out, label, indent, &clean(&words.join(" ")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Style = Style { color: false, unicode: true, width: 40 };

    #[test]
    fn wraps_between_words_only() {
        let mut out = String::new();
        PLAIN.prose(&mut out, "  why: ", 7, "one two\n three four five six seven eight nine ten");
        let long = "x".repeat(60);
        PLAIN.wrap(&mut out, "  ", 2, &format!("a {long} b"));
        let expected =
            format!("  why: one two three four five six seven\n       eight nine ten\n  a\n  {long}\n  b\n");
        assert_eq!(out, expected);
    }
}
