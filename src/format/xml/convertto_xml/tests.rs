use proptest::prelude::*;

use super::super::testing::{Outcome, corpus, read, read_all_ways};
use super::*;

const PROLOG: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>";

fn document(content: &str) -> String {
    format!("{PROLOG}\n<Objects>\n{content}\n</Objects>")
}

fn read_document(content: &str) -> Outcome {
    read_all_ways(ConvertToXml::new, &document(content))
}

/// The shapes of records of which nothing is wrong.
fn shapes(content: &str) -> Vec<String> {
    let outcome = read_document(content);
    assert_eq!(outcome.messages(), [""; 0], "{content}");
    outcome.shapes().into_iter().map(str::to_owned).collect()
}

const RELATIONSHIP: &str = r#"  <Object Type="Microsoft.Exchange.Data.Directory.SystemConfiguration.OrganizationRelationship">
<Property Name="Name" Type="System.String">To &lt;Fabrikam&gt;</Property>
<Property Name="DomainNames" Type="Microsoft.Exchange.Data.MultiValuedProperty`1[SmtpDomain]">
  <Property Type="Microsoft.Exchange.Data.SmtpDomain">fabrikam.com</Property>
  <Property Type="Microsoft.Exchange.Data.SmtpDomain">mail.fabrikam.com</Property>
</Property>
<Property Name="FreeBusyAccessEnabled" Type="System.Boolean">True</Property>
<Property Name="TargetSharingEpr" />
<Property Name="OrganizationContact" Type="System.String" />
<Property Name="Photos" Type="System.Collections.ArrayList" />
<Property Name="Blank" Type="System.String"> </Property>
  </Object>"#;

#[test]
fn an_object_with_types() {
    let outcome = read_document(RELATIONSHIP);
    assert_eq!(outcome.messages(), [""; 0]);
    assert_eq!(
        outcome.shapes(),
        [concat!(
            "{Name: \"To <Fabrikam>\", DomainNames: [\"fabrikam.com\", \"mail.fabrikam.com\"], ",
            "FreeBusyAccessEnabled: \"True\", TargetSharingEpr: null, OrganizationContact: \"\", Photos: [], ",
            "Blank: \" \"}"
        )]
    );
    assert_eq!(
        outcome.records[0].0.as_deref(),
        Some("Microsoft.Exchange.Data.Directory.SystemConfiguration.OrganizationRelationship")
    );
}

#[test]
fn without_type_information_null_and_empty_are_alike() {
    assert_eq!(
        shapes(
            "<Object><Property Name=\"a\">1</Property><Property Name=\"b\" /><Property Name=\"c\"></Property></Object>"
        ),
        ["{a: \"1\", b: \"\", c: \"\"}"]
    );
}

#[test]
fn what_an_object_prints_stands_before_its_properties() {
    assert_eq!(
        shapes(concat!(
            "<Object Type=\"P\"><Property Name=\"o\" Type=\"P\"><Property Type=\"System.String\">@{x=1}</Property>",
            "<Property Name=\"x\" Type=\"N\">1</Property></Property>",
            "<Property Name=\"m\" Type=\"P\">text<Property Name=\"x\" Type=\"N\">1</Property></Property></Object>",
        )),
        ["{o: {~\"@{x=1}\", x: \"1\"}, m: {~\"text\", x: \"1\"}}"]
    );
}

#[test]
fn spans_are_those_of_the_file() {
    let text = document(
        "<Object Type=\"T\"><Property Name=\"l\" Type=\"L\"><Property Type=\"S\">x</Property></Property><Property Name=\"n\" /></Object>",
    );
    let mut tape = Tape::default();
    assert!(matches!(ConvertToXml::new().next(&text, &mut 0, true, &mut tape), Step::Record { .. }));
    let pieces: Vec<_> =
        tape.nodes().iter().map(|node| (&text[node.name.range()], &text[node.text.range()])).collect();
    assert_eq!(
        pieces[1],
        ("l", "<Property Name=\"l\" Type=\"L\"><Property Type=\"S\">x</Property></Property>")
    );
    assert_eq!(pieces[2..], [("", "x"), ("n", "<Property Name=\"n\" />")]);
    assert!(pieces[0].1.starts_with("<Object ") && pieces[0].1.ends_with("</Object>"));
}

