//! Decoded text with the way back to the user's file: line, column and byte offset of any range in it.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::{Encoding, SourceId};

/// A line and a column, both counted from 1; columns are characters (Unicode scalar values).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Character within the line, from 1.
    pub column: u32,
}

/// Where a value stands in the user's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// The file.
    pub source: SourceId,
    /// Bytes from the start of the file as it is on disk, byte order mark included.
    pub offset: u64,
    /// Bytes in the file as it is on disk.
    pub length: u64,
    /// First character.
    pub start: Position,
    /// One past the last character.
    pub end: Position,
}

/// A piece of the file that stands in a [`Text`] without gaps.
#[derive(Clone, Copy, Debug)]
struct Chunk {
    /// Where it begins in the text.
    at: usize,
    /// Where it begins in the file, in bytes.
    offset: u64,
    /// Line and column of its first character.
    start: Position,
}

/// A piece of an edited text and what it stands for in the text before the edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Where it begins in the edited text; it ends where the next one begins.
    pub at: usize,
    /// What it stands for: the same bytes, or those that it replaces.
    pub from: Range<usize>,
}

/// What an edited text was made of.
#[derive(Debug)]
struct Origin {
    text: Arc<Text>,
    /// In order, without gaps in the edited text, never empty.
    pieces: Vec<Piece>,
}

/// Decoded text of one file: a whole block of it, excerpts from one, or one without what people have put around it.
#[derive(Debug)]
pub struct Text {
    source: SourceId,
    encoding: Encoding,
    content: String,
    /// In order, never empty.
    chunks: Vec<Chunk>,
    index: OnceLock<Index>,
    /// Of an edited text. It has no places of its own.
    origin: Option<Origin>,
}

/// Bytes of text between two of the marks that an [`Index`] counts from: few enough to be counted for each place,
/// many enough for the marks to be small beside the text.
const STRIDE: usize = 512;

/// Starts of the lines of a text, and how far it is from its start to every [`STRIDE`]th byte, so that a place costs
/// the same wherever it stands in a line of any length.
#[derive(Debug)]
struct Index {
    starts: Vec<usize>,
    marks: Vec<Distance>,
}

/// How far it is from the start of a text.
#[derive(Clone, Copy, Debug, Default)]
struct Distance {
    characters: usize,
    /// Bytes in the file.
    bytes: u64,
}

impl Distance {
    /// Farther by a piece of the text.
    fn and(self, piece: &str, encoding: Encoding) -> Self {
        Self {
            characters: self.characters + piece.chars().count(),
            bytes: self.bytes + encoding.encoded_len(piece),
        }
    }
}

impl Index {
    fn new(content: &str, encoding: Encoding) -> Self {
        let mut starts = vec![0];
        starts.extend(memchr::memchr_iter(b'\n', content.as_bytes()).map(|newline| newline + 1));
        let mut marks = vec![Distance::default()];
        let mut before = 0;
        for at in (STRIDE..content.len()).step_by(STRIDE) {
            let at = floor_char_boundary(content, at);
            marks.extend(marks.last().map(|mark| mark.and(&content[before..at], encoding)));
            before = at;
        }
        Self { starts, marks }
    }

    /// How far a place of the text is from its start.
    fn distance(&self, content: &str, encoding: Encoding, at: usize) -> Distance {
        let mark = (at / STRIDE).min(self.marks.len() - 1);
        self.marks[mark].and(&content[floor_char_boundary(content, mark * STRIDE)..at], encoding)
    }

    /// Index of the line that holds the byte at `at`.
    fn line_of(&self, at: usize) -> usize {
        self.starts.partition_point(|&start| start <= at).saturating_sub(1)
    }
}

impl Text {
    /// A block of a file: `content` begins at byte `offset` of the file, on `start`.
    #[must_use]
    pub fn block(
        source: SourceId,
        encoding: Encoding,
        content: String,
        offset: u64,
        start: Position,
    ) -> Self {
        Self {
            source,
            encoding,
            content,
            chunks: vec![Chunk { at: 0, offset, start }],
            index: OnceLock::new(),
            origin: None,
        }
    }

