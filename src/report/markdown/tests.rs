use std::sync::Arc;

use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::*;
use crate::diagnostic::Severity;
use crate::report::ReportFormat;
use crate::report::fixture::{finding, problem, rendered, sample_run};
use crate::source::{Sources, Text};

fn events(markdown: &str) -> Vec<Event<'_>> {
    Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_MATH)
        .collect()
}

/// The text of a paragraph that has nothing but text in it.
fn plain(markdown: &str) -> Option<String> {
    let mut text = String::new();
    for event in events(markdown) {
        match event {
            Event::Text(part) => text.push_str(&part),
            Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph) => {}
            _ => return None,
        }
    }
    Some(text)
}

/// What stands in fences.
fn blocks(markdown: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut open: Option<String> = None;
    for event in events(markdown) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => open = Some(String::new()),
            Event::End(TagEnd::CodeBlock) => blocks.extend(open.take()),
            Event::Text(text) => {
                if let Some(block) = &mut open {
                    block.push_str(&text);
                }
            }
            _ => {}
        }
    }
    blocks
}

#[test]
fn sample() {
    let mut run = sample_run();
    run.findings.truncate(10);
    let version = format!("freebusy-lint {}", env!("CARGO_PKG_VERSION"));
    insta::assert_snapshot!(
        rendered(&run, ReportFormat::Markdown).replace(&version, "freebusy-lint [version]")
    );
}

#[test]
fn numbers_of_the_sample() {
    let markdown = rendered(&sample_run(), ReportFormat::Markdown);
    assert!(markdown.contains("**3 errors, 101 warnings, 0 infos**; 2 findings suppressed\n"));
    assert!(
        markdown
            .contains("9 lints: 5 failed, 1 passed, 2 unknown, 1 not applicable; judged as of 2026-10-31")
    );
    assert!(markdown.contains("\n### Exchange Online to on-premises: broken\n"));
    assert!(markdown.contains("\n### on-premises to Exchange Online: unknown\n"));
    assert!(markdown.contains("<details><summary>and 97 more</summary>"));
    let errors = markdown.find("### error: ").unwrap();
    assert!(errors < markdown.find("### warning: ").unwrap());
    let open = |tag: &str| markdown.matches(tag).count();
    assert_eq!((open("<details>"), open("<summary>")), (open("</details>"), open("</summary>")));
}

#[test]
fn excerpts_mark_the_value() {
    let blocks = blocks(&rendered(&sample_run(), ReportFormat::Markdown));
    let differ = blocks.iter().find(|block| block.starts_with("exports/cloud/orgrel.xml:5:26\n")).unwrap();
    let lines: Vec<&str> = differ.lines().collect();
    let marked = lines.iter().position(|line| line.contains('^')).unwrap();
    let from = lines[marked].find('^').unwrap();
    let to = lines[marked].rfind('^').unwrap();
    assert_eq!(&lines[marked - 1][from..=to], "fabrikam.com");
    assert!(lines[marked].ends_with("^ only Exchange Online has this"));
}

/// A run with one finding, about an object of this name, on this text.
fn hostile(value: &str) -> Run {
    let mut sources = Sources::default();
    let text = Arc::new(Text::whole(sources.add("a`b.json"), value.to_owned()));
    let label = Label::new(text, 0..value.len(), value, true);
    let message = format!("{value} is wrong");
    let subject = Some((Platform::Cloud, "Get-OrganizationRelationship", value));
    let findings = vec![finding(Severity::Error, "orgrel-domains-differ", subject, &message, vec![label])];
    Run { as_of: "2026-10-31".into(), sources, findings, ..Run::default() }
}

#[test]
fn no_value_leaves_its_place() {
    let values = [
        "```\n# heading\n</details><img src=x onerror=alert(1)>",
        "``````` `",
        "x\n```\n# heading\n<b>bold</b>\n```",
        "[link](https://example.com) ![image](x) <b>bold</b> | a | b |",
        "\n\n# heading\n- item",
        "&lt;script&gt; &#64;",
    ];
    for value in values {
        let markdown = rendered(&hostile(value), ReportFormat::Markdown);
        let events = events(&markdown);
        let headings =
            events.iter().filter(|event| matches!(event, Event::Start(Tag::Heading { .. }))).count();
        assert_eq!(headings, 4, "{markdown}");
        for event in &events {
            if let Event::Html(html) | Event::InlineHtml(html) = event {
                let known = ["<details>", "</details>", "<summary>", "</summary>"];
                let rest = known.iter().fold(html.to_string(), |html, tag| html.replace(tag, ""));
                assert!(!rest.contains('<'), "{html}");
            }
            assert!(
                !matches!(event, Event::Start(Tag::Link { .. } | Tag::Image { .. })),
                "{event:?} {markdown}"
            );
        }
    }
}

#[test]
fn mentions_are_none() {
    assert_eq!(escape("@contoso asked in #12"), "@\u{2060}contoso asked in #\u{2060}12");
    assert_eq!(escape("zoë@contoso.com has @{a=1}"), "zoë@contoso.com has @{a=1}");
}

#[test]
fn a_problem_without_a_place_names_its_file() {
    let mut run = Run { as_of: "2026-10-31".into(), ..Run::default() };
    run.problems = vec![problem(Severity::Error, "cannot read").with_path("a`b.xml").with_help("try again")];
    let markdown = rendered(&run, ReportFormat::Markdown);
    assert!(markdown.contains("**error**: cannot read\n\nIn ``a`b.xml``\n\nHelp: try again\n"), "{markdown}");
}

proptest! {
    #[test]
    fn prose_is_plain_text(value in "[\\x21-\\x7e]{1,3}[\\x20-\\x7eäé\u{202e}]{0,24}[\\x21-\\x7e]") {
        let expected = clean(&value).into_owned();
        let found = plain(&escape(&value)).map(|text| text.replace('\u{2060}', ""));
        prop_assert_eq!(found, Some(expected));
    }

    #[test]
    fn code_is_what_it_was(value in "[`a \\\\<*]{0,12}", lines in proptest::collection::vec("`{3,6}|[`~a <*#-]{0,7}[`~a<*#-]", 1..4)) {
        let written = code(&format!("x{value}x"));
        let expected = Event::Code(format!("x{value}x").into());
        prop_assert!(events(&written).contains(&expected), "{}", written);
        let found = blocks(&fenced("", "text", lines.iter().map(String::as_str)));
        prop_assert_eq!(found, [format!("{}\n", lines.join("\n"))]);
    }
}
