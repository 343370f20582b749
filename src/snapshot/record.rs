//! One exported object: its nodes, and which of them is which property of its type.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use super::coerce;
use super::party::PartyId;
use super::sighting::{self, Sightings};
use super::value::{Lack, Place, Value};
use crate::diagnostic::Platform;
use crate::format::{Bytes, Escape, Kind, Node, NodeRef, Tape};
use crate::schema::{Cmdlet, NounId, PropertyType, TextKind};
use crate::source::Text;

/// Bytes to both sides of a value that are kept with it when the rest of a large file is dropped.
const EXCERPT_MARGIN: usize = 120;

/// An exported object.
#[derive(Debug)]
pub struct Record {
    text: Arc<Text>,
    tape: Tape,
    root: u32,
    /// For each property of the type the index of its node.
    slots: Vec<Option<u32>>,
    cmdlet: &'static Cmdlet,
    noun: NounId,
    origin: Option<PartyId>,
    /// The other exports that show the object.
    sightings: Option<Box<Sightings>>,
}

impl Record {
    /// An object whose nodes are those of `tape` from `root` on. `slots` gives the node of each property of the
    /// cmdlet's type, or `None`.
    #[must_use]
    pub fn new(
        text: Arc<Text>,
        tape: Tape,
        root: u32,
        slots: Vec<Option<u32>>,
        cmdlet: &'static Cmdlet,
        noun: NounId,
        origin: Option<PartyId>,
    ) -> Self {
        Self { text, tape, root, slots, cmdlet, noun, origin, sightings: None }
    }

    /// The text that its nodes point into.
    #[must_use]
    pub const fn text(&self) -> &Arc<Text> {
        &self.text
    }

