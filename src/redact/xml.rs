//! CLIXML and `ConvertTo-Xml`, tag by tag: names of elements and attributes that are known stay, and so do the texts
//! that `text` lets stay.

use std::collections::HashMap;
use std::ops::Range;

use super::bytes;
use super::known::Hint;
use super::names::Names;
use super::{Lexer, escape, text};
use crate::format::Escape;

/// Names of elements of both formats.
const ELEMENTS: &str = "|Objs|Obj|TN|TNRef|T|ToString|Props|MS|LST|IE|STK|QUE|DCT|En|Ref|Nil|S|C|B|By|U16|U32|U64|SB|I16|\
    I32|I64|Sg|Db|D|DT|TS|G|URI|Version|SemanticVersion|BA|SBK|SS|XD|PR|AV|AI|SD|PI|PC|SR|Objects|Object|Property|xml|";

/// Elements of CLIXML that hold numbers.
const NUMBERS: &str = "|By|U16|U32|U64|SB|I16|I32|I64|Sg|Db|D|";

/// An open element.
#[derive(Debug, Default)]
struct Element {
    name: String,
    hint: Hint,
    /// The hint of the key of a hashtable's entry, for its value.
    key: Option<Hint>,
    is_key: bool,
    /// What `ConvertTo-Xml` says of its type.
    is_number: bool,
}

/// Where in an XML file redaction is.
#[derive(Debug)]
pub(super) struct Xml {
    form: Escape,
    elements: Vec<Element>,
    /// How many of the open elements have each name, so that no closing tag looks for what was never opened.
    open: HashMap<String, usize>,
    /// Within so many bytes no quotes enclose brackets, since they enclosed too much.
    unquoted: usize,
}

impl Xml {
    pub(super) fn new(form: Escape) -> Self {
        Self { form, elements: Vec::new(), open: HashMap::new(), unquoted: 0 }
    }
}

impl Lexer for Xml {
    fn next(&mut self, names: &mut Names, text: &str, last: bool, out: &mut String) -> usize {
        let mut at = 0;
        while at < text.len() {
            let rest = &text[at..];
            let length = if self.elements.is_empty() && rest.starts_with(MARK) {
                out.push_str(MARK);
                Some(MARK.len())
            } else if SPECIAL.iter().any(|(begin, _)| rest.starts_with(begin)) {
                special(names, rest, out)
            } else if let Some(list) = number_list(rest, last) {
                match list {
                    Numbers::List(items, length) => {
                        self.numbers(names, &rest[..length], &items, out);
                        Some(length)
                    }
                    Numbers::Cut => None,
                }
            } else if rest.starts_with('<') {
                self.end_of_tag(rest).map(|end| self.tag(names, &rest[..=end], out))
            } else {
                rest.find('<').map(|end| self.text(names, &rest[..end], out))
            };
            let Some(length) = length else {
                // A mark of what comes may itself be cut.
                if last {
                    out.push_str(&text::mask(rest));
                    at = text.len();
                }
                break;
            };
            at += length;
            self.unquoted = self.unquoted.saturating_sub(length);
        }
        at
    }
}

/// The first line of what remoting writes.
const MARK: &str = "#< CLIXML";

/// What begins and ends what is no element.
const SPECIAL: [(&str, &str); 5] =
    [("<![CDATA[", "]]>"), ("<!--", "-->"), ("<?xml ", "?>"), ("<?", "?>"), ("<!", ">")];

/// A list of numbers in a property of its own, or in a list.
enum Numbers {
    /// It goes on in the next block.
    Cut,
    /// Where the numbers stand, and where it ends.
    List(Vec<Range<usize>>, usize),
}

/// Elements of one number each, without a name, from the first of several on.
fn number_list(text: &str, last: bool) -> Option<Numbers> {
    let (open, close) = number_tags(text)?;
    let mut items = Vec::new();
    let mut end = 0;
    loop {
        let rest = &text[end..];
        let start = rest.len() - rest.trim_start().len();
        let Some(content) = rest[start..].strip_prefix(open) else {
            // What is cut may be the beginning of another.
            let is_cut = !last && open.starts_with(&rest[start..]);
            return if is_cut { Some(Numbers::Cut) } else { list_of(items, end) };
        };
        let digits = content.len() - content.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let at = end + start + open.len();
        if !last && content.len() < digits + close.len() {
            return Some(Numbers::Cut);
        }
        if !content[digits..].starts_with(&close) || content[..digits].parse::<u32>().is_err() {
            return list_of(items, end);
        }
        items.push(at..at + digits);
        end = at + digits + close.len();
    }
}

fn list_of(items: Vec<Range<usize>>, end: usize) -> Option<Numbers> {
    (items.len() >= 2).then_some(Numbers::List(items, end))
}

/// The tags around a number of a list, as either format writes them, if `text` begins with one.
fn number_tags(text: &str) -> Option<(&str, String)> {
    let open = text.get(..=text.find('>')?)?;
    let inner = open.strip_prefix('<')?.strip_suffix('>')?;
    if is_in(NUMBERS, inner) {
        return Some((open, format!("</{inner}>")));
    }
    let kind = inner.strip_prefix("Property Type=\"")?.strip_suffix('"')?;
    is_number_type(kind).then(|| (open, "</Property>".to_owned()))
}