    /// `original` after an edit: `content` is made of `pieces`, which are in order and leave no gap in it. Places
    /// in it are those of the original.
    #[must_use]
    pub fn edited(original: Arc<Self>, content: String, pieces: Vec<Piece>) -> Self {
        let (source, encoding) = (original.source, original.encoding);
        let start = Position { line: 1, column: 1 };
        let origin = (!pieces.is_empty()).then_some(Origin { text: original, pieces });
        Self { origin, ..Self::block(source, encoding, content, 0, start) }
    }

    /// Whether it is an edited text.
    #[must_use]
    pub const fn is_edited(&self) -> bool {
        self.origin.is_some()
    }

    /// `range` of `text` as it stands in the file: in the text before all edits.
    #[must_use]
    pub fn as_in_file(text: Arc<Self>, range: Range<usize>) -> (Arc<Self>, Range<usize>) {
        match &text.origin {
            Some(origin) => Self::as_in_file(origin.text.clone(), origin.range(range)),
            None => (text, range),
        }
    }

    /// A whole file that is UTF-8 and has no byte order mark, such as a lint file.
    #[must_use]
    pub fn whole(source: SourceId, content: String) -> Self {
        Self::block(source, Encoding::Utf8, content, 0, Position { line: 1, column: 1 })
    }

    /// A whole small file in whatever encoding its byte order mark says; else it must be UTF-8.
    #[must_use]
    pub fn decode(source: SourceId, bytes: &[u8]) -> Option<Self> {
        let (encoding, mark) = Encoding::sniff(bytes);
        let rest = bytes.get(mark..)?;
        let mut content = String::with_capacity(rest.len().checked_mul(3)?);
        let mut decoder = encoding.decoder();
        let (_, read, is_damaged) = decoder.decode_to_string(rest, &mut content, true);
        let is_whole = read == rest.len() && !is_damaged;
        let start = Position { line: 1, column: 1 };
        is_whole.then(|| Self::block(source, encoding, content, mark as u64, start))
    }

    /// The file it is from.
    #[must_use]
    pub const fn source(&self) -> SourceId {
        self.source
    }

    /// The encoding of the file it is from.
    #[must_use]
    pub const fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// The text itself.
    #[must_use]
    pub fn content(&self) -> &str {
        &self.content
    }

    /// Gives the memory back, for the next block.
    #[must_use]
    pub fn into_content(self) -> String {
        self.content
    }

    /// The part of the text around `at` that stands in the file without gaps.
    #[must_use]
    pub fn contiguous(&self, at: usize) -> Range<usize> {
        let next = self.chunks.partition_point(|chunk| chunk.at <= at);
        let start = next.checked_sub(1).map_or(0, |index| self.chunks[index].at);
        let end = self.chunks.get(next).map_or(self.content.len(), |chunk| chunk.at);
        start..end
    }

    /// Where `range` of the text stands in the file. A range past the end is cut, one inside a character is
    /// widened to it.
    #[must_use]
    pub fn locate(&self, range: Range<usize>) -> Location {
        if let Some(origin) = &self.origin {
            return origin.text.locate(origin.range(range));
        }
        let start = floor_char_boundary(&self.content, range.start);
        let end = ceil_char_boundary(&self.content, range.end.max(start));
        let (offset, from) = self.place(start);
        let (end_offset, to) = self.place(end);
        Location {
            source: self.source,
            offset,
            length: end_offset.saturating_sub(offset),
            start: from,
            end: to,
        }
    }

    /// Line and column of a byte of the text; see [`Text::locate`].
    #[must_use]
    pub fn position(&self, at: usize) -> Position {
        if let Some(origin) = &self.origin {
            return origin.text.position(origin.range(at..at).start);
        }
        self.place(floor_char_boundary(&self.content, at)).1
    }

