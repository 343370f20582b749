//! The XML of `ConvertTo-Xml`: objects as nested `Property` elements whose values are what `ToString()` printed.
//!
//! Knows nothing of cmdlets or types, but for those by which an empty list differs from an empty text.

use std::sync::Arc;

use super::xml::{Content, Cursor, Documents, Fault, Found, Tag, Token, bytes, escape_of};
use super::{Bytes, Escape, Kind, MAX_DEPTH, Node, Problem, Reader, Step, Tape, escape};

/// Reads the XML that `ConvertTo-Xml` writes; see [`Reader`].
pub struct ConvertToXml {
    documents: Documents<Objects>,
}

impl ConvertToXml {
    /// A reader at the beginning of a file.
    #[must_use]
    pub fn new() -> Self {
        Self { documents: Documents::new(Objects::default()) }
    }
}

impl Default for ConvertToXml {
    fn default() -> Self {
        Self::new()
    }
}

impl Reader for ConvertToXml {
    fn next(&mut self, text: &str, at: &mut usize, last: bool, tape: &mut Tape) -> Step {
        self.documents.next(text, at, last, tape)
    }

    fn forget(&mut self, consumed: usize) {
        self.documents.forget(consumed);
    }
}

/// A text as it stands in the file.
type Raw = (Bytes, Escape);

const NO_NAME: Raw = (Bytes::new(0, 0), Escape::None);

/// An element that is open within a record.
#[derive(Clone, Copy, Debug)]
enum Frame {
    /// `Object`, `Property`.
    Value(Value),
    /// Not known.
    Other,
}

/// An `Object` or `Property` so far.
#[derive(Clone, Copy, Debug)]
struct Value {
    node: u32,
    tag_start: usize,
    tag_end: usize,
    type_name: Option<Bytes>,
    has_text: bool,
    /// Whether a comment or the like stands in it.
    is_broken: bool,
    children: u32,
    named: u32,
    /// The first child, where it is text without a name.
    caption: Option<u32>,
    entries: Entries,
    /// Whether its text becomes the name of the next one.
    is_key: bool,
}

/// Whether a value is a dictionary, of which the entries are written as `Key`, `Value`, `Key`, `Value`.
#[derive(Clone, Copy, Debug)]
enum Entries {
    /// It is not.
    No,
    /// It may be: the next child is a `Key`.
    Key,
    /// It may be: the next child is the `Value` for this key.
    Value(Node),
}

/// The objects of one document, and the one that is being read.
#[derive(Default)]
struct Objects {
    frames: Vec<Frame>,
    /// Whether the children are the items of an `Object` that is a list.
    is_in_list: bool,
    /// Whether types are given: `-NoTypeInformation` leaves them out.
    is_typed: bool,
    /// The last type name, which most often is the next one's, too.
    type_name: Option<Arc<str>>,
}

impl Content for Objects {
    const ROOT: &'static str = "Objects";
    const FORMAT: &'static str = "ConvertTo-Xml";
    const EXPORT: &'static str = "ConvertTo-Xml writes such files; to read another format, name it";

    fn begin(&mut self, _text: &str, root: &Tag<'_>) -> Result<(), Fault> {
        root.find([])?;
        self.leave();
        Ok(())
    }

    fn read<'t>(&mut self, cursor: &mut Cursor<'t>, tape: &mut Tape) -> Result<Found, Fault> {
        loop {
            match cursor.next()? {
                Token::Open(tag) => return self.child(cursor, tape, &tag),
                Token::Close(name) => return self.ascend(cursor, name),
                Token::Text if cursor.is_blank() => {}
                Token::Other => return Ok(Found::Nothing),
                Token::Text | Token::Reference | Token::CData => return Err(cursor.stray_text()),
            }
        }
    }

    fn abandon(&mut self) -> u32 {
        // An `Object` holds no other.
        let open = if self.is_in_list { self.frames.len() } else { self.frames.len().min(1) };
        self.frames.clear();
        u32::try_from(open).unwrap_or(u32::MAX)
    }

    fn leave(&mut self) {
        self.is_in_list = false;
    }

    fn forget(&mut self, _consumed: usize) {}
}

