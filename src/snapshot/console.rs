//! What a console's text says around its objects: which command printed them, which side they are from, what was
//! passed over.
//!
//! Of what says the side, the nearest counts: the prefix of a cmdlet (`Get-EOMailbox`) and words behind a command
//! (`(Exchange Online)`), then a caption (`Cloud:`), which holds until the next one or until another shell begins. The
//! Exchange Management Shell connects to on-premises servers only; its prompt says less than a path, since one may
//! load a session of Exchange Online into it. What the objects themselves say comes before all of that, and what
//! objects of one shell say, all alike, holds for the others of that shell.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::identify::{self, Hint};
use crate::diagnostic::{Diagnostic, Label, Platform, Problem};
use crate::format::{Bytes, Command, Prompt, Remark, Said, Skipped};
use crate::schema::Registry;
use crate::source::Text;

/// A caption has no more words; longer text may speak of anything.
const MAX_CAPTION_WORDS: usize = 8;

/// A caption without a colon has no more words.
const MAX_HEADING_WORDS: usize = 3;

/// Characters of context in the excerpt of what was passed over.
const EXCERPT_MARGIN: usize = 160;

/// More places are not listed.
const MAX_PLACES: usize = 8;

/// What a file's text has said so far.
#[derive(Default)]
pub(super) struct Console {
    /// What the last command says of the objects behind it.
    hint: Option<Hint>,
    /// The side that the last command says.
    command_side: Option<Platform>,
    /// The side that the last caption says.
    caption_side: Option<Platform>,
    prompt: Option<Prompt>,
    /// How many sessions have begun that the text shows.
    sessions: u32,
    /// The side that objects of a shell have told, `None` where they contradict.
    told: Vec<(Shell, Option<Platform>)>,
    skipped: BTreeMap<Skipped, Passed>,
}

/// A shell of a session.
type Shell = (u32, Option<Prompt>);

/// What was passed over of one kind.
struct Passed {
    label: Label,
    /// First and last lines, in order.
    lines: Vec<(u32, u32)>,
}

impl Console {
    /// Takes in what the text says.
    pub(super) fn remark(&mut self, registry: &Registry, text: &Arc<Text>, remark: Remark) {
        match remark {
            Remark::Command(command) => self.command(registry, &command),
            Remark::Caption(caption) => self.caption(&caption),
            Remark::Skipped(kind, span) => self.skip(kind, text, span),
            Remark::Transcript(_) => {
                self.sessions += 1;
                (self.prompt, self.caption_side, self.command_side, self.hint) = (None, None, None, None);
            }
            Remark::Failed(_) | Remark::Warning(_) | Remark::Embedded(..) => {}
        }
    }

    fn command(&mut self, registry: &Registry, command: &Command) {
        if command.prompt != Prompt::None && self.prompt.as_ref() != Some(&command.prompt) {
            self.prompt = Some(command.prompt.clone());
            self.caption_side = None;
        }
        if let Some(side) = connects(command) {
            self.sessions += 1;
            side.into_iter().for_each(|side| self.tell(side));
        }
        let said = identify::command(registry, &command.text);
        (self.hint, self.command_side) = (said.hint, said.side);
    }

    fn caption(&mut self, caption: &Said) {
        let text = &*caption.text;
        let words = text.split_whitespace().count();
        let is_heading =
            text.ends_with(':') || text.starts_with(['#', '=', '*']) || words <= MAX_HEADING_WORDS;
        if words <= MAX_CAPTION_WORDS && is_heading {
            self.caption_side = identify::side_of_name(text).or(self.caption_side);
        }
    }

    /// What the last command says of the cmdlet.
    pub(super) const fn hint(&self) -> Option<Hint> {
        self.hint
    }

    /// The side by the text next to an object.
    pub(super) fn near_side(&self) -> Option<Platform> {
        self.command_side.or(self.caption_side)
    }

