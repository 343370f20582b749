//! Arguments into options and inputs of a session.

use std::sync::Arc;

use super::args::{CheckArgs, ConfigArgs, FailOn, InputArgs, LintChoice, PathArgs};
use super::exit::Failure;
use super::progress::Progress;
use crate::diagnostic::Platform;
use crate::session::{Builder, Configuration, Date, Input, Inputs, Session};

/// What all commands have in common: the configuration, lints of one's own, and a look at standard error while they read.
pub(super) fn builder(config: &ConfigArgs, lints: &[String]) -> Builder {
    let configuration = match &config.config {
        Some(path) => Configuration::File(path.into()),
        None if config.no_config => Configuration::None,
        None => Configuration::Find,
    };
    let builder = Session::builder().configuration(configuration).watch(Arc::new(Progress::new()));
    lints.iter().fold(builder, Builder::lints_dir)
}

impl LintChoice {
    /// With the lints that are chosen.
    pub(super) fn builder(&self) -> Builder {
        builder(&self.config, &self.lints).select(&self.select).ignore(&self.ignore)
    }
}

impl PathArgs {
    /// What is read.
    pub(super) fn inputs(&self) -> Inputs {
        let sides = [
            (Some(Platform::OnPrem), &self.on_prem),
            (Some(Platform::Cloud), &self.cloud),
            (None, &self.paths),
        ];
        let given = sides.into_iter().flat_map(|(side, paths)| paths.iter().map(move |path| (side, path)));
        given.fold(Inputs::default(), |inputs, (side, path)| {
            let input = Input::argument(path);
            match side {
                Some(side) => inputs.of(side, input),
                None => inputs.with(input),
            }
        })
    }
}

impl InputArgs {
    /// Judged by the day that is given.
    pub(super) fn judged(&self, builder: Builder) -> Result<Builder, Failure> {
        judged(builder.redact(self.redact), self.as_of.as_deref())
    }
}

impl CheckArgs {
    /// All of it.
    pub(super) fn builder(&self) -> Result<Builder, Failure> {
        let mut builder = failing_on(self.input.judged(self.choice.builder())?, self.fail_on);
        if let Some(path) = &self.known.baseline {
            builder = builder.baseline(path);
        }
        if let Some(path) = &self.known.write_baseline {
            builder = builder.write_baseline(path);
        }
        Ok(builder)
    }
}

/// Judges by the day that is given.
pub(super) fn judged(builder: Builder, as_of: Option<&str>) -> Result<Builder, Failure> {
    let Some(text) = as_of else { return Ok(builder) };
    let day: Date = text.parse().map_err(|_| {
        let help = "write it as YYYY-MM-DD, such as 2026-11-23";
        Failure::Usage(format!("--as-of: `{text}` is no day; {help}"))
    })?;
    Ok(builder.as_of(day))
}

/// Fails from the severity on that is given.
pub(super) fn failing_on(builder: Builder, fail_on: Option<FailOn>) -> Builder {
    match fail_on {
        Some(fail_on) => builder.fail_on(fail_on.threshold()),
        None => builder,
    }
}
