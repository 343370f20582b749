//! What a session is told once.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use super::{Date, Error, Session};
use crate::config::FailOn;
use crate::diagnostic::Severity;

/// Which configuration holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Configuration {
    /// None.
    #[default]
    None,
    /// `freebusy-lint.toml` in the working directory, or in the closest folder above it; none where there is no such file.
    Find,
    /// This file.
    File(PathBuf),
}

/// Is told how far reading is.
pub trait Watch: Send + Sync {
    /// So many inputs are about to be read.
    fn begin(&self, inputs: usize);
    /// The next of them.
    fn input(&self, name: &str);
    /// A record was read.
    fn record(&self);
    /// Everything is read.
    fn end(&self);
}

/// Nobody looks.
impl Watch for () {
    fn begin(&self, _: usize) {}
    fn input(&self, _: &str) {}
    fn record(&self) {}
    fn end(&self) {}
}

/// As they are when a session is built.
#[derive(Clone)]
pub(super) struct Options {
    pub(super) configuration: Configuration,
    /// Folders of lints besides those of the configuration.
    pub(super) lints: Vec<String>,
    pub(super) select: Vec<String>,
    pub(super) ignore: Vec<String>,
    pub(super) as_of: Option<Date>,
    pub(super) fail_on: Option<FailOn>,
    pub(super) baseline: Option<String>,
    pub(super) write_baseline: Option<String>,
    pub(super) is_redacted: bool,
    pub(super) watch: Arc<dyn Watch>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            configuration: Configuration::None,
            lints: Vec::new(),
            select: Vec::new(),
            ignore: Vec::new(),
            as_of: None,
            fail_on: None,
            baseline: None,
            write_baseline: None,
            is_redacted: false,
            watch: Arc::new(()),
        }
    }
}

/// Options of a [`Session`].
#[derive(Clone, Default)]
#[must_use = "options do nothing until a session is built"]
pub struct Builder {
    options: Options,
}

impl Builder {
    /// Which configuration holds. None, where nothing is said.
    pub fn configuration(mut self, configuration: Configuration) -> Self {
        self.options.configuration = configuration;
        self
    }

    /// Adds the lints, symptoms and manual checks of a folder.
    pub fn lints_dir(mut self, folder: impl Into<String>) -> Self {
        self.options.lints.push(folder.into());
        self
    }

    /// Runs these lints or areas only, whatever the configuration says; may be called again.
    pub fn select(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.options.select.extend(names.into_iter().map(Into::into));
        self
    }

    /// Leaves these lints or areas out; may be called again.
    pub fn ignore(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.options.ignore.extend(names.into_iter().map(Into::into));
        self
    }

    /// Judges by this day instead of today.
    pub const fn as_of(mut self, day: Date) -> Self {
        self.options.as_of = Some(day);
        self
    }

    /// The lowest severity that fails a run, whatever the configuration says; `None` where none does.
    pub const fn fail_on(mut self, threshold: Option<Severity>) -> Self {
        self.options.fail_on = Some(FailOn(threshold));
        self
    }

    /// Leaves the findings that this file has out of checks.
    pub fn baseline(mut self, path: impl Into<String>) -> Self {
        self.options.baseline = Some(path.into());
        self
    }

    /// Writes the findings of a check to this file.
    pub fn write_baseline(mut self, path: impl Into<String>) -> Self {
        self.options.write_baseline = Some(path.into());
        self
    }

    /// Replaces names, addresses and ids in all results, to share them.
    pub const fn redact(mut self, is_redacted: bool) -> Self {
        self.options.is_redacted = is_redacted;
        self
    }

    /// Whom to tell how far reading is.
    pub fn watch(mut self, watch: Arc<dyn Watch>) -> Self {
        self.options.watch = watch;
        self
    }

    /// A session with these options. Reads the configuration.
    ///
    /// # Errors
    ///
    /// When a baseline is to be written with pseudonyms. Mistakes in the configuration and in lints are among the
    /// problems of runs.
    pub fn build(self) -> Result<Session, Error> {
        Session::new(self.options)
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").finish_non_exhaustive()
    }
}
