//! Prefixes that neighboring lines share: quote marks, bullets, numbers, times.

use super::draft::Edit;

/// Fewer lines with a bullet, a number or a time are no list.
const MIN_LINES: usize = 3;

/// A kind of prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Prefix {
    /// `> `, `>> `, `> > `
    Quote,
    /// `- `, `* `, `• `
    Bullet(char),
    /// `1. `, `12: `, `3) `
    Number,
    /// `10:11:12 `, `[2026-11-23 10:11] `
    Time,
}

/// A line with its prefix.
struct Line<'t> {
    start: usize,
    content: &'t str,
    prefix: Option<(Prefix, usize)>,
}

pub(super) fn edits(text: &str) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut run: Vec<Line<'_>> = Vec::new();
    let mut is_after_prompt = false;
    let mut start = 0;
    for whole in text.split_inclusive('\n') {
        let content = whole.trim_end();
        let line = Line { start, content, prefix: prefix(content) };
        start += whole.len();
        let kind = |line: &Line<'_>| line.prefix.map(|(prefix, _)| prefix);
        if run.last().is_none_or(|last| kind(last) != kind(&line)) {
            end_run(&mut run, is_after_prompt, &mut edits);
            is_after_prompt = run.last().is_some_and(|last| is_prompt(last.content));
            run.clear();
        }
        run.push(line);
    }
    end_run(&mut run, is_after_prompt, &mut edits);
    edits
}

/// Takes the prefixes off a run of lines that share one, if it looks like one that was put there.
fn end_run(run: &mut [Line<'_>], is_after_prompt: bool, edits: &mut Vec<Edit>) {
    let Some((kind, _)) = run.first().and_then(|line| line.prefix) else { return };
    let is_put_there = match kind {
        // PowerShell shows `>> ` where a command goes on in the next line.
        Prefix::Quote => !is_after_prompt,
        Prefix::Bullet(_) | Prefix::Number | Prefix::Time => {
            let printed = run.iter().filter(|line| is_printed(line.rest())).count();
            run.len() >= MIN_LINES && printed * 2 >= run.len()
        }
    };
    if !is_put_there {
        return;
    }
    let prefixes = run.iter().filter_map(|line| Some(line.start..line.start + line.prefix?.1));
    edits.extend(prefixes.filter(|range| !range.is_empty()).map(Edit::delete));
}

impl<'t> Line<'t> {
    fn rest(&self) -> &'t str {
        self.content.get(self.prefix.map_or(0, |(_, length)| length)..).unwrap_or_default()
    }
}

/// Whether a line looks like one that a console printed, or like none at all.
fn is_printed(line: &str) -> bool {
    line.is_empty() || line.contains(" :") || line.starts_with("  ") || is_prompt(line) || line.contains(": ")
}

fn is_prompt(line: &str) -> bool {
    line.starts_with("[PS] ") || line.starts_with("PS ") || line.starts_with("PS>")
}

/// The prefix of a line, with its length in bytes.
fn prefix(line: &str) -> Option<(Prefix, usize)> {
    quote(line)
        .map(|length| (Prefix::Quote, length))
        .or_else(|| bullet(line))
        .or_else(|| number(line).map(|length| (Prefix::Number, length)))
        .or_else(|| time(line).map(|length| (Prefix::Time, length)))
}

/// Blanks between quote marks, and one behind them.
fn quote(line: &str) -> Option<usize> {
    let indent = line.len() - line.trim_start_matches(' ').len();
    let rest = line.get(indent..)?;
    if indent > 3 || !rest.starts_with('>') {
        return None;
    }
    let marks = rest.len() - rest.trim_start_matches(['>', ' ']).len();
    // Further blanks are the text's own.
    let last = rest.get(..marks)?.rfind('>')? + 1;
    Some(indent + last + usize::from(rest.get(last..).is_some_and(|rest| rest.starts_with(' '))))
}

fn bullet(line: &str) -> Option<(Prefix, usize)> {
    let indent = line.len() - line.trim_start_matches(' ').len();
    let rest = line.get(indent..)?;
    let mark = rest.chars().next().filter(|c| "-*+•–·▪◦".contains(*c))?;
    let after = rest.get(mark.len_utf8()..)?;
    let is_alone = after.is_empty();
    (is_alone || after.starts_with(' '))
        .then(|| (Prefix::Bullet(mark), indent + mark.len_utf8() + usize::from(!is_alone)))
}

fn number(line: &str) -> Option<usize> {
    let indent = line.len() - line.trim_start_matches(' ').len();
    let rest = line.get(indent..)?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let after = rest.get(digits..)?;
    if !(1..=5).contains(&digits) || !after.starts_with(['.', ')', ':', '|']) {
        return None;
    }
    let blank = after.get(1..)?;
    (blank.is_empty() || blank.starts_with(' ')).then(|| indent + digits + 1 + usize::from(!blank.is_empty()))
}

/// A time, a date, or both, perhaps in brackets, and one blank.
fn time(line: &str) -> Option<usize> {
    let bracket = usize::from(line.starts_with(['[', '(']));
    let rest = line.get(bracket..)?;
    let length = rest.find(|c: char| !(c.is_ascii_digit() || ":.-/T ,Z+".contains(c))).unwrap_or(rest.len());
    let stamp = rest.get(..length)?.trim_end_matches([' ', '-', ',']);
    let after = rest.get(stamp.len()..)?;
    let noon = [" AM", " PM"].iter().find(|noon| after.starts_with(*noon)).map_or(0, |noon| noon.len());
    let after = after.get(noon..)?;
    let closing = usize::from(bracket > 0 && after.starts_with([']', ')']));
    if closing != bracket || !has_time(stamp) {
        return None;
    }
    let after = after.get(closing..)?;
    let blank = usize::from(after.starts_with(' '));
    (blank > 0 || after.is_empty()).then_some(bracket + stamp.len() + noon + closing + blank)
}

/// Whether there is `10:11` or `10:11:12` in it, beside at most a date.
fn has_time(stamp: &str) -> bool {
    let is_clock = |word: &str| {
        let digits =
            |part: &str| !part.is_empty() && part.len() <= 2 && part.bytes().all(|c| c.is_ascii_digit());
        let clock = word.split(['.', 'Z', '+']).next().unwrap_or_default();
        let parts: Vec<&str> = clock.split(':').collect();
        matches!(parts.len(), 2 | 3) && parts.into_iter().all(digits)
    };
    stamp.split([' ', 'T']).any(is_clock)
}
