//! What a user is told that no lint found: a stable code, typed arguments, and the sentence made of them.

use std::borrow::Cow;
use std::fmt;

use jiff::civil::Date;

use super::{Platform, Severity, count};
use crate::source::DiscoveryProblem;

/// Where a problem comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// An input.
    Input,
    /// A lint file: its author's mistake.
    LintFile,
    /// The configuration or the baseline.
    Configuration,
    /// An argument.
    Usage,
}

impl Origin {
    /// The word that machine formats use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::LintFile => "lint-file",
            Self::Configuration => "configuration",
            Self::Usage => "usage",
        }
    }
}

/// Words of this program, of the system, or of an export, which is redacted where it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words(pub Cow<'static, str>);

/// A path or a name as the user typed it. Shared under a pseudonym.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named(pub String);

/// Id of a lint. Shared where the lint is one of this program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LintId(pub String);

/// Text that may repeat what the user wrote in a file of his own. Never shared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written(pub String);

/// An argument that is not shared as it is.
#[derive(Debug)]
pub enum Argument<'a> {
    /// See [`Named`].
    Named(&'a mut String),
    /// See [`LintId`].
    Lint(&'a mut String),
    /// See [`Written`].
    Written(&'a mut String),
}

/// What may be an argument.
trait Shared {
    /// Whether the sentence may be shared once [`Argument`]s are dealt with.
    const IS_PUBLIC: bool = true;

    fn argument(&mut self) -> Option<Argument<'_>> {
        None
    }
}

impl Shared for u32 {}
impl Shared for u64 {}
impl Shared for Date {}
impl Shared for Platform {}
impl Shared for Words {}

impl Shared for Named {
    fn argument(&mut self) -> Option<Argument<'_>> {
        Some(Argument::Named(&mut self.0))
    }
}

impl Shared for LintId {
    fn argument(&mut self) -> Option<Argument<'_>> {
        Some(Argument::Lint(&mut self.0))
    }
}

impl Shared for Written {
    const IS_PUBLIC: bool = false;

    fn argument(&mut self) -> Option<Argument<'_>> {
        Some(Argument::Written(&mut self.0))
    }
}

macro_rules! texts {
    ($($name:ident)+) => { $(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text.into())
            }
        }

        impl From<&'static str> for $name {
            fn from(text: &'static str) -> Self {
                Self(text.into())
            }
        }
    )+ };
}

texts! { Words Named LintId Written }

impl From<Cow<'static, str>> for Words {
    fn from(text: Cow<'static, str>) -> Self {
        Self(text)
    }
}

