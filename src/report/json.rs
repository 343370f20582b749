//! The report for programs: our own versioned structs, described by `schemas/report.schema.json`.
//!
//! A field may be added without a new version; one that changes its meaning, or goes, makes a new one.

use std::borrow::Cow;
use std::io;

use serde::Serialize;

use super::{Totals, caption, findings, path_of, problems, shorten, suppressed};
use crate::diagnostic::{
    Code, Diagnostic, Extent, Finding, Fix, GateSummary, Hop, InputSummary, Label, LintSummary, Need, Origin,
    PathSummary, Platform, RecordCount, Run, Suppression,
};

const VERSION: u32 = 1;
/// Characters of a value at a label.
const MAX_VALUE: usize = 200;

pub(super) fn write(run: &Run, out: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &JsonReport::new(run))?;
    out.write_all(b"\n")
}

#[derive(Serialize)]
struct JsonReport<'a> {
    version: u32,
    tool: JsonTool,
    as_of: &'a str,
    inputs: Vec<JsonInput<'a>>,
    summary: Totals,
    lints: Vec<JsonLint<'a>>,
    findings: Vec<JsonFinding<'a>>,
    suppressed: Vec<JsonSuppressed<'a>>,
    diagnostics: Vec<JsonProblem<'a>>,
    paths: Vec<JsonPath<'a>>,
}

impl<'a> JsonReport<'a> {
    fn new(run: &'a Run) -> Self {
        Self {
            version: VERSION,
            tool: JsonTool::this(),
            as_of: &run.as_of,
            inputs: run.inputs.iter().map(JsonInput::new).collect(),
            summary: Totals::of(run),
            lints: run.lints.iter().map(JsonLint::new).collect(),
            findings: findings(run)
                .map(|(diagnostic, finding)| JsonFinding::new(run, diagnostic, finding))
                .collect(),
            suppressed: suppressed(run)
                .map(|(diagnostic, finding, by)| JsonSuppressed::new(run, diagnostic, finding, by))
                .collect(),
            diagnostics: problems(run).map(|problem| JsonProblem::new(run, problem)).collect(),
            paths: run.paths.iter().map(|path| JsonPath::new(run, path)).collect(),
        }
    }
}

#[derive(Serialize)]
pub(super) struct JsonTool {
    name: &'static str,
    version: &'static str,
}

impl JsonTool {
    pub(super) const fn this() -> Self {
        Self { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") }
    }
}

#[derive(Serialize)]
pub(super) struct JsonInput<'a> {
    path: &'a str,
    format: Option<&'a str>,
    encoding: Option<&'a str>,
    side: Option<&'a str>,
    cmdlet: Option<&'a str>,
    records: Vec<JsonRecords<'a>>,
    unrecognized: u64,
    status: &'a str,
    state: Option<&'a str>,
    reason: Option<String>,
}

impl<'a> JsonInput<'a> {
    pub(super) fn new(input: &'a InputSummary) -> Self {
        let side = only(input.records.iter().map(|count| count.side)).flatten();
        let extent = input.records.iter().map(|count| &count.extent).max();
        Self {
            path: &input.path,
            format: input.format,
            encoding: input.encoding,
            side: side.map(Platform::name),
            cmdlet: only(input.records.iter().map(|count| count.cmdlet.as_str())),
            records: input.records.iter().map(JsonRecords::new).collect(),
            unrecognized: input.unrecognized,
            status: input.status.name(),
            state: extent.map(|extent| extent.state().name()),
            reason: extent.and_then(Extent::reason),
        }
    }
}

/// The value that all of `values` have.
fn only<T: PartialEq>(mut values: impl Iterator<Item = T>) -> Option<T> {
    let first = values.next()?;
    values.all(|value| value == first).then_some(first)
}

#[derive(Serialize)]
struct JsonRecords<'a> {
    side: Option<&'a str>,
    cmdlet: &'a str,
    records: u64,
    state: &'a str,
    reason: Option<String>,
}

impl<'a> JsonRecords<'a> {
    fn new(count: &'a RecordCount) -> Self {
        Self {
            side: count.side.map(Platform::name),
            cmdlet: &count.cmdlet,
            records: count.records,
            state: count.extent.state().name(),
            reason: count.extent.reason(),
        }
    }
}

#[derive(Serialize)]
pub(super) struct JsonLint<'a> {
    id: &'a str,
    title: &'a str,
    area: &'a str,
    severity: &'a str,
    outcome: &'a str,
    checked: u64,
    findings: u64,
    unknown: Vec<JsonNeed<'a>>,
    references: &'a [String],
}