    /// The cmdlet that exported it.
    #[must_use]
    pub const fn cmdlet(&self) -> &'static Cmdlet {
        self.cmdlet
    }

    /// Its noun.
    #[must_use]
    pub const fn noun(&self) -> NounId {
        self.noun
    }

    /// The party that it is of, where the record or its file tells.
    #[must_use]
    pub const fn origin(&self) -> Option<PartyId> {
        self.origin
    }

    /// The platform that it is from, where the record or its file tells.
    #[must_use]
    pub fn side(&self) -> Option<Platform> {
        self.origin.map(PartyId::platform)
    }

    /// The other exports that show the object.
    pub(super) fn sightings(&self) -> Option<&Sightings> {
        self.sightings.as_deref()
    }

    pub(super) fn set_sightings(&mut self, sightings: Sightings) {
        self.sightings = Some(Box::new(sightings));
    }

    /// Whether a record is this object, or one of the exports that show it.
    #[must_use]
    pub fn is_same_object(&self, other: &Self) -> bool {
        sighting::are_of_one(self, other)
    }

    /// Gives the tape back to the reader.
    #[must_use]
    pub fn into_tape(self) -> Tape {
        self.tape
    }

    /// A node by its index.
    #[must_use]
    pub fn node(&self, index: u32) -> Option<NodeRef<'_>> {
        NodeRef::at(self.text.content(), &self.tape, index)
    }

    /// The object itself.
    #[must_use]
    pub fn root(&self) -> Option<NodeRef<'_>> {
        self.node(self.root)
    }

    /// The node of a property, by its index among those of the type.
    #[must_use]
    pub fn property_node(&self, property: usize) -> Option<NodeRef<'_>> {
        self.slots.get(property).copied().flatten().and_then(|index| self.node(index))
    }

    /// The value of a property, by its index among those of the type, and where it stands.
    ///
    /// # Errors
    ///
    /// Why the value is not known.
    pub fn read(&self, property: usize) -> Result<(Value<'_>, Place<'_>), Lack<'_>> {
        let sighted = self.sightings.as_ref().and_then(|sightings| sightings.read(self, property));
        sighted.unwrap_or_else(|| self.read_own(property))
    }

    /// What this record says of a property, whatever other exports of the object say.
    pub(super) fn read_own(&self, property: usize) -> Result<(Value<'_>, Place<'_>), Lack<'_>> {
        let lacking = Lack::Property { record: self, property };
        let kind = &self.cmdlet.object.properties().get(property).ok_or(lacking)?.kind;
        match self.property_node(property) {
            Some(node) => {
                let place = Place { record: self, node: node.index(), property };
                Ok((coerce::read(place, node, kind)?, place))
            }
            None => coerce::derive(self, property).unwrap_or(Err(lacking)),
        }
    }

    /// What an administrator calls it.
    #[must_use]
    pub fn identity(&self) -> String {
        for alternative in &self.cmdlet.identity {
            let names: Vec<String> =
                alternative.iter().filter_map(|&property| self.name_part(property)).collect();
            if !names.is_empty() && alternative.first().is_some_and(|&first| self.name_part(first).is_some())
            {
                return names.join(" ");
            }
        }
        String::new()
    }

    /// What tells it from others in whatever format it was exported: in lower case, and made of several properties
    /// where these are known. `ConvertTo-Json` writes of the identity `EX01\EWS (Default Web Site)` just its last part.
    #[must_use]
    pub fn stable_identity(&self) -> String {
        let properties = self.cmdlet.object.properties();
        let is_thumbprint = |property: usize| {
            let kind = properties.get(property).map(|property| &property.kind);
            matches!(kind, Some(PropertyType::Text(TextKind::Thumbprint)))
        };
        // It tells a certificate from all others; the server beside it is known of some exports only.
        if let Some(&[first, ..]) = self.cmdlet.identity.first().map(Vec::as_slice)
            && is_thumbprint(first)
            && let Some(thumbprint) = self.name_part(first)
        {
            return thumbprint.to_lowercase().replace(' ', "");
        }
        let known = |names: &&Vec<usize>| names.iter().all(|&property| self.name_part(property).is_some());
        let composed = self.cmdlet.identity.iter().filter(|names| names.len() > 1).find(known);
        let identity = match composed {
            Some(names) => {
                names.iter().filter_map(|&property| self.name_part(property)).collect::<Vec<_>>().join(" ")
            }
            None => self.identity(),
        };
        identity.to_lowercase().replace('\\', " ")
    }

    fn name_part(&self, property: usize) -> Option<String> {
        let text = match self.property_node(property) {
            Some(node) => coerce::text_of(node)?,
            None => match coerce::derive(self, property)? {
                Ok((Value::Text(text), _)) => text,
                _ => return None,
            },
        };
        let text = text.trim();
        (!text.is_empty() && !coerce::is_cut(text)).then(|| text.to_owned())
    }

    /// Where to point when a finding is about the object as a whole: its name, else the line it begins on.
    #[must_use]
    pub fn anchor(&self) -> Range<usize> {
        let named = self.cmdlet.identity.iter().filter_map(|names| names.first());
        let node = named.copied().find_map(|property| {
            let node = self.property_node(property)?;
            let is_plain =
                !matches!(node.kind(), Kind::Reference(_) | Kind::Dangling | Kind::Object | Kind::List);
            (is_plain && !node.span().is_empty()).then_some(node)
        });
        let Some(node) = node.or_else(|| self.root()) else { return 0..0 };
        first_line(self.text.content(), node.span())
    }

    /// The same object, sharing the text of its small file.
    pub(super) fn share(&self) -> Self {
        let mut tape = Tape::with_capacity(self.root().map_or(0, size));
        tape.set_names(self.tape.names().cloned());
        self.copy_subtree(self.root, &mut tape, |bytes| bytes);
        let moved = |index: u32| index.saturating_sub(self.root);
        let slots = self.slots.iter().map(|slot| slot.map(moved)).collect();
        Self { text: self.text.clone(), tape, root: 0, slots, sightings: None, ..*self }
    }

    /// The same object with only the properties that are `wanted`, in a text of its own, so that the file's block
    /// can be dropped.
    pub(super) fn compact(&self, wanted: &[bool]) -> Self {
        let mut kept: Vec<(usize, NodeRef<'_>)> = (0..self.slots.len())
            .filter(|&property| wanted.get(property).copied().unwrap_or(false))
            .filter_map(|property| Some((property, self.property_node(property)?)))
            .collect();
        // They are no properties of the type, and so have no slots.
        kept.extend(self.sources(wanted).map(|node| (usize::MAX, node)));
        let ranges: Vec<Range<usize>> = kept.iter().map(|(_, node)| with_name(node.node())).collect();
        let (text, moved) = self.text.excerpt(&ranges, EXCERPT_MARGIN, usize::MAX);
        let mut tape = Tape::with_capacity(1 + kept.iter().map(|(_, node)| size(*node)).sum::<usize>());
        tape.set_names(self.tape.names().cloned());
        let mut slots = vec![None; self.slots.len()];
        let root = tape.push(Node {
            kind: Kind::Object,
            escape: Escape::None,
            name_escape: Escape::None,
            name: Bytes::default(),
            text: Bytes::default(),
            end: 1,
        });
        for (((property, node), from), to) in kept.iter().zip(&ranges).zip(&moved) {
            if let Some(slot) = slots.get_mut(*property) {
                *slot = Some(tape.next_index());
            }
            let place = |at: u32| clamp_u32((at as usize).saturating_sub(from.start) + to.start);
            self.copy_subtree(node.index(), &mut tape, |bytes| {
                Bytes::new(place(bytes.start), place(bytes.end))
            });
        }
        tape.close(root, 0);
        Self { text: Arc::new(text), tape, root, slots, sightings: None, ..*self }
    }

    /// What tells which object it is and when it was changed, and what wanted properties are derived from that the record
    /// does not have itself.
    fn sources(&self, wanted: &[bool]) -> impl Iterator<Item = NodeRef<'_>> {
        let properties = self.cmdlet.object.properties().iter().enumerate();
        let lacking = properties.filter(|&(index, _)| {
            wanted.get(index).copied().unwrap_or(false) && self.property_node(index).is_none()
        });
        let mut names: Vec<&str> =
            lacking.filter_map(|(_, property)| coerce::source_of(property.derived?)).collect();
        names.extend(sighting::EVIDENCE);
        names.sort_unstable();
        names.dedup();
        names.into_iter().filter_map(|name| self.root()?.property(name))
    }

    /// Appends a node and its descendants to a tape, their spans moved by `place`.
    fn copy_subtree(&self, root: u32, tape: &mut Tape, place: impl Fn(Bytes) -> Bytes) {
        let Some(source) = self.node(root) else { return };
        let (first, end) = (tape.next_index(), source.node().end);
        let is_inside = |target: u32| (root..end).contains(&target);
        for node in &self.tape.nodes()[root as usize..end as usize] {
            let kind = match node.kind {
                Kind::Reference(target) if is_inside(target) => Kind::Reference(target - root + first),
                // What it points to is not copied.
                Kind::Reference(_) => Kind::Dangling,
                kind => kind,
            };
            let name = if is_name_in_text(node) { place(node.name) } else { node.name };
            let index = tape.push(Node { kind, name, text: place(node.text), ..*node });
            if let Some(copy) = tape.node_mut(index) {
                copy.end = node.end - root + first;
            }
        }
    }
}

/// How many nodes a node and its descendants are.
fn size(node: NodeRef<'_>) -> usize {
    node.node().end.saturating_sub(node.index()) as usize
}

/// A node's bytes with its name.
fn with_name(node: &Node) -> Range<usize> {
    let start = if is_name_in_text(node) { node.name.start.min(node.text.start) } else { node.text.start };
    Bytes::new(start, node.text.end).range()
}

fn is_name_in_text(node: &Node) -> bool {
    !node.name.is_empty() && node.name_escape != Escape::Header
}

fn clamp_u32(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

fn first_line(content: &str, bytes: Bytes) -> Range<usize> {
    let range = bytes.range();
    let line = content.get(range.clone()).map_or("", |text| text.lines().next().unwrap_or_default());
    range.start..range.start + line.len()
}

/// A property's name as written, for records without a schema.
pub(super) fn property_text<'a>(node: NodeRef<'a>, name: &str) -> Option<Cow<'a, str>> {
    coerce::text_of(node.property(name)?)
}
