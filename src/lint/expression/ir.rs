//! Expressions after their names are resolved and their types checked.

use std::fmt;
use std::sync::{Arc, OnceLock};

use jiff::{SignedDuration, Timestamp};

use super::functions::Function;
use super::narrowing::Narrowing;
use super::pattern::Pattern;
use crate::diagnostic::{Platform, Scope};
use crate::schema::{NounId, ObjectType, PropertyType, Registry};
use crate::topology::{FactKind, FactType};

/// The type of an expression.
#[derive(Clone, Debug)]
pub enum Type {
    /// `null`.
    Null,
    /// `true`, `false`.
    Bool,
    /// A whole number.
    Int,
    /// Any number.
    Double,
    /// Text.
    Text,
    /// A time span.
    Duration,
    /// A point in time.
    Timestamp,
    /// A list.
    List(Box<Self>),
    /// An exported object of one of some nouns.
    Record(Vec<NounId>),
    /// An object within an exported object.
    Nested(Arc<ObjectType>),
    /// A group of `groupBy`, with the type of its items.
    Group(Box<Self>),
    /// A fact derived from several objects.
    Fact(&'static FactType),
    /// Not known before evaluation, such as the items of an empty list.
    Any,
}

impl Type {
    /// The type of a property's values.
    #[must_use]
    pub fn of_property(kind: &PropertyType) -> Self {
        match kind {
            PropertyType::Text(_) | PropertyType::Enum(_) => Self::Text,
            PropertyType::Flags(_) => Self::List(Box::new(Self::Text)),
            PropertyType::Boolean => Self::Bool,
            PropertyType::Integer => Self::Int,
            PropertyType::TimeSpan => Self::Duration,
            PropertyType::DateTime => Self::Timestamp,
            PropertyType::Object(object) => Self::Nested(object.clone()),
            PropertyType::List(item) => Self::List(Box::new(Self::of_property(item))),
            PropertyType::Opaque => Self::Any,
        }
    }

    /// The type of a literal.
    #[must_use]
    pub const fn of_constant(constant: &Constant) -> Self {
        match constant {
            Constant::Null => Self::Null,
            Constant::Bool(_) => Self::Bool,
            Constant::Int(_) => Self::Int,
            Constant::Double(_) => Self::Double,
            Constant::Text(_) => Self::Text,
            Constant::Duration(_) => Self::Duration,
            Constant::Timestamp(_) => Self::Timestamp,
        }
    }

    /// The type of a fact's field.
    #[must_use]
    pub fn of_fact(kind: FactKind, registry: &Registry) -> Self {
        let nouns =
            |names: &[&str]| Self::Record(names.iter().filter_map(|name| registry.find(name)).collect());
        match kind {
            FactKind::Text => Self::Text,
            FactKind::Bool => Self::Bool,
            FactKind::Texts => Self::List(Box::new(Self::Text)),
            FactKind::Fact(fact) => Self::Fact(fact),
            FactKind::Facts(fact) => Self::List(Box::new(Self::Fact(fact))),
            FactKind::Object(names) => nouns(names),
            FactKind::Objects(names) => Self::List(Box::new(nouns(names))),
        }
    }

    /// Whether a value of this type may be compared with, or take the place of, one of the other.
    #[must_use]
    pub fn fits(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any | Self::Null, _) | (_, Self::Any | Self::Null) => true,
            (Self::Int | Self::Double, Self::Int | Self::Double) => true,
            (Self::List(a), Self::List(b)) => a.fits(b),
            (Self::Record(_), Self::Record(_)) => true,
            (Self::Nested(a), Self::Nested(b)) => Arc::ptr_eq(a, b),
            (Self::Group(a), Self::Group(b)) => a.fits(b),
            (Self::Fact(a), Self::Fact(b)) => std::ptr::eq(*a, *b),
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }

    /// For error messages.
    #[must_use]
    pub fn describe(&self, registry: &Registry) -> String {
        match self {
            Self::Null => "null".into(),
            Self::Bool => "a bool".into(),
            Self::Int => "an int".into(),
            Self::Double => "a number".into(),
            Self::Text => "a string".into(),
            Self::Duration => "a duration".into(),
            Self::Timestamp => "a timestamp".into(),
            Self::List(item) => format!("a list of {}", item.describe_plural(registry)),
            Self::Record(nouns) => format!("an object of {}", names(registry, nouns)),
            Self::Nested(object) => format!("an object `{}`", object.name),
            Self::Group(_) => "a group".into(),
            Self::Fact(fact) => format!("a {}", fact.name),
            Self::Any => "a value".into(),
        }
    }

