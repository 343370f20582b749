//! Looking things up instead of going through lists: lists that are read once, indexes over them, and parts of
//! expressions that are evaluated once.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ptr;
use std::rc::Rc;
use std::sync::Arc;

use super::super::ir::{Expression, Quantified};
use super::super::narrowing::{Match, Narrowing, Part};
use super::{Evaluator, Read, Result};
use crate::exchange::plain;
use crate::schema::PropertyType;
use crate::snapshot::{Item, Lacks, List, Place, Record, Value};

/// Shorter lists are gone through faster than they are indexed.
const LONG_LIST: usize = 32;
/// Of the items of a long list that a finding went through, the reads of so many are kept: it underlines fewer.
pub(super) const SHOWN_ITEMS: usize = 64;
/// Names of domains and hosts are shorter.
const LONGEST_PROBE: usize = 256;
/// Items of lists, and entries of indexes, that are kept at most. What is forgotten is made again.
const MAX_KEPT: usize = 1 << 20;

/// A list, and what it is looked up by.
type Looked<'s> = (*const List<'s>, *const Narrowing);

/// What an evaluator has made and may need again.
#[derive(Default)]
pub(super) struct Kept<'s> {
    lists: HashMap<(*const Record, usize), (Rc<List<'s>>, Place<'s>)>,
    list_items: usize,
    /// Each keeps its list alive.
    indexes: HashMap<Looked<'s>, (Rc<List<'s>>, Rc<Index<'s>>)>,
    index_entries: usize,
    results: HashMap<ResultKey, Rc<Known<'s>>>,
}

/// The expression, the object that it depends on, and whether reads are recorded and texts are for showing.
type ResultKey = (*const Expression, *const Record, bool, bool);

/// The result of an expression.
struct Known<'s> {
    result: Result<Item<'s>>,
    lacks: Lacks<'s>,
    reads: Vec<Read<'s>>,
}

/// The items of a list by a key.
struct Index<'s> {
    by_key: HashMap<Key<'s>, Vec<u32>>,
    /// Items whose key is unknown, or cannot be looked up.
    others: Vec<u32>,
}

impl<'s> Index<'s> {
    fn get(&self, key: &Key<'s>) -> &[u32] {
        self.by_key.get(key).map_or(&[], Vec::as_slice)
    }
}

/// A value that is equal to another exactly when `==`, or `same`, says so.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key<'s> {
    Null,
    Bool(bool),
    Int(i64),
    Text(Cow<'s, str>),
    Record(*const Record),
}

impl<'s> Key<'s> {
    /// `None` for values that compare in ways of their own.
    fn of(value: &Value<'s>, by: Match) -> Option<Self> {
        let as_text = by.is_same || by.part != Part::Whole;
        Some(match value {
            Value::Null if as_text => Self::Text("".into()),
            Value::Text(text) if by.is_same => Self::Text(plain(text).collect::<String>().into()),
            Value::Text(text) => Self::Text(text.clone()),
            Value::Null => Self::Null,
            Value::Bool(value) if !as_text => Self::Bool(*value),
            Value::Int(number) if !as_text => Self::Int(*number),
            Value::Record(record) if !as_text => Self::Record(ptr::from_ref(*record)),
            _ => return None,
        })
    }

    /// The keys of a value that may be a list of many.
    fn all(value: &Value<'s>, are_many: bool, by: Match) -> Option<Vec<Self>> {
        match value {
            _ if !are_many => Some(vec![Self::of(value, by)?]),
            Value::Null => Some(Vec::new()),
            Value::List(list) if list.is_complete() => {
                list.items.iter().map(|item| Self::of(item.value.as_ref().ok()?, by)).collect()
            }
            _ => None,
        }
    }

