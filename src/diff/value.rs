//! Values of two exports in a form in which they can be compared, whatever format they were exported in.

use std::collections::BTreeMap;

use crate::exchange::same;
use crate::exchange::url::same_url;
use crate::schema::{PropertyType, TextKind};
use crate::snapshot::{Nested, Value, coerce};

/// Characters of a value as it is shown.
const MAX_SHOWN: usize = 200;

/// A value that is known.
#[derive(Clone, Debug)]
pub(super) enum Known {
    /// Nothing: null, blank text, or an empty list. Exports write them for each other.
    Blank,
    /// What compares as it is.
    Plain { key: String, shown: String },
    /// Compares by scheme, host, port and path.
    Url(String),
    /// The name of another object, in one of the forms in which exports write it.
    Id(String),
    /// A set: Exchange gives the values of a property in any order.
    Set(Vec<Self>),
    /// An object in a list, by the names of its properties; those that are not known are left out.
    Fields(BTreeMap<String, Self>),
}

impl Known {
    fn plain(shown: String) -> Self {
        Self::Plain { key: shown.clone(), shown }
    }

    /// The value, if all of it is known.
    pub(super) fn of(value: &Value<'_>, kind: &PropertyType) -> Option<Self> {
        match value {
            Value::Null => Some(Self::Blank),
            Value::Text(text) if text.trim().is_empty() => Some(Self::Blank),
            Value::Text(text) => Some(Self::text(text.trim(), kind)),
            Value::List(list) => {
                if !list.is_complete() {
                    return None;
                }
                let item_kind = match kind {
                    PropertyType::List(kind) => kind,
                    _ => kind,
                };
                let items = list.items.iter().map(|item| Self::of(item.value.as_ref().ok()?, item_kind));
                let items: Vec<Self> = items.collect::<Option<_>>()?;
                Some(if items.is_empty() { Self::Blank } else { Self::Set(items) })
            }
            Value::Nested(nested) => Self::fields(*nested),
            // To the second: formats differ in how finely they write.
            Value::Timestamp(time) => {
                Some(Self::Plain { key: time.as_second().to_string(), shown: time.to_string() })
            }
            Value::LocalDate(date) => Some(Self::plain(date.written.to_string())),
            Value::Bool(_) | Value::Int(_) | Value::Double(_) | Value::Duration(_) => {
                Some(Self::plain(value.to_string()))
            }
            Value::Record(_) | Value::Group(_) | Value::Fact(_) => None,
        }
    }

    fn text(text: &str, kind: &PropertyType) -> Self {
        match kind {
            PropertyType::Text(TextKind::Url) => Self::Url(text.to_owned()),
            PropertyType::Text(TextKind::Id) => Self::Id(text.to_owned()),
            PropertyType::Text(TextKind::Address) | PropertyType::Enum(_) | PropertyType::Flags(_) => {
                Self::Plain { key: text.to_lowercase(), shown: text.to_owned() }
            }
            _ => Self::plain(text.to_owned()),
        }
    }

    fn fields(nested: Nested<'_>) -> Option<Self> {
        let mut fields = BTreeMap::new();
        for (index, property) in nested.object.properties().iter().enumerate() {
            if super::is_noise(&property.name) {
                continue;
            }
            let read = coerce::read_nested(nested, index);
            let known = read.ok().and_then(|(value, _)| Self::of(&value, &property.kind));
            fields.extend(known.map(|known| (property.name.clone(), known)));
        }
        (!fields.is_empty()).then_some(Self::Fields(fields))
    }

    /// Whether both say the same.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Blank, Self::Blank) => true,
            (Self::Plain { key: a, .. }, Self::Plain { key: b, .. }) => a == b,
            (Self::Url(a), Self::Url(b)) => same_url(a, b),
            (Self::Id(a), Self::Id(b)) => is_same_id(a, b),
            (Self::Set(a), Self::Set(b)) => a.len() == b.len() && without(a, b).is_empty(),
            (Self::Fields(a), Self::Fields(b)) => {
                a.iter().all(|(name, a)| b.get(name).is_none_or(|b| a.is_same(b)))
            }
            _ => false,
        }
    }

    /// The items that only `self` has, where both are lists.
    pub(super) fn items_without(&self, other: &Self) -> Vec<String> {
        let items = |known: &Self| match known {
            Self::Set(items) => Some(items.clone()),
            Self::Blank => Some(Vec::new()),
            _ => None,
        };
        match (items(self), items(other)) {
            (Some(a), Some(b)) => without(&a, &b).into_iter().map(Self::shown).collect(),
            _ => Vec::new(),
        }
    }

    /// As messages show it.
    pub(super) fn shown(&self) -> String {
        let all = match self {
            Self::Blank => "blank".to_owned(),
            Self::Plain { shown, .. } => shown.clone(),
            Self::Url(text) | Self::Id(text) => text.clone(),
            Self::Set(items) => items.iter().map(Self::shown).collect::<Vec<_>>().join(", "),
            Self::Fields(fields) => {
                let known = fields.iter().filter(|(_, value)| !matches!(value, Self::Blank));
                known.map(|(name, value)| format!("{name}={}", value.shown())).collect::<Vec<_>>().join(" ")
            }
        };
        match all.char_indices().nth(MAX_SHOWN) {
            Some((end, _)) => format!("{}…", &all[..end]),
            None => all,
        }
    }
}

