//! A file read through redaction: bytes in, bytes of the same encoding out, block by block.

use std::io::{self, Cursor, Read};
use std::sync::Arc;

use super::csv::Csv;
use super::json::Json;
use super::list::List;
use super::names::Names;
use super::xml::Xml;
use super::{Lexer, text};
use crate::format::{Escape, Format, detect};
use crate::source::{BLOCK_BYTES, Blocks, Encoding, SourceId, Sources, Text};

/// Reads what `R` reads, redacted.
pub struct Redacted<'n, R> {
    names: &'n mut Names,
    blocks: Blocks<io::Chain<Cursor<Vec<u8>>, R>>,
    lexer: Option<Box<dyn Lexer>>,
    /// The last block, and how much of it is done with.
    previous: Option<(Arc<Text>, usize)>,
    is_done: bool,
    is_export: bool,
    out: Vec<u8>,
    at: usize,
}

impl<'n, R: Read> Redacted<'n, R> {
    pub(super) fn new(names: &'n mut Names, reader: R) -> io::Result<Self> {
        Self::with_block_bytes(names, reader, BLOCK_BYTES)
    }

    /// With blocks of another size, for tests of block borders.
    pub(super) fn with_block_bytes(
        names: &'n mut Names,
        mut reader: R,
        block_bytes: usize,
    ) -> io::Result<Self> {
        let mut head = Vec::new();
        (&mut reader).take(4).read_to_end(&mut head)?;
        let (_, mark) = Encoding::sniff(&head);
        let out = head.get(..mark).unwrap_or_default().to_vec();
        let reader = Cursor::new(head).chain(reader);
        let blocks = Blocks::with_block_bytes(source(), reader, block_bytes).map_err(io::Error::other)?;
        Ok(Self { names, blocks, lexer: None, previous: None, is_done: false, is_export: true, out, at: 0 })
    }

    /// Whether what was read is in a format of exports. All text of anything else is struck out.
    #[must_use]
    pub const fn is_export(&self) -> bool {
        self.is_export
    }

    fn step(&mut self) -> io::Result<()> {
        let (previous, consumed) = match self.previous.take() {
            Some((text, consumed)) => (Some(text), consumed),
            None => (None, 0),
        };
        let Some((block, last)) = self.blocks.next(previous, consumed).map_err(io::Error::other)? else {
            self.is_done = true;
            return Ok(());
        };
        let is_export = &mut self.is_export;
        let lexer = self.lexer.get_or_insert_with(|| {
            let lexer = lexer(block.content());
            *is_export = lexer.is_some();
            lexer.unwrap_or_else(|| Box::new(Masked))
        });
        let mut redacted = String::with_capacity(block.content().len());
        let consumed = lexer.next(self.names, block.content(), last, &mut redacted);
        encode(&redacted, block.encoding(), &mut self.out);
        self.previous = Some((block, consumed));
        self.is_done = last;
        Ok(())
    }
}

impl<R: Read> Read for Redacted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.out.len() && !self.is_done {
            self.out.clear();
            self.at = 0;
            self.step()?;
        }
        let rest = self.out.get(self.at..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.at += count;
        Ok(count)
    }
}

/// The file is known by its bytes here; no place in it is ever shown.
fn source() -> SourceId {
    Sources::default().add("")
}

fn lexer(text: &str) -> Option<Box<dyn Lexer>> {
    Some(match detect(text).ok()? {
        Some(Format::Json) | None => Box::new(Json::default()),
        Some(Format::CliXml) => Box::new(Xml::new(Escape::CliXml)),
        Some(Format::ConvertToXml) => Box::new(Xml::new(Escape::Xml)),
        Some(Format::FormatList) => Box::new(List::default()),
        Some(Format::Csv) => Box::new(Csv::default()),
    })
}

/// What is no export is struck out as a whole.
struct Masked;

impl Lexer for Masked {
    fn next(&mut self, _: &mut Names, text: &str, _: bool, out: &mut String) -> usize {
        out.push_str(&text::mask(text));
        text.len()
    }
}

fn encode(text: &str, encoding: Encoding, out: &mut Vec<u8>) {
    match encoding {
        Encoding::Utf8 => out.extend_from_slice(text.as_bytes()),
        Encoding::Utf16Le => out.extend(text.encode_utf16().flat_map(u16::to_le_bytes)),
        Encoding::Utf16Be => out.extend(text.encode_utf16().flat_map(u16::to_be_bytes)),
        Encoding::Windows1252 => out.extend_from_slice(&encoding_rs::WINDOWS_1252.encode(text).0),
    }
}
