//! Which object of the earlier exports is which of the later.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::schema::{Cardinality, PropertyType, TextKind};
use crate::snapshot::{Record, Value};

use super::value::Known;

/// Objects of one cmdlet and side, paired.
pub(super) struct Pairs<'r> {
    /// In both, in the order of the later exports.
    pub(super) both: Vec<(&'r Record, &'r Record)>,
    /// Only in the earlier.
    pub(super) gone: Vec<&'r Record>,
    /// Only in the later.
    pub(super) new: Vec<&'r Record>,
}

/// Pairs objects by name, then by GUID, then by what they are for.
pub(super) fn pair<'r>(before: Vec<&'r Record>, after: Vec<&'r Record>) -> Pairs<'r> {
    let mut pairs = Pairs { both: Vec::new(), gone: before, new: after };
    pairs.by(|record| Some(record.identity().to_lowercase()).filter(|name| !name.is_empty()));
    pairs.by(guid);
    pairs.renamed();
    pairs
}

impl<'r> Pairs<'r> {
    /// Pairs what has the same key.
    fn by(&mut self, key: impl Fn(&Record) -> Option<String>) {
        let mut known: BTreeMap<String, VecDeque<usize>> = BTreeMap::new();
        for (index, record) in self.gone.iter().enumerate() {
            if let Some(key) = key(record) {
                known.entry(key).or_default().push_back(index);
            }
        }
        let mut paired = BTreeSet::new();
        let mut new = Vec::new();
        for record in std::mem::take(&mut self.new) {
            match key(record).and_then(|key| known.get_mut(&key)?.pop_front()) {
                Some(index) => {
                    self.both.push((self.gone[index], record));
                    paired.insert(index);
                }
                None => new.push(record),
            }
        }
        self.new = new;
        let mut index = 0;
        self.gone.retain(|_| {
            index += 1;
            !paired.contains(&(index - 1))
        });
    }

    /// Pairs what is called otherwise and is for the same: the likest first.
    fn renamed(&mut self) {
        let mut likely = Vec::new();
        let gone: Vec<Traits> = self.gone.iter().map(|record| Traits::of(record)).collect();
        let new: Vec<Traits> = self.new.iter().map(|record| Traits::of(record)).collect();
        for (a, old) in gone.iter().enumerate() {
            for (b, new) in new.iter().enumerate() {
                likely.extend(old.likeness(new).map(|likeness| (std::cmp::Reverse(likeness), a, b)));
            }
        }
        likely.sort_unstable();
        let (mut used_old, mut used_new) = (BTreeSet::new(), BTreeSet::new());
        for (_, a, b) in likely {
            if !used_old.contains(&a) && !used_new.contains(&b) {
                used_old.insert(a);
                used_new.insert(b);
                self.both.push((self.gone[a], self.new[b]));
            }
        }
        let rest = |all: &[&'r Record], used: &BTreeSet<usize>| {
            let rest = all.iter().enumerate().filter(|(index, _)| !used.contains(index));
            rest.map(|(_, record)| *record).collect()
        };
        (self.gone, self.new) = (rest(&self.gone, &used_old), rest(&self.new, &used_new));
    }
}

/// The GUID of an object, which it keeps when it is renamed.
pub(super) fn guid(record: &Record) -> Option<String> {
    let property = record.cmdlet().object.find("Guid")?;
    match record.read(property).ok()?.0 {
        Value::Text(guid) if !guid.is_empty() => Some(guid.into_owned()),
        _ => None,
    }
}

/// What tells an object that has another name.
struct Traits {
    /// Whether it can be told at all.
    is_nameable: bool,
    /// Its name with a mark in place of each GUID.
    stem: String,
    has_guid: bool,
    /// The SMTP domains it is for; `None` where they are not all known.
    domains: Option<BTreeSet<String>>,
}

impl Traits {
    fn of(record: &Record) -> Self {
        let cmdlet = record.cmdlet();
        let first = cmdlet.identity.first().and_then(|names| names.first());
        let kind = first.and_then(|&property| cmdlet.object.properties().get(property));
        // Another thumbprint is another certificate, whatever its names are.
        let is_thumbprint =
            kind.is_some_and(|property| matches!(property.kind, PropertyType::Text(TextKind::Thumbprint)));
        let (stem, has_guid) = stem(&record.identity());
        let is_nameable = cmdlet.cardinality == Cardinality::Organization && !is_thumbprint;
        Self { is_nameable, stem, has_guid, domains: is_nameable.then(|| domains(record)).flatten() }
    }

    /// How sure it is that both are one object; `None` where they are not.
    fn likeness(&self, other: &Self) -> Option<u8> {
        if !self.is_nameable {
            return None;
        }
        let is_same_stem = self.has_guid && other.has_guid && self.stem == other.stem;
        match (&self.domains, &other.domains) {
            (Some(a), Some(b)) if !a.is_empty() && !b.is_empty() => match (a == b, is_same_stem) {
                (true, true) => Some(4),
                (false, true) if !a.is_disjoint(b) => Some(3),
                (true, false) => Some(2),
                _ => None,
            },
            _ => is_same_stem.then_some(1),
        }
    }
}

/// All domains that an object's properties name.
fn domains(record: &Record) -> Option<BTreeSet<String>> {
    let mut all = BTreeSet::new();
    for (index, property) in record.cmdlet().object.properties().iter().enumerate() {
        let item = match &property.kind {
            PropertyType::List(item) => item,
            kind => kind,
        };
        if !matches!(item, PropertyType::Text(TextKind::Domain)) {
            continue;
        }
        let Ok((value, _)) = record.read(index) else { continue };
        match Known::of(&value, &property.kind)? {
            Known::Plain { key, .. } => {
                all.insert(key);
            }
            Known::Set(items) => all.extend(items.iter().map(Known::shown)),
            _ => {}
        }
    }
    Some(all)
}

/// A name in lower case with `*` in place of each GUID, and whether there was one.
fn stem(name: &str) -> (String, bool) {
    const GUID: usize = 36;
    let (mut stem, mut has_guid, mut rest) = (String::new(), false, name);
    while let Some(first) = rest.chars().next() {
        if rest.get(..GUID).is_some_and(is_guid) {
            stem.push('*');
            has_guid = true;
            rest = &rest[GUID..];
        } else {
            stem.extend(first.to_lowercase());
            rest = &rest[first.len_utf8()..];
        }
    }
    (stem, has_guid)
}

fn is_guid(text: &str) -> bool {
    text.bytes().enumerate().all(|(index, byte)| match index {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems_have_no_guid() {
        let guid = "0ABCDEF0-1234-5678-9abc-def012345678";
        assert_eq!(stem(&format!("HybridIOC - {guid}")), ("hybridioc - *".into(), true));
        assert_eq!(stem("Zoë - 1234"), ("zoë - 1234".into(), false));
        assert_eq!(stem(&format!("{guid}é")), ("*é".into(), true));
    }
}