impl<'a> JsonLint<'a> {
    pub(super) fn new(lint: &'a LintSummary) -> Self {
        Self {
            id: &lint.id,
            title: &lint.title,
            area: &lint.area,
            severity: lint.severity.name(),
            outcome: lint.outcome.name(),
            checked: lint.checked,
            findings: lint.findings,
            unknown: lint.needs.iter().map(JsonNeed::new).collect(),
            references: &lint.references,
        }
    }
}

#[derive(Serialize)]
pub(super) struct JsonNeed<'a> {
    what: String,
    kind: &'a str,
    noun: Option<&'a str>,
    property: Option<&'a str>,
    cmdlet: Option<&'a str>,
    command: Option<&'a str>,
    side: Option<&'a str>,
    script: Option<JsonScriptLine<'a>>,
    objects: u64,
}

#[derive(Serialize)]
struct JsonScriptLine<'a> {
    arguments: &'a str,
    line: usize,
}

impl<'a> JsonNeed<'a> {
    pub(super) fn new(need: &'a Need) -> Self {
        Self {
            what: need.to_string(),
            kind: need.kind.name(),
            noun: need.noun.as_ref().map(|noun| noun.name.as_str()),
            property: need.property.as_deref(),
            cmdlet: need.export().map(|noun| noun.cmdlet.as_str()),
            command: need.command.as_deref(),
            side: need.side.map(Platform::name),
            script: need
                .script
                .as_ref()
                .map(|script| JsonScriptLine { arguments: &script.arguments, line: script.line }),
            objects: need.objects,
        }
    }
}

#[derive(Serialize)]
pub(super) struct JsonFinding<'a> {
    lint: &'a str,
    severity: &'a str,
    side: Option<&'a str>,
    cmdlet: Option<&'a str>,
    object: Option<&'a str>,
    message: &'a str,
    why: &'a str,
    fix: Option<JsonFix<'a>>,
    fingerprint: &'a str,
    labels: Vec<JsonLabel<'a>>,
}

impl<'a> JsonFinding<'a> {
    pub(super) fn new(run: &'a Run, diagnostic: &'a Diagnostic, finding: &'a Finding) -> Self {
        let Finding { lint, subject, why, fix, fingerprint } = finding;
        let subject = subject.as_ref();
        Self {
            lint,
            severity: diagnostic.severity.name(),
            side: subject.and_then(|subject| subject.side).map(Platform::name),
            cmdlet: subject.map(|subject| subject.cmdlet.as_str()),
            object: subject.and_then(|subject| subject.object.as_deref()),
            message: &diagnostic.message,
            why,
            fix: fix.as_ref().map(JsonFix::new),
            fingerprint,
            labels: labels(run, diagnostic),
        }
    }
}

#[derive(Serialize)]
pub(super) struct JsonSuppressed<'a> {
    #[serde(flatten)]
    finding: JsonFinding<'a>,
    by: &'a str,
    reason: Option<&'a str>,
    until: Option<&'a str>,
}

impl<'a> JsonSuppressed<'a> {
    pub(super) fn new(
        run: &'a Run,
        diagnostic: &'a Diagnostic,
        finding: &'a Finding,
        by: &'a Suppression,
    ) -> Self {
        let finding = JsonFinding::new(run, diagnostic, finding);
        match by {
            Suppression::Baseline => Self { finding, by: "baseline", reason: None, until: None },
            Suppression::Configuration { reason, until } => {
                Self { finding, by: "configuration", reason: Some(reason), until: until.as_deref() }
            }
        }
    }
}

#[derive(Serialize)]
pub(super) struct JsonFix<'a> {
    text: &'a str,
    command: Option<&'a str>,
    side: Option<&'a str>,
}

impl<'a> JsonFix<'a> {
    pub(super) fn new(fix: &'a Fix) -> Self {
        Self { text: &fix.text, command: fix.command.as_deref(), side: fix.side.map(Platform::name) }
    }
}

#[derive(Serialize)]
pub(super) struct JsonProblem<'a> {
    severity: &'a str,
    // Always there: `problems` leaves findings out.
    code: Option<&'a str>,
    origin: Option<&'a str>,
    message: &'a str,
    help: Option<&'a str>,
    path: Option<&'a str>,
    labels: Vec<JsonLabel<'a>>,
}

