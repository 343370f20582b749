//! What is known to be harmless: words of Exchange and of Microsoft's cloud, which every organization has, and the
//! texts that lints compare with. Everything else is replaced.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::LazyLock;

use regex::Regex;

use crate::schema::{ObjectType, PropertyType, Registry, TextKind, embedded_lints};

/// Phrases that stay, in lower case. Names of Exchange's own objects, containers, protocols, virtual directories.
const PHRASES: &str = "\
true|false|null|none|enabled|disabled|unlimited|default|anonymous|nt user|external|internal|everyone|self|redacted|\
http|https|smtp|sip|x500|x400|eum|spo|urn|tzone|autod|federation|tenant|tokens|metadata|oauth|\
cn|ou|o|dc|l|st|c|e|s|t|as|serialnumber|\
o365 to on-premises|on-premises to o365|hybridioc|hybrid domain|acs|evosts|windowsazureacs|exchangeserverapp|\
exchangehybridonpremisestoonline|exchangehybridonlinetoonpremises|exchange online|exchange online-applicationaccount|\
microsoft federation gateway|azure ad authentication|windowsliveid|microsoftonline|fydibohf25spdlt|fydibohf23spdlt|\
exchange administrative group|first administrative group|first organization|default sharing policy|\
microsoft exchange server auth certificate|microsoft exchange acs certificate|microsoft exchange|\
exchange federated sharing|administrative groups|servers|services|configuration|configurationunits|schema|users|\
computers|domain controllers|recipients|protocols|sites|partitions|wellknown security principals|databases|\
transport settings|accepted domains|internet message formats|organization relationships|hybrid configuration|\
intraorganization connectors|federation trusts|auth configuration|auth servers|partner applications|\
availability configuration|global settings|setting overrides|microsoft exchange hosted organizations|\
ms-exch-accepted-domain|ms-exch-organization-relationship|default web site|exchange back end|ews|owa|ecp|oab|mapi|\
autodiscover|powershell|microsoft-server-activesync|exchange.asmx|autodiscover.svc|autodiscover.xml|wssecurity|\
proxycalendar|systemmailbox|healthmailbox|calendar|inbox|json|federationmetadata.xml|federationmetadata|extsts.srf|\
login.srf|api|realm|v1.0|v2.0|common|proxycohosting|noservicenamecheck|allowdotlessspn|\
ms-organization-p2p-access|windows azure crp certificate generator|organizations|asproxy|asautodiscover|crossforest|emaildomain|mailtips|\
calendarsharingfreebusysimple|calendarsharingfreebusydetail|calendarsharingfreebusyreviewer|contactssharing|\
first-organization|output|error|warning|verbose|debug|progress|information|en-us|ascii|utf-8|utf-16|clixml|hybridfeature|system.object";

/// Phrases that stay even where something is attached to them, as the wizard and those who copy its objects do.
const STEMS: [&str; 3] = ["o365 to on-premises", "on-premises to o365", "hybridioc"];

/// Labels that hosts have by their service rather than by their owner, and labels of Microsoft's own hosts.
const LABELS: &str = "\
autodiscover|autodiscover-s|autodiscover-s-dod|mail|mail1|mail2|owa|ews|smtp|webmail|www|hybrid|legacy|outlook|\
outlook-dod|partner|login|accesscontrol|nexus|device|portal|accounts|sts|graph|prod|protection|resource|mailboxmigration|his|localhost|\
fydibohf25spdlt|enterpriseregistration|enterpriseenrollment|lyncdiscover|sip|adfs|fs|api|ps|admin";

/// Top-level domains by which text is taken for a domain where nothing else tells, besides those of two letters.
pub(super) const TOP_LEVELS: &[&str] = &[
    "com",
    "net",
    "org",
    "edu",
    "gov",
    "mil",
    "info",
    "biz",
    "name",
    "aero",
    "coop",
    "int",
    "mobi",
    "cloud",
    "online",
    "tech",
    "app",
    "dev",
    "group",
    "global",
    "company",
    "email",
    "example",
    "test",
    "local",
    "lan",
    "internal",
    "intranet",
    "corp",
    "home",
    "intra",
    "priv",
    "private",
    "localdomain",
    "microsoft",
];

/// Ids of Microsoft's own applications, the same in every tenant.
const APPLICATIONS: [&str; 3] = [
    "7557eb47-c689-4224-abcf-aef9bd7573df",
    "db7de2b5-2149-435e-8043-e080dd50afae",
    "dc890d15-9560-4a4c-9b7f-a736ec74ec40",
];

