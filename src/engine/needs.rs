//! What lints could not see, put together by what would settle it.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Need, NeedKind, Noun, NounId, Platform};
use crate::schema::Registry;
use crate::snapshot::{Gap, Lack, Obscured, Record};

/// What is lacking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    kind: NeedKind,
    noun: Option<NounId>,
    property: Option<&'static str>,
    side: Option<Platform>,
}

/// The needs of one lint.
#[derive(Debug, Default)]
pub(super) struct Needs {
    objects: BTreeMap<Key, u64>,
}

impl Needs {
    pub(super) fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// Notes why something could not be judged; `is_object` when that something is an object (or a pair of them).
    pub(super) fn add(&mut self, lacks: &[Lack<'_>], is_object: bool) {
        // Several reasons of one kind for one object count once.
        let keys: BTreeSet<Key> = lacks.iter().map(Key::new).collect();
        for key in keys {
            let counts = is_object && !matches!(key.kind, NeedKind::NoExport | NeedKind::Failed);
            *self.objects.entry(key).or_default() += u64::from(counts);
        }
    }

    /// All of them, as [`in_order`] has them.
    pub(super) fn list(&self, registry: &Registry) -> Vec<Need> {
        in_order(self.objects.iter().map(|(key, &objects)| key.need(registry, objects)).collect())
    }
}

/// As a reader looks for them, by the alphabet; each once.
pub(super) fn in_order(mut needs: Vec<Need>) -> Vec<Need> {
    needs.sort_by_cached_key(|need| (need.to_string(), need.clone()));
    needs.dedup();
    needs
}

impl Key {
    fn new(lack: &Lack<'_>) -> Self {
        let of_side = |kind, side, noun| Self { kind, noun: Some(noun), property: None, side: Some(side) };
        match *lack {
            Lack::Export { side, noun } => of_side(NeedKind::NoExport, side, noun),
            Lack::Incomplete { side, noun, gap } => {
                let kind = match gap {
                    Gap::Unclear => NeedKind::Incomplete,
                    Gap::Selected => NeedKind::Selected,
                    Gap::Limited => NeedKind::Limited,
                    Gap::Failed => NeedKind::Failed,
                    Gap::Contradicted => NeedKind::Contradicted,
                };
                of_side(kind, side, noun)
            }
            Lack::Object { side, noun } => of_side(NeedKind::NoObject, side, noun),
            Lack::Platform { record } => Self::of_record(NeedKind::SideUnclear, record, None),
            Lack::Property { record, property } => {
                let property = record.cmdlet().object.properties().get(property);
                let name = property.map_or("", |property| property.name.as_str());
                Self::of_record(NeedKind::NoProperty, record, Some(name))
            }
            Lack::Value { place, why } => {
                let kind = match why {
                    Obscured::Cut => NeedKind::Cut,
                    Obscured::Redacted => NeedKind::Redacted,
                    Obscured::Dangling => NeedKind::Dangling,
                    Obscured::NotA(expected) => NeedKind::NotA(expected),
                    Obscured::Blank => NeedKind::Blank,
                    Obscured::Contradicted => NeedKind::Contradicted,
                };
                Self::of_record(kind, place.record, Some(place.property_name()))
            }
            Lack::Expression(what) => {
                Self { kind: NeedKind::Expression(what), noun: None, property: None, side: None }
            }
        }
    }

    fn of_record(kind: NeedKind, record: &Record, property: Option<&'static str>) -> Self {
        Self { kind, noun: Some(record.noun()), property, side: record.side() }
    }

    fn need(self, registry: &Registry, objects: u64) -> Need {
        let Self { kind, noun, property, side } = self;
        let noun = noun.map(|id| (id, registry.cmdlet(id)));
        let command = noun.filter(|_| kind.is_settled_by_export());
        Need {
            kind,
            noun: noun.map(|(id, cmdlet)| Noun {
                id,
                name: cmdlet.noun().to_owned(),
                cmdlet: cmdlet.name.clone(),
            }),
            property: property.map(Into::into),
            side,
            command: command.and_then(|(_, cmdlet)| cmdlet.export_command(side?)),
            script: None,
            objects,
        }
    }
}
