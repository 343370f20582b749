//! `explain`: one lint, whole.

use std::io::{self, Write};

use super::args::ExplainArgs;
use super::{Exit, complain, complain_of_mistakes, load_lints};
use crate::lint::Lint;
use crate::schema::{Registry, closest};
use crate::source::Sources;

pub(super) fn run(registry: &'static Registry, args: &ExplainArgs, out: &mut dyn Write) -> io::Result<Exit> {
    let mut sources = Sources::default();
    let loaded = load_lints(registry, &args.lints, &mut sources);
    complain_of_mistakes(&loaded.mistakes, &sources);
    let Some(lint) = loaded.lints.iter().find(|lint| lint.id == args.id) else {
        let ids = loaded.lints.iter().map(|lint| lint.id.as_str());
        let help = closest(&args.id, ids).map_or_else(
            || "`freebusy-lint lints` lists them".to_owned(),
            |id| format!("did you mean `{id}`?"),
        );
        complain(&format!("there is no lint `{}`; {help}", args.id));
        return Ok(Exit::Usage);
    };
    explain(registry, lint, out)?;
    Ok(if loaded.mistakes.is_empty() { Exit::Clean } else { Exit::Usage })
}

fn explain(registry: &Registry, lint: &Lint, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{} ({}, {})", lint.id, lint.severity, lint.area)?;
    writeln!(out, "{}\n", lint.title)?;
    writeln!(out, "{}\n", lint.why)?;
    writeln!(out, "Reads")?;
    for (side, noun) in &lint.collections {
        let cmdlet = registry.cmdlet(*noun);
        let side = side.map_or("both sides".to_owned(), |side| side.to_string());
        writeln!(out, "  {} ({side})", cmdlet.name)?;
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