    fn describe_plural(&self, registry: &Registry) -> String {
        match self {
            Self::Text => "strings".into(),
            Self::Record(nouns) => format!("objects of {}", names(registry, nouns)),
            other => other.describe(registry),
        }
    }
}

fn names(registry: &Registry, nouns: &[NounId]) -> String {
    nouns.iter().map(|&noun| registry.cmdlet(noun).noun()).collect::<Vec<_>>().join(" or ")
}

/// A literal.
#[derive(Clone, Debug)]
pub enum Constant {
    /// `null`.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction.
    Double(f64),
    /// Text.
    Text(Box<str>),
    /// `duration("8h")`, evaluated when the lint is loaded.
    Duration(SignedDuration),
    /// `timestamp("…")`, evaluated when the lint is loaded.
    Timestamp(Timestamp),
}

/// Ways to compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// Operators that make a new value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arithmetic {
    /// `+`
    Add,
    /// `-`
    Subtract,
}

/// Calls that judge or make something for each item of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantifier {
    /// True for every item.
    All,
    /// True for at least one.
    Exists,
    /// True for exactly one.
    ExistsOne,
    /// The items for which it is true.
    Filter,
    /// What it gives for each item.
    Map,
    /// Groups of the items by what it gives.
    GroupBy,
}

impl Quantifier {
    /// By the name that lints use.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "all" => Self::All,
            "exists" => Self::Exists,
            "exists_one" => Self::ExistsOne,
            "filter" => Self::Filter,
            "map" => Self::Map,
            "groupBy" => Self::GroupBy,
            _ => return None,
        })
    }
}

/// `list.all(x, …)` and the like.
#[derive(Clone)]
pub struct Quantified {
    /// Which.
    pub quantifier: Quantifier,
    /// The list.
    pub list: Expression,
    /// The slot of `x`.
    pub slot: usize,
    /// What is asked of each item.
    pub body: Expression,
    narrowing: OnceLock<Option<Narrowing>>,
}

impl Quantified {
    /// Asks something of each item.
    #[must_use]
    pub const fn new(quantifier: Quantifier, list: Expression, slot: usize, body: Expression) -> Self {
        Self { quantifier, list, slot, body, narrowing: OnceLock::new() }
    }

    /// How to find the items that matter in a long list.
    #[must_use]
    pub fn narrowing(&self) -> Option<&Narrowing> {
        self.narrowing.get_or_init(|| Narrowing::of(self.quantifier, self.slot, &self.body)).as_ref()
    }
}

/// An expression whose names are resolved.
#[derive(Clone)]
pub enum Expression {
    /// A literal.
    Constant(Constant),
    /// A list literal.
    List(Vec<Self>),
    /// A name bound by `[for]` or by a quantifier.
    Variable(usize),
    /// The objects of a noun, on one side or on both.
    Collection(Scope, NounId),
    /// The day that lints judge by.
    AsOf,
    /// `topology`
    Topology,
    /// A field of a fact, by its index.
    FactField(Box<Self>, usize),
    /// A property of an exported object: its index among those of each noun that the object may be of.
    Property(Box<Self>, Vec<(NounId, usize)>),
    /// A property of an object within an exported object, by its index.
    NestedProperty(Box<Self>, usize),
    /// `group.key`
    GroupKey(Box<Self>),
    /// `group.items`
    GroupItems(Box<Self>),
    /// `has(x.P)`
    Has(Box<Self>),
    /// `!`
    Not(Box<Self>),
    /// `&&`
    And(Box<Self>, Box<Self>),
    /// `||`
    Or(Box<Self>, Box<Self>),
    /// `?:`
    Conditional(Box<Self>, Box<Self>, Box<Self>),
    /// `==` and the like.
    Compare(Comparison, Box<Self>, Box<Self>),
    /// `in`
    In(Box<Self>, Box<Self>),
    /// `list[i]`
    Index(Box<Self>, Box<Self>),
    /// `+` and `-`
    Arithmetic(Arithmetic, Box<Self>, Box<Self>),
    /// `-x`
    Negate(Box<Self>),
    /// `list.all(x, …)` and the like.
    Quantified(Box<Quantified>),
    /// What depends on nothing that is bound around it, and is evaluated once.
    Closed(Arc<Self>),
    /// What depends on one name of several that are bound around it: evaluated once for each object of that name.
    OfItem(usize, Arc<Self>),
    /// `x.matches("…")`
    Matches(Box<Self>, Pattern),
    /// `extract(x, "…")`
    Extract(Box<Self>, Pattern),
    /// `oneOf(x, ["…", "…"])`
    OneOf(Box<Self>, Vec<Box<str>>),
    /// A function.
    Call(Function, Vec<Self>),
}

