//! Which files the user's arguments stand for.

use std::fs::{File, FileType};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::archive::{self, Member};

/// One thing to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A file.
    File(PathBuf),
    /// A file in an archive.
    Member(Member),
    /// Standard input, written `-`.
    Stdin,
}

impl Input {
    /// The path as reports show it: with `/` on every system, so that reports are the same everywhere.
    #[must_use]
    pub fn display(&self) -> String {
        match self {
            Self::File(path) => path.to_string_lossy().replace('\\', "/"),
            Self::Member(member) => member.display(),
            Self::Stdin => "<stdin>".to_owned(),
        }
    }

    /// The file on disk that holds it.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Member(member) => Some(member.archive()),
            Self::Stdin => None,
        }
    }

    /// Opens it for `read`.
    ///
    /// # Errors
    ///
    /// When it cannot be opened.
    pub fn read_with<T>(&self, read: impl FnOnce(&mut dyn Read) -> T) -> io::Result<T> {
        match self {
            Self::File(path) => File::open(path).map(|mut file| read(&mut file)),
            Self::Member(member) => member.read_with(read),
            Self::Stdin => Ok(read(&mut io::stdin().lock())),
        }
    }
}

/// An argument, or something below it, that could not be turned into files. The user's mistake, or the file
/// system's refusal.
#[derive(Debug, thiserror::Error)]
pub enum DiscoveryProblem {
    /// The path does not exist.
    #[error("`{0}` does not exist")]
    NotFound(String),
    /// The pattern matches no file.
    #[error("no file matches `{0}`")]
    NoMatch(String),
    /// The pattern is malformed.
    #[error("`{pattern}` is not a valid pattern: {reason}")]
    Pattern {
        /// As given.
        pattern: String,
        /// What the glob parser said.
        reason: String,
    },
    /// An archive, or a file in it, that is not read.
    #[error("`{path}` {reason}")]
    Archive {
        /// As found.
        path: String,
        /// Why not.
        reason: String,
    },
    /// A disk, a terminal, a socket or the like: nothing that exports are written to.
    #[error("`{0}` is a device, not a file of exports")]
    Device(String),
    /// A directory or file could not be looked at.
    #[error("cannot read `{path}`: {reason}")]
    Unreadable {
        /// As found.
        path: String,
        /// What the file system said.
        reason: String,
    },
}

impl DiscoveryProblem {
    /// Whether the file is at fault rather than the argument that names it.
    #[must_use]
    pub const fn is_of_input(&self) -> bool {
        matches!(self, Self::Archive { .. } | Self::Device(_) | Self::Unreadable { .. })
    }

    /// What the user can do about it, where more can be said than the message does.
    #[must_use]
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::NoMatch(pattern) if pattern.contains('{') => {
                Some("braces such as `{json,xml}` are not supported in patterns: give one pattern for each")
            }
            Self::NotFound(_) => {
                Some("give files, folders, patterns such as `exports/*.xml`, or `-` for standard input")
            }
            Self::Archive { .. } => Some("unpack it, look at what is in it, and pass the files"),
            Self::Unreadable { .. } => Some("check that it is still there and that you may read it"),
            Self::Device(_) => Some("give files, folders or pipes; `-` is standard input"),
            Self::NoMatch(_) | Self::Pattern { .. } => None,
        }
    }
}

/// Files found, in a stable order, and what went wrong on the way.
#[derive(Debug, Default)]
pub struct Discovery {
    /// Those of one argument sorted by path; a file that several match is there several times.
    pub inputs: Vec<Input>,
    /// Arguments and folders that gave nothing.
    pub problems: Vec<DiscoveryProblem>,
}

/// Endings of files that a folder is searched for. Files named outright are read whatever their ending.
const ENDINGS: [&str; 8] = ["xml", "clixml", "json", "ndjson", "jsonl", "txt", "log", "csv"];

/// Expands files, folders (searched with all their subfolders, hidden ones left out), patterns, and `-`.
#[must_use]
pub fn discover(argument: &str) -> Discovery {
    let mut found = Discovery::default();
    if argument == "-" {
        found.inputs.push(Input::Stdin);
        return found;
    }
    let path = Path::new(argument);
    match path.metadata() {
        Ok(data) => named(path, data.file_type(), &mut found),
        Err(_) if argument.contains(['*', '?', '[']) => expand(argument, &mut found),
        Err(error) => found.problems.push(match error.kind() {
            io::ErrorKind::NotFound if argument.contains('{') => {
                DiscoveryProblem::NoMatch(argument.to_owned())
            }
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
                DiscoveryProblem::NotFound(argument.to_owned())
            }
            _ => unreadable(path, &error),
        }),
    }
    found
}

