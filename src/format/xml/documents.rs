//! A file of one or more documents of one XML format, and how to carry on after damage.
//!
//! Knows nothing of what the elements mean: that is a [`Content`].

use std::ops::Range;
use std::sync::Arc;

use super::cursor::{Cursor, Tag, Token, is_filler, is_line, name_of};
use super::{EXPORT_AGAIN, Fault, bytes};
use crate::format::{Problem, Step, Tape};

/// So many errors mean that a file is no export; more of them help nobody.
const MAX_ERRORS: u32 = 100;

/// PowerShell puts this line before redirected CLIXML.
const CLIXML_MARK: &str = "#< CLIXML";

/// What a [`Content`] found within the root element.
pub(super) enum Found {
    /// A record is on the tape; the cursor is past it.
    Record { type_name: Option<Arc<str>> },
    /// Nothing to tell of; the cursor is past it.
    Nothing,
    /// The next thing to read is at this offset.
    Entered(usize),
    /// Something odd; the cursor is past it.
    Odd(Problem),
    /// The end tag of the root.
    End,
}

/// What is in a document of one format.
pub(super) trait Content {
    /// The root element.
    const ROOT: &'static str;
    /// The format's name.
    const FORMAT: &'static str;
    /// How such a file is made, for help.
    const EXPORT: &'static str;

    /// A document begins.
    fn begin(&mut self, text: &str, root: &Tag<'_>) -> Result<(), Fault>;

    /// Reads the next thing within the root. Offsets are those of the cursor's text.
    fn read<'t>(&mut self, cursor: &mut Cursor<'t>, tape: &mut Tape) -> Result<Found, Fault>;

    /// The record cannot be read. Returns how many elements of the name of the record's own are open.
    fn abandon(&mut self) -> u32;

    /// What is within a root is left without its end.
    fn leave(&mut self);

    /// The text before `consumed` is gone.
    fn forget(&mut self, consumed: usize);
}

/// Where in a file the reading is.
enum Place {
    /// Not within a root element.
    Outside,
    /// In text outside of a root element, to be passed over.
    Garbage,
    /// Within a root element.
    Inside,
    /// Within a record that is damaged.
    Skipping(Skip),
    /// Nothing more is read.
    Finished,
}

/// How to get out of a damaged record.
struct Skip {
    /// The name of the record's element.
    name: Box<str>,
    /// How many of that name are open.
    depth: u32,
    /// By how many bytes the record is indented, where lines tell where it ends.
    indent: Option<usize>,
}

/// A file of one or more documents of one XML format.
pub(super) struct Documents<C> {
    content: C,
    place: Place,
    has_root: bool,
    errors: u32,
}

impl<C: Content> Documents<C> {
    pub(super) const fn new(content: C) -> Self {
        Self { content, place: Place::Outside, has_root: false, errors: 0 }
    }

    /// [`crate::format::Reader::next`].
    pub(super) fn next(&mut self, text: &str, at: &mut usize, last: bool, tape: &mut Tape) -> Step {
        let step = loop {
            tape.clear();
            let found = match &self.place {
                Place::Outside => self.outside(text, at, last),
                Place::Garbage => self.garbage(text, at, last),
                Place::Inside => self.inside(text, at, last, tape),
                Place::Skipping(_) => self.skip(text, at, last),
                Place::Finished => Some(Step::Done),
            };
            if let Some(step) = found {
                break step;
            }
        };
        self.count(step)
    }

    /// [`crate::format::Reader::forget`].
    pub(super) fn forget(&mut self, consumed: usize) {
        self.content.forget(consumed);
    }

    fn count(&mut self, step: Step) -> Step {
        let Step::Problem(problem) = &step else { return step };
        if problem.is_warning {
            return step;
        }
        self.errors += 1;
        if self.errors <= MAX_ERRORS {
            return step;
        }
        self.place = Place::Finished;
        let message = format!("more than {MAX_ERRORS} problems: the rest of the file is not read");
        Step::Problem(Problem::error(problem.span, message).with_help(EXPORT_AGAIN))
    }

    fn finish(&mut self, problem: impl Into<Box<Problem>>) -> Option<Step> {
        self.place = Place::Finished;
        Some(Step::Problem(*problem.into()))
    }

    fn outside(&mut self, text: &str, at: &mut usize, last: bool) -> Option<Step> {
        let rest = text.get(*at..).unwrap_or_default();
        let trimmed = rest.trim_start_matches(is_filler);
        *at += rest.len() - trimmed.len();
        match trimmed.as_bytes().first() {
            None => Some(self.end_of_input(*at, last)),
            Some(b'<') => self.outside_markup(text, at, last),
            Some(b'#') if CLIXML_MARK.starts_with(trimmed) && !last => Some(Step::NeedMore),
            Some(b'#') if trimmed.starts_with(CLIXML_MARK) => {
                self.place = Place::Garbage;
                *at += CLIXML_MARK.len();
                None
            }
            Some(_) => self.no_markup(trimmed, *at),
        }
    }