/// Where the bracket stands that ends the tag at the beginning of `text`: the first that no quotes enclose.
fn quoted_end_of_tag(text: &str) -> Option<usize> {
    let mut quote = None;
    text.bytes().take(MAX_TAG).position(|byte| {
        match quote {
            Some(open) if open == byte => quote = None,
            None if matches!(byte, b'"' | b'\'') => quote = Some(byte),
            _ => {}
        }
        byte == b'>' && quote.is_none()
    })
}

/// No tag of an export is longer.
const MAX_TAG: usize = 1 << 16;

/// Declarations, comments and the like: what they say is struck out, but for the declaration itself.
fn special(names: &mut Names, rest: &str, out: &mut String) -> Option<usize> {
    let (begin, finish) = SPECIAL.into_iter().find(|(begin, _)| rest.starts_with(begin))?;
    let content = &rest[begin.len()..];
    let end = content.find(finish)?;
    let content = &content[..end];
    let blanks = |c: char| if c.is_whitespace() { c } else { ' ' };
    out.push_str(begin);
    match begin {
        "<![CDATA[" => out.push_str(&text::value(names, content, Hint::Any).replace("]]>", "]]")),
        "<?xml " if content.len() < 100 && is_declaration(content) => out.push_str(content),
        "<!" => out.push_str("DOCTYPE x"),
        "<?" => {
            out.push('x');
            out.extend(content.chars().map(blanks));
        }
        _ => out.extend(content.chars().map(blanks)),
    }
    out.push_str(finish);
    Some(begin.len() + end + finish.len())
}

/// `version="1.0" encoding="utf-8"`.
fn is_declaration(content: &str) -> bool {
    content.split(['"', '\'']).collect::<Vec<_>>().chunks(2).all(|pair| match pair {
        [name, value] => {
            let known = ["version=", "encoding=", "standalone="].contains(&name.trim());
            known
                && ["1.0", "yes", "no", "utf-8", "utf-16", "us-ascii", "windows-1252", "iso-8859-1"]
                    .iter()
                    .any(|v| v.eq_ignore_ascii_case(value))
        }
        [rest] => rest.trim().is_empty(),
        _ => false,
    })
}

fn is_in(list: &str, name: &str) -> bool {
    list.split('|').any(|known| known == name) && !name.is_empty()
}

impl Xml {
    /// A list of numbers, given with where each stands in it.
    fn numbers(&mut self, names: &mut Names, list: &str, items: &[Range<usize>], out: &mut String) {
        let hint = self.elements.last().map_or(Hint::Any, |outer| outer.hint);
        let numbers: Vec<u32> = items.iter().filter_map(|item| list[item.clone()].parse().ok()).collect();
        if bytes::is_blob(&numbers, hint) {
            return bytes::rewrite(names, (list, items), hint, &numbers, out);
        }
        let mut at = 0;
        for item in items {
            out.push_str(&list[at..item.start]);
            out.push_str(&text::number(names, &list[item.clone()], hint));
            at = item.end;
        }
        out.push_str(&list[at..]);
    }

    /// Where the bracket stands that ends the tag at the beginning of `text`.
    fn end_of_tag(&mut self, text: &str) -> Option<usize> {
        if self.unquoted == 0 {
            let end = quoted_end_of_tag(text);
            if end.is_some() || text.len() <= MAX_TAG {
                return end;
            }
            // A quote that is never closed is damage.
            self.unquoted = MAX_TAG;
        }
        text.find('>')
    }

    fn close(&mut self, name: &str) {
        if !self.open.contains_key(name) {
            return;
        }
        // What was never closed ends with what encloses it.
        while let Some(element) = self.elements.pop() {
            if let Some(count) = self.open.get_mut(&element.name) {
                *count -= 1;
                if *count == 0 {
                    self.open.remove(&element.name);
                }
            }
            if element.name == name {
                break;
            }
        }
    }

    /// A tag with its brackets.
    fn tag(&mut self, names: &mut Names, tag: &str, out: &mut String) -> usize {
        let inner = &tag[1..tag.len() - 1];
        let is_end = inner.starts_with('/');
        let is_empty = inner.ends_with('/');
        let inner = inner.trim_start_matches('/').trim_end_matches('/');
        let end = inner.find(char::is_whitespace).unwrap_or(inner.len());
        let (name, mut rest) = inner.split_at(end);
        let shown = element_name(names, name);
        out.push_str(if is_end { "</" } else { "<" });
        out.push_str(&shown);
        if is_end {
            out.extend(rest.chars().map(|c| if c.is_whitespace() { c } else { ' ' }));
            self.close(name);
        } else {
            let outer = self.elements.last();
            let hint = outer.map_or(Hint::Any, |outer| outer.hint);
            let is_number = is_in(NUMBERS, name);
            let mut element = Element { name: name.to_owned(), hint, key: None, is_key: false, is_number };
            while let Some(length) = self.attribute(names, rest, &mut element, out) {
                rest = &rest[length..];
            }
            out.push_str(&text::mask(rest));
            if is_empty {
                out.push('/');
            } else {
                *self.open.entry(element.name.clone()).or_default() += 1;
                self.elements.push(element);
            }
        }
        out.push('>');
        tag.len()
    }

