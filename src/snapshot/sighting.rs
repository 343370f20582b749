//! Several exports of one object: which records are one, what they know together, and where they contradict.
//!
//! Guid and DistinguishedName are unique in an organization, and what the schema names as an identity is unique within
//! its cmdlet (with the server, where a cmdlet is per server). Records of one file are one object only where Guid or
//! DistinguishedName say so: a cmdlet lists an object once.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;

use super::Record;
use super::coerce;
use super::record::property_text;
use super::value::{Item, Lack, List, Obscured, Place, Value};
use crate::schema::Cardinality;
use crate::source::SourceId;

/// Properties of every object in the directory that tell which object it is, and of when its state is. No schema names
/// them, since no lint reads them.
pub(super) const EVIDENCE: [&str; 3] = [GUID, DISTINGUISHED_NAME, CHANGED];
const GUID: &str = "Guid";
const DISTINGUISHED_NAME: &str = "DistinguishedName";
const CHANGED: &str = "WhenChangedUTC";

/// Properties that hold the name of a server.
const SERVER: [&str; 5] = ["Server", "ServerFqdn", "ServerName", "MailboxServer", "PSComputerName"];

/// The other records of an object, and whose word counts for each property.
#[derive(Debug)]
pub(super) struct Sightings {
    others: Vec<Record>,
    choices: Vec<Choice>,
}

/// Whose value of a property counts; records are counted from the object's own, which is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Choice {
    /// That of this record.
    One(usize),
    /// Nobody's: these two say different things.
    Neither(usize, usize),
}

/// Two records of one object that say different things of a property.
#[derive(Clone, Copy, Debug)]
pub struct Contradiction<'a> {
    /// The object.
    pub record: &'a Record,
    /// Where one says so; the value that counts, where one does.
    pub one: Place<'a>,
    /// Where another says otherwise.
    pub other: Place<'a>,
    /// Whether the first is known to be the later one, by `WhenChangedUTC`. Else the property is unknown.
    pub is_decided: bool,
}

impl Sightings {
    /// The value of a property, where it is not the object's own record that counts.
    pub(super) fn read<'a>(
        &'a self,
        own: &'a Record,
        property: usize,
    ) -> Option<Result<(Value<'a>, Place<'a>), Lack<'a>>> {
        match *self.choices.get(property)? {
            Choice::One(0) => None,
            Choice::One(index) => Some(self.record(own, index)?.read_own(property)),
            Choice::Neither(index, _) => {
                let read = self.record(own, index)?.read_own(property);
                Some(read.and_then(|(_, place)| Err(Lack::Value { place, why: Obscured::Contradicted })))
            }
        }
    }

    fn record<'a>(&'a self, own: &'a Record, index: usize) -> Option<&'a Record> {
        index.checked_sub(1).map_or(Some(own), |other| self.others.get(other))
    }
}

/// Objects that share a key, and where to begin to look for one that an export has not shown yet: so an export of
/// thousands of objects of one name is gone through once.
#[derive(Default)]
struct Bucket {
    objects: Vec<usize>,
    starts: HashMap<SourceId, usize>,
}

/// So many objects of one key are compared with a record.
const MAX_COMPARED: usize = 16;

impl Bucket {
    /// Those that may be the object of a record of `source`.
    fn candidates(&self, source: SourceId) -> impl Iterator<Item = usize> {
        let start = self.starts.get(&source).copied().unwrap_or_default();
        self.objects.iter().skip(start).take(MAX_COMPARED).copied()
    }

    /// A record of `source` is of this object.
    fn take(&mut self, source: SourceId, object: usize) {
        if self.objects.last().is_none_or(|last| *last < object) {
            self.objects.push(object);
        }
        let start = self.starts.entry(source).or_default();
        if self.objects.get(*start) == Some(&object) {
            *start += 1;
        }
    }
}

/// Puts the records of one noun of one party together. Each has the place at which it was read; an object has that of
/// its first record.
pub(super) fn unite(records: Vec<(u32, Record)>) -> Vec<(u32, Record)> {
    let mut objects: Vec<(u32, Vec<Record>)> = Vec::with_capacity(records.len());
    let mut index: HashMap<String, Bucket> = HashMap::new();
    for (place, record) in records {
        let (keys, source) = (keys(&record), record.text().source());
        let buckets = keys.iter().filter_map(|key| index.get(key));
        let mut candidates = buckets.flat_map(|bucket| bucket.candidates(source));
        let found = candidates.find(|&at| objects[at].1.iter().all(|other| are_one(other, &record)));
        drop(candidates);
        let at = found.unwrap_or(objects.len());
        for key in keys {
            index.entry(key).or_default().take(source, at);
        }
        match objects.get_mut(at) {
            Some((_, records)) => records.push(record),
            None => objects.push((place, vec![record])),
        }
    }
    objects.into_iter().filter_map(|(place, records)| Some((place, together(records)?))).collect()
}

