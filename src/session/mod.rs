//! A run from end to end: options and inputs in, a [`Run`], a
//! [`Comparison`] or a [`Diagnosis`] out.
//!
//! A session is built once, from options, and judges as often as it is asked to. Whatever a run consists of is one of its
//! steps, in this order:
//!
//! 1. The *configuration* is read when the session is built: it says which files are of which side.
//! 2. The *lints* load on a thread of their own meanwhile, the built-in ones and those of one's own, with the severities of
//!    the configuration. They are shared by all runs of the session.
//! 3. *Inputs* become files: a folder is searched, a pattern expanded, an archive listed. Each counts once.
//! 4. For a *redacted* run all of it is read once beforehand, so that a name has one pseudonym wherever it stands.
//! 5. Lints are *selected*, and say what is to be kept of the exports.
//! 6. Exports are *read* in the order they were given. Lints that look at one record judge it now, all others when
//!    everything is read.
//! 7. What is lacking is named, with the line of the *script* that exports it.
//! 8. Findings are *suppressed* that the configuration or the baseline knows. A redacted run learns from a plain one over the
//!    same inputs which these are.
//! 9. A redacted run *hides* what the user wrote in arguments and in the configuration.
//!
//! What is wrong with inputs, lints or the configuration never ends a run: it is among its problems, and its
//! [`Verdict`] says so. An [`Error`] is what leaves nothing to judge, such as no input at all.
//!
//! Nothing here writes to standard output or error, nor knows of arguments and exit codes: the command line is one caller
//! of several. Results are plain data for `report`.

mod baseline;
mod beside;
mod bundle;
mod copies;
mod diagnosis;
mod error;
mod inputs;
mod judge;
mod options;
mod redacted;
mod run;
mod script;
mod settings;
mod verdict;

use std::path::Path;
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use jiff::tz::Offset;

pub use bundle::Bundle;
pub use copies::{Copies, Folder, RedactedCopy, Sink};
pub use error::{BundleError, Error, Mistakes};
pub use inputs::{Input, Inputs};
pub use jiff::civil::Date;
pub use options::{Builder, Configuration, Watch};
pub use script::ScriptRequest;
pub use settings::Symptoms;
pub use verdict::Verdict;

use crate::config::Config;
use crate::diagnosis::Diagnosis;
use crate::diagnostic::{Comparison, Diagnostic, Run, Severity};
use crate::diff;
use crate::engine::Request;
use crate::lint::Lint;
use crate::schema::Registry;
use beside::Beside;
use options::Options;
use run::Plan;
use settings::{Configured, Settings};

/// Lints and configuration, loaded once for as many runs as are wanted.
#[derive(Clone)]
pub struct Session {
    registry: &'static Registry,
    options: Options,
    configured: Arc<Configured>,
    settings: Arc<Beside<Settings>>,
    symptoms: Arc<OnceLock<Symptoms>>,
}

impl Session {
    /// Options, beginning with none: the built-in lints without a configuration, judged by today.
    pub fn builder() -> Builder {
        Builder::default()
    }

    fn new(options: Options) -> Result<Self, Error> {
        let registry = Registry::embedded().map_err(Error::Schemas)?;
        if options.is_redacted && options.write_baseline.is_some() {
            return Err(Error::RedactedBaseline);
        }
        let configured = Arc::new(Configured::read(&options.configuration));
        let settings = {
            let (configured, folders) = (configured.clone(), options.lints.clone());
            Beside::new(move || Settings::load(registry, &configured, &folders))
        };
        Ok(Self { registry, options, configured, settings: Arc::new(settings), symptoms: Arc::default() })
    }

    /// The same session, judging by another day. Its lints are not loaded again.
    #[must_use]
    pub fn at(&self, day: Date) -> Self {
        let mut session = self.clone();
        session.options.as_of = Some(day);
        session
    }

    /// What lints say of exports, with what the configuration and the baseline know left out. Writes the baseline where
    /// that is among the options.
    ///
    /// # Errors
    ///
    /// When no input is given, or it is to be redacted together with lints of one's own.
    pub fn check(&self, inputs: impl Into<Inputs>) -> Result<Run, Error> {
        let plan = Plan { has_baseline: true, ..Plan::default() };
        Ok(self.judge(&inputs.into(), &plan)?.run)
    }

