//! The functions that lints may call, with the types they take. `lints/README.md` describes them; a test checks
//! that it describes all.

/// A function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// `size(x)`
    Size,
    /// `x.startsWith(y)`
    StartsWith,
    /// `x.endsWith(y)`
    EndsWith,
    /// `x.contains(y)`
    Contains,
    /// `x.matches(regex)`
    Matches,
    /// `x.lowerAscii()`
    LowerAscii,
    /// `x.upperAscii()`
    UpperAscii,
    /// `x.trim()`
    Trim,
    /// `x.split(y)`
    Split,
    /// `x.join(y)`
    Join,
    /// `int(x)`
    Int,
    /// `string(x)`
    String,
    /// `blank(x)`
    Blank,
    /// `same(a, b)`
    Same,
    /// `oneOf(text, list)`
    OneOf,
    /// `sameUrl(a, b)`
    SameUrl,
    /// `scheme(url)`
    Scheme,
    /// `host(url)`
    Host,
    /// `path(url)`
    Path,
    /// `domainOf(address)`
    DomainOf,
    /// `isInternalHost(host)`
    IsInternalHost,
    /// `isMicrosoftHost(host)`
    IsMicrosoftHost,
    /// `isRoutingDomain(domain)`
    IsRoutingDomain,
    /// `isTenantDomain(domain)`
    IsTenantDomain,
    /// `knownTimeZone(name)`
    KnownTimeZone,
    /// `daysUntil(t)`
    DaysUntil,
    /// `date(t)`
    Date,
    /// `versionAtLeast(version, least)`
    VersionAtLeast,
    /// `extract(text, regex)`
    Extract,
    /// `distinct(list)`
    Distinct,
    /// `duplicates(list)`
    Duplicates,
    /// `side(object)`
    Side,
    /// `noun(object)`
    Noun,
    /// `known(x)`
    Known,
    /// `exported(side, noun)`
    Exported,
    /// `cuts(object)`
    Cuts,
    /// `threshold(name, default)`
    Threshold,
}

/// What a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parameter {
    /// Text or null, which counts as empty text.
    Text,
    /// Text that is written out in the lint and checked when it is loaded.
    Literal,
    /// A whole number that is written out in the lint.
    Number,
    /// A timestamp.
    Timestamp,
    /// Any list.
    List,
    /// A list of strings.
    Texts,
    /// An exported object.
    Object,
    /// Anything.
    Any,
}

/// What a function gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Returns {
    /// A bool.
    Bool,
    /// An int.
    Int,
    /// Text.
    Text,
    /// A list of strings.
    Texts,
    /// A list like the first argument.
    SameList,
}

/// A function's name and types. Every function can be called as `f(x, y)` and as `x.f(y)`.
#[derive(Clone, Copy, Debug)]
pub struct Signature {
    /// Its name.
    pub name: &'static str,
    /// Which it is.
    pub function: Function,
    /// What it takes.
    pub parameters: &'static [Parameter],
    /// What it gives.
    pub returns: Returns,
}

const fn signature(
    name: &'static str,
    function: Function,
    parameters: &'static [Parameter],
    returns: Returns,
) -> Signature {
    Signature { name, function, parameters, returns }
}

/// All functions.
pub static FUNCTIONS: &[Signature] = &[
    signature("size", Function::Size, &[Parameter::Any], Returns::Int),
    signature("startsWith", Function::StartsWith, &[Parameter::Text, Parameter::Text], Returns::Bool),
    signature("endsWith", Function::EndsWith, &[Parameter::Text, Parameter::Text], Returns::Bool),
    signature("contains", Function::Contains, &[Parameter::Text, Parameter::Text], Returns::Bool),
    signature("matches", Function::Matches, &[Parameter::Text, Parameter::Literal], Returns::Bool),
    signature("lowerAscii", Function::LowerAscii, &[Parameter::Text], Returns::Text),
    signature("upperAscii", Function::UpperAscii, &[Parameter::Text], Returns::Text),
    signature("trim", Function::Trim, &[Parameter::Text], Returns::Text),
    signature("split", Function::Split, &[Parameter::Text, Parameter::Text], Returns::Texts),
    signature("join", Function::Join, &[Parameter::Texts, Parameter::Text], Returns::Text),
    signature("int", Function::Int, &[Parameter::Any], Returns::Int),
    signature("string", Function::String, &[Parameter::Any], Returns::Text),
    signature("blank", Function::Blank, &[Parameter::Any], Returns::Bool),
    signature("same", Function::Same, &[Parameter::Text, Parameter::Text], Returns::Bool),
    signature("oneOf", Function::OneOf, &[Parameter::Text, Parameter::Texts], Returns::Bool),
    signature("sameUrl", Function::SameUrl, &[Parameter::Text, Parameter::Text], Returns::Bool),
    signature("scheme", Function::Scheme, &[Parameter::Text], Returns::Text),
    signature("host", Function::Host, &[Parameter::Text], Returns::Text),
    signature("path", Function::Path, &[Parameter::Text], Returns::Text),
    signature("domainOf", Function::DomainOf, &[Parameter::Text], Returns::Text),
    signature("isInternalHost", Function::IsInternalHost, &[Parameter::Text], Returns::Bool),
    signature("isMicrosoftHost", Function::IsMicrosoftHost, &[Parameter::Text], Returns::Bool),
    signature("isRoutingDomain", Function::IsRoutingDomain, &[Parameter::Text], Returns::Bool),
    signature("isTenantDomain", Function::IsTenantDomain, &[Parameter::Text], Returns::Bool),
    signature("knownTimeZone", Function::KnownTimeZone, &[Parameter::Text], Returns::Bool),
    signature("daysUntil", Function::DaysUntil, &[Parameter::Timestamp], Returns::Int),
    signature("date", Function::Date, &[Parameter::Timestamp], Returns::Text),
    signature("versionAtLeast", Function::VersionAtLeast, &[Parameter::Text, Parameter::Text], Returns::Bool),
    signature("extract", Function::Extract, &[Parameter::Text, Parameter::Literal], Returns::Text),
    signature("distinct", Function::Distinct, &[Parameter::List], Returns::SameList),
    signature("duplicates", Function::Duplicates, &[Parameter::List], Returns::SameList),
    signature("side", Function::Side, &[Parameter::Object], Returns::Text),
    signature("noun", Function::Noun, &[Parameter::Object], Returns::Text),
    signature("known", Function::Known, &[Parameter::Any], Returns::Bool),
    signature("exported", Function::Exported, &[Parameter::Literal, Parameter::Literal], Returns::Bool),
    signature("cuts", Function::Cuts, &[Parameter::Object], Returns::Texts),
    signature("threshold", Function::Threshold, &[Parameter::Literal, Parameter::Number], Returns::Int),
];

impl Signature {
    /// By name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        FUNCTIONS.iter().find(|signature| signature.name == name)
    }
}
