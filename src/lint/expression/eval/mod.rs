//! Evaluation with three values. What is read is recorded on demand, so that a finding can underline it; what lacks is always
//! recorded, so that an unknown outcome can say what to export.

mod call;
mod joins;
mod operators;
mod quantifiers;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use jiff::Timestamp;
use regex::Regex;

use super::ir::{Constant, Expression};
use super::pattern::Pattern;
use crate::diagnostic::Scope;
use crate::exchange::same;
use crate::schema::NounId;
use crate::snapshot::{
    Fact, Group, Item, Lack, Lacks, List, Nested, Obscured, Place, Record, Value, View, coerce,
};
use joins::Kept;

/// The value cannot be known. [`Evaluator::take_lacks`] says why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unknown;

/// A value that an expression read.
pub type Read<'s> = Place<'s>;

/// A lint may evaluate so many expressions: some seconds.
const MIN_STEPS: u64 = 30_000_000;
/// And so many more for each object of the snapshot.
const STEPS_FOR_OBJECT: u64 = 2_000;

type Result<T> = std::result::Result<T, Unknown>;

/// Why a date cannot be compared whose readings lie on both sides of another.
const LOCAL_DATE: Obscured = Obscured::NotA("a date in ISO 8601");

/// Evaluates expressions over what a view of a snapshot sees.
pub struct Evaluator<'s> {
    view: View<'s>,
    topology: Option<Rc<Fact<'s>>>,
    as_of: Timestamp,
    /// What the configuration says of thresholds.
    thresholds: Option<&'s BTreeMap<String, i64>>,
    slots: Vec<Option<Item<'s>>>,
    collections: HashMap<(Scope, NounId), Rc<List<'s>>>,
    recording: bool,
    /// Whether the value is for a message, which may show what is known of a list.
    showing: bool,
    reads: Vec<Read<'s>>,
    lacks: Lacks<'s>,
    /// Whether it judges so much that it pays to keep what was read.
    keeps: bool,
    kept: Kept<'s>,
    /// Expressions that may still be evaluated.
    steps: u64,
    /// Expressions that may be evaluated for one lint.
    step_limit: u64,
}

impl<'s> Evaluator<'s> {
    /// Over a snapshot, judged by the day that begins at `as_of`.
    #[must_use]
    pub fn new(view: View<'s>, as_of: Timestamp) -> Self {
        Self {
            view,
            topology: None,
            as_of,
            thresholds: None,
            slots: Vec::new(),
            collections: HashMap::new(),
            recording: false,
            showing: false,
            reads: Vec::new(),
            lacks: Lacks::default(),
            keeps: false,
            kept: Kept::default(),
            steps: MIN_STEPS,
            step_limit: MIN_STEPS,
        }
    }

    /// With the facts that were derived from the snapshot. Without them, each is unknown.
    #[must_use]
    pub fn with_topology(self, topology: Rc<Fact<'s>>) -> Self {
        let registry = self.view.registry();
        let objects: usize =
            registry.iter().map(|(noun, _)| self.view.records(Scope::Both, noun).len()).sum();
        let steps = MIN_STEPS + STEPS_FOR_OBJECT * objects as u64;
        Self { topology: Some(topology), keeps: true, ..self }.with_steps(steps)
    }

    /// With thresholds of the configuration. Without them, each is what the lint says.
    #[must_use]
    pub fn with_thresholds(self, thresholds: &'s BTreeMap<String, i64>) -> Self {
        Self { thresholds: Some(thresholds), ..self }
    }

    /// With a limit of expressions that are evaluated for one lint.
    #[must_use]
    pub fn with_steps(self, steps: u64) -> Self {
        Self { steps, step_limit: steps, ..self }
    }

    /// Why everything is unknown after too many steps.
    pub const EXHAUSTED: Lack<'static> = Lack::Expression("more comparisons than a run has time for");

    /// Evaluates what a lint that is decided has to say.
    pub fn uncounted<T>(&mut self, evaluate: impl FnOnce(&mut Self) -> T) -> T {
        let steps = std::mem::replace(&mut self.steps, u64::MAX);
        let result = evaluate(self);
        self.steps = steps;
        result
    }

    /// Begins with another lint.
    pub const fn restart(&mut self) {
        self.steps = self.step_limit;
    }

