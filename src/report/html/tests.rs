use std::sync::Arc;

use proptest::prelude::*;

use crate::diagnostic::{
    Diagnostic, Finding, Fix, Hop, InputStatus, Label, Need, NeedKind, Noun, NounId, Platform, Run,
    ScriptLine, Severity, Subject, Suppression,
};
use crate::report::fixture::{finding, problem, sample_run};
use crate::report::{HumanOptions, ReportFormat, write};
use crate::source::{Sources, Text};

fn render(run: &Run) -> String {
    let mut out = Vec::new();
    write(run, ReportFormat::Html, &HumanOptions::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The page without its style and script, a tag a line.
fn body(run: &Run) -> String {
    let page = render(run);
    let body = page.split("<body>").nth(1).unwrap().split("<script>").next().unwrap();
    body.replace('<', "\n<").trim_start().replace("\n</", "</")
}

fn number(text: &str, needle: &str) -> usize {
    text.matches(needle).count()
}

/// The part of the page that begins with one tag, up to another.
fn between<'p>(page: &'p str, first: &str, next: &str) -> &'p str {
    let start = page.find(first).unwrap_or_else(|| panic!("{first} is not there"));
    let length = page[start..].find(next).unwrap_or(page.len() - start);
    page[start..start + length].trim_end()
}

#[test]
fn the_sections_of_the_page() {
    let page = body(&sample_run());
    insta::assert_snapshot!("head", between(&page, "<a class=\"skip\"", "<section"));
    for name in ["problems", "unknown", "suppressed", "inputs", "checked"] {
        let section = between(&page, &format!("<section id=\"{name}\""), "\n<section");
        insta::assert_snapshot!(name, section);
    }
}

#[test]
fn the_directions_on_the_page() {
    let page = body(&sample_run());
    let section = between(&page, "<section id=\"directions\"", "\n<section");
    let articles: Vec<&str> = section.split("<article ").skip(1).collect();
    insta::assert_snapshot!("direction_that_is_unknown", articles[0]);
    insta::assert_snapshot!("direction_that_is_broken", between(articles[1], "class", "\n<h5>Gates"));
    insta::assert_snapshot!("gates", between(articles[1], "<h5>Gates", "\n<div class=\"path\""));
    insta::assert_snapshot!(
        "path_without_an_object",
        articles[1].rsplit("<div class=\"path\"").next().unwrap()
    );
}

#[test]
fn findings_on_the_page() {
    let mut run = sample_run();
    // Those that are shown, and one that is only named.
    let mut directories = 0;
    run.findings.retain(|found| {
        let is_directory = found.finding().is_some_and(|finding| finding.lint == "vdir-ews-wssecurity-off");
        directories += usize::from(is_directory);
        !is_directory || directories <= 11
    });
    let page = body(&run);
    let section = between(&page, "<section id=\"findings\"", "\n<section");
    let group = |lint: &str| {
        let mut groups = section.split("\n<article ");
        groups.find(|group| group.contains(&format!("<code>{lint}</code>"))).unwrap()
    };
    insta::assert_snapshot!("filters", section.split("\n<article ").next().unwrap());
    insta::assert_snapshot!("finding_without_a_place", group("connector-missing"));
    insta::assert_snapshot!("finding_in_two_files", group("orgrel-domains-differ"));
    let several = group("vdir-ews-wssecurity-off").rsplit("<div class=\"case\"").next();
    insta::assert_snapshot!("last_of_ten_and_the_rest", several.unwrap());
}

#[test]
fn everything_of_the_run_is_on_the_page() {
    let run = sample_run();
    let page = body(&run);
    assert_eq!(number(&page, "class=\"group error\" id="), 3);
    assert_eq!(number(&page, "class=\"group warning\" id="), 2);
    assert_eq!(number(&page, "class=\"case\""), 3 + 1 + 10, "ten of a hundred virtual directories");
    assert_eq!(number(&page, "\n<li data-side="), 90, "the other ninety, by name");
    assert_eq!(number(&page, "\n<figure"), 2 + 2 + 1 + 1 + 10, "problems, both sides, one line, directories");
    assert_eq!(number(&page, "class=\"direction broken\""), 1);
    assert_eq!(number(&page, "class=\"direction unknown\""), 1);
    assert_eq!(number(&page, "\n<ol class=\"steps\">"), 3);
    assert_eq!(number(&page, "\n<tr>"), 1 + 7 + 1 + 6 + 1, "files, areas, and the heads");
    for text in [
        "Findings (104)",
        "Problems with the input (3)",
        "Could not be judged (2)",
        "Suppressed findings (2)",
        "What was read (7)",
        "the relationship is kept for the archive until the move is done (until 2026-12-31)",
        "Known: the baseline has it",
        "or line 31 of \n<code>freebusy-lint collect onprem</code>",
        "Get-AuthServer | Export-Clixml onprem-AuthServer.xml",
        "zoë@contoso.com looks b@fabrikam.com up",
        "href=\"#error-orgrel-freebusy-disabled\"",
        "exports/onprem/all.json:1:201975",
    ] {
        assert!(page.contains(text), "{text}");
    }
}

