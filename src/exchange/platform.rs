//! The two platforms of a hybrid organization, and questions about one or both.

use std::fmt;

/// Where Exchange runs, which decides on cmdlets, shells and words. Whose objects are is not its matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Platform {
    /// The organization's own Exchange servers.
    OnPrem,
    /// Exchange Online.
    Cloud,
}

impl Platform {
    /// Both, in the order reports list them.
    pub const ALL: [Self; 2] = [Self::OnPrem, Self::Cloud];

    /// The word that lint files, options and machine formats use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OnPrem => "onprem",
            Self::Cloud => "cloud",
        }
    }

    /// The words that a person reads.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::OnPrem => "on-premises",
            Self::Cloud => "Exchange Online",
        }
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())
    }
}

/// What a question is about: the objects of one platform, or those of both and those whose platform is unclear.
///
/// Where something *is* from is an `Option`, `None` where nobody knows; a question always knows what it asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Both.
    Both,
    /// One of them.
    One(Platform),
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Both => f.write_str("both sides"),
            Self::One(side) => side.fmt(f),
        }
    }
}

impl Scope {
    /// Whether the question is about what is from there.
    #[must_use]
    pub fn covers(self, origin: Option<Platform>) -> bool {
        match self {
            Self::Both => true,
            Self::One(side) => origin == Some(side),
        }
    }

    /// Whether what is from there may be asked for: also where nobody knows where it is from.
    #[must_use]
    pub fn may_cover(self, origin: Option<Platform>) -> bool {
        origin.is_none() || self.covers(origin)
    }
}
