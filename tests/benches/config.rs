//! Exports of made-up organizations of which one thing is large.

/// What there is much of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Domains, in one relationship and one connector of each side.
    Domains,
    /// Relationships of one domain each, on both sides.
    Relationships,
    /// Relationships with partners.
    Partners,
    /// Connectors of one domain each, on both sides.
    Connectors,
    /// Connectors and relationships of one domain each.
    ConnectorsAndRelationships,
    /// Address spaces on both sides.
    AddressSpaces,
    /// Mailboxes and what stands for them on the other side.
    Mailboxes,
    /// Mailboxes of both sides, those of Exchange Online without `ExchangeGuid`, and nothing else.
    MailboxesWithoutGuid,
}

impl Shape {
    pub(crate) const ALL: [Self; 8] = [
        Self::Domains,
        Self::Relationships,
        Self::Partners,
        Self::Connectors,
        Self::ConnectorsAndRelationships,
        Self::AddressSpaces,
        Self::Mailboxes,
        Self::MailboxesWithoutGuid,
    ];

    /// For the names of benchmarks.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Domains => "domains",
            Self::Relationships => "relationships",
            Self::Partners => "relationships with partners",
            Self::Connectors => "connectors",
            Self::ConnectorsAndRelationships => "connectors and relationships",
            Self::AddressSpaces => "address spaces",
            Self::Mailboxes => "mailboxes",
            Self::MailboxesWithoutGuid => "mailboxes without ExchangeGuid",
        }
    }
}

/// An exported file.
pub(crate) struct Export {
    pub(crate) path: String,
    pub(crate) text: String,
}

const ROUTING: &str = "contoso.mail.onmicrosoft.com";
const SIDES: [&str; 2] = ["onprem", "cloud"];

/// The exports of an organization with so many of one thing.
pub(crate) fn exports(shape: Shape, count: usize) -> Vec<Export> {
    match shape {
        Shape::Mailboxes => mailboxes(count, true),
        Shape::MailboxesWithoutGuid => mailboxes(count, false),
        _ => SIDES.into_iter().flat_map(|side| of_side(shape, count, side)).collect(),
    }
}

fn of_side(shape: Shape, count: usize, side: &str) -> Vec<Export> {
    let own = if shape == Shape::Partners { 1 } else { count };
    let domains: Vec<String> = (0..own).map(domain).collect();
    let each: Vec<&[String]> = domains.chunks(1).collect();
    let whole = [domains.as_slice()];
    let connectors: &[&[String]] = match shape {
        Shape::Connectors | Shape::ConnectorsAndRelationships => &each,
        _ => &whole,
    };
    let partners: Vec<String> = (0..count).map(|number| format!("partner{number}.example")).collect();
    let partners: Vec<&[String]> = partners.chunks(1).collect();
    let relationships: &[&[String]] = match shape {
        Shape::Relationships | Shape::ConnectorsAndRelationships => &each,
        Shape::Partners => &partners,
        Shape::AddressSpaces => &[],
        _ => &whole,
    };
    let mut accepted: Vec<String> = domains.iter().map(|name| accepted_domain(name)).collect();
    accepted.push(accepted_domain(ROUTING));
    let mut exports = vec![
        export(side, "AcceptedDomain", accepted),
        export(side, "IntraOrganizationConnector", numbered(connectors, connector)),
        export(side, "OrganizationRelationship", numbered(relationships, relationship)),
    ];
    if shape == Shape::AddressSpaces {
        exports.push(export(
            side,
            "AvailabilityAddressSpace",
            domains.iter().map(|name| address_space(name)).collect(),
        ));
    }
    if side == "onprem" {
        let configuration = format!(r#"{{"Name":"Hybrid Configuration","Domains":{}}}"#, texts(&domains));
        exports.push(export(side, "HybridConfiguration", vec![configuration]));
    }
    exports
}

fn numbered(domains: &[&[String]], object: fn(usize, &[String]) -> String) -> Vec<String> {
    domains.iter().enumerate().map(|(number, domains)| object(number, domains)).collect()
}

fn domain(number: usize) -> String {
    format!("d{number}.contoso.com")
}

fn accepted_domain(name: &str) -> String {
    format!(r#"{{"Name":"{name}","DomainName":"{name}","DomainType":"Authoritative"}}"#)
}

fn connector(number: usize, domains: &[String]) -> String {
    format!(
        r#"{{"Name":"connector {number}","Enabled":true,"TargetAddressDomains":{},
            "DiscoveryEndpoint":"https://autodiscover-s.outlook.com/autodiscover/autodiscover.svc","TargetSharingEpr":null}}"#,
        texts(domains)
    )
}

fn relationship(number: usize, domains: &[String]) -> String {
    format!(
        r#"{{"Name":"relationship {number}","Enabled":true,"DomainNames":{},"FreeBusyAccessEnabled":true,
            "FreeBusyAccessLevel":"LimitedDetails","FreeBusyAccessScope":null,"TargetApplicationUri":"outlook.com",
            "TargetAutodiscoverEpr":"https://autodiscover-s.outlook.com/autodiscover/autodiscover.svc/WSSecurity","TargetSharingEpr":null}}"#,
        texts(domains)
    )
}

fn address_space(name: &str) -> String {
    format!(
        r#"{{"Name":"{name}","ForestName":"{name}","AccessMethod":"OrgWideFB",
            "TargetAutodiscoverEpr":"https://autodiscover.contoso.com/autodiscover/autodiscover.xml"}}"#
    )
}

/// As many on each side.
fn mailboxes(count: usize, has_guid: bool) -> Vec<Export> {
    let of = |first: usize, kind: &'static str, has_guid: bool, more: &'static str| {
        (first..first + count).map(move |number| recipient(number, kind, has_guid, more)).collect()
    };
    let mut exports = vec![
        export("onprem", "Mailbox", of(count, "UserMailbox", true, "")),
        export("cloud", "Mailbox", of(0, "UserMailbox", has_guid, "")),
    ];
    if has_guid {
        let external = r#","ExternalEmailAddress":"SMTP:external@contoso.com""#;
        let routing = r#","RemoteRoutingAddress":"SMTP:routing@contoso.mail.onmicrosoft.com""#;
        exports.push(export("cloud", "MailUser", of(count, "MailUser", true, external)));
        exports.push(export("onprem", "RemoteMailbox", of(0, "RemoteUserMailbox", true, routing)));
    }
    exports
}

fn recipient(number: usize, kind: &str, has_guid: bool, more: &str) -> String {
    let address = format!("u{number}@contoso.com");
    let guid = if has_guid {
        format!(r#","ExchangeGuid":"{number:08x}-1111-4000-8000-000000000000""#)
    } else {
        String::new()
    };
    format!(
        r#"{{"Name":"u{number}","Alias":"u{number}","PrimarySmtpAddress":"{address}","UserPrincipalName":"{address}",
            "RecipientTypeDetails":"{kind}","EmailAddresses":["SMTP:{address}","smtp:u{number}@{ROUTING}"]{guid}{more}}}"#
    )
}

fn export(side: &str, noun: &str, objects: Vec<String>) -> Export {
    Export { path: format!("{side}/Get-{noun}.json"), text: format!("[{}]", objects.join(",\n")) }
}

fn texts(all: &[String]) -> String {
    let quoted: Vec<String> = all.iter().map(|text| format!("\"{text}\"")).collect();
    format!("[{}]", quoted.join(","))
}
