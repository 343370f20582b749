//! The XML of `ConvertTo-Xml`: objects as nested `Property` elements whose values are what `ToString()` printed.
//!
//! Knows nothing of cmdlets or types, but for those by which an empty list differs from an empty text.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::cursor::{Cursor, Tag, Token, escape_of};
use super::documents::{Content, Documents, Found};
use super::{Fault, bytes};
use crate::format::{Bytes, Escape, Kind, MAX_DEPTH, Node, Problem, Reader, Step, Tape, escape};

/// Reads the XML that `ConvertTo-Xml` writes; see [`Reader`].
pub struct ConvertToXml {
    documents: Documents<Objects>,
}

impl ConvertToXml {
    /// A reader at the beginning of a file.
    #[must_use]
    pub fn new() -> Self {
        Self { documents: Documents::new(Objects::default()) }
    }
}

impl Default for ConvertToXml {
    fn default() -> Self {
        Self::new()
    }
}

impl Reader for ConvertToXml {
    fn next(&mut self, text: &str, at: &mut usize, last: bool, tape: &mut Tape) -> Step {
        self.documents.next(text, at, last, tape)
    }

    fn forget(&mut self, consumed: usize) {
        self.documents.forget(consumed);
    }
}

/// A text as it stands in the file.
type Raw = (Bytes, Escape);

const NO_NAME: Raw = (Bytes::new(0, 0), Escape::None);

/// An element that is open within a record.
#[derive(Clone, Copy, Debug)]
enum Frame {
    /// `Object`, `Property`.
    Value(Value),
    /// Not known.
    Other,
}

/// An `Object` or `Property` so far.
#[derive(Clone, Copy, Debug)]
struct Value {
    node: u32,
    tag_start: usize,
    tag_end: usize,
    type_name: Option<Bytes>,
    has_text: bool,
    /// Whether a comment or the like stands in it.
    is_broken: bool,
    children: u32,
    named: u32,
    /// The first child, where it is text without a name.
    caption: Option<u32>,
    entries: Entries,
    /// Whether its text becomes the name of the next one.
    is_key: bool,
}

/// Whether a value is a dictionary, of which the entries are written as `Key`, `Value`, `Key`, `Value`.
#[derive(Clone, Copy, Debug)]
enum Entries {
    /// It is not.
    No,
    /// It may be: the next child is a `Key`.
    Key,
    /// It may be: the next child is the `Value` for this key.
    Value(Node),
}

/// The objects of one document, and the one that is being read.
#[derive(Default)]
struct Objects {
    frames: Vec<Frame>,
    /// Whether the children are the items of an `Object` that is a list.
    is_in_list: bool,
    /// Whether types are given: `-NoTypeInformation` leaves them out.
    is_typed: bool,
    /// The last type name, which most often is the next one's, too.
    type_name: Option<Arc<str>>,
}

impl Content for Objects {
    const ROOT: &'static str = "Objects";
    const FORMAT: &'static str = "ConvertTo-Xml";
    const EXPORT: &'static str = "ConvertTo-Xml writes such files; to read another format, name it";

    fn begin(&mut self, _text: &str, root: &Tag<'_>) -> Result<(), Fault> {
        root.find([])?;
        self.leave();
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
        // An `Object` holds no other.
        let open = if self.is_in_list { self.frames.len() } else { self.frames.len().min(1) };
        self.frames.clear();
        u32::try_from(open).unwrap_or(u32::MAX)
    }

    fn leave(&mut self) {
        self.is_in_list = false;
    }

    fn forget(&mut self, _consumed: usize) {}
}

impl Objects {
    /// An end tag that ends no record.
    fn ascend(&mut self, cursor: &Cursor<'_>, name: &str) -> Result<Found, Fault> {
        let expected = if self.is_in_list { "Object" } else { Self::ROOT };
        if name == expected {
            return Ok(if std::mem::take(&mut self.is_in_list) { Found::Nothing } else { Found::End });
        }
        let is_root = name == Self::ROOT;
        if is_root {
            self.is_in_list = false;
        }
        let message = format!("</{name}> stands where </{expected}> belongs");
        let resume = if is_root { cursor.start() } else { cursor.end() };
        Err(Fault::damage(cursor.start()..cursor.end(), message, resume))
    }