/// What was named outright: a pipe is read too, as a shell makes one of `<(command)`.
fn named(path: &Path, kind: FileType, found: &mut Discovery) {
    if kind.is_dir() {
        search(path, found);
    } else if kind.is_file() || is_pipe(kind) {
        file(path, found);
    } else {
        found.problems.push(DiscoveryProblem::Device(path.display().to_string()));
    }
}

#[cfg(unix)]
fn is_pipe(kind: FileType) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    kind.is_fifo()
}

#[cfg(not(unix))]
fn is_pipe(_: FileType) -> bool {
    false
}

/// A file that was named outright.
fn file(path: &Path, found: &mut Discovery) {
    if archive::is_archive(path) {
        archive::expand(path, found);
    } else {
        found.inputs.push(Input::File(path.to_owned()));
    }
}

/// A folder. Archives beside exports are most likely made of them, and are read only where there is nothing else.
fn search(folder: &Path, found: &mut Discovery) {
    let (inputs, problems) = (found.inputs.len(), found.problems.len());
    let mut archives = Vec::new();
    walk(folder, found, &mut archives);
    if (found.inputs.len(), found.problems.len()) == (inputs, problems) {
        archives.iter().for_each(|path| archive::expand(path, found));
    }
}

fn expand(pattern: &str, found: &mut Discovery) {
    let paths = match glob::glob(pattern) {
        Ok(paths) => paths,
        Err(error) => {
            let reason = error.to_string();
            found.problems.push(DiscoveryProblem::Pattern { pattern: pattern.to_owned(), reason });
            return;
        }
    };
    let before = found.inputs.len() + found.problems.len();
    for entry in paths {
        let path = match entry {
            Ok(path) => path,
            Err(error) => {
                found.problems.push(unreadable(error.path(), error.error()));
                continue;
            }
        };
        match path.metadata() {
            Ok(data) if data.is_dir() => search(&path, found),
            Ok(data) if data.is_file() => file(&path, found),
            Ok(_) => {}
            Err(error) => found.problems.push(unreadable(&path, &error)),
        }
    }
    if found.inputs.len() + found.problems.len() == before {
        found.problems.push(DiscoveryProblem::NoMatch(pattern.to_owned()));
    }
}

fn unreadable(path: &Path, error: &io::Error) -> DiscoveryProblem {
    DiscoveryProblem::Unreadable { path: path.display().to_string(), reason: error.to_string() }
}

/// Goes through a folder. Only regular files and links to them are taken: a pipe may never end.
fn walk(folder: &Path, found: &mut Discovery, archives: &mut Vec<PathBuf>) {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            found.problems.push(unreadable(folder, &error));
            return;
        }
    };
    let mut paths = Vec::new();
    for entry in entries {
        match entry {
            Ok(entry) if entry.file_name().to_string_lossy().starts_with('.') => {}
            Ok(entry) => paths.push((entry.path(), entry.file_type())),
            Err(error) => found.problems.push(unreadable(folder, &error)),
        }
    }
    paths.sort_by(|(a, _), (b, _)| a.cmp(b));
    for (path, kind) in paths {
        match kind {
            Ok(kind) if kind.is_dir() => walk(&path, found, archives),
            Ok(kind) if kind.is_symlink() => linked(path, found, archives),
            Ok(kind) if kind.is_file() => take(path, found, archives),
            Ok(_) => {}
            Err(error) => found.problems.push(unreadable(&path, &error)),
        }
    }
}

/// A linked file is read like any other; a linked folder may lead back up.
fn linked(path: PathBuf, found: &mut Discovery, archives: &mut Vec<PathBuf>) {
    match path.metadata() {
        Ok(data) if data.is_file() => take(path, found, archives),
        Ok(_) => {}
        Err(error) if has_export_ending(&path) => found.problems.push(unreadable(&path, &error)),
        // Whatever it led to was not named like an export.
        Err(_) => {}
    }
}

fn take(path: PathBuf, found: &mut Discovery, archives: &mut Vec<PathBuf>) {
    if has_export_ending(&path) {
        found.inputs.push(Input::File(path));
    } else if archive::is_archive_name(&path) {
        archives.push(path);
    }
}

pub(super) fn has_export_ending(path: &Path) -> bool {
    let Some(ending) = path.extension() else { return false };
    let ending = ending.to_string_lossy();
    ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known))
}
