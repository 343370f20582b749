//! Regular expressions of lints.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use regex::{Regex, RegexBuilder};

/// Regular expressions of lints are small.
const MAX_BYTES: usize = 1 << 20;

/// A regular expression, built when it is first needed: that takes longer than all else about a lint.
#[derive(Clone, Debug)]
pub struct Pattern(Arc<Lazy>);

#[derive(Debug)]
struct Lazy {
    text: Box<str>,
    built: OnceLock<Result<Regex, String>>,
}

impl Pattern {
    fn new(text: &str) -> Self {
        Self(Arc::new(Lazy { text: text.into(), built: OnceLock::new() }))
    }

    /// Built.
    ///
    /// # Errors
    ///
    /// Why it is no regular expression.
    pub fn regex(&self) -> Result<&Regex, &str> {
        self.0.built.get_or_init(|| build(&self.0.text)).as_ref().map_err(String::as_str)
    }
}

fn build(text: &str) -> Result<Regex, String> {
    RegexBuilder::new(text).size_limit(MAX_BYTES).build().map_err(|error| {
        let reason = error.to_string();
        let last = reason.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
        format!("is no regular expression: {last}")
    })
}

/// The regular expressions of several lints, each distinct one once.
#[derive(Clone, Debug, Default)]
pub struct Patterns(Arc<Mutex<HashMap<Box<str>, Pattern>>>);

impl Patterns {
    /// By its text.
    pub(super) fn get(&self, text: &str) -> Pattern {
        // A panic of another thread leaves the table as it was.
        let mut patterns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pattern) = patterns.get(text) {
            return pattern.clone();
        }
        let pattern = Pattern::new(text);
        patterns.insert(text.into(), pattern.clone());
        pattern
    }
}
