//! `explain`: one lint, whole.

use std::io::{self, Write};

use super::args::ExplainArgs;
use super::settings::Settings;
use super::{Exit, complain, complain_of_mistakes};
use crate::config::Config;
use crate::lint::Lint;
use crate::schema::{Registry, closest};

pub(super) fn run(registry: &'static Registry, args: &ExplainArgs, out: &mut dyn Write) -> io::Result<Exit> {
    let Settings { config, lints, problems, sources } = Settings::load(registry, &args.config, &args.lints);
    complain_of_mistakes(&problems, &sources);
    let Some(lint) = lints.iter().find(|lint| lint.id == args.id) else {
        let ids = lints.iter().map(|lint| lint.id.as_str());
        let help = closest(&args.id, ids).map_or_else(
            || "`freebusy-lint lints` lists them".to_owned(),
            |id| format!("did you mean `{id}`?"),
        );
        complain(&format!("there is no lint `{}`; {help}", args.id));
        return Ok(Exit::Usage);
    };
    explain(registry, lint, &config, out)?;
    Ok(if problems.is_empty() { Exit::Clean } else { Exit::Usage })
}

fn explain(registry: &Registry, lint: &Lint, config: &Config, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{} ({}, {})", lint.id, lint.severity, lint.area)?;
    writeln!(out, "{}\n", lint.title)?;
    writeln!(out, "{}\n", lint.why)?;
    writeln!(out, "Reads")?;
    for (side, noun) in &lint.collections {
        let cmdlet = registry.cmdlet(*noun);
        let side = side.map_or("both sides".to_owned(), |side| side.to_string());
        writeln!(out, "  {} ({side})", cmdlet.name)?;
    }
    if !lint.thresholds.is_empty() {
        let configured = config.thresholds();
        writeln!(out, "\nThresholds")?;
        for (name, default) in &lint.thresholds {
            writeln!(out, "  {name} = {}", configured.get(name).unwrap_or(default))?;
        }
    }
    writeln!(out, "\nCases")?;
    for case in &lint.cases {
        writeln!(out, "  {:<14} {}", case.expected.outcome.name(), case.name)?;
    }
    writeln!(out, "\nReferences")?;
    for reference in &lint.references {
        writeln!(out, "  {reference}")?;
    }
    writeln!(out, "\nThe lint itself\n")?;
    for line in lint.text.content().lines() {
        writeln!(out, "  {line}").map(drop)?;
    }
    Ok(())
}