/// Items of `a` that `b` does not have; one that `a` has twice, `b` must have twice.
fn without<'k>(a: &'k [Known], b: &[Known]) -> Vec<&'k Known> {
    // Thousands of plain items, such as the domains of a relationship, are looked up by their text.
    let mut keys: BTreeMap<&str, usize> = BTreeMap::new();
    let mut others: Vec<&Known> = Vec::new();
    for item in b {
        match item {
            Known::Plain { key, .. } => *keys.entry(key).or_default() += 1,
            other => others.push(other),
        }
    }
    let mut only = Vec::new();
    for item in a {
        if let Known::Plain { key, .. } = item {
            match keys.get_mut(key.as_str()) {
                Some(count) if *count > 0 => *count -= 1,
                _ => only.push(item),
            }
        } else if let Some(index) = others.iter().position(|other| item.is_same(other)) {
            others.swap_remove(index);
        } else {
            only.push(item);
        }
    }
    only
}

/// `contoso.com/Users/Ann`, `CN=Ann,CN=Users,DC=contoso,DC=com` and `Ann` are one object. Two of the same form are the
/// same only if all of it is.
fn is_same_id(a: &str, b: &str) -> bool {
    if same(a, b) {
        return true;
    }
    let (a, b) = (form(a), form(b));
    a.0 != b.0 && same(&a.1, &b.1)
}

#[derive(PartialEq, Eq)]
enum Form {
    Canonical,
    Distinguished,
    Name,
}

/// In which form an identity is written, and the name in it.
fn form(id: &str) -> (Form, String) {
    let is_distinguished = id.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("CN="));
    if is_distinguished {
        let mut name = String::new();
        let mut characters = id.chars().skip(3);
        while let Some(c) = characters.next() {
            match c {
                '\\' => name.extend(characters.next()),
                ',' => break,
                c => name.push(c),
            }
        }
        return (Form::Distinguished, name);
    }
    match id.rsplit_once(['/', '\\']) {
        Some((_, name)) => (Form::Canonical, name.to_owned()),
        None => (Form::Name, id.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(items: &[&str]) -> Known {
        Known::Set(items.iter().map(|item| Known::plain((*item).into())).collect())
    }

    #[test]
    fn identities_in_two_forms_are_the_same_object() {
        for (a, b) in [
            ("contoso.com/Users/Ann", "CN=Ann,CN=Users,DC=contoso,DC=com"),
            ("contoso.com/Users/Ann", "ann"),
            ("CN=Doe\\, Ann,DC=com", "Doe, Ann"),
            ("EX01\\EWS (Default Web Site)", "EWS (Default Web Site)"),
        ] {
            assert!(is_same_id(a, b) && is_same_id(b, a), "{a} {b}");
        }
        for (a, b) in [
            ("contoso.com/Users/Ann", "contoso.com/Guests/Ann"),
            ("CN=Ann,DC=com", "CN=Ann,DC=org"),
            ("contoso.com/Users/Ann", "Bob"),
            ("Ann", "Bob"),
        ] {
            assert!(!is_same_id(a, b), "{a} {b}");
        }
    }

    #[test]
    fn sets_have_no_order_but_count() {
        assert!(set(&["a", "b"]).is_same(&set(&["b", "a"])));
        assert!(!set(&["a", "a"]).is_same(&set(&["a", "b"])));
        assert_eq!(set(&["a", "b", "c"]).items_without(&set(&["c", "a"])), ["b"]);
        assert_eq!(set(&["a"]).items_without(&Known::Blank), ["a"]);
        assert!(Known::Blank.items_without(&set(&["a"])).is_empty());
    }

    #[test]
    fn unknown_fields_do_not_differ() {
        let fields = |pairs: &[(&str, &str)]| {
            let known = pairs.iter().map(|(name, value)| ((*name).into(), Known::plain((*value).into())));
            Known::Fields(known.collect())
        };
        assert!(fields(&[("A", "1"), ("B", "2")]).is_same(&fields(&[("A", "1")])));
        assert!(!fields(&[("A", "1"), ("B", "2")]).is_same(&fields(&[("A", "2")])));
    }

    #[test]
    fn long_values_are_cut() {
        assert_eq!(Known::plain("é".repeat(300)).shown().chars().count(), MAX_SHOWN + 1);
    }
}
