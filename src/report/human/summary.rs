//! The end of the report: what was read, what could not be judged and why, and the counts last, where the eye is when
//! the output stops.

use std::collections::BTreeMap;

use super::style::{Ink, Style, clean, count};
use super::{HumanOptions, trace};
use crate::diagnostic::{InputStatus, InputSummary, LintSummary, Outcome, Platform, Run, Suppression};
use crate::report::gather::{Lacking, lacking, script_line, where_to_run};
use crate::report::{Totals, problems};

/// Rows of the table of files; more are folded.
const MAX_ROWS: usize = 20;
/// Kinds of lacking exports and values that are listed unless all are asked for.
const MAX_NEEDS: usize = 12;
/// Names of files in one line.
const MAX_NAMES: usize = 5;

pub(super) fn summary(run: &Run, options: &HumanOptions, style: Style) -> String {
    let mut out = String::new();
    let totals = Totals::of(run);
    if options.quiet {
        let unknown = match totals.unknown {
            0 => String::new(),
            number => format!("; {} could not be judged", count(number, "lint")),
        };
        let suppressed = match totals.suppressed {
            0 => String::new(),
            number => format!("; {} suppressed", count(number, "finding")),
        };
        out.push_str(&format!("{}{unknown}{suppressed}\n", verdict(run, &totals)));
        return out;
    }
    files(&mut out, run, style);
    out.push_str(&trace::overview(run, style));
    if options.list_unknown {
        needs(&mut out, run, style, usize::MAX, true);
    } else if run.inputs.len() > 1 {
        needs(&mut out, run, style, MAX_NEEDS, false);
    } else if totals.unknown > 0 {
        let lints = count(totals.unknown, "lint");
        let line =
            format!("{lints} could not be judged: other exports are missing; `--show-unknown` lists them");
        style.wrap(&mut out, "", 0, &line);
        out.push('\n');
    }
    let lints = format!(
        "{}, judged as of {}: {} failed, {} passed, {} unknown, {} not applicable",
        count(run.lints.len() as u64, "lint"),
        clean(&run.as_of),
        totals.failed,
        totals.passed,
        totals.unknown,
        totals.not_applicable
    );
    style.wrap(&mut out, "", 0, &lints);
    out.push_str(&suppressed(run));
    out.push_str(&style.paint(Ink::Strong, &verdict(run, &totals)));
    out.push('\n');
    out
}

/// A line on what is not reported.
fn suppressed(run: &Run) -> String {
    let number = run.suppressed.len() as u64;
    let baseline =
        run.suppressed.iter().filter(|suppressed| suppressed.by == Suppression::Baseline).count() as u64;
    let by = match (number - baseline, baseline) {
        (0, 0) => return String::new(),
        (_, 0) => "by the configuration".to_owned(),
        (0, _) => "by the baseline".to_owned(),
        (configuration, baseline) => {
            format!("{configuration} by the configuration, {baseline} by the baseline")
        }
    };
    format!("{} suppressed: {by}\n", count(number, "finding"))
}

fn verdict(run: &Run, totals: &Totals) -> String {
    let mut line = format!(
        "{}, {}, {}",
        count(totals.errors, "error"),
        count(totals.warnings, "warning"),
        count(totals.infos, "info")
    );
    let problems = problems(run).count() as u64;
    if problems > 0 {
        line.push_str(&format!(
            "; {} with the input, the configuration or the lint files",
            count(problems, "problem")
        ));
    }
    line
}

/// A row of the table of files: records, side, cmdlet, and the file or how many there are.
struct Row {
    records: u64,
    side: &'static str,
    cmdlet: String,
    file: String,
}

fn files(out: &mut String, run: &Run, style: Style) {
    if run.inputs.is_empty() {
        return;
    }
    let mut rows: Vec<Row> = run.inputs.iter().flat_map(rows_of).collect();
    let folded = rows.len() > MAX_ROWS;
    if folded {
        rows = fold(run);
    }
    out.push_str(&format!("read {}\n", count(run.inputs.len() as u64, "file")));
    let shown = &rows[..rows.len().min(MAX_ROWS)];
    let width = |length: fn(&Row) -> usize, head: &str| shown.iter().map(length).fold(head.len(), usize::max);
    let side = width(|row| row.side.len(), "side");
    let cmdlet = width(|row| row.cmdlet.chars().count(), "cmdlet");
    if !shown.is_empty() {
        let last = if folded { "files" } else { "file" };
        let head = format!("  records  {:side$}  {:cmdlet$}  {last}", "side", "cmdlet");
        out.push_str(&style.paint(Ink::Faint, &head));
        out.push('\n');
    }
    for row in shown {
        let Row { records, side: title, cmdlet: name, file } = row;
        out.push_str(&format!("  {records:>7}  {title:side$}  {name:cmdlet$}  {file}\n"));
    }
    if rows.len() > MAX_ROWS {
        let rest = rows.len() - MAX_ROWS;
        out.push_str(&format!("  {} and {rest} more (all of them: `--format json`)\n", style.ellipsis()));
    }
    named(out, run, style, "nothing known in", |input| {
        input.status == InputStatus::Unrecognized || input.unrecognized > 0
    });
    named(out, run, style, "empty", |input| input.status == InputStatus::Empty);
    named(out, run, style, "read in part", |input| input.status == InputStatus::Partial);
    named(out, run, style, "not read", |input| input.status == InputStatus::Failed);
    out.push('\n');
}

