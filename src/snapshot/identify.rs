//! Which cmdlet a record is from, and which side.
//!
//! Cmdlet, in this order: the .NET type name, the object class, the command that a transcript shows, the names of the
//! properties, the file's name. Side:
//! what the user said, the record itself, the path. What is not clear is said to be so, not guessed.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::sync::Arc;

use super::party::DistinguishedName;
use super::record::property_text;
use crate::diagnostic::Platform;
use crate::exchange::clouds;
use crate::exchange::domains::is_internal_host;
use crate::format::{Kind, NodeRef};
use crate::schema::{NounId, Registry};

/// Properties that nearly every object has: they tell nothing.
const COMMON: [&str; 14] = [
    "name",
    "identity",
    "id",
    "guid",
    "isvalid",
    "objectstate",
    "distinguishedname",
    "whenchanged",
    "whencreated",
    "whenchangedutc",
    "whencreatedutc",
    "objectclass",
    "organizationid",
    "enabled",
];

/// What stands outside of a record and speaks of its cmdlet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hint {
    /// The name of the file, or of the member of an envelope.
    Name(NounId),
    /// The command that printed it.
    Command(NounId),
    /// The command that printed it, which is of a cmdlet that no lint reads.
    Unknown,
}

impl Hint {
    pub(super) const fn noun(self) -> Option<NounId> {
        match self {
            Self::Name(noun) | Self::Command(noun) => Some(noun),
            Self::Unknown => None,
        }
    }
}

/// What is known of a record before its values are read: all records of one cmdlet in one file have the same shape,
/// so it is worked out once.
#[derive(Debug)]
pub(super) struct Shape {
    type_name: Option<Arc<str>>,
    names: Vec<Box<str>>,
    /// It may have decided.
    hint: Option<Hint>,
    /// The cmdlet, where it is clear.
    pub(super) noun: Option<NounId>,
    /// Whether the record's own `ObjectClass` decided.
    by_object_class: bool,
    /// Whether the record has a property that tells the side.
    tells_side: bool,
    /// For each of the names the property of the cmdlet's type, where it has one.
    properties: Vec<Option<usize>>,
    /// For each of the names the cmdlet that it speaks of, once that is asked for.
    named: OnceCell<Box<[Option<NounId>]>>,
}

impl Shape {
    pub(super) fn of(
        registry: &Registry,
        type_name: Option<&Arc<str>>,
        root: NodeRef<'_>,
        hint: Option<Hint>,
    ) -> Self {
        let names: Vec<Box<str>> = root.properties().map(|child| child.raw_name().into()).collect();
        let by_type = type_name.and_then(|name| registry.find_type(base_type(name)));
        let by_class = || object_class(root).and_then(|class| registry.find_object_class(&class));
        // An Exchange type that is none of ours is another cmdlet's, whatever the file is called.
        let is_other = type_name.is_some_and(|name| base_type(name).starts_with("Microsoft.Exchange."));
        let told = hint.filter(|_| !is_other);
        let from_class = if by_type.is_none() { by_class() } else { None };
        let noun = by_type.or(from_class).or_else(|| by_names(registry, root, told));
        let properties = noun.map_or_else(Vec::new, |noun| properties(registry, noun, root));
        let by_object_class = from_class.is_some();
        let tells_side = tells_side(root);
        Self {
            type_name: type_name.cloned(),
            names,
            hint,
            noun,
            by_object_class,
            tells_side,
            properties,
            named: OnceCell::new(),
        }
    }

    /// The shape of a record that is known to be of a cmdlet.
    pub(super) fn given(
        registry: &Registry,
        type_name: Option<&Arc<str>>,
        root: NodeRef<'_>,
        noun: NounId,
    ) -> Self {
        let names = root.properties().map(|child| child.raw_name().into()).collect();
        let properties = properties(registry, noun, root);
        let hint = Some(Hint::Name(noun));
        Self {
            type_name: type_name.cloned(),
            names,
            hint,
            noun: Some(noun),
            by_object_class: false,
            tells_side: tells_side(root),
            properties,
            named: OnceCell::new(),
        }
    }