    /// A child of the root, or an item of a list of records.
    fn child<'t>(&mut self, cursor: &mut Cursor<'t>, tape: &mut Tape, tag: &Tag<'t>) -> Result<Found, Fault> {
        if tag.name == Self::ROOT {
            return Err(Fault::Root(tag.start));
        }
        self.frames.clear();
        cursor.begin_record(tag);
        let [type_name] = tag.find(["Type"])?;
        let text = cursor.text();
        if tag.name != if self.is_in_list { "Property" } else { "Object" } {
            self.skip(cursor, tape, tag)?;
            let message = format!("the element <{}> is not known and is passed over", tag.name);
            return Ok(Found::Odd(Problem::warning(bytes(tag.start, tag.end), message)));
        }
        self.is_typed = type_name.is_some() || (self.is_in_list && self.is_typed);
        let record = self.record(text, tag, type_name);
        if tag.is_empty {
            return Ok(self.empty_record(text, tape, tag, type_name));
        }
        tape.push(leaf(Kind::Null, (bytes(tag.start, tag.end), Escape::None), NO_NAME));
        self.frames.push(Frame::Value(record));
        if let Some(offset) = self.run(cursor, tape)? {
            return Ok(Found::Entered(offset));
        }
        if let [node] = tape.nodes()
            && (node.text.is_empty() || matches!(node.kind, Kind::List | Kind::Null))
        {
            tape.clear();
            return Ok(self.empty_record(text, tape, tag, type_name));
        }
        Ok(Found::Record { type_name: self.named_type(text, type_name) })
    }

    fn record(&self, text: &str, tag: &Tag<'_>, type_name: Option<Bytes>) -> Value {
        Value {
            node: 0,
            tag_start: tag.start,
            tag_end: tag.end,
            type_name,
            has_text: false,
            is_broken: false,
            children: 0,
            named: 0,
            caption: None,
            entries: self.entries(text, type_name),
            is_key: false,
        }
    }

    /// `<Object />` is `$null`; with a type it is an object without properties, a list without items, an empty text.
    fn empty_record(
        &mut self,
        text: &str,
        tape: &mut Tape,
        tag: &Tag<'_>,
        type_name: Option<Bytes>,
    ) -> Found {
        let name = raw(text, type_name);
        if type_name.is_none() || is_list(name) {
            return Found::Nothing;
        }
        let (kind, span) = match name {
            "System.String" => (Kind::String, bytes(tag.end, tag.end)),
            _ => (Kind::Object, bytes(tag.start, tag.end)),
        };
        tape.push(leaf(kind, (span, Escape::None), NO_NAME));
        Found::Record { type_name: self.named_type(text, type_name) }
    }

    fn named_type(&mut self, text: &str, span: Option<Bytes>) -> Option<Arc<str>> {
        let name = escape::decode(raw(text, Some(span?)), Escape::Xml);
        if self.type_name.as_deref() != Some(&*name) {
            self.type_name = Some(name.into());
        }
        self.type_name.clone()
    }

    /// Whether the type, or the lack of types, lets a value be a dictionary.
    fn entries(&self, text: &str, type_name: Option<Bytes>) -> Entries {
        let name = raw(text, type_name);
        let may_be = match type_name {
            Some(_) => ["Dictionary", "Hashtable", "SortedList"].iter().any(|part| name.contains(part)),
            None => !self.is_typed,
        };
        if may_be { Entries::Key } else { Entries::No }
    }

    /// Passes over an element.
    fn skip<'t>(&mut self, cursor: &mut Cursor<'t>, tape: &mut Tape, tag: &Tag<'t>) -> Result<(), Fault> {
        if !tag.is_empty {
            self.frames.push(Frame::Other);
            self.run(cursor, tape)?;
        }
        Ok(())
    }

    /// Reads until no frame is open. The offset is where the items begin, if the record is a list of records.
    fn run<'t>(&mut self, cursor: &mut Cursor<'t>, tape: &mut Tape) -> Result<Option<usize>, Fault> {
        while !self.frames.is_empty() {
            self.plain_children(cursor, tape);
            let token = cursor.next()?;
            let Some(top) = self.frames.last_mut() else { break };
            match (top, token) {
                (_, Token::Open(tag)) => {
                    if self.begins_records(cursor.text(), &tag)? {
                        self.frames.clear();
                        self.is_in_list = true;
                        return Ok(Some(tag.start));
                    }
                    self.open(cursor.text(), tape, &tag)?;
                }
                (_, Token::Close(_)) => self.close(cursor, tape)?,
                (Frame::Other, _) => {}
                (Frame::Value(value), Token::Text) => {
                    if !cursor.is_blank() {
                        value.has_text = true;
                        if value.children > 0 {
                            return Err(cursor.stray_text());
                        }
                    }
                }
                (Frame::Value(value), Token::Reference) => {
                    value.has_text = true;
                    if value.children > 0 {
                        return Err(cursor.stray_text());
                    }
                }
                (Frame::Value(value), Token::Other | Token::CData) => value.is_broken = true,
            }
        }
        Ok(None)
    }

    /// Whether the tag begins the first item of a record that is a list of objects.
    fn begins_records(&self, text: &str, tag: &Tag<'_>) -> Result<bool, Fault> {
        let [Frame::Value(record)] = self.frames.as_slice() else { return Ok(false) };
        let is_first = record.children == 0 && !record.has_text && !self.is_in_list;
        if !is_first || tag.is_empty || tag.name != "Property" || tag.find(["Name"])?[0].is_some() {
            return Ok(false);
        }
        let mut cursor = Cursor::new(text, tag.end);
        loop {
            match cursor.next()? {
                Token::Open(inner) => return Ok(inner.name == "Property"),
                Token::Text if cursor.is_blank() => {}
                Token::Other => {}
                Token::Text | Token::Reference | Token::CData | Token::Close(_) => return Ok(false),
            }
        }
    }

    /// Reads as many properties as are nothing but text; most are.
    fn plain_children(&mut self, cursor: &mut Cursor<'_>, tape: &mut Tape) {
        if self.frames.len() >= MAX_DEPTH {
            return;
        }
        let text = cursor.text();
        while let Some(Frame::Value(parent)) = self.frames.last_mut() {
            let property = cursor.plain(["Name", "Type"], |tag| (tag == "Property").then_some(()));
            let Some(property) = property.filter(|property| !property.text.is_empty()) else { return };
            cursor.skip_plain(&property);
            let [name, _] = property.values;
            let name = named(text, name);
            let (slot, is_key) = parent.begin_child(text, tape, property.start, name);
            let escape = escape_of(raw(text, Some(property.text)), Escape::Xml);
            let node = tape.push(leaf(Kind::String, (property.text, escape), slot));
            self.end_leaf(tape, node, is_key);
        }
    }

    fn open(&mut self, text: &str, tape: &mut Tape, tag: &Tag<'_>) -> Result<(), Fault> {
        if self.frames.len() >= MAX_DEPTH {
            let message = format!("properties are nested more than {MAX_DEPTH} levels deep");
            let problem = Problem::error(bytes(tag.start, tag.end), message)
                .with_help("export again with a -Depth of 10 or less");
            return Err(Fault::Bad { problem: problem.into(), resume: tag.start });
        }
        match tag.name {
            Self::ROOT => return Err(Fault::Root(tag.start)),
            "Object" => return Err(Fault::unclosed(tag.start..tag.end, "Object", tag.start)),
            _ => {}
        }
        let [name, type_name] = tag.find(["Name", "Type"])?;
        let frame = match self.frames.last_mut() {
            Some(Frame::Value(parent)) if tag.name == "Property" => {
                let name = named(text, name);
                let (slot, is_key) = parent.begin_child(text, tape, tag.start, name);
                let node = tape.push(leaf(Kind::Null, (bytes(tag.start, tag.end), Escape::None), slot));
                Frame::Value(Value { node, is_key, ..self.record(text, tag, type_name) })
            }
            _ if tag.is_empty => return Ok(()),
            _ => Frame::Other,
        };
        self.frames.push(frame);
        if tag.is_empty {
            return self.end(text, tape, tag.end, tag.end);
        }
        Ok(())
    }

    fn close(&mut self, cursor: &Cursor<'_>, tape: &mut Tape) -> Result<(), Fault> {
        self.end(cursor.text(), tape, cursor.start(), cursor.end())
    }

    /// The top frame ends: its content at `content_end`, its end tag at `end`.
    fn end(&mut self, text: &str, tape: &mut Tape, content_end: usize, end: usize) -> Result<(), Fault> {
        let Some(Frame::Value(mut value)) = self.frames.pop() else { return Ok(()) };
        if value.children > 0 {
            value.flush_key(tape);
            self.end_container(tape, &value, end);
            return Ok(());
        }
        if value.is_broken {
            let message = "a value is in several parts, which no export is";
            return Err(Fault::damage(value.tag_start..value.tag_end, message, end));
        }
        let (kind, span) = if value.tag_end < content_end {
            (Kind::String, bytes(value.tag_end, content_end))
        } else {
            self.empty(text, &value, end)
        };
        let escape = match kind {
            Kind::String => escape_of(text.get(span.range()).unwrap_or_default(), Escape::Xml),
            _ => Escape::None,
        };
        if let Some(node) = tape.node_mut(value.node) {
            (node.kind, node.text, node.escape) = (kind, span, escape);
        }
        if kind == Kind::String {
            self.end_leaf(tape, value.node, value.is_key);
        }
        Ok(())
    }

    /// What a value without content is.
    fn empty(&self, text: &str, value: &Value, end: usize) -> (Kind, Bytes) {
        let whole = bytes(value.tag_start, end);
        match value.type_name {
            Some(_) if is_list(raw(text, value.type_name)) => (Kind::List, whole),
            None if self.is_typed => (Kind::Null, whole),
            _ => (Kind::String, bytes(value.tag_end, value.tag_end)),
        }
    }

    /// A text has ended; it may be a key, or what its parent prints.
    fn end_leaf(&mut self, tape: &mut Tape, index: u32, is_key: bool) {
        let Some(Frame::Value(parent)) = self.frames.last_mut() else { return };
        let Some(node) = tape.nodes().get(index as usize).copied() else { return };
        if is_key && !node.text.is_empty() {
            tape.truncate(index);
            parent.entries = Entries::Value(node);
        }
        if parent.children == 1 && parent.named == 0 {
            parent.caption = Some(index);
        }
    }

    fn end_container(&mut self, tape: &mut Tape, value: &Value, end: usize) {
        tape.close(value.node, bytes(0, end).end);
        if let Some(node) = tape.node_mut(value.node) {
            node.kind = if value.named > 0 { Kind::Object } else { Kind::List };
        }
        if value.named > 0
            && let Some(node) = value.caption.and_then(|caption| tape.node_mut(caption))
        {
            node.kind = Kind::Display;
        }
        if let (true, Some(Frame::Value(parent))) = (value.is_key, self.frames.last_mut()) {
            parent.entries = Entries::No;
        }
    }
}