/// Words of property names that no schema has; what a name is made of tells whether it is one of Exchange's.
const NAME_WORDS: &str = "\
a accept access account action active activity actual add additional address addresses admin administrative after \
age agent alias all allow allowed alternate analysis anonymous any api app application approval approve arbitration \
archive as asset attempt attribute audit auth authentication authority authorization auto automatic back backup bad \
base before blob block body book booking box browser buffer bulk by bypass byte bytes cache calendar capability \
capacity category certificate chain change changed check city class classification client cloud code comment common \
company complete component computer condition config configuration conflict connection contact content control \
conversation copy count country create created creation credential cultures culture current custom data database date \
day days dc default delay delegate delete deleted delivery department depth description destination detail device \
dial dialog directory disable disabled disk display distinguished dn document domain downgrade download draft ds dumpster \
edge edit effective email enable enabled encoding encryption end enforce entry error escape event exchange \
exclude excluded execution expansion expiration expired expiry extended extension external failed failure family fax feature federated \
fetch field file filter first flag folder for force foreign forest form format forward forwarding forwarded free friendly from front full \
function gal gateway generated generation global grant group guid handle hard has hash have header heartbeat help hidden \
hide hierarchy high history hold home homepage host hour hours hub id identifier identities identity image imap immutable import in \
inactive include included indexing info information inherited initial initials inline inner install installed instance \
integrated interface internal international internet interval invalid ip is issue issuer issued item items junk keep key keys kind label \
language languages last latest launch lcid legacy length level license licensed light limit limits line link linked list litigation live load \
local location lock locked log logging logon long machine mail mailbox mailboxes manage managed management manager map mapi \
max maximum media meeting member members message messages metadata method methods microsoft migration milliseconds min minimum minute minutes mode \
model moderated moderation modified module month move moved mrm ms msi multi name names native need network new next no node not note notes \
notification number oab object objects odata of off offline office old on online only open operation options order org organization origin \
original originating other out outbound outlook over owa owner ownership pager parameter parent partition partner password path \
pending per permission permissions person personal phone phonetic photo picture pin place plan platform policies policy pop port position post postal \
prefix presence present previous primary priority private process processing product profile progress prohibit property protection \
protocol protocols provider provisioned provisioning proxy ps public publish purge put quarantine query queue quota range raw rdn read reading \
reason receive received recipient recoverable recovery redirect reference region register registration reject rejected \
relationship release remote remove replication reply report request require required requires reset resource response restriction result \
resource retain retention retry return review reviewer right rights role roles root route routing rule run runspace safe same scope script search \
second seconds secret section secure security seen send sender senders sensitivity sent sequence serial serialization server servers service session set setting \
settings severity shadow share shared sharing short show side sign signature simple single sip sis site size skip sku smart \
smtp soft source space spam special spoken start state status storage store stored street string subject suffix support supported \
suspend sync synchronization system tag target task team telephone template tenant test text third thread threshold throttling thumbnail thumbprint time \
times title token tool total tracking transaction transport tree trust trusted type types um undelete unified unique unit units unlimited unseen until update \
updated upgrade upn uri url usage use used user users utc uuid valid validation validity value values verification version view \
virtual voice wait warning web week when width window windows with work workload write x year zip zone \
ascending descending ticks hours total is read fixed sync root count capacity lat lon iso de en fr adapted \
system collections hashtable generic dictionary arraylist culture neutral token mscorlib version public array char \
boolean int double decimal enum exception psobject pscustomobject multivalued valued unlimited enhanced timespan list value type \
cryptography x509 certificates collection int32 int64 uint32 byte quantified ad dn smtp proxy base mserv recipients mgmt \
certsrv pki pem der pfx san eku crl ocsp sha rsa dsa ecdsa aes rc oid friendly";

/// Schemes of URLs that stay.
pub(super) const SCHEMES: [&str; 7] = ["http", "https", "smtp", "sip", "ldap", "ftp", "api"];

/// How a property's text is to be read, by all schemas together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Hint {
    /// Nothing is known.
    #[default]
    Any,
    /// Domains, hosts, addresses or URLs: a dot makes a domain of it.
    Domain,
    /// A version: four numbers are no IP address.
    Version,
    /// Hexadecimal digits: thumbprints and serial numbers.
    Hexadecimal,
    /// A whole number: a count, a size, a limit.
    Count,
    /// A date or a time span.
    Time,
    /// Names of an enum, or their numbers, of which this is the greatest that is known.
    Enum(u64),
}