    fn end_of_input(&mut self, at: usize, last: bool) -> Step {
        if !last {
            return Step::NeedMore;
        }
        self.place = Place::Finished;
        if self.has_root {
            return Step::Done;
        }
        let message = format!("there is no {} in this file: it has no <{}>", C::FORMAT, C::ROOT);
        Step::Problem(Problem::error(bytes(at, at), message).with_help(C::EXPORT))
    }

    fn no_markup(&mut self, rest: &str, at: usize) -> Option<Step> {
        let span = bytes(at, at + rest.chars().next().map_or(0, char::len_utf8));
        if self.has_root {
            self.place = Place::Garbage;
            let message = format!("there is text after </{}>", C::ROOT);
            return Some(Step::Problem(Problem::error(span, message).with_help(EXPORT_AGAIN)));
        }
        let message = format!("this is no {}: it does not begin with <{}>", C::FORMAT, C::ROOT);
        self.finish(Problem::error(span, message).with_help(C::EXPORT))
    }

    fn garbage(&mut self, text: &str, at: &mut usize, last: bool) -> Option<Step> {
        let rest = text.get(*at..).unwrap_or_default();
        let length = memchr::memchr(b'<', rest.as_bytes()).unwrap_or(rest.len());
        *at += length;
        if length == rest.len() && !last {
            return Some(Step::NeedMore);
        }
        self.place = Place::Outside;
        None
    }

    fn outside_markup(&mut self, text: &str, at: &mut usize, last: bool) -> Option<Step> {
        let mut cursor = Cursor::new(text, *at);
        let token = cursor.next();
        let span = cursor.start()..cursor.end();
        let fault = match token {
            Ok(Token::Other) => {
                *at = cursor.end();
                return None;
            }
            Ok(Token::Open(tag)) if tag.name == C::ROOT => match self.begin(text, &tag) {
                Ok(()) => {
                    *at = cursor.end();
                    return None;
                }
                Err(fault) => fault,
            },
            Ok(Token::Open(tag)) => {
                let message = format!("the root element is <{}>, not <{}>", tag.name, C::ROOT);
                let problem = Problem::error(bytes(span.start, span.end), message).with_help(C::EXPORT);
                Fault::Fatal(problem.into())
            }
            Ok(Token::Close(name)) => {
                Fault::damage(span.clone(), format!("</{name}> ends what has not begun"), span.end)
            }
            Ok(Token::Text | Token::Reference | Token::CData) => cursor.stray_text(),
            Err(fault) => fault,
        };
        match fault {
            Fault::More if !last => Some(Step::NeedMore),
            Fault::More | Fault::Root(_) | Fault::Unclosed { .. } => {
                self.finish(cut_off(span.start..span.start + 1, "before its root element"))
            }
            Fault::Fatal(problem) => self.finish(problem),
            Fault::Bad { problem, .. } if !self.has_root => self.finish(problem),
            Fault::Bad { problem, resume } => {
                // A root element with broken attributes is not looked at again.
                *at = resume.max(span.start + 1);
                self.place = Place::Garbage;
                Some(Step::Problem(*problem))
            }
        }
    }

    fn begin(&mut self, text: &str, tag: &Tag<'_>) -> Result<(), Fault> {
        self.content.begin(text, tag)?;
        self.has_root = true;
        if !tag.is_empty {
            self.place = Place::Inside;
        }
        Ok(())
    }

    fn inside(&mut self, text: &str, at: &mut usize, last: bool, tape: &mut Tape) -> Option<Step> {
        let mut cursor = Cursor::new(text, *at);
        loop {
            tape.clear();
            let found = match self.content.read(&mut cursor, tape) {
                Ok(found) => found,
                Err(fault) => return self.fault(&cursor, fault, at, last),
            };
            let read = *at..cursor.end();
            *at = read.end;
            match found {
                Found::Record { type_name } => {
                    return Some(match control_character(text, read) {
                        Some(problem) => Step::Problem(problem),
                        None => Step::Record { type_name },
                    });
                }
                Found::Nothing => cursor.settle(),
                Found::Entered(offset) => {
                    *at = offset;
                    cursor = Cursor::new(text, offset);
                }
                Found::Odd(problem) => return Some(Step::Problem(problem)),
                Found::End => {
                    self.place = Place::Outside;
                    return None;
                }
            }
        }
    }

