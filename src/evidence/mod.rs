//! What a file proves besides what stands in it.
//!
//! The input of a run is whatever people have: one folder or several, the same export twice, half of a collection, the
//! files of two tenants. Three questions are answered before any lint looks, so that no lint needs a word about them:
//!
//! **Whose is it?** A *party* is one organization of one platform: an on-premises Exchange organization, or a tenant.
//! Lints see a [view](crate::snapshot::View) of one pair. As yet all exports of a platform are one party's; what will
//! tell several apart is the distinguished name (`CN=<organization>,CN=Microsoft Exchange,CN=Services,…` with its
//! forest, `CN=<tenant>,CN=ConfigurationUnits`), `OrganizationId`, `OrganizationalUnitRoot`, and the `Realm` of an
//! authorization server. A record without a mark is to go with the others of its file, then of its folder.
//!
//! **Which object is it?** Records of one party and noun with the same `Guid`, else `DistinguishedName`, else the
//! identity that the schema names (with the server, where the cmdlet is per server), are *sightings* of one object,
//! whatever file, format or folder they came from. They complete each other: what one lacks, or has cut, is taken from
//! another. Where they contradict, the later by `WhenChangedUTC` is the state; without that, the property is unknown, and
//! a diagnostic names both places.
//!
//! **How much is it?** An export is [complete, silent, selected, limited or failed](crate::diagnostic::ExportState). Only
//! the first two prove that something is not there; what is there counts in all of them. A list of a noun is known to be
//! whole where one of its exports proves absence and none contradicts; a noun of servers needs that of every export,
//! since each is of some servers.
//!
//! | what tells | state |
//! |---|---|
//! | `manifest.json` beside the file (`Manifest`) | what it says |
//! | the visible command ([`extent_of_command`]) | selected, limited by `-ResultSize`, else complete |
//! | a prompt with the plain command and nothing after it | silent |
//! | as many recipients as `-ResultSize` gives by default (`x-result-size` of the schema) | limited |
//! | `WARNING: … more results` | limited |
//! | `*.partial.xml`, a damaged file with records | limited |
//! | error text after the command, 0 bytes, a damaged file without records | failed |
//! | no objects, of a cmdlet that always returns one (`x-never-empty`) | failed |
//! | anything else | complete |
//!
//! # Two snapshots
//!
//! Contradictions in three objects, or in a third of those that both have, between two groups of files (by folder, by
//! what their names have besides the cmdlet, by file) are two snapshots in one run: an error of the input, which names
//! the groups. No lint of a noun that contradicts is judged. An export without objects beside one with objects is a
//! contradiction as well.
//!
//! # Memory
//!
//! Settings of organizations and servers are few: all their records are kept, put together when everything is read, and
//! judged then. Recipients may be millions: their records are judged as they are read, so that of a recipient that is
//! exported twice both records are judged. A pair of hashes for each (identity, content) would be enough to read an
//! equal record once.

mod command;
mod manifest;

pub use command::{extent as extent_of_command, prints};
pub use manifest::{
    Collected, CollectedError, ERRORS_FILE, MANIFEST_FILE, Manifest, ManifestError,
    errors as collected_errors,
};
