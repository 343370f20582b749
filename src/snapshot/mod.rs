//! The exported objects by party and noun, each property read by its schema.
//!
//! A record belongs to a [`Party`], an organization of one platform, or its party is unclear. Lints, topology and
//! expressions see a [`View`]: one party of each platform. As yet all exports of a platform are one party's.
//!
//! Knows nothing of lints or of how anything is printed. Whatever the input format was, a record here is the same.

pub(crate) mod certificate;
pub(crate) mod coerce;
mod console;
mod contradiction;
pub(crate) mod identify;
mod ingest;
mod local_date;
mod obscured;
mod outputs;
mod party;
mod record;
mod sighting;
mod value;
mod view;

pub use ingest::{Ingest, IngestOptions, Ingested};
pub use party::{Evidence, Identity, Party, PartyId};
pub use record::Record;
pub use sighting::Contradiction;
pub use value::{Fact, Gap, Group, Item, Lack, Lacks, List, LocalDate, Nested, Obscured, Place, Value};
pub use view::View;

use std::collections::BTreeMap;

use crate::diagnostic::{ExportState, Extent, Failure, Limit, Platform};
use crate::format::NodeRef;
use crate::schema::{Cardinality, Derived, NounId, Registry};
use crate::source::SourceId;

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

/// What is there of the objects of one noun. There is an export, maybe without objects.
#[derive(Debug, Default)]
struct Collection {
    /// Indices of the records, ascending.
    records: Vec<u32>,
    /// Its exports.
    shown: Vec<Shown>,
    /// Exports contradict each other.
    is_contradicted: bool,
}

/// An export of the objects of one noun and party.
#[derive(Debug)]
struct Shown {
    source: SourceId,
    /// Its place among the inputs.
    input: Option<usize>,
    records: u64,
    /// Whether the objects are given, as those of a lint's case, and nobody exported them.
    is_given: bool,
    /// How much of what the cmdlet lists it holds.
    extent: Extent,
}

impl Collection {
    /// Whether something was exported at all.
    fn is_exported(&self) -> bool {
        self.shown.iter().any(|shown| shown.extent.state() != ExportState::Failed)
    }

    /// Why an object that is not among the records may be there all the same. An export that lists everything is
    /// enough, but for objects of servers: each export may be of other servers.
    fn gap(&self, cardinality: Cardinality) -> Option<Gap> {
        if self.is_contradicted {
            return Some(Gap::Contradicted);
        }
        let mut extents = self.shown.iter().map(|shown| &shown.extent);
        let is_whole = match cardinality {
            Cardinality::Server => extents.all(Extent::proves_absence),
            Cardinality::Organization | Cardinality::Recipient => extents.any(Extent::proves_absence),
        };
        let lacking = self.shown.iter().map(|shown| &shown.extent).filter(|extent| !extent.proves_absence());
        lacking.map(gap_of).min_by_key(|gap| *gap as u8).filter(|_| !is_whole)
    }
}

fn gap_of(extent: &Extent) -> Gap {
    match extent {
        Extent::Selected(_) => Gap::Selected,
        Extent::Limited(Limit::Damaged) | Extent::Failed(Failure::Damaged) => Gap::Unclear,
        Extent::Limited(_) => Gap::Limited,
        Extent::Failed(_) | Extent::Complete | Extent::Silent => Gap::Failed,
    }
}

/// All exported objects of a run that lints need together.
#[derive(Debug)]
pub struct Snapshot {
    registry: &'static Registry,
    parties: Vec<Party>,
    /// All that are kept, in the order they were read.
    records: Vec<Record>,
    placed: BTreeMap<(NounId, PartyId), Collection>,
    /// What nobody is known to be the owner of.
    unclear: BTreeMap<NounId, Collection>,
}

impl Snapshot {
    /// Without any export.
    #[must_use]
    pub const fn new(registry: &'static Registry) -> Self {
        Self {
            registry,
            parties: Vec::new(),
            records: Vec::new(),
            placed: BTreeMap::new(),
            unclear: BTreeMap::new(),
        }
    }