#[test]
fn dictionaries_have_entries_as_properties() {
    let entries = concat!(
        "<Property Name=\"Key\" Type=\"System.String\">a&amp;b</Property><Property Name=\"Value\" Type=\"System.Int32\">1</Property>",
        "<Property Name=\"Key\" Type=\"System.String\">c</Property><Property Name=\"Value\" Type=\"L\"><Property>d</Property></Property>",
    );
    let bare = entries.replace(" Type=\"System.String\"", "").replace(" Type=\"System.Int32\"", "");
    let expected = "{a&b: \"1\", c: [\"d\"]}";
    assert_eq!(
        shapes(&format!("<Object Type=\"System.Collections.Hashtable\">{entries}</Object>")),
        [expected]
    );
    assert_eq!(
        shapes(&format!(
            "<Object Type=\"T\"><Property Name=\"h\" Type=\"System.Collections.Specialized.OrderedDictionary\">{entries}</Property></Object>"
        )),
        [format!("{{h: {expected}}}")]
    );
    assert_eq!(shapes(&format!("<Object>{bare}</Object>")), [expected]);
    // Properties that are called so.
    assert_eq!(
        shapes(&format!("<Object Type=\"System.Collections.Generic.KeyValuePair\">{entries}</Object>")),
        ["{Key: \"a&b\", Value: \"1\", Key: \"c\", Value: [\"d\"]}"]
    );
    assert_eq!(
        shapes(
            "<Object><Property Name=\"Key\">a</Property><Property Name=\"Other\">b</Property><Property Name=\"Value\">c</Property></Object>"
        ),
        ["{Key: \"a\", Other: \"b\", Value: \"c\"}"]
    );
    assert_eq!(
        shapes(
            "<Object><Property Name=\"Key\"><Property Name=\"x\">a</Property></Property><Property Name=\"Value\">c</Property></Object><Object><Property Name=\"Key\">a</Property></Object>"
        ),
        ["{Key: {x: \"a\"}, Value: \"c\"}", "{Key: \"a\"}"]
    );
}

#[test]
fn records_that_are_no_objects() {
    let outcome = read_document(concat!(
        "<Object Type=\"System.String\">contoso &amp; co</Object><Object />",
        "<Object Type=\"System.String\" /><Object Type=\"System.String\"></Object>",
        "<Object Type=\"P\" /><Object Type=\"System.Object[]\" /><Object Type=\"System.Object[]\"></Object><Object></Object>",
        "<Object Type=\"System.Object[]\"><Property Type=\"System.Int32\">1</Property></Object>",
    ));
    assert_eq!(outcome.shapes(), ["\"contoso & co\"", "\"\"", "\"\"", "{}", "[\"1\"]"]);
    assert_eq!(outcome.problems, []);
}

#[test]
fn a_list_of_objects_is_its_items() {
    let outcome = read_document(concat!(
        "<Object Type=\"System.Object[]\">\n<Property Type=\"A\">\n<Property Name=\"x\" Type=\"S\">1</Property></Property>",
        "<Property Type=\"B\"><Property Name=\"x\" Type=\"S\">2</Property><Property Name=\"n\" /></Property>",
        "<Property Type=\"System.String\">three</Property><Property /></Object>",
        "<Object Type=\"C\"><Property Name=\"y\" Type=\"S\">4</Property></Object>",
    ));
    assert_eq!(outcome.shapes(), ["{x: \"1\"}", "{x: \"2\", n: null}", "\"three\"", "{y: \"4\"}"]);
    let types: Vec<_> = outcome.records.iter().map(|record| record.0.as_deref()).collect();
    assert_eq!(types, [Some("A"), Some("B"), Some("System.String"), Some("C")]);
    assert_eq!(outcome.problems, []);
}