    /// The keys that a probe may have.
    fn probes(value: &Value<'s>, by: Match) -> Option<Vec<Self>> {
        let whole = Self::all(value, by.many_probes, by)?;
        let text = match whole.as_slice() {
            [Self::Text(text)] if by.part != Part::Whole => text,
            _ => return Some(whole),
        };
        if text.len() > LONGEST_PROBE {
            return None;
        }
        let cuts = (0..=text.len()).filter(|&at| text.is_char_boundary(at));
        let part = |at: usize| if by.part == Part::Start { &text[..at] } else { &text[at..] };
        Some(cuts.map(|at| Self::Text(part(at).to_owned().into())).collect())
    }
}

impl<'s> Evaluator<'s> {
    /// A list property, read once.
    pub(super) fn kept_list(&mut self, record: &'s Record, property: usize) -> Option<Item<'s>> {
        let kind = &record.cmdlet().object.properties().get(property)?.kind;
        if !self.keeps || !matches!(kind, PropertyType::List(_) | PropertyType::Flags(_)) {
            return None;
        }
        let key = (ptr::from_ref(record), property);
        let (list, place) = match self.kept.lists.get(&key) {
            Some(known) => known.clone(),
            None => {
                let Ok((Value::List(list), place)) = record.read(property) else { return None };
                self.kept.list_items += list.items.len() + 1;
                if self.kept.list_items > MAX_KEPT / 4 {
                    self.kept.lists.clear();
                    self.kept.list_items = list.items.len();
                }
                self.kept.lists.insert(key, (list.clone(), place));
                (list, place)
            }
        };
        self.read(Some(place));
        Some(Item { value: Ok(Value::List(list)), place: Some(place) })
    }

    /// The value of an expression that depends on nothing that is bound, or on one object alone.
    pub(super) fn once(
        &mut self,
        expression: &'s Arc<Expression>,
        object: Option<&'s Record>,
    ) -> Result<Item<'s>> {
        if !self.keeps {
            return self.item(expression);
        }
        let object = object.map_or(ptr::null(), ptr::from_ref);
        let key = (Arc::as_ptr(expression), object, self.recording, self.showing);
        let known = match self.kept.results.get(&key) {
            Some(known) => known.clone(),
            None => self.keep_result(key, expression),
        };
        self.reads.extend_from_slice(&known.reads);
        self.lacks.merge(&known.lacks);
        known.result.clone()
    }