    fn fault(&mut self, cursor: &Cursor<'_>, fault: Fault, at: &mut usize, last: bool) -> Option<Step> {
        match fault {
            Fault::More if !last => Some(Step::NeedMore),
            Fault::More => {
                let end = cursor.text().len();
                let (span, place) = match cursor.record {
                    Some(begun) => (begun.start..begun.tag_end, "in the middle of a record"),
                    None => (end..end, "in the middle of the document"),
                };
                self.finish(cut_off(span, place))
            }
            Fault::Fatal(problem) => self.finish(problem),
            Fault::Root(offset) => {
                *at = offset;
                self.content.abandon();
                self.content.leave();
                self.place = Place::Outside;
                let root = C::ROOT;
                Some(Step::Problem(
                    Problem::error(
                        bytes(offset, offset + root.len() + 1),
                        format!("<{root}> begins before the <{root}> above has ended"),
                    )
                    .with_help("the export above was cut off: export it again"),
                ))
            }
            Fault::Unclosed { problem, resume } => {
                *at = resume;
                self.content.abandon();
                Some(Step::Problem(*problem))
            }
            Fault::Bad { problem, resume } => {
                *at = resume;
                if let Some(begun) = cursor.record {
                    let open = self.content.abandon();
                    let indent = cursor.record_indent(resume);
                    if indent.is_some() {
                        *at = begun.start + 1;
                    }
                    let depth = if resume <= begun.start { 0 } else { open.max(1) };
                    self.place = Place::Skipping(Skip { name: begun.name.into(), depth, indent });
                }
                Some(Step::Problem(*problem))
            }
        }
    }

    /// Moves on to where the next record may begin.
    fn skip(&mut self, text: &str, at: &mut usize, last: bool) -> Option<Step> {
        let Place::Skipping(skip) = &mut self.place else { return None };
        let stop = skip.run(text, *at, C::ROOT, last);
        let (offset, is_out) = match stop {
            Stop::At(offset) => (offset, true),
            Stop::More(offset) => (offset, false),
        };
        *at = offset;
        if !is_out && !last {
            return Some(Step::NeedMore);
        }
        self.place = Place::Inside;
        None
    }
}

enum Stop {
    /// A record may begin here.
    At(usize),
    /// Only what follows this offset is still needed.
    More(usize),
}

impl Skip {
    fn run(&mut self, text: &str, at: usize, root: &str, last: bool) -> Stop {
        let all = text.as_bytes();
        let mut from = at;
        while let Some(length) = all.get(from..).and_then(|rest| memchr::memchr(b'<', rest)) {
            let start = from + length;
            let line = self.indent.map_or(start, |indent| start.saturating_sub(indent + 1).max(at));
            // A tag ends before the next begins, even one that lacks its `>`.
            let Some(length) = all.get(start + 1..).and_then(|rest| memchr::memchr2(b'<', b'>', rest)) else {
                return Stop::More(if last { all.len() } else { floor_char(text, line) });
            };
            let end = start + 1 + length;
            let tag = text.get(start + 1..end).unwrap_or_default();
            let after = if all.get(end) == Some(&b'>') { end + 1 } else { end };
            let (is_end, name) = match tag.strip_prefix('/') {
                Some(rest) => (true, name_of(rest)),
                None => (false, name_of(tag)),
            };
            if name == root {
                return Stop::At(start);
            }
            match self.indent {
                Some(indent) if start - line == indent + 1 && is_line(&all[line..start]) => {
                    return Stop::At(if is_end { after } else { line });
                }
                Some(_) => {}
                None if name == &*self.name => {
                    self.turn(is_end, tag.ends_with('/'));
                    if self.depth == 0 {
                        return Stop::At(after);
                    }
                }
                None => {}
            }
            from = after;
        }
        let kept = self.indent.map_or(0, |indent| indent + 1);
        Stop::More(if last { all.len() } else { floor_char(text, all.len().saturating_sub(kept).max(at)) })
    }

    const fn turn(&mut self, is_end: bool, is_empty: bool) {
        match (is_end, is_empty) {
            (true, _) => self.depth = self.depth.saturating_sub(1),
            (false, false) => self.depth += 1,
            (false, true) => {}
        }
    }
}

fn floor_char(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

fn cut_off(span: Range<usize>, place: &str) -> Problem {
    Problem::error(bytes(span.start, span.end), format!("the file ends {place}"))
        .with_help("the export was interrupted, or the file was cut off when it was copied: export it again")
}

/// A character that XML does not allow, which PowerShell always escapes.
fn control_character(text: &str, range: Range<usize>) -> Option<Problem> {
    let is_bad = |byte: u8| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r');
    let part = text.as_bytes().get(range.clone())?;
    // Without early exits the compiler makes vector instructions of it.
    let has_bad = part.chunks(64).any(|chunk| chunk.iter().fold(false, |bad, &byte| bad | is_bad(byte)));
    if !has_bad {
        return None;
    }
    let at = range.start + part.iter().position(|&byte| is_bad(byte))?;
    let code = text.as_bytes().get(at).copied().unwrap_or_default();
    let message = format!("there is a control character (U+{code:04X}) in this record");
    Some(Problem::error(bytes(at, at + 1), message).with_help(EXPORT_AGAIN))
}