impl Expression {
    /// The parts of a conjunction, so that only the failing one is underlined.
    #[must_use]
    pub fn conjuncts(self) -> Vec<Self> {
        let mut parts = Vec::new();
        self.push_conjuncts(&mut parts);
        parts
    }

    /// The collection of one side that a list is taken from as it is or by `filter`.
    #[must_use]
    pub fn filtered_collection(&self) -> Option<(Platform, NounId)> {
        match self {
            Self::Collection(Scope::One(side), noun) => Some((*side, *noun)),
            Self::Quantified(inner) if inner.quantifier == Quantifier::Filter => {
                inner.list.filtered_collection()
            }
            Self::Closed(inner) | Self::OfItem(_, inner) => inner.filtered_collection(),
            _ => None,
        }
    }

    /// The parts that it is made of.
    fn for_each_child<'e>(&'e self, visit: &mut dyn FnMut(&'e Self)) {
        match self {
            Self::Constant(_) | Self::Variable(_) | Self::Collection(..) | Self::AsOf | Self::Topology => {}
            Self::FactField(a, _)
            | Self::Property(a, _)
            | Self::NestedProperty(a, _)
            | Self::GroupKey(a)
            | Self::GroupItems(a)
            | Self::Has(a)
            | Self::Not(a)
            | Self::Negate(a)
            | Self::Matches(a, _)
            | Self::Extract(a, _)
            | Self::OneOf(a, _) => visit(a),
            Self::And(a, b)
            | Self::Or(a, b)
            | Self::Compare(_, a, b)
            | Self::In(a, b)
            | Self::Index(a, b)
            | Self::Arithmetic(_, a, b) => {
                visit(a);
                visit(b);
            }
            Self::Conditional(test, yes, no) => [test, yes, no].into_iter().for_each(|part| visit(part)),
            Self::Quantified(inner) => {
                visit(&inner.list);
                visit(&inner.body);
            }
            Self::Closed(inner) | Self::OfItem(_, inner) => visit(inner),
            Self::List(items) | Self::Call(_, items) => items.iter().for_each(visit),
        }
    }

    /// The parts that it is made of, each with the number of names that are bound around it.
    pub(super) fn for_each_child_mut(&mut self, bound: usize, visit: &mut dyn FnMut(&mut Self, usize)) {
        match self {
            // These have none left to look at.
            Self::Constant(_)
            | Self::Variable(_)
            | Self::Collection(..)
            | Self::AsOf
            | Self::Topology
            | Self::Closed(_)
            | Self::OfItem(..) => {}
            Self::FactField(a, _)
            | Self::Property(a, _)
            | Self::NestedProperty(a, _)
            | Self::GroupKey(a)
            | Self::GroupItems(a)
            | Self::Has(a)
            | Self::Not(a)
            | Self::Negate(a)
            | Self::Matches(a, _)
            | Self::Extract(a, _)
            | Self::OneOf(a, _) => visit(a, bound),
            Self::And(a, b)
            | Self::Or(a, b)
            | Self::Compare(_, a, b)
            | Self::In(a, b)
            | Self::Index(a, b)
            | Self::Arithmetic(_, a, b) => {
                visit(a, bound);
                visit(b, bound);
            }
            Self::Conditional(test, yes, no) => {
                [test, yes, no].into_iter().for_each(|part| visit(part, bound));
            }
            Self::Quantified(inner) => {
                visit(&mut inner.list, bound);
                visit(&mut inner.body, inner.slot + 1);
            }
            Self::List(items) | Self::Call(_, items) => items.iter_mut().for_each(|item| visit(item, bound)),
        }
    }

    /// The slots of the names that it mentions, those that are bound within it among them.
    pub(super) fn for_each_variable(&self, visit: &mut dyn FnMut(usize)) {
        match self {
            Self::Variable(slot) => visit(*slot),
            other => other.for_each_child(&mut |child| child.for_each_variable(visit)),
        }
    }

    fn push_conjuncts(self, parts: &mut Vec<Self>) {
        match self {
            Self::And(a, b) => {
                a.push_conjuncts(parts);
                b.push_conjuncts(parts);
            }
            other => parts.push(other),
        }
    }
}

/// Short: expressions are shown by their source text.
impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Expression")
    }
}
