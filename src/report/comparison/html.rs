//! The difference of two runs as one page, without script and without anything from elsewhere.

use std::fmt::Write as _;

use super::{FindingLine, ObjectLine, Sheet, Value};
use crate::diagnostic::ObjectFate;

const STYLE: &str = include_str!("style.css");

pub(super) fn page(sheet: &Sheet) -> String {
    let mut out = String::new();
    let _ = write!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>Free/busy configuration: before and after</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n\
         <h1>Free/busy configuration: before and after</h1>\n<ul class=\"totals\">\n"
    );
    for line in sheet.totals.lines() {
        let _ = writeln!(out, "<li>{}</li>", text(&line));
    }
    let _ = writeln!(out, "<li>judged as of {}</li>\n</ul>", text(&sheet.as_of));
    list(&mut out, "Problems of the exports", &sheet.problems);
    paths(&mut out, sheet);
    findings(&mut out, sheet);
    if !sheet.objects.is_empty() {
        out.push_str("<h2>Configuration</h2>\n");
        for object in &sheet.objects {
            self::object(&mut out, object);
        }
    }
    list(&mut out, "Not compared", &sheet.uncompared);
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

fn list(out: &mut String, title: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(out, "<h2>{title}</h2>\n<ul>");
    for line in lines {
        let _ = writeln!(out, "<li>{}</li>", text(line));
    }
    out.push_str("</ul>\n");
}

fn paths(out: &mut String, sheet: &Sheet) {
    if sheet.paths.is_empty() {
        return;
    }
    out.push_str(
        "<h2>Paths</h2>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Paths\"><table>\n\
         <thead><tr><th scope=\"col\">Requests</th><th scope=\"col\">Before</th>\
         <th scope=\"col\">After</th></tr></thead>\n<tbody>\n",
    );
    for path in &sheet.paths {
        let domains = text(&path.domains.join(", "));
        let _ = write!(out, "<tr><th scope=\"row\">{}<br>{domains}</th>", text(&path.direction));
        for (way, is_after) in [(&path.before, false), (&path.after, true)] {
            let _ = write!(out, "<td><span class=\"{}\">{}</span>", class(way.verdict), way.verdict);
            if is_after && !path.is_changed {
                out.push_str(" unchanged");
            } else {
                let _ = write!(out, " {}", text(&way.text));
            }
            if is_after && !path.gates.is_empty() {
                out.push_str("<ul>");
                for (title, before, after) in &path.gates {
                    let _ = write!(
                        out,
                        "<li>{}: {before} → <span class=\"{}\">{after}</span></li>",
                        text(title),
                        class(after)
                    );
                }
                out.push_str("</ul>");
            }
            out.push_str("</td>");
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody></table></div>\n");
}

fn class(state: &str) -> &'static str {
    match state {
        "works" | "passed" => "good",
        "broken" | "failed" => "bad",
        "warned" => "doubtful",
        _ => "open",
    }
}

fn findings(out: &mut String, sheet: &Sheet) {
    for group in &sheet.findings {
        let _ = writeln!(out, "<h2>Findings {} ({})</h2>", text(group.title), group.findings.len());
        out.push_str("<ul class=\"findings\">\n");
        for finding in &group.findings {
            self::finding(out, finding);
        }
        out.push_str("</ul>\n");
    }
}

fn finding(out: &mut String, finding: &FindingLine) {
    let severity = finding.severity.name();
    let _ = write!(
        out,
        "<li><span class=\"{severity}\">{severity}</span> <code>{}</code> {}",
        text(&finding.lint),
        text(&finding.message)
    );
    if let Some(note) = &finding.note {
        let _ = write!(out, " <em>({})</em>", text(note));
    }
    place(out, finding.place.as_deref());
    if let Some(advice) = &finding.advice {
        for line in [&advice.why, &advice.text].into_iter().filter(|line| !line.trim().is_empty()) {
            let _ = write!(out, "<p>{}</p>", text(line));
        }
        if let Some(command) = &advice.command {
            let _ = write!(out, "<pre tabindex=\"0\">{}</pre>", text(command));
        }
    }
    out.push_str("</li>\n");
}

fn object(out: &mut String, object: &ObjectLine) {
    let _ = writeln!(
        out,
        "<section>\n<h3><span class=\"fate\">{}</span> {}</h3>",
        object.fate.name(),
        text(&object.title)
    );
    if let Some(was) = &object.was {
        let _ = writeln!(out, "<p>Was called {}.</p>", text(was));
    }
    if object.is_made_anew {
        out.push_str("<p>It was made anew: its GUID is another.</p>\n");
    }
    let is_in_both = matches!(object.fate, ObjectFate::Renamed | ObjectFate::Changed);
    if !is_in_both {
        place(out, object.after.as_deref().or(object.before.as_deref()));
    }
    if !object.rows.is_empty() {
        out.push_str("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Properties\"><table>\n<thead><tr>");
        let heads: &[&str] =
            if is_in_both { &["Property", "Before", "After"] } else { &["Property", "Value"] };
        for head in heads {
            let _ = write!(out, "<th scope=\"col\">{head}</th>");
        }
        out.push_str("</tr></thead>\n<tbody>\n");
        for row in &object.rows {
            let _ = write!(out, "<tr><th scope=\"row\">{}</th>", text(&row.name));
            if is_in_both {
                value(out, row.before.as_ref(), None);
            }
            value(out, row.after.as_ref().or(row.before.as_ref()), row.list_change().as_deref());
            out.push_str("</tr>\n");
        }
        out.push_str("</tbody></table></div>\n");
    }
    out.push_str("</section>\n");
}

fn value(out: &mut String, value: Option<&Value>, change: Option<&str>) {
    out.push_str("<td>");
    if let Some(value) = value {
        out.push_str(&text(&value.text));
        if let Some(change) = change {
            let _ = write!(out, "<br><strong>{}</strong>", text(change));
        }
        place(out, value.place.as_deref());
    }
    out.push_str("</td>");
}

fn place(out: &mut String, place: Option<&str>) {
    if let Some(place) = place {
        let _ = write!(out, "<br><small>{}</small>", text(place));
    }
}

/// Text in which nothing is markup, for content only: no value stands in an attribute.
fn text(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\t' => escaped.push(c),
            c if c.is_control() => escaped.push(char::REPLACEMENT_CHARACTER),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_markup() {
        assert_eq!(
            text("</script><img onerror='x'>&\u{1b}"),
            "&lt;/script&gt;&lt;img onerror=&#39;x&#39;&gt;&amp;\u{fffd}"
        );
    }
}
