//! What is true of Exchange in every organization: its platforms, Microsoft's clouds, and how Exchange compares domains, URLs,
//! versions and time zones.
//!
//! Knows nothing of exports. A fact about Microsoft's hosts stands in [`clouds`] and nowhere else.

pub mod clouds;
pub(crate) mod domains;
pub mod platform;
pub(crate) mod time_zone;
pub(crate) mod url;
pub(crate) mod version;

/// Equal but for case, blanks around, and a `/` at the end.
pub(crate) fn same(a: &str, b: &str) -> bool {
    plain(a).eq(plain(b))
}

fn plain(text: &str) -> impl Iterator<Item = char> {
    let characters = text.trim().trim_end_matches('/').chars().flat_map(char::to_lowercase);
    // The sigma at the end of a word has a small letter of its own.
    characters.map(|c| if c == 'ς' { 'σ' } else { c })
}