/// A row a problem: its documentation, its arguments, then code, origin, severity and sentence.
macro_rules! problems {
    ($(
        $(#[doc = $about:literal])+
        $variant:ident $({ $($field:ident: $kind:ty),+ })? =
            $name:literal, $origin:ident, $severity:ident, $message:literal $(, $value:expr)*;
    )+) => {
        /// What kind of thing a user is told that no lint found. Its word is stable, in every machine format, and listed
        /// in `schemas/report.schema.json`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code { $( $(#[doc = $about])+ $variant, )+ }

        impl Code {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word that machine formats use.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// What it says, in a sentence or two.
            #[must_use]
            pub const fn about(self) -> &'static str {
                match self { $(Self::$variant => concat!($($about),+).trim_ascii_start(),)+ }
            }

            /// Where such problems come from.
            #[must_use]
            pub const fn origin(self) -> Origin {
                match self { $(Self::$variant => Origin::$origin,)+ }
            }

            /// How bad it is.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)+ }
            }

            /// Whether the sentence is free of what a user wrote, but for its [`Argument`]s.
            #[must_use]
            pub const fn is_public(self) -> bool {
                match self { $(Self::$variant => true $($(&& <$kind as Shared>::IS_PUBLIC)+)?,)+ }
            }
        }

        /// A code with its arguments. Shown as the sentence made of them: lower case, no full stop.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[expect(missing_docs, reason = "the sentence of each row shows what its arguments are")]
        #[non_exhaustive]
        pub enum Problem { $( $(#[doc = $about])+ $variant $({ $($field: $kind),+ })?, )+ }

        impl Problem {
            /// Its kind.
            #[must_use]
            pub const fn code(&self) -> Code {
                match self { $(Self::$variant { .. } => Code::$variant,)+ }
            }

            /// The arguments that are not shared as they are.
            pub fn arguments_mut(&mut self) -> Vec<Argument<'_>> {
                match self {
                    $(Self::$variant { $($($field),+)? } => {
                        let arguments: &mut [Option<Argument<'_>>] = &mut [$($($field.argument()),+)?];
                        arguments.iter_mut().filter_map(Option::take).collect()
                    })+
                }
            }
        }

        impl fmt::Display for Problem {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self { $(Self::$variant { $($($field),+)? } => write!(f, $message $(, $value)*),)+ }
            }
        }
    };
}

problems! {
    /// An input could not be opened, or not be read to its end.
    Unreadable { reason: Words } =
        "unreadable", Input, Error, "{reason}";
    /// A folder, or a file in it, could not be looked at.
    Inaccessible { path: Named, reason: Words } =
        "inaccessible", Input, Error, "cannot read `{path}`: {reason}";
    /// An archive, or a file in it, is not read.
    UnreadableArchive { path: Named, reason: Words } =
        "unreadable-archive", Input, Error, "`{path}` {reason}";
    /// A path that was given is a disk, a terminal, a socket or the like.
    Device { path: Named } =
        "device", Input, Error, "`{path}` is a device, not a file of exports";
    /// The inputs were read, and hold nothing at all.
    EmptyInput =
        "empty-input", Input, Error, "nothing to check: the input is empty";
    /// The inputs were read, and hold neither an object of a known cmdlet nor the claim that there are none.
    NothingKnown =
        "nothing-known", Input, Error, "nothing to check: no object of a cmdlet that any lint reads";
    /// A record is larger than any that a cmdlet writes; the rest of the input is not read.
    RecordTooLarge { reason: Words } =
        "record-too-large", Input, Error, "{reason}";
    /// Something in an input is not as its format has it, and was left out.
    Malformed { what: Words } =
        "malformed", Input, Error, "{what}";
    /// Something in an input is odd; it was read all the same.
    Irregular { what: Words } =
        "irregular", Input, Warning, "{what}";
    /// An input is not UTF-8 and has no byte order mark, so that its encoding is a guess.
    GuessedEncoding { line: u32, column: u32 } =
        "guessed-encoding", Input, Warning,
        "invalid UTF-8: read as Windows-1252, names with accents may be wrong (line {line}, column {column})";
    /// Bytes of an input are no text in its encoding, and were replaced.
    InvalidText { line: u32, column: u32 } =
        "invalid-text", Input, Warning, "bytes that are no valid text: replaced (line {line}, column {column})";
    /// Nothing tells whether the objects of an input are from on-premises or from Exchange Online.
    SideUnclear { cmdlet: Words } =
        "side-unclear", Input, Warning,
        "cannot tell whether this output of {cmdlet} is from on-premises or from Exchange Online";
    /// An input is said to be from a side that does not have its cmdlet.
    SideImpossible { cmdlet: Words, side: Platform } =
        "side-impossible", Input, Warning,
        "{cmdlet} does not exist in {side}, which this file was said to be from";
    /// An input holds objects, but of no cmdlet that is known.
    Unrecognized =
        "unrecognized", Input, Info, "no object of a cmdlet that any lint reads";
    /// An input is nobody's export, and was passed over.
    NotAnExport { what: Words } =
        "not-an-export", Input, Info, "passed over: {what}";
    /// Two exports of one cmdlet cannot be of one moment: one has objects, the other says that there are none.
    ExportsContradict { cmdlet: Words, with: Words, without: Words } =
        "exports-contradict", Input, Warning, "{cmdlet} has objects in {with} and none in {without}";
    /// Two exports of one object differ, and nothing tells which is the present state: the property is unknown.
    ObjectContradicts { cmdlet: Words, object: Words, property: Words } =
        "object-contradicts", Input, Warning,
        "{property} of {object} ({cmdlet}) is not the same in two exports, and nothing tells which is the present state";
    /// Two exports of one object differ, and the one that was changed later counts.
    LaterExportCounts { cmdlet: Words, object: Words, property: Words } =
        "later-export-counts", Input, Info,
        "{property} of {object} ({cmdlet}) differs between two exports: the one that was changed later counts";
    /// Two groups of files show so many objects otherwise that they are two snapshots of one organization.
    TwoSnapshots { first: Named, second: Named } =
        "two-snapshots", Input, Error,
        "the files of `{first}` and of `{second}` show the same objects in different states: they are two snapshots";
    /// The manifest or the errors of a collection could not be read.
    InvalidManifest { what: Words } =
        "invalid-manifest", Input, Warning, "what the collecting script says of its exports cannot be read: {what}";
    /// A path that was given does not exist.
    PathNotFound { path: Named } =
        "path-not-found", Usage, Error, "`{path}` does not exist";
    /// A pattern that was given matches no file.
    NoMatch { pattern: Named } =
        "no-match", Usage, Error, "no file matches `{pattern}`";
    /// A pattern that was given is none.
    InvalidPattern { pattern: Named, reason: Words } =
        "invalid-pattern", Usage, Error, "`{pattern}` is not a valid pattern: {reason}";
    /// A folder that was given holds no exports.
    NoExports { path: Named } =
        "no-exports", Usage, Error, "`{path}` holds no exports";
    /// A lint or area that was given does not exist.
    UnknownLint { name: Named } =
        "unknown-lint", Usage, Error, "there is no lint or area `{name}`";
    /// The user's own lints did not run, as their texts cannot be redacted.
    OwnLintsLeftOut =
        "own-lints-left-out", Usage, Info, "custom lints are left out, as their texts cannot be redacted";
    /// A folder of lints that was given is not there, or could not be looked at.
    UnreadableLintFolder { reason: Written } =
        "unreadable-lint-folder", LintFile, Error, "{reason}";
    /// A lint file, symptom file or manual check could not be read.
    UnreadableLintFile { reason: Written } =
        "unreadable-lint-file", LintFile, Error, "cannot read: {reason}";
    /// A mistake in a lint file, symptom file or manual check; it is not used.
    InvalidLintFile { what: Written } =
        "invalid-lint-file", LintFile, Error, "{what}";
    /// The configuration could not be read.
    UnreadableConfiguration { reason: Written } =
        "unreadable-configuration", Configuration, Error, "{reason}";
    /// A mistake in the configuration; the rest of it holds.
    InvalidConfiguration { what: Written } =
        "invalid-configuration", Configuration, Error, "{what}";
    /// The configuration names a lint, area, threshold or property that does not exist.
    UnknownName { what: Written } =
        "unknown-name", Configuration, Error, "{what}";
    /// Patterns of the configuration say both sides of one file.
    ConflictingSides { what: Written } =
        "conflicting-sides", Configuration, Error, "{what}";
    /// The last day of a suppression is over: its findings are reported again.
    SuppressionExpired { lint: LintId, day: Date } =
        "suppression-expired", Configuration, Warning, "suppression of {lint} expired on {day}";
    /// A suppression matches no finding, though its lint could judge everything.
    SuppressionUnused { lint: LintId } =
        "suppression-unused", Configuration, Warning, "suppression of {lint} matches no finding";
    /// The baseline could not be read.
    UnreadableBaseline { reason: Written } =
        "unreadable-baseline", Configuration, Error, "cannot read the baseline: {reason}";
    /// The file that was given as a baseline is none, or of another version.
    InvalidBaseline { what: Written } =
        "invalid-baseline", Configuration, Error, "{what}";
    /// The baseline is not written.
    UnwrittenBaseline { what: Written } =
        "unwritten-baseline", Configuration, Error, "{what}";
    /// Findings of the baseline no longer occur, though their lints could judge everything.
    BaselineGone { findings: u64 } =
        "baseline-gone", Configuration, Info, "{} of the baseline no longer {}",
        count(*findings, "finding"), if *findings == 1 { "occurs" } else { "occur" };
}

impl From<DiscoveryProblem> for Problem {
    fn from(problem: DiscoveryProblem) -> Self {
        match problem {
            DiscoveryProblem::NotFound(path) => Self::PathNotFound { path: path.into() },
            DiscoveryProblem::NoMatch(pattern) => Self::NoMatch { pattern: pattern.into() },
            DiscoveryProblem::Pattern { pattern, reason } => {
                Self::InvalidPattern { pattern: pattern.into(), reason: reason.into() }
            }
            DiscoveryProblem::Archive { path, reason } => {
                Self::UnreadableArchive { path: path.into(), reason: reason.into() }
            }
            DiscoveryProblem::Device(path) => Self::Device { path: path.into() },
            DiscoveryProblem::Unreadable { path, reason } => {
                Self::Inaccessible { path: path.into(), reason: reason.into() }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;

    #[test]
    fn codes() {
        let mut codes: Vec<String> = Code::ALL
            .iter()
            .map(|code| {
                let shared = if code.is_public() { "shared" } else { "hidden" };
                format!("{} ({}, {}, {shared})", code.name(), code.origin().name(), code.severity())
            })
            .collect();
        codes.sort();
        insta::assert_snapshot!(codes.join("\n"));
    }

    #[test]
    fn words_are_kebab_case_and_of_one_code_each() {
        let names: BTreeSet<&str> = Code::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        for name in names {
            assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{name}");
        }
    }

    #[test]
    fn the_schema_lists_the_codes() {
        let schema: Value = serde_json::from_str(include_str!("../../schemas/report.schema.json")).unwrap();
        let listed = schema["$defs"]["code"]["oneOf"].as_array().unwrap().iter();
        let listed: Vec<(&str, &str)> = listed
            .map(|code| (code["const"].as_str().unwrap(), code["description"].as_str().unwrap()))
            .collect();
        let known: Vec<(&str, &str)> = Code::ALL.iter().map(|code| (code.name(), code.about())).collect();
        assert_eq!(listed, known);
    }

    #[test]
    fn only_arguments_that_tell_of_the_user_are_to_be_hidden() {
        let lint = || LintId("orgrel-disabled".to_owned());
        let day = Date::constant(2026, 11, 23);
        let mut expired = Problem::SuppressionExpired { lint: lint(), day };
        assert_eq!(expired.to_string(), "suppression of orgrel-disabled expired on 2026-11-23");
        for argument in expired.arguments_mut() {
            let Argument::Lint(id) = argument else { panic!("the day is nobody's secret: {argument:?}") };
            "x".clone_into(id);
        }
        assert_eq!(expired.to_string(), "suppression of x expired on 2026-11-23");
        assert!(Code::SuppressionExpired.is_public());
        assert!(Problem::BaselineGone { findings: 2 }.arguments_mut().is_empty());
        assert!(!Code::InvalidConfiguration.is_public());
    }

    #[test]
    fn plurals() {
        let gone = |findings| Problem::BaselineGone { findings }.to_string();
        assert_eq!(gone(1), "1 finding of the baseline no longer occurs");
        assert_eq!(gone(3), "3 findings of the baseline no longer occur");
    }
}