    /// The attribute at the beginning of `rest`, with the blanks before it.
    fn attribute(
        &mut self,
        names: &mut Names,
        rest: &str,
        element: &mut Element,
        out: &mut String,
    ) -> Option<usize> {
        let start = rest.len() - rest.trim_start().len();
        let equals = rest.find('=')?;
        let name = rest.get(start..equals)?.trim();
        let quote_at = equals + 1 + rest[equals + 1..].find(|c: char| !c.is_whitespace())?;
        let quote = rest[quote_at..].chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let length = rest[quote_at + 1..].find(quote)?;
        let raw = &rest[quote_at + 1..quote_at + 1 + length];
        let replaced = match name {
            "N" | "Name" => self.name(names, raw, element),
            "RefId" if raw.len() <= 9 && raw.bytes().all(|c| c.is_ascii_digit()) => raw.to_owned(),
            "Version" | "S" => {
                escape::rewrite(raw, Escape::Xml, |value| text::value(names, value, Hint::Version))
            }
            "Type" => {
                element.is_number = is_number_type(raw);
                escape::rewrite(raw, Escape::Xml, |value| text::type_name(names, value))
            }
            "xmlns" if raw == "http://schemas.microsoft.com/powershell/2004/04" => raw.to_owned(),
            _ => escape::rewrite(raw, Escape::Xml, |value| text::value(names, value, Hint::Any)),
        };
        out.push_str(&rest[..start]);
        out.push_str(&element_name(names, name));
        out.push_str(&format!("={quote}{replaced}{quote}"));
        Some(quote_at + length + 2)
    }

    fn name(&mut self, names: &mut Names, raw: &str, element: &mut Element) -> String {
        let name = crate::format::escape::decode(raw, self.form).into_owned();
        let is_entry = self.elements.last().is_some_and(|outer| outer.name == "En");
        if is_entry && name.eq_ignore_ascii_case("Key") {
            element.is_key = true;
        } else if is_entry && name.eq_ignore_ascii_case("Value") {
            let key = self.elements.last().and_then(|entry| entry.key);
            element.hint = key.unwrap_or(element.hint);
        } else {
            // `ConvertTo-Xml` writes hashtables as properties of these names.
            element.hint = names.known.hint_within(element.hint, &name);
        }
        escape::rewrite(raw, self.form, |name| text::name(names, name))
    }

    fn text(&mut self, names: &mut Names, raw: &str, out: &mut String) -> usize {
        if raw.trim().is_empty() {
            out.push_str(raw);
            return raw.len();
        }
        let Some(element) = self.elements.last() else {
            out.push_str(&text::mask(raw));
            return raw.len();
        };
        let (hint, is_key) = (element.hint, element.is_key);
        let replaced = match element.name.as_str() {
            "BA" if self.form == Escape::CliXml => text::bytes_in_base64(names, raw, hint),
            "C" if self.form == Escape::CliXml => "120".to_owned(),
            "T" => escape::rewrite(raw, self.form, |value| text::type_name(names, value)),
            "SS" => "00".to_owned(),
            "Version" => escape::rewrite(raw, self.form, |value| text::value(names, value, Hint::Version)),
            _ if is_key => escape::rewrite(raw, self.form, |value| text::name(names, value)),
            _ if element.is_number => text_number(names, raw, hint),
            _ => escape::rewrite(raw, self.form, |value| text::value(names, value, hint)),
        };
        if is_key {
            let key = crate::format::escape::decode(raw, self.form);
            let hint = names.known.hint(&key);
            if let Some(entry) = self.elements.iter_mut().rev().nth(1) {
                entry.key = Some(hint);
            }
        }
        out.push_str(&replaced);
        raw.len()
    }
}

fn text_number(names: &mut Names, raw: &str, hint: Hint) -> String {
    let is_number =
        raw.trim().bytes().all(|c| c.is_ascii_digit() || matches!(c, b'-' | b'+' | b'.' | b'E' | b'e'));
    if is_number { text::number(names, raw, hint) } else { text::value(names, raw, hint) }
}

fn is_number_type(name: &str) -> bool {
    let plain = name.strip_prefix("System.").unwrap_or_default();
    ["Byte", "Int16", "Int32", "Int64", "UInt16", "UInt32", "UInt64", "Single", "Double", "Decimal", "SByte"]
        .contains(&plain)
}

/// Names of elements and attributes of the formats stay.
fn element_name(names: &mut Names, name: &str) -> String {
    let is_known = is_in(ELEMENTS, name)
        || ["N", "RefId", "Type", "Name", "xmlns", "version", "encoding"].contains(&name);
    if is_known || name.is_empty() {
        return name.to_owned();
    }
    names.label(name).chars().filter(char::is_ascii_alphanumeric).collect()
}
