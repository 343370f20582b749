//! Which items of a list a condition has to be asked of: for most of the conditions that lints have, an index of the
//! list tells all others to be false.
//!
//! `list.exists(r, r.Enabled && d in r.DomainNames)` for each of many domains would look at each item each time.

use super::functions::Function;
use super::ir::{Comparison, Expression, Quantified, Quantifier};

/// How to find the items for which a condition may be other than false (or other than true).
#[derive(Clone, Debug)]
pub enum Narrowing {
    /// Those whose key, which depends on the item alone, is the probe, which has nothing to do with it.
    Key {
        /// Of an item.
        key: Expression,
        /// What is looked for.
        probe: Expression,
        /// How the two are compared.
        by: Match,
    },
    /// Those for which a condition on the item alone is this, or unknown.
    Item(Expression, bool),
    /// All or none: a condition that has nothing to do with the item.
    Outer(Expression, bool),
    /// Those that are in each.
    Each(Vec<Self>),
    /// Those that are in at least one.
    Some(Vec<Self>),
}

/// How keys are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match {
    /// What of a probe is a key.
    pub part: Part,
    /// As `same` does, else as `==` does.
    pub is_same: bool,
    /// Keys may be lists, of which each item is a key.
    pub many_keys: bool,
    /// Probes may be lists, of which each item is a probe.
    pub many_probes: bool,
}

/// What of a probe is a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    Whole,
    /// A text's beginning: `probe.startsWith(key)`.
    Start,
    /// A text's end: `probe.endsWith(key)`.
    End,
}

impl Match {
    /// As `==` does.
    pub const EQUAL: Self = Self { part: Part::Whole, is_same: false, many_keys: false, many_probes: false };
    /// As `same` does.
    pub const SAME: Self = Self { is_same: true, ..Self::EQUAL };
}

/// What an expression depends on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Depends {
    /// On the item alone.
    Item,
    /// Not on the item.
    Outer,
    /// On both.
    Both,
}

impl Narrowing {
    /// For the items that a quantifier looks for.
    pub(super) fn of(quantifier: Quantifier, slot: usize, body: &Expression) -> Option<Self> {
        match quantifier {
            Quantifier::Exists | Quantifier::ExistsOne | Quantifier::Filter => where_it(body, slot, true),
            Quantifier::All => where_it(body, slot, false),
            Quantifier::Map | Quantifier::GroupBy => None,
        }
    }

    /// Whether a look at an index tells more than a condition on the item alone.
    fn has_key(&self) -> bool {
        match self {
            Self::Key { .. } | Self::Outer(..) => true,
            Self::Item(..) => false,
            Self::Each(all) | Self::Some(all) => all.iter().any(Self::has_key),
        }
    }
}

/// The items for which a condition may be `wanted`.
fn where_it(condition: &Expression, slot: usize, wanted: bool) -> Option<Narrowing> {
    match depends(condition, slot) {
        Depends::Item => return Some(Narrowing::Item(condition.clone(), wanted)),
        Depends::Outer => return Some(Narrowing::Outer(condition.clone(), wanted)),
        Depends::Both => {}
    }
    match condition {
        Expression::Not(operand) => where_it(operand, slot, !wanted),
        Expression::And(a, b) if wanted => each(where_it(a, slot, wanted), where_it(b, slot, wanted)),
        Expression::And(a, b) => some(where_it(a, slot, wanted)?, where_it(b, slot, wanted)?),
        Expression::Or(a, b) if wanted => some(where_it(a, slot, wanted)?, where_it(b, slot, wanted)?),
        Expression::Or(a, b) => each(where_it(a, slot, wanted), where_it(b, slot, wanted)),
        Expression::Compare(Comparison::Equal, a, b) if wanted => key(a, b, slot, Match::EQUAL),
        Expression::Compare(Comparison::NotEqual, a, b) if !wanted => key(a, b, slot, Match::EQUAL),
        Expression::Call(Function::Same, arguments) if wanted => match arguments.as_slice() {
            [a, b] => key(a, b, slot, Match::SAME),
            _ => None,
        },
        Expression::Call(Function::StartsWith, arguments) if wanted => affix(arguments, slot, Part::Start),
        Expression::Call(Function::EndsWith, arguments) if wanted => affix(arguments, slot, Part::End),
        Expression::In(item, list) if wanted => contained(item, list, slot, Match::EQUAL),
        Expression::Call(Function::OneOf, arguments) if wanted => match arguments.as_slice() {
            [item, list] => contained(item, list, slot, Match::SAME),
            _ => None,
        },
        Expression::Quantified(inner) if wanted && inner.quantifier == Quantifier::Exists => {
            overlapping(inner, slot)
        }
        _ => None,
    }
}

