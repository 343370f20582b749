//! What lints could not see: a kind with its cmdlet, property and side, and the sentence made of them.

use std::fmt;

use super::Platform;

/// A cmdlet, by its place in the registry. Cheap to copy and compare; the order is that of the nouns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NounId(u16);

impl NounId {
    /// The cmdlet at a place of the registry, which has far fewer than 65,535.
    #[must_use]
    pub fn at(index: usize) -> Self {
        Self(u16::try_from(index).unwrap_or(u16::MAX))
    }

    /// As an index into tables that have one entry a noun.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A cmdlet as reports name it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Noun {
    /// Its place in the registry.
    pub id: NounId,
    /// As lints write it, such as `AuthServer`.
    pub name: String,
    /// The whole name, such as `Get-AuthServer`.
    pub cmdlet: String,
}

/// Why something could not be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NeedKind {
    /// Nothing was read yet: an export to begin with.
    Export,
    /// There is no export of the cmdlet.
    NoExport,
    /// Its exports hold records that could not be read, or whose side is unclear.
    Incomplete,
    /// Its exports hold some of its objects, as their commands asked for no others.
    Selected,
    /// Its exports end before its last object.
    Limited,
    /// Its exports failed.
    Failed,
    /// Its exports, or the exports of an object, contradict each other, and nothing tells which is the present state.
    Contradicted,
    /// Its exports hold no object about what is judged.
    NoObject,
    /// The export lacks the property.
    NoProperty,
    /// The export cut the value.
    Cut,
    /// Somebody has struck the value out.
    Redacted,
    /// The value refers to an object that is not in the export.
    Dangling,
    /// The value is not what the property holds; what that is stands beside it.
    NotA(&'static str),
    /// The value is blank, and a blank cannot be compared.
    Blank,
    /// Nothing tells which side an object is from.
    SideUnclear,
    /// The lint asks for something that it cannot have; what that is stands beside it.
    Expression(&'static str),
}

impl NeedKind {
    /// The word that machine formats use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Export => "export",
            Self::NoExport => "no-export",
            Self::Incomplete => "incomplete",
            Self::Selected => "selected",
            Self::Limited => "limited",
            Self::Failed => "failed",
            Self::Contradicted => "contradicted",
            Self::NoObject => "no-object",
            Self::NoProperty => "no-property",
            Self::Cut => "cut",
            Self::Redacted => "redacted",
            Self::Dangling => "dangling",
            Self::NotA(_) => "not-a",
            Self::Blank => "blank",
            Self::SideUnclear => "side-unclear",
            Self::Expression(_) => "expression",
        }
    }

    /// Whether another export of the cmdlet can settle it.
    #[must_use]
    pub const fn is_settled_by_export(self) -> bool {
        match self {
            Self::Export
            | Self::NoExport
            | Self::Incomplete
            | Self::Selected
            | Self::Limited
            | Self::Failed
            | Self::Contradicted
            | Self::NoObject
            | Self::NoProperty
            | Self::Cut
            | Self::Redacted
            | Self::Dangling
            | Self::NotA(_) => true,
            Self::Blank | Self::SideUnclear | Self::Expression(_) => false,
        }
    }
}

/// A line of a script that `collect` prints.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct ScriptLine {
    /// Arguments of `freebusy-lint` that print the script.
    pub arguments: String,
    /// Line in it, from 1.
    pub line: usize,
}

/// Something that a lint could not see. Shown as a sentence: lower case, no full stop.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Need {
    /// Why.
    pub kind: NeedKind,
    /// The cmdlet; `None` where the lint itself asks for what it cannot have.
    pub noun: Option<Noun>,
    /// The property, where it is about one.
    pub property: Option<Box<str>>,
    /// The side of the objects, and where to run the command.
    pub side: Option<Platform>,
    /// The command that exports it.
    pub command: Option<String>,
    /// The line of the script of `collect` that does so.
    pub script: Option<ScriptLine>,
    /// How many objects could not be judged for it; 0 where a whole export is lacking.
    pub objects: u64,
}

impl Need {
    /// The cmdlet whose export would settle it.
    #[must_use]
    pub fn export(&self) -> Option<&Noun> {
        self.noun.as_ref().filter(|_| self.kind.is_settled_by_export())
    }

    /// Whether the same is lacking, for however many objects.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        let id = |need: &Self| need.noun.as_ref().map(|noun| noun.id);
        (self.kind, id(self), &self.property, self.side)
            == (other.kind, id(other), &other.property, other.side)
    }
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cmdlet = self.noun.as_ref().map_or("", |noun| noun.cmdlet.as_str());
        let side = self.side.map_or_else(String::new, |side| format!(" ({side})"));
        let property = self.property.as_deref().unwrap_or_default();
        match self.kind {
            NeedKind::Export => f.write_str(cmdlet),
            NeedKind::NoExport => write!(f, "no export of {cmdlet}{side}"),
            NeedKind::Incomplete => {
                write!(f, "{cmdlet}{side}: not all objects could be read or told apart by side")
            }
            NeedKind::Selected => write!(f, "{cmdlet}{side}: its exports hold a selection of the objects"),
            NeedKind::Limited => write!(f, "{cmdlet}{side}: its exports do not hold all objects"),
            NeedKind::Failed => write!(f, "{cmdlet}{side}: the export failed"),
            NeedKind::Contradicted if property.is_empty() => {
                write!(f, "{cmdlet}{side}: its exports contradict each other")
            }
            NeedKind::Contradicted => {
                write!(f, "{cmdlet}{side}: {property} is not the same in all exports of the object")
            }
            NeedKind::NoObject => write!(f, "{cmdlet}{side}: no object for what is judged was exported"),
            NeedKind::NoProperty => write!(f, "{cmdlet}{side}: the export lacks the property {property}"),
            NeedKind::Cut => write!(f, "{cmdlet}{side}: {property} was cut by the export"),
            NeedKind::Redacted => write!(f, "{cmdlet}{side}: {property} was redacted by hand"),
            NeedKind::Dangling => {
                write!(f, "{cmdlet}{side}: {property} refers to an object that is not in the export")
            }
            NeedKind::NotA(expected) => write!(f, "{cmdlet}{side}: {property} is not {expected}"),
            NeedKind::Blank => write!(f, "{cmdlet}{side}: {property} is blank"),
            NeedKind::SideUnclear => write!(f, "{cmdlet}: nothing tells which side an object is from"),
            NeedKind::Expression(what) => write!(f, "the lint asks for {what}"),
        }
    }
}