    /// The side by the shell that an object was printed in.
    pub(super) fn shell_side(&self) -> Option<Platform> {
        let by_prompt = match &self.prompt {
            Some(Prompt::ManagementShell) => Some(Platform::OnPrem),
            _ => None,
        };
        by_prompt.or_else(|| {
            let shell = self.shell()?;
            self.told.iter().find(|(told, _)| *told == shell)?.1
        })
    }

    /// The present shell; `None` in a text that shows none.
    fn shell(&self) -> Option<Shell> {
        (self.prompt.is_some() || self.sessions > 0).then(|| (self.sessions, self.prompt.clone()))
    }

    /// An object of the present shell tells its side itself.
    pub(super) fn tell(&mut self, side: Platform) {
        let Some(shell) = self.shell() else { return };
        match self.told.iter_mut().find(|(told, _)| *told == shell) {
            Some((_, told)) => *told = told.filter(|told| *told == side),
            None => self.told.push((shell, Some(side))),
        }
    }

    /// The same with nothing said but what objects of each shell have told.
    pub(super) fn told(self) -> Self {
        Self { told: self.told, ..Self::default() }
    }

    fn skip(&mut self, kind: Skipped, text: &Arc<Text>, span: Bytes) {
        let location = text.locate(span.range());
        let lines = (location.start.line, location.end.line);
        let Some(passed) = self.skipped.get_mut(&kind) else {
            let (excerpt, ranges) = text.excerpt(&[span.range()], EXCERPT_MARGIN, EXCERPT_MARGIN);
            let range = ranges.into_iter().next().unwrap_or(0..0);
            let label = Label::new(Arc::new(excerpt), range, "", true);
            self.skipped.insert(kind, Passed { label, lines: vec![lines] });
            return;
        };
        match passed.lines.last_mut() {
            Some(last) if last.1 + 1 >= lines.0 => last.1 = lines.1,
            _ => passed.lines.push(lines),
        }
    }

    /// What was passed over, a diagnostic a kind.
    pub(super) fn skipped(self) -> impl Iterator<Item = Diagnostic> {
        self.skipped.into_iter().map(|(kind, passed)| {
            let (what, help) = match kind {
                Skipped::Prose => (
                    "text between the objects is passed over",
                    "see whether it says that objects are lacking",
                ),
                Skipped::Table => (
                    "a table is passed over, since its columns cannot be told apart",
                    "export with `… | Export-Clixml -Depth 6 file.xml`; for text, with `… | Format-List > file.txt`",
                ),
            };
            let what = format!("{what}{}", places(&passed.lines)).into();
            Diagnostic::problem(Problem::Irregular { what }).with_label(passed.label).with_help(help)
        })
    }
}

/// Whether a command begins another session in the shell, and the side that it connects to. With a prefix, the cmdlets of
/// before stay.
fn connects(command: &Command) -> Option<Option<Platform>> {
    let pipelines = command.pipelines();
    let stage = pipelines.iter().flatten().find(|stage| {
        ["Connect-ExchangeOnline", "Connect-EXOPSSession", "Enter-PSSession", "Import-PSSession"]
            .iter()
            .any(|name| stage.name.eq_ignore_ascii_case(name))
    })?;
    let is_online = stage.name.get(..10).is_some_and(|verb| verb.eq_ignore_ascii_case("Connect-EX"));
    (!stage.has("Prefix")).then_some(is_online.then_some(Platform::Cloud))
}

/// ` (lines 3, 7-9)`; nothing where there is but the one that is shown.
fn places(lines: &[(u32, u32)]) -> String {
    if let [(first, last)] = lines
        && first == last
    {
        return String::new();
    }
    let shown = lines
        .iter()
        .take(MAX_PLACES)
        .map(|(first, last)| if first == last { first.to_string() } else { format!("{first}-{last}") });
    let mut all = shown.collect::<Vec<_>>().join(", ");
    if lines.len() > MAX_PLACES {
        all.push_str(", …");
    }
    format!(" (lines {all})")
}