#[test]
fn a_value_is_marked_where_it_stands_and_nowhere_else() {
    let page = render(&sample_run());
    assert!(page.contains("&quot;FreeBusyAccessEnabled&quot;: <mark class=\"primary\">false</mark>,</code>"));
    let other = "[<mark>&quot;contoso.com&quot;, &quot;contoso.mail.onmicrosoft.com&quot;</mark>],</code>";
    assert!(page.contains(other), "the other side of a comparison");
}

/// Labels that overlap, that are empty and that go over several lines.
#[test]
fn labels_may_overlap() {
    let mut sources = Sources::default();
    let content = "one two three\nfour\n";
    let text = Arc::new(Text::whole(sources.add("a.json"), content.into()));
    let label = |range, message: &str, primary| Label::new(Arc::clone(&text), range, message, primary);
    let labels = vec![
        label(0..7, "a", false),
        label(4..13, "b", true),
        label(13..18, "c", false),
        label(18..18, "d", true),
    ];
    let findings = vec![finding(Severity::Info, "any", None, "message", labels)];
    let page = render(&Run { sources, findings, ..Run::default() });
    let lines: Vec<&str> =
        page.split("<code>").filter_map(|line| line.split_once("</code></div>")).map(|line| line.0).collect();
    assert_eq!(
        lines,
        [
            "<mark>one </mark><mark class=\"primary\">two</mark><mark class=\"primary\"> three</mark>",
            "<mark>four</mark>"
        ]
    );
    let notes = number(&page, "class=\"note");
    assert_eq!(notes, 4, "{page}");
}

/// A mark over several lines is under the text, not under the indentation of the next line.
#[test]
fn indentation_is_not_marked() {
    let mut sources = Sources::default();
    let text = Arc::new(Text::whole(sources.add("a.json"), "[\n  \"a\",\n  \"b\"\n]\n".into()));
    let labels = vec![Label::new(text, 4..14, "both", true)];
    let findings = vec![finding(Severity::Info, "any", None, "message", labels)];
    let page = render(&Run { sources, findings, ..Run::default() });
    assert!(page.contains("<code>  <mark class=\"primary\">&quot;a&quot;,</mark></code>"), "{page}");
    assert!(page.contains("<code>  <mark class=\"primary\">&quot;b&quot;</mark></code>"), "{page}");
}

/// Verdicts come first: what would push the findings off the screen is folded.
#[test]
fn long_lists_of_a_path_are_folded() {
    let mut run = sample_run();
    let path = run.paths.iter_mut().find(|path| !path.rejected.is_empty()).unwrap();
    path.rejected = std::iter::repeat_n(path.rejected[0].clone(), 700).collect();
    let page = body(&run);
    assert!(page.contains("<summary>695 more not used</summary>"));
    assert!(page.contains("… and 195 more; all of them"));
    let gate = "<details class=\"fold\" open>\n<summary>no export of Get-AuthServer (on-premises)</summary>";
    assert!(page.contains(gate), "the commands of a gate");
}

/// What loads something, runs something or styles something in the page, by attribute.
fn attributes(page: &str, name: &str) -> Vec<String> {
    let needle = format!(" {name}=\"");
    page.split(&needle).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

#[test]
fn nothing_is_loaded() {
    let page = render(&sample_run());
    for name in ["src", "srcset", "action", "formaction", "style", "data", "poster", "onclick", "onload"] {
        assert!(attributes(&page, name).is_empty(), "{name}");
    }
    for tag in
        ["<link", "<img", "<iframe", "<object", "<embed", "<base", "<script src", "@import", "url(", "data:"]
    {
        assert!(!page.contains(tag), "{tag}");
    }
    let run = sample_run();
    let known: Vec<&String> = run.lints.iter().flat_map(|lint| &lint.references).collect();
    let outside: Vec<String> =
        attributes(&page, "href").into_iter().filter(|href| !href.starts_with('#')).collect();
    assert_eq!(outside.len(), 5, "one for each lint that failed");
    assert!(outside.iter().all(|href| known.contains(&href)));
}

#[test]
fn links_within_the_page_lead_somewhere() {
    let page = render(&sample_run());
    let ids = attributes(&page, "id");
    let mut unique = ids.clone();
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), ids.len());
    for href in attributes(&page, "href").iter().filter_map(|href| href.strip_prefix('#')) {
        assert!(ids.iter().any(|id| id == href), "{href}");
    }
    for id in attributes(&page, "aria-labelledby") {
        assert!(ids.contains(&id), "{id}");
    }
}