impl Objects {
    /// An end tag that ends no record.
    fn ascend(&mut self, cursor: &Cursor<'_>, name: &str) -> Result<Found, Fault> {
        let expected = if self.is_in_list { "Object" } else { Self::ROOT };
        if name == expected {
            return Ok(if std::mem::take(&mut self.is_in_list) { Found::Nothing } else { Found::End });
        }
        let is_root = name == Self::ROOT;
        if is_root {
            self.is_in_list = false;
        }
        let message = format!("</{name}> stands where </{expected}> belongs");
        let resume = if is_root { cursor.start() } else { cursor.end() };
        Err(Fault::damage(cursor.start()..cursor.end(), message, resume))
    }

    /// A child of the root, or an item of a list of records.
    fn child<'t>(&mut self, cursor: &mut Cursor<'t>, tape: &mut Tape, tag: &Tag<'t>) -> Result<Found, Fault> {
        if tag.name == Self::ROOT {
            return Err(Fault::Root(tag.start));
        }
        self.frames.clear();
        cursor.begin_record(tag);
        let [type_name] = tag.find(["Type"])?;
        let text = cursor.text();
        if tag.name != if self.is_in_list { "Property" } else { "Object" } {
            self.skip(cursor, tape, tag)?;
            let message = format!("the element <{}> is not known and is passed over", tag.name);
            return Ok(Found::Odd(Problem::warning(bytes(tag.start, tag.end), message)));
        }
        self.is_typed = type_name.is_some() || (self.is_in_list && self.is_typed);
        let record = self.record(text, tag, type_name);
        if tag.is_empty {
            return Ok(self.empty_record(text, tape, tag, type_name));
        }
        tape.push(leaf(Kind::Null, (bytes(tag.start, tag.end), Escape::None), NO_NAME));
        self.frames.push(Frame::Value(record));
        if let Some(offset) = self.run(cursor, tape)? {
            return Ok(Found::Entered(offset));
        }
        if let [node] = tape.nodes()
            && (node.text.is_empty() || matches!(node.kind, Kind::List | Kind::Null))
        {
            tape.clear();
            return Ok(self.empty_record(text, tape, tag, type_name));
        }
        Ok(Found::Record { type_name: self.named_type(text, type_name) })
    }

    fn record(&self, text: &str, tag: &Tag<'_>, type_name: Option<Bytes>) -> Value {
        Value {
            node: 0,
            tag_start: tag.start,
            tag_end: tag.end,
            type_name,
            has_text: false,
            is_broken: false,
            children: 0,
            named: 0,
            caption: None,
            entries: self.entries(text, type_name),
            is_key: false,
        }
    }

    /// `<Object />` is `$null`; with a type it is an object without properties, a list without items, an empty text.
    fn empty_record(
        &mut self,
        text: &str,
        tape: &mut Tape,
        tag: &Tag<'_>,
        type_name: Option<Bytes>,
    ) -> Found {
        let name = raw(text, type_name);
        if type_name.is_none() || is_list(name) {
            return Found::Nothing;
        }
        let (kind, span) = match name {
            "System.String" => (Kind::String, bytes(tag.end, tag.end)),
            _ => (Kind::Object, bytes(tag.start, tag.end)),
        };
        tape.push(leaf(kind, (span, Escape::None), NO_NAME));
        Found::Record { type_name: self.named_type(text, type_name) }
    }

    fn named_type(&mut self, text: &str, span: Option<Bytes>) -> Option<Arc<str>> {
        let name = escape::decode(raw(text, Some(span?)), Escape::Xml);
        if self.type_name.as_deref() != Some(&*name) {
            self.type_name = Some(name.into());
        }
        self.type_name.clone()
    }

    /// Whether the type, or the lack of types, lets a value be a dictionary.
    fn entries(&self, text: &str, type_name: Option<Bytes>) -> Entries {
        let name = raw(text, type_name);
        let may_be = match type_name {
            Some(_) => ["Dictionary", "Hashtable", "SortedList"].iter().any(|part| name.contains(part)),
            None => !self.is_typed,
        };
        if may_be { Entries::Key } else { Entries::No }
    }

    /// Passes over an element.
    fn skip<'t>(&mut self, cursor: &mut Cursor<'t>, tape: &mut Tape, tag: &Tag<'t>) -> Result<(), Fault> {
        if !tag.is_empty {
            self.frames.push(Frame::Other);
            self.run(cursor, tape)?;
        }
        Ok(())
    }

    /// Reads until no frame is open. The offset is where the items begin, if the record is a list of records.
    fn run<'t>(&mut self, cursor: &mut Cursor<'t>, tape: &mut Tape) -> Result<Option<usize>, Fault> {
        while let Some(top) = self.frames.last_mut() {
            let token = cursor.next()?;
            match (top, token) {
                (_, Token::Open(tag)) => {
                    if self.begins_records(cursor.text(), &tag)? {
                        self.frames.clear();
                        self.is_in_list = true;
                        return Ok(Some(tag.start));
                    }
                    self.open(cursor.text(), tape, &tag)?;
                }
                (_, Token::Close(_)) => self.close(cursor, tape)?,
                (Frame::Other, _) => {}
                (Frame::Value(value), Token::Text) => {
                    if !cursor.is_blank() {
                        value.has_text = true;
                        if value.children > 0 {
                            return Err(cursor.stray_text());
                        }
                    }
                }
                (Frame::Value(value), Token::Reference) => {
                    value.has_text = true;
                    if value.children > 0 {
                        return Err(cursor.stray_text());
                    }
                }
                (Frame::Value(value), Token::Other | Token::CData) => value.is_broken = true,
            }
        }
        Ok(None)
    }

    /// Whether the tag begins the first item of a record that is a list of objects.
    fn begins_records(&self, text: &str, tag: &Tag<'_>) -> Result<bool, Fault> {
        let [Frame::Value(record)] = self.frames.as_slice() else { return Ok(false) };
        let is_first = record.children == 0 && !record.has_text && !self.is_in_list;
        if !is_first || tag.is_empty || tag.name != "Property" || tag.find(["Name"])?[0].is_some() {
            return Ok(false);
        }
        let mut cursor = Cursor::new(text, tag.end);
        loop {
            match cursor.next()? {
                Token::Open(inner) => return Ok(inner.name == "Property"),
                Token::Text if cursor.is_blank() => {}
                Token::Other => {}
                Token::Text | Token::Reference | Token::CData | Token::Close(_) => return Ok(false),
            }
        }
    }

    fn open(&mut self, text: &str, tape: &mut Tape, tag: &Tag<'_>) -> Result<(), Fault> {
        if self.frames.len() >= MAX_DEPTH {
            let message = format!("properties are nested more than {MAX_DEPTH} levels deep");
            let problem = Problem::error(bytes(tag.start, tag.end), message)
                .with_help("export again with a -Depth of 10 or less");
            return Err(Fault::Bad { problem, resume: tag.start });
        }
        match tag.name {
            Self::ROOT => return Err(Fault::Root(tag.start)),
            "Object" => return Err(Fault::unclosed(tag.start..tag.end, "Object", tag.start)),
            _ => {}
        }
        let [name, type_name] = tag.find(["Name", "Type"])?;
        let frame = match self.frames.last_mut() {
            Some(Frame::Value(parent)) if tag.name == "Property" => {
                let name = named(text, name);
                let slot = parent.begin_child(text, tape, tag, name);
                let node = tape.push(leaf(
                    Kind::Null,
                    (bytes(tag.start, tag.end), Escape::None),
                    slot.unwrap_or(name),
                ));
                let is_key = matches!(parent.entries, Entries::Key) && raw(text, Some(name.0)) == "Key";
                Frame::Value(Value { node, is_key, ..self.record(text, tag, type_name) })
            }
            _ if tag.is_empty => return Ok(()),
            _ => Frame::Other,
        };
        self.frames.push(frame);
        if tag.is_empty {
            return self.end(text, tape, tag.end, tag.end);
        }
        Ok(())
    }

    fn close(&mut self, cursor: &Cursor<'_>, tape: &mut Tape) -> Result<(), Fault> {
        self.end(cursor.text(), tape, cursor.start(), cursor.end())
    }

    /// The top frame ends: its content at `content_end`, its end tag at `end`.
    fn end(&mut self, text: &str, tape: &mut Tape, content_end: usize, end: usize) -> Result<(), Fault> {
        let Some(Frame::Value(mut value)) = self.frames.pop() else { return Ok(()) };
        if value.children > 0 {
            value.flush_key(tape);
            self.end_container(tape, &value, end);
            return Ok(());
        }
        if value.is_broken {
            let message = "a value is in several parts, which no export is";
            return Err(Fault::damage(value.tag_start..value.tag_end, message, end));
        }
        let (kind, span) = if value.tag_end < content_end {
            (Kind::String, bytes(value.tag_end, content_end))
        } else {
            self.empty(text, &value, end)
        };
        let escape = match kind {
            Kind::String => escape_of(text.get(span.range()).unwrap_or_default(), Escape::Xml),
            _ => Escape::None,
        };
        if let Some(node) = tape.node_mut(value.node) {
            (node.kind, node.text, node.escape) = (kind, span, escape);
        }
        self.end_leaf(tape, &value, kind);
        Ok(())
    }

    /// What a value without content is.
    fn empty(&self, text: &str, value: &Value, end: usize) -> (Kind, Bytes) {
        let whole = bytes(value.tag_start, end);
        match value.type_name {
            Some(_) if is_list(raw(text, value.type_name)) => (Kind::List, whole),
            None if self.is_typed => (Kind::Null, whole),
            _ => (Kind::String, bytes(value.tag_end, value.tag_end)),
        }
    }

    fn end_leaf(&mut self, tape: &mut Tape, value: &Value, kind: Kind) {
        let Some(Frame::Value(parent)) = self.frames.last_mut() else { return };
        if kind != Kind::String {
            return;
        }
        let Some(node) = tape.nodes().get(value.node as usize).copied() else { return };
        if value.is_key && !node.text.is_empty() {
            tape.truncate(value.node);
            parent.entries = Entries::Value(node);
        }
        if parent.children == 1 && parent.named == 0 {
            parent.caption = Some(value.node);
        }
    }

    fn end_container(&mut self, tape: &mut Tape, value: &Value, end: usize) {
        tape.close(value.node, bytes(0, end).end);
        if let Some(node) = tape.node_mut(value.node) {
            node.kind = if value.named > 0 { Kind::Object } else { Kind::List };
        }
        if value.named > 0
            && let Some(node) = value.caption.and_then(|caption| tape.node_mut(caption))
        {
            node.kind = Kind::Display;
        }
        if let (true, Some(Frame::Value(parent))) = (value.is_key, self.frames.last_mut()) {
            parent.entries = Entries::No;
        }
    }
}

