//! Dates as a culture writes them: which days one may stand for.
//!
//! `3/4/2026` is the third of April or the fourth of March, and the zone is not written either. What lints ask is on
//! which side of a day a date lies, and that may be certain all the same.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, tz::Offset};

use super::value::LocalDate;

/// Zones lie so far from UTC at most.
const FARTHEST_ZONE: SignedDuration = SignedDuration::from_hours(14);

/// Years of the Buddhist era are ahead by so many.
const BUDDHIST_ERA: i16 = 543;

/// More letters than a mark of the half of the day has.
const MAX_LETTERS: usize = 4;

/// The days that a text may stand for; `None` where it is no date with a year of four digits in the Gregorian or the
/// Buddhist calendar.
pub(super) fn read(text: &str) -> Option<LocalDate> {
    let text = text.trim();
    let is_plain = |c: char| c.is_ascii_digit() || c.is_whitespace() || "/.-:,".contains(c);
    if text.chars().filter(|c| !is_plain(*c)).count() > MAX_LETTERS {
        return None;
    }
    let (numbers, separator) = numbers(text)?;
    let days = days(numbers, separator)?;
    let (first, last) = (days.iter().min()?, days.iter().max()?);
    let midnight = |day: &Date| Offset::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok();
    let first: Timestamp = midnight(first)?.checked_sub(FARTHEST_ZONE).ok()?;
    let last = midnight(last)?.checked_add(SignedDuration::from_hours(24) + FARTHEST_ZONE).ok()?;
    Some(LocalDate { first, last, written: text.into() })
}

/// The first three numbers, and what stands between them.
fn numbers(text: &str) -> Option<([i16; 3], char)> {
    let mut numbers = [0; 3];
    let mut separator = None;
    let mut rest = text;
    for (index, number) in numbers.iter_mut().enumerate() {
        let length = rest.bytes().take_while(u8::is_ascii_digit).count();
        *number = rest.get(..length).filter(|digits| (1..=4).contains(&digits.len()))?.parse().ok()?;
        rest = rest.get(length..)?;
        if index < 2 {
            let between = rest.chars().next().filter(|c| "/.-".contains(*c))?;
            if *separator.get_or_insert(between) != between {
                return None;
            }
            rest = rest.get(1..)?.trim_start();
        }
    }
    let is_end = rest.is_empty() || rest.starts_with(|c: char| c.is_whitespace() || c == '.');
    Some((numbers, separator?)).filter(|_| is_end)
}

/// The days that three numbers may stand for.
fn days(numbers: [i16; 3], separator: char) -> Option<Vec<Date>> {
    let [a, b, c] = numbers;
    let is_year = |number: i16| (1900..2200).contains(&number);
    if is_year(a) {
        return day(a, b, c).map(|day| vec![day]);
    }
    let year = if (2400..2700).contains(&c) { c - BUDDHIST_ERA } else { c };
    if !is_year(year) {
        return None;
    }
    let day_first = day(year, b, a);
    // No culture puts dots behind the month first.
    let month_first = if separator == '.' { None } else { day(year, a, b) };
    let days: Vec<Date> = [day_first, month_first].into_iter().flatten().collect();
    (!days.is_empty()).then_some(days)
}

fn day(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first and the last day that a text may stand for, with the zone left out.
    fn of(text: &str) -> Option<(String, String)> {
        let date = read(text)?;
        let day = |time: Timestamp| time.strftime("%Y-%m-%d").to_string();
        let last = date.last - FARTHEST_ZONE - SignedDuration::from_hours(24);
        Some((day(date.first + FARTHEST_ZONE), day(last)))
    }

    #[test]
    fn dates_of_cultures() {
        let pair = |first: &str, last: &str| Some((first.to_owned(), last.to_owned()));
        for (text, first, last) in [
            ("3/4/2026 4:27:59\u{202F}PM", "2026-03-04", "2026-04-03"),
            ("3/4/2026", "2026-03-04", "2026-04-03"),
            ("13/11/2025 10:00:00", "2025-11-13", "2025-11-13"),
            ("11/13/2025 10:00:00 AM", "2025-11-13", "2025-11-13"),
            ("4/4/2026 16:27:59", "2026-04-04", "2026-04-04"),
            ("04.03.2026 16:27:59", "2026-03-04", "2026-03-04"),
            ("4.3.2026 16.27.59", "2026-03-04", "2026-03-04"),
            ("2026-03-04 16:27:59", "2026-03-04", "2026-03-04"),
            ("2026/3/4 16:27:59", "2026-03-04", "2026-03-04"),
            ("2026. 03. 04. 16:27:59", "2026-03-04", "2026-03-04"),
            ("2026. 3. 4. 오후 4:27:59", "2026-03-04", "2026-03-04"),
            ("14/3/2569 16:27:59", "2026-03-14", "2026-03-14"),
        ] {
            assert_eq!(of(text), pair(first, last), "{text}");
        }
        for text in [
            "",
            "soon",
            "1404/12/13 16:27:59",
            "15/9/1447 4:27:59",
            "3/4/26",
            "Wednesday, March 4, 2026",
            "13/13/2026",
            "15.2.986.5",
            "08:00:00",
            "1.00:00:00",
            "3/4.2026",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}