impl Hint {
    /// Whether a property with this hint keeps numbers.
    pub(super) const fn is_number(self) -> bool {
        matches!(self, Self::Count | Self::Time | Self::Enum(_) | Self::Version)
    }

    /// What is known of a property that several schemas have. One that means two things tells nothing, but what makes
    /// a domain of more texts hides more of them.
    fn merged(self, other: Self) -> Self {
        match (self, other) {
            (Self::Domain, _) | (_, Self::Domain) => Self::Domain,
            (Self::Enum(one), Self::Enum(other)) => Self::Enum(if one > other { one } else { other }),
            (Self::Enum(_) | Self::Count, Self::Count) | (Self::Count, Self::Enum(_)) => Self::Count,
            _ if self == other => self,
            _ => Self::Any,
        }
    }
}

/// Parts of dates, time spans and versions, and what wraps values: as properties within a property they are of its kind.
const PARTS: &str = "|value|value__|datetime|displayhint|date|kind|timeofday|ticks|year|month|day|hour|minute|second|\
    days|hours|minutes|seconds|milliseconds|microseconds|nanoseconds|millisecond|microsecond|nanosecond|dayofweek|\
    dayofyear|totaldays|totalhours|totalminutes|totalseconds|totalmilliseconds|totalmicroseconds|totalnanoseconds|\
    utcdatetime|localdatetime|utcticks|offset|major|minor|build|revision|majorrevision|minorrevision|";

/// All that stays.
pub(super) struct Known {
    phrases: HashSet<String>,
    labels: HashSet<&'static str>,
    words: HashSet<String>,
    hints: HashMap<String, Hint>,
    /// What the wizard and those who copy its objects attach something to, and what lints expect values to begin with.
    stems: Vec<String>,
    /// Sentences that lints look for in longer texts.
    sentences: Option<Regex>,
}

impl Known {
    pub(super) fn new(registry: &Registry) -> Self {
        let mut known = Self {
            phrases: PHRASES.split('|').map(str::to_owned).collect(),
            labels: LABELS.split('|').collect(),
            words: NAME_WORDS.split_whitespace().map(str::to_owned).collect(),
            hints: HashMap::new(),
            stems: STEMS.iter().map(|&stem| stem.to_owned()).collect(),
            sentences: None,
        };
        for (_, cmdlet) in registry.iter() {
            known.name(&cmdlet.name);
            known.phrases.insert(cmdlet.name.to_lowercase());
            known.phrases.insert(cmdlet.noun().to_lowercase());
            cmdlet.type_names.iter().for_each(|name| known.name(name));
            known.phrases.extend(cmdlet.object_classes.iter().map(|class| class.to_lowercase()));
            known.object(&cmdlet.object);
        }
        for (name, hint) in [
            ("fqdn", Hint::Domain),
            ("domain", Hint::Domain),
            ("domainname", Hint::Domain),
            ("dnsname", Hint::Domain),
            ("host", Hint::Domain),
            ("serialnumber", Hint::Hexadecimal),
        ] {
            known.hints.insert(name.to_owned(), hint);
        }
        known.lints();
        known
    }

    fn object(&mut self, object: &ObjectType) {
        for property in object.properties() {
            self.name(&property.name);
            self.kind(&property.name.to_lowercase(), &property.kind);
        }
    }

    fn kind(&mut self, name: &str, kind: &PropertyType) {
        let hint = match kind {
            PropertyType::Text(TextKind::Domain | TextKind::Address | TextKind::Url) => Hint::Domain,
            PropertyType::Text(TextKind::Version) => Hint::Version,
            PropertyType::Text(TextKind::Thumbprint) => Hint::Hexadecimal,
            PropertyType::Text(TextKind::Plain | TextKind::Guid | TextKind::Id)
            | PropertyType::Boolean
            | PropertyType::Opaque => return,
            PropertyType::Integer => Hint::Count,
            PropertyType::TimeSpan | PropertyType::DateTime => Hint::Time,
            PropertyType::Enum(names) | PropertyType::Flags(names) => {
                let all = names.names.iter().chain(names.numbers.values());
                self.phrases.extend(all.map(|name| name.to_lowercase()));
                Hint::Enum(
                    names.numbers.keys().filter_map(|&number| u64::try_from(number).ok()).max().unwrap_or(0),
                )
            }
            PropertyType::Object(object) => return self.object(object),
            PropertyType::List(item) => return self.kind(name, item),
        };
        self.hints.entry(name.to_owned()).and_modify(|known| *known = known.merged(hint)).or_insert(hint);
    }

