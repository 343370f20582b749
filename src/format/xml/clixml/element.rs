//! The elements of CLIXML and what they hold.

use crate::format::{Escape, Kind};

/// What an element is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Element {
    Root,
    Object,
    Reference,
    Null,
    /// A primitive, and how its text is encoded.
    Value(Kind, Escape),
    Types,
    TypesReference,
    Type,
    Display,
    Members,
    Items(&'static str),
    Dictionary,
    Entry,
    Other,
}

impl Element {
    pub(super) fn of(name: &str) -> Self {
        match name {
            "S" | "URI" | "SBK" | "XD" => Self::Value(Kind::String, Escape::CliXml),
            "G" | "DT" | "TS" | "BA" | "Version" | "SemanticVersion" | "SS" => {
                Self::Value(Kind::String, Escape::Xml)
            }
            "B" => Self::Value(Kind::False, Escape::Xml),
            "By" | "U16" | "U32" | "U64" | "SB" | "I16" | "I32" | "I64" | "Sg" | "Db" | "D" => {
                Self::Value(Kind::Number, Escape::Xml)
            }
            "C" => Self::Value(Kind::Char, Escape::Xml),
            "Nil" => Self::Null,
            "Obj" => Self::Object,
            "Ref" => Self::Reference,
            "TN" => Self::Types,
            "TNRef" => Self::TypesReference,
            "T" => Self::Type,
            "ToString" => Self::Display,
            "Props" | "MS" => Self::Members,
            "LST" => Self::Items("LST"),
            "IE" => Self::Items("IE"),
            "STK" => Self::Items("STK"),
            "QUE" => Self::Items("QUE"),
            "DCT" => Self::Dictionary,
            "En" => Self::Entry,
            "Objs" => Self::Root,
            _ => Self::Other,
        }
    }

    pub(super) const fn is_value(self) -> bool {
        matches!(self, Self::Object | Self::Reference | Self::Null | Self::Value(..))
    }
}
