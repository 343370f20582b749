//! XML of JUnit, as Jenkins, GitLab and Azure Pipelines read it: a suite for each area, a test case for each lint.
//!
//! A lint fails by findings of warning or above. What could not be judged is skipped, never passed.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;

use super::gather::where_to_run;
use super::text::{clean, count};
use super::{caption, findings, path_of, place, problems, suppressed};
use crate::diagnostic::{Code, Diagnostic, Finding, LintSummary, Outcome, Run, Severity};

/// Findings of one lint that are written out.
const MAX_LISTED: usize = 100;
/// The suite of what is wrong with inputs, lint files and arguments.
const PROBLEMS: &str = "input";

pub(super) fn write(run: &Run, out: &mut dyn io::Write) -> io::Result<()> {
    let suites = suites(run);
    let total = |which: fn(&Case) -> bool| suites.iter().map(|suite| suite.number(which)).sum::<usize>();
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(
        out,
        "<testsuites name=\"freebusy-lint\" tests=\"{}\" failures=\"{}\" errors=\"{}\" time=\"0\">",
        total(|_| true),
        total(Case::is_failure),
        total(Case::is_error)
    )?;
    for suite in &suites {
        suite.write(out)?;
    }
    writeln!(out, "</testsuites>")
}

struct Suite {
    name: String,
    cases: Vec<Case>,
}

struct Case {
    name: String,
    /// What kind of problem it is, where it is no lint.
    code: Option<Code>,
    state: State,
    /// What else is worth knowing.
    notes: String,
}

enum State {
    Passed,
    /// Why it could not be judged.
    Skipped(String),
    Failed {
        severity: Severity,
        message: String,
        text: String,
    },
    /// An input, a lint file or an argument is wrong.
    Error {
        message: String,
        text: String,
    },
}

impl Case {
    const fn is_failure(&self) -> bool {
        matches!(self.state, State::Failed { .. })
    }

    const fn is_error(&self) -> bool {
        matches!(self.state, State::Error { .. })
    }

    const fn is_skipped(&self) -> bool {
        matches!(self.state, State::Skipped(_))
    }

    fn write(&self, suite: &str, out: &mut dyn io::Write) -> io::Result<()> {
        let name = attribute(&self.name);
        write!(
            out,
            "    <testcase classname=\"freebusy-lint.{}\" name=\"{name}\" time=\"0\"",
            attribute(suite)
        )?;
        let state = match &self.state {
            State::Passed => String::new(),
            State::Skipped(message) => element("skipped", None, message, ""),
            State::Failed { severity, message, text } => {
                element("failure", Some(severity.name()), message, text)
            }
            State::Error { message, text } => element("error", Some("error"), message, text),
        };
        if self.code.is_none() && state.is_empty() && self.notes.is_empty() {
            return writeln!(out, "/>");
        }
        writeln!(out, ">")?;
        if let Some(code) = self.code {
            let name = code.name();
            writeln!(out, "      <properties><property name=\"code\" value=\"{name}\"/></properties>")?;
        }
        out.write_all(state.as_bytes())?;
        if !self.notes.is_empty() {
            writeln!(out, "      <system-out>{}</system-out>", text(&self.notes))?;
        }
        writeln!(out, "    </testcase>")
    }
}

impl Suite {
    fn number(&self, which: fn(&Case) -> bool) -> usize {
        self.cases.iter().filter(|case| which(case)).count()
    }

    fn write(&self, out: &mut dyn io::Write) -> io::Result<()> {
        writeln!(
            out,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"0\">",
            attribute(&self.name),
            self.cases.len(),
            self.number(Case::is_failure),
            self.number(Case::is_error),
            self.number(Case::is_skipped)
        )?;
        for case in &self.cases {
            case.write(&self.name, out)?;
        }
        writeln!(out, "  </testsuite>")
    }
}

