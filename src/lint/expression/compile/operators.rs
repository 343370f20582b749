//! Operators: what types they take and give.

use std::ops::Range;

use super::super::ir::{Arithmetic, Comparison, Expression, Type};
use super::super::syntax::{Node, Operator};
use super::{Compiler, Result, error};

impl Compiler<'_> {
    /// `at` is the operator's place.
    pub(super) fn binary(
        &mut self,
        operator: Operator,
        a: &Node<'_>,
        b: &Node<'_>,
        at: &Range<usize>,
    ) -> Result<(Expression, Type)> {
        match operator {
            Operator::And => self.logical(Expression::And, a, b),
            Operator::Or => self.logical(Expression::Or, a, b),
            Operator::In => self.contains(a, b),
            Operator::Arithmetic(operator) => self.arithmetic(operator, a, b, at),
            Operator::Compare(comparison) => self.compare(comparison, a, b, at),
        }
    }

    pub(super) fn not(&mut self, operand: &Node<'_>) -> Result<(Expression, Type)> {
        Ok((Expression::Not(Box::new(self.bool_operand(operand)?)), Type::Bool))
    }

    fn bool_operand(&mut self, node: &Node<'_>) -> Result<Expression> {
        let (expression, kind) = self.expression(node)?;
        if !kind.fits(&Type::Bool) {
            return error(node.at.clone(), format!("must be a bool, is {}", kind.describe(self.registry)));
        }
        Ok(expression)
    }

    fn logical(
        &mut self,
        make: fn(Box<Expression>, Box<Expression>) -> Expression,
        a: &Node<'_>,
        b: &Node<'_>,
    ) -> Result<(Expression, Type)> {
        match (self.bool_operand(a), self.bool_operand(b)) {
            (Ok(a), Ok(b)) => Ok((make(Box::new(a), Box::new(b)), Type::Bool)),
            (a, b) => Err(a.err().into_iter().chain(b.err()).flatten().collect()),
        }
    }

    pub(super) fn conditional(
        &mut self,
        test: &Node<'_>,
        a: &Node<'_>,
        b: &Node<'_>,
    ) -> Result<(Expression, Type)> {
        let test = self.bool_operand(test)?;
        let (yes, kind) = self.expression(a)?;
        let (no, other) = self.expression(b)?;
        if !kind.fits(&other) {
            return error(b.at.clone(), "both branches must be of one type");
        }
        let kind = either(kind, other);
        Ok((Expression::Conditional(Box::new(test), Box::new(yes), Box::new(no)), kind))
    }

    pub(super) fn negate(&mut self, node: &Node<'_>) -> Result<(Expression, Type)> {
        let (expression, kind) = self.expression(node)?;
        match kind {
            Type::Int | Type::Double | Type::Duration => Ok((Expression::Negate(Box::new(expression)), kind)),
            other => error(node.at.clone(), format!("`-` cannot take {}", other.describe(self.registry))),
        }
    }

    pub(super) fn index(&mut self, list: &Node<'_>, index: &Node<'_>) -> Result<(Expression, Type)> {
        let (list_expression, kind) = self.expression(list)?;
        let (index_expression, index_kind) = self.expression(index)?;
        match (kind, index_kind) {
            (Type::List(item), Type::Int) => {
                Ok((Expression::Index(Box::new(list_expression), Box::new(index_expression)), *item))
            }
            (other, _) => error(
                list.at.clone(),
                format!("`[…]` asks for a list and an int, not {}", other.describe(self.registry)),
            ),
        }
    }

    fn contains(&mut self, item: &Node<'_>, list: &Node<'_>) -> Result<(Expression, Type)> {
        let (item_expression, item_kind) = self.expression(item)?;
        let (list_expression, kind) = self.expression(list)?;
        match kind {
            Type::List(of) if of.fits(&item_kind) && can_be_equal(&of, &item_kind) => {
                Ok((Expression::In(Box::new(item_expression), Box::new(list_expression)), Type::Bool))
            }
            other => {
                let message = format!(
                    "`in` cannot look for {} in {}",
                    item_kind.describe(self.registry),
                    other.describe(self.registry)
                );
                error(list.at.clone(), message)
            }
        }
    }

    fn arithmetic(
        &mut self,
        operator: Arithmetic,
        a: &Node<'_>,
        b: &Node<'_>,
        at: &Range<usize>,
    ) -> Result<(Expression, Type)> {
        let (left, left_kind) = self.expression(a)?;
        let (right, right_kind) = self.expression(b)?;
        let is_add = operator == Arithmetic::Add;
        let kind = match (&left_kind, &right_kind) {
            (Type::Int, Type::Int) => Some(Type::Int),
            (Type::Int | Type::Double, Type::Int | Type::Double) => Some(Type::Double),
            (Type::Duration, Type::Duration) => Some(Type::Duration),
            (Type::Timestamp, Type::Duration) => Some(Type::Timestamp),
            (Type::Timestamp, Type::Timestamp) if !is_add => Some(Type::Duration),
            (Type::Text, Type::Text) if is_add => Some(Type::Text),
            (Type::List(a), Type::List(b)) if is_add => joined(a, b).map(|item| Type::List(Box::new(item))),
            _ => None,
        };
        match kind {
            Some(kind) => Ok((Expression::Arithmetic(operator, Box::new(left), Box::new(right)), kind)),
            None => {
                let sign = if is_add { "+" } else { "-" };
                let message = format!(
                    "`{sign}` cannot take {} and {}",
                    left_kind.describe(self.registry),
                    right_kind.describe(self.registry)
                );
                error(at.clone(), message)
            }
        }
    }

    fn compare(
        &mut self,
        comparison: Comparison,
        a: &Node<'_>,
        b: &Node<'_>,
        at: &Range<usize>,
    ) -> Result<(Expression, Type)> {
        let (left, left_kind) = self.expression(a)?;
        let (right, right_kind) = self.expression(b)?;
        let is_ordered = |kind: &Type| {
            matches!(
                kind,
                Type::Int | Type::Double | Type::Text | Type::Duration | Type::Timestamp | Type::Any
            )
        };
        let wants_order = !matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        if !left_kind.fits(&right_kind)
            || !can_be_equal(&left_kind, &right_kind)
            || (wants_order && !(is_ordered(&left_kind) && is_ordered(&right_kind)))
        {
            let message = format!(
                "{} cannot be compared with {}",
                left_kind.describe(self.registry),
                right_kind.describe(self.registry)
            );
            return error(at.clone(), message);
        }
        Ok((Expression::Compare(comparison, Box::new(left), Box::new(right)), Type::Bool))
    }
}

