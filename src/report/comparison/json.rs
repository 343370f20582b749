//! The difference of two runs for programs: our own versioned structs, described by `schemas/diff.schema.json`.
//!
//! A field may be added without a new version; one that changes its meaning, or goes, makes a new one.

use std::io;

use serde::Serialize;

use super::ComparisonTotals;
use crate::diagnostic::{
    Code, Comparison, Diagnostic, Finding, GateState, Label, ObjectChange, PathChange, PathSummary, Platform,
    PropertyChange, Run, Seen,
};

const VERSION: u32 = 1;

pub(in crate::report) fn write(comparison: &Comparison, out: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &JsonComparison::new(comparison))?;
    out.write_all(b"\n")
}

#[derive(Serialize)]
struct JsonComparison<'a> {
    version: u32,
    tool: JsonTool,
    as_of: &'a str,
    before: JsonRun<'a>,
    after: JsonRun<'a>,
    summary: ComparisonTotals,
    findings: JsonFindings<'a>,
    objects: Vec<JsonObject<'a>>,
    uncompared: Vec<JsonUncompared<'a>>,
    paths: Vec<JsonPathChange<'a>>,
}

#[derive(Serialize)]
struct JsonTool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct JsonRun<'a> {
    inputs: Vec<JsonInput<'a>>,
    diagnostics: Vec<JsonProblem<'a>>,
}

#[derive(Serialize)]
struct JsonInput<'a> {
    path: &'a str,
    status: &'a str,
}

#[derive(Serialize)]
struct JsonProblem<'a> {
    severity: &'a str,
    code: Option<&'a str>,
    message: &'a str,
    help: Option<&'a str>,
    place: Option<JsonPlace<'a>>,
    path: Option<&'a str>,
}

#[derive(Serialize)]
struct JsonPlace<'a> {
    path: &'a str,
    line: u32,
    column: u32,
    offset: u64,
    length: u64,
}

#[derive(Serialize)]
struct JsonFindings<'a> {
    new: Vec<JsonFinding<'a>>,
    fixed: Vec<JsonFinding<'a>>,
    unjudged: Vec<JsonFinding<'a>>,
    remaining: Vec<JsonFinding<'a>>,
}

#[derive(Serialize)]
struct JsonFinding<'a> {
    lint: &'a str,
    severity: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    severity_before: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    may_be_older: Option<bool>,
    side: Option<&'a str>,
    cmdlet: Option<&'a str>,
    object: Option<&'a str>,
    message: &'a str,
    fingerprint: &'a str,
    place: Option<JsonPlace<'a>>,
}

#[derive(Serialize)]
struct JsonObject<'a> {
    fate: &'a str,
    side: Option<&'a str>,
    cmdlet: &'a str,
    object: Option<&'a str>,
    was: Option<&'a str>,
    made_anew: bool,
    before: Option<JsonPlace<'a>>,
    after: Option<JsonPlace<'a>>,
    properties: Vec<JsonProperty<'a>>,
}

#[derive(Serialize)]
struct JsonProperty<'a> {
    name: &'a str,
    before: Option<JsonValue<'a>>,
    after: Option<JsonValue<'a>>,
    added: &'a [String],
    removed: &'a [String],
}

#[derive(Serialize)]
struct JsonValue<'a> {
    value: &'a str,
    place: Option<JsonPlace<'a>>,
}

#[derive(Serialize)]
struct JsonUncompared<'a> {
    side: Option<&'a str>,
    cmdlet: &'a str,
    why: &'a str,
}

#[derive(Serialize)]
struct JsonPathChange<'a> {
    direction: Option<&'a str>,
    domain: Option<&'a str>,
    changed: bool,
    before: Option<JsonWay<'a>>,
    after: Option<JsonWay<'a>>,
    gates: Vec<JsonGate>,
}

#[derive(Serialize)]
struct JsonWay<'a> {
    verdict: &'a str,
    auth: Option<&'a str>,
    cmdlet: Option<&'a str>,
    object: Option<&'a str>,
    target: Option<&'a str>,
    failure: Option<&'a str>,
}

#[derive(Serialize)]
struct JsonGate {
    id: &'static str,
    gate: &'static str,
    before: Option<&'static str>,
    after: Option<&'static str>,
}

impl<'a> JsonComparison<'a> {
    fn new(comparison: &'a Comparison) -> Self {
        let (before, after) = (&comparison.before, &comparison.after);
        let old = |indexes: &[usize]| -> Vec<JsonFinding<'a>> {
            let findings = indexes.iter().filter_map(|&index| before.findings.get(index));
            findings.filter_map(|found| JsonFinding::new(before, found)).collect()
        };
        let new = comparison.new.iter().filter_map(|new| {
            let found = JsonFinding::new(after, after.findings.get(new.index)?)?;
            Some(JsonFinding { may_be_older: Some(new.may_be_older), ..found })
        });
        let remaining = comparison.remaining().filter_map(|(old, found)| {
            let found = JsonFinding::new(after, found)?;
            Some(JsonFinding { severity_before: Some(old.severity.name()), ..found })
        });
        let uncompared = comparison.uncompared.iter().map(|lacking| JsonUncompared {
            side: lacking.side.map(Platform::name),
            cmdlet: &lacking.cmdlet,
            why: lacking.why,
        });
        Self {
            version: VERSION,
            tool: JsonTool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
            as_of: &after.as_of,
            before: JsonRun::new(before),
            after: JsonRun::new(after),
            summary: ComparisonTotals::of(comparison),
            findings: JsonFindings {
                new: new.collect(),
                fixed: old(&comparison.fixed),
                unjudged: old(&comparison.unjudged),
                remaining: remaining.collect(),
            },
            objects: comparison.objects.iter().map(|change| JsonObject::new(comparison, change)).collect(),
            uncompared: uncompared.collect(),
            paths: comparison.paths.iter().map(|change| JsonPathChange::new(comparison, change)).collect(),
        }
    }
}

