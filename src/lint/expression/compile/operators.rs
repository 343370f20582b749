//! Operators: what types they take and give.

use cel::common::ast::{IdedExpr, operators};

use super::super::ir::{Arithmetic, Comparison, Expression, Type};
use super::{Compiler, Result, Source, error};

impl Compiler<'_> {
    /// `None` when the name is no operator's.
    pub(super) fn operator(
        &mut self,
        name: &str,
        arguments: &[IdedExpr],
        node: &IdedExpr,
        source: &Source<'_>,
    ) -> Option<Result<(Expression, Type)>> {
        let result = match (name, arguments) {
            (operators::LOGICAL_AND, [a, b]) => self.logical(Expression::And, a, b, source),
            (operators::LOGICAL_OR, [a, b]) => self.logical(Expression::Or, a, b, source),
            (operators::LOGICAL_NOT, [a]) => {
                self.bool_operand(a, source).map(|a| (Expression::Not(Box::new(a)), Type::Bool))
            }
            (operators::CONDITIONAL, [test, a, b]) => self.conditional(test, a, b, source),
            (operators::NEGATE, [a]) => self.negate(a, source),
            (operators::INDEX, [list, index]) => self.index(list, index, source),
            (operators::IN, [item, list]) => self.contains(item, list, source),
            (operators::ADD, [a, b]) => self.arithmetic(Arithmetic::Add, a, b, node, source),
            (operators::SUBSTRACT, [a, b]) => self.arithmetic(Arithmetic::Subtract, a, b, node, source),
            (_, [a, b]) => self.compare(comparison(name)?, a, b, node, source),
            _ => return None,
        };
        Some(result)
    }

    fn bool_operand(&mut self, node: &IdedExpr, source: &Source<'_>) -> Result<Expression> {
        let (expression, kind) = self.expression(node, source)?;
        if !kind.fits(&Type::Bool) {
            return error(source.range(node), format!("must be a bool, is {}", kind.describe(self.registry)));
        }
        Ok(expression)
    }

    fn logical(
        &mut self,
        make: fn(Box<Expression>, Box<Expression>) -> Expression,
        a: &IdedExpr,
        b: &IdedExpr,
        source: &Source<'_>,
    ) -> Result<(Expression, Type)> {
        match (self.bool_operand(a, source), self.bool_operand(b, source)) {
            (Ok(a), Ok(b)) => Ok((make(Box::new(a), Box::new(b)), Type::Bool)),
            (a, b) => Err(a.err().into_iter().chain(b.err()).flatten().collect()),
        }
    }

    fn conditional(
        &mut self,
        test: &IdedExpr,
        a: &IdedExpr,
        b: &IdedExpr,
        source: &Source<'_>,
    ) -> Result<(Expression, Type)> {
        let test = self.bool_operand(test, source)?;
        let (yes, kind) = self.expression(a, source)?;
        let (no, other) = self.expression(b, source)?;
        if !kind.fits(&other) {
            return error(source.range(b), "both branches must be of one type");
        }
        let kind = either(kind, other);
        Ok((Expression::Conditional(Box::new(test), Box::new(yes), Box::new(no)), kind))
    }

    fn negate(&mut self, node: &IdedExpr, source: &Source<'_>) -> Result<(Expression, Type)> {
        let (expression, kind) = self.expression(node, source)?;
        match kind {
            Type::Int | Type::Double | Type::Duration => Ok((Expression::Negate(Box::new(expression)), kind)),
            other => error(source.range(node), format!("`-` cannot take {}", other.describe(self.registry))),
        }
    }

    fn index(
        &mut self,
        list: &IdedExpr,
        index: &IdedExpr,
        source: &Source<'_>,
    ) -> Result<(Expression, Type)> {
        let (list_expression, kind) = self.expression(list, source)?;
        let (index_expression, index_kind) = self.expression(index, source)?;
        match (kind, index_kind) {
            (Type::List(item), Type::Int) => {
                Ok((Expression::Index(Box::new(list_expression), Box::new(index_expression)), *item))
            }
            (other, _) => error(
                source.range(list),
                format!("`[…]` asks for a list and an int, not {}", other.describe(self.registry)),
            ),
        }
    }

    fn contains(
        &mut self,
        item: &IdedExpr,
        list: &IdedExpr,
        source: &Source<'_>,
    ) -> Result<(Expression, Type)> {
        let (item_expression, item_kind) = self.expression(item, source)?;
        let (list_expression, kind) = self.expression(list, source)?;
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
                error(source.range(list), message)
            }
        }
    }

    fn arithmetic(
        &mut self,
        operator: Arithmetic,
        a: &IdedExpr,
        b: &IdedExpr,
        node: &IdedExpr,
        source: &Source<'_>,
    ) -> Result<(Expression, Type)> {
        let (left, left_kind) = self.expression(a, source)?;
        let (right, right_kind) = self.expression(b, source)?;
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
                error(source.range(node), message)
            }
        }
    }

    fn compare(
        &mut self,
        comparison: Comparison,
        a: &IdedExpr,
        b: &IdedExpr,
        node: &IdedExpr,
        source: &Source<'_>,
    ) -> Result<(Expression, Type)> {
        let (left, left_kind) = self.expression(a, source)?;
        let (right, right_kind) = self.expression(b, source)?;
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
            return error(source.range(node), message);
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

fn comparison(operator: &str) -> Option<Comparison> {
    Some(match operator {
        operators::EQUALS => Comparison::Equal,
        operators::NOT_EQUALS => Comparison::NotEqual,
        operators::LESS => Comparison::Less,
        operators::LESS_EQUALS => Comparison::LessOrEqual,
        operators::GREATER => Comparison::Greater,
        operators::GREATER_EQUALS => Comparison::GreaterOrEqual,
        _ => return None,
    })
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