    /// The words of a name.
    fn name(&mut self, name: &str) {
        self.words.extend(words(name).map(str::to_lowercase));
    }

    /// What lints compare with is public: it stands in their files.
    fn lints(&mut self) {
        let mut expressions = Vec::new();
        for (_, text) in embedded_lints() {
            if let Ok(table) = text.parse::<toml::Table>() {
                for key in ["for", "when", "downgrade", "expect"] {
                    if let Some(value) = table.get(key) {
                        strings(value, &mut expressions);
                    }
                }
            }
        }
        let mut sentences = BTreeSet::new();
        for expression in &expressions {
            for found in LITERAL.captures_iter(expression) {
                let literal = found[2].replace("\\\\", "\\").replace("\\\"", "\"");
                match found.get(1).map(|function| function.as_str()) {
                    Some("startsWith(") if letters(&literal) >= MIN_LETTERS => {
                        // What stands before a separator is a phrase of its own.
                        let last = literal.trim().rsplit('/').next().unwrap_or_default();
                        self.stems.push(last.to_lowercase());
                        self.phrases.extend(literal.split('/').map(str::to_lowercase));
                    }
                    Some("matches(" | "contains(") => {
                        sentences.extend(alternatives(&literal).filter(|one| is_closed(one)));
                    }
                    _ => {}
                }
                self.phrases.insert(literal.trim().to_lowercase());
            }
        }
        let all: Vec<String> = sentences.iter().map(|sentence| format!("(?:{sentence})")).collect();
        // Lints may look for them in text that was made lower case.
        self.sentences =
            (!all.is_empty()).then(|| Regex::new(&format!("(?i){}", all.join("|"))).ok()).flatten();
    }

    pub(super) const fn sentences(&self) -> Option<&Regex> {
        self.sentences.as_ref()
    }

    /// Whether a phrase, in lower case, stays.
    pub(super) fn is_phrase(&self, phrase: &str) -> bool {
        self.phrases.contains(phrase) || self.labels.contains(phrase)
    }

    /// Whether a name of a property stays: one of Exchange's, which is made of its words.
    pub(super) fn is_name(&self, name: &str) -> bool {
        // A dot elsewhere would let domains stay that are made of such words.
        let plain = name.replacen("@odata.", "@odata", 1);
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '@' | '-' | '$');
        let is_number = |word: &&str| word.bytes().all(|c| c.is_ascii_digit());
        let (numbers, names): (Vec<&str>, Vec<&str>) = words(name).partition(is_number);
        // One word and a number may well be the name of a server.
        let may_have_numbers = names.len() > 1 || numbers.is_empty();
        is_part(name)
            || plain.chars().all(is_plain)
                && may_have_numbers
                && numbers.iter().all(|number| number.len() <= 4)
                && names.iter().all(|word| self.is_word(&word.to_lowercase()))
    }

    /// Whether a word, in lower case, is one of which names of properties are made, or several of them.
    fn is_word(&self, word: &str) -> bool {
        self.words.contains(word) || word.strip_suffix('s').is_some_and(|one| self.words.contains(one))
    }

    /// What all schemas together know of a property.
    pub(super) fn hint(&self, name: &str) -> Hint {
        self.hints.get(&name.to_lowercase()).copied().unwrap_or_default()
    }

    /// The same of a property within one of which `outer` is known. What keeps numbers is handed on to the parts that a
    /// number, a date or a version is written in, and to no others.
    pub(super) fn hint_within(&self, outer: Hint, name: &str) -> Hint {
        match self.hint(name) {
            Hint::Any if outer.is_number() && !is_part(name) => Hint::Any,
            Hint::Any => outer,
            hint => hint,
        }
    }

    /// Phrases, in lower case, that stay even where something is attached to them.
    pub(super) fn stems(&self) -> &[String] {
        &self.stems
    }
}

/// String literals of an expression; the first group is there for those that are sought within a text.
static LITERAL: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::unwrap_used, reason = "a constant that every test compiles")]
    Regex::new(r#"(matches\(|contains\(|startsWith\()?"((?:[^"\\]|\\.)*)""#).unwrap()
});

/// The parts of a pattern that `|` separates, each with its flag; the whole where groups enclose some of them.
fn alternatives(pattern: &str) -> impl Iterator<Item = String> {
    let (flag, spelt) = pattern.strip_prefix("(?i)").map_or(("", pattern), |spelt| ("(?i)", spelt));
    let separator = if spelt.contains('(') { '\0' } else { '|' };
    spelt.split(separator).map(move |one| format!("{flag}{one}"))
}

