//! A file as a series of blocks of decoded text, so that memory is bounded by the block and the largest record.

use std::io::{self, Read};
use std::sync::Arc;

use super::{Encoding, Position, SourceId, Text};

/// Decoded bytes that a block has at least, but for the last. Measured: larger blocks are no faster.
pub const BLOCK_BYTES: usize = 4 << 20;

/// A record may take this many bytes of decoded text; a larger one ends the reading of its file.
pub const MAX_RECORD_BYTES: usize = 512 << 20;

const RAW_BYTES: usize = 256 << 10;

/// Why a file could not be read on.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The environment's fault: the file system refused.
    #[error("cannot read: {0}")]
    Io(#[from] io::Error),
    /// The input's fault: no export has a record of this size.
    #[error("a record is larger than {} MiB", MAX_RECORD_BYTES >> 20)]
    RecordTooLarge,
}

/// Reads blocks of text from bytes.
pub struct Blocks<R> {
    reader: R,
    source: SourceId,
    encoding: Encoding,
    decoder: encoding_rs::Decoder,
    raw: Vec<u8>,
    /// Bytes of `raw` that are read but not decoded.
    pending: std::ops::Range<usize>,
    end_of_input: bool,
    /// Whether the decoder has been told of the end.
    finished: bool,
    /// Where the next block begins.
    offset: u64,
    start: Position,
    /// Memory of a block that nobody holds any more.
    spare: String,
    invalid_at: Option<Position>,
    block_bytes: usize,
}

impl<R: Read> Blocks<R> {
    /// Begins reading; finds out the encoding from the first bytes.
    ///
    /// # Errors
    ///
    /// When the first bytes cannot be read.
    pub fn new(source: SourceId, reader: R) -> Result<Self, ReadError> {
        Self::with_block_bytes(source, reader, BLOCK_BYTES)
    }

    /// Like [`Blocks::new`] with blocks of another size, for tests of block borders.
    ///
    /// # Errors
    ///
    /// As [`Blocks::new`].
    pub fn with_block_bytes(source: SourceId, reader: R, block_bytes: usize) -> Result<Self, ReadError> {
        let mut blocks = Self {
            reader,
            source,
            encoding: Encoding::Utf8,
            decoder: Encoding::Utf8.decoder(),
            raw: vec![0; RAW_BYTES],
            pending: 0..0,
            end_of_input: false,
            finished: false,
            offset: 0,
            start: Position { line: 1, column: 1 },
            spare: String::new(),
            invalid_at: None,
            block_bytes,
        };
        // A pipe may hand out less than a byte order mark at a time.
        while blocks.pending.len() < 4 && !blocks.end_of_input {
            blocks.read_raw()?;
        }
        let (encoding, mark) = Encoding::sniff(&blocks.raw[blocks.pending.clone()]);
        blocks.encoding = encoding;
        blocks.decoder = encoding.decoder();
        blocks.pending.start += mark;
        blocks.offset = mark as u64;
        Ok(blocks)
    }

    /// The encoding, which is [`Encoding::Windows1252`] as soon as bytes were met that are no UTF-8.
    #[must_use]
    pub const fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Where the first bytes stood that are not valid in the encoding.
    #[must_use]
    pub const fn invalid_at(&self) -> Option<Position> {
        self.invalid_at
    }

    /// The next block: what `previous` holds from `consumed` on, and at least as much new text as a block has.
    /// `None` when nothing is left. The flag says whether the block reaches the end of the file.
    ///
    /// # Errors
    ///
    /// When the file cannot be read on, or when the rest of `previous` is larger than a record may be.
    pub fn next(
        &mut self,
        previous: Option<Arc<Text>>,
        consumed: usize,
    ) -> Result<Option<(Arc<Text>, bool)>, ReadError> {
        let mut content = std::mem::take(&mut self.spare);
        content.clear();
        let mut has_rest = false;
        if let Some(previous) = previous {
            let rest = previous.content().get(consumed..).unwrap_or_default();
            if rest.len() >= MAX_RECORD_BYTES {
                return Err(ReadError::RecordTooLarge);
            }
            has_rest = !rest.is_empty();
            let location = previous.locate(consumed..consumed);
            self.offset = location.offset;
            self.start = location.start;
            content.reserve(rest.len() + self.block_bytes);
            content.push_str(rest);
            if let Ok(text) = Arc::try_unwrap(previous) {
                self.spare = text.into_content();
            }
        }
        let before = content.len();
        // A record that spans many blocks is read in growing steps, so that it is not scanned again for each block.
        let wanted = before + self.block_bytes.max(before);
        self.fill(&mut content, wanted)?;
        if content.len() == before && !has_rest {
            return Ok(None);
        }
        let text = Text::block(self.source, self.encoding, content, self.offset, self.start);
        Ok(Some((Arc::new(text), self.finished)))
    }

