//! Two runs and their snapshots, compared: findings fixed and new, objects and properties changed, paths that lead
//! elsewhere.
//!
//! Values are compared as the schemas read them, so that the format of an export makes no difference. What is not
//! known in one of the exports is no change. What a report says is [`Comparison`], which is plain data.

mod findings;
mod matching;
mod objects;
mod paths;
#[cfg(test)]
mod tests;
mod value;

use crate::diagnostic::{Comparison, Run};
use crate::schema::{Cardinality, NounId, Registry};
use crate::snapshot::{Retention, Snapshot};

/// Properties that change without anybody changing a setting: times, versions of the object's form, where it was read
/// from and where it is stored, and those that repeat others (`XmlRaw`) or carry a time (`LocalStates`).
const NOISE: [&str; 16] = [
    "DistinguishedName",
    "ExchangeVersion",
    "Id",
    "Identity",
    "LocalStates",
    "ObjectClass",
    "ObjectState",
    "OrganizationId",
    "OriginatingServer",
    "PSComputerName",
    "RemoteStates",
    "RunspaceId",
    "WhenChanged",
    "WhenChangedUTC",
    "WhenCreated",
    "XmlRaw",
];

/// Whether a property says nothing of the configuration.
fn is_noise(property: &str) -> bool {
    NOISE.contains(&property) || property == "WhenCreatedUTC" || property == "Guid"
}

/// Compares two runs, each with its snapshot, whose retention [`retain`] must have widened.
#[must_use]
pub fn compare(
    registry: &Registry,
    (before, earlier): (Run, &Snapshot),
    (after, later): (Run, &Snapshot),
    with_recipients: bool,
) -> Comparison {
    let mut comparison = Comparison { before, after, ..Comparison::default() };
    for noun in compared(registry, with_recipients) {
        objects::compare(earlier.view(), later.view(), noun, &mut comparison);
    }
    objects::sort(&mut comparison);
    findings::compare(&mut comparison);
    paths::compare(&mut comparison);
    comparison
}

/// Keeps what [`compare`] needs besides what lints read.
pub fn retain(registry: &Registry, retention: &mut Retention, with_recipients: bool) {
    for noun in compared(registry, with_recipients) {
        for property in 0..registry.cmdlet(noun).object.properties().len() {
            retention.keep_property(registry, noun, property);
        }
    }
}

/// The cmdlets whose objects are configuration. Results of tests are not; recipients may be millions.
fn compared(registry: &Registry, with_recipients: bool) -> impl Iterator<Item = NounId> {
    let is_compared = move |cardinality: Cardinality, name: &str| {
        !name.starts_with("Test-") && (with_recipients || cardinality != Cardinality::Recipient)
    };
    registry
        .iter()
        .filter(move |(_, cmdlet)| is_compared(cmdlet.cardinality, &cmdlet.name))
        .map(|(noun, _)| noun)
}
