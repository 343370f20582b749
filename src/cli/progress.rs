//! A line on the terminal that says how far reading is, for inputs that take longer than a moment.

use std::cell::Cell;
use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

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
    files: usize,
    /// `None` where nobody watches.
    started: Option<Instant>,
    drawn: Cell<Option<Instant>>,
    file: Cell<usize>,
    name: Cell<String>,
    objects: Cell<u64>,
}

impl Progress {
    /// For so many files.
    pub(super) fn new(files: usize) -> Self {
        let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let is_watched = io::stderr().is_terminal() && !is_dumb && !is_set("CI");
        Self::starting(files, is_watched.then(Instant::now))
    }

    fn starting(files: usize, started: Option<Instant>) -> Self {
        Self {
            files,
            started,
            drawn: Cell::new(None),
            file: Cell::new(0),
            name: Cell::default(),
            objects: Cell::new(0),
        }
    }

    /// The next file is about to be read.
    pub(super) fn file(&self, path: &str) {
        self.file.set(self.file.get() + 1);
        if self.started.is_some() {
            self.name.set(path.to_owned());
            self.look();
        }
    }

    /// An object was read.
    pub(super) fn object(&self) {
        self.objects.set(self.objects.get() + 1);
        if self.objects.get().is_multiple_of(STRIDE) {
            self.look();
        }
    }

    fn look(&self) {
        let Some(started) = self.started else { return };
        let is_due = self.drawn.get().is_none_or(|drawn| drawn.elapsed() >= PAUSE);
        if started.elapsed() >= PATIENCE && is_due {
            // A line that cannot be shown is not missed.
            let _ = write!(io::stderr().lock(), "\r\x1b[2K{}", self.line());
            let _ = io::stderr().flush();
            self.drawn.set(Some(Instant::now()));
        }
    }

    fn line(&self) -> String {
        let name = self.name.take();
        let length = name.chars().count();
        let end: String = name.chars().skip(length.saturating_sub(MAX_PATH)).collect();
        let end: String = end.chars().map(|c| if c.is_control() { '?' } else { c }).collect();
        let mark = if length > MAX_PATH { "..." } else { "" };
        let (file, files, objects) = (self.file.get(), self.files, self.objects.get());
        let line = match file {
            0 => format!("reading {files} files, {objects} objects"),
            _ => format!("reading file {file} of {files}, {objects} objects: {mark}{end}"),
        };
        self.name.set(name);
        line
    }
}

/// Wipes the line, so that the report begins on a clean one.
impl Drop for Progress {
    fn drop(&mut self) {
        if self.drawn.get().is_some() {
            let _ = write!(io::stderr().lock(), "\r\x1b[2K");
            let _ = io::stderr().flush();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_where_it_is() {
        let progress = Progress::starting(3, Some(Instant::now()));
        progress.file("a/b.json");
        progress.object();
        progress.object();
        assert_eq!(progress.line(), "reading file 1 of 3, 2 objects: a/b.json");
        progress.file(&format!("x\x1b/{}.json", "é".repeat(60)));
        let line = progress.line();
        assert!(
            line.starts_with("reading file 2 of 3, 2 objects: ...é") && line.ends_with(".json"),
            "{line}"
        );
        assert!(line.chars().count() < 80, "fits a terminal");
    }

    #[test]
    fn nothing_is_drawn_in_the_first_moment() {
        let progress = Progress::starting(1, Some(Instant::now()));
        progress.file("a");
        assert!(progress.drawn.get().is_none());
    }
}
