//! Which files the user's arguments stand for.

use std::fs::FileType;
use std::io;
use std::path::{Path, PathBuf};

use super::archive;
use super::found::{Discovery, DiscoveryProblem, has_export_ending};
use super::input::Input;

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