impl<'a> JsonProblem<'a> {
    pub(super) fn new(run: &'a Run, diagnostic: &'a Diagnostic) -> Self {
        let path_of_label = || diagnostic.labels.first().map(|label| path_of(run, label));
        Self {
            severity: diagnostic.severity.name(),
            code: diagnostic.code().map(Code::name),
            origin: diagnostic.origin().map(Origin::name),
            message: &diagnostic.message,
            help: diagnostic.help.as_deref(),
            path: diagnostic.path.as_deref().or_else(path_of_label),
            labels: labels(run, diagnostic),
        }
    }
}

#[derive(Serialize)]
pub(super) struct JsonPath<'a> {
    direction: &'a str,
    from: Option<&'a str>,
    to: Option<&'a str>,
    domain: Option<&'a str>,
    tried: &'a [String],
    assumptions: &'a [String],
    verdict: &'a str,
    auth: Option<&'a str>,
    object: Option<JsonHop<'a>>,
    endpoint: Option<JsonEndpoint<'a>>,
    failure: Option<JsonFailure<'a>>,
    unknown: Vec<JsonNeed<'a>>,
    rejected: Vec<JsonRejected<'a>>,
    gates: Vec<JsonGate<'a>>,
}

impl<'a> JsonPath<'a> {
    pub(super) fn new(run: &'a Run, path: &'a PathSummary) -> Self {
        let used = path.used.as_ref();
        let target = used.and_then(|used| used.target.as_ref());
        let failure = used.and_then(|used| used.failure);
        Self {
            direction: path.direction.name(),
            from: path.from.as_deref(),
            to: path.to.as_deref(),
            domain: Some(path.domain.as_str()).filter(|domain| !domain.is_empty()),
            tried: &path.tried,
            assumptions: &path.assumptions,
            verdict: path.verdict().name(),
            auth: used.map(|used| used.auth),
            object: used.and_then(|used| used.object.as_ref()).map(|hop| JsonHop::new(run, hop)),
            endpoint: target.map(|target| JsonEndpoint {
                url: &target.url,
                direct: target.is_direct,
                label: target.label.as_ref().map(|label| JsonLabel::new(run, label)),
            }),
            failure: failure.map(|(code, explanation)| JsonFailure { code, explanation }),
            unknown: path.needs.iter().map(JsonNeed::new).collect(),
            rejected: path
                .rejected
                .iter()
                .map(|rejected| JsonRejected {
                    object: JsonHop::new(run, &rejected.hop),
                    reason: rejected.reason,
                })
                .collect(),
            gates: path.gates.iter().map(|gate| JsonGate::new(run, gate)).collect(),
        }
    }
}

#[derive(Serialize)]
struct JsonHop<'a> {
    side: Option<&'a str>,
    cmdlet: &'a str,
    object: Option<&'a str>,
    label: Option<JsonLabel<'a>>,
}

impl<'a> JsonHop<'a> {
    fn new(run: &'a Run, hop: &'a Hop) -> Self {
        Self {
            side: hop.subject.side.map(Platform::name),
            cmdlet: &hop.subject.cmdlet,
            object: hop.subject.object.as_deref(),
            label: hop.label.as_ref().map(|label| JsonLabel::new(run, label)),
        }
    }
}

#[derive(Serialize)]
struct JsonEndpoint<'a> {
    url: &'a str,
    direct: bool,
    label: Option<JsonLabel<'a>>,
}

#[derive(Serialize)]
struct JsonFailure<'a> {
    code: &'a str,
    explanation: &'a str,
}

#[derive(Serialize)]
struct JsonRejected<'a> {
    object: JsonHop<'a>,
    reason: &'a str,
}

#[derive(Serialize)]
struct JsonGate<'a> {
    id: &'a str,
    title: &'a str,
    state: &'a str,
    lints: &'a [String],
    evidence: Vec<JsonLabel<'a>>,
    unknown: Vec<JsonNeed<'a>>,
}

impl<'a> JsonGate<'a> {
    fn new(run: &'a Run, gate: &'a GateSummary) -> Self {
        Self {
            id: gate.id,
            title: gate.title,
            state: gate.state.name(),
            lints: &gate.lints,
            evidence: gate.evidence.iter().map(|label| JsonLabel::new(run, label)).collect(),
            unknown: gate.needs.iter().map(JsonNeed::new).collect(),
        }
    }
}

#[derive(Serialize)]
struct JsonLabel<'a> {
    path: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    offset: u64,
    length: u64,
    text: String,
    property: Option<&'a str>,
    message: Cow<'a, str>,
    primary: bool,
}