/// What is shorter may be within a name by chance.
const MIN_LETTERS: usize = 5;

fn letters(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_alphanumeric).count()
}

fn is_part(name: &str) -> bool {
    let lower = name.to_lowercase();
    !lower.contains('|') && PARTS.contains(&format!("|{lower}|"))
}

/// Whether a pattern matches nothing but what it spells out itself.
fn is_closed(pattern: &str) -> bool {
    let spelt = pattern.strip_prefix("(?i)").unwrap_or(pattern);
    letters(spelt) >= MIN_LETTERS && !spelt.contains(['.', '[', '*', '+', '{', '\\', '^', '$'])
}

fn strings(value: &toml::Value, found: &mut Vec<String>) {
    match value {
        toml::Value::String(text) => found.push(text.clone()),
        toml::Value::Array(items) => items.iter().for_each(|item| strings(item, found)),
        toml::Value::Table(table) => {
            for (key, value) in table {
                // Messages are for people; what they quote is no comparison.
                if key != "message" {
                    strings(value, found);
                }
            }
        }
        _ => {}
    }
}

/// The words of a name in camel case: `TargetAutodiscoverEpr`, `EWSUrl2`, `Get-AuthServer`.
fn words(name: &str) -> impl Iterator<Item = &str> {
    let bytes = name.as_bytes();
    let mut starts = vec![0];
    for at in 1..bytes.len() {
        let (before, here) = (bytes[at - 1], bytes[at]);
        let next_is_lower = bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase);
        let is_start = (before.is_ascii_alphanumeric() != here.is_ascii_alphanumeric())
            || (before.is_ascii_digit() != here.is_ascii_digit())
            || (before.is_ascii_lowercase() && here.is_ascii_uppercase())
            || (before.is_ascii_uppercase() && here.is_ascii_uppercase() && next_is_lower);
        if is_start {
            starts.push(at);
        }
    }
    starts.push(name.len());
    let pieces: Vec<&str> = starts.windows(2).filter_map(|pair| name.get(pair[0]..pair[1])).collect();
    pieces.into_iter().filter(|word| word.starts_with(|c: char| c.is_ascii_alphanumeric()))
}

/// Ids that are the same in every organization: of Microsoft's applications, and the blank one.
pub(super) fn is_known_guid(guid: &str) -> bool {
    let is_first_party = guid.starts_with("0000000")
        && ["-0000-0ff1-ce00-000000000000", "-0000-0000-c000-000000000000", "-0000-0000-0000-000000000000"]
            .iter()
            .any(|end| guid.get(8..) == Some(end));
    is_first_party || APPLICATIONS.contains(&guid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_of_words() {
        let words = |name| words(name).collect::<Vec<_>>();
        assert_eq!(words("TargetAutodiscoverEpr"), ["Target", "Autodiscover", "Epr"]);
        assert_eq!(words("EWSUrl2@odata.type"), ["EWS", "Url", "2", "odata", "type"]);
        let known = Known::new(Registry::embedded().unwrap());
        for name in [
            "DomainNames",
            "WhenChangedUTC",
            "Get-AuthServer",
            "RunspaceId",
            "value",
            "PSComputerName",
            "Epr@odata.type",
        ] {
            assert!(known.is_name(name), "{name}");
        }
        for name in ["contoso", "EX01", "contoso.com", "mail.group.de", "FabrikamMailbox", "Zoë", "a b"] {
            assert!(!known.is_name(name), "{name}");
        }
    }

    #[test]
    fn texts_that_lints_look_for_stay() {
        let known = Known::new(Registry::embedded().unwrap());
        assert!(known.is_phrase("exchangeonpremasthirdpartyappid"));
        assert!(!known.is_phrase("contoso.com"), "objects of cases are no comparisons");
        let parts: Vec<String> = alternatives("(?i)^CN=x|DC=Windows Azure").collect();
        assert_eq!(parts, ["(?i)^CN=x", "(?i)DC=Windows Azure"]);
        assert!(is_closed("(?i)missing signing certificate") && !is_closed("^([^:]*)"));
    }

    #[test]
    fn ids_of_microsoft_stay() {
        assert!(is_known_guid("00000002-0000-0ff1-ce00-000000000000"));
        assert!(!is_known_guid("00000002-0000-0ff1-ce00-000000000001"));
    }
}
