//! A line on the terminal that says how far reading is, for inputs that take longer than a moment.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::session::Watch;

/// Whoever waits no longer than this needs no news.
const PATIENCE: Duration = Duration::from_secs(1);
/// Between two lines.
const PAUSE: Duration = Duration::from_millis(100);
/// Objects between two looks at the clock.
const STRIDE: u64 = 256;
/// Characters of a path: one that wraps could not be wiped.
const MAX_PATH: usize = 40;

/// How far reading is. Silent where standard error is no terminal, and in CI.
pub(super) struct Progress {
    is_watched: bool,
    state: Mutex<State>,
    objects: AtomicU64,
}

#[derive(Default)]
struct State {
    files: usize,
    /// `None` where nobody watches.
    started: Option<Instant>,
    drawn: Option<Instant>,
    file: usize,
    name: String,
}

impl Progress {
    /// Of a session whose user may watch.
    pub(super) fn new() -> Self {
        let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self::watched(io::stderr().is_terminal() && !is_dumb && !is_set("CI"))
    }

    fn watched(is_watched: bool) -> Self {
        Self { is_watched, state: Mutex::default(), objects: AtomicU64::new(0) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn look(&self, state: &mut State) {
        let Some(started) = state.started else { return };
        let is_due = state.drawn.is_none_or(|drawn| drawn.elapsed() >= PAUSE);
        if started.elapsed() >= PATIENCE && is_due {
            // A line that cannot be shown is not missed.
            let _ =
                write!(io::stderr().lock(), "\r\x1b[2K{}", state.line(self.objects.load(Ordering::Relaxed)));
            let _ = io::stderr().flush();
            state.drawn = Some(Instant::now());
        }
    }
}

impl Watch for Progress {
    fn begin(&self, files: usize) {
        let started = self.is_watched.then(Instant::now);
        *self.state() = State { files, started, ..State::default() };
        self.objects.store(0, Ordering::Relaxed);
    }

    fn input(&self, name: &str) {
        let mut state = self.state();
        state.file += 1;
        if state.started.is_some() {
            name.clone_into(&mut state.name);
            self.look(&mut state);
        }
    }

    fn record(&self) {
        let objects = self.objects.fetch_add(1, Ordering::Relaxed) + 1;
        if objects.is_multiple_of(STRIDE) {
            self.look(&mut self.state());
        }
    }

    /// Wipes the line, so that the report begins on a clean one.
    fn end(&self) {
        if self.state().drawn.take().is_some() {
            let _ = write!(io::stderr().lock(), "\r\x1b[2K");
            let _ = io::stderr().flush();
        }
    }
}

impl State {
    fn line(&self, objects: u64) -> String {
        let Self { files, file, name, .. } = self;
        let length = name.chars().count();
        let end = name.chars().skip(length.saturating_sub(MAX_PATH));
        let end: String = end.map(|c| if c.is_control() { '?' } else { c }).collect();
        let mark = if length > MAX_PATH { "..." } else { "" };
        match file {
            0 => format!("reading {files} files, {objects} objects"),
            _ => format!("reading file {file} of {files}, {objects} objects: {mark}{end}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(progress: &Progress) -> String {
        progress.state().line(progress.objects.load(Ordering::Relaxed))
    }

    #[test]
    fn says_where_it_is() {
        let progress = Progress::watched(true);
        progress.begin(3);
        progress.input("a/b.json");
        progress.record();
        progress.record();
        assert_eq!(line(&progress), "reading file 1 of 3, 2 objects: a/b.json");
        progress.input(&format!("x\x1b/{}.json", "é".repeat(60)));
        let line = line(&progress);
        assert!(
            line.starts_with("reading file 2 of 3, 2 objects: ...é") && line.ends_with(".json"),
            "{line}"
        );
        assert!(line.chars().count() < 80, "fits a terminal");
    }

    #[test]
    fn nothing_is_drawn_in_the_first_moment() {
        let progress = Progress::watched(true);
        progress.begin(1);
        progress.input("a");
        assert!(progress.state().drawn.is_none());
    }
}
