//! The difference of two runs to bytes. [`Sheet`] has what it says; each format only sets it.

pub(super) mod html;
pub(super) mod json;
pub(super) mod markdown;

use crate::diagnostic::{
    Comparison, Diagnostic, Finding, GateState, Label, ObjectChange, ObjectFate, PathChange, PathSummary,
    Platform, Run, Seen, Severity, Subject, Verdict,
};

/// What a difference says, in words.
pub(super) struct Sheet {
    pub(super) as_of: String,
    pub(super) totals: ComparisonTotals,
    pub(super) objects: Vec<ObjectLine>,
    pub(super) uncompared: Vec<String>,
    pub(super) paths: Vec<PathLine>,
    pub(super) findings: Vec<FindingGroup>,
    /// Problems of the inputs of either run.
    pub(super) problems: Vec<String>,
}

/// Counts, as all formats show them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub(super) struct ComparisonTotals {
    pub(super) new: u64,
    pub(super) risen: u64,
    pub(super) fixed: u64,
    pub(super) unjudged: u64,
    pub(super) remaining: u64,
    pub(super) created: u64,
    pub(super) removed: u64,
    pub(super) renamed: u64,
    pub(super) changed: u64,
    pub(super) unchanged: u64,
    pub(super) paths_changed: u64,
}

/// An object that differs.
pub(super) struct ObjectLine {
    pub(super) fate: ObjectFate,
    /// Such as "IntraOrganizationConnector HybridIOC (on-premises)".
    pub(super) title: String,
    pub(super) was: Option<String>,
    pub(super) is_made_anew: bool,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
    pub(super) rows: Vec<Row>,
}

/// A property that differs.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) before: Option<Value>,
    pub(super) after: Option<Value>,
    pub(super) added: Vec<String>,
    pub(super) removed: Vec<String>,
}

/// A value and its place.
pub(super) struct Value {
    pub(super) text: String,
    pub(super) place: Option<String>,
}

/// Paths that changed in the same way.
pub(super) struct PathLine {
    pub(super) direction: String,
    pub(super) domains: Vec<String>,
    pub(super) before: Way,
    pub(super) after: Way,
    pub(super) is_changed: bool,
    /// Gates that differ and matter: the statement, the earlier and the later state.
    pub(super) gates: Vec<(&'static str, &'static str, &'static str)>,
}

/// Where requests go.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Way {
    pub(super) verdict: &'static str,
    pub(super) text: String,
}

/// Findings that share a fate.
pub(super) struct FindingGroup {
    /// Whether none of them was there before.
    pub(super) is_new: bool,
    pub(super) title: &'static str,
    pub(super) findings: Vec<FindingLine>,
}

/// A finding.
pub(super) struct FindingLine {
    pub(super) severity: Severity,
    pub(super) lint: String,
    pub(super) message: String,
    pub(super) place: Option<String>,
    pub(super) note: Option<String>,
    /// Only of new ones: the reader has not seen them before.
    pub(super) advice: Option<Advice>,
}

/// What to do about a new finding.
pub(super) struct Advice {
    pub(super) why: String,
    pub(super) text: String,
    pub(super) command: Option<String>,
    /// Where the command is run.
    pub(super) side: Option<Platform>,
}

impl Sheet {
    pub(super) fn of(comparison: &Comparison) -> Self {
        let (before, after) = (&comparison.before, &comparison.after);
        Self {
            as_of: after.as_of.clone(),
            totals: ComparisonTotals::of(comparison),
            objects: comparison.objects.iter().map(|change| ObjectLine::of(comparison, change)).collect(),
            uncompared: uncompared(comparison),
            paths: path_lines(comparison),
            findings: finding_groups(comparison),
            problems: problems(before, "BEFORE").chain(problems(after, "AFTER")).collect(),
        }
    }
}

impl ComparisonTotals {
    pub(super) fn of(comparison: &Comparison) -> Self {
        let with = |fate| comparison.objects.iter().filter(|change| change.fate == fate).count() as u64;
        Self {
            new: comparison.new.len() as u64,
            risen: comparison.risen().count() as u64,
            fixed: comparison.fixed.len() as u64,
            unjudged: comparison.unjudged.len() as u64,
            remaining: comparison.remaining.len() as u64,
            created: with(ObjectFate::Created),
            removed: with(ObjectFate::Removed),
            renamed: with(ObjectFate::Renamed),
            changed: with(ObjectFate::Changed),
            unchanged: comparison.unchanged,
            paths_changed: comparison.paths.iter().filter(|path| path.is_changed).count() as u64,
        }
    }

