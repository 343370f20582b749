//! CLIXML, as `Export-Clixml` writes it: object graphs with type names and references.
//!
//! Puts each object on the tape as it stands; knows nothing of cmdlets or of what a type means.

mod element;
mod references;
#[cfg(test)]
mod tests;

use element::Element;
use references::{Id, REREAD_BYTES, REREAD_FACTOR, Seen, Suspended, id_at, length};
use std::collections::HashMap;
use std::sync::Arc;

use super::cursor::{Cursor, Tag, Token, escape_of};
use super::documents::{Content, Documents, Found};
use super::{Fault, MAX_ELEMENTS, bytes};
use crate::format::{Bytes, Escape, Kind, MAX_DEPTH, Node, NodeRef, Problem, Reader, Step, Tape, escape};

/// Reads CLIXML; see [`Reader`].
pub struct CliXml {
    documents: Documents<Graph>,
}

impl CliXml {
    /// A reader at the beginning of a file.
    #[must_use]
    pub fn new() -> Self {
        Self { documents: Documents::new(Graph::default()) }
    }
}

impl Default for CliXml {
    fn default() -> Self {
        Self::new()
    }
}

impl Reader for CliXml {
    fn next(&mut self, text: &str, at: &mut usize, last: bool, tape: &mut Tape) -> Step {
        self.documents.next(text, at, last, tape)
    }

    fn forget(&mut self, consumed: usize) {
        self.documents.forget(consumed);
    }
}

/// Type names that are kept of one file take at most this many bytes; real files have some kilobytes.
const MAX_TYPE_BYTES: usize = 16 << 20;

/// No record has this number.
const NO_RECORD: u64 = 0;

/// What the children of `Objs` are within.
#[derive(Clone, Copy, Debug)]
enum Level {
    /// In a list whose items are records; the name of its element.
    Items(&'static str),
    /// Behind the items, before the end of the object that is the list.
    Tail,
}

/// A name as it stands in the text.
type Name = (Bytes, Escape);

/// An element that is open within a record.
#[derive(Clone, Copy, Debug)]
enum Frame {
    /// `Obj`.
    Object { node: u32, is_key: bool },
    /// `Props`, `MS`.
    Members,
    /// `LST`, `IE`, `STK`, `QUE`.
    Items,
    /// `DCT`.
    Dictionary,
    /// `En`.
    Entry { key: Option<Name>, value: Option<u32> },
    /// `TN`, with its `RefId`; `is_read` after its first `T`.
    Types { id: Option<Bytes>, is_read: bool },
    /// Not known.
    Other,
}

/// Where a value belongs.
#[derive(Clone, Copy, Debug)]
enum Slot {
    /// A property, an item, a wrapped primitive.
    Child(Name),
    Key,
    Value,
}

const NO_NAME: Name = (Bytes::new(0, 0), Escape::None);

/// What ended the reading of a record.
enum End {
    /// Its end tag.
    Closed,
    /// It is a list whose items are the records, beginning at this offset.
    Entered(usize),
}

/// The objects of one document, and the one that is being read.
#[derive(Default)]
struct Graph {
    levels: Vec<Level>,
    frames: Vec<Frame>,
    /// How many of the frames are objects.
    depth: usize,
    /// How many of those are keys of dictionaries, which do not stay on the tape, or are within such.
    keys: usize,
    /// First type name of each `TN`.
    types: HashMap<Id, Arc<str>>,
    type_bytes: usize,
    objects: HashMap<Id, Seen>,
    /// Number of the record; 1 is the first.
    record: u64,
    record_start: u64,
    type_name: Option<Arc<str>>,
    /// Bytes of the file that were dropped.
    forgotten: u64,
    /// Bytes of repeated objects that may still be read. The last one may have been larger than that.
    reread: i64,
}

impl Content for Graph {
    const ROOT: &'static str = "Objs";
    const FORMAT: &'static str = "CLIXML";
    const EXPORT: &'static str = "Export-Clixml writes such files; to read another format, name it";

