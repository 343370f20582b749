//! Which encoding a file is in, and its bytes as text.

/// How a file's bytes become text. What Windows PowerShell and PowerShell 7 write is listed in `README.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// UTF-16, little endian: `>` and `Export-Clixml` of Windows PowerShell.
    Utf16Le,
    /// UTF-16, big endian.
    Utf16Be,
    /// The Western European code page: `Set-Content` of Windows PowerShell on most machines. A guess, taken where
    /// the bytes are no UTF-8.
    Windows1252,
}

impl Encoding {
    /// The name that reports use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Windows1252 => "Windows-1252",
        }
    }

    /// From a file's first bytes: the byte order mark, else the pattern of NUL bytes, else UTF-8; with the length of
    /// the byte order mark. A byte order mark is believed before anything the file says of itself.
    #[must_use]
    pub fn sniff(head: &[u8]) -> (Self, usize) {
        match head {
            [0xEF, 0xBB, 0xBF, ..] => (Self::Utf8, 3),
            [0xFF, 0xFE, ..] => (Self::Utf16Le, 2),
            [0xFE, 0xFF, ..] => (Self::Utf16Be, 2),
            // Every export begins with ASCII characters.
            [first, 0, second, 0, ..] if *first != 0 && *second != 0 => (Self::Utf16Le, 0),
            [0, first, 0, second, ..] if *first != 0 && *second != 0 => (Self::Utf16Be, 0),
            _ => (Self::Utf8, 0),
        }
    }

    /// All of a small text in whatever encoding; where that is no UTF-8, as Windows-1252.
    #[must_use]
    pub fn decode_all(bytes: &[u8]) -> String {
        let (encoding, mark) = Self::sniff(bytes);
        let body = bytes.get(mark..).unwrap_or_default();
        let of = match encoding {
            Self::Utf8 if std::str::from_utf8(body).is_err() => Self::Windows1252,
            other => other,
        };
        let mut decoder = of.decoder();
        let mut text = String::with_capacity(decoder.max_utf8_buffer_length(body.len()).unwrap_or_default());
        // The string has room for everything, so that one call reads to the end.
        let _ = decoder.decode_to_string(body, &mut text, true);
        text
    }

    /// Bytes that `text` takes in this encoding.
    #[must_use]
    pub fn encoded_len(self, text: &str) -> u64 {
        match self {
            Self::Utf8 => text.len() as u64,
            Self::Utf16Le | Self::Utf16Be => text.chars().map(|c| 2 * c.len_utf16() as u64).sum(),
            Self::Windows1252 => text.chars().count() as u64,
        }
    }

    pub(super) fn decoder(self) -> encoding_rs::Decoder {
        let encoding = match self {
            Self::Utf8 => encoding_rs::UTF_8,
            Self::Utf16Le => encoding_rs::UTF_16LE,
            Self::Utf16Be => encoding_rs::UTF_16BE,
            Self::Windows1252 => encoding_rs::WINDOWS_1252,
        };
        encoding.new_decoder_without_bom_handling()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_texts_are_decoded() {
        assert_eq!(Encoding::decode_all("\u{feff}Zoë".as_bytes()), "Zoë");
        assert_eq!(Encoding::decode_all(b"\xFF\xFEZ\0o\0\xEB\0"), "Zoë");
        assert_eq!(Encoding::decode_all(b"Zo\xEB"), "Zoë");
        assert_eq!(Encoding::decode_all(b""), "");
    }

    #[test]
    fn byte_order_marks_and_nul_patterns() {
        assert_eq!(Encoding::sniff(b"\xEF\xBB\xBF{"), (Encoding::Utf8, 3));
        assert_eq!(Encoding::sniff(b"\xFF\xFE{\0"), (Encoding::Utf16Le, 2));
        assert_eq!(Encoding::sniff(b"\xFE\xFF\0{"), (Encoding::Utf16Be, 2));
        assert_eq!(Encoding::sniff(b"{\0\r\0"), (Encoding::Utf16Le, 0));
        assert_eq!(Encoding::sniff(b"\0{\0\r"), (Encoding::Utf16Be, 0));
        assert_eq!(Encoding::sniff(b"\0\0\0\0"), (Encoding::Utf8, 0));
        assert_eq!(Encoding::sniff(b""), (Encoding::Utf8, 0));
    }
}
