//! Evaluation with three values. What is read is recorded on demand, so that a finding can underline it; what lacks is always
//! recorded, so that an unknown outcome can say what to export.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::rc::Rc;

use jiff::Timestamp;

use super::functions::Function;
use super::ir::{Arithmetic, Comparison, Constant, Expression, Quantifier};
use super::text;
use crate::diagnostic::Side;
use crate::schema::NounId;
use crate::snapshot::{Group, Item, Lack, List, Nested, Obscured, Place, Record, Snapshot, Value, coerce};

/// The value cannot be known. [`Evaluator::take_lacks`] says why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unknown;

/// A value that an expression read.
pub type Read<'s> = Place<'s>;

type Result<T> = std::result::Result<T, Unknown>;

/// Evaluates expressions over a snapshot.
pub struct Evaluator<'s> {
    snapshot: &'s Snapshot,
    as_of: Timestamp,
    slots: Vec<Option<Item<'s>>>,
    collections: HashMap<(Option<Side>, NounId), Rc<List<'s>>>,
    recording: bool,
    /// Whether the value is for a message, which may show what is known of a list.
    showing: bool,
    reads: Vec<Read<'s>>,
    lacks: Vec<Lack<'s>>,
}

impl<'s> Evaluator<'s> {
    /// Over a snapshot, judged by the day that begins at `as_of`.
    #[must_use]
    pub fn new(snapshot: &'s Snapshot, as_of: Timestamp) -> Self {
        Self {
            snapshot,
            as_of,
            slots: Vec::new(),
            collections: HashMap::new(),
            recording: false,
            showing: false,
            reads: Vec::new(),
            lacks: Vec::new(),
        }
    }

    /// Binds a name by its slot.
    pub fn bind(&mut self, slot: usize, item: Item<'s>) {
        if self.slots.len() <= slot {
            self.slots.resize(slot + 1, None);
        }
        self.slots[slot] = Some(item);
    }