    /// Like [`Session::check`] by all lints, with the way of a request (of all, where it has no addresses).
    ///
    /// # Errors
    ///
    /// Those of [`Session::check`].
    pub fn trace(&self, inputs: impl Into<Inputs>, request: &Request) -> Result<Run, Error> {
        let plan = Plan { request: Some(request), has_all_lints: true, ..Plan::default() };
        Ok(self.judge(&inputs.into(), &plan)?.run)
    }

    /// What changed between two sets of exports; the records of recipients as well, where these are wanted, which may be
    /// millions.
    ///
    /// # Errors
    ///
    /// Those of [`Session::check`], and when both are standard input.
    pub fn diff(
        &self,
        before: impl Into<Inputs>,
        after: impl Into<Inputs>,
        with_recipients: bool,
    ) -> Result<Comparison, Error> {
        let inputs = [before.into(), after.into()];
        if inputs.iter().all(Inputs::has_stdin) {
            return Err(Error::StdinTwice);
        }
        let plan = Plan { compared: Some(with_recipients), ..Plan::default() };
        let [before, after] = self.judge_both(&inputs, &plan)?;
        let (before, after) = ((before.run, &before.snapshot), (after.run, &after.snapshot));
        Ok(diff::compare(self.registry, before, after, with_recipients))
    }

    /// The causes of an error text, looked for in exports where there are any.
    ///
    /// # Errors
    ///
    /// When the text is empty, or exports are to be redacted together with lints of one's own.
    pub fn diagnose(&self, text: &str, inputs: impl Into<Inputs>) -> Result<Diagnosis, Error> {
        diagnosis::diagnose(self, text, &inputs.into())
    }

    /// Copies of exports without names, addresses and ids, into `sink`.
    ///
    /// # Errors
    ///
    /// When no input is given, or something is wrong with the configuration, which says which sides files are of. What
    /// cannot be copied is told of in [`Copies`].
    pub fn redact(&self, inputs: impl Into<Inputs>, sink: &mut dyn Sink) -> Result<Copies, Error> {
        copies::copy(self, &inputs.into(), sink)
    }

    /// Redacted exports, their reports and a manifest in a ZIP archive. The same exports give the same bytes.
    ///
    /// # Errors
    ///
    /// Those of [`Session::check`], and when the archive cannot be written. Then nothing is left of it.
    pub fn bundle(&self, inputs: impl Into<Inputs>, archive: &Path) -> Result<Bundle, Error> {
        bundle::bundle(self, &inputs.into(), archive)
    }

    /// The PowerShell script that exports what lints read.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with lints, symptoms, the configuration or the names of the request.
    pub fn script(&self, request: &ScriptRequest) -> Result<String, Mistakes> {
        script::script(self, request)
    }

    /// The cmdlets.
    #[must_use]
    pub const fn registry(&self) -> &'static Registry {
        self.registry
    }

    /// The configuration; an empty one where there is none.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.configured.config
    }

    /// All lints, sorted by id, with the severities of the configuration.
    #[must_use]
    pub fn lints(&self) -> &[Lint] {
        &self.settings.get().lints
    }

    /// The lints that run, and which names of the options are none.
    #[must_use]
    pub fn selected_lints(&self) -> (Vec<&Lint>, Vec<Diagnostic>) {
        let lints: Vec<&Lint> = self.lints().iter().collect();
        self.select(&lints, self.config())
    }

    /// What is wrong with the configuration and lints of one's own.
    #[must_use]
    pub fn mistakes(&self) -> Mistakes {
        let sources = self.settings.get().sources.clone();
        Mistakes { diagnostics: self.problems(self.options.is_redacted), sources }
    }

    /// The error texts that are known, built in and of one's own.
    #[must_use]
    pub fn symptoms(&self) -> &Symptoms {
        self.symptoms.get_or_init(|| {
            let settings = self.settings.get();
            let own = if self.options.is_redacted { &[] } else { settings.folders.as_slice() };
            Symptoms::load(own, settings.sources.clone())
        })
    }

    /// The lowest severity that fails a run; `None` where none does. Warnings, unless options or the configuration say
    /// otherwise.
    #[must_use]
    pub fn threshold(&self) -> Option<Severity> {
        let given = self.options.fail_on.or_else(|| self.config().fail_on());
        given.map_or(Some(Severity::Warning), |fail_on| fail_on.0)
    }

    /// The day to judge by: today in UTC, where none is given.
    fn day(&self) -> Date {
        self.options.as_of.unwrap_or_else(|| Offset::UTC.to_datetime(Timestamp::now()).date())
    }
}