    fn begin(&mut self, text: &str, root: &Tag<'_>) -> Result<(), Fault> {
        let [version] = root.find(["Version"])?;
        let value = version.and_then(|span| text.get(span.range())).unwrap_or("1.1.0.1");
        if value.split('.').next() != Some("1") {
            let message = format!("CLIXML version {value} is not known, only version 1");
            let problem = Problem::error(version.unwrap_or_default(), message)
                .with_help("export with Export-Clixml of PowerShell 5.1 or 7");
            return Err(Fault::Fatal(problem.into()));
        }
        self.levels.clear();
        self.types.clear();
        self.objects.clear();
        self.type_bytes = 0;
        self.reread = self.reread.max(REREAD_BYTES);
        Ok(())
    }

    fn read<'t>(&mut self, cursor: &mut Cursor<'t>, tape: &mut Tape) -> Result<Found, Fault> {
        loop {
            match cursor.next()? {
                Token::Open(tag) => return self.child(cursor, tape, &tag),
                Token::Close(name) => return self.ascend(cursor, name),
                Token::Text if cursor.is_blank() => {}
                Token::Other => return Ok(Found::Nothing),
                Token::Text | Token::Reference | Token::CData => return Err(cursor.stray_text()),
            }
        }
    }

    fn abandon(&mut self) -> u32 {
        let start = self.record_start;
        self.objects.retain(|_, seen| seen.at < start);
        let open = u32::try_from(self.depth).unwrap_or(u32::MAX);
        self.reset();
        open
    }

    fn leave(&mut self) {
        self.levels.clear();
    }

    fn forget(&mut self, consumed: usize) {
        self.forgotten += consumed as u64;
        let gone = self.forgotten;
        self.objects.retain(|_, seen| seen.at >= gone);
    }
}

impl Graph {
    fn reset(&mut self) {
        self.frames.clear();
        self.depth = 0;
        self.keys = 0;
        self.type_name = None;
    }

    /// An end tag that ends no record.
    fn ascend(&mut self, cursor: &Cursor<'_>, name: &str) -> Result<Found, Fault> {
        let expected = match self.levels.last() {
            None => Self::ROOT,
            Some(Level::Items(name)) => name,
            Some(Level::Tail) => "Obj",
        };
        if name != expected {
            let message = format!("</{name}> stands where </{expected}> belongs");
            let is_root = name == Self::ROOT;
            if is_root {
                self.levels.clear();
            }
            let resume = if is_root { cursor.start() } else { cursor.end() };
            return Err(Fault::damage(cursor.start()..cursor.end(), message, resume));
        }
        match self.levels.pop() {
            None => return Ok(Found::End),
            Some(Level::Items(_)) => self.levels.push(Level::Tail),
            Some(Level::Tail) => {}
        }
        Ok(Found::Nothing)
    }