    pub(super) fn fits(
        &self,
        registry: &Registry,
        type_name: Option<&Arc<str>>,
        root: NodeRef<'_>,
        hint: Option<Hint>,
    ) -> bool {
        if self.hint != hint || self.type_name.as_deref() != type_name.map(|name| &**name) {
            return false;
        }
        let mut names = self.names.iter();
        if !root.properties().all(|child| names.next().is_some_and(|name| **name == *child.raw_name())) {
            return false;
        }
        if names.next().is_some() {
            return false;
        }
        !self.by_object_class
            || object_class(root).and_then(|class| registry.find_object_class(&class)) == self.noun
    }

    /// The side that a record of this shape tells itself.
    pub(super) fn side(&self, root: NodeRef<'_>) -> Option<Platform> {
        let told = if self.tells_side { side_of_properties(root) } else { None };
        told.or_else(|| side_of_type(self.type_name.as_deref()?))
    }

    /// For each property of `root`, which is of this shape, the cmdlet that its name speaks of.
    pub(super) fn named(&self, registry: &Registry, root: NodeRef<'_>) -> &[Option<NounId>] {
        let named = || root.properties().map(|child| noun_of_name(registry, &child.name())).collect();
        self.named.get_or_init(named)
    }

    /// The node of each of the `count` properties of the cmdlet's type. Of several of one name the last wins.
    pub(super) fn slots(&self, root: NodeRef<'_>, count: usize) -> Vec<Option<u32>> {
        let mut slots = vec![None; count];
        for (child, property) in root.properties().zip(&self.properties) {
            if let Some(slot) = property.and_then(|property| slots.get_mut(property)) {
                *slot = Some(child.index());
            }
        }
        slots
    }
}

fn properties(registry: &Registry, noun: NounId, root: NodeRef<'_>) -> Vec<Option<usize>> {
    let object = &registry.cmdlet(noun).object;
    root.properties().map(|child| object.find(&child.name())).collect()
}

/// A type name without what remoting, `Select-Object` and generics add.
fn base_type(name: &str) -> &str {
    let mut name = name;
    while let Some(rest) = name.strip_prefix("Deserialized.").or_else(|| name.strip_prefix("Selected.")) {
        name = rest;
    }
    name.split(['`', '[']).next().unwrap_or(name).trim()
}

fn object_class(root: NodeRef<'_>) -> Option<String> {
    let node = root.property("ObjectClass")?.resolve()?;
    if node.kind() == Kind::List {
        return Some(node.items().last()?.value().into_owned());
    }
    let text = property_text(root, "ObjectClass")?;
    text.split([' ', ',']).rfind(|word| !word.is_empty()).map(str::to_owned)
}

fn by_names(registry: &Registry, root: NodeRef<'_>, hint: Option<Hint>) -> Option<NounId> {
    let names: HashSet<String> = root.properties().map(|child| child.name().to_ascii_lowercase()).collect();
    // What another cmdlet printed is not taken for what it looks like.
    if hint == Some(Hint::Unknown) {
        return None;
    }
    if let Some(Hint::Command(noun)) = hint
        && shares_a_property(registry, noun, &names)
    {
        return Some(noun);
    }
    let hint_noun = hint.and_then(Hint::noun);
    let mut best = 0;
    let mut found: Vec<NounId> = Vec::new();
    for (noun, cmdlet) in registry.iter() {
        let sets = cmdlet.distinctive.iter().filter(|set| set.iter().all(|name| names.contains(name)));
        let score = sets.map(Vec::len).max().unwrap_or(0);
        if score > best {
            best = score;
            found.clear();
        }
        if score == best && score > 0 {
            found.push(noun);
        }
    }
    match (found.as_slice(), hint_noun) {
        ([only], _) => Some(*only),
        (several, Some(hint)) if several.contains(&hint) => Some(hint),
        ([], Some(hint)) if shares_a_property(registry, hint, &names) => Some(hint),
        // `Get-AcceptedDomain | fl Name` prints nothing but what all objects have.
        ([], Some(noun))
            if matches!(hint, Some(Hint::Command(_))) && has_a_property(registry, noun, &names) =>
        {
            Some(noun)
        }
        _ => None,
    }
}

fn shares_a_property(registry: &Registry, noun: NounId, names: &HashSet<String>) -> bool {
    let properties = registry.cmdlet(noun).object.properties();
    let mut known = properties.iter().map(|property| property.name.to_ascii_lowercase());
    known.any(|name| names.contains(&name) && !COMMON.contains(&name.as_str()))
}

