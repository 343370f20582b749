//! Which side files are from, by patterns of paths.

use std::path::{Path, PathBuf};

use glob::{MatchOptions, Pattern};

use super::Named;
use crate::diagnostic::Platform;

/// How patterns match: `*` within a name, `**` over folders.
const OPTIONS: MatchOptions = MatchOptions {
    case_sensitive: cfg!(not(windows)),
    require_literal_separator: true,
    require_literal_leading_dot: false,
};

/// Files of a side.
#[derive(Clone, Debug)]
pub(super) struct PathPattern {
    pub(super) side: Platform,
    pub(super) pattern: Named,
    pub(super) compiled: Pattern,
}

/// The side of the first pattern that matches a file; the patterns, where they name both.
pub(super) fn side<'p>(
    patterns: &'p [PathPattern],
    folder: &Path,
    path: &Path,
) -> Result<Option<Platform>, [&'p PathPattern; 2]> {
    if patterns.is_empty() {
        return Ok(None);
    }
    let path = seen_from(folder, path);
    let mut matching = patterns.iter().filter(|pattern| is_match(&pattern.compiled, &path));
    let Some(first) = matching.next() else { return Ok(None) };
    match matching.find(|other| other.side != first.side) {
        Some(other) => Err([first, other]),
        None => Ok(Some(first.side)),
    }
}

/// Whether one of the patterns matches a file.
pub(super) fn is_any(patterns: &[Pattern], folder: &Path, path: &Path) -> bool {
    !patterns.is_empty() && {
        let path = seen_from(folder, path);
        patterns.iter().any(|pattern| is_match(pattern, &path))
    }
}

/// A pattern of a folder is one of everything below it.
fn is_match(pattern: &Pattern, path: &Path) -> bool {
    path.ancestors().any(|part| pattern.matches_path_with(part, OPTIONS))
}

/// A path as seen from the configuration's folder; whole where it is elsewhere.
fn seen_from(folder: &Path, path: &Path) -> PathBuf {
    let whole = |path: &Path| std::path::absolute(path).map(|path| plain(&path));
    let (Ok(folder), Ok(path)) = (whole(&Path::new(".").join(folder)), whole(path)) else {
        return path.to_owned();
    };
    path.strip_prefix(&folder).map_or_else(|_| path.clone(), Path::to_owned)
}

/// Without `.` and `..`. A linked folder is taken for what its path says.
fn plain(path: &Path) -> PathBuf {
    use std::path::Component;
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(side: Platform, text: &str) -> PathPattern {
        let compiled = Pattern::new(text).unwrap();
        PathPattern { side, pattern: Named { name: text.into(), range: 0..0 }, compiled }
    }

    #[test]
    fn patterns_are_seen_from_the_folder() {
        let patterns = [
            pattern(Platform::OnPrem, "exports/*/servers"),
            pattern(Platform::OnPrem, "**/ems-*.xml"),
            pattern(Platform::Cloud, "exports/**/exo"),
        ];
        let side = |folder: &str, path: &str| {
            side(&patterns, Path::new(folder), Path::new(path)).map_err(|found| found.len())
        };
        assert_eq!(side("", "exports/may/servers/a.xml"), Ok(Some(Platform::OnPrem)));
        assert_eq!(side("", "./exports/../exports/may/exo/a/b.json"), Ok(Some(Platform::Cloud)));
        assert_eq!(side("", "exports/servers/a.xml"), Ok(None));
        assert_eq!(side("..", "../exports/may/servers/a.xml"), Ok(Some(Platform::OnPrem)));
        assert_eq!(side("conf", "conf/exports/may/servers/a.xml"), Ok(Some(Platform::OnPrem)));
        assert_eq!(side("conf", "exports/may/servers/a.xml"), Ok(None));
        assert_eq!(side("", "ems-1.xml"), Ok(Some(Platform::OnPrem)));
        assert_eq!(side("", "exports/may/exo/ems-1.xml"), Err(2));
    }
}