impl<'a> JsonLabel<'a> {
    fn new(run: &'a Run, label: &'a Label) -> Self {
        Self {
            path: path_of(run, label),
            line: label.location.start.line,
            column: label.location.start.column,
            end_line: label.location.end.line,
            end_column: label.location.end.column,
            offset: label.location.offset,
            length: label.location.length,
            text: shorten(label.value(), MAX_VALUE, "…"),
            property: label.property.as_deref(),
            message: caption(label),
            primary: label.primary,
        }
    }
}

fn labels<'a>(run: &'a Run, diagnostic: &'a Diagnostic) -> Vec<JsonLabel<'a>> {
    diagnostic.labels.iter().map(|label| JsonLabel::new(run, label)).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::{Value, json};

    use super::*;
    use crate::diagnostic::Severity;
    use crate::report::fixture::{outline, part, problem, sample_run};
    use crate::report::{HumanOptions, ReportFormat};
    use crate::source::Text;

    fn text_of(run: &Run) -> String {
        let mut out = Vec::new();
        crate::report::write(run, ReportFormat::Json, &HumanOptions::default(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn value_of(run: &Run) -> Value {
        serde_json::from_str(&text_of(run)).unwrap()
    }

    fn schema() -> Value {
        serde_json::from_str(include_str!("../../schemas/report.schema.json")).unwrap()
    }

    fn part_of_sample(path: &str) -> String {
        part(&text_of(&sample_run()), path)
    }

    #[test]
    fn the_outline_of_a_report() {
        let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
        let report = text_of(&sample_run()).replace(&version, "\"version\": \"[version]\"");
        insta::assert_snapshot!(outline(&report, 1));
        insta::assert_snapshot!("tool", part(&report, "tool"));
        insta::assert_snapshot!("summary", part(&report, "summary"));
    }

    #[test]
    fn inputs() {
        insta::assert_snapshot!("input_of_several_cmdlets", part_of_sample("inputs/2"));
        insta::assert_snapshot!("input_that_is_cut_off", part_of_sample("inputs/3"));
        insta::assert_snapshot!("input_that_is_no_export", part_of_sample("inputs/4"));
        insta::assert_snapshot!("input_without_objects", part_of_sample("inputs/5"));
        insta::assert_snapshot!("input_that_cannot_be_read", part_of_sample("inputs/6"));
    }

    #[test]
    fn lints() {
        insta::assert_snapshot!("lint_that_is_unknown", part_of_sample("lints/1"));
        insta::assert_snapshot!("lint_that_failed", part_of_sample("lints/5"));
    }

    #[test]
    fn findings() {
        insta::assert_snapshot!("finding_without_a_place", part_of_sample("findings/0"));
        insta::assert_snapshot!("finding_in_one_line", part_of_sample("findings/1"));
        insta::assert_snapshot!("finding_in_two_files", part_of_sample("findings/2"));
        insta::assert_snapshot!("suppressed_by_the_configuration", part_of_sample("suppressed/0"));
        insta::assert_snapshot!("known_by_the_baseline", part_of_sample("suppressed/1"));
    }

    #[test]
    fn diagnostics() {
        insta::assert_snapshot!("problem_with_a_place", part_of_sample("diagnostics/0"));
        insta::assert_snapshot!("problem_with_a_file", part_of_sample("diagnostics/1"));
    }

    #[test]
    fn paths() {
        insta::assert_snapshot!("path_that_is_broken", outline(&part_of_sample("paths/0"), 1));
        insta::assert_snapshot!("object_in_use", part_of_sample("paths/0/object"));
        insta::assert_snapshot!("gate_that_is_closed", part_of_sample("paths/0/gates/1"));
        insta::assert_snapshot!("gate_that_is_unknown", part_of_sample("paths/0/gates/2"));
        insta::assert_snapshot!("path_of_the_other_direction", part_of_sample("paths/1"));
        insta::assert_snapshot!("path_without_an_object", part_of_sample("paths/2"));
    }

    #[test]
    fn the_report_is_what_its_schema_says() {
        assert!(jsonschema::meta::is_valid(&schema()));
        let validator = jsonschema::validator_for(&schema()).unwrap();
        let report = value_of(&sample_run());
        let errors: Vec<String> = validator
            .iter_errors(&report)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }

    /// Where `report` has an object: its pointer and the names of its fields.
    fn objects(value: &Value, pointer: &str, found: &mut Vec<(String, Vec<String>)>) {
        match value {
            Value::Object(fields) => {
                found.push((pointer.to_owned(), fields.keys().cloned().collect()));
                for (name, value) in fields {
                    objects(value, &format!("{pointer}/{name}"), found);
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    objects(item, &format!("{pointer}/{index}"), found);
                }
            }
            _ => {}
        }
    }

    #[test]
    fn the_schema_lets_no_field_be_lost_or_added() {
        let validator = jsonschema::validator_for(&schema()).unwrap();
        let mut run = sample_run();
        run.findings.truncate(5);
        let report = value_of(&run);
        let mut found = Vec::new();
        objects(&report, "", &mut found);
        assert!(found.len() > 40);
        for (pointer, names) in found {
            let mut more = report.clone();
            more.pointer_mut(&pointer).unwrap()["extra"] = json!(1);
            assert!(!validator.is_valid(&more), "added to {pointer}");
            for name in names {
                let mut less = report.clone();
                less.pointer_mut(&pointer).unwrap().as_object_mut().unwrap().remove(&name);
                assert!(!validator.is_valid(&less), "{name} removed from {pointer}");
            }
        }
    }

    #[test]
    fn labels_say_where_the_value_is_in_the_file() {
        let report = value_of(&sample_run());
        let label = |lint: &str, index: usize| {
            let findings = report["findings"].as_array().unwrap();
            findings.iter().find(|finding| finding["lint"] == lint).unwrap()["labels"][index].clone()
        };
        // UTF-16 with CRLF: a byte order mark, 119 characters of two bytes, 25 of them on the line.
        let utf16 = label("orgrel-domains-differ", 0);
        let expected = json!({
            "path": "exports/cloud/orgrel.xml", "line": 5, "column": 26, "end_line": 5, "end_column": 38,
            "offset": 240, "length": 24, "text": "fabrikam.com", "property": null, "message": "only Exchange Online has this",
            "primary": true,
        });
        assert_eq!(utf16, expected);
        // UTF-8, after a name with a character of two bytes.
        let utf8 = label("orgrel-freebusy-disabled", 0);
        assert_eq!((&utf8["line"], &utf8["column"], &utf8["offset"]), (&json!(6), &json!(30), &json!(159)));
        // One line, far past what 16 bits count; all ASCII, so the offset is one less than the column.
        let far = label("mailbox-timezone-missing", 0);
        assert_eq!(
            (&far["line"], &far["column"], &far["offset"]),
            (&json!(1), &json!(201_975), &json!(201_974))
        );
        assert_eq!((&far["text"], &far["length"]), (&json!("null"), &json!(4)));
    }

    #[test]
    fn totals_and_findings_agree() {
        let run = sample_run();
        let report = value_of(&run);
        assert_eq!(
            report["summary"],
            json!({"failed": 5, "passed": 1, "unknown": 2, "not_applicable": 1, "errors": 3, "warnings": 101, "infos": 0, "suppressed": 2})
        );
        assert_eq!(report["findings"].as_array().unwrap().len(), 104);
        assert_eq!(report["diagnostics"].as_array().unwrap().len(), 3);
        assert_eq!(report["suppressed"][0]["by"], "configuration");
        assert_eq!(report["suppressed"][0]["lint"], "orgrel-freebusy-scope-set");
        assert_eq!(
            (&report["suppressed"][1]["by"], &report["suppressed"][1]["reason"]),
            (&json!("baseline"), &Value::Null)
        );
        let unplaced =
            report["findings"].as_array().unwrap().iter().find(|f| f["lint"] == "connector-missing");
        assert_eq!(unplaced.unwrap()["labels"], json!([]));
    }

    #[test]
    fn an_input_of_one_cmdlet_says_so_itself() {
        let report = value_of(&sample_run());
        let of = |index: usize| {
            (report["inputs"][index]["side"].clone(), report["inputs"][index]["cmdlet"].clone())
        };
        assert_eq!(of(0), (json!("onprem"), json!("Get-OrganizationRelationship")));
        assert_eq!(of(2), (json!("onprem"), Value::Null), "two cmdlets of one side");
        assert_eq!(of(4), (Value::Null, Value::Null), "nothing known");
    }

    #[test]
    fn values_are_cut_at_200_characters() {
        let mut run = sample_run();
        let source = run.sources.add("long.json");
        let text = Arc::new(Text::whole(source, "é".repeat(1000)));
        let label = Label::new(text, 0..2000, "", true);
        run.problems = vec![problem(Severity::Info, "long").with_label(label)];
        let label = &value_of(&run)["diagnostics"][0]["labels"][0];
        assert_eq!(label["text"], format!("{}…", "é".repeat(200)));
        assert_eq!(label["length"], 2000);
    }
}
