//! Every lint: its file is right, and its cases come out as they say.

use std::sync::Arc;

use freebusy_lint::diagnostic::Diagnostic;
use freebusy_lint::engine::run_case;
use freebusy_lint::lint::{Lint, load_text};
use freebusy_lint::schema::Registry;
use freebusy_lint::source::{Sources, Text};

use crate::support::run::{EMBEDDED, LINTS};

#[test]
fn every_lint_file_loads_without_a_mistake() {
    let (lints, sources) = &*EMBEDDED;
    let mut sources = sources.clone();
    let registry = Registry::embedded().unwrap();
    // As those of users are: with their cases, and by schema.
    let mut load_whole = |lint: &Lint| {
        let path = format!("lints/{}/{}.toml", lint.area, lint.id);
        let text = Text::whole(sources.add(&path), lint.text.content().to_owned());
        load_text(registry, &path, Arc::new(text), true).err().unwrap_or_default()
    };
    let mut of_whole: Vec<Diagnostic> = lints.lints.iter().flat_map(&mut load_whole).collect();
    // `snapshot-missing-input` is about what is lacking, so nothing lacks that it needs.
    let is_excused = |mistake: &Diagnostic| {
        let path = mistake.labels.first().map(|label| sources.path(label.location.source));
        path == Some("lints/snapshot/snapshot-missing-input.toml")
            && mistake.message == "there must be a case for each of `fail`, `pass` and `unknown`"
    };
    of_whole.retain(|mistake| !is_excused(mistake));
    let mistakes = lints.mistakes.iter().chain(&of_whole).map(|mistake| {
        let place = mistake.labels.first().map(|label| label.location);
        let place =
            place.map(|at| format!("{}:{}:{}", sources.path(at.source), at.start.line, at.start.column));
        format!(
            "{}: {} {}",
            place.unwrap_or_default(),
            mistake.message,
            mistake.help.clone().unwrap_or_default()
        )
    });
    let mistakes: Vec<String> = mistakes.collect();
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
    assert!(lints.lints.len() >= 50, "only {} lints", lints.lints.len());
}

#[test]
fn every_case_comes_out_as_it_says() {
    let registry = Registry::embedded().expect("schemas are right");
    let mut count = 0;
    let mut wrong = Vec::new();
    for lint in LINTS.iter() {
        for case in &lint.cases(registry) {
            count += 1;
            if let Some(difference) = run_case(registry, lint, case).difference(case) {
                wrong.push(format!("{}: \"{}\" {difference}", lint.id, case.name));
            }
        }
    }
    println!("{count} cases of {} lints", LINTS.len());
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

/// A lint that looks at its own collection once more must see all of it, not the record at hand.
#[test]
fn a_lint_that_compares_records_of_one_collection_sees_all_of_them() {
    let text = r#"
id = "two-default-domains"
title = "t"
severity = "error"
why = "w"
references = ["https://example.com"]
[for]
domain = 'onprem.AcceptedDomain.filter(d, d.Default)'
[[expect]]
that = 'onprem.AcceptedDomain.filter(d, d.Default).size() == 1'
message = "{domain.Name} is one of several"
[fix]
text = "t"
[[case]]
name = "two"
expect = "fail"
findings = 2
onprem.AcceptedDomain = [{ Name = "a", Default = true }, { Name = "b", Default = true }]
[[case]]
name = "one"
expect = "pass"
onprem.AcceptedDomain = [{ Name = "a", Default = true }, { Name = "b", Default = false }]
"#;
    let registry = Registry::embedded().unwrap();
    let source = Sources::default().add("domains/two-default-domains.toml");
    let lint = load_text(
        registry,
        "domains/two-default-domains.toml",
        Arc::new(Text::whole(source, text.into())),
        false,
    );
    let lint = lint.unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
    assert!(lint.record_wise.is_none());
    for case in &lint.cases(registry) {
        assert_eq!(run_case(registry, &lint, case).difference(case), None, "{}", case.name);
    }
}