    fn place(&self, at: usize) -> (u64, Position) {
        let index = self.index.get_or_init(|| Index::new(&self.content, self.encoding));
        // The end of a text belongs to its last chunk, and the start of a chunk to that chunk.
        let chunk = self.chunks[self.chunks.partition_point(|chunk| chunk.at <= at).saturating_sub(1)];
        let first_line = index.line_of(chunk.at);
        let line = index.line_of(at);
        let distance = |at: usize| index.distance(&self.content, self.encoding, at);
        let here = distance(at);
        let in_line = here.characters - distance(index.starts[line].max(chunk.at)).characters;
        let characters = u32::try_from(in_line).unwrap_or(u32::MAX);
        let position = Position {
            line: chunk.start.line + u32::try_from(line - first_line).unwrap_or(u32::MAX),
            column: if line == first_line { chunk.start.column + characters } else { 1 + characters },
        };
        (chunk.offset + here.bytes - distance(chunk.at).bytes, position)
    }

    /// A small text that holds just the surroundings of `ranges`, so that the block can be dropped, and the
    /// ranges as they stand in it. Each is kept whole (up to `limit` bytes), with the rest of its lines up to
    /// `margin` bytes on both sides; what lies between two that are no farther apart than `margin` is kept too.
    /// The excerpt of an edited text is one of the text before the edit.
    #[must_use]
    pub fn excerpt(&self, ranges: &[Range<usize>], margin: usize, limit: usize) -> (Self, Vec<Range<usize>>) {
        if let Some(origin) = &self.origin {
            let ranges: Vec<Range<usize>> = ranges.iter().map(|range| origin.range(range.clone())).collect();
            return origin.text.excerpt(&ranges, margin, limit);
        }
        let mut windows: Vec<Range<usize>> =
            ranges.iter().map(|range| self.window(range, margin, limit)).collect();
        windows.sort_by_key(|window| window.start);
        windows.dedup_by(|next, kept| {
            let near = next.start <= kept.end.saturating_add(margin);
            let joins = near && self.contiguous(next.start) == self.contiguous(kept.start);
            if joins {
                kept.end = kept.end.max(next.end);
            }
            joins
        });
        let mut content = String::with_capacity(windows.iter().map(|window| window.len() + 1).sum());
        let mut chunks = Vec::with_capacity(windows.len());
        let mut starts = Vec::with_capacity(windows.len());
        for window in &windows {
            let (offset, start) = self.place(window.start);
            chunks.push(Chunk { at: content.len(), offset, start });
            starts.push(content.len());
            content.push_str(&self.content[window.clone()]);
            // Keeps the last position of a chunk apart from the first of the next.
            content.push('\n');
        }
        let moved = ranges.iter().map(|range| {
            let index = windows.partition_point(|window| window.start <= range.start).saturating_sub(1);
            let Some(window) = windows.get(index) else { return 0..0 };
            let shift = |at: usize| at.clamp(window.start, window.end) - window.start + starts[index];
            shift(range.start)..shift(range.end)
        });
        let moved = moved.collect();
        if chunks.is_empty() {
            chunks.push(Chunk { at: 0, offset: 0, start: Position { line: 1, column: 1 } });
        }
        (
            Self {
                source: self.source,
                encoding: self.encoding,
                content,
                chunks,
                index: OnceLock::new(),
                origin: None,
            },
            moved,
        )
    }

    /// `range` and the rest of its lines, at most `margin` bytes to both sides.
    fn window(&self, range: &Range<usize>, margin: usize, limit: usize) -> Range<usize> {
        let bounds = self.contiguous(range.start);
        let content = self.content.as_bytes();
        let start = range.start.clamp(bounds.start, bounds.end);
        let end = range.end.clamp(start, bounds.end).min(start.saturating_add(limit));
        let from = start.saturating_sub(margin).max(bounds.start);
        let to = end.saturating_add(margin).min(bounds.end);
        let from = memchr::memrchr(b'\n', &content[from..start]).map_or(from, |newline| from + newline + 1);
        let to = memchr::memchr(b'\n', &content[end..to]).map_or(to, |newline| end + newline);
        floor_char_boundary(&self.content, from)..ceil_char_boundary(&self.content, to)
    }
}

