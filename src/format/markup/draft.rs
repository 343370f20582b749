//! A text that is being edited, with the way back to what it was.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use crate::source::{Piece, Text};

/// Something else in place of a range of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) range: Range<usize>,
    pub(super) with: Cow<'static, str>,
}

impl Edit {
    pub(super) const fn delete(range: Range<usize>) -> Self {
        Self { range, with: Cow::Borrowed("") }
    }

    pub(super) const fn replace(range: Range<usize>, with: &'static str) -> Self {
        Self { range, with: Cow::Borrowed(with) }
    }
}

/// The text so far.
pub(super) struct Draft<'t> {
    content: Cow<'t, str>,
    /// Empty as long as nothing is edited.
    pieces: Vec<Piece>,
}

impl<'t> Draft<'t> {
    pub(super) const fn new(content: &'t str) -> Self {
        Self { content: Cow::Borrowed(content), pieces: Vec::new() }
    }

    /// Applies the edits of a layer, which are in order and do not overlap. Gives whether there were any.
    pub(super) fn apply(&mut self, layer: impl Fn(&str) -> Vec<Edit>) -> bool {
        let edits = layer(&self.content);
        if edits.is_empty() {
            return false;
        }
        let (mut content, mut pieces) = (String::with_capacity(self.content.len()), Vec::new());
        let mut done = 0;
        for edit in edits {
            self.copy(done..edit.range.start, &mut content, &mut pieces);
            if !edit.with.is_empty() {
                pieces.push(Piece { at: content.len(), from: self.origin(&edit.range) });
                content.push_str(&edit.with);
            }
            done = edit.range.end;
        }
        self.copy(done..self.content.len(), &mut content, &mut pieces);
        (self.content, self.pieces) = (Cow::Owned(content), pieces);
        true
    }

    /// The edited text; `None` where nothing was edited.
    pub(super) fn finish(self, original: &Arc<Text>) -> Option<Text> {
        let Cow::Owned(content) = self.content else { return None };
        let mut pieces = self.pieces;
        if pieces.is_empty() {
            let end = original.content().len();
            pieces.push(Piece { at: 0, from: end..end });
        }
        Some(Text::edited(original.clone(), content, pieces))
    }

    /// Copies a range of the text, with its pieces.
    fn copy(&self, range: Range<usize>, content: &mut String, pieces: &mut Vec<Piece>) {
        if range.is_empty() {
            return;
        }
        let base = content.len();
        content.push_str(self.content.get(range.clone()).unwrap_or_default());
        if self.pieces.is_empty() {
            pieces.push(Piece { at: base, from: range });
            return;
        }
        let first = self.piece(range.start);
        for index in first..self.pieces.len() {
            let (piece, end) = (&self.pieces[index], self.end(index));
            if piece.at >= range.end {
                break;
            }
            let (start, stop) = (piece.at.max(range.start), end.min(range.end));
            let from = if end - piece.at == piece.from.len() {
                piece.from.start + (start - piece.at)..piece.from.start + (stop - piece.at)
            } else {
                piece.from.clone()
            };
            pieces.push(Piece { at: base + (start - range.start), from });
        }
    }

    /// What a range stands for in the text before all edits.
    fn origin(&self, range: &Range<usize>) -> Range<usize> {
        if self.pieces.is_empty() {
            return range.clone();
        }
        let start = self.place(range.start);
        let end = if range.is_empty() { start } else { self.place_of_end(range.end) };
        start..end.max(start)
    }

    fn place(&self, at: usize) -> usize {
        let index = self.piece(at);
        let piece = &self.pieces[index];
        let is_copied = self.end(index) - piece.at == piece.from.len();
        if is_copied { (piece.from.start + at - piece.at).min(piece.from.end) } else { piece.from.start }
    }

    fn place_of_end(&self, at: usize) -> usize {
        let index = self.piece(at - 1);
        let piece = &self.pieces[index];
        let is_copied = self.end(index) - piece.at == piece.from.len();
        if is_copied { piece.from.start + at - piece.at } else { piece.from.end }
    }

    fn piece(&self, at: usize) -> usize {
        self.pieces.partition_point(|piece| piece.at <= at).saturating_sub(1)
    }

    fn end(&self, index: usize) -> usize {
        self.pieces.get(index + 1).map_or(self.content.len(), |next| next.at)
    }
}
