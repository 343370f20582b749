//! References to objects: those of the same record point to their node, those of an earlier one are read again.

use super::{Graph, NO_NAME, Slot, key_text, keyless, leaf};
use crate::format::xml::cursor::{Cursor, Tag, Token};
use crate::format::xml::{Fault, bytes};
use crate::format::{Bytes, Escape, Kind, MAX_DEPTH, Tape};

/// Objects that are repeated by reference may take this many bytes more than [`REREAD_FACTOR`] times the file.
pub(super) const REREAD_BYTES: i64 = 4 << 20;

/// A reference is read as often as an object is long; so that a small file cannot keep us busy for hours, all
/// repeated objects together may be this many times as long as the file.
pub(super) const REREAD_FACTOR: i64 = 8;

/// A `RefId`. PowerShell counts from 0 but promises nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Id {
    Number(u32),
    Text(Box<str>),
}

impl Id {
    pub(super) fn new(text: &str) -> Self {
        // `007` and `7` differ.
        let is_number = !text.is_empty()
            && text.len() < 10
            && (text == "0" || !text.starts_with('0'))
            && text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse() {
            Ok(number) if is_number => Self::Number(number),
            _ => Self::Text(text.into()),
        }
    }
}

/// An object that a reference may point to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    /// Where it begins, in bytes from the beginning of the file.
    pub(super) at: u64,
    /// The record on whose tape it is,
    pub(super) record: u64,
    /// and where there.
    pub(super) node: u32,
}

/// Cursors that were left for an object further up, which is read again in place of a reference.
#[derive(Default)]
pub(super) struct Suspended<'t> {
    pub(super) cursors: Vec<Detour<'t>>,
}

pub(super) struct Detour<'t> {
    pub(super) outer: Cursor<'t>,
    /// How many frames were open.
    pub(super) frames: usize,
    /// Where the object begins.
    pub(super) start: usize,
}

impl Graph {
    pub(super) fn reference<'t>(
        &mut self,
        cursor: &mut Cursor<'t>,
        tape: &mut Tape,
        tag: &Tag<'t>,
        (id, slot): (Option<Bytes>, Slot),
        suspended: &mut Suspended<'t>,
    ) -> Result<(), Fault> {
        let text = cursor.text();
        let here = id.and_then(|id| self.on_tape(text, id));
        let name = match (slot, here) {
            (Slot::Key, Some(node)) => {
                let name = key_text(text, tape, node).ok_or_else(|| keyless(tag))?;
                self.note_key(name);
                return Ok(());
            }
            (Slot::Key | Slot::Value, _) => NO_NAME,
            (Slot::Child(name), _) => name,
        };
        let span = (bytes(tag.start, cursor.end()), Escape::None);
        if let Some(node) = here {
            tape.push(leaf(Kind::Reference(node), span, name));
            return Ok(());
        }
        if self.detour(cursor, tape, id, slot, suspended)? {
            return Ok(());
        }
        if matches!(slot, Slot::Key) {
            return Err(keyless(tag));
        }
        tape.push(leaf(Kind::Dangling, span, name));
        Ok(())
    }

    /// Turns to an object of an earlier record, which is read again in place of a reference, if it is still at hand.
    pub(super) fn detour<'t>(
        &mut self,
        cursor: &mut Cursor<'t>,
        tape: &mut Tape,
        id: Option<Bytes>,
        slot: Slot,
        suspended: &mut Suspended<'t>,
    ) -> Result<bool, Fault> {
        let text = cursor.text();
        if self.reread <= 0 || self.depth >= MAX_DEPTH || suspended.cursors.len() >= MAX_DEPTH {
            return Ok(false);
        }
        // What stands further down may not be there yet when the text arrives in smaller blocks.
        let start = id
            .and_then(|id| self.objects.get(&id_at(text, id)))
            .map(|seen| seen.at)
            .filter(|&at| at < self.record_start)
            .and_then(|at| usize::try_from(at.checked_sub(self.forgotten)?).ok());
        let Some(start) = start else { return Ok(false) };
        let mut there = Cursor::new(text, start);
        let Token::Open(tag) = there.next()? else { return Ok(false) };
        let [id] = tag.find(["RefId"])?;
        let frames = self.frames.len();
        suspended.cursors.push(Detour { outer: std::mem::replace(cursor, there), frames, start });
        self.object(cursor, tape, &tag, id, slot, suspended)?;
        self.resume(cursor, suspended);
        Ok(true)
    }

    /// Back to where the references stood, once the objects that they stand for have been read.
    pub(super) fn resume<'t>(&mut self, cursor: &mut Cursor<'t>, suspended: &mut Suspended<'t>) {
        while let Some(detour) = suspended.cursors.pop_if(|detour| detour.frames >= self.frames.len()) {
            self.reread -= length(detour.start, cursor.end());
            *cursor = detour.outer;
        }
    }

    /// The node of an object that is on the tape already.
    pub(super) fn on_tape(&self, text: &str, id: Bytes) -> Option<u32> {
        let seen = self.objects.get(&id_at(text, id))?;
        (seen.record == self.record).then_some(seen.node)
    }

    pub(super) const fn absolute(&self, offset: usize) -> u64 {
        self.forgotten + offset as u64
    }
}

pub(super) fn id_at(text: &str, span: Bytes) -> Id {
    Id::new(text.get(span.range()).unwrap_or_default())
}

pub(super) fn length(start: usize, end: usize) -> i64 {
    i64::try_from(end.saturating_sub(start)).unwrap_or(i64::MAX)
}
