//! Paths of files: what says the cmdlet or the side stays, the rest is replaced.

use super::names::Names;
use crate::diagnostic::Platform;
use crate::schema::Registry;
use crate::snapshot::identify::{noun_of_name, side_of_path};

/// Words of paths that stay, besides numbers and names of cmdlets.
const WORDS: [&str; 34] = [
    "get",
    "test",
    "onprem",
    "onpremise",
    "onpremises",
    "on",
    "prem",
    "premise",
    "premises",
    "exop",
    "cloud",
    "exo",
    "exchange",
    "exchangeonline",
    "online",
    "o365",
    "m365",
    "office365",
    "office",
    "export",
    "exports",
    "before",
    "after",
    "samples",
    "broken",
    "healthy",
    "data",
    "config",
    "xml",
    "clixml",
    "json",
    "ndjson",
    "jsonl",
    "csv",
];

const ENDINGS: [&str; 9] = ["xml", "clixml", "json", "ndjson", "jsonl", "txt", "log", "csv", "zip"];

/// A path with `/` between folders.
pub(super) fn path(names: &mut Names, registry: &Registry, path: &str) -> String {
    let last = path.split('/').count() - 1;
    let parts = path.split('/').enumerate().map(|(index, part)| match part {
        "" | "." | ".." | "<stdin>" => part.to_owned(),
        _ if index == last => file(names, registry, part),
        _ => folder(names, registry, part),
    });
    parts.collect::<Vec<_>>().join("/")
}

fn file(names: &mut Names, registry: &Registry, name: &str) -> String {
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if ENDINGS.iter().any(|known| known.eq_ignore_ascii_case(ending)) => {
            (stem, ending)
        }
        _ => (name, ""),
    };
    let stem = if is_plain(registry, stem) {
        stem.to_owned()
    } else {
        let cmdlet = noun_of_name(registry, stem).map(|noun| registry.cmdlet(noun).name.as_str());
        let number = names.folder(stem);
        let words = [side_of_path(stem).map(Platform::name), cmdlet];
        let known: String = words.into_iter().flatten().map(|word| format!("{word}-")).collect();
        if known.is_empty() { format!("file{number}") } else { format!("{known}{number}") }
    };
    if ending.is_empty() { stem } else { format!("{stem}.{ending}") }
}

fn folder(names: &mut Names, registry: &Registry, name: &str) -> String {
    // The mark of an archive.
    if let Some(archive) = name.strip_suffix('!') {
        return format!("{}!", file(names, registry, archive));
    }
    if is_plain(registry, name) {
        return name.to_owned();
    }
    let number = names.folder(name);
    match side_of_path(name) {
        Some(side) => format!("{}-folder{number}", side.name()),
        None => format!("folder{number}"),
    }
}

/// Whether digits are too few to tell of anybody, or a day or a time: `20261123`, `2026`, `1030`, `103015`.
fn is_day_or_time(word: &str) -> bool {
    let number =
        |range: std::ops::Range<usize>| word.get(range).and_then(|digits| digits.parse::<u32>().ok());
    let is_below = |at: usize, limit: u32| number(at..at + 2).is_some_and(|number| number < limit);
    let is_time = || is_below(0, 24) && is_below(2, 60);
    word.bytes().all(|c| c.is_ascii_digit())
        && match word.len() {
            0..=3 => true,
            4 => word.starts_with("20") || is_time(),
            6 => is_time() && is_below(4, 60),
            8 => word.starts_with("20") && is_below(4, 13) && is_below(6, 32),
            _ => false,
        }
}

/// Whether a name is made of words that say nothing of anybody.
fn is_plain(registry: &Registry, name: &str) -> bool {
    let is_known = |word: &str| {
        let lower = word.to_ascii_lowercase();
        is_day_or_time(word)
            || WORDS.contains(&lower.as_str())
            || registry.find(&lower).is_some()
            || lower.strip_suffix('s').is_some_and(|singular| registry.find(singular).is_some())
    };
    name.is_ascii()
        && name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).all(is_known)
}

#[cfg(test)]
mod tests {
    use super::super::known::Known;
    use super::*;

    #[test]
    fn paths_keep_what_they_tell() {
        let registry = Registry::embedded().unwrap();
        let mut names = Names::new(Known::new(registry).into());
        for (given, expected) in [
            ("onprem/Get-AuthConfig.xml", "onprem/Get-AuthConfig.xml"),
            (
                "/srv/ann/contoso on-prem/E19GetAuthConfig.xml",
                "/folder1/folder2/onprem-folder3/Get-AuthConfig-4.xml",
            ),
            (
                "exports/2026-11-23/cloud_OrganizationRelationships.json",
                "exports/2026-11-23/cloud_OrganizationRelationships.json",
            ),
            ("contoso-exo-ioc.json", "cloud-5.json"),
            ("contoso.zip!/onprem/Get-AuthServer.xml", "file6.zip!/onprem/Get-AuthServer.xml"),
            ("<stdin>", "<stdin>"),
        ] {
            assert_eq!(path(&mut names, registry, given), expected);
        }
    }
}