    fn keep_result(&mut self, key: ResultKey, expression: &'s Expression) -> Rc<Known<'s>> {
        let before = self.reads.len();
        let (result, lacks) = self.apart(|evaluator| evaluator.item(expression));
        let reads = self.reads.split_off(before.min(self.reads.len()));
        let known = Rc::new(Known { result, lacks, reads });
        if self.kept.results.len() > MAX_KEPT / 4 {
            self.kept.results.clear();
        }
        if !self.is_exhausted() {
            self.kept.results.insert(key, known.clone());
        }
        known
    }

    /// Whether a value is in a long list, whose unknown items have been told from the others; `None` where that has
    /// to be looked at item by item.
    pub(super) fn find_in_long(&mut self, wanted: &Value<'s>, list: &Rc<List<'s>>) -> Option<Result<bool>> {
        let wanted = Key::of(wanted, Match::EQUAL).filter(|_| self.is_long(list))?;
        let index = self.index_of(list, ptr::null(), |_, item| {
            Some(vec![Key::of(item.value.as_ref().ok()?, Match::EQUAL)?])
        });
        if !index.get(&wanted).is_empty() {
            return Some(Ok(true));
        }
        let mut others = index.others.iter().filter_map(|&at| Some(&list.items.get(at as usize)?.value));
        let unknown = match list.lacks.first() {
            Some(lack) => Some(*lack),
            None => others.clone().find_map(|value| value.as_ref().err().copied()),
        };
        if others.any(|value| value.is_ok()) {
            return None;
        }
        Some(unknown.map_or(Ok(false), |lack| self.unknown(lack)))
    }

    /// The items of a list that a quantifier has to look at, by their positions; `None` for all of them.
    pub(super) fn chosen(&mut self, quantified: &'s Quantified, list: &Rc<List<'s>>) -> Option<Vec<u32>> {
        if !self.is_long(list) {
            return None;
        }
        let narrowing = quantified.narrowing()?;
        let recording = std::mem::replace(&mut self.recording, false);
        let positions = self.positions(narrowing, quantified.slot, list);
        self.recording = recording;
        let mut positions = positions?;
        if recording {
            // Something has to be underlined where none is found.
            positions.extend((0_u32..).take(SHOWN_ITEMS));
        }
        positions.sort_unstable();
        positions.dedup();
        Some(positions)
    }

    fn positions(&mut self, narrowing: &'s Narrowing, slot: usize, list: &Rc<List<'s>>) -> Option<Vec<u32>> {
        match narrowing {
            Narrowing::Key { key, probe, by } => self.with_key(narrowing, (key, probe, *by), slot, list),
            Narrowing::Item(condition, wanted) => {
                let index = self.index_of(list, narrowing, |evaluator, item| {
                    evaluator.bind(slot, item.clone());
                    let (holds, _) = evaluator.apart(|evaluator| evaluator.condition(condition));
                    Some(vec![Key::Bool(holds.ok()?)])
                });
                Some([index.get(&Key::Bool(*wanted)), &index.others].concat())
            }
            Narrowing::Outer(condition, wanted) => {
                let (holds, _) = self.apart(|evaluator| evaluator.condition(condition));
                (holds == Ok(!wanted)).then(Vec::new)
            }
            Narrowing::Each(all) => {
                let found: Vec<Vec<u32>> =
                    all.iter().filter_map(|narrowing| self.positions(narrowing, slot, list)).collect();
                found.into_iter().min_by_key(Vec::len)
            }
            Narrowing::Some(all) => {
                let mut found = Vec::new();
                for narrowing in all {
                    found.append(&mut self.positions(narrowing, slot, list)?);
                }
                Some(found)
            }
        }
    }

    fn with_key(
        &mut self,
        narrowing: &'s Narrowing,
        (key, probe, by): (&'s Expression, &'s Expression, Match),
        slot: usize,
        list: &Rc<List<'s>>,
    ) -> Option<Vec<u32>> {
        let (probe, _) = self.apart(|evaluator| evaluator.eval(probe));
        let probes = Key::probes(&probe.ok()?, by)?;
        let index = self.index_of(list, narrowing, |evaluator, item| {
            evaluator.bind(slot, item.clone());
            let (value, _) = evaluator.apart(|evaluator| evaluator.eval(key));
            Key::all(&value.ok()?, by.many_keys, by)
        });
        let mut found = index.others.clone();
        for probe in &probes {
            found.extend_from_slice(index.get(probe));
        }
        Some(found)
    }

    /// The index of a list by what `keys` gives for an item; `None` for items that cannot be looked up.
    fn index_of(
        &mut self,
        list: &Rc<List<'s>>,
        by: *const Narrowing,
        mut keys: impl FnMut(&mut Self, &Item<'s>) -> Option<Vec<Key<'s>>>,
    ) -> Rc<Index<'s>> {
        let id = (Rc::as_ptr(list), by);
        if let Some((_, index)) = self.kept.indexes.get(&id) {
            return index.clone();
        }
        let mut index = Index { by_key: HashMap::new(), others: Vec::new() };
        for (position, item) in (0_u32..).zip(&list.items) {
            let Some(keys) = keys(self, item) else {
                index.others.push(position);
                continue;
            };
            self.kept.index_entries += keys.len();
            for key in keys {
                index.by_key.entry(key).or_default().push(position);
            }
        }
        let index = Rc::new(index);
        if self.kept.index_entries > MAX_KEPT {
            self.kept.indexes.clear();
            self.kept.index_entries = 0;
        }
        if !self.is_exhausted() {
            self.kept.indexes.insert(id, (list.clone(), index.clone()));
        }
        index
    }

    /// Whether a list is worth an index: it is long, and is there when it is needed next, because somebody else has
    /// it, too.
    fn is_long(&self, list: &Rc<List<'s>>) -> bool {
        self.keeps && list.items.len() >= LONG_LIST && Rc::strong_count(list) > 1
    }
}