fn has_a_property(registry: &Registry, noun: NounId, names: &HashSet<String>) -> bool {
    let properties = registry.cmdlet(noun).object.properties();
    properties.iter().any(|property| names.contains(&property.name.to_ascii_lowercase()))
}

/// What a command line says of the objects that it prints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    /// The cmdlet.
    pub(super) hint: Option<Hint>,
    /// The side, by the prefix of the cmdlet or by words behind the command.
    pub(super) side: Option<Platform>,
}

/// Cmdlets that print what others have printed.
const RELAYS: [&str; 6] = ["content", "clipboard", "variable", "job", "history", "childitem"];

/// What a command line prints objects of: the last cmdlet of its pipeline that gets or tests something. Of several
/// pipelines none is certain.
pub(super) fn command(registry: &Registry, command: &str) -> Said {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let starts = |word: &&str| {
        let verb = word.split('-').next().unwrap_or_default();
        word.contains('-') && ["get", "test"].iter().any(|known| verb.eq_ignore_ascii_case(known))
    };
    let words = side_of_remark(command);
    let Some(name) = command.split(|c: char| !is_part(c)).rfind(|word| starts(word)) else {
        return Said { hint: None, side: words };
    };
    let known = registry.iter().find(|(_, cmdlet)| cmdlet.name.eq_ignore_ascii_case(name));
    let found = known.map(|(noun, _)| (noun, None)).or_else(|| prefixed(registry, name));
    let Some((noun, prefix)) = found else {
        let is_relay = name
            .split_once('-')
            .is_some_and(|(_, noun)| RELAYS.iter().any(|relay| relay.eq_ignore_ascii_case(noun)));
        return Said { hint: (!is_relay).then_some(Hint::Unknown), side: words };
    };
    let hint = if command.contains(';') { Hint::Name(noun) } else { Hint::Command(noun) };
    Said { hint: Some(hint), side: prefix.or(words) }
}

/// Prefixes of imported cmdlets, as people choose them, and the side that they speak of.
const PREFIXES: [(&str, Option<Platform>); 18] = [
    ("EO", Some(Platform::Cloud)),
    ("EXO", Some(Platform::Cloud)),
    ("Online", Some(Platform::Cloud)),
    ("Cloud", Some(Platform::Cloud)),
    ("O365", Some(Platform::Cloud)),
    ("M365", Some(Platform::Cloud)),
    ("Office365", Some(Platform::Cloud)),
    ("ExchangeOnline", Some(Platform::Cloud)),
    ("EXOnline", Some(Platform::Cloud)),
    ("OnPrem", Some(Platform::OnPrem)),
    ("OnPremise", Some(Platform::OnPrem)),
    ("OnPremises", Some(Platform::OnPrem)),
    ("OP", Some(Platform::OnPrem)),
    ("Local", Some(Platform::OnPrem)),
    ("Ex", None),
    ("Exch", None),
    ("Remote", None),
    ("My", None),
];

/// The cmdlet that a session was imported under with a prefix: `Get-EOMailbox`.
fn prefixed(registry: &Registry, name: &str) -> Option<(NounId, Option<Platform>)> {
    let (verb, noun) = name.split_once('-')?;
    let of = |prefix: &str| {
        let start = noun.get(..prefix.len())?;
        let plain = noun.get(prefix.len()..).filter(|_| start.eq_ignore_ascii_case(prefix))?;
        let name = format!("{verb}-{plain}");
        registry.iter().find(|(_, cmdlet)| cmdlet.name.eq_ignore_ascii_case(&name)).map(|(noun, _)| noun)
    };
    PREFIXES.iter().find_map(|(prefix, side)| Some((of(prefix)?, *side)))
}

/// The side that words in parentheses behind a command speak of: `Get-AuthServer | fl (Exchange Online)`.
fn side_of_remark(command: &str) -> Option<Platform> {
    let (_, remark) = command.trim_end().strip_suffix(')')?.rsplit_once('(')?;
    let is_code =
        remark.contains(['$', '-', '|', '.']) && !remark.to_ascii_lowercase().starts_with("on-prem");
    side_of_name(remark).filter(|_| !is_code)
}

