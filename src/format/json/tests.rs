use proptest::prelude::*;
use serde_json::{Map, Value};

use super::*;
use crate::format::{Escape, Reader, Step, Tape};

/// What a reader gave, with offsets into the whole text.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Event {
    Record(Vec<NodeAt>),
    Problem { message: String, help: Option<String>, span: (usize, usize), is_warning: bool },
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct NodeAt {
    kind: Kind,
    escapes: (Escape, Escape),
    name: (usize, usize),
    text: (usize, usize),
    end: u32,
}

/// All events of `text`, given in blocks of at least `block` bytes. Counts the bytes that the reader was shown.
fn read_counted(text: &str, block: usize, mut shown: impl FnMut(usize)) -> Vec<Event> {
    let (mut start, mut end, mut at) = (0, text.ceil_char_boundary(block), 0);
    let (mut reader, mut tape, mut events) = (Json::new(), Tape::default(), Vec::new());
    shown(end);
    loop {
        let window = &text[start..end];
        let last = end == text.len();
        let before = at;
        match reader.next(window, &mut at, last, &mut tape) {
            Step::Record { type_name } => {
                assert!(type_name.is_none() && at > before);
                events.push(Event::Record(tape.nodes().iter().map(|node| node_at(node, start)).collect()));
            }
            Step::Problem(problem) => events.push(problem_at(problem, window, start)),
            Step::Remark(remark) => panic!("{remark:?}"),
            Step::NeedMore => {
                assert!(!last && (before..=window.len()).contains(&at));
                let rest = window.len() - at;
                reader.forget(at);
                start += at;
                at = 0;
                end = text.ceil_char_boundary(end + block.max(if block > 16 { rest } else { 0 }));
                shown(end - start);
            }
            Step::Done => {
                assert!(matches!(reader.next(window, &mut at, last, &mut tape), Step::Done));
                return events;
            }
        }
        assert!(events.len() <= text.len() + 2 * MAX_ERRORS, "no progress");
    }
}

fn node_at(node: &super::super::Node, start: usize) -> NodeAt {
    let range = |bytes: Bytes| (bytes.start as usize + start, bytes.end as usize + start);
    let name = if node.name == Bytes::default() { (0, 0) } else { range(node.name) };
    NodeAt {
        kind: node.kind,
        escapes: (node.escape, node.name_escape),
        name,
        text: range(node.text),
        end: node.end,
    }
}

fn problem_at(problem: Problem, window: &str, start: usize) -> Event {
    let range = problem.span.range();
    assert!(range.start <= range.end && window.get(range.clone()).is_some(), "{problem:?}");
    Event::Problem {
        message: problem.message.into_owned(),
        help: problem.help.map(Cow::into_owned),
        span: (range.start + start, range.end + start),
        is_warning: problem.is_warning,
    }
}

/// All events, which must be the same for blocks of any size.
fn read(text: &str) -> Vec<Event> {
    let whole = read_counted(text, text.len().max(1), |_| ());
    let every = 1..=if text.len() < 300 { text.len() } else { 40 };
    for block in every {
        assert_eq!(read_counted(text, block, |_| ()), whole, "blocks of {block} of {text:?}");
    }
    whole
}

/// The events in short: a record as it is written, a problem as `message @ what is underlined`.
fn summary(text: &str) -> Vec<String> {
    read(text).iter().map(|event| in_short(text, event)).collect()
}

fn in_short(text: &str, event: &Event) -> String {
    match event {
        Event::Record(nodes) => text[nodes[0].text.0..nodes[0].text.1].to_owned(),
        Event::Problem { message, span, is_warning, .. } => {
            let mark = if *is_warning { "?" } else { "!" };
            format!("{mark} {message} @ {}..{} {}", span.0, span.1, &text[span.0..span.1])
        }
    }
}

fn records(text: &str) -> Vec<String> {
    let mut events = summary(text);
    events.retain(|event| !event.starts_with(['!', '?']));
    events
}

fn problems(text: &str) -> Vec<String> {
    let mut events = summary(text);
    events.retain(|event| event.starts_with(['!', '?']));
    events
}

