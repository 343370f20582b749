//! What a run is given to read, and which files that is.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::config::Config;
use crate::diagnostic::{Diagnostic, Platform, Problem};
use crate::source::{self, discover};

/// Something to read, as given.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Input {
    /// A file, an archive of files, a folder with all its subfolders, or a pattern such as `exports/*.xml`.
    Path(PathBuf),
    /// Content that lies in no file, such as an upload or an editor's buffer.
    Bytes {
        /// Its path as reports show it, with `/` between folders; may tell the side and the cmdlet.
        name: String,
        /// All of it.
        bytes: Arc<[u8]>,
    },
    /// Standard input.
    Stdin,
}

impl Input {
    /// An argument, where `-` is standard input.
    #[must_use]
    pub fn argument(argument: &str) -> Self {
        if argument == "-" { Self::Stdin } else { Self::Path(argument.into()) }
    }

    /// Content under a name.
    #[must_use]
    pub fn bytes(name: impl Into<String>, bytes: impl Into<Arc<[u8]>>) -> Self {
        Self::Bytes { name: name.into(), bytes: bytes.into() }
    }
}

impl From<&str> for Input {
    fn from(path: &str) -> Self {
        Self::Path(path.into())
    }
}

impl From<String> for Input {
    fn from(path: String) -> Self {
        Self::Path(path.into())
    }
}

impl From<&Path> for Input {
    fn from(path: &Path) -> Self {
        Self::Path(path.to_owned())
    }
}

impl From<PathBuf> for Input {
    fn from(path: PathBuf) -> Self {
        Self::Path(path)
    }
}

/// Everything that a run reads, each once: of what is given twice, what was given first, so that a buffer stands for its
/// file if it comes before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inputs {
    given: Vec<(Input, Option<Platform>)>,
}

impl Inputs {
    /// Adds an input that tells its side itself.
    #[must_use]
    pub fn with(self, input: impl Into<Input>) -> Self {
        self.of_side(None, input)
    }

    /// Adds an input of a side, whatever it tells itself. It counts as given before all that tell their side themselves.
    #[must_use]
    pub fn of(self, side: Platform, input: impl Into<Input>) -> Self {
        self.of_side(Some(side), input)
    }

    fn of_side(mut self, side: Option<Platform>, input: impl Into<Input>) -> Self {
        self.given.push((input.into(), side));
        self
    }

    /// Whether there is nothing to read.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.given.is_empty()
    }

    /// Whether standard input is read.
    #[must_use]
    pub fn has_stdin(&self) -> bool {
        self.given.iter().any(|(input, _)| *input == Input::Stdin)
    }

    /// Whole paths of the files on disk that are read: nothing is to be written over them.
    #[must_use]
    pub fn files(&self) -> BTreeSet<PathBuf> {
        files(discover_all(self, &Config::default()).0.iter().map(|(input, _)| input))
    }

    /// What was given, in the order in which it counts.
    fn in_order(&self) -> impl Iterator<Item = (&Input, Option<Platform>)> {
        let of = |side| self.given.iter().filter(move |(_, given)| *given == side);
        let sides = Platform::ALL.into_iter().map(Some).chain([None]);
        sides.flat_map(of).map(|(input, side)| (input, *side))
    }
}

impl<T: Into<Input>> From<Vec<T>> for Inputs {
    fn from(inputs: Vec<T>) -> Self {
        inputs.into_iter().collect()
    }
}

impl<T: Into<Input>, const N: usize> From<[T; N]> for Inputs {
    fn from(inputs: [T; N]) -> Self {
        inputs.into_iter().collect()
    }
}

impl From<Input> for Inputs {
    fn from(input: Input) -> Self {
        [input].into()
    }
}

impl<T: Into<Input>> FromIterator<T> for Inputs {
    fn from_iter<I: IntoIterator<Item = T>>(inputs: I) -> Self {
        inputs.into_iter().fold(Self::default(), Self::with)
    }
}

/// All files of the inputs, each once, with the side that was said, and what gave none.
pub(super) fn discover_all(
    inputs: &Inputs,
    config: &Config,
) -> (Vec<(source::Input, Option<Platform>)>, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let mut problems = Vec::new();
    let mut seen = BTreeSet::new();
    for (given, side) in inputs.in_order() {
        // What is named itself is read, whatever the configuration says.
        let is_named = |input: &source::Input| matches!((input, given), (source::Input::File(path), Input::Path(given)) if path == given);
        let is_excluded = |input: &source::Input| input.file().is_some_and(|path| config.excludes(path));
        let inputs = expand(given, &mut problems).into_iter();
        let inputs = inputs.filter(|input| is_named(input) || !is_excluded(input));
        for input in inputs.filter(|input| seen.insert(whole(input))) {
            let side = side.or_else(|| side_of(&input, config, &mut problems));
            found.push((input, side));
        }
    }
    (found, problems)
}

/// What is the same for one input however its path is spelled.
fn whole(input: &source::Input) -> (Option<PathBuf>, String) {
    match input {
        source::Input::File(path) => match path.canonicalize() {
            Ok(whole) => (Some(whole), String::new()),
            Err(_) => (None, input.display()),
        },
        source::Input::Member(_) => {
            let name = input.display();
            let inside = name.rsplit_once('!').map_or("", |(_, inside)| inside).to_owned();
            (input.file().and_then(|file| file.canonicalize().ok()), inside)
        }
        source::Input::Bytes { .. } | source::Input::Stdin => (None, input.display()),
    }
}

/// What an input stands for.
fn expand(given: &Input, problems: &mut Vec<Diagnostic>) -> Vec<source::Input> {
    let path = match given {
        Input::Path(path) => path.to_string_lossy(),
        Input::Bytes { name, bytes } => {
            return vec![source::Input::Bytes { name: name.clone(), bytes: bytes.clone() }];
        }
        Input::Stdin => return vec![source::Input::Stdin],
    };
    let discovery = discover(&path);
    if discovery.inputs.is_empty() && discovery.problems.is_empty() {
        let path = path.into_owned().into();
        let help = "files in folders are read if they end in .xml, .clixml, .json, .ndjson, .jsonl, .txt, .log or .csv, \
                    and .zip where there are no others";
        problems.push(Diagnostic::problem(Problem::NoExports { path }).with_help(help));
    }
    for problem in discovery.problems {
        let help = problem.help().map(str::to_owned);
        problems.push(Diagnostic { help, ..Diagnostic::problem(problem.into()) });
    }
    discovery.inputs
}

/// Whole paths of the files that hold inputs.
pub(super) fn files<'a>(inputs: impl Iterator<Item = &'a source::Input>) -> BTreeSet<PathBuf> {
    inputs.filter_map(|input| input.file()?.canonicalize().ok()).collect()
}

/// The side of a file that the configuration says.
fn side_of(input: &source::Input, config: &Config, problems: &mut Vec<Diagnostic>) -> Option<Platform> {
    let path = match input {
        source::Input::File(path) => path.as_path(),
        source::Input::Bytes { name, .. } => Path::new(name),
        source::Input::Member(_) | source::Input::Stdin => return None,
    };
    match config.side(path) {
        Ok(side) => side,
        Err(problem) => {
            problems.push(*problem);
            None
        }
    }
}
