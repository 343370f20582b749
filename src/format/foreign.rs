//! Texts that are nobody's exports, though they may hold pieces of some: our own reports.

/// Bytes at the beginning of a document that say what it is.
const HEAD_BYTES: usize = 1500;

/// Whether a text is a report of this program, in whatever form, saved beside the exports.
#[must_use]
pub fn is_report(text: &str) -> bool {
    let head = text.trim_start_matches(super::is_blank);
    let head = &head[..head.floor_char_boundary(HEAD_BYTES)];
    match head.as_bytes().first() {
        Some(b'{' | b'[') => is_json_report(head),
        Some(b'<') => {
            head.contains("<testsuites name=\"freebusy-lint\"") || head.contains("<title>Free/busy")
        }
        Some(b':') => head.starts_with("::error file=") || head.starts_with("::warning file="),
        _ => head.starts_with("severity,lint,title,side,cmdlet,") || is_report_in_words(head, text),
    }
}

fn is_json_report(head: &str) -> bool {
    let line = head.lines().next().unwrap_or_default();
    let is_record =
        line.starts_with("{\"version\":") && line.contains("\"type\":") && line.contains("\"lint\":");
    is_record || (head.contains("\"freebusy-lint\"") && head.contains("\"version\""))
}

/// A finding as terminals show it, or the sentence that ends or begins a report.
fn is_report_in_words(head: &str, text: &str) -> bool {
    let is_finding = |line: &str| {
        let rest = ["error[", "warning[", "info["].iter().find_map(|start| line.strip_prefix(start));
        rest.and_then(|rest| rest.split_once("]: ")).is_some_and(|(id, _)| {
            id.contains('-') && id.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-')
        })
    };
    let is_ours = head.lines().next().is_some_and(is_finding) || head.contains("\n  records  side");
    let says = |text: &str| text.contains(" lints, judged as of ") || text.contains("by freebusy-lint ");
    let tail = &text[text.floor_char_boundary(text.len().saturating_sub(HEAD_BYTES))..];
    is_ours || says(head) || says(tail)
}