fn suites(run: &Run) -> Vec<Suite> {
    let mut found: BTreeMap<&str, Vec<(&Diagnostic, &Finding)>> = BTreeMap::new();
    for (diagnostic, finding) in findings(run) {
        found.entry(&finding.lint).or_default().push((diagnostic, finding));
    }
    let mut areas: BTreeMap<&str, Vec<Case>> = BTreeMap::new();
    for lint in &run.lints {
        let found = found.get(lint.id.as_str()).map(Vec::as_slice).unwrap_or_default();
        areas.entry(&lint.area).or_default().push(case(run, lint, found));
    }
    let broken: Vec<Case> = problems(run).map(|problem| problem_case(run, problem)).collect();
    let broken =
        Some(Suite { name: PROBLEMS.to_owned(), cases: broken }).filter(|suite| !suite.cases.is_empty());
    let areas = areas.into_iter().map(|(area, cases)| Suite { name: area.to_owned(), cases });
    broken.into_iter().chain(areas).collect()
}

fn case(run: &Run, lint: &LintSummary, found: &[(&Diagnostic, &Finding)]) -> Case {
    let (failures, notes): (Vec<_>, Vec<_>) =
        found.iter().copied().partition(|(diagnostic, _)| diagnostic.severity >= Severity::Warning);
    let lacks = lint.needs.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    let worst = failures.iter().map(|(diagnostic, _)| diagnostic.severity).max();
    let mut notes = listed(run, &notes);
    let state = match (worst, failures.first(), lint.outcome) {
        (Some(severity), Some((first, _)), _) => {
            let rest = match failures.len() - 1 {
                0 => String::new(),
                rest => format!(" (and {rest} more)"),
            };
            let text = format!("{}\n\n{}", lint.title, listed(run, &failures));
            State::Failed { severity, message: format!("{}{rest}", first.message), text }
        }
        (.., Outcome::Unknown) => State::Skipped(lacks.clone()),
        (.., Outcome::NotApplicable) => {
            State::Skipped("not applicable: there is nothing to look at".to_owned())
        }
        (.., Outcome::Failed | Outcome::Passed) => State::Passed,
    };
    if !lacks.is_empty() && !matches!(state, State::Skipped(_)) {
        let _ = writeln!(notes, "not judged in part: {lacks}");
    }
    let silent = suppressed(run).filter(|(_, finding, _)| finding.lint == lint.id).count() as u64;
    if silent > 0 {
        let _ = writeln!(notes, "{} suppressed", count(silent, "finding"));
    }
    Case { name: lint.id.clone(), code: None, state, notes }
}

/// Findings with their places and what to do.
fn listed(run: &Run, found: &[(&Diagnostic, &Finding)]) -> String {
    let mut text = String::new();
    for (diagnostic, finding) in found.iter().take(MAX_LISTED) {
        let _ = writeln!(text, "{}: {}", diagnostic.severity, diagnostic.message);
        for label in &diagnostic.labels {
            let start = label.location.start;
            let _ = writeln!(
                text,
                "  at {}:{}:{} {}",
                path_of(run, label),
                start.line,
                start.column,
                caption(label)
            );
        }
        if let Some(fix) = &finding.fix {
            let _ = writeln!(text, "  fix: {}", fix.text.split_whitespace().collect::<Vec<_>>().join(" "));
            if let Some(command) = &fix.command {
                let _ = writeln!(text, "  {}:", where_to_run(fix.side));
                for line in command.lines() {
                    let _ = writeln!(text, "    {line}");
                }
            }
        }
    }
    if found.len() > MAX_LISTED {
        let _ = writeln!(text, "and {} more", found.len() - MAX_LISTED);
    }
    text
}

fn problem_case(run: &Run, problem: &Diagnostic) -> Case {
    let mut place = problem.path.clone().unwrap_or_default();
    if let Some(label) = problem.labels.first() {
        let start = label.location.start;
        place = format!("{}:{}:{}", path_of(run, label), start.line, start.column);
    }
    let place = if place.is_empty() { place } else { format!("{}: ", place::relative(&place)) };
    let name = format!("{place}{}", problem.message);
    let help = problem.help.clone().unwrap_or_default();
    let code = problem.code();
    match problem.severity {
        Severity::Error => {
            let state = State::Error { message: problem.message.clone(), text: help };
            Case { name, code, state, notes: String::new() }
        }
        Severity::Warning | Severity::Info => Case { name, code, state: State::Passed, notes: help },
    }
}