impl Origin {
    /// What `range` of the edited text stands for.
    fn range(&self, range: Range<usize>) -> Range<usize> {
        let start = self.start(range.start);
        let end = if range.end > range.start { self.end(range.end) } else { start };
        start..end.max(start)
    }

    /// Index of the last piece that begins at or before `at`.
    fn piece(&self, at: usize) -> usize {
        self.pieces.partition_point(|piece| piece.at <= at).saturating_sub(1)
    }

    /// Whether a piece is as it was, so that places within it are known.
    fn is_copied(&self, index: usize) -> bool {
        let piece = &self.pieces[index];
        self.pieces.get(index + 1).is_none_or(|next| next.at - piece.at == piece.from.len())
    }

    fn start(&self, at: usize) -> usize {
        let index = self.piece(at);
        let piece = &self.pieces[index];
        let inside = if self.is_copied(index) { at - piece.at } else { 0 };
        (piece.from.start + inside).min(piece.from.end)
    }

    /// Where what ends before `at` ends.
    fn end(&self, at: usize) -> usize {
        let index = self.piece(at.saturating_sub(1));
        let piece = &self.pieces[index];
        if self.is_copied(index) {
            (piece.from.start + at - piece.at).min(piece.from.end)
        } else {
            piece.from.end
        }
    }
}

