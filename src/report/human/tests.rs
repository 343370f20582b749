use std::fmt::Write as _;
use std::slice::from_ref;
use std::sync::Arc;
use std::time::Instant;

use proptest::prelude::*;

use super::HumanOptions;
use crate::diagnostic::{InputSummary, Label, Run, Severity};
use crate::report::fixture::{finding, problem, sample_run};
use crate::report::{ReportFormat, write};
use crate::source::{Encoding, Location, Position, Sources, Text};

fn render(run: &Run, options: &HumanOptions) -> String {
    let mut out = Vec::new();
    write(run, ReportFormat::Human, options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn empty_run(sources: Sources) -> Run {
    Run { as_of: "2026-10-31".into(), sources, ..Run::default() }
}

/// A run with one problem that has labels on `ranges` of `content`.
fn labelled(content: &str, ranges: &[std::ops::Range<usize>]) -> Run {
    let mut sources = Sources::default();
    let text = Arc::new(Text::whole(sources.add("a.json"), content.into()));
    let mut problem = problem(Severity::Error, "wrong");
    for range in ranges {
        problem = problem.with_label(Label::new(Arc::clone(&text), range.clone(), "here", true));
    }
    Run { problems: vec![problem], ..empty_run(sources) }
}

#[test]
fn trace() {
    let mut out = Vec::new();
    let run = sample_run();
    crate::report::write_trace(&run, ReportFormat::Human, &HumanOptions::default(), &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    // The problems before it are those of the other report.
    let (_, paths) = text.split_once("Exchange Online to on-premises: zoë@contoso.com").unwrap();
    insta::assert_snapshot!(format!("Exchange Online to on-premises: zoë@contoso.com{paths}"));
}

#[test]
fn sample() {
    let run = sample_run();
    insta::assert_snapshot!(render(&run, &HumanOptions::default()));
}

#[test]
fn sample_in_ascii() {
    let mut run = sample_run();
    run.findings.retain(|finding| finding.severity == Severity::Warning);
    let options = HumanOptions { unicode: false, list_unknown: true, width: 80, ..HumanOptions::default() };
    insta::assert_snapshot!(render(&run, &options));
}

#[test]
fn headers_name_the_position_of_the_primary_label() {
    let run = sample_run();
    let all = render(&run, &HumanOptions::default());
    let headers: Vec<&str> =
        all.lines().filter_map(|line| line.split_once("─[")).map(|(_, header)| header).collect();
    assert_eq!(
        headers,
        [
            "exports/onprem/broken.json:3:3]",
            "custom/orgrel/orgrel-own.toml:4:13]",
            "exports/cloud/orgrel.xml:5:26]",
            "exports/onprem/orgrel.json:4:21]",
            "exports/onprem/orgrel.json:6:30]",
            "exports/onprem/all.json:1:201975]",
            "exports/onprem/vdir.json:2:62]",
            "exports/onprem/vdir.json:3:62]",
            "exports/onprem/vdir.json:4:62]",
        ]
    );
}

#[test]
fn nothing_reaches_the_terminal_raw() {
    let run = sample_run();
    let plain = render(&run, &HumanOptions::default());
    assert!(!plain.contains(|c: char| c.is_control() && c != '\n'));
    assert!(plain.contains("EX00\\EWS\\u{1b}[31m has"), "escaped in messages");
    assert!(plain.contains("EX00\\EWS␛[31m\""), "replaced one for one in source");
    let colored = render(&run, &HumanOptions { color: true, ..HumanOptions::default() });
    assert!(colored.contains("\x1b[1;31merror[connector-missing]\x1b[0m"));
    assert!(!colored.contains("\x1b]8"), "no hyperlinks");
}

#[test]
fn quiet_is_findings_and_one_line() {
    let run = sample_run();
    let quiet = render(&run, &HumanOptions { quiet: true, ..HumanOptions::default() });
    let full = render(&run, &HumanOptions::default());
    let (findings, last) = quiet.trim_end().rsplit_once("\n\n").unwrap();
    assert!(full.starts_with(findings));
    assert_eq!(
        last,
        "3 errors, 101 warnings, 0 infos; 3 problems with the input, the configuration or the lint files; 2 lints could not be judged; 2 findings suppressed"
    );
}

#[test]
fn a_single_input_does_not_list_what_is_lacking() {
    let mut run = sample_run();
    run.inputs.truncate(1);
    let hint = "2 lints could not be judged: other exports are missing; `--show-unknown` lists them\n";
    let short = render(&run, &HumanOptions::default());
    assert!(short.contains(hint) && !short.contains("Get-AuthServer"));
    let full = render(&run, &HumanOptions { list_unknown: true, ..HumanOptions::default() });
    assert!(!full.contains(hint) && full.contains("no export of Get-AuthServer (on-premises): 2 lints\n"));
}

#[test]
fn many_files_are_folded_by_side_and_cmdlet() {
    let mut run = sample_run();
    let one = run.inputs[0].clone();
    run.inputs = (0..30).map(|n| InputSummary { path: format!("exports/{n}.json"), ..one.clone() }).collect();
    let report = render(&run, &HumanOptions::default());
    let table =
        report.split("read 30 files\n").nth(1).unwrap().lines().take(2).collect::<Vec<_>>().join("\n");
    assert_eq!(
        table,
        "  records  side         cmdlet                        files\n       \
         30  on-premises  Get-OrganizationRelationship  30"
    );
}

#[test]
fn labels_far_apart_on_one_line_have_snippets_of_their_own() {
    let content = format!("{{\"a\":1,\"x\":\"{}\",\"b\":2}}", "y".repeat(100_000));
    let b = content.len() - 2;
    let report = render(&labelled(&content, &[5..6, b..b + 1]), &HumanOptions::default());
    assert!(report.contains("[a.json:1:6]") && report.contains(&format!("[a.json:1:{}]", b + 1)), "{report}");
    assert!(report.len() < 1500, "{report}");
}

#[test]
fn crlf_tabs_and_wide_characters_keep_the_underline_in_place() {
    let content = "{\r\n\t\"Näme\": \"本社\",\r\n\t\"本\": false\r\n}\r\n";
    let at = content.find("false").unwrap();
    let report = render(&labelled(content, from_ref(&(at..at + 5))), &HumanOptions::default());
    insta::assert_snapshot!(report.lines().take(9).collect::<Vec<_>>().join("\n"), @r#"
    error: wrong
       ╭─[a.json:3:7]
     2 │     "Näme": "本社",
     3 │     "本": false
       ·           ──┬──
       ·             ╰── here
     4 │ }
       ╰────
    "#);
}

#[test]
fn a_label_of_many_lines_is_cut_to_its_first() {
    let content = format!("[\n{}]\n", "  1,\n".repeat(500));
    let report = render(&labelled(&content, from_ref(&(0..content.len()))), &HumanOptions::default());
    assert!(report.lines().count() < 12, "{report}");
}

#[test]
fn only_so_many_places_are_shown() {
    let content = "{ \"a\": 1 }\n\n\n\n\n\n\n\n\n\n".repeat(40);
    let ranges: Vec<_> = content.match_indices('1').map(|(at, _)| at..at + 1).collect();
    let report = render(&labelled(&content, &ranges), &HumanOptions::default());
    assert_eq!(report.matches("─[a.json:").count(), 6);
    assert!(report.contains("… and 34 more places\n"), "{report}");
}

#[test]
fn a_thousand_findings_in_one_long_line_stay_small_and_fast() {
    const SIZE: usize = 20 << 20;
    let mut sources = Sources::default();
    let source = sources.add("exports/onprem/all.json");
    let text = Arc::new(Text::whole(source, "{\"Name\":\"x\"},".repeat(SIZE / 13)));
    let mut run = empty_run(sources);
    for number in 0..1000_usize {
        let start = SIZE - 100_000 + number * 91;
        let position = |at: usize| Position { line: 1, column: u32::try_from(at).unwrap() + 1 };
        let (from, to) = (position(start), position(start + 6));
        let location = Location { source, offset: start as u64, length: 6, start: from, end: to };
        let label = Label {
            text: Arc::clone(&text),
            range: start..start + 6,
            location,
            property: None,
            object: "here".into(),
            primary: true,
        };
        run.findings.push(finding(Severity::Error, &format!("lint-{number:04}"), None, "wrong", vec![label]));
    }
    let began = Instant::now();
    let report = render(&run, &HumanOptions::default());
    let elapsed = began.elapsed();
    let largest = report.split("\n\n").map(str::len).max().unwrap();
    assert!(largest < 2048, "{largest}");
    assert_eq!(report.matches("─[exports/onprem/all.json:1:20").count(), 1000);
    // 0.05 s were measured, without optimisation; reading the line again for each finding takes many seconds.
    assert!(elapsed.as_secs() < 2, "{elapsed:?}");
}

#[test]
fn problems_that_say_the_same_are_folded() {
    let content = "x\n".repeat(200);
    let mut run = labelled(&content, &[]);
    let text = Arc::new(Text::whole(run.sources.ids().next().unwrap(), content));
    run.problems = (0..100)
        .map(|n| {
            let label = Label::new(Arc::clone(&text), n * 2..n * 2 + 1, "", true);
            problem(Severity::Warning, "not a record").with_label(label)
        })
        .collect();
    let report = render(&run, &HumanOptions::default());
    assert_eq!(report.matches("warning: not a record").count(), 1);
    assert!(
        report.contains("… and 97 more: a.json:4:1, a.json:5:1, a.json:6:1, a.json:7:1, a.json:8:1, …"),
        "{report}"
    );
}

fn content() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("\n".to_owned()),
        Just("\r\n".to_owned()),
        Just("\r\t\x1b\u{9b}".to_owned()),
        Just("本社e\u{301}\u{200b}😀".to_owned()),
        Just("{\"a\": ".to_owned()),
        Just("x".repeat(90)),
        Just("é".repeat(3000)),
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_label_on_any_text_is_drawn(
        content in content(),
        places in proptest::collection::vec((0..20_000_usize, 0..5000_usize, any::<bool>()), 0..16),
        width in 0..300_usize,
        unicode in any::<bool>(),
        in_excerpt in any::<bool>(),
    ) {
        let mut sources = Sources::default();
        let start = Position { line: 7, column: 70_000 };
        let source = sources.add("a\x1b.json");
        let mut text = Text::block(source, Encoding::Utf16Be, content.clone(), 1 << 40, start);
        let size = content.len() + 3;
        let mut ranges: Vec<_> = places.iter().map(|&(at, length, _)| at % size..at % size + length).collect();
        if in_excerpt {
            (text, ranges) = text.excerpt(&ranges, 100, 3000);
        }
        let text = Arc::new(text);
        let mut labels = Vec::new();
        for (range, &(.., primary)) in ranges.into_iter().zip(&places) {
            labels.push(Label::new(Arc::clone(&text), range, "a\nb\x1b", primary));
        }
        let mut run = empty_run(sources);
        run.findings.push(finding(Severity::Info, "any", None, &content, labels));
        let report = render(&run, &HumanOptions { width, unicode, ..HumanOptions::default() });
        prop_assert!(!report.contains(|c: char| c.is_control() && c != '\n'));
        prop_assert!(report.len() < 64 << 10);
    }
}

#[test]
fn line_numbers_are_those_of_the_file() {
    let mut content = String::new();
    for number in 1..=300 {
        writeln!(content, "line {number}").unwrap();
    }
    let at = content.find("line 250").unwrap();
    let report = render(&labelled(&content, &[at..at + 4, at - 18..at - 14]), &HumanOptions::default());
    for number in 247..=251 {
        assert!(report.contains(&format!(" {number} │ line {number}\n")), "{report}");
    }
    assert!(report.contains("[a.json:250:1]"), "{report}");
}
