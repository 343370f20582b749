//! `all`, `exists`, `filter` and their kin over lists, some of whose items are unknown.

use std::borrow::Cow;
use std::collections::HashMap;
use std::rc::Rc;

use super::super::ir::{Expression, Quantifier};
use super::{Evaluator, Result, Unknown};
use crate::snapshot::{Group, Item, Lacks, List, Place, Value};

impl<'s> Evaluator<'s> {
    pub(super) fn quantified(
        &mut self,
        quantifier: Quantifier,
        list: &'s Expression,
        slot: usize,
        body: &'s Expression,
    ) -> Result<Value<'s>> {
        let reads = self.reads.len();
        let list = self.list(list)?;
        match quantifier {
            Quantifier::All => {
                self.deciding(|evaluator| evaluator.all(&list, slot, body, reads)).map(Value::Bool)
            }
            Quantifier::Exists => {
                self.deciding(|evaluator| evaluator.exists(&list, slot, body)).map(Value::Bool)
            }
            Quantifier::ExistsOne => {
                self.deciding(|evaluator| evaluator.exists_one(&list, slot, body)).map(Value::Bool)
            }
            Quantifier::Filter => Ok(Value::List(Rc::new(self.filter(&list, slot, body)))),
            Quantifier::Map => Ok(Value::List(Rc::new(self.map(&list, slot, body)))),
            Quantifier::GroupBy => Ok(Value::List(Rc::new(self.group_by(&list, slot, body)))),
        }
    }

    fn all(
        &mut self,
        list: &List<'s>,
        slot: usize,
        body: &'s Expression,
        reads_before: usize,
    ) -> Result<bool> {
        let mut is_unknown = !list.is_complete();
        for item in &list.items {
            let reads = self.reads.len();
            self.bind(slot, item.clone());
            match self.condition(body) {
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
        self.finish(true, is_unknown, list)
    }

    fn exists(&mut self, list: &List<'s>, slot: usize, body: &'s Expression) -> Result<bool> {
        let mut is_unknown = !list.is_complete();
        for item in &list.items {
            self.bind(slot, item.clone());
            match self.condition(body) {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(Unknown) => is_unknown = true,
            }
        }
        self.finish(false, is_unknown, list)
    }

    fn exists_one(&mut self, list: &List<'s>, slot: usize, body: &'s Expression) -> Result<bool> {
        let mut is_unknown = !list.is_complete();
        let mut found = 0;
        for item in &list.items {
            self.bind(slot, item.clone());
            match self.condition(body) {
                Ok(true) => found += 1,
                Ok(false) => {}
                Err(Unknown) => is_unknown = true,
            }
            if found > 1 {
                return Ok(false);
            }
        }
        self.finish(found == 1, is_unknown, list)
    }

    fn finish(&mut self, value: bool, is_unknown: bool, list: &List<'s>) -> Result<bool> {
        if is_unknown {
            self.lacks.merge(&list.lacks);
            return Err(Unknown);
        }
        Ok(value)
    }

    fn filter(&mut self, list: &List<'s>, slot: usize, body: &'s Expression) -> List<'s> {
        let mut kept = List { items: Vec::new(), lacks: list.lacks.clone() };
        for item in &list.items {
            self.bind(slot, item.clone());
            match self.apart(|evaluator| evaluator.condition(body)) {
                (Ok(true), _) => kept.items.push(item.clone()),
                (Ok(false), _) => {}
                // It may belong to the list.
                (Err(Unknown), lacks) => kept.lacks.merge(&lacks),
            }
        }
        kept
    }

    fn map(&mut self, list: &List<'s>, slot: usize, body: &'s Expression) -> List<'s> {
        let mut mapped = List { items: Vec::with_capacity(list.items.len()), lacks: list.lacks.clone() };
        for item in &list.items {
            self.bind(slot, item.clone());
            let value = self.eval_or_lack(body);
            mapped.items.push(value);
        }
        mapped
    }

    fn group_by(&mut self, list: &List<'s>, slot: usize, body: &'s Expression) -> List<'s> {
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut groups: Vec<(Key<'s>, Vec<Item<'s>>)> = Vec::new();
        let mut lacks = list.lacks.clone();
        for item in &list.items {
            self.bind(slot, item.clone());
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
