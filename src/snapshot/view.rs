//! One hybrid pair of a snapshot: what lints, topology and expressions see.

use super::{Collection, Gap, Lack, PartyId, Record, Snapshot};
use crate::diagnostic::{Platform, Scope};
use crate::schema::{Cardinality, NounId, Registry};

/// An organization with its own servers and a tenant, either of which may be absent. `onprem.X` and `cloud.X` of the
/// language are theirs. Objects whose party is unclear may be of either, and are seen by every view.
#[derive(Clone, Copy, Debug)]
pub struct View<'s> {
    snapshot: &'s Snapshot,
    onprem: Option<PartyId>,
    cloud: Option<PartyId>,
}

impl<'s> View<'s> {
    pub(super) const fn new(snapshot: &'s Snapshot, onprem: Option<PartyId>, cloud: Option<PartyId>) -> Self {
        Self { snapshot, onprem, cloud }
    }

    /// The cmdlets that the snapshot knows.
    #[must_use]
    pub const fn registry(self) -> &'static Registry {
        self.snapshot.registry()
    }

    /// The party of a platform.
    #[must_use]
    pub const fn party(self, platform: Platform) -> Option<PartyId> {
        match platform {
            Platform::OnPrem => self.onprem,
            Platform::Cloud => self.cloud,
        }
    }

    fn placed(self, side: Platform, noun: NounId) -> Option<&'s Collection> {
        self.snapshot.placed(self.party(side)?, noun)
    }

    /// Whether there is an export of a cmdlet on a platform, with objects or without.
    #[must_use]
    pub fn is_exported(self, side: Platform, noun: NounId) -> bool {
        self.placed(side, noun).is_some_and(Collection::is_exported)
    }

    /// The objects of a noun, in the order they were read. Those whose party is unclear are only among those of both.
    #[must_use]
    pub fn records(self, scope: Scope, noun: NounId) -> Vec<&'s Record> {
        let mut indices: Vec<u32> = match scope {
            Scope::One(side) => self.placed(side, noun).map_or_else(Vec::new, |of| of.records.clone()),
            Scope::Both => {
                let placed = Platform::ALL.into_iter().filter_map(|side| self.placed(side, noun));
                let all = placed.chain(self.snapshot.unclear(noun));
                all.flat_map(|of| of.records.iter().copied()).collect()
            }
        };
        indices.sort_unstable();
        self.snapshot.at(&indices)
    }

    /// The objects of a noun whose party is unclear, in the order they were read.
    #[must_use]
    pub fn unplaced(self, noun: NounId) -> Vec<&'s Record> {
        self.snapshot.unclear(noun).map_or_else(Vec::new, |of| self.snapshot.at(&of.records))
    }

    /// Why there may be more objects than [`View::records`] gives.
    #[must_use]
    pub fn lacks(self, scope: Scope, noun: NounId) -> Vec<Lack<'static>> {
        match scope {
            Scope::One(side) => self.lack(side, noun).into_iter().collect(),
            Scope::Both => self.lacks_of_both(noun),
        }
    }

    fn lack(self, side: Platform, noun: NounId) -> Option<Lack<'static>> {
        // The unclear ones may be the ones that are looked for.
        let unclear = || self.snapshot.unclear(noun).map(|_| Gap::Unclear);
        let gap = match self.placed(side, noun) {
            Some(of) => of.gap(self.registry().cmdlet(noun).cardinality).or_else(unclear)?,
            None => match unclear() {
                Some(gap) => gap,
                None => return Some(Lack::Export { side, noun }),
            },
        };
        Some(Lack::Incomplete { side, noun, gap })
    }

    /// Settings of the organization are needed from both sides; mailboxes may well live on one only, and their
    /// records are judged one by one.
    fn lacks_of_both(self, noun: NounId) -> Vec<Lack<'static>> {
        let cmdlet = self.registry().cmdlet(noun);
        let unclear = self.snapshot.unclear(noun);
        let has_any = unclear.is_some() || Platform::ALL.into_iter().any(|side| self.is_exported(side, noun));
        let one_is_enough = cmdlet.cardinality == Cardinality::Recipient && has_any;
        let lacks = cmdlet.sides.iter().filter_map(|&side| {
            let placed = self.placed(side, noun);
            // What could not be read and is of nobody may be of either.
            if let Some(gap) = placed.into_iter().chain(unclear).find_map(|of| of.gap(cmdlet.cardinality)) {
                return Some(Lack::Incomplete { side, noun, gap });
            }
            if placed.is_some() || one_is_enough {
                return None;
            }
            // Those whose side is unclear may all be of the other side.
            Some(match unclear {
                Some(_) => Lack::Incomplete { side, noun, gap: Gap::Unclear },
                None => Lack::Export { side, noun },
            })
        });
        lacks.collect()
    }
}
