//! Values of exported objects as lints see them, each with the place it was read from, and the reasons why one
//! cannot be known.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::ops::Deref;
use std::rc::Rc;

use jiff::{SignedDuration, Timestamp};

use super::Record;
use crate::diagnostic::Platform;
use crate::format::NodeRef;
use crate::schema::{NounId, ObjectType};

/// Where a value stands: a node of a record, and the record's property that it belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The record.
    pub record: &'a Record,
    /// Index of the node on the record's tape.
    pub node: u32,
    /// Index of the property among those of the record's type.
    pub property: usize,
}

impl<'a> Place<'a> {
    /// The property's name.
    #[must_use]
    pub fn property_name(self) -> &'static str {
        self.record
            .cmdlet()
            .object
            .properties()
            .get(self.property)
            .map_or("", |property| property.name.as_str())
    }

    /// The node.
    #[must_use]
    pub fn node_ref(self) -> Option<NodeRef<'a>> {
        self.record.node(self.node)
    }
}

/// Why the value at a place is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obscured {
    /// The export cut it: a type name, `@{…}`, or `...` stands in its place.
    Cut,
    /// A person has struck it out: `***`, `<removed>`, `xxx`.
    Redacted,
    /// It refers to an object that is not in the export.
    Dangling,
    /// It is not of the property's type, or written in a local culture.
    NotA(&'static str),
    /// It is blank, and a blank cannot be compared.
    Blank,
    /// Another export of the object says otherwise, and nothing tells which is the present state.
    Contradicted,
}

/// Why the exports of a cmdlet do not prove that an object is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// Some records could not be read, or may be of this side or not.
    Unclear,
    /// The commands asked for some objects.
    Selected,
    /// The lists end early.
    Limited,
    /// The commands failed.
    Failed,
    /// The exports contradict each other.
    Contradicted,
}

/// Something that a lint would have to see and cannot.
#[derive(Clone, Copy, Debug)]
pub enum Lack<'a> {
    /// There is no export of this cmdlet on this side.
    Export {
        /// Where to run the cmdlet.
        side: Platform,
        /// Which.
        noun: NounId,
    },
    /// The exports of this cmdlet do not hold all of its objects, or may not.
    Incomplete {
        /// Side that is not fully known.
        side: Platform,
        /// Which.
        noun: NounId,
        /// Why.
        gap: Gap,
    },
    /// The exports of this cmdlet hold no record about what is judged.
    Object {
        /// Side that was looked through.
        side: Platform,
        /// Which.
        noun: NounId,
    },
    /// Neither the record nor its file says which side it is from.
    Platform {
        /// The record.
        record: &'a Record,
    },
    /// The record lacks the property.
    Property {
        /// The record.
        record: &'a Record,
        /// Index of the property among those of the record's type.
        property: usize,
    },
    /// The property is there, its value is not.
    Value {
        /// Where.
        place: Place<'a>,
        /// Why.
        why: Obscured,
    },
    /// The expression asks for what it cannot have, such as the third item of two.
    Expression(&'static str),
}

impl Lack<'_> {
    /// Whether another is of the same kind: the same export lacks, or the same property of the same cmdlet and side
    /// for the same reason, if of another object.
    #[must_use]
    pub fn is_like(&self, other: &Lack<'_>) -> bool {
        self.kind() == other.kind()
    }

    fn kind(&self) -> LackKind {
        match *self {
            Self::Export { side, noun } => LackKind::Export(side, noun),
            Self::Incomplete { side, noun, gap } => LackKind::Incomplete(side, noun, gap),
            Self::Object { side, noun } => LackKind::Object(side, noun),
            Self::Platform { record } => LackKind::Platform(record.noun()),
            Self::Property { record, property } => LackKind::Property(record.noun(), record.side(), property),
            Self::Value { place, why } => {
                LackKind::Value(place.record.noun(), place.record.side(), place.property, why)
            }
            Self::Expression(what) => LackKind::Expression(what),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum LackKind {
    Export(Platform, NounId),
    Incomplete(Platform, NounId, Gap),
    Object(Platform, NounId),
    Platform(NounId),
    Property(NounId, Option<Platform>, usize),
    Value(NounId, Option<Platform>, usize, Obscured),
    Expression(&'static str),
}

/// Reasons why something cannot be known: of each kind the first that was met. They are few, however many objects
/// there are, and lists that have them in common share them.
#[derive(Clone, Debug, Default)]
pub struct Lacks<'a>(Option<Rc<Vec<Lack<'a>>>>);

impl<'a> Lacks<'a> {
    /// Adds a reason, unless there is one like it.
    pub fn push(&mut self, lack: Lack<'a>) {
        if !self.iter().any(|other| other.is_like(&lack)) {
            Rc::make_mut(self.0.get_or_insert_default()).push(lack);
        }
    }

    /// Adds the reasons of another list.
    pub fn merge(&mut self, others: &Self) {
        if self.0.is_none() {
            self.0.clone_from(&others.0);
        } else if !matches!((&self.0, &others.0), (Some(own), Some(others)) if Rc::ptr_eq(own, others)) {
            self.extend(others.iter().copied());
        }
    }
}

impl<'a> Deref for Lacks<'a> {
    type Target = [Lack<'a>];

    fn deref(&self) -> &Self::Target {
        self.0.as_deref().map_or(&[], Vec::as_slice)
    }
}

impl<'a> From<Lack<'a>> for Lacks<'a> {
    fn from(lack: Lack<'a>) -> Self {
        Self(Some(Rc::new(vec![lack])))
    }
}

impl<'a> Extend<Lack<'a>> for Lacks<'a> {
    fn extend<T: IntoIterator<Item = Lack<'a>>>(&mut self, lacks: T) {
        lacks.into_iter().for_each(|lack| self.push(lack));
    }
}