/// What a record may be found by.
fn keys(record: &Record) -> Vec<String> {
    let strong = [GUID, DISTINGUISHED_NAME]
        .into_iter()
        .filter_map(|name| Some(format!("{name} {}", own_text(record, name)?)));
    // Those without a name are all compared: an object that nothing names is one where nothing tells it from another.
    strong.chain([record.stable_identity()]).collect()
}

/// Whether two records that share a key are one object.
fn are_one(a: &Record, b: &Record) -> bool {
    let is_one_file = a.text().source() == b.text().source();
    let same = |name: &str| own_text(a, name).zip(own_text(b, name)).map(|(a, b)| a == b);
    match (same(GUID), same(DISTINGUISHED_NAME)) {
        // Renamed between two exports; within one the Guid is somebody's mistake.
        (Some(is_same), Some(false)) => return is_same && !is_one_file,
        (Some(is_same), _) | (None, Some(is_same)) => return is_same,
        (None, None) => {}
    }
    if is_one_file {
        return false;
    }
    match (server(a), server(b)) {
        (Some(one), Some(other)) if one != other => false,
        (Some(_), Some(_)) => true,
        // Their names tell them apart within one server, or within one test.
        _ if is_weak(a) => are_alike(a, b),
        _ => true,
    }
}

/// Whether an object's name tells it from others: it may have none, those of servers share theirs, and results of tests
/// are no objects.
fn is_weak(record: &Record) -> bool {
    let cmdlet = record.cmdlet();
    let is_test = cmdlet.name.starts_with("Test-");
    let names_a_server = cmdlet.noun() == "ExchangeServer" || cmdlet.noun() == "MailboxServer";
    let is_shared = cmdlet.cardinality == Cardinality::Server && !names_a_server;
    is_test || is_shared || record.stable_identity().is_empty()
}

/// The server that an object is of, without its domain.
fn server(record: &Record) -> Option<String> {
    if record.cmdlet().cardinality != Cardinality::Server {
        return None;
    }
    let named = SERVER.into_iter().find_map(|name| own_text(record, name));
    let in_identity =
        || own_text(record, "Identity").and_then(|text| Some(text.split_once('\\')?.0.to_owned()));
    let name = named.or_else(in_identity)?;
    Some(name.split('.').next().unwrap_or_default().to_owned())
}

/// The text of a property in lower case, if it has any.
fn own_text(record: &Record, name: &str) -> Option<String> {
    let text = property_text(record.root()?, name)?;
    let text = text.trim().trim_matches(['{', '}']);
    (!text.is_empty() && !coerce::is_cut(text)).then(|| text.to_lowercase())
}

/// Whether nothing that both say differs.
fn are_alike(a: &Record, b: &Record) -> bool {
    let properties = 0..a.cmdlet().object.properties().len();
    properties.into_iter().all(|property| match (a.read_own(property), b.read_own(property)) {
        (Ok((a, _)), Ok((b, _))) => same(&a, &b),
        _ => true,
    })
}

/// Makes one object of its records. The one that tells the later state comes first, else the one that was read first.
fn together(mut records: Vec<Record>) -> Option<Record> {
    if records.len() < 2 {
        return records.pop();
    }
    records.sort_by_cached_key(|record| std::cmp::Reverse(changed(record)));
    let properties = records.first()?.cmdlet().object.properties().len();
    let choices = (0..properties).map(|property| choice(&records, property)).collect();
    let others = records.split_off(1);
    let mut own = records.pop()?;
    own.set_sightings(Sightings { others, choices });
    Some(own)
}

/// When the state of a record was last changed, where it says so.
fn changed(record: &Record) -> Option<Timestamp> {
    coerce::timestamp(record.root()?.property(CHANGED)?)
}

