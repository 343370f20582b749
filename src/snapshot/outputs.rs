//! The exports of one file: which command printed which objects, and how much of what its cmdlet lists that is.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::PartyId;
use crate::diagnostic::{Extent, Failure, Limit, NounId, Platform};
use crate::evidence;
use crate::format::{Command, Prompt, Said};
use crate::schema::Cmdlet;

/// What a file's name ends with while it is written, and where it holds a part only.
const PARTIAL: &str = ".partial";

/// The parameter that Exchange names in its warning of further results, in whatever language the rest is.
const RESULT_SIZE: &str = "ResultSize";

/// Objects of one noun and party that one command of the file printed.
type Printed = (NounId, Option<PartyId>, Option<usize>);

/// The exports of a file.
#[derive(Debug, Default)]
pub(super) struct Outputs {
    records: BTreeMap<Printed, u64>,
    commands: Vec<Shown>,
    /// What an error said before any command was shown.
    failure: Option<Box<str>>,
}

/// A command that the file shows, and what came of it.
#[derive(Debug)]
struct Shown {
    command: Arc<Command>,
    /// What it lists, and of whom.
    target: Option<(NounId, Option<PartyId>)>,
    records: u64,
    failure: Option<Box<str>>,
    has_more: bool,
    /// Whether another prompt follows, so that its output is whole.
    is_over: bool,
}

/// What is known of a whole file besides its text.
#[derive(Debug, Default)]
pub(super) struct File {
    /// What the manifest of the collection says.
    pub(super) collected: Option<Extent>,
    /// The name without its ending.
    pub(super) stem: String,
    /// Something in it could not be read.
    pub(super) has_errors: bool,
    /// It holds nothing at all, not even an empty list.
    pub(super) is_blank: bool,
    /// Its objects are given, as those of a lint's case, and nobody exported them.
    pub(super) is_given: bool,
}

/// An export of one noun of one party.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Export {
    pub(super) noun: NounId,
    pub(super) origin: Option<PartyId>,
    pub(super) records: u64,
    pub(super) extent: Extent,
}

impl Outputs {
    /// An object was read.
    pub(super) fn count(&mut self, noun: NounId, origin: Option<PartyId>) {
        let command = self.commands.len().checked_sub(1);
        *self.records.entry((noun, origin, command)).or_default() += 1;
        if let Some(shown) = self.commands.last_mut() {
            shown.records += 1;
        }
    }

    /// A list without objects was read.
    pub(super) fn none(&mut self, noun: NounId, origin: Option<PartyId>) {
        self.records.entry((noun, origin, self.commands.len().checked_sub(1))).or_default();
    }

    /// How many objects were read.
    pub(super) fn total(&self) -> u64 {
        self.records.values().sum()
    }

    /// Whether neither objects nor lists without objects were read.
    pub(super) fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// A prompt, maybe with a command that lists objects of somebody.
    pub(super) fn command(&mut self, command: Arc<Command>, target: Option<(NounId, Option<PartyId>)>) {
        if let Some(last) = self.commands.last_mut() {
            last.is_over = true;
        }
        if !command.text.is_empty() {
            let (failure, has_more, is_over) = (None, false, false);
            self.commands.push(Shown { command, target, records: 0, failure, has_more, is_over });
        }
    }

    /// A command failed.
    pub(super) fn failed(&mut self, said: &Said) {
        let failure = self.commands.last_mut().map_or(&mut self.failure, |shown| &mut shown.failure);
        failure.get_or_insert_with(|| said.text.clone());
    }

    /// A command warned.
    pub(super) fn warned(&mut self, said: &Said) {
        if said.text.contains(RESULT_SIZE)
            && let Some(shown) = self.commands.last_mut()
        {
            shown.has_more = true;
        }
    }

    /// All exports of the file. `cmdlet` gives the cmdlet of a noun.
    pub(super) fn exports<'c>(self, file: &File, cmdlet: impl Fn(NounId) -> &'c Cmdlet) -> Vec<Export> {
        let printed = self.records.iter().map(|(&(noun, origin, command), &records)| {
            let shown = command.and_then(|command| self.commands.get(command));
            let side = origin.map(PartyId::platform);
            let extent = extent(file, shown, self.failure.as_deref(), cmdlet(noun), side, records);
            Export { noun, origin, records, extent }
        });
        let empty = self.commands.iter().filter_map(|shown| {
            let (noun, origin) = shown.target.filter(|_| shown.records == 0)?;
            let extent = shown.without_objects(cmdlet(noun), origin.map(PartyId::platform))?;
            Some(Export { noun, origin, records: 0, extent })
        });
        printed.chain(empty).collect()
    }
}

impl Shown {
    /// What it proves that a command printed no object; `None` where that proves nothing.
    fn without_objects(&self, cmdlet: &Cmdlet, side: Option<Platform>) -> Option<Extent> {
        if let Some(failure) = &self.failure {
            return Some(Extent::Failed(Failure::Error(failure.clone())));
        }
        let is_seen = self.is_over && self.command.prompt != Prompt::None;
        if !is_seen || !evidence::prints(&self.command.text) {
            return None;
        }
        match self.by_command(cmdlet, side)? {
            Extent::Complete if cmdlet.is_never_empty => Some(Extent::Failed(Failure::NeverEmpty)),
            Extent::Complete => Some(Extent::Silent),
            extent => Some(extent),
        }
    }

    fn by_command(&self, cmdlet: &Cmdlet, side: Option<Platform>) -> Option<Extent> {
        let export = side.and_then(|side| cmdlet.export_source(side));
        evidence::extent_of_command(&self.command.text, &cmdlet.name, export)
    }
}

/// How much of what its cmdlet lists an export is.
fn extent(
    file: &File,
    shown: Option<&Shown>,
    failure: Option<&str>,
    cmdlet: &Cmdlet,
    side: Option<Platform>,
    records: u64,
) -> Extent {
    if file.is_given && !file.has_errors {
        return Extent::Complete;
    }
    if let Some(extent) = file.collected.as_ref().filter(|extent| !extent.proves_absence()) {
        return extent.clone();
    }
    if file.has_errors {
        return if records > 0 { Extent::Limited(Limit::Damaged) } else { Extent::Failed(Failure::Damaged) };
    }
    let by_command = shown.and_then(|shown| shown.by_command(cmdlet, side));
    if let Some(extent) = by_command.filter(|extent| *extent != Extent::Complete) {
        return extent;
    }
    if let Some(failure) = shown.map_or(failure, |shown| shown.failure.as_deref()) {
        return match records {
            0 => Extent::Failed(Failure::Error(failure.into())),
            _ => Extent::Limited(Limit::Partial(failure.into())),
        };
    }
    if shown.is_some_and(|shown| shown.has_more) {
        return Extent::Limited(Limit::MoreResults);
    }
    if cmdlet.result_size == Some(records) {
        return Extent::Limited(Limit::ResultSize(records));
    }
    match records {
        _ if file.stem.to_ascii_lowercase().ends_with(PARTIAL) => Extent::Limited(Limit::NamedPartial),
        0 if file.is_blank => Extent::Failed(Failure::Blank),
        0 if cmdlet.is_never_empty => Extent::Failed(Failure::NeverEmpty),
        _ => Extent::Complete,
    }
}