#[test]
fn no_tag_has_an_attribute_twice() {
    let page = without_script(&sample_run());
    for tag in tags(&page) {
        let mut names: Vec<&str> = tag.split(' ').skip(1).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{tag}");
    }
}

#[test]
fn headings_go_down_one_level_at_a_time() {
    let page = render(&sample_run());
    let levels: Vec<u32> = page
        .split("<h")
        .filter_map(|rest| rest.chars().next()?.to_digit(10).filter(|_| rest[1..].starts_with(['>', ' '])))
        .collect();
    assert_eq!(levels[0], 1);
    assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1);
    assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{levels:?}");
}

#[test]
fn only_web_pages_are_links() {
    let mut run = sample_run();
    run.lints[5].references = vec!["javascript:alert(1)".into(), "https://example.com/\"><b>".into()];
    let page = render(&run);
    assert!(!page.contains("href=\"javascript") && page.contains("See javascript:alert(1), <a href"));
    assert!(page.contains("href=\"https://example.com/&quot;&gt;&lt;b&gt;\""));
}

/// The page's own style and script are the ones that the policy names.
#[test]
fn the_policy_allows_the_page_and_nothing_else() {
    assert!(!super::STYLE.contains("</") && !super::SCRIPT.contains("</"));
    assert!(!super::STYLE.contains('\r') && !super::SCRIPT.contains('\r'), "browsers hash line feeds");
    let page = render(&sample_run());
    let policy = attributes(&page, "content")[0].clone();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert!(!policy.contains("unsafe"));
    assert_eq!(number(&page, "<script"), 1);
    assert_eq!(number(&page, "<style"), 1);
}

const ATTACK: &str = "</script></style><img src=x onerror=alert(1)>\"' onclick=\"x\u{202e}\x1b[31m&amp;<!--";

/// `run` with `text` wherever a run holds text that others wrote.
fn with_text_everywhere(text: &str) -> Run {
    let mut run = sample_run();
    let mut sources = Sources::default();
    let all: Vec<_> = run.sources.ids().collect();
    for _ in all {
        sources.add(text);
    }
    run.sources = sources;
    let source = run.sources.ids().next().unwrap();
    let content = Arc::new(Text::whole(source, format!("{{\n  \"Name\": \"{text}\"\n}}\n")));
    let label = |primary| Label::new(Arc::clone(&content), 4..content.content().len() - 3, text, primary);
    let need = || Need {
        kind: NeedKind::NoProperty,
        noun: Some(Noun { id: NounId::at(0), name: text.into(), cmdlet: text.into() }),
        property: Some(text.into()),
        command: Some(text.into()),
        side: None,
        script: Some(ScriptLine { arguments: text.into(), line: 1 }),
        objects: 1,
    };
    let subject = || Subject { side: Some(Platform::Cloud), cmdlet: text.into(), object: Some(text.into()) };
    let found = || {
        let fix = Fix { text: text.into(), command: Some(text.into()), side: None };
        let finding = Finding {
            lint: text.into(),
            subject: Some(subject()),
            why: text.into(),
            fix: Some(fix),
            fingerprint: text.into(),
        };
        let mut diagnostic = Diagnostic::found(finding, Severity::Error, text);
        diagnostic.labels = vec![label(true), label(false)];
        diagnostic
    };
    run.as_of = text.into();
    run.findings = (0..20).map(|_| found()).collect();
    run.problems = vec![
        problem(Severity::Error, text).with_label(label(true)).with_help(text),
        problem(Severity::Warning, text).with_path(text),
    ];
    for suppressed in &mut run.suppressed {
        suppressed.finding = found();
    }
    run.suppressed[0].by = Suppression::Configuration { reason: text.into(), until: Some(text.into()) };
    for lint in &mut run.lints {
        lint.area = text.into();
        lint.title = text.into();
        lint.needs = vec![need()];
        lint.references = vec![text.into(), format!("https://{text}")];
    }
    run.lints[0].id = text.into();
    for input in &mut run.inputs {
        input.path = text.into();
        input.status = InputStatus::Read;
        for record in &mut input.records {
            record.cmdlet = text.into();
        }
    }
    for path in &mut run.paths {
        for field in [&mut path.from, &mut path.to] {
            if field.is_some() {
                *field = Some(text.into());
            }
        }
        path.domain = text.into();
        path.tried = vec![text.into(), text.into()];
        path.assumptions = vec![text.into()];
        path.needs = vec![need()];
        for rejected in &mut path.rejected {
            rejected.hop = Hop { subject: subject(), label: Some(label(true)) };
        }
        for gate in &mut path.gates {
            gate.lints = vec![text.into()];
            gate.evidence = vec![label(true)];
            gate.needs = vec![need()];
        }
        if let Some(used) = &mut path.used {
            used.object = Some(Hop { subject: subject(), label: Some(label(true)) });
            if let Some(target) = &mut used.target {
                target.url = text.into();
            }
        }
    }
    run
}