    /// A child of the root, or an item of a list of records.
    fn child<'t>(&mut self, cursor: &mut Cursor<'t>, tape: &mut Tape, tag: &Tag<'t>) -> Result<Found, Fault> {
        let element = Element::of(tag.name);
        if element == Element::Root {
            return Err(Fault::Root(tag.start));
        }
        self.reset();
        self.record += 1;
        self.record_start = self.absolute(tag.start);
        cursor.begin_record(tag);
        let [_, id, stream] = tag.find(["N", "RefId", "S"])?;
        let text = cursor.text();
        let is_output = stream.is_none_or(|span| {
            text.get(span.range()).is_some_and(|name| name.eq_ignore_ascii_case("Output"))
        });
        // What is passed over is read all the same: later objects may refer to its types.
        let is_record = is_output && !matches!(self.levels.last(), Some(Level::Tail));
        let is_list_allowed = is_record && self.levels.len() < MAX_DEPTH;
        let mut suspended = Suspended::default();
        let end = match element {
            Element::Value(kind, escape) => {
                self.value(cursor, tape, tag, (kind, escape), NO_NAME)?;
                End::Closed
            }
            Element::Null => {
                cursor.value(tag, Escape::Xml)?;
                return Ok(Found::Nothing);
            }
            Element::Object => {
                self.object(cursor, tape, tag, id, Slot::Child(NO_NAME), &suspended)?;
                self.run(cursor, tape, &mut suspended, is_list_allowed)?
            }
            Element::Reference => {
                cursor.value(tag, Escape::Xml)?;
                if !self.detour(cursor, tape, id, Slot::Child(NO_NAME), &mut suspended)? {
                    return Ok(if is_record { unresolved(cursor, tag) } else { Found::Nothing });
                }
                self.run(cursor, tape, &mut suspended, false)?
            }
            _ => {
                let is_tail = matches!(self.levels.last(), Some(Level::Tail));
                let frame =
                    if is_tail && element == Element::Members { Frame::Members } else { Frame::Other };
                if !tag.is_empty {
                    self.frames.push(frame);
                    self.run(cursor, tape, &mut suspended, false)?;
                }
                if is_tail {
                    return Ok(Found::Nothing);
                }
                let message = format!("the element <{}> is not known and is passed over", tag.name);
                return Ok(Found::Odd(Problem::warning(bytes(tag.start, tag.end), message)));
            }
        };
        self.reread += REREAD_FACTOR * length(tag.start, cursor.end());
        Ok(match end {
            End::Entered(offset) => {
                // A reference to the list as a whole would read all records once more.
                if let Some(id) = id {
                    self.objects.remove(&id_at(text, id));
                }
                Found::Entered(offset)
            }
            End::Closed if is_record => Found::Record { type_name: self.type_name.take() },
            End::Closed => Found::Nothing,
        })
    }

    /// Reads until no frame is open. Leaves the cursor behind the record, whatever happens.
    fn run<'t>(
        &mut self,
        cursor: &mut Cursor<'t>,
        tape: &mut Tape,
        suspended: &mut Suspended<'t>,
        is_list_allowed: bool,
    ) -> Result<End, Fault> {
        let credit = self.reread;
        let mut result = self.elements(cursor, tape, suspended, is_list_allowed);
        if result.is_err() {
            // The record may be tried again with more text.
            self.reread = credit;
        }
        if let Some(first) = suspended.cursors.drain(..).next() {
            *cursor = first.outer;
            if let Err(Fault::Bad { resume, .. }) = &mut result {
                *resume = cursor.end();
            }
        }
        result
    }

    fn elements<'t>(
        &mut self,
        cursor: &mut Cursor<'t>,
        tape: &mut Tape,
        suspended: &mut Suspended<'t>,
        is_list_allowed: bool,
    ) -> Result<End, Fault> {
        while let Some(&top) = self.frames.last() {
            if matches!(top, Frame::Members | Frame::Items) {
                plain_values(cursor, tape, matches!(top, Frame::Members));
            }
            match cursor.next()? {
                Token::Open(tag) => {
                    if is_list_allowed
                        && let Element::Items(name) = Element::of(tag.name)
                        && matches!(self.frames.as_slice(), [Frame::Object { .. }])
                        && holds_records(cursor.text(), &tag)?
                    {
                        self.levels.push(if tag.is_empty { Level::Tail } else { Level::Items(name) });
                        self.reset();
                        return Ok(End::Entered(tag.end));
                    }
                    self.open(cursor, tape, &tag, top, suspended)?;
                }
                Token::Close(_) => self.close(cursor, tape, top)?,
                Token::Text if matches!(top, Frame::Other) || cursor.is_blank() => {}
                Token::Other => {}
                Token::Reference | Token::CData if matches!(top, Frame::Other) => {}
                Token::Text | Token::Reference | Token::CData => return Err(cursor.stray_text()),
            }
            self.resume(cursor, suspended);
        }
        Ok(End::Closed)
    }

    fn open<'t>(
        &mut self,
        cursor: &mut Cursor<'t>,
        tape: &mut Tape,
        tag: &Tag<'t>,
        top: Frame,
        suspended: &mut Suspended<'t>,
    ) -> Result<(), Fault> {
        // What is repeated was found fit where it stands.
        if self.frames.len() >= MAX_ELEMENTS && suspended.cursors.is_empty() {
            return Err(too_deep(tag));
        }
        let element = Element::of(tag.name);
        if element == Element::Root {
            return Err(Fault::Root(tag.start));
        }
        let [name, id] = tag.find(["N", "RefId"])?;
        let frame = match (top, element) {
            (Frame::Object { .. } | Frame::Members | Frame::Items | Frame::Entry { .. }, _)
                if element.is_value() =>
            {
                let slot = slot(cursor.text(), tag, top, name)?;
                return self.slotted(cursor, tape, tag, (element, id, slot), suspended);
            }
            (Frame::Object { .. }, Element::Display) => {
                let (text, escape) = cursor.value(tag, Escape::CliXml)?;
                tape.push(leaf(Kind::Display, (text, escape), NO_NAME));
                return Ok(());
            }
            (Frame::Object { .. }, Element::TypesReference) => {
                if self.frames.len() == 1 {
                    self.type_name =
                        id.and_then(|id| self.types.get(&id_at(cursor.text(), id))).map(Arc::clone);
                }
                Frame::Other
            }
            (Frame::Object { .. }, Element::Types) => Frame::Types { id, is_read: false },
            (Frame::Object { .. } | Frame::Members, Element::Members) => Frame::Members,
            (Frame::Object { node, .. }, Element::Items(_)) => {
                if let Some(node) = tape.node_mut(node) {
                    node.kind = Kind::List;
                }
                Frame::Items
            }
            (Frame::Object { .. }, Element::Dictionary) => Frame::Dictionary,
            (Frame::Dictionary, Element::Entry) => Frame::Entry { key: None, value: None },
            (Frame::Types { id, is_read: false }, Element::Type) => {
                let (span, escape) = cursor.value(tag, Escape::CliXml)?;
                self.name_type(cursor.text(), id, (span, escape));
                return Ok(());
            }
            _ => Frame::Other,
        };
        if !tag.is_empty {
            self.frames.push(frame);
        } else if matches!(frame, Frame::Entry { .. }) {
            return Err(incomplete_entry(tag.start, tag.end));
        }
        Ok(())
    }

    /// The type that is most derived: the first of a `TN`.
    fn name_type(&mut self, text: &str, id: Option<Bytes>, (span, escaped): Name) {
        if let Some(Frame::Types { is_read, .. }) = self.frames.last_mut() {
            *is_read = true;
        }
        let is_of_record = self.frames.len() == 2;
        let raw = text.get(span.range()).unwrap_or_default();
        if id.is_none() && !is_of_record || raw.len() > MAX_TYPE_BYTES {
            return;
        }
        let name: Arc<str> = escape::decode(raw, escaped).into();
        if is_of_record {
            self.type_name = Some(Arc::clone(&name));
        }
        if let Some(id) = id
            && self.type_bytes + name.len() + id.range().len() <= MAX_TYPE_BYTES
        {
            self.type_bytes += name.len() + id.range().len();
            self.types.insert(id_at(text, id), name);
        }
    }

    /// A value in its place.
    fn slotted<'t>(
        &mut self,
        cursor: &mut Cursor<'t>,
        tape: &mut Tape,
        tag: &Tag<'t>,
        (element, id, slot): (Element, Option<Bytes>, Slot),
        suspended: &mut Suspended<'t>,
    ) -> Result<(), Fault> {
        let name = match slot {
            Slot::Child(name) => name,
            Slot::Key | Slot::Value => NO_NAME,
        };
        if matches!(slot, Slot::Value) {
            self.note_value(tape.next_index());
        }
        let is_in_object = matches!(self.frames.last(), Some(Frame::Object { .. } | Frame::Members));
        if element == Element::Object
            && name.0.is_empty()
            && is_in_object
            && suspended.cursors.is_empty()
            && let Some(line) = cursor.beside_record(tag.start)
        {
            return Err(Fault::unclosed(tag.start..tag.end, "Obj", line));
        }
        match (element, slot) {
            (Element::Object, _) => self.object(cursor, tape, tag, id, slot, suspended),
            (Element::Value(_, escape), Slot::Key) => {
                let key = cursor.value(tag, escape)?;
                self.note_key(key);
                Ok(())
            }
            (Element::Value(kind, escape), _) => self.value(cursor, tape, tag, (kind, escape), name),
            (Element::Reference, _) => {
                cursor.value(tag, Escape::Xml)?;
                self.reference(cursor, tape, tag, (id, slot), suspended)
            }
            (_, Slot::Key) => Err(keyless(tag)),
            _ => {
                cursor.value(tag, Escape::Xml)?;
                let text = (bytes(tag.start, cursor.end()), Escape::None);
                tape.push(leaf(Kind::Null, text, name));
                Ok(())
            }
        }
    }

    fn note_key(&mut self, name: Name) {
        if let Some(Frame::Entry { key, .. }) = self.frames.last_mut() {
            *key = Some(name);
        }
    }

    fn note_value(&mut self, node: u32) {
        if let Some(Frame::Entry { value, .. }) = self.frames.last_mut() {
            *value = Some(node);
        }
    }

    /// A primitive.
    fn value<'t>(
        &self,
        cursor: &mut Cursor<'t>,
        tape: &mut Tape,
        tag: &Tag<'t>,
        (kind, escape): (Kind, Escape),
        name: Name,
    ) -> Result<(), Fault> {
        let (span, escape) = cursor.value(tag, escape)?;
        let raw = cursor.text().get(span.range()).unwrap_or_default();
        tape.push(leaf(kind_of(kind, raw), (span, escape), name));
        Ok(())
    }

    /// The start tag of an object.
    fn object(
        &mut self,
        cursor: &Cursor<'_>,
        tape: &mut Tape,
        tag: &Tag<'_>,
        id: Option<Bytes>,
        slot: Slot,
        suspended: &Suspended<'_>,
    ) -> Result<(), Fault> {
        let name = match slot {
            Slot::Child(name) => name,
            Slot::Key | Slot::Value => NO_NAME,
        };
        if self.depth >= MAX_DEPTH && suspended.cursors.is_empty() {
            return Err(too_deep(tag));
        }
        let is_key = matches!(slot, Slot::Key);
        if !suspended.cursors.is_empty() && !is_key {
            let known = id.and_then(|id| self.on_tape(cursor.text(), id)).map(Kind::Reference);
            // Not deep where it stands, only where it is repeated.
            let instead = if self.depth >= MAX_DEPTH { known.or(Some(Kind::Dangling)) } else { known };
            if let Some(kind) = instead {
                tape.push(leaf(kind, (bytes(tag.start, tag.end), Escape::None), name));
                if !tag.is_empty {
                    self.frames.push(Frame::Other);
                }
                return Ok(());
            }
        }
        let node = tape.push(leaf(Kind::Object, (bytes(tag.start, tag.end), Escape::None), name));
        self.depth += 1;
        self.keys += usize::from(is_key || self.keys > 0);
        self.frames.push(Frame::Object { node, is_key });
        if let Some(id) = id {
            let record = if self.keys > 0 { NO_RECORD } else { self.record };
            let seen = Seen { at: self.absolute(tag.start), record, node };
            self.objects.insert(id_at(cursor.text(), id), seen);
        }
        if tag.is_empty {
            return self.close(cursor, tape, Frame::Object { node, is_key });
        }
        Ok(())
    }

    fn close(&mut self, cursor: &Cursor<'_>, tape: &mut Tape, top: Frame) -> Result<(), Fault> {
        self.frames.pop();
        match top {
            Frame::Object { node, is_key } => {
                tape.close(node, bytes(0, cursor.end()).end);
                self.depth -= 1;
                self.keys = self.keys.saturating_sub(1);
                if is_key {
                    self.close_key(cursor, tape, node)?;
                }
            }
            Frame::Entry { key: Some((name, escape)), value: Some(value) } => {
                if let Some(node) = tape.node_mut(value) {
                    (node.name, node.name_escape) = (name, escape);
                }
            }
            Frame::Entry { .. } => return Err(incomplete_entry(cursor.start(), cursor.end())),
            Frame::Members | Frame::Items | Frame::Dictionary | Frame::Types { .. } | Frame::Other => {}
        }
        Ok(())
    }

    /// A key that is an object: its text becomes the name, it does not stay.
    fn close_key(&mut self, cursor: &Cursor<'_>, tape: &mut Tape, node: u32) -> Result<(), Fault> {
        let Some(name) = key_text(cursor.text(), tape, node) else {
            return Err(Fault::damage(cursor.start()..cursor.end(), KEYLESS, cursor.end()));
        };
        tape.truncate(node);
        self.note_key(name);
        Ok(())
    }
}

