//! A linter for exported Microsoft Exchange hybrid configuration: finds what breaks free/busy look-ups
//! between an organization's own servers and Exchange Online.
//!
//! ```text
//! files ──► source ──► format ──► snapshot ──► topology ──► lint + engine ──► report
//!           bytes,     JSON,      records by    domains,     lint files,        human, JSON
//!           encoding,  CLIXML, …  side and      clouds,      outcomes
//!           line index spanned    cmdlet, typed paths
//!                      nodes      by schema
//! ```
//!
//! Each module may import those above it only; `tests/repository.rs` checks it.
//!
//! | module | owns | may import |
//! |---|---|---|
//! | [`source`] | discovery, encodings, text, line index, locations | – |
//! | [`diagnostic`] | the one type for everything a user is told | `source` |
//! | [`mod@format`] | text to spanned records | `source`, `diagnostic` |
//! | [`schema`] | the cmdlets: property types, enum names, identification | `diagnostic`, `format`, `source` |
//! | [`collect`] | the script that makes the exports | `schema`, `diagnostic` |
//! | [`toml_file`] | TOML files that people write: places, mistakes, schemas | `schema`, `diagnostic`, `source` |
//! | [`symptom`] | error texts, their causes and manual checks | `toml_file`, `schema`, `diagnostic`, `source` |
//! | [`snapshot`] | records by side and noun, coerced by schema | `schema`, `format`, `diagnostic`, `source` |
//! | [`redact`] | exports without names, addresses and ids | `lint`, `snapshot`, `schema`, `format`, `diagnostic`, `source` |
//! | [`topology`] | what follows from several objects: domains, cloud, paths | `snapshot`, `schema`, `diagnostic`, `source` |
//! | [`lint`] | lint files, checked and compiled | `toml_file`, `topology`, `snapshot`, `schema`, `diagnostic`, `source` |
//! | [`config`] | `freebusy-lint.toml`, suppressions, the baseline | `lint`, `toml_file`, `schema`, `diagnostic`, `source` |
//! | [`engine`] | lints over a snapshot: outcomes and findings | `lint`, `topology`, `snapshot`, `schema`, `format`, `diagnostic`, `source` |
//! | [`diff`] | two runs and snapshots compared | `engine`, `snapshot`, `schema`, `diagnostic`, `source` |
//! | [`diagnosis`] | what an error text and the exports tell together: plain data | `diagnostic` |
//! | [`report`] | a run, the difference of two, or a diagnosis, to bytes | `diagnosis`, `diagnostic`, `source` |
//! | [`cli`] | arguments, commands, exit codes | all |

pub mod cli;
pub mod collect;
pub mod config;
pub mod diagnosis;
pub mod diagnostic;
pub mod diff;
pub mod engine;
pub mod format;
pub mod lint;
pub mod redact;
pub mod report;
pub mod schema;
pub mod snapshot;
pub mod source;
pub mod symptom;
pub mod toml_file;
pub mod topology;