/// The cmdlet that a name of a file, a folder or a key speaks of: `Get-AuthConfig`, `GetAuthConfig2`,
/// `onprem_AuthConfig`, `AcceptedDomains`; not `Get-MailboxImportRequest`, whose noun only begins like another.
pub(crate) fn noun_of_name(registry: &Registry, name: &str) -> Option<NounId> {
    let lower = name.to_ascii_lowercase();
    let mut plain = String::with_capacity(lower.len());
    let mut starts = Vec::new();
    for word in lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        starts.push(plain.len());
        plain.push_str(word);
    }
    let is_whole = |at: usize, end: usize| {
        let start = starts.iter().rfind(|&&start| start <= at).copied().unwrap_or(0);
        let next = starts.iter().find(|&&start| start >= end).copied().unwrap_or(plain.len());
        may_precede_noun(&plain[start..at]) && may_follow_noun(&plain[end..next])
    };
    let matching = registry.iter().filter(|(_, cmdlet)| {
        let noun = cmdlet.noun().to_ascii_lowercase();
        plain.match_indices(&noun).any(|(at, _)| is_whole(at, at + noun.len()))
    });
    matching.max_by_key(|(_, cmdlet)| cmdlet.noun().len()).map(|(noun, _)| noun)
}

/// What file names write next to a noun without anything in between.
const SIDE_WORDS: [&str; 7] = ["onprem", "exchange", "cloud", "exo", "online", "o365", "m365"];

fn may_precede_noun(word: &str) -> bool {
    let ends = ["get", "test", "onpremises"].iter().chain(&SIDE_WORDS);
    word.bytes().all(|c| c.is_ascii_digit()) || ends.into_iter().any(|end| word.ends_with(end))
}

fn may_follow_noun(word: &str) -> bool {
    let is_end = |word: &str| {
        word.is_empty()
            || word.starts_with(|c: char| c.is_ascii_digit())
            || SIDE_WORDS.iter().any(|side| word.starts_with(side))
    };
    is_end(word) || ["s", "es"].iter().any(|plural| word.strip_prefix(plural).is_some_and(is_end))
}

/// The side that a path speaks of: the file's name first, then its folders from the innermost.
pub(crate) fn side_of_path(path: &str) -> Option<Platform> {
    path.rsplit(['/', '\\']).find_map(side_of_name)
}

/// The side that the words of a name speak of; numbers may be glued to them (`EXO20261123`).
pub(super) fn side_of_name(name: &str) -> Option<Platform> {
    let lower = name.to_ascii_lowercase();
    let plain = |word: &'_ str| -> usize {
        let is_numbered = ["o365", "m365", "office365"].iter().any(|known| word.starts_with(known));
        if is_numbered { word.len() } else { word.trim_end_matches(|c: char| c.is_ascii_digit()).len() }
    };
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| match plain(word) {
            0 => word,
            length => &word[..length],
        })
        .collect();
    let has = |word: &str| words.contains(&word);
    let follow = |first: &str, second: &[&str]| {
        words.windows(2).any(|pair| pair[0] == first && second.contains(&pair[1]))
    };
    let on_prem = ["onprem", "onpremise", "onpremises", "exop"].into_iter().any(has)
        || follow("on", &["prem", "premise", "premises"]);
    let cloud =
        ["cloud", "exo", "exchangeonline", "o365", "m365", "office365", "online"].into_iter().any(has)
            || follow("exchange", &["online"])
            || follow("office", &["365"]);
    match (on_prem, cloud) {
        (true, false) => Some(Platform::OnPrem),
        (false, true) => Some(Platform::Cloud),
        _ => None,
    }
}

/// Properties that tell the side.
const SIDE_PROPERTIES: [&str; 5] =
    ["DistinguishedName", "OriginatingServer", "OrganizationId", "OrganizationalUnitRoot", "PSComputerName"];

fn tells_side(root: NodeRef<'_>) -> bool {
    SIDE_PROPERTIES.iter().any(|name| root.property(name).is_some())
}

