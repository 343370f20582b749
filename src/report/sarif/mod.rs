//! SARIF 2.1.0, for viewers and code scanning.
//!
//! Beside what was found it has how all other lints ended and what was suppressed, by `kind` and `suppressions`. `quiet`
//! leaves both out: code scanning of GitHub takes every result for an alert.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io;

use serde::Serialize;

use super::gather::where_to_run;
use super::json::JsonFix;
use super::place::{self, Numbers, relative};
use super::{caption, findings, markdown, path_of, problems, suppressed};
use crate::diagnostic::{
    Code, Diagnostic, Finding, InputStatus, Label, LintSummary, Origin, Outcome, Platform, Run, Severity,
    Subject, Suppression,
};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// The folder that the program ran in.
const ROOT: &str = "%SRCROOT%";
/// Characters of a value; a longer one is left out, since a snippet must be whole.
const MAX_SNIPPET: usize = 400;

pub(super) fn write(run: &Run, quiet: bool, out: &mut dyn io::Write) -> io::Result<()> {
    let log = Log { schema: SCHEMA, version: "2.1.0", runs: [Writer::new(run).run(quiet)] };
    serde_json::to_writer_pretty(&mut *out, &log)?;
    out.write_all(b"\n")
}

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [SarifRun<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifRun<'a> {
    tool: Tool<'a>,
    invocations: [Invocation; 1],
    original_uri_base_ids: BTreeMap<&'static str, BaseId>,
    artifacts: Vec<Artifact>,
    results: Vec<SarifResult<'a>>,
    column_kind: &'static str,
    properties: RunProperties<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RunProperties<'a> {
    as_of: &'a str,
}

#[derive(Serialize)]
struct BaseId {
    description: Message,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<Rule<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notifications: Vec<Descriptor>,
}

/// What a kind of notification says.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    id: &'static str,
    full_description: Message,
    default_configuration: Configuration,
}

