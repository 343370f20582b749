//! A row for each finding, for spreadsheets and `Import-Csv`: RFC 4180, UTF-8 with a byte order mark, without which Excel
//! and Windows PowerShell read another encoding.

use std::borrow::Cow;
use std::io;

use super::text::clean;
use super::{findings, path_of, shorten, suppressed};
use crate::diagnostic::{Diagnostic, Finding, Platform, Run, Suppression};

const COLUMNS: [&str; 18] = [
    "severity",
    "lint",
    "title",
    "side",
    "cmdlet",
    "object",
    "message",
    "path",
    "line",
    "column",
    "value",
    "why",
    "fix",
    "command",
    "run_on",
    "fingerprint",
    "suppressed",
    "property",
];
/// Characters of a value.
const MAX_VALUE: usize = 200;

pub(super) fn write(run: &Run, out: &mut dyn io::Write) -> io::Result<()> {
    out.write_all("\u{feff}".as_bytes())?;
    row(out, &COLUMNS.map(Cow::Borrowed))?;
    let reported = findings(run).map(|(diagnostic, finding)| (diagnostic, finding, None));
    let others = suppressed(run).map(|(diagnostic, finding, by)| (diagnostic, finding, Some(by)));
    for (diagnostic, finding, by) in reported.chain(others) {
        row(out, &cells(run, diagnostic, finding, by))?;
    }
    Ok(())
}

fn cells<'a>(
    run: &'a Run,
    diagnostic: &'a Diagnostic,
    finding: &'a Finding,
    by: Option<&'a Suppression>,
) -> [Cow<'a, str>; 18] {
    let Finding { lint, subject, why, fix, fingerprint } = finding;
    let summary = run.lints.iter().find(|summary| summary.id == *lint);
    let (subject, fix) = (subject.as_ref(), fix.as_ref());
    let label = diagnostic.labels.first();
    let number =
        |number: Option<u32>| Cow::Owned(number.map(|number| number.to_string()).unwrap_or_default());
    [
        diagnostic.severity.name().into(),
        lint.into(),
        summary.map(|summary| summary.title.as_str()).unwrap_or_default().into(),
        subject.and_then(|subject| subject.side).map(Platform::name).unwrap_or_default().into(),
        subject.map(|subject| subject.cmdlet.as_str()).unwrap_or_default().into(),
        subject.and_then(|subject| subject.object.as_deref()).unwrap_or_default().into(),
        diagnostic.message.as_str().into(),
        label.map(|label| path_of(run, label)).unwrap_or_default().into(),
        number(label.map(|label| label.location.start.line)),
        number(label.map(|label| label.location.start.column)),
        label.map(|label| shorten(label.value(), MAX_VALUE, "…")).unwrap_or_default().into(),
        prose(why),
        fix.map(|fix| prose(&fix.text)).unwrap_or_default(),
        fix.and_then(|fix| fix.command.as_deref()).unwrap_or_default().into(),
        fix.and_then(|fix| fix.side).map(Platform::name).unwrap_or_default().into(),
        fingerprint.into(),
        by.map(reason).unwrap_or_default(),
        label.and_then(|label| label.property.as_deref()).unwrap_or_default().into(),
    ]
}

fn prose(text: &str) -> Cow<'_, str> {
    Cow::Owned(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn reason(by: &Suppression) -> Cow<'_, str> {
    match by {
        Suppression::Baseline => "baseline".into(),
        Suppression::Configuration { reason, until: None } => reason.into(),
        Suppression::Configuration { reason, until: Some(day) } => format!("{reason} (until {day})").into(),
    }
}

fn row(out: &mut dyn io::Write, cells: &[Cow<'_, str>]) -> io::Result<()> {
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 {
            out.write_all(b",")?;
        }
        out.write_all(field(cell).as_bytes())?;
    }
    out.write_all(b"\r\n")
}

/// A cell: quoted where it must be, and with an apostrophe before what a spreadsheet would take for a formula.
fn field(text: &str) -> String {
    let lines: Vec<Cow<'_, str>> = text.split('\n').map(|line| clean(line.trim_end_matches('\r'))).collect();
    let text = lines.join("\n");
    // A tab, which would do the same, is escaped already.
    let is_formula = text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    let text = if is_formula { format!("'{text}") } else { text };
    if text.contains([',', '"', '\n']) || text.starts_with(' ') || text.ends_with(' ') {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::ReportFormat;
    use crate::report::fixture::{rendered, sample_run};

    /// Reads what RFC 4180 describes.
    fn parse(text: &str) -> Vec<Vec<String>> {
        let (mut rows, mut cells, mut cell) = (Vec::new(), Vec::new(), String::new());
        let (mut quoted, mut rest) = (false, text);
        while let Some(c) = rest.chars().next() {
            rest = &rest[c.len_utf8()..];
            match (c, quoted) {
                ('"', true) if rest.starts_with('"') => {
                    cell.push('"');
                    rest = &rest[1..];
                }
                ('"', _) => quoted = !quoted,
                (',', false) => cells.push(std::mem::take(&mut cell)),
                ('\r', false) => {
                    assert!(rest.starts_with('\n'));
                    rest = &rest[1..];
                    cells.push(std::mem::take(&mut cell));
                    rows.push(std::mem::take(&mut cells));
                }
                (c, _) => cell.push(c),
            }
        }
        assert!(cells.is_empty() && cell.is_empty() && !quoted, "the last row is whole");
        rows
    }

    #[test]
    fn sample() {
        let mut run = sample_run();
        run.findings.truncate(5);
        insta::assert_snapshot!(rendered(&run, ReportFormat::Csv).replace('\r', "␍"));
    }

    #[test]
    fn every_finding_is_a_row_of_as_many_cells() {
        let text = rendered(&sample_run(), ReportFormat::Csv);
        let rows = parse(text.strip_prefix('\u{feff}').unwrap());
        assert_eq!(rows.len(), 1 + 104 + 2);
        assert!(rows.iter().all(|row| row.len() == COLUMNS.len()));
        let differ = &rows[3];
        assert_eq!(differ[5], "O365 to 本社 ☎");
        assert_eq!(differ[7..11], ["exports/cloud/orgrel.xml", "5", "26", "fabrikam.com"]);
        assert_eq!(differ[13].lines().count(), 2, "a command of two lines");
        assert_eq!(rows[1][7..11], ["", "", "", ""], "a finding without a place");
        assert_eq!(rows[106][16], "baseline");
    }

    #[test]
    fn formulas_are_text() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "＝1"] {
            assert!(field(text).trim_start_matches('"').starts_with('\''), "{text}");
        }
        assert_eq!(field("\t=1"), "\\t=1");
        assert_eq!(field("Set-Mailbox"), "Set-Mailbox");
        assert_eq!(field("a\x1bb"), "a\\u{1b}b");
        assert_eq!(field("say \"hi\",\r\nthen"), "\"say \"\"hi\"\",\nthen\"");
    }
}
