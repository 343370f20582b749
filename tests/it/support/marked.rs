//! Texts with marks at the places of mistakes.

/// The file, and the places where `«…»` stood in it: line, column and text.
pub(crate) fn marked(text: &str) -> (String, Vec<(usize, usize, String)>) {
    let mut plain = String::new();
    let mut places = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('«') {
        plain.push_str(before);
        let (inside, after) = after.split_once('»').unwrap();
        let line_start = plain.rfind('\n').map_or(0, |at| at + 1);
        let line = 1 + plain.matches('\n').count();
        places.push((line, 1 + plain[line_start..].chars().count(), inside.to_owned()));
        plain.push_str(inside);
        rest = after;
    }
    plain.push_str(rest);
    (plain, places)
}
