//! Bytes that are written as a list of numbers.

use std::ops::Range;

use super::known::Hint;
use super::names::Names;
use super::text;

/// Whether a list of numbers may be bytes or characters of something: short numbers that stand alone stay, and several
/// of them may spell what nobody is to read.
pub(super) fn is_blob(numbers: &[u32], hint: Hint) -> bool {
    numbers.len() >= 2 && !hint.is_number() && numbers.iter().any(|&number| number < 1000)
}

/// Writes a list, given with where its items stand in it, with other bytes, laid out as it is.
pub(super) fn rewrite(
    names: &mut Names,
    (list, items): (&str, &[Range<usize>]),
    hint: Hint,
    numbers: &[u32],
    out: &mut String,
) {
    let replaced = replaced(names, hint, numbers);
    let ([first, second, ..], Some(last)) = (items, items.last()) else {
        return out.push_str(&text::mask(list));
    };
    let between = &list[first.end..second.start];
    out.push_str(&list[..first.start]);
    for (index, byte) in replaced.iter().enumerate() {
        if index > 0 {
            out.push_str(between);
        }
        out.push_str(&byte.to_string());
    }
    out.push_str(&list[last.end..]);
}

/// The bytes in place of numbers that may be such.
pub(super) fn replaced(names: &mut Names, hint: Hint, numbers: &[u32]) -> Vec<u8> {
    let bytes: Result<Vec<u8>, _> = numbers.iter().map(|&number| u8::try_from(number)).collect();
    text::bytes(names, &bytes.unwrap_or_default(), hint)
}