    /// In one line each: findings, configuration, paths.
    pub(super) fn lines(self) -> [String; 3] {
        let findings = list(&[
            (self.new, "new"),
            (self.risen, "more severe"),
            (self.fixed, "fixed"),
            (self.unjudged, "no longer judged"),
            (self.remaining, "remaining"),
        ]);
        let objects = list(&[
            (self.created, "created"),
            (self.removed, "removed"),
            (self.renamed, "renamed"),
            (self.changed, "changed"),
            (self.unchanged, "unchanged"),
        ]);
        [
            format!("findings: {}", findings.unwrap_or_else(|| "none".into())),
            format!("objects: {}", objects.unwrap_or_else(|| "none compared".into())),
            format!("paths: {} changed", self.paths_changed),
        ]
    }
}

fn list(counts: &[(u64, &str)]) -> Option<String> {
    let words: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    (!words.is_empty()).then(|| words.join(", "))
}

fn problems(run: &Run, which: &str) -> impl Iterator<Item = String> {
    run.problems.iter().map(move |problem| {
        let place = problem.labels.first().map(|label| place(run, label)).or_else(|| problem.path.clone());
        let place = place.map_or_else(String::new, |place| format!(" [{place}]"));
        format!("{which}: {}: {}{place}", problem.severity, problem.message)
    })
}

/// `path:line:column`.
pub(super) fn place(run: &Run, label: &Label) -> String {
    let start = label.location.start;
    format!("{}:{}:{}", run.sources.path(label.location.source), start.line, start.column)
}

fn noun(cmdlet: &str) -> &str {
    cmdlet.strip_prefix("Get-").unwrap_or(cmdlet)
}

fn title(subject: &Subject) -> String {
    let side = subject.side.map_or_else(String::new, |side| format!(" ({side})"));
    format!("{} {}{side}", noun(&subject.cmdlet), subject.object.as_deref().unwrap_or_default())
}

impl ObjectLine {
    fn of(comparison: &Comparison, change: &ObjectChange) -> Self {
        let (before, after) = (&comparison.before, &comparison.after);
        let value = |run: &Run, seen: &Option<Seen>| {
            let seen = seen.as_ref()?;
            let place = seen.label.as_ref().map(|label| place(run, label));
            Some(Value { text: seen.value.clone(), place })
        };
        let rows = change.properties.iter().map(|property| Row {
            name: property.name.clone(),
            before: value(before, &property.before),
            after: value(after, &property.after),
            added: property.added.clone(),
            removed: property.removed.clone(),
        });
        Self {
            fate: change.fate,
            title: title(&change.subject),
            was: change.was.clone(),
            is_made_anew: change.is_made_anew,
            before: change.before.as_ref().map(|label| place(before, label)),
            after: change.after.as_ref().map(|label| place(after, label)),
            rows: rows.collect(),
        }
    }

    /// Values of an object that is new or gone, in one line. What is off or at its default says little.
    pub(super) fn values(&self) -> String {
        let values = self.rows.iter().filter_map(|row| {
            let value = row.after.as_ref().or(row.before.as_ref())?;
            let is_off = ["False", "None", "0"].contains(&value.text.as_str());
            let is_usual = row.name == "IsValid" && value.text == "True";
            (!is_off && !is_usual).then(|| format!("{} {}", row.name, value.text))
        });
        values.collect::<Vec<_>>().join(", ")
    }
}

impl Row {
    /// What changed in a list, where that is shorter than both values.
    pub(super) fn list_change(&self) -> Option<String> {
        let signs = [("+", &self.added), ("-", &self.removed)];
        let items =
            signs.iter().flat_map(|(sign, items)| items.iter().map(move |item| format!("{sign}{item}")));
        let items: Vec<String> = items.collect();
        (!items.is_empty()).then(|| items.join(" "))
    }
}

fn uncompared(comparison: &Comparison) -> Vec<String> {
    let lines = comparison.uncompared.iter().map(|lacking| {
        let side = lacking.side.map_or_else(String::new, |side| format!(" ({side})"));
        format!("{}{side}: {}", lacking.cmdlet, lacking.why)
    });
    lines.collect()
}

/// Paths in one line each; those of domains that go the same way, and went the same way, share it.
fn path_lines(comparison: &Comparison) -> Vec<PathLine> {
    let mut lines: Vec<PathLine> = Vec::new();
    for change in &comparison.paths {
        let line = path_line(comparison, change);
        let same = lines.iter_mut().find(|other| {
            other.direction == line.direction
                && other.before == line.before
                && other.after == line.after
                && other.gates == line.gates
        });
        match same {
            Some(same) => same.domains.extend(line.domains),
            None => lines.push(line),
        }
    }
    lines
}

