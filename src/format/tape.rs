//! The tape: one record as a flat list of nodes in document order, each with the spans of its name and value.
//!
//! Nothing is copied out of the text and nothing is decoded before it is asked for. Readers reuse one tape for
//! all records of a file.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use super::escape::{self, Escape};

/// A range of bytes within the text of a block. Blocks are smaller than 4 GiB.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Bytes {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Bytes {
    /// The range `start..end`.
    #[must_use]
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// As a range that indexes text.
    #[must_use]
    pub const fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.start >= self.end
    }
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `null`, `<Nil />`, a `Property` without type or text.
    Null,
    /// `false`.
    False,
    /// `true`.
    True,
    /// A number as written; the span is its text.
    Number,
    /// A string; the span is its content, without quotes, escapes not yet decoded.
    String,
    /// A UTF-16 code unit as a decimal number (`<C>97</C>`).
    Char,
    /// A list. Children without a name are its items.
    List,
    /// An object. Children with a name are its properties; a child of kind [`Kind::Display`] is what its
    /// `ToString()` printed; another child without a name is the primitive it wraps (the number of an enum).
    Object,
    /// What an object's `ToString()` printed; only as a child of an object or list.
    Display,
    /// A reference to an earlier node of the same tape, which may enclose this one.
    Reference(u32),
    /// A reference that points to nothing that is still at hand: its value is unknown.
    Dangling,
    /// In a list: the export has left out items here, nobody knows how many. The span is the `...` in their place.
    Cut,
}

/// One value of a record.
#[derive(Clone, Copy, Debug)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// How `text` is escaped.
    pub escape: Escape,
    /// How `name` is escaped.
    pub name_escape: Escape,
    /// The property's name (content only), or an empty range at 0 where it has none.
    pub name: Bytes,
    /// The value as it stands in the file: for strings the content, for containers the whole of it.
    pub text: Bytes,
    /// Index of the first node after this one's descendants.
    pub end: u32,
}

/// The nodes of one record. Node 0 is the record itself.
#[derive(Clone, Debug, Default)]
pub struct Tape {
    nodes: Vec<Node>,
    names: Option<Arc<str>>,
}

impl Tape {
    /// Without nodes, with memory for so many.
    #[must_use]
    pub fn with_capacity(nodes: usize) -> Self {
        Self { nodes: Vec::with_capacity(nodes), names: None }
    }

    /// Forgets all nodes, keeps the memory.
    pub fn clear(&mut self) {
        self.nodes.clear();
    }

    /// Forgets the nodes from `index` on.
    pub fn truncate(&mut self, index: u32) {
        self.nodes.truncate(index as usize);
    }

    /// The names that nodes with [`Escape::Header`] point into: those of a table, which its records do not repeat.
    #[must_use]
    pub const fn names(&self) -> Option<&Arc<str>> {
        self.names.as_ref()
    }

    /// Sets the names of a table.
    pub fn set_names(&mut self, names: Option<Arc<str>>) {
        self.names = names;
    }

    /// All nodes in document order.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Number of nodes, which is the index of the next one.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a node takes at least one byte of a block, which is smaller than 4 GiB"
    )]
    pub fn next_index(&self) -> u32 {
        self.nodes.len() as u32
    }

    /// Appends a leaf, or a container that is closed later with [`Tape::close`]; returns its index.
    pub fn push(&mut self, node: Node) -> u32 {
        let index = self.next_index();
        self.nodes.push(Node { end: index + 1, ..node });
        index
    }

    /// Ends the container at `index`: what was pushed since are its descendants, `text_end` is where its text ends.
    pub fn close(&mut self, index: u32, text_end: u32) {
        let end = self.next_index();
        if let Some(node) = self.nodes.get_mut(index as usize) {
            node.end = end;
            node.text.end = text_end;
        }
    }

    /// The node at `index`, to be completed by its reader.
    pub fn node_mut(&mut self, index: u32) -> Option<&mut Node> {
        self.nodes.get_mut(index as usize)
    }
}

/// A node with the text and the tape it belongs to.
#[derive(Clone, Copy)]
pub struct NodeRef<'a> {
    text: &'a str,
    tape: &'a Tape,
    index: u32,
}

/// Most references point straight at an object; a longer chain is a loop.
const MAX_REFERENCE_HOPS: usize = 8;