/// The side that the properties of a record tell: its distinguished name, its organization, or the server it came
/// from. A host that is none of Microsoft's may be of a cloud that nobody knows yet: it tells nothing by itself.
fn side_of_properties(root: NodeRef<'_>) -> Option<Platform> {
    let [name, server, organization, unit, _] = SIDE_PROPERTIES;
    let text = |name: &str| property_text(root, name).filter(|text| !text.trim().is_empty());
    let told = text(name).and_then(|name| side_of_distinguished_name(&name));
    let server = text(server);
    told.or_else(|| side_of_server(server.as_deref()?))
        .or_else(|| {
            // A type name says nothing.
            let organization = text(organization).or_else(|| text(unit));
            organization.filter(|text| !super::coerce::is_cut(text)).map(|_| Platform::Cloud)
        })
        .or_else(|| {
            // All that Exchange Online has is of an organization; a domain controller without one is the company's own.
            let is_blank = root.property(organization).is_some() && text(organization).is_none();
            (is_blank && server.is_some()).then_some(Platform::OnPrem)
        })
        .or_else(|| side_of_session(root))
}

/// The side of a domain controller: Microsoft's, or one that is not reachable from the internet.
fn side_of_server(host: &str) -> Option<Platform> {
    if clouds::is_microsoft_host(host) {
        return Some(Platform::Cloud);
    }
    is_internal_host(host).then_some(Platform::OnPrem)
}

/// The side of the session that a record came through. Import-PSSession, by which the Exchange Management Shell gets
/// its cmdlets, hides the computer's name, which `Invoke-Command` on any computer does not. Exchange Online had such
/// sessions until 2023, on hosts that are known; clouds that came later never had any (Exchange team, "Deprecation of
/// Remote PowerShell in Exchange Online").
fn side_of_session(root: NodeRef<'_>) -> Option<Platform> {
    let host = property_text(root, "PSComputerName").filter(|host| !host.trim().is_empty())?;
    if clouds::is_microsoft_host(&host) {
        return Some(Platform::Cloud);
    }
    let shown = property_text(root, "PSShowComputerName")?;
    // Jobs on the administrator's own computer are sessions, too.
    let is_local = host.trim().eq_ignore_ascii_case("localhost");
    (!is_local && shown.trim().eq_ignore_ascii_case("false")).then_some(Platform::OnPrem)
}

/// Only the shell of a server rebuilds objects of these types; Exchange Online sends property bags.
fn side_of_type(name: &str) -> Option<Platform> {
    name.starts_with("Microsoft.Exchange.").then_some(Platform::OnPrem)
}