#[test]
fn several_documents() {
    let text = format!(
        "\u{FEFF}{}\r\n\u{FEFF}{}<Objects />",
        document(RELATIONSHIP),
        document("<Object>a</Object>")
    );
    let outcome = read_all_ways(ConvertToXml::new, &text);
    assert_eq!((outcome.records.len(), outcome.problems.len()), (2, 0));
}

#[test]
fn a_damaged_record_hides_no_other() {
    for (line, message) in [
        ("<Property Name=\"a\">b</B>", "</B> stands where </Property> belongs"),
        ("<Property Name=\"a\">&foo;</Property>", "a reference is none of the five"),
        ("<Property Name=\"a\" Name=\"b\">b</Property>", "the attribute Name is given twice"),
        ("<Property Name=\"a>b</Property>", "a tag is not closed"),
        ("<Property Name=\"a\">a\0b</Property>", "there is a control character (U+0000)"),
        ("<Property Name=\"a\">a<!-- c -->b</Property>", "a value is in several parts"),
        ("<Property Name=\"a\"><![CDATA[a]]></Property>", "a value is in several parts"),
        ("<Property Name=\"a\">b</Property>text", "there is text outside of a value"),
        ("<Property Name=\"a\">b</Property>&amp;", "there is text outside of a value"),
    ] {
        let record = format!("\n  <Object>\n    {line}\n  </Object>");
        for record in [record.clone(), record.replace('\n', "")] {
            let outcome =
                read_document(&format!("<Object>before</Object>{record}\n  <Object>after</Object>"));
            assert_eq!(outcome.shapes(), ["\"before\"", "\"after\""], "{record} {:?}", outcome.problems);
            assert_eq!(outcome.problems.len(), 1, "{record} {:?}", outcome.problems);
            assert!(outcome.messages()[0].starts_with(message), "{:?}", outcome.problems);
        }
    }
    let outcome = read_document("<Object><Property Name=\"a\">b</Property><Object>after</Object>");
    assert_eq!(outcome.messages(), ["the record above lacks its end, </Object>"]);
    assert_eq!(outcome.shapes(), ["\"after\""]);
    let outcome = read_document(
        "<Object><What><Property Name=\"a\"/>x &amp; y</What><Property Name=\"b\">c</Property></Object><Foo/>",
    );
    assert_eq!(outcome.messages(), ["the element <Foo> is not known and is passed over"]);
    assert_eq!(outcome.shapes(), ["{b: \"c\"}"]);
}

#[test]
fn what_is_no_such_xml() {
    let message = |text: &str| {
        let outcome = read_all_ways(ConvertToXml::new, text);
        assert_eq!((outcome.records.len(), outcome.problems.len()), (0, 1), "{text}");
        outcome.problems[0].0.clone()
    };
    assert_eq!(message(""), "there is no ConvertTo-Xml in this file: it has no <Objects>");
    assert_eq!(message("[]"), "this is no ConvertTo-Xml: it does not begin with <Objects>");
    assert_eq!(message("<Objs></Objs>"), "the root element is <Objs>, not <Objects>");
    assert_eq!(message("<!DOCTYPE a [<!ENTITY b 'c'>]><Objects/>"), "a document type is not allowed");
    assert_eq!(message("<Objects><Object><Property Name=\"a\">"), "the file ends in the middle of a record");
    assert_eq!(message("<Objects>"), "the file ends in the middle of the document");
}

#[test]
fn deep_nesting_is_refused() {
    for open in ["<Property>", "<Property Name=\"x\">", "<Other>"] {
        let close = if open == "<Other>" { "</Other>" } else { "</Property>" };
        let nested = format!("{}{}", open.repeat(100_000), close.repeat(100_000));
        let text = document(&format!("<Object>{nested}</Object><Object>next</Object>"));
        let outcome = read(ConvertToXml::new(), &text, usize::MAX);
        assert_eq!(outcome.messages(), ["properties are nested more than 128 levels deep"], "{open}");
        assert_eq!(outcome.shapes(), ["\"next\""], "{open}");
        assert_eq!(read(ConvertToXml::new(), &text, 1 << 16), outcome);
    }
}

