//! Which symptom a text is of.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;

use super::{Catalogue, Symptom, normalize};

/// Symptoms that are named where none matches.
const MAX_CLOSEST: usize = 3;

/// Something in the text worth comparing with the exports.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Capture {
    /// What it is: `domain`, `url`, `host`, `thumbprint`, …
    pub name: String,
    /// As it stands in the text.
    pub value: String,
}

/// A symptom that a text may be of.
#[derive(Debug)]
pub struct Match<'c> {
    /// Which.
    pub symptom: &'c Symptom,
    /// Rank of the patterns that matched.
    pub rank: u8,
    /// The part of the text that the first of them matched.
    pub matched: String,
    /// What the patterns took out of the text, each value once.
    pub captures: Vec<Capture>,
    /// LIDs of the text that are known with this symptom.
    pub lids: Vec<u32>,
    /// The manual check that tells it from the others.
    pub settled_by: Option<&'c str>,
}

/// What a text was found to be.
#[derive(Debug)]
pub struct Matches<'c> {
    /// The text as it was matched.
    pub text: String,
    /// LIDs in it, in order, each once.
    pub lids: Vec<u32>,
    /// Symptoms whose patterns of the best rank match: the likeliest first. Empty where none matches.
    pub best: Vec<Match<'c>>,
    /// Symptoms with words in common, where none matches: the closest first.
    pub closest: Vec<&'c Symptom>,
}

impl Catalogue {
    /// Finds the symptoms of a pasted text.
    #[must_use]
    pub fn find(&self, pasted: &str) -> Matches<'_> {
        let text = normalize(pasted);
        let lids = lids(&text);
        let all: Vec<Match<'_>> =
            self.symptoms.iter().filter_map(|symptom| symptom_match(symptom, &text, &lids)).collect();
        let rank = all.iter().map(|found| found.rank).min();
        let mut best: Vec<Match<'_>> = all.into_iter().filter(|found| Some(found.rank) == rank).collect();
        // A LID confirms. Of symptoms that share a text, the one with the most causes is the likeliest.
        best.sort_by_key(|found| (found.lids.is_empty(), Reverse(found.symptom.lints.len())));
        let closest = if best.is_empty() { self.closest(&text, &lids) } else { Vec::new() };
        Matches { text, lids, best, closest }
    }

    /// Symptoms known with a LID of the text, then those that share the rarest words with it.
    fn closest(&self, text: &str, lids: &[u32]) -> Vec<&Symptom> {
        let known: Vec<BTreeSet<String>> = self.symptoms.iter().map(vocabulary).collect();
        let mut spread: BTreeMap<&str, u32> = BTreeMap::new();
        for word in known.iter().flatten() {
            *spread.entry(word).or_default() += 1;
        }
        let words = words(text);
        let count = f64::from(u32::try_from(self.symptoms.len()).unwrap_or(u32::MAX));
        let weight =
            |word: &String| spread.get(word.as_str()).map_or(0.0, |&spread| (count / f64::from(spread)).ln());
        let mut scored: Vec<(bool, f64, &Symptom)> = Vec::new();
        for (symptom, known) in self.symptoms.iter().zip(&known) {
            let score: f64 = words.intersection(known).map(weight).sum();
            let has_lid = lids.iter().any(|lid| symptom.lids.contains(lid));
            if has_lid || score > 0.0 {
                scored.push((has_lid, score, symptom));
            }
        }
        scored.sort_by(|a, b| b.0.cmp(&a.0).then(b.1.total_cmp(&a.1)).then(a.2.id.cmp(&b.2.id)));
        scored.into_iter().take(MAX_CLOSEST).map(|(_, _, symptom)| symptom).collect()
    }
}

fn symptom_match<'c>(symptom: &'c Symptom, text: &str, lids: &[u32]) -> Option<Match<'c>> {
    let rank =
        symptom.patterns.iter().filter(|pattern| pattern.regex.is_match(text)).map(|p| p.rank).min()?;
    let mut found = Match {
        symptom,
        rank,
        matched: String::new(),
        captures: Vec::new(),
        lids: lids.iter().copied().filter(|lid| symptom.lids.contains(lid)).collect(),
        settled_by: None,
    };
    for pattern in symptom.patterns.iter().filter(|pattern| pattern.rank == rank) {
        let Some(captures) = pattern.regex.captures(text) else { continue };
        if found.matched.is_empty() {
            captures[0].clone_into(&mut found.matched);
        }
        found.settled_by = found.settled_by.or(pattern.settled_by.as_deref());
        for name in pattern.regex.capture_names().flatten() {
            let Some(value) = captures.name(name).map(|group| group.as_str().trim()) else { continue };
            let capture = Capture { name: name.to_owned(), value: value.to_owned() };
            if !value.is_empty() && !found.captures.contains(&capture) {
                found.captures.push(capture);
            }
        }
    }
    Some(found)
}

/// Microsoft's numbers of places in the code that wrote the text.
fn lids(text: &str) -> Vec<u32> {
    static LIDS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?i)\blid:? ?((?:\d{5}(?:, ?)?)+)\b").ok());
    let mut found = Vec::new();
    let Some(regex) = LIDS.as_ref() else { return found };
    for list in regex.captures_iter(text) {
        for lid in list[1].split(',').filter_map(|number| number.trim().parse().ok()) {
            if !found.contains(&lid) {
                found.push(lid);
            }
        }
    }
    found
}

/// The words that speak for a symptom.
fn vocabulary(symptom: &Symptom) -> BTreeSet<String> {
    let patterns = symptom.patterns.iter().map(|pattern| pattern.regex.as_str());
    let texts = symptom.examples.iter().map(String::as_str).chain([symptom.title.as_str()]);
    texts.chain(patterns).flat_map(words).collect()
}

fn words(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 2);
    words.map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::lids;

    #[test]
    fn lids_are_five_digits_after_their_name() {
        assert_eq!(lids("x LID: 47652, 44348,40764 and lid:43532; LID: 47652"), [47652, 44348, 40764, 43532]);
        assert_eq!(lids("LID 59916"), [59916]);
        assert_eq!(lids("lid: 123456 valid: 43532 LID: 1234"), [0_u32; 0]);
    }
}
