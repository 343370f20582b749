//! Archives of exports: their members are inputs like files. Nothing is ever unpacked to disk, and what a member may
//! take is bounded before it is read.

use std::fs::File;
use std::io::{BufReader, Read as _};
use std::path::Path;

use zip::ZipArchive;

use super::found::{Discovery, DiscoveryProblem, has_export_ending};
use super::input::{Input, Member, open};

/// No collection of exports has more files.
const MAX_MEMBERS: usize = 10_000;

/// All members together may take this many bytes.
const MAX_BYTES: u64 = 8 << 30;

/// Members of so many bytes in all may be compressed however well.
const UNSUSPICIOUS_BYTES: u64 = 64 << 20;

/// Exports of a million mailboxes are compressed sixty times over; a bomb a thousand times.
const MAX_RATIO: u64 = 200;

/// Where a bundle has its exports. Its reports are no exports.
const BUNDLE_FOLDER: &str = "exports/";
const BUNDLE_MANIFEST: &str = "manifest.json";

/// Whether a file is named like an archive.
pub(super) fn is_archive_name(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip"))
}

/// Whether a file is an archive: by its ending, else by its first bytes.
pub(super) fn is_archive(path: &Path) -> bool {
    if is_archive_name(path) {
        return true;
    }
    // What is no regular file can be read once only.
    if !path.metadata().is_ok_and(|data| data.is_file()) {
        return false;
    }
    let mut head = [0; 4];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut head));
    read.is_ok() && (head == *b"PK\x03\x04" || head == *b"PK\x05\x06")
}

/// The members of an archive as inputs, sorted by name.
pub(super) fn expand(path: &Path, found: &mut Discovery) {
    let archive = path.to_string_lossy().replace('\\', "/");
    let problem = |reason: String| DiscoveryProblem::Archive { path: archive.clone(), reason };
    let mut zip = match open(path) {
        Ok(zip) => zip,
        Err(error) => return found.problems.push(problem(format!("cannot be read: {error}"))),
    };
    if let Some(reason) = excess(&zip, path) {
        return found.problems.push(problem(reason));
    }
    let before = found.problems.len();
    let mut members = Vec::new();
    for index in 0..zip.len() {
        match member(&mut zip, path, index) {
            Ok(member) => members.extend(member),
            Err((member, reason)) => {
                let path = member.map_or_else(|| archive.clone(), |member| format!("{archive}!/{member}"));
                found.problems.push(DiscoveryProblem::Archive { path, reason });
            }
        }
    }
    let has = |test: &dyn Fn(&str) -> bool| members.iter().any(|member| test(&member.name));
    if has(&|name| name == BUNDLE_MANIFEST) && has(&|name| name.starts_with(BUNDLE_FOLDER)) {
        members.retain(|member| member.name.starts_with(BUNDLE_FOLDER));
    }
    if members.is_empty() && found.problems.len() == before {
        found.problems.push(problem("holds no exports".to_owned()));
    }
    members.sort_by(|a, b| a.name.cmp(&b.name));
    found.inputs.extend(members.into_iter().map(Input::Member));
}

/// Why an archive is not read at all.
fn excess(zip: &ZipArchive<BufReader<File>>, path: &Path) -> Option<String> {
    if zip.len() > MAX_MEMBERS {
        return Some(format!("has more than {MAX_MEMBERS} files"));
    }
    let sizes = (0..zip.len()).filter_map(|index| zip.by_index_data(index).ok());
    let total = sizes.map(|entry| entry.size()).fold(0, u64::saturating_add);
    let packed = path.metadata().map_or(0, |data| data.len());
    if total > MAX_BYTES {
        Some(format!("would take more than {} GiB", MAX_BYTES >> 30))
    } else if total > UNSUSPICIOUS_BYTES && total / MAX_RATIO > packed {
        Some(format!("is compressed more than {MAX_RATIO} times over, which no collection of exports is"))
    } else {
        None
    }
}

/// A member that is an export; an error for one that is refused, with its name where that may be shown.
fn member(
    zip: &mut ZipArchive<BufReader<File>>,
    path: &Path,
    index: usize,
) -> Result<Option<Member>, (Option<String>, String)> {
    let entry = zip.by_index_data(index).map_err(|error| (None, format!("cannot be read: {error}")))?;
    let name = entry.name().map_err(|error| (None, format!("cannot be read: {error}")))?.replace('\\', "/");
    if entry.is_dir() {
        return Ok(None);
    }
    let is_outside = name.starts_with('/')
        || name.contains(['\0', ':'])
        || name.split('/').any(|part| matches!(part, ".." | "." | ""));
    if is_outside {
        return Err((None, "has a file whose path leads out of it; it is not read".to_owned()));
    }
    let is_hidden = name.split('/').any(|part| part.starts_with('.') || part == "__MACOSX");
    if is_hidden {
        return Ok(None);
    }
    if is_archive_name(Path::new(&name)) {
        return Err((Some(name), "is an archive in an archive; it is not read".to_owned()));
    }
    if !has_export_ending(Path::new(&name)) {
        return Ok(None);
    }
    if entry.encrypted() {
        return Err((Some(name), "is encrypted; it is not read".to_owned()));
    }
    Ok(Some(Member { archive: path.to_owned(), index, size: entry.size(), name }))
}