/// Reads as many values as are plain; most are.
fn plain_values(cursor: &mut Cursor<'_>, tape: &mut Tape, is_named: bool) {
    let wanted = |tag: &str| match Element::of(tag) {
        Element::Value(kind, escape) => Some((kind, escape)),
        _ => None,
    };
    while let Some(plain) = cursor.plain(["N"], wanted) {
        cursor.skip_plain(&plain);
        let (kind, escape) = plain.element;
        let raw = cursor.text().get(plain.text.range()).unwrap_or_default();
        let [name] = plain.values;
        let name = name.filter(|_| is_named);
        let text = (plain.text, escape_of(raw, escape));
        tape.push(leaf(kind_of(kind, raw), text, name_at(cursor.text(), name)));
    }
}

/// Whether the items of the list that begins with `tag` are objects; also where it has none.
fn holds_records(text: &str, tag: &Tag<'_>) -> Result<bool, Fault> {
    if tag.is_empty {
        return Ok(true);
    }
    let mut cursor = Cursor::new(text, tag.end);
    loop {
        match cursor.next()? {
            Token::Open(tag) => {
                let element = Element::of(tag.name);
                return Ok(matches!(element, Element::Object | Element::Reference | Element::Null));
            }
            Token::Close(_) => return Ok(true),
            Token::Text | Token::Other => {}
            Token::Reference | Token::CData => return Ok(false),
        }
    }
}