impl<'a> JsonRun<'a> {
    fn new(run: &'a Run) -> Self {
        let inputs = run.inputs.iter();
        let inputs = inputs.map(|input| JsonInput { path: &input.path, status: input.status.name() });
        let diagnostics = run.problems.iter().map(|problem| JsonProblem {
            severity: problem.severity.name(),
            code: problem.code().map(Code::name),
            message: &problem.message,
            help: problem.help.as_deref(),
            place: problem.labels.first().map(|label| JsonPlace::new(run, label)),
            path: problem.path.as_deref(),
        });
        Self { inputs: inputs.collect(), diagnostics: diagnostics.collect() }
    }
}

impl<'a> JsonPlace<'a> {
    fn new(run: &'a Run, label: &Label) -> Self {
        let location = label.location;
        Self {
            path: run.sources.path(location.source),
            line: location.start.line,
            column: location.start.column,
            offset: location.offset,
            length: location.length,
        }
    }
}

impl<'a> JsonFinding<'a> {
    fn new(run: &'a Run, diagnostic: &'a Diagnostic) -> Option<Self> {
        let Finding { lint, subject, fingerprint, .. } = diagnostic.finding()?;
        let subject = subject.as_ref();
        Some(Self {
            lint,
            severity: diagnostic.severity.name(),
            severity_before: None,
            may_be_older: None,
            side: subject.and_then(|subject| subject.side).map(Platform::name),
            cmdlet: subject.map(|subject| subject.cmdlet.as_str()),
            object: subject.and_then(|subject| subject.object.as_deref()),
            message: &diagnostic.message,
            fingerprint,
            place: diagnostic.labels.first().map(|label| JsonPlace::new(run, label)),
        })
    }
}

impl<'a> JsonObject<'a> {
    fn new(comparison: &'a Comparison, change: &'a ObjectChange) -> Self {
        let place =
            |run: &'a Run, label: &Option<Label>| label.as_ref().map(|label| JsonPlace::new(run, label));
        let properties = change.properties.iter();
        Self {
            fate: change.fate.name(),
            side: change.subject.side.map(Platform::name),
            cmdlet: &change.subject.cmdlet,
            object: change.subject.object.as_deref(),
            was: change.was.as_deref(),
            made_anew: change.is_made_anew,
            before: place(&comparison.before, &change.before),
            after: place(&comparison.after, &change.after),
            properties: properties.map(|property| JsonProperty::new(comparison, property)).collect(),
        }
    }
}

impl<'a> JsonProperty<'a> {
    fn new(comparison: &'a Comparison, property: &'a PropertyChange) -> Self {
        let value = |run: &'a Run, seen: &'a Option<Seen>| {
            let seen = seen.as_ref()?;
            let place = seen.label.as_ref().map(|label| JsonPlace::new(run, label));
            Some(JsonValue { value: &seen.value, place })
        };
        Self {
            name: &property.name,
            before: value(&comparison.before, &property.before),
            after: value(&comparison.after, &property.after),
            added: &property.added,
            removed: &property.removed,
        }
    }
}

impl<'a> JsonPathChange<'a> {
    fn new(comparison: &'a Comparison, change: &PathChange) -> Self {
        let (before, after) = comparison.path(change);
        let path = after.or(before);
        let name = |state: Option<GateState>| state.map(GateState::name);
        let gates = change.gates.iter().map(|gate| JsonGate {
            id: gate.id,
            gate: gate.title,
            before: name(gate.before),
            after: name(gate.after),
        });
        Self {
            direction: path.map(|path| path.direction.name()),
            domain: path.map(|path| path.domain.as_str()),
            changed: change.is_changed,
            before: before.map(JsonWay::new),
            after: after.map(JsonWay::new),
            gates: gates.collect(),
        }
    }
}

impl<'a> JsonWay<'a> {
    fn new(path: &'a PathSummary) -> Self {
        let used = path.used.as_ref();
        let object = used.and_then(|used| used.object.as_ref()).map(|hop| &hop.subject);
        Self {
            verdict: path.verdict().name(),
            auth: used.map(|used| used.auth),
            cmdlet: object.map(|subject| subject.cmdlet.as_str()),
            object: object.and_then(|subject| subject.object.as_deref()),
            target: used.and_then(|used| used.target.as_ref()).map(|target| target.url.as_str()),
            failure: used.and_then(|used| used.failure).map(|(word, _)| word),
        }
    }
}