/// Whose value of a property counts, of records in the order of their word's weight.
fn choice(all: &[Record], property: usize) -> Choice {
    let known: Vec<(usize, Value<'_>)> = all
        .iter()
        .enumerate()
        .filter_map(|(index, record)| Some((index, record.read_own(property).ok()?.0)))
        .collect();
    let is_whole = |value: &Value<'_>| !matches!(value, Value::List(list) if !list.is_complete());
    let best = known.iter().find(|(_, value)| is_whole(value)).or_else(|| known.first());
    let Some((best, value)) = best else { return Choice::One(0) };
    let is_contrary =
        |(index, other): &&(usize, Value<'_>)| !same(value, other) && !is_later(&all[*best], &all[*index]);
    match known.iter().find(is_contrary) {
        Some((other, _)) => Choice::Neither(*best, *other),
        None => Choice::One(*best),
    }
}

fn is_later(one: &Record, other: &Record) -> bool {
    matches!((changed(one), changed(other)), (Some(one), Some(other)) if one > other)
}

/// All properties of an object that its records contradict each other in.
pub(super) fn contradictions(record: &Record) -> Vec<Contradiction<'_>> {
    let Some(sightings) = record.sightings() else { return Vec::new() };
    let all = || std::iter::once(record).chain(&sightings.others);
    let found = sightings.choices.iter().enumerate().filter_map(|(property, choice)| {
        let (Choice::One(index) | Choice::Neither(index, _)) = *choice;
        let (value, one) = sightings.record(record, index)?.read_own(property).ok()?;
        // That an object was changed is no change by itself.
        if [CHANGED, "WhenChanged"].contains(&one.property_name()) {
            return None;
        }
        let contrary =
            |other: &Record| !other.read_own(property).is_ok_and(|(other, _)| same(&value, &other));
        let other = match *choice {
            Choice::Neither(_, other) => sightings.record(record, other)?,
            Choice::One(_) => all().find(|other| other.read_own(property).is_ok() && contrary(other))?,
        };
        let (_, other) = other.read_own(property).ok()?;
        Some(Contradiction { record, one, other, is_decided: matches!(choice, Choice::One(_)) })
    });
    found.collect()
}

/// Whether two records are one object, of which one may hold the other as a sighting.
pub(super) fn are_of_one(a: &Record, b: &Record) -> bool {
    let holds = |a: &Record, b: &Record| {
        a.sightings().is_some_and(|sightings| sightings.others.iter().any(|other| std::ptr::eq(other, b)))
    };
    std::ptr::eq(a, b) || holds(a, b) || holds(b, a)
}

/// The sources that show an object.
pub(super) fn sources(record: &Record) -> Vec<SourceId> {
    let others = record.sightings().map(|sightings| sightings.others.as_slice()).unwrap_or_default();
    std::iter::once(record).chain(others).map(|record| record.text().source()).collect()
}

/// Whether two values of one property say the same, whatever format each is from: some write a reference as a whole path
/// and others its last part only, some cut a list, and blanks have many forms. Where that cannot be told, they do.
fn same(a: &Value<'_>, b: &Value<'_>) -> bool {
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Int(a), Value::Int(b)) => a == b,
        (Value::Text(a), Value::Text(b)) => same_text(a, b),
        (Value::Timestamp(a), Value::Timestamp(b)) => a.as_second() == b.as_second(),
        (Value::Duration(a), Value::Duration(b)) => a.as_secs() == b.as_secs(),
        (Value::List(a), Value::List(b)) => same_list(a, b),
        (a, b) if is_blank(a) || is_blank(b) => is_blank(a) == is_blank(b),
        _ => true,
    }
}

fn is_blank(value: &Value<'_>) -> bool {
    match value {
        Value::Null => true,
        Value::Text(text) => text.trim().is_empty(),
        Value::List(list) => list.items.is_empty() && list.is_complete(),
        _ => false,
    }
}

fn same_text(a: &str, b: &str) -> bool {
    let (a, b) = (a.trim().to_lowercase(), b.trim().to_lowercase());
    a == b || (is_reference(&a, &b) || is_reference(&b, &a))
}

/// Whether `short` is the last part of the path or distinguished name `long`. URLs are no paths of that kind.
fn is_reference(long: &str, short: &str) -> bool {
    if short.is_empty() || long.contains("://") || short.contains("://") {
        return false;
    }
    let of_path = long.strip_suffix(short).is_some_and(|rest| rest.ends_with(['/', '\\']));
    let of_name = long.strip_prefix("cn=").is_some_and(|rest| rest.split(',').next() == Some(short));
    of_path || of_name
}

fn same_list(a: &List<'_>, b: &List<'_>) -> bool {
    let texts = |list: &List<'_>| -> Option<BTreeSet<String>> {
        let text = |item: &Item<'_>| match &item.value {
            Ok(Value::Text(text)) => Some(text.trim().to_lowercase()),
            _ => None,
        };
        list.items.iter().map(text).collect()
    };
    if let (true, true, Some(a), Some(b)) = (a.is_complete(), b.is_complete(), texts(a), texts(b)) {
        return a == b || (a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| same_text(a, b)));
    }
    // A list that is cut may have anything.
    let is_within =
        |items: &List<'_>, list: &List<'_>| !list.is_complete() || items.items.len() <= list.items.len();
    is_within(a, b) && is_within(b, a)
}
