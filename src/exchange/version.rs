//! Versions of servers and builds.

/// Numbers with dots between them.
pub(crate) fn is_version(text: &str) -> bool {
    text.trim().split('.').all(|part| part.parse::<u64>().is_ok())
}

/// Part by part; a part that lacks is 0, one that is no number makes it false.
pub(crate) fn version_at_least(version: &str, least: &str) -> bool {
    let parts =
        |text: &str| text.trim().split('.').map(|part| part.parse::<u64>().ok()).collect::<Option<Vec<_>>>();
    let (Some(version), Some(least)) = (parts(version), parts(least)) else { return false };
    let length = version.len().max(least.len());
    let padded =
        |parts: &[u64]| (0..length).map(|index| parts.get(index).copied().unwrap_or(0)).collect::<Vec<_>>();
    padded(&version) >= padded(&least)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions() {
        assert!(version_at_least("15.2.1748.24", "15.2.1748.24"));
        assert!(version_at_least("15.2.2562", "15.2.1748.24"));
        assert!(!version_at_least("15.2.986.5", "15.2.1748.24"));
        assert!(!version_at_least("unknown", "15.0"));
    }
}
