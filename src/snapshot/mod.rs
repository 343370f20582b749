//! The exported objects by side and noun, each property read by its schema.
//!
//! Knows nothing of lints or of how anything is printed. Whatever the input format was, a record here is the same.

pub(crate) mod certificate;
pub(crate) mod coerce;
mod console;
pub(crate) mod identify;
mod ingest;
mod record;
pub(crate) mod text;
mod value;

pub use ingest::{Ingest, IngestOptions};
pub use record::Record;
pub use value::{Fact, Group, Item, Lack, List, Nested, Obscured, Place, Value};

use crate::diagnostic::Side;
use crate::schema::{Derived, NounId, Registry, Scope};

/// What a run needs to keep of the records: all others are seen once, while they are read.
#[derive(Clone, Debug)]
pub struct Retention {
    /// For each noun the properties that are kept of large files, by their index; `None` for nouns of which nothing
    /// is kept.
    wanted: Vec<Option<Vec<bool>>>,
}

impl Retention {
    /// Nothing is kept.
    #[must_use]
    pub fn nothing(registry: &Registry) -> Self {
        Self { wanted: vec![None; registry.len()] }
    }

    /// Keeps the objects of a noun, with what names them.
    pub fn keep(&mut self, registry: &Registry, noun: NounId) {
        let Some(wanted) = self.wanted.get_mut(noun.index()) else { return };
        let cmdlet = registry.cmdlet(noun);
        let flags = wanted.get_or_insert_with(|| vec![false; cmdlet.object.properties().len()]);
        let properties = cmdlet.object.properties();
        for &property in cmdlet.identity.iter().flatten() {
            flags[property] = true;
            // A thumbprint may have to be worked out.
            if let (Some(Derived::Certificate(_)), Some(raw)) =
                (properties[property].derived, cmdlet.object.find("RawData"))
            {
                flags[raw] = true;
            }
        }
    }

    /// Keeps a property of a noun's objects, and what it may be derived from.
    pub fn keep_property(&mut self, registry: &Registry, noun: NounId, property: usize) {
        self.keep(registry, noun);
        let object = &registry.cmdlet(noun).object;
        let Some(Some(flags)) = self.wanted.get_mut(noun.index()) else { return };
        let derived = object.properties().get(property).and_then(|property| property.derived);
        let source = derived.and_then(|_| object.find("RawData"));
        for property in [Some(property), source].into_iter().flatten() {
            if let Some(flag) = flags.get_mut(property) {
                *flag = true;
            }
        }
    }

    fn wanted(&self, noun: NounId) -> Option<&[bool]> {
        self.wanted.get(noun.index())?.as_deref()
    }
}

/// What is there of a cmdlet's objects on one side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Presence {
    /// There is an export, maybe without objects.
    exported: bool,
    /// Some of its records could not be read.
    incomplete: bool,
}

/// The objects of one noun.
#[derive(Debug, Default)]
struct Collection {
    records: Vec<Record>,
    /// By [`Side`], in the order of [`Side::ALL`].
    presence: [Presence; 2],
    /// Whether there are records whose side is not known.
    has_unclear: bool,
}

/// All exported objects of a run that lints need together.
#[derive(Debug)]
pub struct Snapshot {
    registry: &'static Registry,
    collections: Vec<Collection>,
}

impl Snapshot {
    /// Without any export.
    #[must_use]
    pub fn new(registry: &'static Registry) -> Self {
        Self { registry, collections: registry.iter().map(|_| Collection::default()).collect() }
    }

