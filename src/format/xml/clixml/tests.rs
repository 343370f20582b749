use std::fmt::Write as _;

use proptest::prelude::*;

use super::super::testing::{Outcome, corpus, read, read_all_ways};
use super::*;

const ROOT: &str = "<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">";

fn document(content: &str) -> String {
    format!("{ROOT}\n{content}\n</Objs>")
}

fn read_document(content: &str) -> Outcome {
    read_all_ways(CliXml::new, &document(content))
}

/// The shapes of records of which nothing is wrong.
fn shapes(content: &str) -> Vec<String> {
    let outcome = read_document(content);
    assert_eq!(outcome.messages(), [""; 0], "{content}");
    outcome.shapes().into_iter().map(str::to_owned).collect()
}

const RELATIONSHIP: &str = r#"  <Obj RefId="0">
<TN RefId="0">
  <T>Microsoft.Exchange.Data.Directory.SystemConfiguration.OrganizationRelationship</T>
  <T>System.Object</T>
</TN>
<ToString>To Fabrikam</ToString>
<Props>
  <Obj N="DomainNames" RefId="1">
    <TN RefId="1"><T>Microsoft.Exchange.Data.MultiValuedProperty`1[[SmtpDomain]]</T></TN>
    <LST>
      <Obj RefId="2">
        <TN RefId="2"><T>Microsoft.Exchange.Data.SmtpDomain</T></TN>
        <ToString>fabrikam.com</ToString>
        <Props><S N="Domain">fabrikam.com</S></Props>
      </Obj>
    </LST>
  </Obj>
  <B N="FreeBusyAccessEnabled">true</B>
  <Obj N="FreeBusyAccessLevel" RefId="3">
    <TN RefId="3"><T>Level</T></TN><ToString>LimitedDetails</ToString><I32>2</I32>
  </Obj>
  <URI N="TargetApplicationUri">outlook.com</URI>
  <Nil N="TargetSharingEpr" />
  <Ref N="First" RefId="2" />
  <Ref N="Self" RefId="0" />
</Props>
<MS>
  <G N="RunspaceId">01234567-89ab-cdef-0123-456789abcdef</G>
</MS>
  </Obj>"#;

#[test]
fn an_object_with_all_that_exchange_writes() {
    let outcome = read_document(RELATIONSHIP);
    assert_eq!(outcome.messages(), [""; 0]);
    assert_eq!(
        outcome.shapes(),
        [concat!(
            "{~\"To Fabrikam\", DomainNames: [{~\"fabrikam.com\", Domain: \"fabrikam.com\"}], ",
            "FreeBusyAccessEnabled: true, FreeBusyAccessLevel: {~\"LimitedDetails\", 2}, ",
            "TargetApplicationUri: \"outlook.com\", TargetSharingEpr: null, First: @3, Self: @0, ",
            "RunspaceId: \"01234567-89ab-cdef-0123-456789abcdef\"}"
        )]
    );
    assert_eq!(
        outcome.records[0].0.as_deref(),
        Some("Microsoft.Exchange.Data.Directory.SystemConfiguration.OrganizationRelationship")
    );
}

#[test]
fn spans_are_those_of_the_file() {
    let text = document("<Obj RefId=\"0\"><Props><S N=\"a\">xyz</S><S N=\"b\" /><S N='c'></S></Props></Obj>");
    let mut tape = Tape::default();
    let mut reader = CliXml::new();
    assert!(matches!(reader.next(&text, &mut 0, true, &mut tape), Step::Record { .. }));
    let pieces: Vec<_> =
        tape.nodes().iter().map(|node| (&text[node.name.range()], &text[node.text.range()])).collect();
    let object = &text[text.find("<Obj ").unwrap()..text.find("\n</Objs>").unwrap()];
    assert_eq!(pieces, [("", object), ("a", "xyz"), ("b", ""), ("c", "")]);
    let before = |index: usize| &text[..tape.nodes()[index].text.start as usize];
    assert!(before(2).ends_with("<S N=\"b\" />"));
    assert!(before(3).ends_with("<S N='c'>"));
}

#[test]
fn every_primitive() {
    let numbers = ["By", "U16", "U32", "U64", "SB", "I16", "I32", "I64", "Sg", "Db", "D"];
    for tag in numbers {
        assert_eq!(shapes(&format!("<{tag}>-1.5E3</{tag}>")), ["-1.5E3"]);
    }
    for tag in ["S", "URI", "SBK", "XD"] {
        assert_eq!(shapes(&format!("<{tag}>a_x000A_&lt;</{tag}>")), ["\"a\\n<\""]);
    }
    for tag in ["G", "DT", "TS", "BA", "Version", "SemanticVersion", "SS"] {
        assert_eq!(shapes(&format!("<{tag}>a_x000A_&lt;</{tag}>")), ["\"a_x000A_<\""]);
    }
    assert_eq!(
        shapes("<C>97</C><B>true</B><B>false</B><B>?</B><Nil /><S/>"),
        ["#97", "true", "false", "\"?\"", "\"\""]
    );
}

#[test]
fn text_that_needs_no_decoding_is_marked_so() {
    let text = document("<S>plain_text</S><S>&amp;</S><S>a_X0041_</S><G>_x</G><G>&#65;</G><S>a\r</S>");
    let mut reader = CliXml::new();
    let mut tape = Tape::default();
    let mut at = 0;
    let mut escapes = Vec::new();
    while let Step::Record { .. } = reader.next(&text, &mut at, true, &mut tape) {
        escapes.push(tape.nodes()[0].escape);
    }
    use Escape::{None, Xml};
    assert_eq!(escapes, [None, Escape::CliXml, Escape::CliXml, None, Xml, Escape::CliXml]);
}

#[test]
fn names_are_decoded() {
    assert_eq!(
        shapes("<Obj><MS><S N=\"a_x0020_&quot;b\">1</S><S N='q\"'>2</S><S N=\"\">3</S></MS></Obj>"),
        ["{a \"b: \"1\", q\": \"2\", \"3\"}"]
    );
}

#[test]
fn lists_of_every_kind() {
    for tag in ["LST", "IE", "STK", "QUE"] {
        let list = format!("<Obj RefId=\"0\"><{tag}><S>a</S><Nil /><S N=\"x\">b</S></{tag}></Obj>");
        assert_eq!(shapes(&list), ["[\"a\", null, \"b\"]"]);
        let nested = format!("<Obj><MS><Obj N=\"l\"><{tag} /></Obj></MS></Obj>");
        assert_eq!(shapes(&nested), ["{l: []}"]);
    }
    assert_eq!(
        shapes(
            "<Obj><LST><S>a</S></LST><ToString>t</ToString><Props><I32 N=\"Capacity\">4</I32></Props></Obj>"
        ),
        ["[\"a\", ~\"t\", Capacity: 4]"]
    );
}

#[test]
fn a_list_of_objects_is_its_items() {
    let outcome = read_document(concat!(
        "<Obj RefId=\"0\"><TN RefId=\"0\"><T>System.Object[]</T></TN><LST>\n",
        "<Obj RefId=\"1\"><TN RefId=\"1\"><T>A</T></TN><MS><S N=\"n\">1</S></MS></Obj>\n",
        "<Nil /><S>two</S>",
        "<Obj RefId=\"2\"><TNRef RefId=\"0\" /><LST><Obj RefId=\"3\"><TNRef RefId=\"1\" /></Obj></LST></Obj>",
        "<Ref RefId=\"0\" />",
        "</LST><Props><Obj N=\"SyncRoot\" RefId=\"4\"><TN RefId=\"2\"><T>B</T></TN></Obj></Props></Obj>",
        "<Obj RefId=\"5\"><TNRef RefId=\"2\" /></Obj><Obj><LST /></Obj>",
    ));
    assert_eq!(outcome.shapes(), ["{n: \"1\"}", "\"two\"", "{}", "{}"]);
    let types: Vec<_> = outcome.records.iter().map(|record| record.0.as_deref()).collect();
    assert_eq!(types, [Some("A"), None, Some("A"), Some("B")]);
    assert_eq!(outcome.messages().len(), 1, "{:?}", outcome.messages());
    assert!(outcome.messages()[0].starts_with("this refers to an object that is not here"));
}

#[test]
fn dictionaries_have_entries_as_properties() {
    assert_eq!(
        shapes(concat!(
            "<Obj RefId=\"0\"><DCT>",
            "<En><S N=\"Key\">one_x0020_</S><I32 N=\"Value\">1</I32></En>",
            "<En><Obj N=\"value\" RefId=\"1\"><MS><S N=\"x\">y</S></MS></Obj><I32 N=\"key\">2</I32></En>",
            "<En><Obj N=\"Key\" RefId=\"2\"><ToString>three</ToString><I32>3</I32></Obj><Nil N=\"Value\" /></En>",
            "<En><S N=\"Key\">four</S><Ref N=\"Value\" RefId=\"1\" /></En>",
            "</DCT></Obj>",
        )),
        ["{one : 1, 2: {x: \"y\"}, three: null, four: @2}"]
    );
    for broken in [
        "<En><S N=\"Key\">a</S></En>",
        "<En><S N=\"Value\">a</S></En>",
        "<En />",
        "<En><S N=\"Key\">a</S><S N=\"Other\">a</S></En>",
        "<En><Nil N=\"Key\" /><S N=\"Value\">a</S></En>",
        "<En><Obj N=\"Key\" /><S N=\"Value\">a</S></En>",
    ] {
        let outcome = read_document(&format!("<Obj><DCT>{broken}</DCT></Obj><S>next</S>"));
        assert_eq!(outcome.shapes(), ["\"next\""], "{broken}");
        assert_eq!(outcome.problems.len(), 1, "{:?}", outcome.problems);
    }
}

#[test]
fn references_to_other_records() {
    let content = concat!(
        "<Obj RefId=\"0\"><TN RefId=\"0\"><T>A</T></TN><MS><Obj N=\"inner\" RefId=\"1\"><MS>",
        "<S N=\"x\">y</S><Ref N=\"up\" RefId=\"0\" /></MS></Obj></MS></Obj>",
        "<Obj RefId=\"2\"><MS><Ref N=\"r\" RefId=\"1\" /><Ref N=\"again\" RefId=\"1\" />",
        "<Ref N=\"none\" RefId=\"9\" /><Ref N=\"bad\" /></MS></Obj>",
        "<Ref RefId=\"0\" />",
    );
    let outcome = read(CliXml::new(), &document(content), usize::MAX);
    let first = "{inner: {x: \"y\", up: @0}}";
    assert_eq!(
        outcome.shapes(),
        [first, "{r: {x: \"y\", up: {inner: @1}}, again: @1, none: ?, bad: ?}", first]
    );
    assert_eq!(outcome.records[2].0.as_deref(), Some("A"));
    assert_eq!(outcome.problems, []);
    // Where the text is gone the reference says that it leads nowhere.
    let outcome = read(CliXml::new(), &document(content), 1);
    assert_eq!(outcome.shapes(), [first, "{r: ?, again: ?, none: ?, bad: ?}"]);
    assert_eq!(outcome.problems.len(), 1);
}

#[test]
fn a_reference_further_down_is_not_read() {
    assert_eq!(
        shapes("<Obj RefId=\"0\"><MS><Ref N=\"a\" RefId=\"1\" /><Obj N=\"b\" RefId=\"1\" /></MS></Obj>"),
        ["{a: ?, b: {}}"]
    );
}

#[test]
fn repeated_objects_are_bounded() {
    let mut content = String::from("<Obj RefId=\"0\"><MS>");
    for index in 0..20_000 {
        write!(content, "<S N=\"p{index}\">v</S>").unwrap();
    }
    content.push_str("</MS></Obj>");
    for index in 1..5_000 {
        write!(content, "<Obj RefId=\"{index}\"><MS><Ref N=\"r\" RefId=\"0\" /></MS></Obj>").unwrap();
    }
    let mut reader = CliXml::new();
    let (text, mut at, mut tape, mut nodes) = (document(&content), 0, Tape::default(), 0);
    while let Step::Record { .. } = reader.next(&text, &mut at, true, &mut tape) {
        nodes += tape.nodes().len();
    }
    assert_eq!(text.len(), at);
    assert!(nodes < 800_000, "{nodes} nodes");
    // Twice as many in each as in the one before.
    let mut doubling = String::from("<Obj RefId=\"0\" />");
    for index in 1..300 {
        let before = index - 1;
        write!(
            doubling,
            "<Obj RefId=\"{index}\"><LST><S/><Ref RefId=\"{before}\" /><Ref RefId=\"{before}\" /></LST></Obj>"
        )
        .unwrap();
    }
    let outcome = read(CliXml::new(), &document(&doubling), usize::MAX);
    assert_eq!(outcome.records.len(), 300);
    assert_eq!(outcome.shapes()[2], "[\"\", [\"\", {}, @4], @2]");
    assert!(outcome.shapes()[299].contains('?'));
}

#[test]
fn streams_are_passed_over_but_their_types_count() {
    let outcome = read_document(concat!(
        "<Obj S=\"Error\" RefId=\"0\"><TN RefId=\"0\"><T>E</T></TN></Obj><S S=\"verbose\">text</S>",
        "<S S=\"output\">out</S><Obj S=\"progress\" RefId=\"1\"><MS><PR N=\"Record\"><AV>a</AV><AI>0</AI></PR></MS></Obj>",
        "<Obj RefId=\"2\"><TNRef RefId=\"0\" /></Obj>",
    ));
    assert_eq!(outcome.shapes(), ["\"out\"", "{}"]);
    assert_eq!(outcome.records[1].0.as_deref(), Some("E"));
    assert_eq!(outcome.problems, []);
}

#[test]
fn what_is_not_known_is_passed_over() {
    assert_eq!(
        shapes(
            "<Obj><What a=\"1\"><S N=\"x\">1</S>text &amp; <More/></What><Props><S N=\"y\">2</S><PR/></Props></Obj>"
        ),
        ["{y: \"2\"}"]
    );
    assert_eq!(
        shapes("<Obj><Obj><ToString>in</ToString></Obj><MS><S N=\"a\">b</S></MS></Obj>"),
        ["{{~\"in\"}, a: \"b\"}"]
    );
    assert_eq!(
        shapes("<!-- none --><Obj><?pi?><!-- c --><MS/></Obj><S><![CDATA[a<b_x0041_]]></S>"),
        ["{}", "\"a<bA\""]
    );
    let outcome = read_document("<Foo><S>x</S></Foo><S>y</S>");
    assert_eq!(outcome.shapes(), ["\"y\""]);
    assert_eq!(outcome.messages(), ["the element <Foo> is not known and is passed over"]);
}

#[test]
fn several_documents() {
    let first = document("<Obj RefId=\"0\"><TN RefId=\"0\"><T>A</T></TN></Obj>");
    let second = document("<Obj RefId=\"0\"><TNRef RefId=\"0\" /><MS><Ref N=\"r\" RefId=\"7\" /></MS></Obj>");
    let text = format!(
        "#< CLIXML\r\n\u{FEFF}<?xml version=\"1.0\" encoding=\"utf-16\"?>{first}\r\n\u{FEFF}#< CLIXML\n{second}{ROOT}</Objs><Objs />\n"
    );
    let outcome = read_all_ways(CliXml::new, &text);
    assert_eq!(outcome.shapes(), ["{}", "{r: ?}"]);
    // Each document counts its types anew.
    assert_eq!(outcome.records[1].0, None);
    assert_eq!(outcome.problems, []);
}

/// One problem; the records before and after it are read.
fn hidden(content: &str) -> String {
    let text = format!("<S>before</S>\n  {content}\n  <Obj RefId=\"77\"><MS><S N=\"a\">after</S></MS></Obj>");
    let outcome = read_document(&text);
    assert_eq!(outcome.shapes(), ["\"before\"", "{a: \"after\"}"], "{content}\n{:?}", outcome.problems);
    assert_eq!(outcome.problems.len(), 1, "{content}\n{:?}", outcome.problems);
    outcome.problems[0].0.clone()
}

#[test]
fn a_damaged_record_hides_no_other() {
    let begins = |content: &str, message: &str| {
        let found = hidden(content);
        assert!(found.starts_with(message), "{content}\n{found}");
    };
    let indented = |line: &str| format!("<Obj RefId=\"0\">\n    <MS>\n      {line}\n    </MS>\n  </Obj>");
    for (line, message) in [
        ("<S N=\"a\">b</B>", "</B> stands where </S> belongs"),
        ("<S N=\"a\">&foo;</S>", "a reference is none of the five"),
        ("<S N=\"a\">a & b</S>", "a reference is none of the five"),
        ("<S N=\"a&foo;\">b</S>", "a reference is none of the five"),
        ("<S N=\"a\" N=\"b\">b</S>", "the attribute N is given twice"),
        ("<S N=\"a\" x=\"1\" x=\"b\">b</S>", "the attribute x is given twice"),
        ("<S N=\"a>b</S>", "a tag is not closed"),
        ("<S N=a>b</S>", "a tag is malformed"),
        ("<S N>b</S>", "a tag is malformed"),
        ("<S N=\"a\">a\u{1}b</S>", "there is a control character (U+0001)"),
        ("<S N=\"a\">a\0b</S>", "there is a control character (U+0000)"),
        ("<S N=\"a\"><B>true</B></S>", "the element <B> stands within a value"),
        ("<S N=\"a\">a<!-- c -->b</S>", "a value is in several parts"),
        ("<S N=\"a\">a<![CDATA[b]]></S>", "a value is in several parts"),
        ("<S N=\"a\"><![CDATA[&_x0041_]]></S>", "a value is in several parts"),
        ("text", "there is text outside of a value"),
        ("<!ELEMENT a>", "this is no XML"),
        ("</MS></Obj></Obj>", "</Obj> stands where </MS> belongs"),
    ] {
        let record = indented(line);
        if line.starts_with("</MS>") {
            let outcome = read_document(&format!("<S>before</S>{record}"));
            assert_eq!(outcome.shapes()[0], "\"before\"");
            assert!(!outcome.problems.is_empty());
            continue;
        }
        begins(&record, message);
        // All in one line the ends are counted.
        begins(&record.replace('\n', ""), message);
    }
    begins("<S>a&foo;b</S>", "a reference is none of the five");
    begins("<Obj a=\"1\" a=\"2\"><MS><Obj N=\"x\"/></MS></Obj>", "the attribute a is given twice");
    begins("<Obj a=\"1\" a=\"2\" />", "the attribute a is given twice");
}

#[test]
fn a_record_without_its_end_hides_no_other() {
    for missing in ["    </MS>\n", "  </Obj>\n", "    </MS>\n  </Obj>\n"] {
        let record = "  <Obj RefId=\"0\">\n    <MS>\n      <S N=\"a\">1</S>\n    </MS>\n  </Obj>\n";
        let content = format!("{record}{}{record}{record}", record.replace(missing, ""));
        let outcome = read_document(content.trim_end());
        assert_eq!(outcome.shapes(), ["{a: \"1\"}"; 3], "{missing:?}: {:?}", outcome.problems);
        assert_eq!(outcome.problems.len(), 1, "{missing:?}: {:?}", outcome.problems);
    }
}

#[test]
fn a_document_that_lacks_its_end_hides_no_other() {
    let good = document("<S>good</S>");
    for cut in ["<S>a</S>", "<S>a</S><Obj><MS>", "<Obj><LST><Obj/><Obj>"] {
        let outcome = read_all_ways(CliXml::new, &format!("{ROOT}{cut}{good}"));
        assert_eq!(outcome.messages(), ["<Objs> begins before the <Objs> above has ended"], "{cut}");
        assert_eq!(outcome.shapes().last(), Some(&"\"good\""));
    }
}

#[test]
fn what_is_no_clixml() {
    let message = |text: &str| {
        let outcome = read_all_ways(CliXml::new, text);
        assert_eq!(outcome.records, []);
        assert_eq!(outcome.problems.len(), 1, "{text}: {:?}", outcome.problems);
        outcome.problems[0].0.clone()
    };
    assert_eq!(message(""), "there is no CLIXML in this file: it has no <Objs>");
    assert_eq!(message(" \r\n<!-- c -->"), "there is no CLIXML in this file: it has no <Objs>");
    assert_eq!(message("{\"Name\": 1}"), "this is no CLIXML: it does not begin with <Objs>");
    assert_eq!(message("<Objects><Object/></Objects>"), "the root element is <Objects>, not <Objs>");
    assert_eq!(message("<Objs Version=\"2.0\"></Objs>"), "CLIXML version 2.0 is not known, only version 1");
    assert_eq!(message("<Objs a='1' a='2'></Objs>"), "the attribute a is given twice");
    assert_eq!(message("<Objs"), "the file ends before its root element");
    assert_eq!(message("</Objs>"), "</Objs> ends what has not begun");
    assert_eq!(message("<Objs>"), "the file ends in the middle of the document");
    assert_eq!(message("<Objs><Obj><MS>"), "the file ends in the middle of a record");
    let dtd = "<!DOCTYPE lolz [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;&a;\">]>";
    for text in [
        format!("{dtd}<Objs><S>&b;</S></Objs>"),
        format!("<Objs>{dtd}<S>&b;</S></Objs>"),
        "<!DOCTYPE a [ <!ENTITY".to_owned(),
        "<!doctype>".to_owned(),
    ] {
        assert_eq!(message(&text), "a document type is not allowed", "{text}");
    }
    let outcome =
        read_all_ways(CliXml::new, &format!("{}garbage < {}", document("<S>a</S>"), document("<S>b</S>")));
    assert_eq!(outcome.shapes()[0], "\"a\"");
    assert!(outcome.messages()[0].starts_with("there is text after </Objs>"));
}

#[test]
fn stray_things_between_records() {
    let outcome = read_document("<S>a</S>text</LST><S>b</S>");
    assert_eq!(outcome.shapes(), ["\"a\"", "\"b\""]);
    assert_eq!(
        outcome.messages(),
        ["there is text outside of a value", "</LST> stands where </Objs> belongs"]
    );
    let outcome = read_document("<Obj><LST><Obj/></Objs><Objs><S>b</S>");
    assert_eq!(outcome.shapes(), ["{}", "\"b\""]);
    assert_eq!(outcome.messages(), ["</Objs> stands where </LST> belongs"]);
}

#[test]
fn a_file_full_of_problems_is_given_up() {
    let outcome = read_document(&"<S>&x;</S>".repeat(300));
    assert_eq!(outcome.problems.len(), 101);
    assert_eq!(outcome.messages()[100], "more than 100 problems: the rest of the file is not read");
    // Warnings do not count.
    let outcome = read_document(&"<Ref RefId=\"1\" />".repeat(300));
    assert_eq!(outcome.problems.len(), 300);
}

#[test]
fn deep_nesting_is_refused_but_not_what_powershell_writes() {
    let nested = |count: usize| {
        document(&format!(
            "{}{}<S>next</S>",
            "<Obj><MS><Obj N=\"x\"><DCT><En><S N=\"Key\">k</S><Obj N=\"Value\"><MS><S N=\"y\">z</S></MS>"
                .repeat(count),
            "</Obj></En></DCT></Obj></MS></Obj>".repeat(count)
        ))
    };
    let outcome = read(CliXml::new(), &nested(30), usize::MAX);
    assert_eq!((outcome.records.len(), outcome.problems.len()), (2, 0), "{:?}", outcome.problems);
    for open in ["<Obj>", "<Obj><MS>", "<Obj><MS><Obj N=\"x\"><LST>", "<Obj><LST>", "<Obj><LST><Obj/>"] {
        let closes: String = open
            .split_inclusive('>')
            .filter(|tag| !tag.ends_with("/>"))
            .collect::<Vec<_>>()
            .iter()
            .rev()
            .map(|tag| format!("</{}>", tag.trim_matches(['<', '>']).split(' ').next().unwrap()))
            .collect();
        let text = document(&format!("{}{}<S>next</S>", open.repeat(100_000), closes.repeat(100_000)));
        let outcome = read(CliXml::new(), &text, usize::MAX);
        assert_eq!(outcome.shapes().last(), Some(&"\"next\""), "{open} {:?}", outcome.problems);
        assert_eq!(outcome.messages(), ["objects are nested more than 128 levels deep"], "{open}");
        assert_eq!(read(CliXml::new(), &text, 1 << 16), outcome);
    }
}

#[test]
fn truncation_anywhere_is_a_problem() {
    let long = document(&format!("{RELATIONSHIP}\n  <Obj RefId=\"9\"><LST><Obj/></LST></Obj>"));
    let short = "<Objs><!-- c --><Obj RefId=\"0\"><DCT><En><S N='Key'>&lt;</S><Nil N=\"Value\" /></En></DCT></Obj>\n  <Obj><LST><Obj/></LST></Obj></Objs>";
    for text in [&long, short] {
        for length in 0..text.len() {
            let outcome = read(CliXml::new(), &text[..length], usize::MAX);
            assert_eq!(outcome.problems.len(), 1, "{:?}\n{}", outcome.problems, &text[..length]);
            assert!(outcome.records.len() <= 2);
            if text.len() < 200 {
                assert_eq!(read(CliXml::new(), &text[..length], 1), outcome, "{}", &text[..length]);
            }
        }
        assert_eq!(read(CliXml::new(), text, 1).problems, []);
    }
}

#[test]
fn real_exports_are_read() {
    let counts = [
        ("E19/Exchange/GetHybridConfiguration.xml", 1),
        ("E19/Exchange/GetPartnerApplication.xml", 5),
        ("E19/Exchange/GetIrmConfiguration.xml", 1),
        ("E16/Exchange/GetAcceptedDomain.xml", 3),
        ("E16/Exchange/GetServerComponentState.xml", 35),
        ("E16/Exchange/GetExchangeDomainsAclPermissions.xml", 1),
        ("E16/OS/GetHotFix.xml", 5),
        ("E16/OS/Win32_PageFileSetting.xml", 0),
        ("E16/OS/RemoteRegistryValueInstallationType.xml", 1),
        ("Tests/Data/GetExchangeCertificate.xml", 8),
        ("PowerShell-tests/corruptedcim.clixml", 1),
        ("PowerShell-tests/xmlcommand-02.clixml", 1),
    ];
    let files = corpus(&[".xml", ".clixml"]);
    let mut counted = 0;
    for (path, text) in &files {
        if !text.contains("<Objs") {
            continue;
        }
        let outcome = read(CliXml::new(), text, usize::MAX);
        assert_eq!(outcome.problems, [], "{}", path.display());
        assert_eq!(read(CliXml::new(), text, 100_000).records.len(), outcome.records.len());
        let name = path.to_string_lossy().replace('\\', "/");
        if let Some((_, count)) = counts.iter().find(|(end, _)| name.ends_with(end)) {
            assert_eq!(outcome.records.len(), *count, "{name}");
            counted += 1;
        }
    }
    assert!(files.is_empty() || counted == counts.len(), "{counted} of the files are there");
}

#[test]
fn real_fragments_are_read() {
    for (path, text) in corpus(&[".jsonl"]) {
        for line in text.lines() {
            let value: serde_json::Value = serde_json::from_str(line).unwrap();
            let fragment = value["clixml"].as_str().unwrap();
            let text = if fragment.contains("<Objs") { fragment.to_owned() } else { document(fragment) };
            let outcome = read(CliXml::new(), &text, usize::MAX);
            let is_found = !outcome.records.is_empty() || !outcome.problems.is_empty();
            let is_nothing = fragment.contains("<Nil") || fragment.contains("S=\"verbose\"");
            assert!(is_found || is_nothing || fragment.contains("<Objs"), "{}: {fragment}", path.display());
        }
    }
}

/// What an export may hold.
#[derive(Clone, Debug)]
enum Sample {
    Text(&'static str, String),
    Number(i64),
    Flag(bool),
    Null,
    Unit(u16),
    List(&'static str, Vec<Self>),
    Object {
        printed: Option<String>,
        wrapped: Option<i64>,
        members: Vec<(String, Self)>,
    },
    Dictionary(Vec<(String, Self)>),
    /// A second mention of what stands before it.
    Twice(Box<Self>),
}

fn sample() -> impl Strategy<Value = Sample> {
    let leaf = prop_oneof![
        (prop_oneof![Just("S"), Just("URI"), Just("SBK")], any::<String>())
            .prop_map(|(tag, text)| Sample::Text(tag, text)),
        any::<i64>().prop_map(Sample::Number),
        any::<bool>().prop_map(Sample::Flag),
        Just(Sample::Null),
        any::<u16>().prop_map(Sample::Unit),
    ];
    let name = "[A-Za-z_ x0-9<>&\"'\u{e9}\u{1F600}\r\n\u{85}]{1,12}";
    leaf.prop_recursive(4, 40, 6, move |inner| {
        let members = prop::collection::vec((name, inner.clone()), 0..6);
        prop_oneof![
            (
                prop_oneof![Just("LST"), Just("IE"), Just("STK"), Just("QUE")],
                prop::collection::vec(inner.clone(), 0..6)
            )
                .prop_map(|(tag, items)| Sample::List(tag, items)),
            (any::<Option<String>>(), any::<Option<i64>>(), members.clone())
                .prop_map(|(printed, wrapped, members)| Sample::Object { printed, wrapped, members }),
            members.prop_map(Sample::Dictionary),
            inner.prop_map(|inner| Sample::Twice(Box::new(inner))),
        ]
    })
}

/// Text as PowerShell encodes it.
fn encoded(text: &str) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut out = String::new();
    for (index, &unit) in units.iter().enumerate() {
        let is_control = matches!(unit, 0..=0x1F | 0x7F..=0x9F | 0xD800..=0xDFFF);
        let next = units.get(index + 1).copied().unwrap_or_default();
        let is_escape = unit == u16::from(b'_') && (next == u16::from(b'x') || next == u16::from(b'X'));
        match char::from_u32(unit.into()) {
            _ if is_control || is_escape => write!(out, "_x{unit:04X}_").unwrap(),
            Some('<') => out.push_str("&lt;"),
            Some('>') => out.push_str("&gt;"),
            Some('&') => out.push_str("&amp;"),
            Some('"') => out.push_str("&quot;"),
            Some(character) => out.push(character),
            None => {}
        }
    }
    out
}

/// Writes samples as CLIXML and as the shape that they must be read as.
struct Writer {
    xml: String,
    line: &'static str,
    ids: u32,
    nodes: u32,
}

impl Writer {
    fn tag(&mut self, depth: usize, tag: &str) {
        if !self.line.is_empty() {
            self.xml.push_str(self.line);
            self.xml.push_str(&"  ".repeat(depth));
        }
        self.xml.push_str(tag);
    }

    fn leaf(&mut self, depth: usize, tag: &str, name: &str, text: &str) {
        let text = encoded(text);
        self.tag(depth, &format!("<{tag}{name}>{text}</{tag}>"));
    }

    fn write(&mut self, sample: &Sample, name: &str, depth: usize) -> String {
        if !matches!(sample, Sample::Twice(_)) {
            self.nodes += 1;
        }
        match sample {
            Sample::Text(tag, text) => {
                self.leaf(depth, tag, name, text);
                format!("{text:?}")
            }
            Sample::Number(number) => {
                self.leaf(depth, "I64", name, &number.to_string());
                number.to_string()
            }
            Sample::Flag(flag) => {
                self.leaf(depth, "B", name, &flag.to_string());
                flag.to_string()
            }
            Sample::Null => {
                self.tag(depth, &format!("<Nil{name} />"));
                "null".to_owned()
            }
            Sample::Unit(unit) => {
                self.leaf(depth, "C", name, &unit.to_string());
                format!("#{unit}")
            }
            Sample::List(tag, items) => {
                let id = self.begin(name, depth);
                self.tag(depth + 1, &format!("<{tag}>"));
                let items: Vec<_> = items.iter().map(|item| self.write(item, "", depth + 2)).collect();
                self.tag(depth + 1, &format!("</{tag}>"));
                self.tag(depth, "</Obj>");
                let _ = id;
                format!("[{}]", items.join(", "))
            }
            Sample::Object { printed, wrapped, members } => {
                self.begin(name, depth);
                let mut shapes = Vec::new();
                if let Some(printed) = printed {
                    self.nodes += 1;
                    self.leaf(depth + 1, "ToString", "", printed);
                    shapes.push(format!("~{printed:?}"));
                }
                if let Some(wrapped) = wrapped {
                    self.nodes += 1;
                    self.leaf(depth + 1, "I64", "", &wrapped.to_string());
                    shapes.push(wrapped.to_string());
                }
                self.tag(depth + 1, "<MS>");
                for (name, member) in members {
                    let shape = self.write(member, &format!(" N=\"{}\"", encoded(name)), depth + 2);
                    shapes.push(format!("{name}: {shape}"));
                }
                self.tag(depth + 1, "</MS>");
                self.tag(depth, "</Obj>");
                format!("{{{}}}", shapes.join(", "))
            }
            Sample::Dictionary(entries) => {
                self.begin(name, depth);
                self.tag(depth + 1, "<DCT>");
                let mut shapes = Vec::new();
                for (name, value) in entries {
                    self.tag(depth + 2, "<En>");
                    self.leaf(depth + 3, "S", " N=\"Key\"", name);
                    let shape = self.write(value, " N=\"Value\"", depth + 3);
                    shapes.push(format!("{name}: {shape}"));
                    self.tag(depth + 2, "</En>");
                }
                self.tag(depth + 1, "</DCT>");
                self.tag(depth, "</Obj>");
                format!("{{{}}}", shapes.join(", "))
            }
            // As a list: the thing, and a reference to it where it is an object.
            Sample::Twice(inner) => {
                self.nodes += 1;
                self.begin(name, depth);
                self.tag(depth + 1, "<LST>");
                let (id, node) = (self.ids, self.nodes);
                let shape = self.write(inner, "", depth + 2);
                let again = if self.ids > id {
                    self.tag(depth + 2, &format!("<Ref RefId=\"{id}\" />"));
                    self.nodes += 1;
                    format!("@{node}")
                } else {
                    self.tag(depth + 2, "<Nil />");
                    self.nodes += 1;
                    "null".to_owned()
                };
                self.tag(depth + 1, "</LST>");
                self.tag(depth, "</Obj>");
                format!("[{shape}, {again}]")
            }
        }
    }

    fn begin(&mut self, name: &str, depth: usize) -> u32 {
        let id = self.ids;
        self.ids += 1;
        self.tag(depth, &format!("<Obj{name} RefId=\"{id}\">"));
        self.tag(depth + 1, &format!("<TNRef RefId=\"{id}\" />"));
        id
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_back(
        samples in prop::collection::vec(sample(), 0..4),
        line in prop_oneof![Just(""), Just("\n"), Just("\r\n")],
        block in 1usize..300,
    ) {
        let mut writer = Writer { xml: ROOT.to_owned(), line, ids: 0, nodes: 0 };
        let mut expected = Vec::new();
        for sample in samples {
            writer.nodes = 0;
            // In an object: a list of objects would be several records, and null none.
            let record = Sample::Object { printed: None, wrapped: None, members: vec![("p".to_owned(), sample)] };
            expected.push(writer.write(&record, "", 1));
        }
        writer.tag(0, "</Objs>");
        let outcome = read(CliXml::new(), &writer.xml, block);
        prop_assert_eq!(&outcome.problems, &[]);
        prop_assert_eq!(outcome.shapes(), expected);
    }

    #[test]
    fn damage_is_the_same_at_every_block_size(
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0usize..4, "[<>&\"'/=!?;\n A-Z\u{0}\u{FEFF}-]{0,4}"), 1..5),
        block in 1usize..50,
        is_indented in any::<bool>(),
    ) {
        // Without references: those to other records do depend on what text is at hand.
        let record = RELATIONSHIP.replace("<Ref ", "<Nil ");
        let list = "<Obj RefId=\"a\"><LST><Obj RefId=\"b\"><MS><S N=\"n\">1</S></MS></Obj></LST></Obj>";
        let mut text = document(&format!("{record}\n  {list}\n{record}\n  <S>end</S>"));
        if !is_indented {
            text = text.replace(['\n'], "");
        }
        for (index, length, insert) in edits {
            let at = text.floor_char_boundary(index.index(text.len()));
            let end = text.floor_char_boundary((at + length).min(text.len())).max(at);
            text.replace_range(at..end, &insert);
        }
        let whole = read(CliXml::new(), &text, usize::MAX);
        prop_assert_eq!(read(CliXml::new(), &text, block), whole, "{}", text);
    }
}
