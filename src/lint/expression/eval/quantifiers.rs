//! `all`, `exists`, `filter` and their kin over lists, some of whose items are unknown.

use std::borrow::Cow;
use std::collections::HashMap;
use std::rc::Rc;

use super::super::ir::{Quantified, Quantifier};
use super::joins::SHOWN_ITEMS;
use super::{Evaluator, Result, Unknown};
use crate::snapshot::{Group, Item, Lacks, List, Place, Value};

/// A list under a quantifier.
#[derive(Clone, Copy)]
struct Over<'q, 's> {
    quantified: &'s Quantified,
    list: &'q List<'s>,
    /// Positions of the items that have to be looked at; `None` for all of them.
    chosen: Option<&'q [u32]>,
}

impl<'q, 's> Over<'q, 's> {
    fn items(self) -> impl Iterator<Item = &'q Item<'s>> {
        let all = self.chosen.is_none().then_some(&self.list.items).into_iter().flatten();
        let chosen = self.chosen.into_iter().flatten();
        all.chain(chosen.filter_map(move |&position| self.list.items.get(position as usize)))
    }
}

impl<'s> Evaluator<'s> {
    pub(super) fn quantified(&mut self, quantified: &'s Quantified) -> Result<Value<'s>> {
        let reads = self.reads.len();
        let list = self.list(&quantified.list)?;
        let chosen = self.chosen(quantified, &list);
        let over = Over { quantified, list: &list, chosen: chosen.as_deref() };
        match quantified.quantifier {
            Quantifier::All => self.deciding(|evaluator| evaluator.all(over, reads)).map(Value::Bool),
            Quantifier::Exists => self.deciding(|evaluator| evaluator.exists(over)).map(Value::Bool),
            Quantifier::ExistsOne => self.deciding(|evaluator| evaluator.exists_one(over)).map(Value::Bool),
            Quantifier::Filter => Ok(Value::List(Rc::new(self.filter(over)))),
            Quantifier::Map => Ok(Value::List(Rc::new(self.map(over)))),
            Quantifier::GroupBy => Ok(Value::List(Rc::new(self.group_by(over)))),
        }
    }

    /// Asks a condition of an item. Of what is read of the items of a long list, only some is of use to a finding.
    fn holds(&mut self, over: Over<'_, 's>, position: usize, item: &Item<'s>) -> Result<bool> {
        let reads = self.reads.len();
        self.bind(over.quantified.slot, item.clone());
        let result = self.condition(&over.quantified.body);
        let is_wanted = over.quantified.quantifier != Quantifier::All;
        if position >= SHOWN_ITEMS && result != Ok(is_wanted) {
            self.reads.truncate(reads);
        }
        result
    }

    fn all(&mut self, over: Over<'_, 's>, reads_before: usize) -> Result<bool> {
        let mut is_unknown = !over.list.is_complete();
        for (position, item) in over.items().enumerate() {
            let reads = self.reads.len();
            match self.holds(over, position, item) {
                Ok(true) => {}
                Ok(false) => {
                    // The item that fails is to be underlined, not the list nor the items that are right.
                    if self.reads.len() > reads {
                        self.reads.drain(reads_before..reads);
                    }
                    return Ok(false);
                }
                Err(Unknown) => is_unknown = true,
            }
        }
        self.finish(true, is_unknown, over.list)
    }

    fn exists(&mut self, over: Over<'_, 's>) -> Result<bool> {
        let mut is_unknown = !over.list.is_complete();
        for (position, item) in over.items().enumerate() {
            match self.holds(over, position, item) {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(Unknown) => is_unknown = true,
            }
        }
        self.finish(false, is_unknown, over.list)
    }

    fn exists_one(&mut self, over: Over<'_, 's>) -> Result<bool> {
        let mut is_unknown = !over.list.is_complete();
        let mut found = 0;
        for (position, item) in over.items().enumerate() {
            match self.holds(over, position, item) {
                Ok(true) => found += 1,
                Ok(false) => {}
                Err(Unknown) => is_unknown = true,
            }
            if found > 1 {
                return Ok(false);
            }
        }
        self.finish(found == 1, is_unknown, over.list)
    }

    fn finish(&mut self, value: bool, is_unknown: bool, list: &List<'s>) -> Result<bool> {
        if is_unknown {
            self.lacks.merge(&list.lacks);
            return Err(Unknown);
        }
        Ok(value)
    }

    fn filter(&mut self, over: Over<'_, 's>) -> List<'s> {
        let mut kept = List { items: Vec::new(), lacks: over.list.lacks.clone() };
        for (position, item) in over.items().enumerate() {
            match self.apart(|evaluator| evaluator.holds(over, position, item)) {
                (Ok(true), _) => kept.items.push(item.clone()),
                (Ok(false), _) => {}
                // It may belong to the list.
                (Err(Unknown), lacks) => kept.lacks.merge(&lacks),
            }
        }
        kept
    }

    fn map(&mut self, over: Over<'_, 's>) -> List<'s> {
        let list = over.list;
        let mut mapped = List { items: Vec::with_capacity(list.items.len()), lacks: list.lacks.clone() };
        for item in &list.items {
            self.bind(over.quantified.slot, item.clone());
            let value = self.eval_or_lack(&over.quantified.body);
            mapped.items.push(value);
        }
        mapped
    }

    fn group_by(&mut self, over: Over<'_, 's>) -> List<'s> {
        let Quantified { slot, body, .. } = over.quantified;
        let list = over.list;
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut groups: Vec<(Key<'s>, Vec<Item<'s>>)> = Vec::new();
        let mut lacks = list.lacks.clone();
        for item in &list.items {
            self.bind(*slot, item.clone());
            let keys = match self.apart(|evaluator| evaluator.item(body)) {
                (Ok(item), _) => keys(&item, &mut lacks),
                (Err(Unknown), unknown) => {
                    lacks.merge(&unknown);
                    continue;
                }
            };
            let mut of_item: Vec<usize> = Vec::with_capacity(keys.len());
            for key in keys {
                let place = *places.entry(key.text.to_lowercase()).or_insert_with(|| {
                    groups.push((key, Vec::new()));
                    groups.len() - 1
                });
                if !of_item.contains(&place) {
                    of_item.push(place);
                    groups[place].1.push(item.clone());
                }
            }
        }
        // A group may have more items than are known.
        let items = groups.into_iter().map(|(key, items)| {
            let items = Rc::new(List { items, lacks: lacks.clone() });
            Item::computed(Value::Group(Rc::new(Group { key: key.text, place: key.place, items })))
        });
        let items = items.collect();
        List { items, lacks }
    }
}

/// A key of a `groupBy`, and where it was read.
struct Key<'s> {
    text: Cow<'s, str>,
    place: Option<Place<'s>>,
}

/// The keys of a `groupBy`; blank ones make no group.
fn keys<'s>(item: &Item<'s>, lacks: &mut Lacks<'s>) -> Vec<Key<'s>> {
    match &item.value {
        Ok(Value::Text(text)) if text.trim().is_empty() => Vec::new(),
        Ok(Value::Text(text)) => vec![Key { text: text.clone(), place: item.place }],
        Ok(Value::List(list)) => {
            lacks.merge(&list.lacks);
            list.items.iter().flat_map(|item| keys(item, lacks)).collect()
        }
        Ok(_) => Vec::new(),
        Err(lack) => {
            lacks.push(*lack);
            Vec::new()
        }
    }
}
