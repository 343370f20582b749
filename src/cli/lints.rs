//! `lints`: a line for each lint.

use std::io::{self, Write};

use super::args::LintsArgs;
use super::settings::Settings;
use super::{Exit, complain_of_mistakes};
use crate::schema::Registry;

pub(super) fn run(registry: &'static Registry, args: &LintsArgs, out: &mut dyn Write) -> io::Result<Exit> {
    let choice = &args.choice;
    let Settings { config, lints, mut problems, sources, .. } =
        Settings::load(registry, &choice.config, &choice.lints);
    let mut lints = Settings::select(lints, &config, choice, &mut problems);
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
    writeln!(out, "\n{} lints; `freebusy-lint explain ID` tells all about one", lints.len())?;
    complain_of_mistakes(&problems, &sources);
    Ok(if problems.is_empty() { Exit::Clean } else { Exit::Usage })
}
