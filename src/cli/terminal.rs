//! What the user has to know and no report can hold, on standard error.

use std::io::{self, Write};

use crate::diagnostic::Diagnostic;
use crate::session::Mistakes;
use crate::source::Sources;

/// Says it.
pub(super) fn complain(message: &str) {
    let _ = writeln!(io::stderr().lock(), "freebusy-lint: {message}");
}

/// Says what is wrong in files that people write, for commands without a report.
pub(super) fn complain_of(Mistakes { diagnostics, sources }: &Mistakes) {
    complain_of_all(diagnostics, sources);
}

/// Says what is wrong, with the places in `sources`.
pub(super) fn complain_of_all(mistakes: &[Diagnostic], sources: &Sources) {
    for mistake in mistakes {
        let place = mistake.labels.first().map(|label| {
            let start = label.location.start;
            format!("{}:{}:{}: ", sources.path(label.location.source), start.line, start.column)
        });
        let place =
            place.or_else(|| mistake.path.as_ref().map(|path| format!("{path}: "))).unwrap_or_default();
        let help = mistake.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
        complain(&format!("{place}{}{help}", mistake.message));
    }
}