/// Those of both, as far as each is known. Conditions on the item alone are asked of what an index has found.
fn each(a: Option<Narrowing>, b: Option<Narrowing>) -> Option<Narrowing> {
    let (a, b) = match (a, b) {
        (Some(a), Some(b)) => (a, b),
        (a, b) => return a.or(b),
    };
    match (a.has_key(), b.has_key()) {
        (true, false) => Some(a),
        (false, true) => Some(b),
        _ => Some(Narrowing::Each(vec![a, b])),
    }
}

fn some(a: Narrowing, b: Narrowing) -> Option<Narrowing> {
    Some(Narrowing::Some(vec![a, b]))
}

fn key(a: &Expression, b: &Expression, slot: usize, by: Match) -> Option<Narrowing> {
    let (key, probe) = match (depends(a, slot), depends(b, slot)) {
        (Depends::Item, Depends::Outer) => (a, b),
        (Depends::Outer, Depends::Item) => (b, a),
        _ => return None,
    };
    Some(Narrowing::Key { key: key.clone(), probe: probe.clone(), by })
}

/// `probe.startsWith(key)` and `probe.endsWith(key)`.
fn affix(arguments: &[Expression], slot: usize, part: Part) -> Option<Narrowing> {
    match arguments {
        [probe, affix] if depends(affix, slot) == Depends::Item => {
            key(affix, probe, slot, Match { part, ..Match::EQUAL })
        }
        _ => None,
    }
}

/// `item in list`
fn contained(item: &Expression, list: &Expression, slot: usize, by: Match) -> Option<Narrowing> {
    match (depends(item, slot), depends(list, slot)) {
        (Depends::Item, Depends::Outer) => key(item, list, slot, Match { many_probes: true, ..by }),
        (Depends::Outer, Depends::Item) => key(item, list, slot, Match { many_keys: true, ..by }),
        _ => None,
    }
}

/// `list.exists(d, d in other)` and `list.exists(d, d == other)`, and the same with further conditions.
fn overlapping(inner: &Quantified, slot: usize) -> Option<Narrowing> {
    let conditions = inner.body.clone().conjuncts();
    let mut found: Vec<(bool, Narrowing)> = conditions
        .iter()
        .filter_map(|condition| {
            let (other, by) = overlap(condition, inner.slot)?;
            let by = match depends(&inner.list, slot) {
                Depends::Item => Match { many_keys: true, ..by },
                Depends::Outer => Match { many_keys: by.many_probes, many_probes: true, ..by },
                Depends::Both => return None,
            };
            let mut mentions_any = false;
            other.for_each_variable(&mut |_| mentions_any = true);
            Some((!mentions_any, key(&inner.list, other, slot, by)?))
        })
        .collect();
    // What depends on a name is likely to be the shorter list.
    found.sort_by_key(|(is_fixed, _)| *is_fixed);
    found.into_iter().next().map(|(_, narrowing)| narrowing)
}

/// What the item of a slot is compared with, and how.
fn overlap(condition: &Expression, slot: usize) -> Option<(&Expression, Match)> {
    let is_item = |expression: &Expression| matches!(expression, Expression::Variable(of) if *of == slot);
    let (other, by) = match condition {
        Expression::In(item, other) if is_item(item) => {
            (other.as_ref(), Match { many_probes: true, ..Match::EQUAL })
        }
        Expression::Compare(Comparison::Equal, item, other) if is_item(item) => {
            (other.as_ref(), Match::EQUAL)
        }
        Expression::Compare(Comparison::Equal, other, item) if is_item(item) => {
            (other.as_ref(), Match::EQUAL)
        }
        Expression::Call(Function::Same, arguments) => match arguments.as_slice() {
            [item, other] | [other, item] if is_item(item) => (other, Match::SAME),
            _ => return None,
        },
        _ => return None,
    };
    (!mentions(other, slot)).then_some((other, by))
}

fn mentions(expression: &Expression, slot: usize) -> bool {
    let mut found = false;
    expression.for_each_variable(&mut |variable| found |= variable == slot);
    found
}

/// Names that are bound within the expression have higher slots.
fn depends(expression: &Expression, slot: usize) -> Depends {
    let (mut on_item, mut on_outer) = (false, false);
    expression.for_each_variable(&mut |variable| {
        on_item |= variable == slot;
        on_outer |= variable < slot;
    });
    match (on_item, on_outer) {
        (true, false) => Depends::Item,
        (true, true) => Depends::Both,
        (false, _) => Depends::Outer,
    }
}