const fn side_title(side: Option<Platform>) -> &'static str {
    match side {
        Some(side) => side.title(),
        None => "side unknown",
    }
}

fn rows_of(input: &InputSummary) -> impl Iterator<Item = Row> {
    input.records.iter().map(|record| {
        let state = record.extent.state();
        let file = clean(&input.path);
        Row {
            records: record.records,
            side: side_title(record.side),
            cmdlet: clean(&record.cmdlet).into_owned(),
            file: match record.extent.reason() {
                Some(reason) => format!("{file} ({}: {})", state.name(), clean(&reason)),
                None => file.into_owned(),
            },
        }
    })
}

/// The same by side and cmdlet, over all files.
fn fold(run: &Run) -> Vec<Row> {
    let mut sums: BTreeMap<(Option<Platform>, &str), (u64, u64)> = BTreeMap::new();
    for record in run.inputs.iter().flat_map(|input| &input.records) {
        let sum = sums.entry((record.side, &record.cmdlet)).or_default();
        sum.0 = sum.0.saturating_add(record.records);
        sum.1 += 1;
    }
    let rows = sums.into_iter().map(|((side, cmdlet), (records, files))| Row {
        records,
        side: side_title(side),
        cmdlet: clean(cmdlet).into_owned(),
        file: files.to_string(),
    });
    rows.collect()
}

/// One line with the files that `which` says.
fn named(out: &mut String, run: &Run, style: Style, what: &str, which: impl Fn(&InputSummary) -> bool) {
    let inputs: Vec<&InputSummary> = run.inputs.iter().filter(|input| which(input)).collect();
    if inputs.is_empty() {
        return;
    }
    let name = |input: &&InputSummary| {
        let path = clean(&input.path);
        match input.unrecognized {
            0 => path.into_owned(),
            // Beside records of known cmdlets.
            number => format!("{path} ({} of no known cmdlet)", count(number, "record")),
        }
    };
    let mut names: Vec<String> = inputs.iter().take(MAX_NAMES).map(name).collect();
    if inputs.len() > MAX_NAMES {
        names.push(format!("{} and {} more", style.ellipsis(), inputs.len() - MAX_NAMES));
    }
    let label = format!("  {what}: ");
    style.wrap(out, &label, label.len(), &names.join(", "));
}

fn needs(out: &mut String, run: &Run, style: Style, limit: usize, with_lints: bool) {
    let lacking = lacking(run);
    if lacking.is_empty() {
        return;
    }
    out.push_str(&format!("could not be judged ({})\n", affected(&run.lints)));
    for lacking in lacking.iter().take(limit) {
        let Lacking { what, command, side, script, lints, objects } = lacking;
        let objects = match *objects {
            0 => String::new(),
            number => format!(" ({})", count(number, "object")),
        };
        let number = count(lints.len() as u64, "lint");
        style.wrap(out, "  ", 2, &format!("{}{objects}: {number}", clean(what)));
        if with_lints {
            let lints: Vec<&str> = lints.iter().copied().collect();
            style.wrap(out, "    ", 4, &lints.join(", "));
        }
        if let Some(command) = command {
            out.push_str(&format!("    {}: {}\n", where_to_run(*side), clean(command)));
        }
        if let Some(script) = script {
            out.push_str(&format!("    or {}\n", script_line(script)));
        }
    }
    if lacking.len() > limit {
        let rest = lacking.len() - limit;
        out.push_str(&format!("  {} and {rest} more; `--show-unknown` lists them\n", style.ellipsis()));
    }
    out.push('\n');
}

/// How many lints could not judge everything.
fn affected(lints: &[LintSummary]) -> String {
    let unknown = lints.iter().filter(|lint| lint.outcome == Outcome::Unknown).count() as u64;
    let partly =
        lints.iter().filter(|lint| lint.outcome != Outcome::Unknown && !lint.needs.is_empty()).count();
    match partly {
        0 => count(unknown, "lint"),
        partly => format!("{}, and {partly} in part", count(unknown, "lint")),
    }
}