    /// What is bound to a slot.
    #[must_use]
    pub fn bound(&self, slot: usize) -> Option<&Item<'s>> {
        self.slots.get(slot)?.as_ref()
    }

    /// Whether a condition holds.
    ///
    /// # Errors
    ///
    /// When it cannot be known; see [`Evaluator::take_lacks`].
    pub fn condition(&mut self, expression: &Expression) -> Result<bool> {
        let value = self.eval(expression)?;
        self.bool(value)
    }

    /// The items of a list, and why there may be more.
    ///
    /// # Errors
    ///
    /// When nothing of it can be known.
    pub fn list(&mut self, expression: &Expression) -> Result<Rc<List<'s>>> {
        let value = self.eval(expression)?;
        self.as_list(value)
    }

    /// The value of an expression.
    ///
    /// # Errors
    ///
    /// When it cannot be known.
    pub fn value(&mut self, expression: &Expression) -> Result<Value<'s>> {
        self.eval(expression)
    }

    /// The value of an expression for a message: as written, and of a list that was cut, what is known.
    ///
    /// # Errors
    ///
    /// When it cannot be known.
    pub fn shown(&mut self, expression: &Expression) -> Result<Value<'s>> {
        self.showing = true;
        let value = self.written(expression);
        self.showing = false;
        value
    }

    /// The value of an expression for a command: a domain or GUID in the case in which the export has it.
    ///
    /// # Errors
    ///
    /// When it cannot be known.
    pub fn written(&mut self, expression: &Expression) -> Result<Value<'s>> {
        let item = self.item(expression)?;
        let value = match item.value {
            Ok(value) => value,
            Err(lack) => return self.unknown(lack),
        };
        let written = item.place.and_then(Place::node_ref).and_then(coerce::text_of);
        Ok(match (&value, written) {
            (Value::Text(text), Some(written)) if written.trim().eq_ignore_ascii_case(text) => {
                Value::text(written.trim().to_owned())
            }
            _ => value,
        })
    }

    /// Evaluates a condition once more and tells what it read.
    pub fn reads_of(&mut self, expression: &Expression) -> Vec<Read<'s>> {
        self.recording = true;
        self.reads.clear();
        let lacks = self.lacks.len();
        // The result is known; only what was read is asked for.
        let _ = self.eval(expression);
        self.lacks.truncate(lacks);
        self.recording = false;
        std::mem::take(&mut self.reads)
    }

    /// What lacked since the last call.
    pub fn take_lacks(&mut self) -> Vec<Lack<'s>> {
        std::mem::take(&mut self.lacks)
    }

    /// Forgets what lacked.
    pub fn clear_lacks(&mut self) {
        self.lacks.clear();
    }

    fn unknown<T>(&mut self, lack: Lack<'s>) -> Result<T> {
        self.lacks.push(lack);
        Err(Unknown)
    }

    fn read(&mut self, place: Option<Place<'s>>) {
        if self.recording
            && let Some(place) = place
        {
            self.reads.push(place);
        }
    }

    fn eval(&mut self, expression: &Expression) -> Result<Value<'s>> {
        let item = self.item(expression)?;
        match item.value {
            Ok(value) => Ok(value),
            Err(lack) => self.unknown(lack),
        }
    }

    /// The value of an expression with the place it was read from.
    fn item(&mut self, expression: &Expression) -> Result<Item<'s>> {
        match expression {
            Expression::Variable(slot) => self.variable(*slot),
            Expression::Property(object, indexes) => self.property(object, indexes),
            Expression::NestedProperty(object, index) => self.nested_property(object, *index),
            Expression::GroupKey(group) => {
                let group = self.group(group)?;
                self.read(group.place);
                Ok(Item { value: Ok(Value::Text(group.key.clone())), place: group.place })
            }
            other => self.computed(other).map(Item::computed),
        }
    }

    fn variable(&mut self, slot: usize) -> Result<Item<'s>> {
        let Some(Some(item)) = self.slots.get(slot) else {
            return self.unknown(Lack::Expression("a name that is not bound"));
        };
        let item = item.clone();
        if !matches!(item.value, Ok(Value::Record(_))) {
            self.read(item.place);
        }
        Ok(item)
    }

    fn property(&mut self, object: &Expression, indexes: &[(NounId, usize)]) -> Result<Item<'s>> {
        let record = self.record(object)?;
        let found = indexes.iter().find(|(noun, _)| *noun == record.noun());
        let Some(&(_, property)) = found else {
            return self.unknown(Lack::Expression("a property that this cmdlet does not have"));
        };
        let read = record.read(property);
        self.finish_read(read)
    }

    /// The exported object that an expression stands for, which most often is a bound name.
    fn record(&mut self, expression: &Expression) -> Result<&'s Record> {
        if let Expression::Variable(slot) = expression
            && let Some(Item { value: Ok(Value::Record(record)), .. }) = self.bound(*slot)
        {
            return Ok(record);
        }
        match self.eval(expression)? {
            Value::Record(record) => Ok(record),
            _ => self.unknown(Lack::Expression("a property of what is no exported object")),
        }
    }

    fn nested_property(&mut self, object: &Expression, index: usize) -> Result<Item<'s>> {
        let before = self.reads.len();
        match self.eval(object)? {
            Value::Nested(nested) => {
                let nested: Nested<'s> = nested;
                // The object that holds it is not what the expression asks for.
                if self.reads.len() > before {
                    self.reads.pop();
                }
                let read = coerce::read_nested(nested, index);
                self.finish_read(read)
            }
            Value::Null => Ok(Item::computed(Value::Null)),
            _ => self.unknown(Lack::Expression("a property of what is no object")),
        }
    }

    fn finish_read(
        &mut self,
        read: std::result::Result<(Value<'s>, Place<'s>), Lack<'s>>,
    ) -> Result<Item<'s>> {
        match read {
            Ok((value, place)) => {
                self.read(Some(place));
                Ok(Item { value: Ok(value), place: Some(place) })
            }
            Err(lack) => self.unknown(lack),
        }
    }

    fn computed(&mut self, expression: &Expression) -> Result<Value<'s>> {
        match expression {
            Expression::Constant(constant) => Ok(constant_value(constant)),
            Expression::List(items) => self.list_literal(items),
            Expression::Collection(side, noun) => Ok(Value::List(self.collection(*side, *noun))),
            Expression::AsOf => Ok(Value::Timestamp(self.as_of)),
            Expression::GroupItems(group) => self.group(group).map(|group| Value::List(group.items.clone())),
            Expression::Has(property) => self.has(property),
            Expression::Not(operand) => self.condition(operand).map(|value| Value::Bool(!value)),
            Expression::And(a, b) => self.and(a, b).map(Value::Bool),
            Expression::Or(a, b) => self.or(a, b).map(Value::Bool),
            Expression::Conditional(test, yes, no) => {
                if self.condition(test)? {
                    self.eval(yes)
                } else {
                    self.eval(no)
                }
            }
            Expression::Compare(comparison, a, b) => self.compare(*comparison, a, b).map(Value::Bool),
            Expression::In(item, list) => self.contains(item, list).map(Value::Bool),
            Expression::Index(list, index) => self.index(list, index),
            Expression::Arithmetic(operator, a, b) => self.arithmetic(*operator, a, b),
            Expression::Negate(operand) => self.negate(operand),
            Expression::Quantified(quantifier, list, slot, body) => {
                self.quantified(*quantifier, list, *slot, body)
            }
            Expression::Matches(text, regex) => {
                self.text(text).map(|text| Value::Bool(regex.is_match(&text)))
            }
            Expression::Extract(text, regex) => self.text(text).map(|text| {
                let group = regex.captures(&text).and_then(|captures| captures.get(1));
                Value::text(group.map_or(String::new(), |group| group.as_str().to_owned()))
            }),
            Expression::Call(function, arguments) => self.call(*function, arguments),
            Expression::Variable(_)
            | Expression::Property(..)
            | Expression::NestedProperty(..)
            | Expression::GroupKey(_) => self.eval(expression),
        }
    }

    fn bool(&mut self, value: Value<'s>) -> Result<bool> {
        match value {
            Value::Bool(value) => Ok(value),
            _ => self.blank(),
        }
    }

    /// A blank stands where a value is needed.
    fn blank<T>(&mut self) -> Result<T> {
        match self.reads.last() {
            Some(&place) => self.unknown(Lack::Value { place, why: Obscured::Blank }),
            None => self.unknown(Lack::Expression("a value that is blank")),
        }
    }

    fn text(&mut self, expression: &Expression) -> Result<Cow<'s, str>> {
        match self.eval(expression)? {
            Value::Text(text) => Ok(text),
            Value::Null => Ok(Cow::Borrowed("")),
            Value::List(list) => {
                let lack = list
                    .lacks
                    .first()
                    .or_else(|| list.items.iter().find_map(|item| item.value.as_ref().err()));
                match lack {
                    Some(&lack) if !self.showing => self.unknown(lack),
                    _ => Ok(Cow::Owned(Value::List(list).to_string())),
                }
            }
            other => Ok(Cow::Owned(other.to_string())),
        }
    }

    fn as_list(&mut self, value: Value<'s>) -> Result<Rc<List<'s>>> {
        match value {
            Value::List(list) => Ok(list),
            Value::Null => Ok(Rc::default()),
            _ => self.unknown(Lack::Expression("a list where there is none")),
        }
    }

    fn collection(&mut self, side: Option<Side>, noun: NounId) -> Rc<List<'s>> {
        let snapshot = self.snapshot;
        let list = self.collections.entry((side, noun)).or_insert_with(|| {
            let items = snapshot.records(side, noun).map(|record| Item::computed(Value::Record(record)));
            Rc::new(List { items: items.collect(), lacks: snapshot.lacks(side, noun) })
        });
        list.clone()
    }

    fn list_literal(&mut self, items: &[Expression]) -> Result<Value<'s>> {
        let mut list = List::default();
        for item in items {
            let value = self.eval_or_lack(item);
            list.items.push(value);
        }
        Ok(Value::List(Rc::new(list)))
    }

    /// A value, or the reason why it is unknown, as an item.
    fn eval_or_lack(&mut self, expression: &Expression) -> Item<'s> {
        match self.item(expression) {
            Ok(item) => item,
            Err(Unknown) => {
                let lack = self.lacks.pop().unwrap_or(Lack::Expression("a value that is unknown"));
                Item { value: Err(lack), place: None }
            }
        }
    }

    fn group(&mut self, expression: &Expression) -> Result<Rc<Group<'s>>> {
        match self.eval(expression)? {
            Value::Group(group) => Ok(group),
            _ => self.unknown(Lack::Expression("a group where there is none")),
        }
    }

    fn has(&mut self, property: &Expression) -> Result<Value<'s>> {
        self.eval(property).map(|value| Value::Bool(!matches!(value, Value::Null)))
    }

    fn and(&mut self, a: &Expression, b: &Expression) -> Result<bool> {
        let (reads, lacks) = (self.reads.len(), self.lacks.len());
        let first = self.condition(a);
        if first == Ok(false) {
            return first;
        }
        let between = self.reads.len();
        match (first, self.condition(b)) {
            (_, Ok(false)) => {
                // Only the part that is false matters.
                self.reads.drain(reads.min(between)..between.min(self.reads.len()));
                self.lacks.truncate(lacks);
                Ok(false)
            }
            (Err(Unknown), _) | (_, Err(Unknown)) => Err(Unknown),
            _ => Ok(true),
        }
    }

    fn or(&mut self, a: &Expression, b: &Expression) -> Result<bool> {
        let lacks = self.lacks.len();
        let first = self.condition(a);
        if first == Ok(true) {
            return first;
        }
        match (first, self.condition(b)) {
            (_, Ok(true)) => {
                self.lacks.truncate(lacks);
                Ok(true)
            }
            (Err(Unknown), _) | (_, Err(Unknown)) => Err(Unknown),
            _ => Ok(false),
        }
    }

    fn compare(&mut self, comparison: Comparison, a: &Expression, b: &Expression) -> Result<bool> {
        let (left, right) = (self.eval(a)?, self.eval(b)?);
        match comparison {
            Comparison::Equal => self.equal(&left, &right),
            Comparison::NotEqual => self.equal(&left, &right).map(|equal| !equal),
            Comparison::Less => self.order(&left, &right).map(Ordering::is_lt),
            Comparison::LessOrEqual => self.order(&left, &right).map(Ordering::is_le),
            Comparison::Greater => self.order(&left, &right).map(Ordering::is_gt),
            Comparison::GreaterOrEqual => self.order(&left, &right).map(Ordering::is_ge),
        }
    }

    fn equal(&mut self, left: &Value<'s>, right: &Value<'s>) -> Result<bool> {
        let (Value::List(a), Value::List(b)) = (left, right) else { return Ok(equal_scalars(left, right)) };
        if let Some(&lack) = a.lacks.first().or_else(|| b.lacks.first()) {
            return self.unknown(lack);
        }
        if a.items.len() != b.items.len() {
            return Ok(false);
        }
        for (a, b) in a.items.iter().zip(&b.items) {
            match (&a.value, &b.value) {
                (Ok(a), Ok(b)) if !self.equal(a, b)? => return Ok(false),
                (Ok(_), Ok(_)) => {}
                (Err(lack), _) | (_, Err(lack)) => return self.unknown(*lack),
            }
        }
        Ok(true)
    }

    fn order(&mut self, left: &Value<'s>, right: &Value<'s>) -> Result<Ordering> {
        let ordering = match (left, right) {
            (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
            (Value::Int(_) | Value::Double(_), Value::Int(_) | Value::Double(_)) => {
                number(left).partial_cmp(&number(right))
            }
            (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
            (Value::Duration(a), Value::Duration(b)) => Some(a.cmp(b)),
            (Value::Timestamp(a), Value::Timestamp(b)) => Some(a.cmp(b)),
            _ => None,
        };
        match ordering {
            Some(ordering) => Ok(ordering),
            None => self.blank(),
        }
    }

    fn contains(&mut self, item: &Expression, list: &Expression) -> Result<bool> {
        let item = self.eval(item)?;
        let list = self.list(list)?;
        self.find(&item, &list, |evaluator, a, b| evaluator.equal(a, b))
    }

    /// Whether an item for which `is_it` holds is in a list: true if found, unknown if it may be in what is not known.
    fn find(
        &mut self,
        wanted: &Value<'s>,
        list: &List<'s>,
        mut is_it: impl FnMut(&mut Self, &Value<'s>, &Value<'s>) -> Result<bool>,
    ) -> Result<bool> {
        let mut lack = list.lacks.first().copied();
        for item in &list.items {
            match &item.value {
                Ok(value) if is_it(self, wanted, value)? => return Ok(true),
                Ok(_) => {}
                Err(unknown) => lack = lack.or(Some(*unknown)),
            }
        }
        lack.map_or(Ok(false), |lack| self.unknown(lack))
    }

    fn index(&mut self, list: &Expression, index: &Expression) -> Result<Value<'s>> {
        let list = self.list(list)?;
        let Value::Int(index) = self.eval(index)? else { return self.blank() };
        let item = usize::try_from(index).ok().and_then(|index| list.items.get(index));
        match (item.map(|item| (&item.value, item.place)), list.lacks.first()) {
            (Some((Ok(value), place)), _) => {
                self.read(place);
                Ok(value.clone())
            }
            (Some((Err(lack), _)), _) | (None, Some(lack)) => self.unknown(*lack),
            (None, None) => self.unknown(Lack::Expression("an item that the list does not have")),
        }
    }

    fn arithmetic(&mut self, operator: Arithmetic, a: &Expression, b: &Expression) -> Result<Value<'s>> {
        let (left, right) = (self.eval(a)?, self.eval(b)?);
        let is_add = operator == Arithmetic::Add;
        let value = match (&left, &right) {
            (Value::Int(a), Value::Int(b)) => {
                if is_add { a.checked_add(*b) } else { a.checked_sub(*b) }.map(Value::Int)
            }
            (Value::Int(_) | Value::Double(_), Value::Int(_) | Value::Double(_)) => {
                let sign = if is_add { 1.0 } else { -1.0 };
                Some(Value::Double(number(&right).mul_add(sign, number(&left))))
            }
            (Value::Duration(a), Value::Duration(b)) => {
                if is_add { a.checked_add(*b) } else { a.checked_sub(*b) }.map(Value::Duration)
            }
            (Value::Timestamp(a), Value::Duration(b)) => {
                if is_add { a.checked_add(*b) } else { a.checked_sub(*b) }.ok().map(Value::Timestamp)
            }
            (Value::Timestamp(a), Value::Timestamp(b)) => Some(Value::Duration(a.duration_since(*b))),
            (Value::Text(a), Value::Text(b)) => Some(Value::text(format!("{a}{b}"))),
            (Value::Null, Value::Text(text)) | (Value::Text(text), Value::Null) if is_add => {
                Some(Value::Text(text.clone()))
            }
            (Value::List(a), Value::List(b)) => {
                let both = || [a, b].into_iter();
                let items = both().flat_map(|list| list.items.iter().cloned()).collect();
                let lacks = both().flat_map(|list| list.lacks.iter().copied()).collect();
                Some(Value::List(Rc::new(List { items, lacks })))
            }
            _ => None,
        };
        match value {
            Some(value) => Ok(value),
            None => self.blank(),
        }
    }

    fn negate(&mut self, operand: &Expression) -> Result<Value<'s>> {
        let value = match self.eval(operand)? {
            Value::Int(number) => number.checked_neg().map(Value::Int),
            Value::Double(number) => Some(Value::Double(-number)),
            Value::Duration(duration) => duration.checked_neg().map(Value::Duration),
            _ => None,
        };
        match value {
            Some(value) => Ok(value),
            None => self.blank(),
        }
    }

    fn quantified(
        &mut self,
        quantifier: Quantifier,
        list: &Expression,
        slot: usize,
        body: &Expression,
    ) -> Result<Value<'s>> {
        let reads = self.reads.len();
        let list = self.list(list)?;
        match quantifier {
            Quantifier::All => self.all(&list, slot, body, reads).map(Value::Bool),
            Quantifier::Exists => self.exists(&list, slot, body).map(Value::Bool),
            Quantifier::ExistsOne => self.exists_one(&list, slot, body).map(Value::Bool),
            Quantifier::Filter => Ok(Value::List(Rc::new(self.filter(&list, slot, body)))),
            Quantifier::Map => Ok(Value::List(Rc::new(self.map(&list, slot, body)))),
            Quantifier::GroupBy => Ok(Value::List(Rc::new(self.group_by(&list, slot, body)))),
        }
    }

    fn all(&mut self, list: &List<'s>, slot: usize, body: &Expression, reads_before: usize) -> Result<bool> {
        let lacks = self.lacks.len();
        let mut is_unknown = !list.is_complete();
        for item in &list.items {
            let reads = self.reads.len();
            self.bind(slot, item.clone());
            match self.condition(body) {
                Ok(true) => {}
                Ok(false) => {
                    // The item that fails is to be underlined, not the list nor the items that are right.
                    self.lacks.truncate(lacks);
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

    fn exists(&mut self, list: &List<'s>, slot: usize, body: &Expression) -> Result<bool> {
        let lacks = self.lacks.len();
        let mut is_unknown = !list.is_complete();
        for item in &list.items {
            self.bind(slot, item.clone());
            match self.condition(body) {
                Ok(true) => {
                    self.lacks.truncate(lacks);
                    return Ok(true);
                }
                Ok(false) => {}
                Err(Unknown) => is_unknown = true,
            }
        }
        self.finish(false, is_unknown, list)
    }

    fn exists_one(&mut self, list: &List<'s>, slot: usize, body: &Expression) -> Result<bool> {
        let lacks = self.lacks.len();
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
                self.lacks.truncate(lacks);
                return Ok(false);
            }
        }
        self.finish(found == 1, is_unknown, list)
    }

    fn finish(&mut self, value: bool, is_unknown: bool, list: &List<'s>) -> Result<bool> {
        if is_unknown {
            self.lacks.extend(list.lacks.iter().copied());
            return Err(Unknown);
        }
        Ok(value)
    }

    fn filter(&mut self, list: &List<'s>, slot: usize, body: &Expression) -> List<'s> {
        let mut kept = List { items: Vec::new(), lacks: list.lacks.clone() };
        for item in &list.items {
            let lacks = self.lacks.len();
            self.bind(slot, item.clone());
            match self.condition(body) {
                Ok(true) => kept.items.push(item.clone()),
                Ok(false) => {}
                // It may belong to the list.
                Err(Unknown) => kept.lacks.extend(self.lacks.drain(lacks..)),
            }
        }
        kept
    }

    fn map(&mut self, list: &List<'s>, slot: usize, body: &Expression) -> List<'s> {
        let mut mapped = List { items: Vec::with_capacity(list.items.len()), lacks: list.lacks.clone() };
        for item in &list.items {
            self.bind(slot, item.clone());
            let value = self.eval_or_lack(body);
            mapped.items.push(value);
        }
        mapped
    }

    fn group_by(&mut self, list: &List<'s>, slot: usize, body: &Expression) -> List<'s> {
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut groups: Vec<(Key<'s>, Vec<Item<'s>>)> = Vec::new();
        let mut lacks = list.lacks.clone();
        for item in &list.items {
            let before = self.lacks.len();
            self.bind(slot, item.clone());
            let keys = match self.item(body) {
                Ok(item) => keys(&item, &mut lacks),
                Err(Unknown) => {
                    lacks.extend(self.lacks.drain(before..));
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

    fn call(&mut self, function: Function, arguments: &[Expression]) -> Result<Value<'s>> {
        match (function, arguments) {
            (Function::Size, [x]) => self.size(x),
            (Function::Blank, [x]) => self.is_blank(x).map(Value::Bool),
            (Function::Int, [x]) => self.int(x),
            (Function::Join, [list, separator]) => self.join(list, separator),
            (Function::OneOf, [text, list]) => self.one_of(text, list).map(Value::Bool),
            (Function::DaysUntil, [t]) => self.timestamp(t).map(|t| Value::Int(self.days_until(t))),
            (Function::Date, [t]) => self.timestamp(t).map(|t| Value::text(date(t))),
            (Function::Distinct | Function::Duplicates, [list]) => self.once_or_more(function, list),
            (Function::Side, [object]) => self.side(object),
            (Function::Noun, [object]) => match self.eval(object)? {
                Value::Record(record) => Ok(Value::text(record.cmdlet().noun())),
                _ => self.blank(),
            },
            (Function::Known, [x]) => Ok(Value::Bool(self.is_known(x))),
            (Function::Exported, [side, noun]) => self.exported(side, noun).map(Value::Bool),
            (Function::Cuts, [object]) => self.cuts(object),
            (_, [x]) => self.text(x).map(|x| unary(function, &x)),
            (_, [x, y]) => {
                let (x, y) = (self.text(x)?, self.text(y)?);
                if function == Function::VersionAtLeast && !(text::is_version(&x) && text::is_version(&y)) {
                    return self.unknown(Lack::Expression("a version where there is none"));
                }
                Ok(binary(function, &x, &y))
            }
            _ => self.unknown(Lack::Expression("a call with other arguments than the function has")),
        }
    }

    fn size(&mut self, x: &Expression) -> Result<Value<'s>> {
        let size = match self.eval(x)? {
            Value::List(list) => match list.lacks.first() {
                Some(&lack) => return self.unknown(lack),
                None => list.items.len(),
            },
            Value::Null => 0,
            other => other.to_string().chars().count(),
        };
        Ok(Value::Int(i64::try_from(size).unwrap_or(i64::MAX)))
    }

    fn is_blank(&mut self, x: &Expression) -> Result<bool> {
        match self.eval(x)? {
            Value::Null => Ok(true),
            Value::Text(text) => Ok(text.trim().is_empty()),
            Value::List(list) if list.items.is_empty() => match list.lacks.first() {
                Some(&lack) => self.unknown(lack),
                None => Ok(true),
            },
            _ => Ok(false),
        }
    }

    fn int(&mut self, x: &Expression) -> Result<Value<'s>> {
        match self.eval(x)? {
            Value::Int(number) => Ok(Value::Int(number)),
            #[expect(clippy::cast_possible_truncation, reason = "CEL cuts the fraction off")]
            Value::Double(number) => Ok(Value::Int(number as i64)),
            Value::Text(text) => match text.trim().parse() {
                Ok(number) => Ok(Value::Int(number)),
                Err(_) => self.blank(),
            },
            _ => self.blank(),
        }
    }

    fn join(&mut self, list: &Expression, separator: &Expression) -> Result<Value<'s>> {
        let (list, separator) = (self.list(list)?, self.text(separator)?);
        let mut parts = Vec::with_capacity(list.items.len());
        for item in &list.items {
            match &item.value {
                Ok(value) => parts.push(value.to_string()),
                Err(lack) => return self.unknown(*lack),
            }
        }
        match list.lacks.first() {
            Some(&lack) if !self.showing => return self.unknown(lack),
            Some(_) => parts.push("…".into()),
            None => {}
        }
        Ok(Value::text(parts.join(&separator)))
    }

    fn one_of(&mut self, wanted: &Expression, list: &Expression) -> Result<bool> {
        let wanted = Value::Text(self.text(wanted)?);
        let list = self.list(list)?;
        self.find(&wanted, &list, |_, a, b| Ok(text::same(&a.to_string(), &b.to_string())))
    }

    fn timestamp(&mut self, t: &Expression) -> Result<Timestamp> {
        match self.eval(t)? {
            Value::Timestamp(timestamp) => Ok(timestamp),
            _ => self.blank(),
        }
    }

    fn days_until(&self, t: Timestamp) -> i64 {
        t.duration_since(self.as_of).as_secs().div_euclid(86_400)
    }

    fn once_or_more(&mut self, function: Function, list: &Expression) -> Result<Value<'s>> {
        let list = self.list(list)?;
        let mut counts: HashMap<String, usize> = HashMap::new();
        let mut result = List { items: Vec::new(), lacks: list.lacks.clone() };
        let wanted = if function == Function::Distinct { 1 } else { 2 };
        for item in &list.items {
            match &item.value {
                Ok(value) => {
                    let count = counts.entry(value.to_string().to_lowercase()).or_default();
                    *count += 1;
                    if *count == wanted {
                        result.items.push(item.clone());
                    }
                }
                Err(lack) => result.lacks.push(*lack),
            }
        }
        Ok(Value::List(Rc::new(result)))
    }

    fn side(&mut self, object: &Expression) -> Result<Value<'s>> {
        let Value::Record(record) = self.eval(object)? else { return self.blank() };
        match record.side() {
            Some(side) => Ok(Value::text(side.name())),
            None => self.unknown(Lack::Incomplete { side: Side::Cloud, noun: record.noun() }),
        }
    }

    fn is_known(&mut self, x: &Expression) -> bool {
        let lacks = self.lacks.len();
        let is_known = match self.eval(x) {
            Ok(Value::List(list)) => list.is_complete() && list.items.iter().all(|item| item.value.is_ok()),
            Ok(_) => true,
            Err(Unknown) => false,
        };
        self.lacks.truncate(lacks);
        is_known
    }

    fn exported(&mut self, side: &Expression, noun: &Expression) -> Result<bool> {
        let (side, noun) = (self.text(side)?, self.text(noun)?);
        let side = Side::ALL.into_iter().find(|candidate| candidate.name() == side);
        let noun = self.snapshot.registry().find(&noun);
        Ok(side.zip(noun).is_some_and(|(side, noun)| self.snapshot.is_exported(side, noun)))
    }

    fn cuts(&mut self, object: &Expression) -> Result<Value<'s>> {
        let Value::Record(record) = self.eval(object)? else { return self.blank() };
        let mut list = List::default();
        for (_, place) in coerce::cuts(record) {
            self.read(Some(place));
            list.items.push(Item { value: Ok(Value::text(place.property_name())), place: Some(place) });
        }
        Ok(Value::List(Rc::new(list)))
    }
}

fn constant_value<'s>(constant: &Constant) -> Value<'s> {
    match constant {
        Constant::Null => Value::Null,
        Constant::Bool(value) => Value::Bool(*value),
        Constant::Int(number) => Value::Int(*number),
        Constant::Double(number) => Value::Double(*number),
        Constant::Text(text) => Value::Text(Cow::Owned(text.to_string())),
        Constant::Duration(duration) => Value::Duration(*duration),
        Constant::Timestamp(timestamp) => Value::Timestamp(*timestamp),
    }
}

fn equal_scalars(left: &Value<'_>, right: &Value<'_>) -> bool {
    match (left, right) {
        (Value::Null, Value::Null) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Int(a), Value::Int(b)) => a == b,
        (Value::Int(_) | Value::Double(_), Value::Int(_) | Value::Double(_)) => {
            number(left).total_cmp(&number(right)).is_eq()
        }
        (Value::Text(a), Value::Text(b)) => a == b,
        (Value::Duration(a), Value::Duration(b)) => a == b,
        (Value::Timestamp(a), Value::Timestamp(b)) => a == b,
        (Value::Record(a), Value::Record(b)) => std::ptr::eq(*a, *b),
        _ => false,
    }
}

