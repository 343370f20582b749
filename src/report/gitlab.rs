//! The code quality report of GitLab, which merge requests show.

use std::io;

use serde::Serialize;
use sha1::{Digest as _, Sha1};

use super::place::{self, Numbers, relative};
use super::{findings, problems};
use crate::diagnostic::{Code, Diagnostic, Run, Severity};

pub(super) fn write(run: &Run, out: &mut dyn io::Write) -> io::Result<()> {
    let mut numbers = Numbers::default();
    let mut issues: Vec<Issue<'_>> = Vec::new();
    for (diagnostic, finding) in findings(run) {
        let fingerprint = match numbers.next(&finding.fingerprint) {
            1 => finding.fingerprint.clone(),
            number => format!("{}-{number}", finding.fingerprint),
        };
        issues.push(Issue::new(run, diagnostic, &finding.lint, fingerprint));
    }
    let keys: Vec<String> = problems(run)
        .map(|problem| format!("{}\n{}", place::file(run, problem).unwrap_or_default(), problem.message))
        .collect();
    let mut numbers = Numbers::default();
    for (problem, key) in problems(run).zip(&keys) {
        let number = numbers.next(key);
        let fingerprint = format!("{:x}", Sha1::digest(format!("{key}\n{number}")));
        let code = problem.code().map_or("freebusy-lint", Code::name);
        issues.push(Issue::new(run, problem, code, fingerprint));
    }
    serde_json::to_writer_pretty(&mut *out, &issues)?;
    out.write_all(b"\n")
}

#[derive(Serialize)]
struct Issue<'a> {
    description: &'a str,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: IssueLocation<'a>,
}

#[derive(Serialize)]
struct IssueLocation<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

impl<'a> Issue<'a> {
    fn new(run: &'a Run, diagnostic: &'a Diagnostic, check_name: &'a str, fingerprint: String) -> Self {
        let location = diagnostic.labels.first().map(|label| label.location);
        Self {
            description: &diagnostic.message,
            check_name,
            fingerprint,
            severity: match diagnostic.severity {
                Severity::Error => "critical",
                Severity::Warning => "major",
                Severity::Info => "info",
            },
            location: IssueLocation {
                // An issue without a file is refused.
                path: place::file(run, diagnostic).map_or(".", relative),
                lines: location.map_or(Lines { begin: 1, end: 1 }, |location| Lines {
                    begin: location.start.line,
                    end: location.end.line,
                }),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Value, json};

    use super::*;
    use crate::report::ReportFormat;
    use crate::report::fixture::{rendered, sample_run};

    fn issues(run: &Run) -> Vec<Value> {
        serde_json::from_str(&rendered(run, ReportFormat::GitLab)).unwrap()
    }

    #[test]
    fn sample() {
        let mut run = sample_run();
        run.findings.truncate(5);
        insta::assert_snapshot!(rendered(&run, ReportFormat::GitLab));
    }

    #[test]
    fn every_issue_has_a_file_and_a_fingerprint_of_its_own() {
        let mut run = sample_run();
        run.findings.extend(sample_run().findings);
        let issues = issues(&run);
        assert_eq!(issues.len(), 2 * 104 + 3);
        let fingerprints: BTreeSet<&str> =
            issues.iter().map(|issue| issue["fingerprint"].as_str().unwrap()).collect();
        assert_eq!(fingerprints.len(), issues.len());
        assert!(issues.iter().all(|issue| !issue["location"]["path"].as_str().unwrap().is_empty()));
    }

    #[test]
    fn severities_and_lines() {
        let issues = issues(&sample_run());
        assert_eq!(
            issues[2]["location"],
            json!({"path": "exports/cloud/orgrel.xml", "lines": {"begin": 5, "end": 5}})
        );
        assert_eq!((&issues[2]["severity"], &issues[4]["severity"]), (&json!("critical"), &json!("major")));
        let missing = json!({"path": "exports/onprem/Get-IntraOrganizationConnector.json", "lines": {"begin": 1, "end": 1}});
        assert_eq!(issues[0]["location"], missing);
    }
}
