//! What machine formats ask for and a finding may lack: a file, and a fingerprint that no other has.

use std::collections::BTreeMap;

use super::path_of;
use crate::diagnostic::{Diagnostic, InputSummary, Run, Subject};

/// A path as tools write it that run in the root of a repository.
pub(super) fn relative(path: &str) -> &str {
    let mut path = path;
    while let Some(rest) = path.strip_prefix("./") {
        path = rest.trim_start_matches('/');
    }
    path
}

/// The file that a diagnostic is shown at: where it points, else the file it is about, else the export that lacks what
/// it misses, else any input.
pub(super) fn file<'a>(run: &'a Run, diagnostic: &'a Diagnostic) -> Option<&'a str> {
    let pointed = diagnostic.labels.first().map(|label| path_of(run, label));
    let subject = diagnostic.finding().and_then(|finding| finding.subject.as_ref());
    let exported = || {
        let subject = subject?;
        let input = run.inputs.iter().find(|input| has_exported(input, subject))?;
        Some(input.path.as_str())
    };
    let any = || run.inputs.first().map(|input| input.path.as_str());
    pointed.or(diagnostic.path.as_deref()).or_else(exported).or_else(any)
}

fn has_exported(input: &InputSummary, subject: &Subject) -> bool {
    input.records.iter().any(|count| count.side == subject.side && count.cmdlet == subject.cmdlet)
}

/// Numbers findings of one fingerprint.
#[derive(Debug, Default)]
pub(super) struct Numbers<'a>(BTreeMap<&'a str, usize>);

impl<'a> Numbers<'a> {
    /// The number of the next finding with this fingerprint, from 1.
    pub(super) fn next(&mut self, fingerprint: &'a str) -> usize {
        let number = self.0.entry(fingerprint).or_default();
        *number += 1;
        *number
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::sample_run;

    #[test]
    fn paths_are_relative_to_the_root() {
        let table =
            [("./a/b.json", "a/b.json"), ("././/a", "a"), ("../a", "../a"), (".a/b", ".a/b"), ("/a", "/a")];
        for (path, expected) in table {
            assert_eq!(relative(path), expected);
        }
    }

    #[test]
    fn a_finding_without_a_place_is_shown_at_the_export_that_lacks_it() {
        let run = sample_run();
        assert_eq!(file(&run, &run.findings[0]), Some("exports/onprem/Get-IntraOrganizationConnector.json"));
        assert_eq!(file(&run, &run.findings[2]), Some("exports/cloud/orgrel.xml"));
        assert_eq!(file(&run, &run.problems[1]), Some("exports/onprem/locked.xml"));
    }

    #[test]
    fn equal_fingerprints_are_numbered() {
        let mut numbers = Numbers::default();
        assert_eq!(["a", "b", "a"].map(|fingerprint| numbers.next(fingerprint)), [1, 1, 2]);
    }
}
