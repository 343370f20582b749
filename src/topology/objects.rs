//! Reading the objects that paths are made of. Every answer is known, or carries the reason why it is not.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::diagnostic::{Platform, Scope};
use crate::snapshot::{Item, Lack, Obscured, Place, Record, Value, View};

/// What is known, or why it is not.
pub type Known<'s, T> = Result<T, Lack<'s>>;

/// The objects of one cmdlet on one side.
pub(super) struct Objects<'s> {
    pub(super) records: Vec<&'s Record>,
    /// Why there may be more.
    pub(super) lack: Option<Lack<'s>>,
}

impl<'s> Objects<'s> {
    /// Those of a noun that the schemas have; a test names all that are asked for.
    pub(super) fn of(view: View<'s>, side: Platform, noun: &str) -> Self {
        let Some(noun) = view.registry().find(noun) else {
            return Self {
                records: Vec::new(),
                lack: Some(Lack::Expression("a cmdlet that no schema describes")),
            };
        };
        let records = view.records(Scope::One(side), noun);
        Self { records, lack: view.lacks(Scope::One(side), noun).into_iter().next() }
    }

    pub(super) const fn is_complete(&self) -> bool {
        self.lack.is_none()
    }

    /// Whether `is_it` holds for some object.
    pub(super) fn any(&self, is_it: impl Fn(&'s Record) -> Known<'s, bool>) -> Known<'s, bool> {
        let mut lack = self.lack;
        for &record in &self.records {
            match is_it(record) {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(unknown) => lack = Some(unknown),
            }
        }
        lack.map_or(Ok(false), Err)
    }
}

/// Objects by the domains that a property of theirs has, so that a search for one does not read all of them.
pub(super) struct Listing<'s> {
    pub(super) objects: Objects<'s>,
    /// Positions of those that list a domain.
    listed: HashMap<Cow<'s, str>, Vec<usize>>,
    /// Those that may list more than is known.
    unclear: Vec<(usize, Lack<'s>)>,
}

impl<'s> Listing<'s> {
    /// By the items of a list.
    pub(super) fn by_list(objects: Objects<'s>, property: &str) -> Self {
        let mut listing = Self { objects, listed: HashMap::new(), unclear: Vec::new() };
        for position in 0..listing.objects.records.len() {
            let (items, mut lack) = list(listing.objects.records[position], property);
            for item in items {
                match item.value {
                    Ok(Value::Text(domain)) => listing.add(domain, position),
                    Ok(_) => {}
                    Err(unknown) => lack = Some(unknown),
                }
            }
            listing.unclear.extend(lack.map(|lack| (position, lack)));
        }
        listing
    }

    /// By a text, in whatever case.
    pub(super) fn by_text(objects: Objects<'s>, property: &str) -> Self {
        let mut listing = Self { objects, listed: HashMap::new(), unclear: Vec::new() };
        for position in 0..listing.objects.records.len() {
            match text(listing.objects.records[position], property) {
                Ok(Some((domain, _))) => listing.add(domain.trim().to_ascii_lowercase().into(), position),
                Ok(None) => {}
                Err(lack) => listing.unclear.push((position, lack)),
            }
        }
        listing
    }

    fn add(&mut self, domain: Cow<'s, str>, position: usize) {
        let positions = self.listed.entry(domain).or_default();
        if positions.last() != Some(&position) {
            positions.push(position);
        }
    }

    /// Those that list a domain (in lower case), in their order.
    pub(super) fn listing(&self, domain: &str) -> impl Iterator<Item = &'s Record> {
        self.positions(domain).iter().map(|&position| self.objects.records[position])
    }

    /// Those that list a domain, and those of which that is not known, in their order.
    pub(super) fn maybe_listing(&self, domain: &str) -> impl Iterator<Item = (&'s Record, Known<'s, bool>)> {
        let listed = self.positions(domain);
        let unclear = self.unclear.iter().filter(|(position, _)| listed.binary_search(position).is_err());
        let unclear = unclear.map(|&(position, lack)| (position, Err(lack)));
        let mut all: Vec<_> = listed.iter().map(|&position| (position, Ok(true))).chain(unclear).collect();
        all.sort_unstable_by_key(|(position, _)| *position);
        all.into_iter().map(|(position, listed)| (self.objects.records[position], listed))
    }

    fn positions(&self, domain: &str) -> &[usize] {
        self.listed.get(domain).map_or(&[], Vec::as_slice)
    }
}

/// A property's value and where it stands.
pub(super) fn value<'s>(record: &'s Record, name: &str) -> Known<'s, (Value<'s>, Place<'s>)> {
    match record.cmdlet().object.find(name) {
        Some(property) => record.read(property),
        None => Err(Lack::Expression("a property that the cmdlet does not have")),
    }
}

/// A boolean property.
pub(super) fn flag<'s>(record: &'s Record, name: &str) -> Known<'s, bool> {
    match value(record, name)? {
        (Value::Bool(flag), _) => Ok(flag),
        (_, place) => Err(Lack::Value { place, why: Obscured::Blank }),
    }
}

/// A text property and where it stands; `None` where it is blank.
pub(super) fn text<'s>(record: &'s Record, name: &str) -> Known<'s, Option<(Cow<'s, str>, Place<'s>)>> {
    Ok(match value(record, name)? {
        (Value::Text(text), place) if !text.trim().is_empty() => Some((text, place)),
        _ => None,
    })
}

/// The items of a list property, and why there may be more.
pub(super) fn list<'s>(record: &'s Record, name: &str) -> (Vec<Item<'s>>, Option<Lack<'s>>) {
    match value(record, name) {
        Ok((Value::List(list), _)) => (list.items.clone(), list.lacks.first().copied()),
        // A list of one item is often exported as that item.
        Ok((Value::Null, _)) => (Vec::new(), None),
        Ok((value, place)) => (vec![Item { value: Ok(value), place: Some(place) }], None),
        Err(lack) => (Vec::new(), Some(lack)),
    }
}

/// Whether a list property has an item for which `is_it` holds.
pub(super) fn lists<'s>(record: &'s Record, name: &str, is_it: impl Fn(&str) -> bool) -> Known<'s, bool> {
    let (items, mut lack) = list(record, name);
    for item in &items {
        match &item.value {
            Ok(Value::Text(text)) if is_it(text) => return Ok(true),
            Ok(_) => {}
            Err(unknown) => lack = Some(*unknown),
        }
    }
    lack.map_or(Ok(false), Err)
}

/// False if either is, whatever is known of the other.
pub(super) fn both<'s>(a: Known<'s, bool>, b: Known<'s, bool>) -> Known<'s, bool> {
    match (a, b) {
        (Ok(false), _) | (_, Ok(false)) => Ok(false),
        (Err(lack), _) | (_, Err(lack)) => Err(lack),
        (Ok(true), Ok(true)) => Ok(true),
    }
}

/// True if either is, whatever is known of the other.
pub(super) fn either<'s>(a: Known<'s, bool>, b: Known<'s, bool>) -> Known<'s, bool> {
    match (a, b) {
        (Ok(true), _) | (_, Ok(true)) => Ok(true),
        (Err(lack), _) | (_, Err(lack)) => Err(lack),
        (Ok(false), Ok(false)) => Ok(false),
    }
}
