//! Which files the user's arguments stand for.

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
    if path.is_dir() {
        search(path, &mut found);
    } else if path.exists() {
        file(path, &mut found);
    } else if argument.contains(['*', '?', '[']) {
        expand(argument, &mut found);
    } else if argument.contains('{') {
        found.problems.push(DiscoveryProblem::NoMatch(argument.to_owned()));
    } else {
        found.problems.push(DiscoveryProblem::NotFound(argument.to_owned()));
    }
    found
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
        match entry {
            Ok(path) if path.is_dir() => search(&path, found),
            Ok(path) => file(&path, found),
            Err(error) => found.problems.push(DiscoveryProblem::Unreadable {
                path: error.path().display().to_string(),
                reason: error.error().to_string(),
            }),
        }
    }
    if found.inputs.len() + found.problems.len() == before {
        found.problems.push(DiscoveryProblem::NoMatch(pattern.to_owned()));
    }
}

fn walk(folder: &Path, found: &mut Discovery, archives: &mut Vec<PathBuf>) {
    let unreadable = |path: &Path, error: &io::Error| DiscoveryProblem::Unreadable {
        path: path.display().to_string(),
        reason: error.to_string(),
    };
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
            Ok(entry) => paths.push(entry.path()),
            Err(error) => found.problems.push(unreadable(folder, &error)),
        }
    }
    paths.sort();
    for path in paths {
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')) {
            continue;
        }
        // A linked folder may lead back up; a linked file is read like any other.
        let is_link = path.symlink_metadata().is_ok_and(|data| data.file_type().is_symlink());
        if path.is_dir() {
            if !is_link {
                walk(&path, found, archives);
            }
        } else if has_export_ending(&path) {
            found.inputs.push(Input::File(path));
        } else if archive::is_archive_name(&path) {
            archives.push(path);
        }
    }
}
