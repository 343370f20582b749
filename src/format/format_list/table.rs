//! Tables of `Format-Table`: a line of names, a line of dashes under them, an object a line.
//!
//! A cell that does not fit is cut by `…`, and a column that does not fit is left out without a word. What is there is
//! there, the rest is unknown. The dashes tell where columns begin; numbers stand at the right of their column.

use std::ops::Range;
use std::sync::Arc;

use super::super::{Bytes, Escape, Kind, Node, Tape};
use super::layout::Layout;
use super::line::{Line, columns, is_blank, is_name, width};
use super::value::{Value, bytes};

/// A table whose columns are known.
pub(super) struct Table {
    names: Arc<str>,
    columns: Vec<Column>,
}

struct Column {
    /// Its name within the names of the table.
    name: Bytes,
    /// The first column of its dashes.
    start: usize,
}

/// Whether a line is the rule under the names of a table.
pub(super) fn is_rule(line: &Line<'_>) -> bool {
    line.is_dashes()
}

impl Table {
    /// The table under two lines, where each group of dashes stands under one name.
    pub(super) fn new(head: &Line<'_>, rule: &Line<'_>) -> Option<Self> {
        let dashes = words(rule.content);
        let names = words(head.content);
        let is_under = |name: &Word<'_>, dashes: &Word<'_>| {
            name.start == dashes.start || name.start + columns(name.text) == dashes.start + dashes.text.len()
        };
        let are_names = names.iter().all(|name| is_name(name.text));
        if !are_names
            || dashes.len() != names.len()
            || !names.iter().zip(&dashes).all(|(name, dash)| is_under(name, dash))
        {
            return None;
        }
        let mut all = String::new();
        let columns = names.iter().zip(&dashes).map(|(name, dash)| {
            let start = all.len();
            all.push_str(name.text);
            Column { name: bytes(&(start..all.len())), start: dash.start }
        });
        let columns = columns.collect();
        Some(Self { names: all.into(), columns })
    }

    /// Puts the object of a line on a tape. `goes_on` says that cells go on in the next line: they are cut here.
    pub(super) fn push(&self, text: &str, line: &Line<'_>, goes_on: &[bool], tape: &mut Tape) {
        tape.clear();
        tape.set_names(Some(self.names.clone()));
        let root = tape.push(super::root(&line.range()));
        let cells = self.cells(line);
        for ((column, cell), goes_on) in self.columns.iter().zip(cells).zip(goes_on) {
            let first = tape.next_index();
            let range = line.start + cell.start..line.start + cell.end;
            let value =
                Value { text, range: range.clone(), column: 0, layout: Layout::default(), is_cut: *goes_on };
            value.push(&range, tape);
            name(tape, first, column.name);
        }
        tape.close(root, bytes(&(0..line.start + line.content.len())).end);
    }

    /// Whether a line is no row but goes on with the cells of the row before: its first cell is blank. Says which.
    pub(super) fn continued(&self, line: &Line<'_>) -> Option<Vec<bool>> {
        let cells: Vec<bool> = self
            .cells(line)
            .into_iter()
            .map(|cell| !line.content.get(cell).unwrap_or_default().trim_matches(is_blank).is_empty())
            .collect();
        (cells.first() == Some(&false) && cells.contains(&true)).then_some(cells)
    }

    pub(super) fn width(&self) -> usize {
        self.columns.len()
    }

    /// The bytes of each cell of a line.
    fn cells(&self, line: &Line<'_>) -> Vec<Range<usize>> {
        let content = line.content;
        let starts: Vec<usize> = self.columns.iter().map(|column| boundary(content, column.start)).collect();
        let ends = starts.iter().skip(1).copied().chain([content.len()]);
        starts.iter().zip(ends).map(|(&start, end)| start..end.max(start)).collect()
    }
}

/// The byte at which the cell begins whose dashes begin at `column`. A word that lies across belongs to it.
fn boundary(content: &str, column: usize) -> usize {
    let mut at = 0;
    let is_reached = |&(_, c): &(usize, char)| {
        let is_reached = at >= column;
        at += width(c);
        is_reached
    };
    let Some((byte, _)) = content.char_indices().find(is_reached) else { return content.len() };
    let before = content.get(..byte).unwrap_or_default();
    before.len() - before.chars().rev().take_while(|c| *c != ' ').map(char::len_utf8).sum::<usize>()
}

struct Word<'t> {
    start: usize,
    text: &'t str,
}

fn words(content: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let (mut at, mut column) = (0, 0);
    for word in content.split_inclusive(' ') {
        let text = word.trim_end_matches(' ');
        if !text.is_empty() {
            words.push(Word { start: column, text });
        }
        at += word.len();
        column = columns(content.get(..at).unwrap_or_default());
    }
    words
}

/// Gives the node at `index` the name of a column.
fn name(tape: &mut Tape, index: u32, name: Bytes) {
    if let Some(node) = tape.node_mut(index) {
        *node = Node { name, name_escape: Escape::Header, ..*node };
        if node.kind == Kind::Null {
            node.escape = Escape::None;
        }
    }
}
