//! The report for programs that read line by line: an object each, with the fields of the JSON report, described by
//! `schemas/report-line.schema.json`.

use std::io;

use serde::Serialize;

use super::json::{JsonFinding, JsonInput, JsonLint, JsonPath, JsonProblem, JsonSuppressed, JsonTool};
use super::{Totals, findings, problems, suppressed};
use crate::diagnostic::Run;

const VERSION: u32 = 1;

pub(super) fn write(run: &Run, out: &mut dyn io::Write) -> io::Result<()> {
    for (diagnostic, finding) in findings(run) {
        line(out, "finding", JsonFinding::new(run, diagnostic, finding))?;
    }
    for (diagnostic, finding, by) in suppressed(run) {
        line(out, "suppressed", JsonSuppressed::new(run, diagnostic, finding, by))?;
    }
    for problem in problems(run) {
        line(out, "diagnostic", JsonProblem::new(run, problem))?;
    }
    for lint in &run.lints {
        line(out, "lint", JsonLint::new(lint))?;
    }
    for path in &run.paths {
        line(out, "path", JsonPath::new(run, path))?;
    }
    for input in &run.inputs {
        line(out, "input", JsonInput::new(input))?;
    }
    line(out, "summary", Summary { tool: JsonTool::this(), as_of: &run.as_of, totals: Totals::of(run) })
}

/// The last line: a file without it was cut off.
#[derive(Serialize)]
struct Summary<'a> {
    tool: JsonTool,
    as_of: &'a str,
    #[serde(flatten)]
    totals: Totals,
}

#[derive(Serialize)]
struct Line<T> {
    version: u32,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(flatten)]
    body: T,
}

fn line(out: &mut dyn io::Write, kind: &'static str, body: impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &Line { version: VERSION, kind, body })?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jsonschema::{Registry, Validator};
    use serde_json::{Value, json};

    use super::*;
    use crate::report::ReportFormat;
    use crate::report::fixture::{rendered, sample_run};

    fn lines(run: &Run) -> Vec<Value> {
        let text = rendered(run, ReportFormat::JsonLines);
        assert!(text.ends_with('\n'));
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn schema(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }

    fn with_validator(test: impl Fn(&Validator)) {
        let report = schema(include_str!("../../schemas/report.schema.json"));
        let line = schema(include_str!("../../schemas/report-line.schema.json"));
        let registry = Registry::new().add("file:///report.schema.json", report).unwrap().prepare().unwrap();
        let options = jsonschema::options().with_base_uri("file:///").with_registry(&registry);
        test(&options.build(&line).unwrap());
    }

    #[test]
    fn every_line_is_what_the_schema_says() {
        with_validator(|validator| {
            for line in lines(&sample_run()) {
                let errors: Vec<String> =
                    validator.iter_errors(&line).map(|error| error.to_string()).collect();
                assert!(errors.is_empty(), "{errors:#?} {line}");
            }
        });
    }

    #[test]
    fn the_schema_lets_no_field_be_lost_or_added() {
        with_validator(|validator| {
            let mut run = sample_run();
            run.findings.truncate(2);
            for line in lines(&run) {
                let mut more = line.clone();
                more["extra"] = json!(1);
                assert!(!validator.is_valid(&more), "added to {line}");
                for name in line.as_object().unwrap().keys() {
                    let mut less = line.clone();
                    less.as_object_mut().unwrap().remove(name);
                    assert!(!validator.is_valid(&less), "{name} removed from {line}");
                }
            }
        });
    }

    #[test]
    fn everything_is_there_and_the_summary_last() {
        let lines = lines(&sample_run());
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for line in &lines {
            *counts.entry(line["type"].as_str().unwrap()).or_default() += 1;
        }
        let expected = [
            ("diagnostic", 3),
            ("finding", 104),
            ("input", 7),
            ("lint", 9),
            ("path", 3),
            ("summary", 1),
            ("suppressed", 2),
        ];
        assert_eq!(counts.into_iter().collect::<Vec<_>>(), expected);
        let last = lines.last().unwrap();
        assert_eq!(
            (&last["type"], &last["errors"], &last["suppressed"]),
            (&json!("summary"), &json!(3), &json!(2))
        );
        let suppressed = lines.iter().find(|line| line["type"] == "suppressed").unwrap();
        assert_eq!(suppressed["until"], "2026-12-31");
    }
}