impl Value {
    /// A child begins. Returns the name that it takes from the key before it.
    fn begin_child(&mut self, text: &str, tape: &mut Tape, tag: &Tag<'_>, (name, _): Raw) -> Option<Raw> {
        if self.has_text && self.children == 0 {
            let span = bytes(self.tag_end, tag.start);
            let escape = escape_of(text.get(span.range()).unwrap_or_default(), Escape::Xml);
            tape.push(leaf(Kind::Display, (span, escape), NO_NAME));
        }
        self.children += 1;
        self.named += u32::from(!name.is_empty());
        match (self.entries, raw(text, Some(name))) {
            (Entries::No, _) | (Entries::Key, "Key") => None,
            (Entries::Value(key), "Value") => {
                self.entries = Entries::Key;
                Some((key.text, key.escape))
            }
            _ => {
                self.flush_key(tape);
                self.entries = Entries::No;
                None
            }
        }
    }

    /// A property `Key` that no `Value` follows is a property like others.
    fn flush_key(&mut self, tape: &mut Tape) {
        if let Entries::Value(key) = self.entries {
            tape.push(key);
            self.entries = Entries::No;
        }
    }
}

/// Whether a type is one of .NET's or Exchange's collections.
fn is_list(type_name: &str) -> bool {
    let is_dictionary = type_name.contains("Dictionary") || type_name.contains("Hashtable");
    let is_collection = type_name.contains("System.Collections.")
        || type_name.contains("MultiValuedProperty")
        || type_name.contains("ProxyAddressCollection")
        || type_name.ends_with("[]");
    is_collection && !is_dictionary
}

fn raw(text: &str, span: Option<Bytes>) -> &str {
    span.and_then(|span| text.get(span.range())).unwrap_or_default()
}

fn named(text: &str, span: Option<Bytes>) -> Raw {
    match span {
        Some(span) if !span.is_empty() => (span, escape_of(raw(text, Some(span)), Escape::Xml)),
        _ => NO_NAME,
    }
}

const fn leaf(kind: Kind, (text, escape): Raw, (name, name_escape): Raw) -> Node {
    Node { kind, escape, name_escape, name, text, end: 0 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::xml::testing::{Outcome, corpus, read, read_all_ways};
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
        assert_eq!(
            message("<Objects><Object><Property Name=\"a\">"),
            "the file ends in the middle of a record"
        );
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
                let xml =
                    items.iter().map(|(xml, _)| format!("<Property Type=\"T\">{xml}</Property>")).collect();
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
}