fn path_line(comparison: &Comparison, change: &PathChange) -> PathLine {
    let (before, after) = comparison.path(change);
    let path = after.or(before);
    let matters = |state: Option<GateState>| {
        matches!(state, Some(GateState::Failed | GateState::Unknown | GateState::Warned))
    };
    // A gate that a request no longer meets matters only if it was shut.
    let was_shut = |state| matches!(state, Some(GateState::Failed | GateState::Warned));
    let gates = change.gates.iter().filter(|gate| match gate.after {
        Some(_) => matters(gate.before) || matters(gate.after),
        None => was_shut(gate.before),
    });
    let name = |state: Option<GateState>| state.map_or("not on the way", GateState::name);
    PathLine {
        direction: path.map_or_else(String::new, |path| path.direction.to_string()),
        domains: path.map(|path| path.domain.clone()).into_iter().filter(|name| !name.is_empty()).collect(),
        before: way(before),
        after: way(after),
        is_changed: change.is_changed,
        gates: gates.map(|gate| (gate.title, name(gate.before), name(gate.after))).collect(),
    }
}

fn way(path: Option<&PathSummary>) -> Way {
    let Some(path) = path else {
        return Way { verdict: "no path", text: "not asked for".into() };
    };
    let verdict = match path.verdict() {
        Verdict::Broken => "broken",
        Verdict::Unknown => "unknown",
        Verdict::Works => "works",
    };
    let text = match &path.used {
        None => "unknown for want of an export".to_owned(),
        Some(used) => {
            let object = used.object.as_ref().map_or_else(String::new, |hop| {
                format!(
                    " through {} {}",
                    noun(&hop.subject.cmdlet),
                    hop.subject.object.as_deref().unwrap_or_default()
                )
            });
            let target =
                used.target.as_ref().map_or_else(String::new, |target| format!(" to {}", target.url));
            let failure = used.failure.map_or_else(String::new, |(_, why)| format!(": {why}"));
            let auth = if used.auth == "none" { "no path" } else { used.auth };
            format!("{auth}{object}{target}{failure}")
        }
    };
    Way { verdict, text }
}

fn finding_groups(comparison: &Comparison) -> Vec<FindingGroup> {
    let (before, after) = (&comparison.before, &comparison.after);
    let old = |indexes: &[usize]| {
        indexes
            .iter()
            .filter_map(|&index| before.findings.get(index))
            .filter_map(|found| FindingLine::of(before, found))
            .collect::<Vec<_>>()
    };
    let new = comparison.new.iter().filter_map(|new| {
        let found = after.findings.get(new.index)?;
        let note = new.may_be_older.then(|| "may not be new: BEFORE had no export that shows it".to_owned());
        Some(FindingLine { note, advice: found.finding().map(Advice::of), ..FindingLine::of(after, found)? })
    });
    let risen = comparison.risen().filter_map(|(old, found)| {
        let note = Some(format!("was {}", old.severity));
        Some(FindingLine { note, ..FindingLine::of(after, found)? })
    });
    let same = comparison.remaining().filter(|(old, found)| found.severity <= old.severity);
    let same = same.filter_map(|(old, found)| {
        let note = (old.severity != found.severity).then(|| format!("was {}", old.severity));
        Some(FindingLine { note, ..FindingLine::of(after, found)? })
    });
    let groups = [
        FindingGroup { is_new: true, title: "new", findings: new.collect() },
        FindingGroup::of_old("more severe than before", risen.collect()),
        FindingGroup::of_old("remaining", same.collect()),
        FindingGroup::of_old("no longer judged: AFTER lacks what showed them", old(&comparison.unjudged)),
        FindingGroup::of_old("fixed", old(&comparison.fixed)),
    ];
    let mut groups: Vec<FindingGroup> =
        groups.into_iter().filter(|group| !group.findings.is_empty()).collect();
    for group in &mut groups {
        group.findings.sort_by_key(|line| std::cmp::Reverse(line.severity));
    }
    groups
}

impl FindingGroup {
    const fn of_old(title: &'static str, findings: Vec<FindingLine>) -> Self {
        Self { is_new: false, title, findings }
    }
}

impl FindingLine {
    fn of(run: &Run, diagnostic: &Diagnostic) -> Option<Self> {
        let finding = diagnostic.finding()?;
        Some(Self {
            severity: diagnostic.severity,
            lint: finding.lint.clone(),
            message: diagnostic.message.clone(),
            place: diagnostic.labels.first().map(|label| place(run, label)),
            note: None,
            advice: None,
        })
    }
}

impl Advice {
    fn of(finding: &Finding) -> Self {
        let fix = finding.fix.as_ref();
        Self {
            why: finding.why.clone(),
            text: fix.map_or_else(String::new, |fix| fix.text.clone()),
            command: fix.and_then(|fix| fix.command.clone()),
            side: fix.and_then(|fix| fix.side),
        }
    }
}