impl Descriptor {
    fn new(code: Code) -> Self {
        Self {
            id: code.name(),
            full_description: Message { text: code.about().to_owned() },
            default_configuration: Configuration { level: level(code.severity()) },
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule<'a> {
    id: &'a str,
    short_description: Help,
    full_description: Help,
    help: Help,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<&'a str>,
    default_configuration: Configuration,
    properties: RuleProperties<'a>,
}

impl<'a> Rule<'a> {
    fn new(lint: &'a LintSummary) -> Self {
        let why = prose(&lint.why);
        let full = if why.is_empty() { lint.title.clone() } else { why };
        Self {
            id: &lint.id,
            short_description: Help { text: lint.title.clone(), markdown: None },
            full_description: Help { text: full, markdown: None },
            help: help(lint),
            help_uri: lint.references.first().map(String::as_str),
            default_configuration: Configuration { level: level(lint.severity) },
            properties: RuleProperties {
                tags: [&lint.area],
                problem_severity: match lint.severity {
                    Severity::Error => "error",
                    Severity::Warning => "warning",
                    Severity::Info => "recommendation",
                },
            },
        }
    }
}

#[derive(Serialize)]
struct Help {
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    markdown: Option<String>,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct RuleProperties<'a> {
    tags: [&'a str; 1],
    #[serde(rename = "problem.severity")]
    problem_severity: &'static str,
}

fn help(lint: &LintSummary) -> Help {
    let mut text = prose(&lint.why);
    let mut rich = markdown::escape(&text);
    let remedy = prose(&lint.remedy);
    if !remedy.is_empty() {
        let _ = write!(text, "\n\nWhat to do: {remedy}");
        let _ = write!(rich, "\n\n**What to do:** {}", markdown::escape(&remedy));
    }
    for (index, reference) in lint.references.iter().enumerate() {
        let _ = write!(text, "{}{reference}", if index == 0 { "\n\nSee " } else { "\n" });
        let _ = write!(rich, "{}- <{reference}>", if index == 0 { "\n\n" } else { "\n" });
    }
    if text.is_empty() {
        text.clone_from(&lint.title);
    }
    Help { text, markdown: Some(rich).filter(|rich| !rich.is_empty()) }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    tool_execution_notifications: Vec<Notification>,
    tool_configuration_notifications: Vec<Notification>,
}

#[derive(Serialize)]
struct Notification {
    #[serde(skip_serializing_if = "Option::is_none")]
    descriptor: Option<DescriptorReference>,
    level: &'static str,
    message: Message,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locations: Vec<SarifLocation>,
}

/// A [`Descriptor`] by its word and its place among those of the run.
#[derive(Serialize)]
struct DescriptorReference {
    id: &'static str,
    index: usize,
}

#[derive(Serialize)]
struct Artifact {
    location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    roles: Option<[&'static str; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    encoding: Option<&'static str>,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
    index: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'a> {
    rule_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    kind: &'static str,
    level: &'static str,
    message: Message,
    locations: Vec<SarifLocation>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<SarifLocation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    partial_fingerprints: Option<Fingerprints<'a>>,
    // Said of all results or of none, so of all: an empty list is "not suppressed".
    suppressions: Vec<SarifSuppression<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline_state: Option<&'static str>,
    properties: Properties<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fingerprints<'a> {
    #[serde(rename = "freebusyLint/v1")]
    own: &'a str,
    /// The one that code scanning of GitHub goes by. It would be made of the line's text otherwise.
    primary_location_line_hash: String,
}

#[derive(Serialize)]
struct SarifSuppression<'a> {
    kind: &'static str,
    status: &'static str,
    justification: Cow<'a, str>,
}

impl<'a> SarifSuppression<'a> {
    fn new(by: &'a Suppression) -> Self {
        let justification = match by {
            Suppression::Baseline => Cow::Borrowed("the baseline has it"),
            Suppression::Configuration { reason, until: None } => Cow::Borrowed(reason.as_str()),
            Suppression::Configuration { reason, until: Some(day) } => {
                Cow::Owned(format!("{reason} (until {day})"))
            }
        };
        Self { kind: "external", status: "accepted", justification }
    }
}

#[derive(Default, Serialize)]
struct Properties<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    side: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cmdlet: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    object: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<JsonFix<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    checked: Option<u64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifLocation {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    physical_location: Option<PhysicalLocation>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<LogicalLocation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<LocationProperties>,
}

#[derive(Serialize)]
struct LocationProperties {
    /// Whose value stands there.
    property: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
    byte_offset: u64,
    byte_length: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    snippet: Option<Snippet>,
}

impl Region {
    fn new(label: &Label) -> Self {
        let location = label.location;
        let value = label.value();
        let is_shown = !value.is_empty() && value.chars().nth(MAX_SNIPPET).is_none();
        Self {
            start_line: location.start.line,
            start_column: location.start.column,
            end_line: location.end.line,
            end_column: location.end.column,
            byte_offset: location.offset,
            byte_length: location.length,
            snippet: is_shown.then(|| Snippet { text: value.to_owned() }),
        }
    }
}

#[derive(Serialize)]
struct Snippet {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation {
    name: String,
    fully_qualified_name: String,
    kind: &'static str,
}

impl LogicalLocation {
    fn new(subject: &Subject) -> Option<Self> {
        let name = subject.object.clone()?;
        let side = subject.side.map_or("unknown", Platform::name);
        let fully_qualified_name = format!("{side}/{}/{name}", subject.cmdlet);
        Some(Self { name, fully_qualified_name, kind: "object" })
    }
}

#[derive(Serialize)]
struct Message {
    text: String,
}

impl Message {
    /// A message that shows `text` as it is. Braces are placeholders in SARIF, and `[…](…)` is a link.
    fn literal(text: &str) -> Self {
        let mut escaped = String::with_capacity(text.len());
        let has_link = text.contains("](");
        for c in text.chars() {
            match c {
                '{' => escaped.push_str("{{"),
                '}' => escaped.push_str("}}"),
                '[' | ']' | '\\' if has_link => escaped.extend(['\\', c]),
                _ => escaped.push(c),
            }
        }
        Self { text: escaped }
    }
}

/// What is written, and the files it names so far.
struct Writer<'a> {
    run: &'a Run,
    artifacts: Vec<Artifact>,
    /// Indices of `artifacts` by URI.
    known: BTreeMap<String, usize>,
    rules: BTreeMap<&'a str, usize>,
    /// Kinds of notifications.
    codes: Vec<Code>,
    numbers: Numbers<'a>,
}

impl<'a> Writer<'a> {
    fn new(run: &'a Run) -> Self {
        let rules = run.lints.iter().enumerate().map(|(index, lint)| (lint.id.as_str(), index)).collect();
        let codes: BTreeSet<Code> = problems(run).filter_map(Diagnostic::code).collect();
        let mut writer = Self {
            run,
            artifacts: Vec::new(),
            known: BTreeMap::new(),
            rules,
            codes: codes.into_iter().collect(),
            numbers: Numbers::default(),
        };
        for input in &run.inputs {
            let index = writer.artifact(&input.path).index;
            if let Some(artifact) = writer.artifacts.get_mut(index) {
                artifact.roles = Some(["analysisTarget"]);
                artifact.encoding = input.encoding;
            }
        }
        writer
    }

    fn run(mut self, quiet: bool) -> SarifRun<'a> {
        let run = self.run;
        let has_baseline = suppressed(run).any(|(_, _, by)| *by == Suppression::Baseline);
        let reported = has_baseline.then_some("new");
        let mut results: Vec<SarifResult<'a>> = findings(run)
            .map(|(diagnostic, finding)| self.finding(diagnostic, finding, None, reported))
            .collect();
        if !quiet {
            for (diagnostic, finding, by) in suppressed(run) {
                let state = (*by == Suppression::Baseline).then_some("unchanged");
                results.push(self.finding(diagnostic, finding, Some(by), state));
            }
            results.extend(run.lints.iter().filter_map(|lint| self.outcome(lint)));
        }
        let invocation = self.invocation();
        let root = BaseId { description: Message { text: "the folder that freebusy-lint ran in".into() } };
        SarifRun {
            tool: Tool {
                driver: Driver {
                    name: env!("CARGO_PKG_NAME"),
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules: run.lints.iter().map(Rule::new).collect(),
                    notifications: self.codes.into_iter().map(Descriptor::new).collect(),
                },
            },
            invocations: [invocation],
            original_uri_base_ids: BTreeMap::from([(ROOT, root)]),
            artifacts: self.artifacts,
            results,
            column_kind: "unicodeCodePoints",
            properties: RunProperties { as_of: &run.as_of },
        }
    }

    fn finding(
        &mut self,
        diagnostic: &'a Diagnostic,
        finding: &'a Finding,
        by: Option<&'a Suppression>,
        baseline_state: Option<&'static str>,
    ) -> SarifResult<'a> {
        let Finding { lint, subject, fix, fingerprint, why: _ } = finding;
        let mut related = Vec::new();
        for (index, label) in diagnostic.labels.iter().enumerate().skip(1) {
            related.push(SarifLocation { id: Some(index), ..self.label(label) });
        }
        let subject = subject.as_ref();
        let mut location = self.location(diagnostic);
        location.logical_locations.extend(subject.and_then(LogicalLocation::new));
        let number = self.numbers.next(fingerprint);
        SarifResult {
            rule_id: lint,
            rule_index: self.rules.get(lint.as_str()).copied(),
            kind: "fail",
            level: level(diagnostic.severity),
            message: Message::literal(&message(diagnostic, finding)),
            locations: vec![location],
            related_locations: related,
            partial_fingerprints: Some(Fingerprints {
                own: fingerprint,
                primary_location_line_hash: format!("{fingerprint}:{number}"),
            }),
            suppressions: by.map(SarifSuppression::new).into_iter().collect(),
            baseline_state,
            properties: Properties {
                side: subject.and_then(|subject| subject.side).map(Platform::name),
                cmdlet: subject.map(|subject| subject.cmdlet.as_str()),
                object: subject.and_then(|subject| subject.object.as_deref()),
                fix: fix.as_ref().map(JsonFix::new),
                checked: None,
            },
        }
    }

    /// How a lint ended, as far as its findings do not say it.
    fn outcome(&self, lint: &'a LintSummary) -> Option<SarifResult<'a>> {
        let lacks = || lint.needs.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        let (kind, text) = match lint.outcome {
            Outcome::Failed if lint.needs.is_empty() => return None,
            Outcome::Failed => ("open", format!("not judged in part: {}", lacks())),
            Outcome::Unknown => ("open", format!("could not be judged: {}", lacks())),
            Outcome::Passed => ("pass", "everything checked is correct".to_owned()),
            Outcome::NotApplicable => ("notApplicable", "there was nothing to look at".to_owned()),
        };
        Some(SarifResult {
            rule_id: &lint.id,
            rule_index: self.rules.get(lint.id.as_str()).copied(),
            kind,
            level: "none",
            message: Message::literal(&text),
            locations: Vec::new(),
            related_locations: Vec::new(),
            partial_fingerprints: None,
            suppressions: Vec::new(),
            baseline_state: None,
            properties: Properties { checked: Some(lint.checked), ..Properties::default() },
        })
    }

    fn invocation(&mut self) -> Invocation {
        let run = self.run;
        let is_error = |problem: &Diagnostic| problem.severity == Severity::Error;
        let is_lost = run.inputs.iter().any(|input| input.status == InputStatus::Failed);
        let mut execution = Vec::new();
        let mut configuration = Vec::new();
        for problem in problems(run) {
            let notification = self.notification(problem);
            match problem.origin() {
                Some(Origin::Input) => execution.push(notification),
                _ => configuration.push(notification),
            }
        }
        Invocation {
            execution_successful: !is_lost && !problems(run).any(is_error),
            tool_execution_notifications: execution,
            tool_configuration_notifications: configuration,
        }
    }

    fn notification(&mut self, problem: &Diagnostic) -> Notification {
        let help = problem.help.as_ref().map(|help| format!("\n{help}")).unwrap_or_default();
        let mut locations: Vec<SarifLocation> =
            problem.labels.iter().map(|label| self.label(label)).collect();
        if let (true, Some(path)) = (locations.is_empty(), &problem.path) {
            locations.push(self.whole(path));
        }
        let descriptor = problem.code().and_then(|code| {
            let index = self.codes.iter().position(|known| *known == code)?;
            Some(DescriptorReference { id: code.name(), index })
        });
        Notification {
            descriptor,
            level: level(problem.severity),
            message: Message::literal(&format!("{}{help}", problem.message)),
            locations,
        }
    }

    /// Where a finding is. Code scanning refuses a report with a result that has no file.
    fn location(&mut self, diagnostic: &Diagnostic) -> SarifLocation {
        if let Some(label) = diagnostic.labels.first() {
            return self.label(label);
        }
        match place::file(self.run, diagnostic) {
            Some(path) => self.whole(path),
            None => SarifLocation {
                id: None,
                physical_location: None,
                logical_locations: Vec::new(),
                message: None,
                properties: None,
            },
        }
    }

    fn label(&mut self, label: &Label) -> SarifLocation {
        let artifact_location = self.artifact(path_of(self.run, label));
        let region = Some(Region::new(label));
        SarifLocation {
            id: None,
            physical_location: Some(PhysicalLocation { artifact_location, region }),
            logical_locations: Vec::new(),
            message: Some(caption(label)).filter(|text| !text.is_empty()).map(|text| Message::literal(&text)),
            properties: label
                .property
                .as_deref()
                .map(|property| LocationProperties { property: property.into() }),
        }
    }

    fn whole(&mut self, path: &str) -> SarifLocation {
        let artifact_location = self.artifact(path);
        SarifLocation {
            id: None,
            physical_location: Some(PhysicalLocation { artifact_location, region: None }),
            logical_locations: Vec::new(),
            message: None,
            properties: None,
        }
    }

    fn artifact(&mut self, path: &str) -> ArtifactLocation {
        let (uri, uri_base_id) = uri(path);
        let next = self.artifacts.len();
        let index = *self.known.entry(uri.clone()).or_insert(next);
        let location = ArtifactLocation { uri, uri_base_id, index };
        if index == next {
            self.artifacts.push(Artifact { location: location.clone(), roles: None, encoding: None });
        }
        location
    }
}

/// What is wrong and what to do, since viewers show little else.
fn message(diagnostic: &Diagnostic, finding: &Finding) -> String {
    let mut text = diagnostic.message.clone();
    if let Some(fix) = &finding.fix {
        let _ = write!(text, "\n\n{}", prose(&fix.text));
        if let Some(command) = &fix.command {
            let _ = write!(text, "\n\n{}:\n{command}", where_to_run(fix.side));
        }
    }
    text
}

fn prose(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// The URI of a file, and what it is relative to.
fn uri(path: &str) -> (String, Option<&'static str>) {
    if let Some(server) = path.strip_prefix("//") {
        return (format!("file://{}", percent_encoded(server)), None);
    }
    if path.starts_with('/') {
        return (format!("file://{}", percent_encoded(path)), None);
    }
    let mut characters = path.chars();
    match (characters.next(), characters.next()) {
        (Some(drive), Some(':')) if drive.is_ascii_alphabetic() => {
            (format!("file:///{drive}:{}", percent_encoded(characters.as_str())), None)
        }
        _ => (percent_encoded(relative(path)), Some(ROOT)),
    }
}

fn percent_encoded(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests;