/// Where a value within `top` belongs.
fn slot(text: &str, tag: &Tag<'_>, top: Frame, name: Option<Bytes>) -> Result<Slot, Fault> {
    let raw = name.and_then(|name| text.get(name.range())).unwrap_or_default();
    match top {
        Frame::Entry { .. } if raw.eq_ignore_ascii_case("Key") => Ok(Slot::Key),
        Frame::Entry { .. } if raw.eq_ignore_ascii_case("Value") => Ok(Slot::Value),
        Frame::Entry { .. } => {
            let message = "an entry of a dictionary has something that is neither its Key nor its Value";
            Err(Fault::damage(tag.start..tag.end, message, tag.start))
        }
        Frame::Items => Ok(Slot::Child(NO_NAME)),
        _ => Ok(Slot::Child(name_at(text, name))),
    }
}

/// The name that an attribute gives.
fn name_at(text: &str, name: Option<Bytes>) -> Name {
    match name {
        Some(name) if !name.is_empty() => {
            (name, escape_of(text.get(name.range()).unwrap_or_default(), Escape::CliXml))
        }
        _ => NO_NAME,
    }
}

/// Among so many children is the text of a key; a key may be mentioned as often as there are entries.
const MAX_KEY_CHILDREN: usize = 16;

/// The text of an object that is a key: what it prints, or what it wraps.
fn key_text(text: &str, tape: &Tape, node: u32) -> Option<Name> {
    let object = NodeRef::at(text, tape, node)?;
    let mut first = object.children().take(MAX_KEY_CHILDREN);
    let found = first
        .clone()
        .find(|child| child.kind() == Kind::Display)
        .or_else(|| first.find(|child| !child.is_named()))?;
    (!matches!(found.kind(), Kind::Object | Kind::List)).then(|| (found.span(), found.node().escape))
}

