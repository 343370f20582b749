//! One object of a list: which lines belong to it, and to which of its properties.
//!
//! The formatter pads the names of an object to one length, so that all colons stand in one column, and indents further
//! lines of a value to where values begin. Text at the margin is never part of a value, but where names are not padded
//! (*collapsed*: a page has made runs of blanks one), or a mail program has broken a line. Blank lines within a value
//! are padded up to its column, and empty where blanks at the ends of lines were lost.

use std::collections::HashMap;
use std::ops::Range;

use super::super::{Tape, Vocabulary};
use super::layout::Layout;
use super::line::{At, Label, Line, label, line_at};
use super::table;
use super::value::{Value, bytes};
use super::{NeedMore, root};

/// More blank lines than that end an object, whatever follows.
const MAX_BLANK_LINES: usize = 32;

/// A value begins so far from the colon.
const BEHIND_COLON: usize = 2;

/// A value that was broken at the left margin goes on for no more lines.
const MAX_LINES_AT_MARGIN: usize = 20;

/// A line that something may have been broken off from has more columns than that.
const MIN_BROKEN_COLUMNS: usize = 60;

/// How the names of an object are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    /// Not known yet: there is one property.
    Unknown,
    /// Padded, with all colons in one column.
    Padded,
    /// With one blank before each colon.
    Collapsed,
}

/// A property of the object that is read.
struct Property {
    name: Range<usize>,
    /// From behind the colon to the end of its last line.
    value: Range<usize>,
    /// Where it begins in its line, in bytes.
    column: usize,
    /// A line of it is missing, or the text ends within it.
    is_cut: bool,
}

/// Memory for objects, one after the other.
#[derive(Default)]
pub(super) struct Scratch {
    properties: Vec<Property>,
    /// The index of each property by a hash of its name, the same for names that differ in case only.
    names: HashMap<u64, usize>,
}

/// The object that is being read.
pub(super) struct Object<'s, 't> {
    scratch: &'s mut Scratch,
    text: &'t str,
    last: bool,
    layout: Layout,
    vocabulary: Option<&'static dyn Vocabulary>,
    style: Style,
    /// The column of the colons.
    colon: usize,
    /// Blanks before the first name.
    indent: usize,
    /// A blank line follows each line, as some pages paste it.
    is_doubled: bool,
    lines_at_margin: usize,
    /// The last line that belongs to the object.
    end: Option<Line<'t>>,
}

/// What a line within an object is.
enum Part {
    Property(Label),
    Continuation,
    /// A line that stands between two properties and belongs to none.
    Interruption,
    /// No part of it.
    Other,
}

impl<'s, 't> Object<'s, 't> {
    pub(super) fn new(
        scratch: &'s mut Scratch,
        text: &'t str,
        last: bool,
        layout: Layout,
        vocabulary: Option<&'static dyn Vocabulary>,
    ) -> Self {
        scratch.properties.clear();
        scratch.names.clear();
        Self {
            scratch,
            text,
            last,
            layout,
            vocabulary,
            style: Style::Unknown,
            colon: 0,
            indent: 0,
            is_doubled: false,
            lines_at_margin: 0,
            end: None,
        }
    }

    /// Reads lines as long as they belong to the object; gives where the next one begins.
    pub(super) fn lines(&mut self, first: &Line<'t>) -> Result<usize, NeedMore> {
        let mut next = first.start;
        let mut blank_lines = 0;
        loop {
            let line = match line_at(self.text, next, self.last) {
                At::More => return Err(NeedMore),
                At::End => break,
                At::Line(line) => line,
            };
            if line.is_blank() {
                blank_lines += usize::from(!self.is_padding(&line));
                if blank_lines > MAX_BLANK_LINES {
                    break;
                }
                next = line.next;
                continue;
            }
            match self.part(&line, blank_lines)? {
                Part::Other => break,
                Part::Property(label) => self.property(&line, label),
                Part::Continuation => self.continuation(&line),
                Part::Interruption => self.interruption(&line),
            }
            self.end = Some(line);
            blank_lines = 0;
            next = line.next;
        }
        Ok(self.end.map_or(next, |line| line.next))
    }