impl Value {
    /// A child begins at `start`. Returns its name, which may be the key before it, and whether it is a key itself.
    fn begin_child(&mut self, text: &str, tape: &mut Tape, start: usize, name: Raw) -> (Raw, bool) {
        if self.has_text && self.children == 0 {
            let span = bytes(self.tag_end, start);
            tape.push(leaf(Kind::Display, (span, escape_of(raw(text, Some(span)), Escape::Xml)), NO_NAME));
        }
        self.children += 1;
        self.named += u32::from(!name.0.is_empty());
        match (self.entries, raw(text, Some(name.0))) {
            (Entries::No, _) => (name, false),
            (Entries::Key, "Key") => (name, true),
            (Entries::Value(key), "Value") => {
                self.entries = Entries::Key;
                ((key.text, key.escape), false)
            }
            _ => {
                self.flush_key(tape);
                self.entries = Entries::No;
                (name, false)
            }
        }
    }

    /// A property `Key` that no `Value` follows is a property like others.
    fn flush_key(&mut self, tape: &mut Tape) {
        if let Entries::Value(key) = self.entries {
            tape.push(key);
            self.entries = Entries::No;
        }
    }
}

/// Whether a type is one of .NET's or Exchange's collections.
fn is_list(type_name: &str) -> bool {
    let is_dictionary = type_name.contains("Dictionary") || type_name.contains("Hashtable");
    let is_collection = type_name.contains("System.Collections.")
        || type_name.contains("MultiValuedProperty")
        || type_name.contains("ProxyAddressCollection")
        || type_name.ends_with("[]");
    is_collection && !is_dictionary
}

fn raw(text: &str, span: Option<Bytes>) -> &str {
    span.and_then(|span| text.get(span.range())).unwrap_or_default()
}

fn named(text: &str, span: Option<Bytes>) -> Raw {
    match span {
        Some(span) if !span.is_empty() => (span, escape_of(raw(text, Some(span)), Escape::Xml)),
        _ => NO_NAME,
    }
}

const fn leaf(kind: Kind, (text, escape): Raw, (name, name_escape): Raw) -> Node {
    Node { kind, escape, name_escape, name, text, end: 0 }
}