#[expect(clippy::cast_precision_loss, reason = "numbers of exports are small")]
fn number(value: &Value<'_>) -> f64 {
    match value {
        Value::Int(number) => *number as f64,
        Value::Double(number) => *number,
        _ => f64::NAN,
    }
}

fn date(timestamp: Timestamp) -> String {
    jiff::tz::Offset::UTC.to_datetime(timestamp).date().to_string()
}

/// A key of a `groupBy`, and where it was read.
struct Key<'s> {
    text: Cow<'s, str>,
    place: Option<Place<'s>>,
}

/// The keys of a `groupBy`; blank ones make no group.
fn keys<'s>(item: &Item<'s>, lacks: &mut Vec<Lack<'s>>) -> Vec<Key<'s>> {
    match &item.value {
        Ok(Value::Text(text)) if text.trim().is_empty() => Vec::new(),
        Ok(Value::Text(text)) => vec![Key { text: text.clone(), place: item.place }],
        Ok(Value::List(list)) => {
            lacks.extend(list.lacks.iter().copied());
            list.items.iter().flat_map(|item| keys(item, lacks)).collect()
        }
        Ok(_) => Vec::new(),
        Err(lack) => {
            lacks.push(*lack);
            Vec::new()
        }
    }
}

fn unary<'s>(function: Function, x: &str) -> Value<'s> {
    match function {
        Function::LowerAscii => Value::text(x.to_ascii_lowercase()),
        Function::UpperAscii => Value::text(x.to_ascii_uppercase()),
        Function::Trim => Value::text(x.trim().to_owned()),
        Function::Scheme => Value::text(text::scheme(x)),
        Function::Host => Value::text(text::host(x)),
        Function::Path => Value::text(text::path(x)),
        Function::DomainOf => Value::text(text::domain_of(x)),
        Function::IsInternalHost => Value::Bool(text::is_internal_host(x)),
        Function::IsRoutingDomain => Value::Bool(text::is_routing_domain(x)),
        Function::KnownTimeZone => Value::Bool(text::is_known_time_zone(x)),
        _ => Value::text(x.to_owned()),
    }
}

fn binary<'s>(function: Function, x: &str, y: &str) -> Value<'s> {
    match function {
        Function::StartsWith => Value::Bool(x.starts_with(y)),
        Function::EndsWith => Value::Bool(x.ends_with(y)),
        Function::Contains => Value::Bool(x.contains(y)),
        Function::Split => Value::list(x.split(y).map(|part| Value::text(part.to_owned())).collect()),
        Function::Same => Value::Bool(text::same(x, y)),
        Function::SameUrl => Value::Bool(text::same_url(x, y)),
        Function::VersionAtLeast => Value::Bool(text::version_at_least(x, y)),
        _ => Value::Null,
    }
}
