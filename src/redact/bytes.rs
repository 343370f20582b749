//! Bytes that are written as a list of numbers.

use std::ops::Range;

use super::names::Names;
use super::text;

/// Lists of at least so many bytes are blobs.
pub(super) const MIN_BLOB: usize = 16;

/// Writes `list` with other bytes, laid out as those that stand at `items` in it.
pub(super) fn rewrite(names: &mut Names, list: &str, items: &[Range<usize>], bytes: &[u8], out: &mut String) {
    let replaced = text::bytes(names, bytes).unwrap_or_else(|| vec![0]);
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