impl<'a> FromIterator<Lack<'a>> for Lacks<'a> {
    fn from_iter<T: IntoIterator<Item = Lack<'a>>>(lacks: T) -> Self {
        let mut all = Self::default();
        all.extend(lacks);
        all
    }
}

/// A value, or why it is not known, and where it stands.
#[derive(Clone, Debug)]
pub struct Item<'a> {
    /// The value.
    pub value: Result<Value<'a>, Lack<'a>>,
    /// Where it was read from; `None` for what an expression computed.
    pub place: Option<Place<'a>>,
}

impl<'a> Item<'a> {
    /// A computed value.
    #[must_use]
    pub const fn computed(value: Value<'a>) -> Self {
        Self { value: Ok(value), place: None }
    }
}

/// A list, complete or not.
#[derive(Clone, Debug, Default)]
pub struct List<'a> {
    /// What is known of it.
    pub items: Vec<Item<'a>>,
    /// Why there may be more; empty for a complete list.
    pub lacks: Lacks<'a>,
}

impl List<'_> {
    /// Whether all items are known to be there.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.lacks.is_empty()
    }
}

/// An object nested in a record.
#[derive(Clone, Copy, Debug)]
pub struct Nested<'a> {
    /// Where it stands.
    pub place: Place<'a>,
    /// Its type.
    pub object: &'a ObjectType,
}

/// Objects that share a key.
#[derive(Clone, Debug)]
pub struct Group<'a> {
    /// The key as first met.
    pub key: Cow<'a, str>,
    /// Where the key was first met.
    pub place: Option<Place<'a>>,
    /// The objects.
    pub items: Rc<List<'a>>,
}

/// Something derived from several objects, such as the path of a request: values in the order of its type's fields.
#[derive(Clone, Debug)]
pub struct Fact<'a> {
    /// What messages show for it.
    pub title: Cow<'a, str>,
    /// The values of its fields.
    pub fields: Vec<Item<'a>>,
}

/// A date as a culture writes it: without a zone, and perhaps with day and month in either order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalDate {
    /// The earliest moment that it may stand for.
    pub first: Timestamp,
    /// The latest.
    pub last: Timestamp,
    /// As it stands in the export.
    pub written: Box<str>,
}

impl LocalDate {
    /// Whether it is before or after a moment, where all of its readings are.
    #[must_use]
    pub fn order(&self, moment: Timestamp) -> Option<Ordering> {
        if self.last < moment {
            Some(Ordering::Less)
        } else if self.first > moment {
            Some(Ordering::Greater)
        } else {
            None
        }
    }
}

/// A value as lints see it.
#[derive(Clone, Debug)]
pub enum Value<'a> {
    /// Blank.
    Null,
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Double(f64),
    /// Text, in the canonical form of its kind.
    Text(Cow<'a, str>),
    /// A time span.
    Duration(SignedDuration),
    /// A point in time.
    Timestamp(Timestamp),
    /// A day that is known in part.
    LocalDate(LocalDate),
    /// A list.
    List(Rc<List<'a>>),
    /// An exported object.
    Record(&'a Record),
    /// An object within one.
    Nested(Nested<'a>),
    /// A group made by `groupBy`.
    Group(Rc<Group<'a>>),
    /// Something derived from several objects.
    Fact(Rc<Fact<'a>>),
}

impl<'a> Value<'a> {
    /// Text.
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into())
    }

    /// A complete list of computed values.
    #[must_use]
    pub fn list(values: Vec<Self>) -> Self {
        Self::List(Rc::new(List {
            items: values.into_iter().map(Item::computed).collect(),
            lacks: Lacks::default(),
        }))
    }
}

/// As messages show it.
impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("blank"),
            Self::Bool(true) => f.write_str("True"),
            Self::Bool(false) => f.write_str("False"),
            Self::Int(number) => write!(f, "{number}"),
            Self::Double(number) => write!(f, "{number}"),
            Self::Text(text) if text.trim().is_empty() => f.write_str("blank"),
            Self::Text(text) => f.write_str(text),
            Self::Duration(duration) => write!(f, "{}", Clock(*duration)),
            Self::Timestamp(timestamp) => write!(f, "{timestamp}"),
            Self::LocalDate(date) => f.write_str(&date.written),
            Self::List(list) => write_list(f, list),
            Self::Record(record) => f.write_str(&record.identity()),
            Self::Nested(nested) => f.write_str(nested.place.node_ref().map_or("", NodeRef::raw)),
            Self::Group(group) => f.write_str(&group.key),
            Self::Fact(fact) => f.write_str(&fact.title),
        }
    }
}

fn write_list(f: &mut fmt::Formatter<'_>, list: &List<'_>) -> fmt::Result {
    if list.items.is_empty() && list.is_complete() {
        return f.write_str("an empty list");
    }
    for (index, item) in list.items.iter().enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        match &item.value {
            Ok(value) => write!(f, "{value}")?,
            Err(_) => f.write_str("?")?,
        }
    }
    if list.is_complete() { Ok(()) } else { f.write_str(", …") }
}

/// A time span as Exchange prints it: `[d.]hh:mm:ss`.
struct Clock(SignedDuration);

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        if seconds < 0 {
            f.write_str("-")?;
        }
        let seconds = seconds.unsigned_abs();
        let (days, rest) = (seconds / 86_400, seconds % 86_400);
        if days > 0 {
            write!(f, "{days}.")?;
        }
        write!(f, "{:02}:{:02}:{:02}", rest / 3600, rest / 60 % 60, rest % 60)
    }
}