#[test]
fn objects_lists_documents_and_lines() {
    assert_eq!(summary(r#" {"a":1} "#), [r#"{"a":1}"#]);
    assert_eq!(summary("[\r\n  {\"a\" : 1},\r\n  {}\r\n]\r\n"), ["{\"a\" : 1}", "{}"]);
    assert_eq!(summary("{\"a\":1}\n{\"a\":2}\n"), ["{\"a\":1}", "{\"a\":2}"]);
    assert_eq!(
        summary("\u{FEFF}[{\"a\":1}]\r\n\u{FEFF}{\"a\":2}[[{\"a\":3},{}],[],[{\"a\":4}]]"),
        ["{\"a\":1}", "{\"a\":2}", "{\"a\":3}", "{}", "{\"a\":4}"]
    );
    for nothing in ["", " \r\n\t", "\u{FEFF}", "[]", "[ ]", "[null]", "null", "null\nnull", "[[null],[]]"] {
        assert_eq!(summary(nothing), [""; 0], "{nothing:?}");
    }
}

#[test]
fn envelopes_are_the_list_in_them() {
    for envelope in [
        r#"{"value":[{"a":1},null,{"b":[2]}],"Count":2}"#,
        r#"{"Count": 2, "value": [null, {"a":1},{"b":[2]}]}"#,
        r#"{"@odata.context":"x","value":[{"a":1},{"b":[2]}],"@odata.count":2} "#,
        r#"{"@meta":{"x":[1]},"value":[{"a":1},{"b":[2]}]}"#,
    ] {
        assert_eq!(summary(envelope), [r#"{"a":1}"#, r#"{"b":[2]}"#], "{envelope}");
    }
    assert_eq!(summary(r#"{"value":[],"Count":0}{"value":[null]}"#), [""; 0]);
    for record in [
        r#"{"DomainNames":[{"Domain":"contoso.com"}],"Enabled":true}"#,
        r#"{"org_relationships":[{"a":1}]}"#,
        r#"{"value":[1,2],"Count":2}"#,
        r#"{"value":[null,2]}"#,
        r#"{"value":[[{"a":1}]]}"#,
        r#"{"value":"x","Count":2}"#,
        r#"{"value":{"a":1}}"#,
        r#"{"Count":1}"#,
        r#"{"Value":[{"a":1}]}"#,
        r#"{"a":1,"value":[{"a":1}]}"#,
        r#"{"@a":{"b":1},"value":[{"a":1}],"c":1}"#,
        r#"{"@a":{"b":1},"value":[{"a":1},2]}"#,
        r#"{"value":[],"Name":"x"}"#,
    ] {
        assert_eq!(summary(record), [record]);
    }
    // Within a list there are no envelopes.
    assert_eq!(summary(r#"[{"value":[{"a":1}]}]"#), [r#"{"value":[{"a":1}]}"#]);
}

#[test]
fn what_an_envelope_leaves_out_is_a_warning() {
    assert_eq!(
        summary(r#"{"value":[{"a":1}],"Name":{"x":[1]},"@odata.nextLink":"https://x"}{"b":1}"#),
        [
            r#"{"a":1}"#,
            "? `Name` beside the list `value` is not read @ 20..24 Name",
            "? this is one page of several @ 55..64 https://x",
            r#"{"b":1}"#
        ]
    );
    for before in
        [r#"{"@odata.nextLink":"x","value":[{"a":1}]}"#, r#"{"@odata.nextLink":"x","@a":[],"value":[{}]}"#]
    {
        assert_eq!(problems(before), ["? this is one page of several @ 20..21 x"]);
        assert_eq!(records(before).len(), 1);
    }
}

#[test]
fn a_list_is_read_item_by_item() {
    let item = r#"{"Name":"contoso.com","Enabled":true}"#;
    for (open, close) in
        [("[", "]"), (r#"{"value":["#, "]}"), (r#"{"@odata.context":"x","value":["#, "]}"), ("", "")]
    {
        let separator = if open.is_empty() { "\n" } else { "," };
        let text = format!("{open}{}{close}", [item; 5000].join(separator));
        let mut largest = 0;
        let events = read_counted(&text, 64, |shown| largest = largest.max(shown));
        assert_eq!(events.len(), 5000);
        assert!(largest < 400, "{largest}");
    }
}

#[test]
fn spans_are_exact() {
    let text = "\u{FEFF}[{}, {\"Name\" : \"Zo\\u00eb \\\"é\",\r\n \"N\\u0041\":[-1.5e+3,true,[false], {}],\"\":null}]";
    let Some(Event::Record(nodes)) = read(text).pop() else { panic!("no record") };
    let of = |(start, end): (usize, usize)| &text[start..end];
    let found: Vec<_> =
        nodes.iter().map(|node| (node.kind, of(node.name), of(node.text), node.end, node.escapes)).collect();
    let plain = (Escape::None, Escape::None);
    let whole = &text[text.find("{\"Name").unwrap()..text.len() - 1];
    assert_eq!(
        found,
        [
            (Kind::Object, "", whole, 9, plain),
            (Kind::String, "Name", "Zo\\u00eb \\\"é", 2, (Escape::Json, Escape::None)),
            (Kind::List, "N\\u0041", "[-1.5e+3,true,[false], {}]", 8, (Escape::None, Escape::Json)),
            (Kind::Number, "", "-1.5e+3", 4, plain),
            (Kind::True, "", "true", 5, plain),
            (Kind::List, "", "[false]", 7, plain),
            (Kind::False, "", "false", 7, plain),
            (Kind::Object, "", "{}", 8, plain),
            (Kind::Null, "", "null", 9, plain),
        ]
    );
}

#[test]
fn a_broken_item_does_not_hide_the_next() {
    let one = |broken: &str, problem: &str| {
        for (text, offset) in [
            (format!(r#"[{broken},{{"z":1}}]"#), 1),
            (format!("{broken}\n{{\"z\":1}}\n"), 0),
            (format!("{{\"value\":[{broken}\n,{{\"z\":1}}],\"Count\":1}}"), 10),
        ] {
            let events = summary(&text);
            let [found, record] = events.as_slice() else { panic!("{text}: {events:?}") };
            let (message, underlined) = problem.split_once(" @ ").unwrap();
            let (start, underlined) = underlined.split_once(' ').unwrap();
            let start = start.parse::<usize>().unwrap() + offset;
            let end = start + underlined.len();
            assert_eq!(found, &format!("! {message} @ {start}..{end} {underlined}"));
            assert_eq!(record, r#"{"z":1}"#, "{text}");
        }
    };
    one(r#"{"a":1 "b":{"x":2}}"#, r#"expected `,` or `}` after a value @ 7 ""#);
    one(r#"{"a":[1 2],"b":"}"}"#, "expected `,` or `]` after a value @ 8 2");
    one(r#"{"a":NaN,"b":[{}]}"#, "`NaN` is not JSON @ 5 NaN");
    one(r#"{"a":-Infinity}"#, "`-Infinity` is not JSON @ 5 -Infinity");
    one(r#"{"a":True}"#, "`True` is not JSON @ 5 True");
    one(r#"{"a":nul}"#, "`nul` is not JSON @ 5 nul");
    one(r#"{"a":,"b":1}"#, "expected a value @ 5 ,");
    one(r#"{"a":1,}"#, "nothing follows the `,` before this @ 7 }");
    one(r#"{"a":[1,]}"#, "nothing follows the `,` before this @ 8 ]");
    one(r#"{a:1}"#, "expected a property name in double quotes @ 1 a");
    one(r#"{“a”:1}"#, "expected a property name in double quotes @ 1 “");
    one(r#"{"a" 1}"#, "expected `:` after a property name @ 5 1");
    one(r#"{"a":[1}"#, "expected `,` or `]` after a value @ 7 }");
    one(r#"{"a":{"b":[{"c":1]}}"#, "expected `,` or `}` after a value @ 17 ]");
    one(r#"{"a":"C:\Program Files, {[","b":1}"#, r"`\P` is no escape of JSON @ 8 \P");
    one(r#"{"a":"\u12g4 \" {","b":1}"#, r"`\u12` is no escape of JSON @ 6 \u12");
    one("{\"a\":\"x\ty{\"}", "a string holds the control character U+0009 @ 7 \t");
    one("{\"a\":\"x\0y{\"}", "a string holds the control character U+0000 @ 7 \0");
    one("{\"a\":\0}", "expected a value @ 5 \0");
    one("{\"a\":\"x\n,\"b\":\"}\"}", "a string is not closed @ 5 \"x");
    for number in ["01", "1.", ".5", "1e", "1e+", "-", "1.2.3", "0x10", "1_000", "+1", "--1", "1-2"] {
        let message = if number.starts_with(['.', '+']) {
            format!("`{number}` is not JSON")
        } else {
            "number is not valid".into()
        };
        one(&format!(r#"{{"a":{number},"b":1}}"#), &format!("{message} @ 5 {number}"));
    }
}

#[test]
fn a_record_that_is_never_closed_ends_where_the_next_begins() {
    assert_eq!(records("{\"a\":1,\n{\"b\":2}\n{\"c\":3}"), ["{\"b\":2}", "{\"c\":3}"]);
    assert_eq!(records("{\"a\":\"x\n{\"b\":2}\n{\"c\":3}"), ["{\"b\":2}", "{\"c\":3}"]);
    assert_eq!(records("{\"a\":[1 2\n[{\"b\":2}]\n{\"c\":3}"), ["{\"b\":2}", "{\"c\":3}"]);
    assert_eq!(records(r#"[{"a":1,{"b":2},{"c":3}]"#), [r#"{"b":2}"#, r#"{"c":3}"#]);
    assert_eq!(records(r#"[{"a":[1 2},{"c":3}]{"d":1}"#), [r#"{"c":3}"#, r#"{"d":1}"#]);
    // A quote too many: what follows is not taken for strings.
    assert_eq!(records(r#"[{"a":"x","b":"y"z","c":"{"},{"d":1}]"#), [r#"{"d":1}"#]);
    assert_eq!(problems(r#"[{"a":"x","b":"y"z","c":"{"},{"d":1}]"#).len(), 1);
}

#[test]
fn what_is_no_record_is_reported() {
    assert_eq!(
        summary(r#"[1, "x", true, {"a":1}, -2.5]"#),
        [
            "! expected an object, found a number @ 1..2 1",
            "! expected an object, found a string @ 4..7 \"x\"",
            "! expected an object, found true or false @ 9..13 true",
            r#"{"a":1}"#,
            "! expected an object, found a number @ 24..28 -2.5",
        ]
    );
    assert_eq!(
        summary("WARNING: no {objects}\n{\"a\":1}\n12"),
        [
            "! `WARNING` is not JSON @ 0..7 WARNING",
            "{\"a\":1}",
            "! expected an object, found a number @ 30..32 12"
        ]
    );
    assert_eq!(
        summary(r#"[[[{"a":1}],{"b":1}],{"c":1}]"#),
        ["! a list of lists of lists holds no records @ 2..3 [", r#"{"b":1}"#, r#"{"c":1}"#]
    );
    assert_eq!(
        summary(r#"{"a":1}}{"b":1},{"c":1}"#),
        [
            r#"{"a":1}"#,
            "! expected an object or a list @ 7..8 }",
            r#"{"b":1}"#,
            "! expected an object or a list @ 15..16 ,",
            r#"{"c":1}"#
        ]
    );
    assert_eq!(
        summary(r#"[{"a":1}{"b":1},,{"c":1},]{"d":1}"#),
        [
            r#"{"a":1}"#,
            "! expected `,` or `]` after an item @ 8..9 {",
            r#"{"b":1}"#,
            "! expected an object @ 16..17 ,",
            r#"{"c":1}"#,
            "! nothing follows the `,` before this @ 25..26 ]",
            r#"{"d":1}"#
        ]
    );
}

#[test]
fn a_file_cut_short_says_so() {
    let text = "[{\"a\":\"x\\n\",\"b\":[1.5e3,true,{\"c\":null}]},\n {\"value\":[{}]}]";
    for end in 1..text.len() {
        let events = read(&text[..end]);
        let Some(Event::Problem { message, help, span, is_warning: false }) = events.last() else {
            panic!("{}: {events:?}", &text[..end])
        };
        assert!(message.starts_with("the file ends in the middle of a "), "{message}");
        assert_eq!(help.as_deref(), Some(CUT));
        let is_record = message.ends_with("record");
        assert!(
            if is_record { text[span.0..].starts_with('{') } else { *span == (end, end) },
            "{end} {events:?}"
        );
        let complete = text[..end].matches("},").count();
        assert!(events.len() - 1 <= complete + 1);
    }
    for end in 1..40 {
        let text = &r#"{"value":[{"a":1}],"Count":12,"@b":"c"}"#[..end.min(38)];
        assert!(
            summary(text).last().is_some_and(|event| event.contains("the file ends in the middle")),
            "{text}"
        );
    }
    assert_eq!(
        problems("{\"a\" 1,\n \"b\":2")[1],
        "! the end of the broken record was not found; what follows it was not read @ 14..14 "
    );
}

#[test]
fn names_twice_are_a_warning() {
    let text = r#"[{"Name":1,"x":{"b":1,"B":2},"name":2,"n\u0061me":3},{"Name":1,"x":{"Name":2}}]"#;
    assert_eq!(
        summary(text),
        [
            r#"{"Name":1,"x":{"b":1,"B":2},"name":2,"n\u0061me":3}"#,
            "? the object has `name` twice; the last one counts @ 30..34 name",
            r"? the object has `name` twice; the last one counts @ 39..48 n\u0061me",
            "? the object has `B` twice; the last one counts @ 23..24 B",
            r#"{"Name":1,"x":{"Name":2}}"#,
        ]
    );
    let many = "{\"a\":1,\"a\":2}\n".repeat(300);
    let events = read(&many);
    assert_eq!(events.len(), 300 + MAX_WARNINGS);
    assert!(matches!(events.last(), Some(Event::Record(_))));
}

#[test]
fn too_many_errors_end_the_reading() {
    let events = read(&format!("[{}1]", "1,".repeat(300)));
    assert_eq!(events.len(), MAX_ERRORS + 1);
    let Some(Event::Problem { message, .. }) = events.last() else { panic!("{events:?}") };
    assert_eq!(message, "too many errors; what follows was not read");
}

#[test]
fn depth_is_bounded() {
    let nested = |open: &str, close: &str, depth: usize| {
        format!("{{\"z\":{}1{}}}", open.repeat(depth), close.repeat(depth))
    };
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deepest = nested(open, close, MAX_DEPTH - 1);
        assert_eq!(records(&deepest), [deepest.as_str()]);
        for depth in [MAX_DEPTH, 1000] {
            let text = format!("[{},{{\"b\":1}}]", nested(open, close, depth));
            let at = 1 + 5 + open.len() * (MAX_DEPTH - 1);
            assert_eq!(
                summary(&text),
                [
                    format!("! nested more than 128 levels deep @ {at}..{} {}", at + 1, &open[..1]),
                    "{\"b\":1}".into()
                ]
            );
        }
        // A line each, which looks like records.
        assert!(!problems(&format!("{open}\n").repeat(1000)).is_empty());
    }
}

#[test]
fn hostile_text_is_read_once_or_twice() {
    let hostile = [
        "[".repeat(1 << 20),
        "{\"a\":".repeat(1 << 18),
        format!("[{{\"a\":\"{}", "x".repeat(1 << 20)),
        format!("[{{\"a\" 1 {}", "x".repeat(1 << 20)),
        format!("{{\"a\":\"{}\"}}", "\\n".repeat(1 << 19)),
        format!("{{\"a\":\"\u{1}{}", "\\\\\"".repeat(1 << 19)),
        "\0".repeat(1 << 20),
        "\"".repeat(1 << 20),
        " ".repeat(1 << 20),
        format!("[{}", "1".repeat(1 << 20)),
        format!("{{\"value\":[{}", "null,".repeat(1 << 18)),
        "}".repeat(1 << 20),
        "\u{FEFF}".repeat(1 << 18),
        format!("[{}", ",\n".repeat(1 << 19)),
    ];
    for text in &hostile {
        let mut shown = 0;
        let events = read_counted(text, 4096, |bytes| shown += bytes);
        // Doubling: each byte is looked at twice or so.
        assert!(shown < 4 * text.len() + 8192, "{shown} of {} in {:.10}", text.len(), text);
        assert_eq!(events, read_counted(text, text.len(), |_| ()));
        assert!(events.len() <= MAX_ERRORS + 1);
        let is_fine = text.starts_with([' ', '\u{FEFF}']) || text.starts_with("{\"a\":\"\\n");
        assert_eq!(
            events.iter().any(|event| matches!(event, Event::Problem { .. })),
            !is_fine,
            "{:.10}",
            text
        );
    }
}

#[test]
fn surrogates_and_huge_numbers_are_left_to_the_reader_of_the_value() {
    let text = r#"{"a":"\ud800","b":1e400,"c":123456789012345678901234567890,"d":-0,"e":0.0E-9}"#;
    assert_eq!(summary(text), [text]);
    let mut tape = Tape::default();
    assert!(matches!(Json::new().next(text, &mut 0, true, &mut tape), Step::Record { .. }));
    let root = NodeRef::root(text, &tape).unwrap();
    assert_eq!(root.property("A").unwrap().value(), "\u{FFFD}");
    assert_eq!(root.property("b").unwrap().value(), "1e400");
}

/// The value of a node, as serde_json would have read it.
fn rebuilt(node: NodeRef<'_>) -> Value {
    match node.kind() {
        Kind::Null => Value::Null,
        Kind::True => Value::Bool(true),
        Kind::False => Value::Bool(false),
        Kind::Number => serde_json::from_str(node.raw()).unwrap(),
        Kind::String => Value::String(node.value().into_owned()),
        Kind::List => node.children().map(rebuilt).collect(),
        Kind::Object => {
            let properties = node.children().map(|child| (child.name().into_owned(), rebuilt(child)));
            Value::Object(properties.collect::<Map<_, _>>())
        }
        kind => panic!("{kind:?} is not a kind of JSON"),
    }
}

fn rebuilt_records(text: &str) -> Vec<Value> {
    let (mut reader, mut tape, mut at, mut values) = (Json::new(), Tape::default(), 0, Vec::new());
    loop {
        match reader.next(text, &mut at, true, &mut tape) {
            Step::Record { .. } => values.extend(NodeRef::root(text, &tape).map(rebuilt)),
            Step::Problem(problem) => assert!(problem.is_warning, "{problem:?} in {text}"),
            Step::Remark(remark) => panic!("{remark:?}"),
            Step::NeedMore => panic!("the text is complete"),
            Step::Done => return values,
        }
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[a-z\"\\\\\u{0}-\u{1F}é😀]{0,40}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            any_object(inner).prop_map(Value::Object),
        ]
    })
}

fn any_object(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Map<String, Value>> {
    // No envelopes: they are not read as one record.
    let name = prop_oneof!["[A-Za-uw-z]{0,24}", any::<String>().prop_map(|name| format!("x{name}"))];
    prop::collection::vec((name, value), 0..8).prop_map(|properties| properties.into_iter().collect())
}

proptest! {
    #[test]
    fn reads_what_serde_json_reads(objects in prop::collection::vec(any_object(any_value()), 0..4)) {
        let values: Vec<Value> = objects.into_iter().map(|object| {
            // Floats as serde_json reads them back.
            serde_json::from_str(&Value::Object(object).to_string()).unwrap()
        }).collect();
        let list = Value::Array(values.clone());
        prop_assert_eq!(&rebuilt_records(&list.to_string()), &values);
        prop_assert_eq!(&rebuilt_records(&format!("{list:#}")), &values);
        let lines: String = values.iter().map(|value| format!("{value}\r\n")).collect();
        prop_assert_eq!(&rebuilt_records(&lines), &values);
    }

    #[test]
    fn blocks_of_any_size_give_the_same(
        text in "([\\[\\]{},:\"\\\\\n a1é\0-]|\"a\":|\\{\"a\":1\\}|\"value\":\\[|null|NaN|\\{\"@x\":2,|\u{FEFF}){0,40}",
        block in 1_usize..20,
    ) {
        let whole = read_counted(&text, text.len().max(1), |_| ());
        prop_assert_eq!(read_counted(&text, block, |_| ()), whole);
    }

    #[test]
    fn accepts_what_serde_json_accepts(
        object in any_object(any_value()),
        place in any::<prop::sample::Index>(),
        length in 0..2_usize,
        typo in "[\\[\\]{},:\"\\\\ 0-9eE.+\t\n/un-]{0,1}",
    ) {
        let mut text = Value::Object(object).to_string();
        let start = text.floor_char_boundary(place.index(text.len()));
        let end = text.ceil_char_boundary(start + length);
        text.replace_range(start..end, &typo);
        let parsed = serde_json::from_str::<Map<String, Value>>(&text);
        // It stops at a number that does not fit its types, whatever follows; to us that is for later to say.
        prop_assume!(!parsed.as_ref().is_err_and(|error| error.to_string().contains("number out of range")));
        let events = read_counted(&text, text.len().max(1), |_| ());
        let is_problem = |event: &Event| matches!(event, Event::Problem { is_warning: false, .. });
        let is_read = matches!(events.first(), Some(Event::Record(_))) && !events.iter().any(is_problem);
        prop_assert_eq!(is_read, parsed.is_ok(), "{}", text);
    }
}

/// Found by fuzzing: the character that stands where a comma belongs, in an envelope, may have several bytes.
#[test]
fn a_problem_never_ends_within_a_character() {
    let text = "{\"value\":[{\"a\":1}]\u{F3FF},\"Count\":1}";
    let (mut reader, mut tape, mut at) = (Json::new(), Tape::default(), 0);
    let mut problems = 0;
    loop {
        match reader.next(text, &mut at, true, &mut tape) {
            Step::Problem(problem) => {
                problems += 1;
                assert!(text.get(problem.span.range()).is_some(), "{problem:?}");
            }
            Step::Remark(remark) => panic!("{remark:?}"),
            Step::Done => break,
            Step::Record { .. } | Step::NeedMore => {}
        }
    }
    assert_eq!(problems, 1);
}
