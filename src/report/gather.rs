//! What several findings, problems, paths or lints have in common, so that a person is told it once.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Diagnostic, Finding, PathSummary, Platform, Run, ScriptLine};

/// Problems with the same message, which a damaged file may have by the thousand, in order of first appearance.
pub(super) fn alike<'a>(problems: impl Iterator<Item = &'a Diagnostic>) -> Vec<Vec<&'a Diagnostic>> {
    let mut groups: Vec<Vec<&Diagnostic>> = Vec::new();
    let mut known = BTreeMap::new();
    for problem in problems {
        let key = (problem.severity, &problem.message, &problem.help);
        let index = *known.entry(key).or_insert(groups.len());
        match groups.get_mut(index) {
            Some(group) => group.push(problem),
            None => groups.push(vec![problem]),
        }
    }
    groups
}

/// A remedy of a group of findings: the words and the shell once, the commands of all.
pub(super) struct Remedy<'a> {
    pub(super) text: &'a str,
    pub(super) side: Option<Platform>,
    pub(super) commands: Vec<&'a str>,
}

/// Which shell the commands are for.
pub(super) fn where_to_run(side: Option<Platform>) -> &'static str {
    match side {
        Some(Platform::OnPrem) => "run in the Exchange Management Shell (on-premises)",
        Some(Platform::Cloud) => "run in Exchange Online PowerShell",
        None => "run",
    }
}

/// The line of a script that exports what lacks.
pub(super) fn script_line(script: &ScriptLine) -> String {
    format!("line {} of `freebusy-lint {}`", script.line, script.arguments)
}

/// Each text once, in order of first appearance. Quadratic, for a few texts.
pub(super) fn distinct<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = Vec::new();
    for text in texts {
        if !seen.contains(&text) {
            seen.push(text);
        }
    }
    seen
}

/// The remedies of findings of one lint, in order of first appearance.
pub(super) fn remedies<'a>(found: &[(&Diagnostic, &'a Finding)]) -> Vec<Remedy<'a>> {
    let mut remedies: Vec<Remedy<'a>> = Vec::new();
    let mut known = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for fix in found.iter().filter_map(|(_, finding)| finding.fix.as_ref()) {
        let index = *known.entry((&fix.text, fix.side)).or_insert(remedies.len());
        if index == remedies.len() {
            remedies.push(Remedy { text: &fix.text, side: fix.side, commands: Vec::new() });
        }
        let command = fix.command.as_deref().filter(|command| seen.insert((index, *command)));
        if let Some(remedy) = remedies.get_mut(index) {
            remedy.commands.extend(command);
        }
    }
    remedies
}

/// A way that requests for some domains go.
pub(super) struct Way<'a> {
    /// The first path that goes it.
    pub(super) path: &'a PathSummary,
    /// All of them, the first among them.
    pub(super) same: Vec<&'a PathSummary>,
}

/// Paths by the way they go, in order of first appearance.
pub(super) fn ways<'a>(paths: impl IntoIterator<Item = &'a PathSummary>) -> Vec<Way<'a>> {
    let mut ways = Vec::new();
    let mut rest: Vec<&PathSummary> = paths.into_iter().collect();
    while let Some(path) = rest.first().copied() {
        let (same, others) = rest.into_iter().partition(|other| goes_like(path, other));
        ways.push(Way { path, same });
        rest = others;
    }
    ways
}

/// Whether requests for another domain go the same way.
fn goes_like(a: &PathSummary, b: &PathSummary) -> bool {
    let key = |path: &PathSummary| {
        let used = path.used.as_ref().map(|used| {
            let object = used.object.as_ref().map(|hop| hop.subject.clone());
            (used.auth, object, used.target.as_ref().map(|target| target.url.clone()), used.failure)
        });
        let rejected: Vec<_> =
            path.rejected.iter().map(|rejected| (rejected.hop.subject.clone(), rejected.reason)).collect();
        (path.direction, used, path.needs.clone(), rejected, path.assumptions.clone())
    };
    key(a) == key(b)
}

/// Something lacking, and the lints that lack it.
pub(super) struct Lacking<'a> {
    pub(super) what: String,
    /// The command that exports it, and where to run that.
    pub(super) command: Option<&'a str>,
    pub(super) side: Option<Platform>,
    /// Its line in a script.
    pub(super) script: Option<&'a ScriptLine>,
    pub(super) lints: BTreeSet<&'a str>,
    /// Objects of the lint that has most of them: lints look at the same ones.
    pub(super) objects: u64,
}

/// What lints lack, that of most lints first.
pub(super) fn lacking(run: &Run) -> Vec<Lacking<'_>> {
    let mut lacking = BTreeMap::new();
    for (lint, need) in run.lints.iter().flat_map(|lint| lint.needs.iter().map(move |need| (lint, need))) {
        let (what, command, script) = (need.to_string(), need.command.as_deref(), need.script.as_ref());
        let side = need.side;
        let entry = lacking.entry((what.clone(), command, side, script)).or_insert_with(|| Lacking {
            what,
            command,
            side,
            script,
            lints: BTreeSet::new(),
            objects: 0,
        });
        entry.lints.insert(lint.id.as_str());
        entry.objects = entry.objects.max(need.objects);
    }
    let mut lacking: Vec<Lacking<'_>> = lacking.into_values().collect();
    // What a command mends comes first among those with as many lints.
    lacking.sort_by_key(|lacking| (Reverse(lacking.lints.len()), lacking.command.is_none()));
    lacking
}