impl<'a> NodeRef<'a> {
    /// The first node, where there is one.
    #[must_use]
    pub fn root(text: &'a str, tape: &'a Tape) -> Option<Self> {
        Self::at(text, tape, 0)
    }

    /// The node at `index`.
    #[must_use]
    pub fn at(text: &'a str, tape: &'a Tape, index: u32) -> Option<Self> {
        ((index as usize) < tape.nodes.len()).then_some(Self { text, tape, index })
    }

    /// Where it stands on the tape.
    #[must_use]
    pub const fn index(self) -> u32 {
        self.index
    }

    /// The node itself.
    #[must_use]
    pub fn node(self) -> &'a Node {
        &self.tape.nodes[self.index as usize]
    }

    /// What it is.
    #[must_use]
    pub fn kind(self) -> Kind {
        self.node().kind
    }

    /// Its value's bytes within the block.
    #[must_use]
    pub fn span(self) -> Bytes {
        self.node().text
    }

    /// Its value as it stands in the file.
    #[must_use]
    pub fn raw(self) -> &'a str {
        self.text.get(self.span().range()).unwrap_or_default()
    }

    /// Its value with escapes decoded. For containers the same as [`NodeRef::raw`].
    #[must_use]
    pub fn value(self) -> Cow<'a, str> {
        escape::decode(self.raw(), self.node().escape)
    }

    /// Whether it has a name.
    #[must_use]
    pub fn is_named(self) -> bool {
        !self.node().name.is_empty()
    }

    /// Its name with escapes decoded; empty where it has none.
    #[must_use]
    pub fn name(self) -> Cow<'a, str> {
        escape::decode(self.raw_name(), self.node().name_escape)
    }

    /// Its name as it stands in the file.
    #[must_use]
    pub fn raw_name(self) -> &'a str {
        let node = self.node();
        let names = match node.name_escape {
            Escape::Header => self.tape.names.as_deref().unwrap_or_default(),
            _ => self.text,
        };
        names.get(node.name.range()).unwrap_or_default()
    }

    /// Its children, in document order.
    #[must_use]
    pub fn children(self) -> Children<'a> {
        Children { text: self.text, tape: self.tape, next: self.index + 1, end: self.node().end }
    }

    /// Its named children.
    pub fn properties(self) -> impl Iterator<Item = Self> {
        self.children().filter(|child| child.is_named())
    }

    /// The items of a list: its children without a name.
    pub fn items(self) -> impl Iterator<Item = Self> {
        self.children().filter(|child| !child.is_named() && child.kind() != Kind::Display)
    }

    /// What the object's `ToString()` printed, where the format keeps it.
    #[must_use]
    pub fn display(self) -> Option<Self> {
        self.children().find(|child| child.kind() == Kind::Display)
    }

    /// The primitive that an object wraps: the number of an enum, the text of a string with notes.
    #[must_use]
    pub fn wrapped(self) -> Option<Self> {
        if self.kind() != Kind::Object {
            return None;
        }
        self.items().next()
    }

    /// The property of that name; names compare without regard to case. Where the name occurs twice the last wins,
    /// as in PowerShell's own readers.
    #[must_use]
    pub fn property(self, name: &str) -> Option<Self> {
        self.properties().filter(|child| child.name().eq_ignore_ascii_case(name)).last()
    }

    /// The node that a reference stands for, or the node itself; `None` for a reference that leads nowhere.
    #[must_use]
    pub fn resolve(self) -> Option<Self> {
        let mut node = self;
        for _ in 0..MAX_REFERENCE_HOPS {
            match node.kind() {
                Kind::Reference(target) => node = Self::at(node.text, node.tape, target)?,
                Kind::Dangling => return None,
                _ => return Some(node),
            }
        }
        None
    }
}

/// Iterator over a node's children.
#[derive(Clone)]
pub struct Children<'a> {
    text: &'a str,
    tape: &'a Tape,
    next: u32,
    end: u32,
}

impl<'a> Iterator for Children<'a> {
    type Item = NodeRef<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.next >= self.end {
            return None;
        }
        let child = NodeRef::at(self.text, self.tape, self.next)?;
        // A node that was never closed would otherwise loop.
        self.next = child.node().end.max(self.next + 1);
        Some(child)
    }
}