const fn leaf(kind: Kind, (text, escape): Name, (name, name_escape): Name) -> Node {
    Node { kind, escape, name_escape, name, text, end: 0 }
}

/// What a primitive of `kind` is; of a flag its text says so.
fn kind_of(kind: Kind, text: &str) -> Kind {
    if kind != Kind::False {
        return kind;
    }
    match text.trim_ascii() {
        "true" | "1" => Kind::True,
        "false" | "0" => Kind::False,
        _ => Kind::String,
    }
}

const KEYLESS: &str = "an entry of a dictionary has a Key without text";

fn keyless(tag: &Tag<'_>) -> Fault {
    Fault::damage(tag.start..tag.end, KEYLESS, tag.end)
}

fn incomplete_entry(start: usize, end: usize) -> Fault {
    Fault::damage(start..end, "an entry of a dictionary lacks its Key or its Value", end)
}

fn too_deep(tag: &Tag<'_>) -> Fault {
    let message = format!("objects are nested more than {MAX_DEPTH} levels deep");
    let problem = Problem::error(bytes(tag.start, tag.end), message)
        .with_help("export again with a -Depth of 10 or less");
    Fault::Bad { problem: problem.into(), resume: tag.start }
}

fn unresolved(cursor: &Cursor<'_>, tag: &Tag<'_>) -> Found {
    let problem = Problem::warning(
        bytes(tag.start, cursor.end()),
        "this refers to an object that is not here, or too far above, and is passed over",
    );
    Found::Odd(problem.with_help("an object that was exported twice is read once"))
}
