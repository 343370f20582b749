//! How reports for people look, by the terminal and the environment.

use std::io::{self, IsTerminal as _};

use super::args::{ColorChoice, LookArgs};
use crate::report::HumanOptions;

/// Width of reports that no terminal shows.
const FILE_WIDTH: usize = 100;

impl LookArgs {
    /// The options of the human report.
    pub(super) fn options(&self) -> HumanOptions {
        let is_terminal = io::stdout().is_terminal();
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let width = terminal_size::terminal_size()
            .filter(|_| is_terminal)
            .map_or(FILE_WIDTH, |(width, _)| width.0.into());
        let color = match self.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => is_terminal && !no_color,
        };
        HumanOptions { color, width, ..HumanOptions::default() }
    }

    /// The same for a report that goes to a file.
    pub(super) fn options_of_files(&self) -> HumanOptions {
        let color = self.color == ColorChoice::Always;
        HumanOptions { color, width: FILE_WIDTH, ..HumanOptions::default() }
    }
}