/// The tags of a page without what stands in quotes.
fn tags(page: &str) -> Vec<String> {
    let (mut tags, mut tag, mut is_quoted) = (Vec::new(), None::<String>, false);
    for c in page.chars() {
        match &mut tag {
            None if c == '<' => tag = Some(String::new()),
            None => {}
            Some(open) if c == '>' && !is_quoted => {
                tags.push(std::mem::take(open));
                tag = None;
            }
            Some(open) => {
                is_quoted ^= c == '"';
                if !is_quoted {
                    open.push(c);
                }
            }
        }
    }
    tags
}

fn without_script(run: &Run) -> String {
    let page = render(run);
    let (head, rest) = page.split_once("<style>").unwrap();
    let rest = rest.split_once("</style>").unwrap().1;
    let (body, end) = rest.rsplit_once("<script>").unwrap();
    let end = end.rsplit_once("</script>").unwrap().1;
    format!("{head}{body}{end}")
}

#[test]
fn an_attack_is_text() {
    let page = without_script(&with_text_everywhere(ATTACK));
    assert!(!page.contains("<img") && !page.contains("</script") && !page.contains("<!--"));
    assert!(!page.contains(|c: char| c == '\u{202e}' || c.is_control() && c != '\n'));
    assert!(
        number(
            &page,
            "&lt;/script&gt;&lt;/style&gt;&lt;img src=x onerror=alert(1)&gt;&quot;' onclick=&quot;x"
        ) > 100
    );
    assert!(page.contains("\\u{202e}\\u{1b}[31m&amp;amp;&lt;!--"), "hidden characters are shown");
}

/// A text that says nothing, of as many characters, to compare with.
fn harmless(text: &str) -> String {
    text.chars().map(|c| if c.is_whitespace() { c } else { 'x' }).collect()
}

fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("</script>".to_owned()),
        Just("<img src=x onerror=alert(1)>".to_owned()),
        Just("\" onfocus=\"x".to_owned()),
        Just("'<!--".to_owned()),
        Just("-->]]>&lt;".to_owned()),
        Just("\u{202e}\u{200f}\u{1b}[31m\0\u{9b}".to_owned()),
        "[<>&\"'=/ a-z\u{e0}-\u{ff}]{1,20}",
    ];
    let texts = proptest::collection::vec(piece, 1..6).prop_map(|pieces| pieces.concat());
    texts.prop_filter("blank text is left out", |text| !text.trim().is_empty())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn no_text_changes_what_the_page_is_made_of(text in hostile()) {
        let page = without_script(&with_text_everywhere(&text));
        prop_assert!(!page.contains(|c: char| crate::report::text::is_hidden(c) && c != '\n'));
        let plain = without_script(&with_text_everywhere(&harmless(&text)));
        prop_assert_eq!(tags(&page), tags(&plain));
    }
}

#[test]
fn ten_thousand_findings_make_a_page_of_bounded_size() {
    let mut sources = Sources::default();
    let text = Arc::new(Text::whole(sources.add("a.json"), "{\"a\": false}\n".repeat(10_000)));
    let found = |number: usize| {
        let label = Label::new(Arc::clone(&text), number * 13 + 6..number * 13 + 11, "here", true);
        let name = format!("mailbox {number}");
        let subject = Some((Platform::OnPrem, "Get-Mailbox", name.as_str()));
        finding(Severity::Warning, "vdir-ews-wssecurity-off", subject, "wrong", vec![label])
    };
    let findings = (0..10_000).map(found).collect();
    let page = render(&Run { sources, findings, ..Run::default() });
    assert!(page.len() < 256 << 10, "{}", page.len());
    assert_eq!(number(&page, "class=\"case\""), 10);
    assert!(page.contains("data-side=\"onprem\" data-count=\"9490\""), "10 shown, 500 named");
    assert!(page.contains("… and 9900 more; all of them"), "of as many commands");
}

#[test]
fn a_run_without_anything_is_a_page() {
    let page = body(&Run { as_of: "2026-10-31".into(), ..Run::default() });
    assert_eq!(number(&page, "class=\"direction unknown\""), 2, "nothing read is no calm");
    assert!(page.contains("Nothing was found in what could be judged."));
    assert!(page.contains("No file was read."));
}
