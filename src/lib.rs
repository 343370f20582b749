//! A linter for exported Microsoft Exchange hybrid configuration: finds what breaks free/busy look-ups
//! between an organization's own servers and Exchange Online.
//!
//! ```text
//! files ──► source ──► format ──► snapshot ──► topology ──► lint + engine ──► report
//!           bytes,     JSON,      records by    domains,     lint files,        human, JSON
//!           encoding,  CLIXML, …  party and     clouds,      outcomes
//!           line index spanned    cmdlet, typed paths
//!                      nodes      by schema
//! ```
//!
//! [`session`] puts all of it together. A program that judges a folder of exports:
//!
//! ```
//! use freebusy_lint::report::{self, HumanOptions, ReportFormat};
//! use freebusy_lint::session::{Session, Verdict};
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let session = Session::builder().as_of("2026-11-23".parse()?).build()?;
//!     let run = session.check(["samples/healthy"])?;
//!     let mut page = Vec::new();
//!     report::write(&run, ReportFormat::Html, &HumanOptions::default(), &mut page)?;
//!     assert_eq!(run.verdict(session.threshold()), Verdict::Clean);
//!     Ok(())
//! }
//! ```
//!
//! Inputs may as well be [bytes with a name](session::Input::bytes), such as an upload. Without the default feature `cli`
//! nothing of the command line is built.
//!
//! Each module may import those above it only; `tests/it/imports.rs` checks it.
//!
//! | module | owns | may import |
//! |---|---|---|
//! | [`source`] | discovery, encodings, text, line index, locations | – |
//! | [`exchange`] | platforms and Microsoft's clouds; domains, URLs, versions as Exchange compares them | – |
//! | [`diagnostic`] | the one type for everything a user is told | `exchange`, `source` |
//! | [`mod@format`] | text to spanned records | `source`, `diagnostic` |
//! | [`schema`] | the cmdlets: property types, enum names, identification | `diagnostic`, `format`, `source` |
//! | [`collect`] | the script that makes the exports | `schema`, `diagnostic` |
//! | [`toml_file`] | TOML files that people write: places, mistakes, schemas | `schema`, `diagnostic`, `source` |
//! | [`diagnosis`] | what an error text and the exports tell together: plain data | `diagnostic` |
//! | [`symptom`] | error texts, their causes and manual checks | `diagnosis`, `toml_file`, `schema`, `diagnostic`, `source` |
//! | [`evidence`] | what an export proves: its command, the manifest of its collection | `format`, `diagnostic` |
//! | [`snapshot`] | records by party and noun, coerced by schema | `evidence`, `schema`, `format`, `diagnostic`, `exchange`, `source` |
//! | [`topology`] | what follows from several objects: domains, cloud, paths | `snapshot`, `schema`, `diagnostic`, `exchange`, `source` |
//! | [`lint`] | lint files, checked and compiled | `toml_file`, `topology`, `snapshot`, `schema`, `diagnostic`, `exchange`, `source` |
//! | [`redact`] | exports without names, addresses and ids | `lint`, `snapshot`, `schema`, `format`, `diagnostic`, `exchange`, `source` |
//! | [`config`] | `freebusy-lint.toml`, suppressions, the baseline | `lint`, `toml_file`, `schema`, `diagnostic`, `source` |
//! | [`engine`] | lints over a snapshot: outcomes and findings | `lint`, `topology`, `snapshot`, `schema`, `format`, `diagnostic`, `exchange`, `source` |
//! | [`diff`] | two runs and snapshots compared | `engine`, `snapshot`, `schema`, `diagnostic`, `exchange`, `source` |
//! | [`report`] | a run, the difference of two, or a diagnosis, to bytes | `diagnosis`, `diagnostic`, `source` |
//! | [`atomic_file`] | files that are whole or not there | – |
//! | [`session`] | a run from end to end: options and inputs in, results out | `atomic_file`, `report`, `diagnosis`, `diff`, `engine`, `config`, `lint`, `redact`, `snapshot`, `symptom`, `collect`, `schema`, `diagnostic`, `source` |
//! | [`cli`] | arguments, commands, exit codes, looks | all |

pub mod atomic_file;
#[cfg(feature = "cli")]
pub mod cli;
pub mod collect;
pub mod config;
pub mod diagnosis;
pub mod diagnostic;
pub mod diff;
pub mod engine;
pub mod evidence;
pub mod exchange;
pub mod format;
pub mod lint;
pub mod redact;
pub mod report;
pub mod schema;
pub mod session;
pub mod snapshot;
pub mod source;
pub mod symptom;
pub mod toml_file;
pub mod topology;