fn floor_char_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn ceil_char_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source() -> SourceId {
        super::super::Sources::default().add("test.json")
    }

    #[test]
    fn columns_count_characters_and_offsets_count_bytes() {
        let text = Text::whole(source(), "{\n \"é\": 1}".into());
        let at = text.content().find('1').unwrap();
        let location = text.locate(at..at + 1);
        assert_eq!(location.start, Position { line: 2, column: 7 });
        assert_eq!(location.end, Position { line: 2, column: 8 });
        assert_eq!((location.offset, location.length), (9, 1));
    }

    #[test]
    fn offsets_in_utf16_count_the_bytes_on_disk() {
        let start = Position { line: 1, column: 1 };
        let text = Text::block(source(), Encoding::Utf16Le, "a\n😀é=1".into(), 2, start);
        let at = text.content().find('=').unwrap();
        let location = text.locate(at..at + 2);
        // Byte order mark 2, "a\n" 4, a surrogate pair 4, "é" 2.
        assert_eq!((location.offset, location.length), (12, 4));
        assert_eq!(location.start, Position { line: 2, column: 3 });
    }

    #[test]
    fn a_later_block_counts_on() {
        let start = Position { line: 7, column: 5 };
        let text = Text::block(source(), Encoding::Utf8, "x\ny".into(), 100, start);
        assert_eq!(text.locate(0..1).start, start);
        assert_eq!(text.locate(2..3).start, Position { line: 8, column: 1 });
        assert_eq!(text.locate(2..3).offset, 102);
    }

    #[test]
    fn excerpts_keep_locations() {
        let line = "abcdefghij".repeat(20);
        let content = format!("{line}\nsecond {{value}} line\n{line}");
        let text = Text::whole(source(), content.clone());
        let second = content.find("{value}").unwrap();
        let ranges = [3..5, second..second + 7, content.len() - 2..content.len()];
        let (excerpt, moved) = text.excerpt(&ranges, 40, 1000);
        for (before, after) in ranges.iter().zip(&moved) {
            assert_eq!(content[before.clone()], excerpt.content()[after.clone()]);
            assert_eq!(text.locate(before.clone()), excerpt.locate(after.clone()));
        }
        assert!(excerpt.content().len() < 200, "{}", excerpt.content());
        assert_eq!(&excerpt.content()[excerpt.contiguous(moved[1].start)], "second {value} line\n");
    }

    /// Line, column and bytes of each character, counted from the start.
    #[track_caller]
    fn places_are_counted(content: &str, encoding: Encoding) {
        let start = Position { line: 7, column: 5 };
        let text = Text::block(source(), encoding, content.to_owned(), 100, start);
        let (mut at, mut offset, mut position) = (0, 100, start);
        for c in content.chars() {
            let location = text.locate(at..at + c.len_utf8());
            let length = encoding.encoded_len(&content[at..at + c.len_utf8()]);
            assert_eq!(
                (location.offset, location.length, location.start),
                (offset, length, position),
                "{at}"
            );
            at += c.len_utf8();
            offset += length;
            position = match c {
                '\n' => Position { line: position.line + 1, column: 1 },
                _ => Position { column: position.column + 1, ..position },
            };
        }
        assert_eq!(text.position(at), position);
    }

    #[test]
    fn places_far_into_lines_of_any_length() {
        let long = "aé😀".repeat(1000);
        for encoding in [Encoding::Utf8, Encoding::Utf16Le, Encoding::Windows1252] {
            places_are_counted(&long, encoding);
            places_are_counted(&format!("{long}\n{long}x\ny\n\n{long}"), encoding);
            places_are_counted("", encoding);
        }
    }

    /// Time to locate 20,000 values of a block.
    fn time_of_places(content: &str) -> std::time::Duration {
        let text = Text::whole(source(), content.to_owned());
        let start = std::time::Instant::now();
        for at in (0..content.len()).step_by(content.len() / 20_000) {
            assert!(text.locate(at..at + 1).start.column > 0);
        }
        start.elapsed()
    }

    #[test]
    fn a_place_costs_the_same_wherever_it_stands_in_a_line() {
        let lines = format!("{}\n", "abcdefghi".repeat(10)).repeat(40_000);
        let (short, long) = (time_of_places(&lines), time_of_places(&lines.replace('\n', " ")));
        assert!(long < short * 10 + std::time::Duration::from_millis(100), "{long:?}, with lines {short:?}");
    }

    #[test]
    fn places_in_an_edited_text_are_those_of_the_file() {
        // "> a &lt; b\n> c" without quote marks, the entity decoded.
        let original = Arc::new(Text::whole(source(), "> a &lt; b\n> c".into()));
        let pieces = [(0, 2..4), (2, 4..8), (3, 8..11), (6, 13..14)];
        let pieces = pieces.into_iter().map(|(at, from)| Piece { at, from }).collect();
        let text = Arc::new(Text::edited(original.clone(), "a < b\nc".into(), pieces));
        assert_eq!(text.locate(2..3), original.locate(4..8));
        assert_eq!(text.locate(0..5), original.locate(2..10));
        assert_eq!(text.locate(6..7), original.locate(13..14));
        assert_eq!(text.position(6), Position { line: 2, column: 3 });
        let (excerpt, ranges) = text.excerpt(std::slice::from_ref(&(6..7)), 40, 100);
        assert_eq!(&excerpt.content()[ranges[0].clone()], "c");
        assert_eq!(excerpt.locate(ranges[0].clone()), text.locate(6..7));
        let (shown, range) = Text::as_in_file(text, 2..3);
        assert_eq!(&shown.content()[range], "&lt;");
    }

    #[test]
    fn excerpts_keep_what_lies_between_near_ranges() {
        let text = Text::whole(source(), "before\nfirst\nbetween\nsecond\nafter".into());
        let (excerpt, moved) = text.excerpt(&[7..12, 21..27], 40, 1000);
        assert_eq!(excerpt.content(), "first\nbetween\nsecond\n");
        assert_eq!(moved, [0..5, 14..20]);
        assert_eq!(excerpt.position(14), text.position(21));
    }
}