fn element(name: &str, kind: Option<&str>, message: &str, content: &str) -> String {
    let kind = kind.map(|kind| format!(" type=\"{kind}\"")).unwrap_or_default();
    format!("      <{name}{kind} message=\"{}\">{}</{name}>\n", attribute(message), text(content))
}

fn attribute(value: &str) -> String {
    escape(&clean(value))
}

fn text(content: &str) -> String {
    let lines: Vec<String> = content.trim_end().lines().map(|line| escape(&clean(line))).collect();
    lines.join("\n")
}

/// XML 1.0 has no way to write some characters at all.
fn escape(line: &str) -> String {
    let mut escaped = String::with_capacity(line.len());
    for c in line.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push(char::REPLACEMENT_CHARACTER),
            c if c.is_control() => escaped.push(char::REPLACEMENT_CHARACTER),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use quick_xml::Reader;
    use quick_xml::events::Event;

    use super::*;
    use crate::report::ReportFormat;
    use crate::report::fixture::{rendered, sample_run};

    /// Starts of elements, each with its attributes, and texts; panics where it is no XML.
    fn parse(xml: &str) -> Vec<String> {
        let mut reader = Reader::from_str(xml);
        reader.config_mut().check_end_names = true;
        let mut found = Vec::new();
        loop {
            match reader.read_event().unwrap() {
                Event::Eof => return found,
                Event::Start(start) | Event::Empty(start) => {
                    for attribute in start.attributes() {
                        attribute.unwrap();
                    }
                    let name = start.name();
                    let name: &str = name.as_ref();
                    found.push(name.to_owned());
                }
                _ => {}
            }
        }
    }

    #[test]
    fn sample() {
        let mut run = sample_run();
        run.findings.truncate(7);
        insta::assert_snapshot!(rendered(&run, ReportFormat::JUnit));
    }

    #[test]
    fn counts_are_those_of_the_elements() {
        let xml = rendered(&sample_run(), ReportFormat::JUnit);
        let elements = parse(&xml);
        let count = |name: &str| elements.iter().filter(|element| *element == name).count();
        // Nine lints and three problems; two lints could not be judged and one had nothing to look at.
        let names = ["testsuite", "testcase", "failure", "error", "skipped"];
        assert_eq!(names.map(count), [7, 12, 5, 2, 3]);
        assert!(xml.contains(
            "<testsuites name=\"freebusy-lint\" tests=\"12\" failures=\"5\" errors=\"2\" time=\"0\">"
        ));
        let vdir =
            "<testsuite name=\"vdir\" tests=\"1\" failures=\"1\" errors=\"0\" skipped=\"0\" time=\"0\">";
        assert!(xml.contains(vdir), "{xml}");
        assert!(xml.contains("(and 99 more)"));
    }

    #[test]
    fn what_could_not_be_judged_is_skipped_with_the_reason() {
        let xml = rendered(&sample_run(), ReportFormat::JUnit);
        assert!(xml.contains(
            "<skipped message=\"no export of Get-AuthServer (on-premises); Get-OrganizationRelationship"
        ));
    }

    #[test]
    fn information_fails_nothing() {
        let mut run = sample_run();
        run.findings.retain(|finding| finding.message.starts_with("Zo"));
        run.findings[0].severity = Severity::Info;
        let xml = rendered(&run, ReportFormat::JUnit);
        assert!(xml.contains(" failures=\"0\" errors=\"2\" time=\"0\">"), "{xml}");
        assert!(xml.contains("<system-out>info: Zoë's relationship has"), "{xml}");
    }

    proptest! {
        #[test]
        fn any_text_is_legal_xml(value in "\\PC*|(?s).{0,40}") {
            for written in [attribute(&value), text(&value)] {
                prop_assert!(!written.contains(['<', '>', '"']));
                let is_legal = |c: char| matches!(c, '\t' | '\n' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
                prop_assert!(written.chars().all(is_legal), "{:?}", written);
            }
            let xml = format!("<a b=\"{}\">{}</a>", attribute(&value), text(&value));
            prop_assert_eq!(parse(&xml), ["a"]);
        }
    }
}
