//! Operators: with three values where they are logical, and unknown where a list is not known whole.

use std::cmp::Ordering;
use std::rc::Rc;

use super::super::ir::{Arithmetic, Comparison, Expression};
use super::{Evaluator, LOCAL_DATE, Result, Unknown};
use crate::snapshot::{Gap, Lack, List, Place, Value};

impl<'s> Evaluator<'s> {
    pub(super) fn and(&mut self, a: &'s Expression, b: &'s Expression) -> Result<bool> {
        let reads = self.reads.len();
        self.deciding(|evaluator| {
            let first = evaluator.condition(a);
            if first == Ok(false) {
                return first;
            }
            let between = evaluator.reads.len();
            match (first, evaluator.condition(b)) {
                (_, Ok(false)) => {
                    // Only the part that is false matters.
                    evaluator.reads.drain(reads.min(between)..between.min(evaluator.reads.len()));
                    Ok(false)
                }
                (Err(Unknown), _) | (_, Err(Unknown)) => Err(Unknown),
                _ => Ok(true),
            }
        })
    }

    pub(super) fn or(&mut self, a: &'s Expression, b: &'s Expression) -> Result<bool> {
        self.deciding(|evaluator| {
            let first = evaluator.condition(a);
            if first == Ok(true) {
                return first;
            }
            match (first, evaluator.condition(b)) {
                (_, Ok(true)) => Ok(true),
                (Err(Unknown), _) | (_, Err(Unknown)) => Err(Unknown),
                _ => Ok(false),
            }
        })
    }

    pub(super) fn compare(
        &mut self,
        comparison: Comparison,
        a: &'s Expression,
        b: &'s Expression,
    ) -> Result<bool> {
        let ((left, left_place), (right, right_place)) = (self.placed(a)?, self.placed(b)?);
        let is_in_question = matches!(left, Value::Null | Value::LocalDate(_));
        let place = if is_in_question { left_place } else { right_place };
        match comparison {
            Comparison::Equal => self.equal(&left, &right),
            Comparison::NotEqual => self.equal(&left, &right).map(|equal| !equal),
            Comparison::Less => self.order(&left, &right, place).map(Ordering::is_lt),
            Comparison::LessOrEqual => self.order(&left, &right, place).map(Ordering::is_le),
            Comparison::Greater => self.order(&left, &right, place).map(Ordering::is_gt),
            Comparison::GreaterOrEqual => self.order(&left, &right, place).map(Ordering::is_ge),
        }
    }

    pub(super) fn equal(&mut self, left: &Value<'s>, right: &Value<'s>) -> Result<bool> {
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

    /// `place` is that of the blank one, if one is blank.
    pub(super) fn order(
        &mut self,
        left: &Value<'s>,
        right: &Value<'s>,
        place: Option<Place<'s>>,
    ) -> Result<Ordering> {
        let ordering = match (left, right) {
            (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
            (Value::Int(_) | Value::Double(_), Value::Int(_) | Value::Double(_)) => {
                number(left).partial_cmp(&number(right))
            }
            (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
            (Value::Duration(a), Value::Duration(b)) => Some(a.cmp(b)),
            (Value::Timestamp(a), Value::Timestamp(b)) => Some(a.cmp(b)),
            (Value::LocalDate(_), Value::Null) | (Value::Null, Value::LocalDate(_)) => None,
            (Value::LocalDate(_), _) | (_, Value::LocalDate(_)) => {
                return self.local_order(left, right, place);
            }
            _ => None,
        };
        match ordering {
            Some(ordering) => Ok(ordering),
            None => self.blank_at(place),
        }
    }

    /// Of dates of which one is known in part.
    pub(super) fn local_order(
        &mut self,
        left: &Value<'s>,
        right: &Value<'s>,
        place: Option<Place<'s>>,
    ) -> Result<Ordering> {
        let ordering = match (left, right) {
            (Value::LocalDate(date), Value::Timestamp(moment)) => date.order(*moment),
            (Value::Timestamp(moment), Value::LocalDate(date)) => date.order(*moment).map(Ordering::reverse),
            (Value::LocalDate(a), Value::LocalDate(b)) => {
                let is_clear = a.last < b.first || b.last < a.first;
                is_clear.then(|| a.first.cmp(&b.first))
            }
            _ => None,
        };
        match (ordering, place) {
            (Some(ordering), _) => Ok(ordering),
            (None, Some(place)) => self.unknown(Lack::Value { place, why: LOCAL_DATE }),
            (None, None) => self.blank_at(None),
        }
    }

    pub(super) fn contains(&mut self, item: &'s Expression, list: &'s Expression) -> Result<bool> {
        let item = self.eval(item)?;
        let list = self.list(list)?;
        if let Some(found) = self.find_in_long(&item, &list) {
            return found;
        }
        self.find(&item, &list, |evaluator, a, b| evaluator.equal(a, b))
    }

    /// Whether an item for which `is_it` holds is in a list: true if found, unknown if it may be in what is not known.
    pub(super) fn find(
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

    pub(super) fn index(&mut self, expression: &'s Expression, index: &'s Expression) -> Result<Value<'s>> {
        let list = self.list(expression)?;
        let Value::Int(index) = self.eval(index)? else { return self.blank() };
        let item = usize::try_from(index).ok().and_then(|index| list.items.get(index));
        // What is not known may stand before it. Objects that no export shows do not.
        let is_unseen =
            |lack: &&Lack<'s>| matches!(lack, Lack::Incomplete { gap: Gap::Selected | Gap::Limited, .. });
        let lack = list.lacks.iter().find(|lack| !is_unseen(lack) || item.is_none());
        match (item.map(|item| (&item.value, item.place)), lack) {
            (_, Some(lack)) | (Some((Err(lack), _)), _) => self.unknown(*lack),
            (Some((Ok(value), place)), None) => {
                self.read(place);
                Ok(value.clone())
            }
            (None, None) => self.unknown(match expression.filtered_collection() {
                Some((side, noun)) => Lack::Object { side, noun },
                None => Lack::Expression("an item that the list does not have"),
            }),
        }
    }

    pub(super) fn arithmetic(
        &mut self,
        operator: Arithmetic,
        a: &'s Expression,
        b: &'s Expression,
    ) -> Result<Value<'s>> {
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
                let mut lacks = a.lacks.clone();
                lacks.merge(&b.lacks);
                Some(Value::List(Rc::new(List { items, lacks })))
            }
            _ => None,
        };
        match value {
            Some(value) => Ok(value),
            None => self.blank(),
        }
    }

    pub(super) fn negate(&mut self, operand: &'s Expression) -> Result<Value<'s>> {
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