/// Whether the type says less than that of the other branch may.
fn is_open(kind: &Type) -> bool {
    match kind {
        Type::Null | Type::Any => true,
        Type::List(item) => is_open(item),
        _ => false,
    }
}

/// Whether equality means something: objects within objects, groups and facts have none, but may be compared with null.
fn can_be_equal(a: &Type, b: &Type) -> bool {
    match (a, b) {
        (Type::Null, _) | (_, Type::Null) => true,
        (Type::Nested(_) | Type::Group(_) | Type::Fact(_), _)
        | (_, Type::Nested(_) | Type::Group(_) | Type::Fact(_)) => false,
        (Type::List(a), Type::List(b)) => can_be_equal(a, b),
        _ => true,
    }
}

/// The type of two branches that fit each other; records of several nouns make a record of either.
fn either(a: Type, b: Type) -> Type {
    match (a, b) {
        (Type::List(a), Type::List(b)) => Type::List(Box::new(either(*a, *b))),
        (Type::Group(a), Type::Group(b)) => Type::Group(Box::new(either(*a, *b))),
        (a @ Type::Record(_), b @ Type::Record(_)) => joined(&a, &b).unwrap_or(a),
        (a, b) if is_open(&a) => b,
        (a, _) => a,
    }
}

/// The item type of two lists joined; records of several nouns make a record of either.
fn joined(a: &Type, b: &Type) -> Option<Type> {
    match (a, b) {
        (Type::Record(a), Type::Record(b)) => {
            let mut nouns = a.clone();
            nouns.extend(b.iter().filter(|noun| !a.contains(noun)));
            Some(Type::Record(nouns))
        }
        (Type::Group(a), Type::Group(b)) => Some(Type::Group(Box::new(joined(a, b)?))),
        (Type::Any, other) | (other, Type::Any) => Some(other.clone()),
        _ => a.fits(b).then(|| a.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Type, either, joined};
    use crate::schema::Registry;

    /// A property is looked for in the schemas of all nouns of a type; those that are lost leave it unknown.
    #[test]
    fn groups_of_two_branches_keep_the_nouns_of_both() {
        let registry = Registry::embedded().unwrap();
        let [mailbox, user] = ["Mailbox", "MailUser"].map(|noun| registry.find(noun).unwrap());
        let group = |noun| Type::Group(Box::new(Type::Record(vec![noun])));
        for kind in [joined(&group(mailbox), &group(user)).unwrap(), either(group(mailbox), group(user))] {
            let Type::Group(item) = kind else { panic!("{kind:?}") };
            let Type::Record(nouns) = *item else { panic!("a group of objects") };
            assert_eq!(nouns, [mailbox, user]);
        }
    }
}