/// Exchange Online keeps what is a tenant's in containers of tenants, or in a forest of Microsoft's; a whole name that
/// is in neither is of a forest that has one organization only.
fn side_of_distinguished_name(name: &str) -> Option<Platform> {
    let name = DistinguishedName::new(name);
    let forest = name.forest();
    if name.is_tenants() || forest.as_deref().is_some_and(clouds::is_microsoft_host) {
        return Some(Platform::Cloud);
    }
    forest.map(|_| Platform::OnPrem)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{Json, Reader as _, Step, Tape};

    #[test]
    fn sides_of_paths() {
        assert_eq!(side_of_path("exports/on-prem/Get-AuthConfig.xml"), Some(Platform::OnPrem));
        assert_eq!(side_of_path("exports\\EXO\\Get-AuthConfig.json"), Some(Platform::Cloud));
        assert_eq!(side_of_path("cloud/onprem_AuthConfig.xml"), Some(Platform::OnPrem));
        assert_eq!(side_of_path("Get-OnPremisesOrganization.json"), None);
        assert_eq!(side_of_path("Exchange Online/IOC.json"), Some(Platform::Cloud));
        assert_eq!(side_of_path("onprem-to-cloud/IOC.json"), None);
        assert_eq!(side_of_path("contoso/IOC.json"), None);
        assert_eq!(side_of_path("EXO20261123/IOC.json"), Some(Platform::Cloud));
        assert_eq!(side_of_path("OnPrem1/IOC.json"), Some(Platform::OnPrem));
        assert_eq!(side_of_path("O365/IOC.json"), Some(Platform::Cloud));
    }

    #[test]
    fn names_speak_of_whole_nouns() {
        let registry = Registry::embedded().unwrap();
        let noun = |name: &str| noun_of_name(registry, name).map(|noun| registry.cmdlet(noun).noun());
        for (name, expected) in [
            ("Get-AuthConfig", "AuthConfig"),
            ("GetAuthConfig2", "AuthConfig"),
            ("E19CU11GetExchangeServer", "ExchangeServer"),
            ("onprem_AuthConfig_EX01", "AuthConfig"),
            ("AuthConfigOnPrem", "AuthConfig"),
            ("remote_domains", "RemoteDomain"),
            ("AcceptedDomains", "AcceptedDomain"),
            ("mailboxes.2026", "Mailbox"),
            ("Get-RemoteMailbox", "RemoteMailbox"),
            ("Test-FederationTrust", "TestFederationTrust"),
            ("Get-MailboxFolderPermission", "MailboxFolderPermission"),
        ] {
            assert_eq!(noun(name), Some(expected), "{name}");
        }
        for name in ["Get-MailboxImportRequest", "Get-SiteMailbox", "Get-MailboxStatistics", "Get-UserPhoto"]
        {
            assert_eq!(noun(name), None, "{name}");
        }
    }

    #[test]
    fn commands_print_what_their_last_cmdlet_gets() {
        let registry = Registry::embedded().unwrap();
        let hint = |text: &str| command(registry, text).hint;
        let noun = |name: &str| registry.find(name).unwrap();
        for command in [
            "Get-AuthServer",
            "get-authserver | fl Name, Enabled",
            "Get-ExchangeServer | % { Get-AuthServer -Server $_.Fqdn } | Format-List *",
            "(Get-AuthServer) | fl > C:\\temp\\a.txt",
        ] {
            assert_eq!(hint(command), Some(Hint::Command(noun("AuthServer"))), "{command}");
        }
        assert_eq!(
            hint("Test-FederationTrust -Verbose|fl"),
            Some(Hint::Command(noun("TestFederationTrust")))
        );
        assert_eq!(hint("Get-AuthConfig; Get-AuthServer | fl"), Some(Hint::Name(noun("AuthServer"))));
        for command in ["", "$servers | fl", "Set-AuthServer x", "Get-Content a.txt", "cd Get"] {
            assert_eq!(hint(command), None, "{command}");
        }
        assert_eq!(hint("Get-AuthServer | Get-Other"), Some(Hint::Unknown));
        assert_eq!(hint("Get-ActiveSyncVirtualDirectory | fl"), Some(Hint::Unknown));
    }

    #[test]
    fn prefixes_and_words_behind_a_command_tell_the_side() {
        let registry = Registry::embedded().unwrap();
        let said = |text: &str| command(registry, text);
        let mailbox = registry.find("Mailbox").map(Hint::Command);
        for (text, side) in [
            ("Get-EOMailbox | fl", Some(Platform::Cloud)),
            ("Get-OnPremMailbox kim", Some(Platform::OnPrem)),
            ("Get-ExMailbox", None),
            ("Get-Mailbox | fl (Exchange Online)", Some(Platform::Cloud)),
            ("Get-Mailbox | fl (on-prem)", Some(Platform::OnPrem)),
            ("Get-Mailbox (Get-Content cloud.txt)", None),
        ] {
            assert_eq!(said(text).side, side, "{text}");
            if !text.contains("Content") {
                assert_eq!(said(text).hint, mailbox, "{text}");
            }
        }
        assert_eq!(said("Get-SiteMailbox | fl").hint, Some(Hint::Unknown));
    }

    #[test]
    fn a_command_decides_where_the_properties_allow_it() {
        let registry = Registry::embedded().unwrap();
        let noun = |name: &str| registry.find(name).unwrap();
        let shape = |text: &str, hint: Option<Hint>| {
            let (mut tape, mut at) = (Tape::default(), 0);
            assert!(matches!(Json::new().next(text, &mut at, true, &mut tape), Step::Record { .. }));
            Shape::of(registry, None, NodeRef::root(text, &tape).unwrap(), hint).noun
        };
        let command = |name: &str| Some(Hint::Command(noun(name)));
        let file = |name: &str| Some(Hint::Name(noun(name)));
        assert_eq!(shape(r#"{"Name":"a"}"#, command("AuthServer")), Some(noun("AuthServer")));
        assert_eq!(shape(r#"{"Name":"a"}"#, file("AuthServer")), None);
        // Another's output under the prompt.
        let relationship = r#"{"Name":"a","FreeBusyAccessEnabled":true}"#;
        assert_eq!(shape(relationship, command("AuthConfig")), Some(noun("OrganizationRelationship")));
    }

    #[test]
    fn prefixes_and_generics_are_no_part_of_a_type() {
        assert_eq!(base_type("Deserialized.Selected.A.B"), "A.B");
        assert_eq!(base_type("A.B`1[[C]]"), "A.B");
    }

    #[test]
    fn distinguished_names_tell_the_side() {
        let on_prem = "cn=x,cn=federation,cn=contoso,cn=microsoft exchange,cn=services,cn=configuration,dc=contoso,dc=com";
        assert_eq!(side_of_distinguished_name(on_prem), Some(Platform::OnPrem));
        let cloud = "cn=x,cn=configuration,cn=contoso.onmicrosoft.com,cn=configurationunits,dc=eurpr01a,dc=prod,dc=outlook,dc=com";
        assert_eq!(side_of_distinguished_name(cloud), Some(Platform::Cloud));
    }

    fn side_of_record(text: &str) -> Option<Platform> {
        let (mut tape, mut at) = (Tape::default(), 0);
        assert!(matches!(Json::new().next(text, &mut at, true, &mut tape), Step::Record { .. }));
        side_of_properties(NodeRef::root(text, &tape).unwrap())
    }

    #[test]
    fn hosts_of_all_clouds_tell_exchange_online() {
        for host in [
            "AM0PR05A003DC04.EURPR05A003.PROD.OUTLOOK.COM",
            "a.prod.outlook.sovcloud.fr",
            "a.prod.outlook.sovcloud.de",
            "a.prod.office365.us",
            "a.chnpr01a001.prod.partner.outlook.cn",
            "outlook.office365.com.",
        ] {
            let record = format!(r#"{{"Name":"x","OriginatingServer":"{host}"}}"#);
            assert_eq!(side_of_record(&record), Some(Platform::Cloud), "{host}");
        }
        let name = "CN=x,CN=Services,CN=Configuration,DC=a,DC=prod,DC=outlook,DC=sovcloud,DC=fr";
        assert_eq!(side_of_record(&format!(r#"{{"DistinguishedName":"{name}"}}"#)), Some(Platform::Cloud));
    }

    #[test]
    fn hosts_that_nobody_knows_tell_nothing() {
        for properties in [
            r#""OriginatingServer":"a.prod.outlook.newcloud.example""#,
            r#""PSComputerName":"a.prod.outlook.newcloud.example""#,
            r#""PSComputerName":"admin01.contoso.com","PSShowComputerName":true"#,
            r#""PSComputerName":"localhost","PSShowComputerName":false"#,
            r#""DistinguishedName":"CN=x,CN=Micro...""#,
        ] {
            assert_eq!(side_of_record(&format!(r#"{{"Name":"x",{properties}}}"#)), None, "{properties}");
        }
    }

    #[test]
    fn evidence_of_on_premises_is_positive() {
        for properties in [
            r#""DistinguishedName":"CN=x,CN=Microsoft Exchange,CN=Services,CN=Configuration,DC=contoso,DC=com""#,
            r#""DistinguishedName":"CN=Ann,OU=Staff,DC=contoso,DC=com""#,
            r#""OriginatingServer":"dc01.contoso.com","OrganizationId":"""#,
            r#""OriginatingServer":"dc01.contoso.local""#,
            r#""PSComputerName":"ex01.contoso.com","PSShowComputerName":false"#,
        ] {
            let side = side_of_record(&format!(r#"{{"Name":"x",{properties}}}"#));
            assert_eq!(side, Some(Platform::OnPrem), "{properties}");
        }
    }

    #[test]
    fn a_shape_fits_the_record_it_is_of_whatever_the_file_is_called() {
        let registry = Registry::embedded().unwrap();
        let text = r#"{"Name":"a","WorkDays":"Weekdays","WorkingHoursTimeZone":"UTC"}"#;
        let (mut tape, mut at) = (Tape::default(), 0);
        assert!(matches!(Json::new().next(text, &mut at, true, &mut tape), Step::Record { .. }));
        let root = NodeRef::root(text, &tape).unwrap();
        let known = "Deserialized.Microsoft.Exchange.Data.Storage.Management.MailboxCalendarConfiguration";
        for type_name in [None, Some(known), Some("Microsoft.Exchange.Data.Another")] {
            let type_name = type_name.map(Arc::from);
            for hint in [None, registry.find("MailboxCalendarConfiguration").map(Hint::Name)] {
                let shape = Shape::of(registry, type_name.as_ref(), root, hint);
                assert!(shape.fits(registry, type_name.as_ref(), root, hint), "{type_name:?} {hint:?}");
            }
        }
    }
}
