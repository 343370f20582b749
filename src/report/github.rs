//! Workflow commands, which GitHub Actions turns into annotations, and a last line for the log.
//!
//! GitHub shows only the first few of each severity, so the worst come first.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io;

use super::gather::where_to_run;
use super::place::{self, relative};
use super::text::{clean, count};
use super::{Totals, by_severity, problems};
use crate::diagnostic::{Code, Diagnostic, Fix, Outcome, Run, Severity};

pub(super) fn write(run: &Run, out: &mut dyn io::Write) -> io::Result<()> {
    for problem in problems(run) {
        let help = problem.help.as_deref().unwrap_or_default();
        let title = problem.code().map_or("freebusy-lint", Code::name);
        out.write_all(annotation(run, problem, title, &[&problem.message, help]).as_bytes())?;
    }
    for (diagnostic, finding) in by_severity(run) {
        let fix = finding.fix.as_ref().map(remedy).unwrap_or_default();
        out.write_all(annotation(run, diagnostic, &finding.lint, &[&diagnostic.message, &fix]).as_bytes())?;
    }
    let totals = Totals::of(run);
    if totals.unknown > 0 {
        out.write_all(unknown(run, totals.unknown).as_bytes())?;
    }
    let Totals { errors, warnings, infos, suppressed, .. } = totals;
    writeln!(
        out,
        "freebusy-lint: {}, {}, {}, {} suppressed",
        count(errors, "error"),
        count(warnings, "warning"),
        count(infos, "info"),
        count(suppressed, "finding")
    )
}

fn remedy(fix: &Fix) -> String {
    let mut text = fix.text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some(command) = &fix.command {
        let _ = write!(text, "\n{}:\n{command}", where_to_run(fix.side));
    }
    text
}

fn annotation(run: &Run, diagnostic: &Diagnostic, title: &str, texts: &[&str]) -> String {
    let command = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let mut line = format!("::{command} ");
    if let Some(path) = place::file(run, diagnostic) {
        let _ = write!(line, "file={},", property(relative(path)));
    }
    if let Some(label) = diagnostic.labels.first() {
        let (start, end) = (label.location.start, label.location.end);
        let _ = write!(line, "line={},endLine={},", start.line, end.line);
        // Columns of several lines are refused.
        if start.line == end.line {
            let _ = write!(line, "col={},endColumn={},", start.column, end.column);
        }
    }
    let _ = writeln!(line, "title={}::{}", property(title), message(texts));
    line
}

/// One notice for all that could not be judged: it is no pass.
fn unknown(run: &Run, number: u64) -> String {
    let lints = run.lints.iter().filter(|lint| lint.outcome == Outcome::Unknown);
    let needs = lints.flat_map(|lint| &lint.needs);
    let mut lines: Vec<String> = Vec::new();
    for need in needs {
        let line = match &need.command {
            Some(command) => format!("{need}: {}: {command}", where_to_run(need.side)),
            None => need.to_string(),
        };
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    format!("::notice title={} could not be judged::{}\n", count(number, "lint"), message(&lines))
}

/// Texts as the message of a command, each on lines of its own.
fn message(texts: &[&str]) -> String {
    let lines = texts.iter().flat_map(|text| text.lines()).map(|line| data(line).into_owned());
    lines.collect::<Vec<_>>().join("%0A")
}

/// A line of a message: nothing in it ends the command or acts on a terminal.
fn data(line: &str) -> Cow<'_, str> {
    match clean(line) {
        line if line.contains('%') => Cow::Owned(line.replace('%', "%25")),
        line => line,
    }
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::ReportFormat;
    use crate::report::fixture::{rendered, sample_run};

    #[test]
    fn sample() {
        let mut run = sample_run();
        run.findings.truncate(5);
        insta::assert_snapshot!(rendered(&run, ReportFormat::GitHub));
    }

    #[test]
    fn every_line_but_the_last_is_a_command() {
        let text = rendered(&sample_run(), ReportFormat::GitHub);
        let (commands, last) = text.trim_end().rsplit_once('\n').unwrap();
        let count = |command: &str| commands.lines().filter(|line| line.starts_with(command)).count();
        // Three of findings and two of problems; a hundred and one, and one; what is unknown.
        assert_eq!(["::error ", "::warning ", "::notice "].map(count), [5, 102, 1]);
        assert_eq!(commands.lines().count(), 108);
        assert_eq!(last, "freebusy-lint: 3 errors, 101 warnings, 0 infos, 2 findings suppressed");
        assert!(commands.contains(
            "::error file=exports/cloud/orgrel.xml,line=5,endLine=5,col=26,endColumn=38,title=orgrel-domains-differ::"
        ));
    }

    #[test]
    fn nothing_ends_a_command() {
        assert_eq!(property("C:/a,b%0A::error ::x"), "C%3A/a%2Cb%250A%3A%3Aerror %3A%3Ax");
        assert_eq!(message(&["50% of\r\n::error ::x", "\x1b[31m"]), "50%25 of%0A::error ::x%0A\\u{1b}[31m");
    }
}
