//! `lints`: a line for each lint.

use std::io::Write;

use super::args::LintsArgs;
use super::exit::Failure;
use super::terminal::complain_of;
use crate::session::Verdict;

pub(super) fn run(args: &LintsArgs, out: &mut dyn Write) -> Result<Verdict, Failure> {
    let session = args.choice.builder().build()?;
    let (mut lints, unknown) = session.selected_lints();
    lints.sort_by(|a, b| (&a.area, &a.id).cmp(&(&b.area, &b.id)));
    let width = lints.iter().map(|lint| lint.id.len()).max().unwrap_or(0);
    let mut area = "";
    for lint in &lints {
        if lint.area != area {
            writeln!(out, "{}{}", if area.is_empty() { "" } else { "\n" }, lint.area)?;
            area = &lint.area;
        }
        writeln!(out, "  {:<width$}  {:<7}  {}", lint.id, lint.severity.name(), lint.title)?;
    }
    writeln!(out, "\n{} lints; `freebusy-lint explain ID` describes one", lints.len())?;
    let mut mistakes = session.mistakes();
    mistakes.diagnostics.extend(unknown);
    complain_of(&mistakes);
    Ok(if mistakes.diagnostics.is_empty() { Verdict::Clean } else { Verdict::Mistake })
}
