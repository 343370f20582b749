use proptest::prelude::*;

use super::super::xml::testing::{Outcome, read, read_all_ways};
use super::super::{Format, NodeRef, detect};
use super::*;

fn csv(text: &str) -> Outcome {
    read_all_ways(Csv::new, text)
}

fn rows(text: &str) -> Vec<String> {
    let outcome = csv(text);
    assert_eq!(outcome.messages(), [""; 0], "{text}");
    outcome.shapes().into_iter().map(str::to_owned).collect()
}

#[test]
fn rows_under_names() {
    let expected = [
        r#"{Name: "a", Url: null, Enabled: "True"}"#,
        r#"{Name: "b \"c\"\r\nd", Url: null, Enabled: "False"}"#,
    ];
    for delimiter in [",", ";", "\t"] {
        let text =
            "\"Name\",\"Url\",\"Enabled\"\r\n\"a\",,\"True\"\r\n\"b \"\"c\"\"\r\nd\",\"\",\"False\"\r\n";
        let text = text.replace("\",", &format!("\"{delimiter}")).replace(",\"T", &format!("{delimiter}\"T"));
        assert_eq!(rows(&text), expected, "{delimiter}");
        assert_eq!(rows(text.trim_end()), expected, "{delimiter}");
    }
    assert_eq!(rows("Name,Url\na,b c\n\n,d"), [r#"{Name: "a", Url: "b c"}"#, r#"{Name: null, Url: "d"}"#]);
    assert_eq!(rows("\"Name\"\n\"a\"\n"), [r#"{Name: "a"}"#]);
    for empty in ["", "\r\n", "#TYPE System.String\r\n", "\"Name\",\"Url\"\r\n"] {
        assert_eq!(rows(empty), [""; 0], "{empty}");
    }
}

#[test]
fn the_first_line_may_say_the_type() {
    let text = "#TYPE Deserialized.A.B\r\n\"Name\"\r\n\"a\"\r\n#TYPE C\r\n\"Id\"\r\n\"b\"\r\n";
    let outcome = csv(text);
    let found: Vec<_> =
        outcome.records.iter().map(|(name, shape, _)| (name.as_deref().unwrap(), shape.as_str())).collect();
    assert_eq!(found, [("Deserialized.A.B", r#"{Name: "a"}"#), ("C", r#"{Id: "b"}"#)]);
}

#[test]
fn spans_are_exact_and_names_come_from_the_header() {
    let text = "\"Na\"\"me\",Url,X\n\"é \"\"x\",b,\"\"\n";
    let (mut reader, mut at, mut tape) = (Csv::new(), 0, Tape::default());
    assert!(matches!(reader.next(text, &mut at, true, &mut tape), Step::Record { .. }));
    let root = NodeRef::root(text, &tape).unwrap();
    let found: Vec<_> = root
        .properties()
        .map(|node| (node.name().into_owned(), node.raw(), node.value().into_owned()))
        .collect();
    assert_eq!(
        found,
        [
            ("Na\"me".into(), "é \"\"x", "é \"x".into()),
            ("Url".into(), "b", "b".into()),
            ("X".into(), "\"\"", "\"\"".into())
        ]
    );
    assert_eq!((root.raw(), root.property("url").unwrap().kind()), ("\"é \"\"x\",b,\"\"", Kind::String));
    assert_eq!(root.property("X").unwrap().kind(), Kind::Null);
}

#[test]
fn a_broken_row_does_not_hide_the_next() {
    for (bad, message) in [
        ("\"a\"x,b", "text stands behind a closing quote"),
        ("a,b,c", "a row of 3 fields under 2 names"),
        ("a", "a row of 1 fields under 2 names"),
    ] {
        let outcome = csv(&format!("Name,Url\n1,2\n{bad}\n3,4\n"));
        assert_eq!(outcome.messages(), [message]);
        assert_eq!(outcome.shapes(), [r#"{Name: "1", Url: "2"}"#, r#"{Name: "3", Url: "4"}"#], "{bad}");
    }
    assert_eq!(csv("Name,Url\n1,\"2").messages(), ["a quote is not closed"]);
    assert_eq!(csv("Name,Url\n1").messages(), ["the file ends in the middle of a row"]);
    let many = csv(&format!("Name,Url\n{}", "x\n".repeat(300)));
    assert_eq!(many.problems.len(), MAX_ERRORS + 1);
}

#[test]
fn what_is_detected() {
    for text in [
        "#TYPE A.B\n\"x\"\n",
        "\"Name\",\"Enabled\"\r\n",
        "\"Name\"\r\n\"a\"",
        "Name;Domain Names\n",
        "Name\tEnabled\n",
        "\u{FEFF}Name,RemoteDomain@odata.type\n",
    ] {
        assert_eq!(detect(text), Ok(Some(Format::Csv)), "{text}");
    }
    for text in ["Hello, world\n", "\"Name\" is, well\n", "Name\n", "1,2\n", "a:b,c\n", "\"a\n\"\n"] {
        assert!(!matches!(detect(text), Ok(Some(Format::Csv))), "{text}");
    }
}

/// As `Export-Csv` writes.
fn written(rows: &[Vec<String>], delimiter: char, end: &str) -> String {
    let line = |row: &Vec<String>| {
        let fields: Vec<String> =
            row.iter().map(|field| format!("\"{}\"", field.replace('"', "\"\""))).collect();
        fields.join(&delimiter.to_string()) + end
    };
    rows.iter().map(line).collect()
}

proptest! {
    #[test]
    fn what_was_written_is_read(
        rows in prop::collection::vec(prop::collection::vec("[a-z \",;\r\n\té😀]{0,12}", 3), 0..5),
        delimiter in prop::sample::select(vec![',', ';', '\t']),
        end in prop::sample::select(vec!["\n", "\r\n"]),
        block in 1_usize..40,
    ) {
        let names = vec!["Name".to_owned(), "Url".into(), "Id".into()];
        let text = written(&[vec![names.clone()], rows.clone()].concat(), delimiter, end);
        let outcome = read(Csv::new(), &text, block);
        prop_assert_eq!(outcome.messages(), [""; 0]);
        let shape = |row: &Vec<String>| {
            let fields: Vec<String> = names.iter().zip(row).map(|(name, field)| {
                if field.trim().is_empty() { format!("{name}: null") } else { format!("{name}: {field:?}") }
            }).collect();
            format!("{{{}}}", fields.join(", "))
        };
        prop_assert_eq!(outcome.shapes(), rows.iter().map(shape).collect::<Vec<_>>());
    }

    #[test]
    fn blocks_of_any_size_give_the_same(
        text in "(\"|\"\"|,|;|a|é|\n|\r\n|\r|#TYPE x\n|Name,Id\n|\u{FEFF}){0,40}",
        block in 1_usize..20,
    ) {
        let whole = read(Csv::new(), &text, text.len());
        prop_assert_eq!(read(Csv::new(), &text, block), whole);
    }
}