    /// Marks the last value as one that may be cut, if the text ends right behind it. `is_last` says whether a
    /// property is the last one of other objects, so that nothing is missing after it.
    pub(super) fn end_of_text(&mut self, end: usize, is_last: impl Fn(&str) -> bool) {
        if !self.last || end < self.text.len() || self.text.ends_with('\n') {
            return;
        }
        let Some(property) = self.scratch.properties.last_mut() else { return };
        let value = self.text.get(property.value.clone()).unwrap_or_default().trim();
        let is_whole = matches!(value, "" | "True" | "False") || value.ends_with('}');
        property.is_cut |= !is_whole && !is_last(self.text.get(property.name.clone()).unwrap_or_default());
    }

    /// The name of the last property.
    pub(super) fn last_name(&self) -> &'t str {
        self.scratch.properties.last().map_or("", |property| self.name(property))
    }

    fn name(&self, property: &Property) -> &'t str {
        self.text.get(property.name.clone()).unwrap_or_default()
    }

    /// Puts the object on a tape.
    pub(super) fn push(&self, first: &Line<'_>, tape: &mut Tape) {
        tape.clear();
        let root = tape.push(root(&first.range()));
        for property in &self.scratch.properties {
            let value = Value {
                text: self.text,
                range: property.value.clone(),
                column: property.column,
                layout: self.layout,
                is_cut: property.is_cut,
            };
            value.push(&property.name, tape);
        }
        let text_end =
            self.scratch.properties.last().map_or(first.range().end, |property| property.value.end);
        tape.close(root, bytes(&(0..text_end)).end);
    }

    /// Whether a blank line is part of a value: it carries blanks up to where values begin.
    fn is_padding(&self, line: &Line<'_>) -> bool {
        let column = self.value_column();
        self.style != Style::Collapsed && column > 0 && line.whole >= column
    }

    /// Where values begin; 0 before the first property.
    fn value_column(&self) -> usize {
        if self.scratch.properties.is_empty() { 0 } else { self.colon + BEHIND_COLON }
    }

    fn part(&self, line: &Line<'t>, blank_lines: usize) -> Result<Part, NeedMore> {
        if self.scratch.properties.is_empty() {
            return Ok(label(line, None).map_or(Part::Other, Part::Property));
        }
        if line.indent() > 0 && self.is_under_value(line, blank_lines) {
            return Ok(Part::Continuation);
        }
        if self.style == Style::Padded
            && let Some(label) = label(line, Some(self.colon)).filter(|label| label.column == self.colon)
        {
            return self.labelled(line, label, blank_lines);
        }
        let is_outside =
            line.is_stars() || line.is_chatter() || line.is_message() || line.command().is_some();
        if is_outside || line.is_error() || line.bare_command().is_some() {
            return Ok(Part::Other);
        }
        if line.is_interruption() {
            return Ok(if blank_lines == 0 { Part::Interruption } else { Part::Other });
        }
        if let Some(label) = label(line, (self.style != Style::Collapsed).then_some(self.colon)) {
            return self.labelled(line, label, blank_lines);
        }
        self.unlabelled(line, blank_lines)
    }

    fn is_under_value(&self, line: &Line<'_>, blank_lines: usize) -> bool {
        let may_be_collapsed = match self.style {
            Style::Collapsed => true,
            Style::Padded => false,
            Style::Unknown => !self.is_first_padded(),
        };
        if line.indent() >= self.value_column() && self.style != Style::Collapsed {
            return true;
        }
        may_be_collapsed && blank_lines == 0 && line.command().is_none() && label(line, None).is_none()
    }

    /// What a line is that begins with a name.
    fn labelled(&self, line: &Line<'t>, label: Label, blank_lines: usize) -> Result<Part, NeedMore> {
        if !self.is_in_style(line, &label)? {
            return Ok(Part::Other);
        }
        let known = self.find(&label);
        if blank_lines > 0 {
            let goes_on = known.is_none() && self.goes_on(&label, blank_lines);
            return Ok(if goes_on { Part::Property(label) } else { Part::Other });
        }
        let Some(index) = known else { return Ok(Part::Property(label)) };
        // Where nothing stands between two objects, the names begin again. But a property that two patterns of a
        // command name is printed twice, with one value.
        let value = |range: &Range<usize>| self.text.get(range.clone()).unwrap_or_default().trim();
        let end = line.start + line.content.len();
        let same = value(&self.scratch.properties[index].value) == value(&(label.value.min(end)..end));
        let begins_again = index == 0 && self.is_second_name(line.next)?;
        Ok(if same && !begins_again { Part::Property(label) } else { Part::Other })
    }

    /// Whether the colon stands where those of the object do.
    fn is_in_style(&self, line: &Line<'t>, label: &Label) -> Result<bool, NeedMore> {
        let is_collapsed = match self.style {
            Style::Collapsed => true,
            Style::Padded => false,
            // The first name may be the longest.
            Style::Unknown => label.column != self.colon && !label.is_padded && !self.is_first_padded(),
        };
        if is_collapsed {
            return Ok(!label.is_padded);
        }
        // Where text is copied from the first name on, the first line alone is not indented.
        let is_first_moved = self.style == Style::Unknown
            && label.column == self.colon + line.indent().saturating_sub(self.indent);
        if label.column == self.colon || is_first_moved {
            return Ok(true);
        }
        // A line that somebody has moved stands between others of the object.
        let next = match line_at(self.text, line.next, self.last) {
            At::More => return Err(NeedMore),
            At::End => return Ok(false),
            At::Line(next) => self::label(&next, None),
        };
        let is_between = next.is_some_and(|next| next.column == self.colon && self.find(&next).is_none());
        Ok(is_between && self.style == Style::Padded && self.find(label).is_none())
    }

    fn is_first_padded(&self) -> bool {
        self.scratch.properties.first().is_some_and(|first| self.colon > self.name(first).chars().count() + 1)
    }

    /// Whether the object goes on with a new name after blank lines.
    fn goes_on(&self, label: &Label, blank_lines: usize) -> bool {
        if blank_lines > 1 {
            return false;
        }
        if self.is_doubled || self.scratch.properties.len() == 1 {
            return self.belongs(label) != Some(false);
        }
        // The value before ends in a line break: it is a text.
        let value = self.scratch.properties.last().and_then(|property| self.text.get(property.value.clone()));
        let value = value.unwrap_or_default().trim();
        let is_list = value.starts_with('{');
        self.style != Style::Collapsed
            && !is_list
            && value.contains(' ')
            && self.belongs(label).unwrap_or(value.contains('\n'))
    }

    /// Whether one object has a property besides those that were read; `None` where that is not known.
    fn belongs(&self, label: &Label) -> Option<bool> {
        let names: Vec<&str> = self.scratch.properties.iter().map(|property| self.name(property)).collect();
        let name = self.text.get(label.name.clone())?;
        self.vocabulary?.belongs(&names, name)
    }

    /// Whether the line at `at` begins with the second name of the object.
    fn is_second_name(&self, at: usize) -> Result<bool, NeedMore> {
        let next = match line_at(self.text, at, self.last) {
            At::More => return Err(NeedMore),
            At::End => return Ok(false),
            At::Line(next) => label(&next, None),
        };
        Ok(next.is_some_and(|next| self.find(&next) == Some(1)))
    }

    /// What a line is that begins with no name.
    fn unlabelled(&self, line: &Line<'t>, blank_lines: usize) -> Result<Part, NeedMore> {
        let is_near = blank_lines == 0 || (blank_lines == 1 && self.is_doubled);
        if !is_near || line.is_markup() || self.is_head_of_table(line)? {
            return Ok(Part::Other);
        }
        if self.is_broken_before(line) {
            return Ok(Part::Continuation);
        }
        Ok(if self.is_between_properties(line)? { Part::Interruption } else { Part::Other })
    }

    fn is_head_of_table(&self, line: &Line<'t>) -> Result<bool, NeedMore> {
        match line_at(self.text, line.next, self.last) {
            At::More => Err(NeedMore),
            At::End => Ok(false),
            At::Line(next) => Ok(table::is_rule(&next)),
        }
    }

    /// Whether a value was broken before a line that stands left of where values begin.
    fn is_broken_before(&self, line: &Line<'t>) -> bool {
        let (Some(end), Some(property)) = (&self.end, self.scratch.properties.last()) else { return false };
        if self.lines_at_margin >= MAX_LINES_AT_MARGIN {
            return false;
        }
        let (before, after) = (end.content, line.trimmed());
        let value = self.text.get(property.value.clone()).unwrap_or_default().trim();
        let is_open_list = value.starts_with('{') && !value.ends_with('}');
        if is_open_list && after.contains([',', '}']) {
            return true;
        }
        if self.layout.is_wrapped_by_mail(before, after) {
            return true;
        }
        let is_collapsed = self.style != Style::Padded && !self.is_first_padded();
        is_collapsed && !value.is_empty() && self.layout.may_be_full(before, after)
    }

    /// Whether the object goes on right after a line that is no part of it.
    fn is_between_properties(&self, line: &Line<'t>) -> Result<bool, NeedMore> {
        let next = match line_at(self.text, line.next, self.last) {
            At::More => return Err(NeedMore),
            At::End => return Ok(false),
            At::Line(next) => label(&next, None),
        };
        Ok(next.is_some_and(|next| {
            let is_alike = match self.style {
                Style::Padded => next.column == self.colon,
                Style::Unknown | Style::Collapsed => !next.is_padded && !self.is_first_padded(),
            };
            is_alike && self.find(&next).is_none()
        }))
    }

    /// The index of the property of that name; names compare without regard to case.
    fn find(&self, label: &Label) -> Option<usize> {
        self.scratch.names.get(&self.hash(label)).copied()
    }

    fn hash(&self, label: &Label) -> u64 {
        let name = self.text.get(label.name.clone()).unwrap_or_default();
        name.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0000_01B3)
        })
    }

    fn property(&mut self, line: &Line<'t>, label: Label) {
        match (self.style, self.scratch.properties.len()) {
            (_, 0) => (self.colon, self.indent) = (label.column, line.indent()),
            (Style::Unknown, _) => {
                let is_padded = label.column == self.colon || label.is_padded || self.is_first_padded();
                self.style = if is_padded { Style::Padded } else { Style::Collapsed };
                self.colon = label.column;
            }
            _ => {}
        }
        let is_far =
            self.end.is_some_and(|end| !self.text[end.next..line.start].trim_matches(' ').is_empty());
        self.is_doubled |= self.scratch.properties.len() == 1 && is_far;
        self.lines_at_margin = 0;
        let end = line.start + line.content.len();
        let value = label.value.min(end)..end;
        let column = label.value.saturating_sub(line.start);
        let index = self.scratch.properties.len();
        self.scratch.names.entry(self.hash(&label)).or_insert(index);
        self.scratch.properties.push(Property { name: label.name, value, column, is_cut: false });
    }

    fn continuation(&mut self, line: &Line<'t>) {
        self.lines_at_margin += usize::from(line.indent() == 0);
        if let Some(property) = self.scratch.properties.last_mut() {
            property.value.end = line.start + line.content.len();
        }
    }

    /// Nobody knows whether a line between two properties is the rest of a long line before it.
    fn interruption(&mut self, line: &Line<'t>) {
        let is_long = self.end.is_some_and(|end| super::line::columns(end.content) >= MIN_BROKEN_COLUMNS);
        if let Some(property) =
            self.scratch.properties.last_mut().filter(|_| is_long && !line.is_interruption())
        {
            property.is_cut = true;
        }
    }
}