    /// The cmdlets it knows.
    #[must_use]
    pub const fn registry(&self) -> &'static Registry {
        self.registry
    }

    fn collection(&self, noun: NounId) -> &Collection {
        &self.collections[noun.index()]
    }

    fn collection_mut(&mut self, noun: NounId) -> &mut Collection {
        &mut self.collections[noun.index()]
    }

    /// There is an export of the cmdlet, whether it has objects or not.
    pub fn mark_exported(&mut self, side: Option<Side>, noun: NounId) {
        let collection = self.collection_mut(noun);
        match side {
            Some(side) => collection.presence[side as usize].exported = true,
            None => collection.has_unclear = true,
        }
    }

    /// An export of the cmdlet could not be read whole.
    pub fn mark_incomplete(&mut self, side: Option<Side>, noun: NounId) {
        self.mark_exported(side, noun);
        let presence = &mut self.collection_mut(noun).presence;
        match side {
            Some(side) => presence[side as usize].incomplete = true,
            // What could not be read may be of either.
            None => presence.iter_mut().for_each(|presence| presence.incomplete = true),
        }
    }

    /// Keeps an object.
    pub fn add(&mut self, record: Record) {
        self.mark_exported(record.side(), record.noun());
        self.collection_mut(record.noun()).records.push(record);
    }

    /// Whether there is an export of a cmdlet on a side.
    #[must_use]
    pub fn is_exported(&self, side: Side, noun: NounId) -> bool {
        self.collection(noun).presence[side as usize].exported
    }

    /// Whether there is anything at all of a cmdlet.
    #[must_use]
    pub fn has_any(&self, noun: NounId) -> bool {
        let collection = self.collection(noun);
        collection.has_unclear || collection.presence.iter().any(|presence| presence.exported)
    }

    /// The objects of a noun on one side, or on both for `None`, in the order they were read. Objects whose side is
    /// unclear are only among those of both.
    pub fn records(&self, side: Option<Side>, noun: NounId) -> impl Iterator<Item = &Record> {
        let records = self.collection(noun).records.iter();
        records.filter(move |record| side.is_none() || record.side() == side)
    }

    /// Why there may be more objects than [`Snapshot::records`] gives.
    #[must_use]
    pub fn lacks(&self, side: Option<Side>, noun: NounId) -> Vec<Lack<'static>> {
        match side {
            Some(side) => self.lack(side, noun).into_iter().collect(),
            None => self.lacks_of_both(noun),
        }
    }

    fn lack(&self, side: Side, noun: NounId) -> Option<Lack<'static>> {
        let collection = self.collection(noun);
        let presence = collection.presence[side as usize];
        if presence.exported && !presence.incomplete && !collection.has_unclear {
            return None;
        }
        // The unclear ones may be the ones that are looked for.
        if presence.exported || collection.has_unclear {
            return Some(Lack::Incomplete { side, noun });
        }
        Some(Lack::Export { side, noun })
    }

    /// Settings of the organization are needed from both sides; mailboxes may well live on one only, and their
    /// records are judged one by one.
    fn lacks_of_both(&self, noun: NounId) -> Vec<Lack<'static>> {
        let cmdlet = self.registry.cmdlet(noun);
        let collection = self.collection(noun);
        let one_is_enough = cmdlet.scope == Scope::Recipient && self.has_any(noun);
        let lacks = cmdlet.sides.iter().filter_map(|&side| {
            let presence = collection.presence[side as usize];
            if presence.incomplete {
                return Some(Lack::Incomplete { side, noun });
            }
            if presence.exported || one_is_enough {
                return None;
            }
            // Those whose side is unclear may all be of the other side.
            Some(if collection.has_unclear {
                Lack::Incomplete { side, noun }
            } else {
                Lack::Export { side, noun }
            })
        });
        lacks.collect()
    }

    /// Nouns of which there is an export, with the side (`None` where it is unclear).
    #[must_use]
    pub fn exported(&self) -> Vec<(Option<Side>, NounId)> {
        let mut all = Vec::new();
        for (noun, _) in self.registry.iter() {
            let collection = self.collection(noun);
            all.extend(
                Side::ALL
                    .into_iter()
                    .filter(|&side| collection.presence[side as usize].exported)
                    .map(|side| (Some(side), noun)),
            );
            if collection.has_unclear {
                all.push((None, noun));
            }
        }
        all
    }
}
