//! Tests of the program from outside, in one binary: it is linked once, and the built-in lints are loaded once.

mod cli;
mod collect;
mod config;
mod corpus;
mod diff;
mod evidence;
mod fingerprints;
mod imports;
mod inputs;
mod lint_files;
mod lints;
mod peer_bugs;
mod redact;
mod regressions;
mod reports;
mod repository;
mod samples;
mod support;
mod symptoms;
mod trace;
mod wording;