#[test]
fn truncation_anywhere_is_a_problem() {
    let text = document(RELATIONSHIP);
    for length in 0..text.len() {
        let outcome = read(ConvertToXml::new(), &text[..length], usize::MAX);
        assert_eq!(outcome.problems.len(), 1, "{:?}\n{}", outcome.problems, &text[..length]);
    }
}

#[test]
fn real_exports_are_read() {
    for (path, text) in corpus(&[".xml"]) {
        if text.contains("<Objects>") {
            let outcome = read_all_ways(ConvertToXml::new, &text);
            assert_eq!((outcome.records.len(), outcome.problems.len()), (1, 0), "{}", path.display());
        }
    }
}

fn property() -> impl Strategy<Value = (String, String)> {
    let name = "[A-Za-z][A-Za-z ]{0,8}".prop_filter("a key makes a dictionary", |name| name != "Key");
    let text = "[a-zA-Z0-9<>&\"'_x\u{e9}\u{1F600} ]{1,12}";
    let leaf = text.prop_map(|text| (quick_xml::escape::escape(&text).into_owned(), format!("{text:?}")));
    leaf.prop_recursive(4, 30, 5, move |inner| {
        let list = prop::collection::vec(inner.clone(), 1..5).prop_map(|items| {
            let xml = items.iter().map(|(xml, _)| format!("<Property Type=\"T\">{xml}</Property>")).collect();
            let shapes: Vec<_> = items.into_iter().map(|(_, shape)| shape).collect();
            (xml, format!("[{}]", shapes.join(", ")))
        });
        let object = prop::collection::vec((name.clone(), inner), 1..5).prop_map(|members| {
            let xml = members
                .iter()
                .map(|(name, (xml, _))| format!("<Property Name=\"{name}\" Type=\"T\">{xml}</Property>"))
                .collect();
            let shapes: Vec<_> =
                members.iter().map(|(name, (_, shape))| format!("{name}: {shape}")).collect();
            (xml, format!("{{{}}}", shapes.join(", ")))
        });
        prop_oneof![list, object]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_back(values in prop::collection::vec(property(), 0..4), block in 1usize..300) {
        let objects: String = values
            .iter()
            .map(|(xml, _)| format!("<Object Type=\"T\"><Property Name=\"p\" Type=\"T\">{xml}</Property></Object>"))
            .collect();
        let outcome = read(ConvertToXml::new(), &document(&objects), block);
        prop_assert_eq!(&outcome.problems, &[]);
        let expected: Vec<_> = values.iter().map(|(_, shape)| format!("{{p: {shape}}}")).collect();
        prop_assert_eq!(outcome.shapes(), expected);
    }

    #[test]
    fn damage_is_the_same_at_every_block_size(
        edits in prop::collection::vec(
            (any::<prop::sample::Index>(), 0usize..4, "[<>&\"'/=!?;\n A-Z\u{0}\u{FEFF}-]{0,4}"), 1..5),
        block in 1usize..50,
        is_indented in any::<bool>(),
    ) {
        let list = "<Object Type=\"L\"><Property Type=\"P\"><Property Name=\"a\">1</Property></Property></Object>";
        let mut text = document(&format!("{RELATIONSHIP}\n  {list}\n{RELATIONSHIP}\n  <Object>end</Object>"));
        if !is_indented {
            text = text.replace('\n', "");
        }
        for (index, length, insert) in edits {
            let at = text.floor_char_boundary(index.index(text.len()));
            let end = text.floor_char_boundary((at + length).min(text.len())).max(at);
            text.replace_range(at..end, &insert);
        }
        let whole = read(ConvertToXml::new(), &text, usize::MAX);
        prop_assert_eq!(read(ConvertToXml::new(), &text, block), whole, "{}", text);
    }
}