    /// The cmdlets it knows.
    #[must_use]
    pub const fn registry(&self) -> &'static Registry {
        self.registry
    }

    /// The organizations that it has objects of, in the order in which they were met.
    #[must_use]
    pub fn parties(&self) -> &[Party] {
        &self.parties
    }

    /// A party of this snapshot.
    #[must_use]
    pub fn party(&self, id: PartyId) -> Option<&Party> {
        self.parties.get(id.index())
    }

    /// The party whose exports those of a platform are: all exports of a platform are taken for one organization's.
    pub(crate) fn party_on(&mut self, platform: Platform) -> PartyId {
        self.first_on(platform).unwrap_or_else(|| {
            // There is one party for each platform.
            let index = u16::try_from(self.parties.len()).unwrap_or(u16::MAX);
            self.parties.push(Party::exported(platform));
            PartyId::new(platform, index)
        })
    }

    fn first_on(&self, platform: Platform) -> Option<PartyId> {
        let index = self.parties.iter().position(|party| party.platform == platform)?;
        Some(PartyId::new(platform, u16::try_from(index).ok()?))
    }

    /// Takes from an object of a party what tells the party from others.
    fn learn(&mut self, id: PartyId, root: NodeRef<'_>) {
        if let Some(party) = self.parties.get_mut(id.index())
            && !party.identity.is_known()
        {
            party.identity.learn(root);
        }
    }

    /// The hybrid pair of the exports.
    #[must_use]
    pub fn view(&self) -> View<'_> {
        View::new(self, self.first_on(Platform::OnPrem), self.first_on(Platform::Cloud))
    }

    fn placed(&self, party: PartyId, noun: NounId) -> Option<&Collection> {
        self.placed.get(&(noun, party))
    }

    fn unclear(&self, noun: NounId) -> Option<&Collection> {
        self.unclear.get(&noun)
    }

    fn at(&self, indices: &[u32]) -> Vec<&Record> {
        indices.iter().filter_map(|&index| self.records.get(index as usize)).collect()
    }

    fn collection_mut(&mut self, origin: Option<PartyId>, noun: NounId) -> &mut Collection {
        match origin {
            Some(party) => self.placed.entry((noun, party)).or_default(),
            None => self.unclear.entry(noun).or_default(),
        }
    }

    /// There is an export of the cmdlet, whether it has objects or not.
    /// All exports whose party is known.
    fn exports(&self) -> impl Iterator<Item = (NounId, PartyId, &Shown)> {
        self.placed
            .iter()
            .flat_map(|(&(noun, party), of)| of.shown.iter().map(move |shown| (noun, party, shown)))
    }

    fn exports_mut(&mut self) -> impl Iterator<Item = (NounId, PartyId, &mut Shown)> {
        let all = self.placed.iter_mut();
        all.flat_map(|(&(noun, party), of)| of.shown.iter_mut().map(move |shown| (noun, party, shown)))
    }

    fn mark_exported(&mut self, origin: Option<PartyId>, noun: NounId, shown: Shown) {
        self.collection_mut(origin, noun).shown.push(shown);
    }

    /// Keeps an object.
    pub(crate) fn add(&mut self, record: Record) {
        let Ok(index) = u32::try_from(self.records.len()) else { return };
        self.collection_mut(record.origin(), record.noun()).records.push(index);
        self.records.push(record);
    }

    /// Puts the exports of each object together, once everything is read. Recipients, which may be millions, are told
    /// apart as they are read.
    pub(crate) fn unite(&mut self) {
        let mut records: Vec<Option<Record>> =
            std::mem::take(&mut self.records).into_iter().map(Some).collect();
        let mut united: Vec<(u32, CollectionKey, Record)> = Vec::with_capacity(records.len());
        let placed = self.placed.iter().map(|(&(noun, party), of)| ((noun, Some(party)), of));
        for (key, of) in placed.chain(self.unclear.iter().map(|(&noun, of)| ((noun, None), of))) {
            let taken = of
                .records
                .iter()
                .filter_map(|&index| Some((index, records.get_mut(index as usize)?.take()?)));
            let taken: Vec<(u32, Record)> = taken.collect();
            let is_recipient = self.registry.cmdlet(key.0).cardinality == Cardinality::Recipient;
            let objects = if is_recipient || key.1.is_none() { taken } else { sighting::unite(taken) };
            united.extend(objects.into_iter().map(|(index, record)| (index, key, record)));
        }
        united.sort_by_key(|(index, ..)| *index);
        self.placed.values_mut().chain(self.unclear.values_mut()).for_each(|of| of.records.clear());
        for (_, (noun, party), record) in united {
            let Ok(index) = u32::try_from(self.records.len()) else { return };
            self.collection_mut(party, noun).records.push(index);
            self.records.push(record);
        }
    }

    /// What the exports of one object contradict each other in, in the order the objects were read.
    pub fn contradictions(&self) -> impl Iterator<Item = Contradiction<'_>> {
        self.records.iter().flat_map(sighting::contradictions)
    }
}

/// Whose objects of which noun.
type CollectionKey = (NounId, Option<PartyId>);

#[cfg(test)]
mod tests;
