//! Names of time zones, as mailboxes have them.

/// Time zones that Windows or Exchange use and CLDR's list of Windows zones does not have.
const MORE_TIME_ZONES: [&str; 5] = [
    "Customized Time Zone",
    "Kamchatka Standard Time",
    "Mid-Atlantic Standard Time",
    "tzone://Microsoft/Custom",
    "tzone://Microsoft/Utc",
];

/// Compares case exactly as Windows does: not at all.
pub(crate) fn is_known_time_zone(name: &str) -> bool {
    let name = name.trim();
    name.parse::<windows_timezones::WindowsTimezone>().is_ok() || is_known_in_other_case(name)
}

fn is_known_in_other_case(name: &str) -> bool {
    if MORE_TIME_ZONES.iter().any(|zone| zone.eq_ignore_ascii_case(name)) {
        return true;
    }
    // The list has no iterator; its names are words that begin with capitals.
    let capitalized: Vec<String> = name.split(' ').map(capitalized).collect();
    capitalized.join(" ").parse::<windows_timezones::WindowsTimezone>().is_ok()
}

fn capitalized(word: &str) -> String {
    // `UTC-11`, `GMT`, `SA`, `US`, `AUS` are all capitals.
    if word.chars().filter(char::is_ascii_alphabetic).count() <= 3 && word.len() <= 6 {
        return word.to_uppercase();
    }
    let lower = word.to_lowercase();
    let mut characters = lower.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_zones_in_any_case() {
        for zone in [
            "W. Europe Standard Time",
            "w. europe standard time",
            "UTC-11",
            "gmt standard time",
            "Customized Time Zone",
            "UTC",
        ] {
            assert!(is_known_time_zone(zone), "{zone}");
        }
        for zone in ["Europe/Berlin", "", "Pacific", "PST"] {
            assert!(!is_known_time_zone(zone), "{zone}");
        }
    }
}