    /// Whether the lint took more steps than it may: from there on, everything is unknown.
    #[must_use]
    pub const fn is_exhausted(&self) -> bool {
        self.steps == 0
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
    pub fn condition(&mut self, expression: &'s Expression) -> Result<bool> {
        match self.placed(expression)? {
            (Value::Bool(value), _) => Ok(value),
            (_, place) => self.blank_at(place),
        }
    }

    /// The items of a list, and why there may be more.
    ///
    /// # Errors
    ///
    /// When nothing of it can be known.
    pub fn list(&mut self, expression: &'s Expression) -> Result<Rc<List<'s>>> {
        let value = self.eval(expression)?;
        self.as_list(value)
    }

    /// The value of an expression.
    ///
    /// # Errors
    ///
    /// When it cannot be known.
    pub fn value(&mut self, expression: &'s Expression) -> Result<Value<'s>> {
        self.eval(expression)
    }

    /// The value of an expression for a message: as written, and of a list that was cut, what is known.
    ///
    /// # Errors
    ///
    /// When it cannot be known.
    pub fn shown(&mut self, expression: &'s Expression) -> Result<Value<'s>> {
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
    pub fn written(&mut self, expression: &'s Expression) -> Result<Value<'s>> {
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
    pub fn reads_of(&mut self, expression: &'s Expression) -> Vec<Read<'s>> {
        self.recording = true;
        self.reads.clear();
        // The result is known; only what was read is asked for.
        let _ = self.apart(|evaluator| evaluator.eval(expression));
        self.recording = false;
        std::mem::take(&mut self.reads)
    }

    /// What lacked since the last call.
    pub fn take_lacks(&mut self) -> Lacks<'s> {
        std::mem::take(&mut self.lacks)
    }

    /// Forgets what lacked.
    pub fn clear_lacks(&mut self) {
        self.lacks = Lacks::default();
    }

    /// The result of an evaluation, and what lacked for it.
    fn apart<T>(&mut self, evaluate: impl FnOnce(&mut Self) -> T) -> (T, Lacks<'s>) {
        let outer = std::mem::take(&mut self.lacks);
        let result = evaluate(self);
        (result, std::mem::replace(&mut self.lacks, outer))
    }

    /// The result of an evaluation that may find an answer without all that it looks at: what the answer did without
    /// does not lack.
    fn deciding<T>(&mut self, evaluate: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let (result, lacks) = self.apart(evaluate);
        if result.is_err() {
            self.lacks.merge(&lacks);
        }
        result
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

    fn eval(&mut self, expression: &'s Expression) -> Result<Value<'s>> {
        self.placed(expression).map(|(value, _)| value)
    }

    /// The value of an expression, and where it was read from.
    fn placed(&mut self, expression: &'s Expression) -> Result<(Value<'s>, Option<Place<'s>>)> {
        let item = self.item(expression)?;
        match item.value {
            Ok(value) => Ok((value, item.place)),
            Err(lack) => self.unknown(lack),
        }
    }

    /// The value of an expression with the place it was read from.
    fn item(&mut self, expression: &'s Expression) -> Result<Item<'s>> {
        if self.steps == 0 {
            return self.unknown(Self::EXHAUSTED);
        }
        self.steps -= 1;
        match expression {
            Expression::Closed(inner) => self.once(inner, None),
            Expression::OfItem(slot, inner) => match self.bound(*slot) {
                Some(Item { value: Ok(Value::Record(record)), .. }) => self.once(inner, Some(*record)),
                _ => self.item(inner),
            },
            Expression::Variable(slot) => self.variable(*slot),
            Expression::Property(object, indexes) => self.property(object, indexes),
            Expression::NestedProperty(object, index) => self.nested_property(object, *index),
            Expression::FactField(fact, index) => self.fact_field(fact, *index),
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

    fn property(&mut self, object: &'s Expression, indexes: &[(NounId, usize)]) -> Result<Item<'s>> {
        let record = self.record(object)?;
        let found = indexes.iter().find(|(noun, _)| *noun == record.noun());
        let Some(&(_, property)) = found else {
            return self.unknown(Lack::Expression("a property that this cmdlet does not have"));
        };
        if let Some(list) = self.kept_list(record, property) {
            return Ok(list);
        }
        let read = record.read(property);
        self.finish_read(read)
    }

    /// The exported object that an expression stands for, which most often is a bound name.
    fn record(&mut self, expression: &'s Expression) -> Result<&'s Record> {
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

    fn nested_property(&mut self, object: &'s Expression, index: usize) -> Result<Item<'s>> {
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

    fn fact_field(&mut self, fact: &'s Expression, index: usize) -> Result<Item<'s>> {
        let Value::Fact(fact) = self.eval(fact)? else {
            return self.unknown(Lack::Expression("a fact where there is none"));
        };
        let Some(item) = fact.fields.get(index) else {
            return self.unknown(Lack::Expression("a fact that is not derived"));
        };
        if item.value.is_ok() {
            self.read(item.place);
        }
        Ok(item.clone())
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

    fn computed(&mut self, expression: &'s Expression) -> Result<Value<'s>> {
        match expression {
            Expression::Constant(constant) => Ok(constant_value(constant)),
            Expression::List(items) => self.list_literal(items),
            Expression::Collection(side, noun) => Ok(Value::List(self.collection(*side, *noun))),
            Expression::Topology => match &self.topology {
                Some(topology) => Ok(Value::Fact(topology.clone())),
                None => self.unknown(Lack::Expression("facts that need all exports")),
            },
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
            Expression::Quantified(quantified) => self.quantified(quantified),
            Expression::Matches(text, pattern) => {
                let text = self.text(text)?;
                self.regex(pattern).map(|regex| Value::Bool(regex.is_match(&text)))
            }
            Expression::Extract(text, pattern) => {
                let text = self.text(text)?;
                let captures = self.regex(pattern)?.captures(&text);
                let group = captures.and_then(|captures| captures.get(1));
                Ok(Value::text(group.map_or(String::new(), |group| group.as_str().to_owned())))
            }
            Expression::OneOf(text, texts) => self.text(text).map(|text| {
                let is_one = texts.iter().any(|other| same(&text, other));
                Value::Bool(is_one)
            }),
            Expression::Call(function, arguments) => self.call(*function, arguments),
            Expression::Variable(_)
            | Expression::Property(..)
            | Expression::NestedProperty(..)
            | Expression::FactField(..)
            | Expression::Closed(_)
            | Expression::OfItem(..)
            | Expression::GroupKey(_) => self.eval(expression),
        }
    }

    fn regex(&mut self, pattern: &'s Pattern) -> Result<&'s Regex> {
        pattern.regex().or_else(|_| self.unknown(Lack::Expression("a regular expression that is none")))
    }

    /// A blank stands where a value is needed.
    fn blank<T>(&mut self) -> Result<T> {
        let place = self.reads.last().copied();
        self.blank_at(place)
    }

    fn blank_at<T>(&mut self, place: Option<Place<'s>>) -> Result<T> {
        match place {
            Some(place) => self.unknown(Lack::Value { place, why: Obscured::Blank }),
            None => self.unknown(Lack::Expression("a value that is blank")),
        }
    }

    fn text(&mut self, expression: &'s Expression) -> Result<Cow<'s, str>> {
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

    fn collection(&mut self, scope: Scope, noun: NounId) -> Rc<List<'s>> {
        let view = self.view;
        let list = self.collections.entry((scope, noun)).or_insert_with(|| {
            let items =
                view.records(scope, noun).into_iter().map(|record| Item::computed(Value::Record(record)));
            Rc::new(List { items: items.collect(), lacks: view.lacks(scope, noun).into_iter().collect() })
        });
        list.clone()
    }

    fn list_literal(&mut self, items: &'s [Expression]) -> Result<Value<'s>> {
        let items = items.iter().map(|item| self.eval_or_lack(item)).collect();
        Ok(Value::List(Rc::new(List { items, lacks: Lacks::default() })))
    }

    /// A value, or the reason why it is unknown, as an item.
    fn eval_or_lack(&mut self, expression: &'s Expression) -> Item<'s> {
        let (item, lacks) = self.apart(|evaluator| evaluator.item(expression));
        item.unwrap_or_else(|Unknown| {
            // The last one is that of the item; the others are as good for the list.
            let (last, others) =
                lacks.split_last().unwrap_or((&Lack::Expression("a value that is unknown"), &[]));
            self.lacks.extend(others.iter().copied());
            Item { value: Err(*last), place: None }
        })
    }

    fn group(&mut self, expression: &'s Expression) -> Result<Rc<Group<'s>>> {
        match self.eval(expression)? {
            Value::Group(group) => Ok(group),
            _ => self.unknown(Lack::Expression("a group where there is none")),
        }
    }

    fn has(&mut self, property: &'s Expression) -> Result<Value<'s>> {
        self.eval(property).map(|value| Value::Bool(!matches!(value, Value::Null)))
    }
}

fn constant_value<'s>(constant: &'s Constant) -> Value<'s> {
    match constant {
        Constant::Null => Value::Null,
        Constant::Bool(value) => Value::Bool(*value),
        Constant::Int(number) => Value::Int(*number),
        Constant::Double(number) => Value::Double(*number),
        Constant::Text(text) => Value::Text(Cow::Borrowed(text)),
        Constant::Duration(duration) => Value::Duration(*duration),
        Constant::Timestamp(timestamp) => Value::Timestamp(*timestamp),
    }
}

#[cfg(test)]
mod tests;
