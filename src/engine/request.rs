//! One request, told by the addresses of who asks and who is asked for: which side each is on, and which address is
//! tried first.

use crate::diagnostic::{Direction, Platform};
use crate::exchange::domains::domain_of;
use crate::schema::Registry;
use crate::snapshot::{Item, Record, Value};
use crate::topology::Topology;

/// A request to trace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// Address of the user who asks.
    pub from: Option<String>,
    /// Address of the mailbox that is asked for.
    pub to: Option<String>,
}

/// Cmdlets whose objects tell where a mailbox is.
const RECIPIENTS: [&str; 4] = ["Mailbox", "RemoteMailbox", "MailUser", "MailContact"];

/// What a recipient object tells of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Recipient {
    /// Where the object is.
    side: Platform,
    /// Where the mailbox is.
    home: Platform,
    /// Where requests of the object's side for it are sent.
    target: Option<String>,
}

/// What the recipient exports tell of the two addresses, noted while they are read.
#[derive(Debug, Default)]
pub(super) struct Recipients {
    request: Request,
    /// By noun.
    is_recipient: Vec<bool>,
    from: Vec<Recipient>,
    to: Vec<Recipient>,
}

/// How a request is to be traced.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) direction: Direction,
    /// Domains in the order in which they are tried.
    pub(super) domains: Vec<String>,
    pub(super) assumptions: Vec<String>,
}

impl Recipients {
    pub(super) fn new(registry: &Registry, request: Request) -> Self {
        let is_recipient = registry.iter().map(|(_, cmdlet)| RECIPIENTS.contains(&cmdlet.noun())).collect();
        Self { request, is_recipient, from: Vec::new(), to: Vec::new() }
    }

    pub(super) const fn request(&self) -> &Request {
        &self.request
    }

    pub(super) fn note(&mut self, record: &Record) {
        if !self.is_recipient.get(record.noun().index()).copied().unwrap_or(false) {
            return;
        }
        for (address, found) in [(&self.request.from, &mut self.from), (&self.request.to, &mut self.to)] {
            if let Some(address) = address
                && has_address(record, address)
            {
                found.extend(recipient(record));
            }
        }
    }

    /// The directions that the request may have: one, unless neither address tells its side.
    pub(super) fn plans(&self, topology: &Topology<'_>) -> Vec<Plan> {
        let Some(to) = &self.request.to else { return Vec::new() };
        let domain = domain_of(to);
        let lists = |items: &[Item<'_>]| {
            items.iter().any(|item| matches!(&item.value, Ok(Value::Text(text)) if *text == domain))
        };
        let mut assumptions = Vec::new();
        let told = home(&self.to).or_else(|| home(&self.from).map(other));
        let told = told.or_else(|| lists(&topology.routing_domains.items).then_some(Platform::Cloud));
        let homes = match told {
            Some(home) => vec![home],
            None => {
                assumptions.push(format!(
                    "no export tells on which side {to} has its mailbox: both directions are shown"
                ));
                Platform::ALL.to_vec()
            }
        };
        let plan = |home: Platform| {
            let direction =
                if home == Platform::Cloud { Direction::OnPremToCloud } else { Direction::CloudToOnPrem };
            let mut plan = Plan { direction, domains: Vec::new(), assumptions: assumptions.clone() };
            self.add_domains(&mut plan, topology, to, &domain);
            plan
        };
        let mut plans: Vec<Plan> = homes.into_iter().map(plan).collect();
        if let (Some(from), Some(to)) = (home(&self.from), home(&self.to))
            && from == to
        {
            let note = format!("both mailboxes are in {from}: such a request does not leave it");
            plans.iter_mut().for_each(|plan| plan.assumptions.push(note.clone()));
        }
        plans
    }

    /// The domain of the target address first, then that of the address typed.
    fn add_domains(&self, plan: &mut Plan, topology: &Topology<'_>, to: &str, typed: &str) {
        let asks = plan.direction.from();
        let known = self.to.iter().find(|recipient| recipient.side == asks);
        let target = known.and_then(|recipient| recipient.target.clone());
        match target {
            Some(target) => plan.domains.push(domain_of(&target)),
            None if plan.direction == Direction::OnPremToCloud => {
                for item in &topology.routing_domains.items {
                    if let Ok(Value::Text(domain)) = &item.value
                        && domain != typed
                    {
                        let name = to.rsplit_once('@').map_or(to, |(name, _)| name);
                        plan.assumptions.push(format!(
                            "no remote mailbox of {to} is exported on-premises: its target address is taken to be {name}@{domain}"
                        ));
                        plan.domains.push(domain.to_string());
                    }
                }
            }
            None => plan.assumptions.push(format!(
                "no mail user of {to} is exported from Exchange Online: its target address is taken to be {to}"
            )),
        }
        if !plan.domains.iter().any(|domain| domain == typed) {
            plan.domains.push(typed.to_owned());
        }
    }
}

const fn other(side: Platform) -> Platform {
    match side {
        Platform::OnPrem => Platform::Cloud,
        Platform::Cloud => Platform::OnPrem,
    }
}

/// Where the mailbox is, if all objects agree.
fn home(recipients: &[Recipient]) -> Option<Platform> {
    let first = recipients.first()?.home;
    recipients.iter().all(|recipient| recipient.home == first).then_some(first)
}

fn recipient(record: &Record) -> Option<Recipient> {
    let side = record.side()?;
    let is_mailbox = record.cmdlet().noun() == "Mailbox";
    let target =
        ["RemoteRoutingAddress", "ExternalEmailAddress"].into_iter().find_map(|name| text_of(record, name));
    Some(Recipient { side, home: if is_mailbox { side } else { other(side) }, target })
}

fn text_of(record: &Record, name: &str) -> Option<String> {
    let property = record.cmdlet().object.find(name)?;
    match record.read(property) {
        Ok((Value::Text(text), _)) if !text.trim().is_empty() => Some(text.into_owned()),
        _ => None,
    }
}

fn has_address(record: &Record, address: &str) -> bool {
    let object = &record.cmdlet().object;
    let texts = ["PrimarySmtpAddress", "EmailAddresses", "UserPrincipalName"].into_iter();
    texts.filter_map(|name| object.find(name)).any(|property| match record.read(property) {
        Ok((Value::Text(text), _)) => is_address(&text, address),
        Ok((Value::List(list), _)) => list
            .items
            .iter()
            .any(|item| matches!(&item.value, Ok(Value::Text(text)) if is_address(text, address))),
        _ => false,
    })
}

/// Equal but for case and a prefix such as `SMTP:`.
fn is_address(text: &str, address: &str) -> bool {
    let text = text.trim();
    let plain =
        text.get(..5).filter(|prefix| prefix.eq_ignore_ascii_case("smtp:")).map_or(text, |_| &text[5..]);
    plain.eq_ignore_ascii_case(address.trim())
}
