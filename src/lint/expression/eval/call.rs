//! The functions that lints call.

use std::borrow::Cow;
use std::collections::HashMap;
use std::rc::Rc;

use jiff::Timestamp;

use super::super::functions::Function;
use super::super::ir::Expression;
use super::{Evaluator, Result, Unknown};
use crate::diagnostic::Platform;
use crate::exchange::{clouds, domains, same, time_zone, url, version};
use crate::snapshot::{Item, Lack, List, Value, coerce};

impl<'s> Evaluator<'s> {
    pub(super) fn call(&mut self, function: Function, arguments: &'s [Expression]) -> Result<Value<'s>> {
        match (function, arguments) {
            (Function::Size, [x]) => self.size(x),
            (Function::Blank, [x]) => self.is_blank(x).map(Value::Bool),
            (Function::Int, [x]) => self.int(x),
            (Function::Join, [list, separator]) => self.join(list, separator),
            (Function::OneOf, [text, list]) => self.one_of(text, list).map(Value::Bool),
            (Function::DaysUntil, [t]) => self.timestamp(t).map(|t| Value::Int(self.days_until(t))),
            (Function::Date, [t]) => match self.placed(t)?.0 {
                Value::LocalDate(date) => Ok(Value::text(String::from(date.written))),
                _ => self.timestamp(t).map(|t| Value::text(date(t))),
            },
            (Function::Distinct | Function::Duplicates, [list]) => self.once_or_more(function, list),
            (Function::Side, [object]) => self.side(object),
            (Function::Noun, [object]) => match self.eval(object)? {
                Value::Record(record) => Ok(Value::text(record.cmdlet().noun())),
                _ => self.blank(),
            },
            (Function::Known, [x]) => Ok(Value::Bool(self.is_known(x))),
            (Function::Exported, [side, noun]) => self.exported(side, noun).map(Value::Bool),
            (Function::Cuts, [object]) => self.cuts(object),
            (Function::Threshold, [name, default]) => self.threshold(name, default),
            (_, [x]) => self.text(x).map(|x| unary(function, &x)),
            (_, [x, y]) => {
                let (x, y) = (self.text(x)?, self.text(y)?);
                if function == Function::VersionAtLeast
                    && !(version::is_version(&x) && version::is_version(&y))
                {
                    return self.unknown(Lack::Expression("a version where there is none"));
                }
                Ok(binary(function, &x, &y))
            }
            _ => self.unknown(Lack::Expression("a call with other arguments than the function has")),
        }
    }

    fn size(&mut self, x: &'s Expression) -> Result<Value<'s>> {
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

    fn is_blank(&mut self, x: &'s Expression) -> Result<bool> {
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

    fn int(&mut self, x: &'s Expression) -> Result<Value<'s>> {
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

    fn join(&mut self, list: &'s Expression, separator: &'s Expression) -> Result<Value<'s>> {
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

    fn one_of(&mut self, wanted: &'s Expression, list: &'s Expression) -> Result<bool> {
        let wanted = Value::Text(self.text(wanted)?);
        let list = self.list(list)?;
        self.find(&wanted, &list, |_, a, b| Ok(same(&text_of(a), &text_of(b))))
    }

    fn timestamp(&mut self, t: &'s Expression) -> Result<Timestamp> {
        match self.placed(t)? {
            (Value::Timestamp(timestamp), _) => Ok(timestamp),
            (Value::LocalDate(_), Some(place)) => self.unknown(Lack::Value { place, why: super::LOCAL_DATE }),
            (_, place) => self.blank_at(place),
        }
    }

    fn days_until(&self, t: Timestamp) -> i64 {
        t.duration_since(self.as_of).as_secs().div_euclid(86_400)
    }

    fn once_or_more(&mut self, function: Function, list: &'s Expression) -> Result<Value<'s>> {
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

    fn side(&mut self, object: &'s Expression) -> Result<Value<'s>> {
        let Value::Record(record) = self.eval(object)? else { return self.blank() };
        match record.side() {
            Some(side) => Ok(Value::text(side.name())),
            None => self.unknown(Lack::Platform { record }),
        }
    }

    fn is_known(&mut self, x: &'s Expression) -> bool {
        match self.apart(|evaluator| evaluator.eval(x)).0 {
            Ok(Value::List(list)) => list.is_complete() && list.items.iter().all(|item| item.value.is_ok()),
            Ok(_) => true,
            Err(Unknown) => false,
        }
    }

    fn exported(&mut self, side: &'s Expression, noun: &'s Expression) -> Result<bool> {
        let (side, noun) = (self.text(side)?, self.text(noun)?);
        let side = Platform::ALL.into_iter().find(|candidate| candidate.name() == side);
        let noun = self.view.registry().find(&noun);
        Ok(side.zip(noun).is_some_and(|(side, noun)| self.view.is_exported(side, noun)))
    }

    fn threshold(&mut self, name: &'s Expression, default: &'s Expression) -> Result<Value<'s>> {
        let name = self.text(name)?;
        match self.thresholds.and_then(|thresholds| thresholds.get(name.as_ref())) {
            Some(&configured) => Ok(Value::Int(configured)),
            None => self.eval(default),
        }
    }

    fn cuts(&mut self, object: &'s Expression) -> Result<Value<'s>> {
        let Value::Record(record) = self.eval(object)? else { return self.blank() };
        let mut list = List::default();
        for (_, place) in coerce::cuts(record) {
            self.read(Some(place));
            list.items.push(Item { value: Ok(Value::text(place.property_name())), place: Some(place) });
        }
        Ok(Value::List(Rc::new(list)))
    }
}

/// Text as it is, a blank as empty text.
fn text_of<'v>(value: &'v Value<'_>) -> Cow<'v, str> {
    match value {
        Value::Text(text) => Cow::Borrowed(text),
        Value::Null => Cow::Borrowed(""),
        other => Cow::Owned(other.to_string()),
    }
}

fn date(timestamp: Timestamp) -> String {
    jiff::tz::Offset::UTC.to_datetime(timestamp).date().to_string()
}

fn unary<'s>(function: Function, x: &str) -> Value<'s> {
    match function {
        Function::LowerAscii => Value::text(x.to_ascii_lowercase()),
        Function::UpperAscii => Value::text(x.to_ascii_uppercase()),
        Function::Trim => Value::text(x.trim().to_owned()),
        Function::Scheme => Value::text(url::scheme(x)),
        Function::Host => Value::text(url::host(x)),
        Function::Path => Value::text(url::path(x)),
        Function::DomainOf => Value::text(domains::domain_of(x)),
        Function::IsInternalHost => Value::Bool(domains::is_internal_host(x)),
        Function::IsMicrosoftHost => Value::Bool(clouds::is_microsoft_host(x)),
        Function::IsRoutingDomain => Value::Bool(clouds::is_routing_domain(x)),
        Function::IsTenantDomain => Value::Bool(clouds::is_tenant_domain(x)),
        Function::KnownTimeZone => Value::Bool(time_zone::is_known_time_zone(x)),
        _ => Value::text(x.to_owned()),
    }
}

fn binary<'s>(function: Function, x: &str, y: &str) -> Value<'s> {
    match function {
        Function::StartsWith => Value::Bool(x.starts_with(y)),
        Function::EndsWith => Value::Bool(x.ends_with(y)),
        Function::Contains => Value::Bool(x.contains(y)),
        Function::Split => Value::list(x.split(y).map(|part| Value::text(part.to_owned())).collect()),
        Function::Same => Value::Bool(same(x, y)),
        Function::SameUrl => Value::Bool(url::same_url(x, y)),
        Function::VersionAtLeast => Value::Bool(version::version_at_least(x, y)),
        _ => Value::Null,
    }
}