    fn fill(&mut self, content: &mut String, wanted: usize) -> Result<(), ReadError> {
        while content.len() < wanted && !self.finished {
            if self.pending.is_empty() && !self.end_of_input {
                self.read_raw()?;
            }
            self.decode(content);
        }
        Ok(())
    }

    fn read_raw(&mut self) -> Result<(), ReadError> {
        // The last bytes stay in front, for `recover`: no character is longer.
        let kept = self.pending.start.min(4);
        self.raw.copy_within(self.pending.start - kept..self.pending.end, 0);
        self.pending = kept..kept + self.pending.len();
        if self.pending.end == self.raw.len() {
            return Ok(());
        }
        let count = loop {
            match self.reader.read(&mut self.raw[self.pending.end..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.end_of_input = count == 0;
        self.pending.end += count;
        Ok(())
    }

    fn decode(&mut self, content: &mut String) {
        let input = &self.raw[self.pending.clone()];
        let needed = self.decoder.max_utf8_buffer_length_without_replacement(input.len());
        content.reserve(needed.unwrap_or(0));
        let (result, read) =
            self.decoder.decode_to_string_without_replacement(input, content, self.end_of_input);
        self.pending.start += read;
        match result {
            encoding_rs::DecoderResult::InputEmpty => self.finished = self.end_of_input,
            encoding_rs::DecoderResult::OutputFull => {}
            encoding_rs::DecoderResult::Malformed(bytes, after) => self.recover(content, bytes, after),
        }
    }

    /// Bytes that are not valid: a UTF-8 file is taken for Windows-1252 from here on, a UTF-16 one gets U+FFFD.
    fn recover(&mut self, content: &mut String, bytes: u8, after: u8) {
        if self.invalid_at.is_none() {
            let so_far =
                Text::block(self.source, self.encoding, std::mem::take(content), self.offset, self.start);
            self.invalid_at = Some(so_far.position(so_far.content().len()));
            *content = so_far.into_content();
        }
        if self.encoding != Encoding::Utf8 {
            content.push(char::REPLACEMENT_CHARACTER);
            return;
        }
        // The decoder has swallowed the bad bytes; they are still in `raw`.
        let back = usize::from(bytes) + usize::from(after);
        self.pending.start = self.pending.start.saturating_sub(back);
        self.encoding = Encoding::Windows1252;
        self.decoder = Encoding::Windows1252.decoder();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], block_bytes: usize) -> (String, Encoding, Option<Position>) {
        let source = super::super::Sources::default().add("test");
        let mut blocks = Blocks::with_block_bytes(source, bytes, block_bytes).unwrap();
        let mut all = String::new();
        let mut previous: Option<Arc<Text>> = None;
        loop {
            let consumed = previous.as_ref().map_or(0, |text| text.content().len());
            let Some((text, last)) = blocks.next(previous.take(), consumed).unwrap() else { break };
            all.push_str(text.content());
            previous = Some(text);
            if last {
                break;
            }
        }
        (all, blocks.encoding(), blocks.invalid_at())
    }

    #[test]
    fn decodes_every_encoding_at_every_block_size() {
        let expected = "{\"Name\": \"Zoë 😀\"}\r\n".repeat(20);
        let utf16: Vec<u8> = expected.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let marked = [b"\xFF\xFE".as_slice(), &utf16].concat();
        for block_bytes in [1, 7, 64, 1 << 20] {
            assert_eq!(read(expected.as_bytes(), block_bytes).0, expected);
            assert_eq!(read(&utf16, block_bytes), (expected.clone(), Encoding::Utf16Le, None));
            assert_eq!(read(&marked, block_bytes), (expected.clone(), Encoding::Utf16Le, None));
        }
    }

    #[test]
    fn bytes_that_are_no_utf8_are_windows_1252() {
        let (text, encoding, at) = read(b"{\"Name\": \"Zo\xEB\"}", 1 << 20);
        assert_eq!(text, "{\"Name\": \"Zoë\"}");
        assert_eq!(encoding, Encoding::Windows1252);
        assert_eq!(at, Some(Position { line: 1, column: 13 }));
        // Cut in the middle of a character: two bytes of three.
        assert_eq!(read(b"\xE2\x82", 1 << 20).0, "â‚");
    }

    #[test]
    fn a_block_carries_on_where_the_last_was_left() {
        let source = super::super::Sources::default().add("test");
        let mut blocks = Blocks::with_block_bytes(source, b"aa\nbbbb".as_slice(), 4).unwrap();
        let (first, last) = blocks.next(None, 0).unwrap().unwrap();
        assert!(first.content().starts_with("aa\n") && (!last || first.content().len() == 7));
        let (second, _) = blocks.next(Some(first), 3).unwrap().unwrap();
        assert!(second.content().starts_with("bbbb"));
        assert_eq!(second.locate(0..1).start, Position { line: 2, column: 1 });
    }
}
