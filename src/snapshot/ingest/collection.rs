//! What a collecting script says of its exports, and what lists of recipients say of themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use super::{Ingest, split_path};
use crate::diagnostic::{
    Diagnostic, Extent, InputStatus, InputSummary, Platform, Problem, RecordCount, Selection,
};
use crate::evidence::{self, Collected, CollectedError, Manifest};
use crate::format::Format;
use crate::schema::{Cmdlet, NounId};
use crate::snapshot::{PartyId, Record, Shown};
use crate::source::{Encoding, SourceId};

/// What a collecting script has left in a folder besides exports.
#[derive(Default)]
pub(super) struct Collection {
    /// With its source and its place among the inputs.
    manifest: Option<(Manifest, SourceId, usize)>,
    errors: BTreeMap<String, Vec<CollectedError>>,
}

/// One of the files in which a collecting script says how its exports ended.
enum Part {
    Manifest(Manifest),
    Errors(BTreeMap<String, Vec<CollectedError>>),
}

impl<F: FnMut(&Record)> Ingest<'_, F> {
    /// Whether an input may say how a collection of exports went. Such inputs come before the others, by
    /// [`Ingest::collection`].
    #[must_use]
    pub fn is_of_collection(&self, path: &str) -> bool {
        [evidence::MANIFEST_FILE, evidence::ERRORS_FILE].contains(&split_path(path).1)
    }

    /// Reads what a collecting script says of its exports. An input that is another file after all is read with the
    /// others; else it is done with.
    pub fn collection(&mut self, path: &str, mut reader: impl Read) {
        let mut bytes = Vec::new();
        // What cannot be read is told of when it is its turn.
        if reader.read_to_end(&mut bytes).is_ok() && self.collected_by(path, &bytes) {
            self.taken.insert(path.to_owned());
        }
    }

    /// Whether the bytes are a `manifest.json` or `errors.json`.
    fn collected_by(&mut self, path: &str, bytes: &[u8]) -> bool {
        let (folder, name) = split_path(path);
        let at = self.inputs.len();
        let read = match name {
            evidence::MANIFEST_FILE => Manifest::parse(bytes).map(|manifest| manifest.map(Part::Manifest)),
            evidence::ERRORS_FILE => evidence::collected_errors(bytes).map(|errors| errors.map(Part::Errors)),
            _ => return false,
        };
        match read {
            Ok(None) => return false,
            Ok(Some(Part::Manifest(manifest))) => {
                let source = self.sources.add(path);
                self.collection_in(folder).manifest = Some((manifest, source, at));
            }
            Ok(Some(Part::Errors(errors))) => {
                self.sources.add(path);
                self.collection_in(folder).errors = errors;
            }
            Err(error) => {
                self.sources.add(path);
                let problem = Problem::InvalidManifest { what: error.to_string().into() };
                self.problems.push(Diagnostic::problem(problem).with_path(path));
            }
        }
        self.inputs.push(InputSummary {
            path: path.to_owned(),
            format: Some(Format::Json.name()),
            encoding: Some(Encoding::Utf8.name()),
            records: Vec::new(),
            unrecognized: 0,
            status: InputStatus::Read,
        });
        true
    }

    fn collection_in(&mut self, folder: &str) -> &mut Collection {
        self.collections.entry(folder.to_owned()).or_default()
    }

    /// What the manifest beside a file says of it.
    pub(super) fn collected(&self, path: &str) -> Option<Extent> {
        let (folder, name) = split_path(path);
        let Collection { manifest, errors } = self.collections.get(folder)?;
        let (manifest, ..) = manifest.as_ref()?;
        let export = manifest.of_file(name)?;
        Some(manifest.extent(export, errors.get(&export.name).and_then(|errors| errors.first())))
    }

    pub(super) fn failed_exports(&mut self) {
        let collections = std::mem::take(&mut self.collections);
        let mut manifests: Vec<_> = collections
            .into_values()
            .filter_map(|Collection { manifest, errors }| {
                let (manifest, source, at) = manifest?;
                Some((at, source, manifest, errors))
            })
            .collect();
        manifests.sort_by_key(|(at, ..)| *at);
        for (at, source, manifest, errors) in manifests {
            for export in manifest.failed() {
                let first = errors.get(&export.name).and_then(|errors| errors.first());
                self.failed_export(export, manifest.side, manifest.extent(export, first), (at, source));
            }
        }
    }

    fn failed_export(
        &mut self,
        export: &Collected,
        side: Option<Platform>,
        extent: Extent,
        (at, source): (usize, SourceId),
    ) {
        let is_its = |cmdlet: &Cmdlet| cmdlet.name.eq_ignore_ascii_case(&export.cmdlet);
        let Some((noun, cmdlet)) = self.registry.iter().find(|(_, cmdlet)| is_its(cmdlet)) else { return };
        let side = side.or(match cmdlet.sides.as_slice() {
            [only] => Some(*only),
            _ => None,
        });
        let origin = side.map(|side| self.snapshot.party_on(side));
        if let Some(input) = self.inputs.get_mut(at) {
            let (cmdlet, extent) = (cmdlet.name.clone(), extent.clone());
            input.records.push(RecordCount { side, cmdlet, records: 0, extent });
        }
        self.snapshot.mark_exported(
            origin,
            noun,
            Shown { source, input: Some(at), records: 0, extent, is_given: false },
        );
    }

    /// Whoever looks for one person exports one mailbox and one mail user: where a party has no list of recipients that
    /// is longer, none of its lists is taken for whole.
    pub(super) fn single_recipients(&mut self) {
        let is_list = |noun: NounId| self.registry.cmdlet(noun).result_size.is_some();
        let longer: BTreeSet<PartyId> = self
            .snapshot
            .exports()
            .filter(|(noun, _, shown)| is_list(*noun) && shown.records > 1)
            .map(|(_, party, _)| party)
            .collect();
        let registry = self.registry;
        for (noun, party, shown) in self.snapshot.exports_mut() {
            let cmdlet = registry.cmdlet(noun);
            let is_single = cmdlet.result_size.is_some() && shown.records == 1 && !shown.is_given;
            if !is_single || longer.contains(&party) || shown.extent != Extent::Complete {
                continue;
            }
            shown.extent = Extent::Selected(Selection::One);
            let input = shown.input.and_then(|input| self.inputs.get_mut(input));
            let counts = input.into_iter().flat_map(|input| &mut input.records);
            for count in
                counts.filter(|count| count.cmdlet == cmdlet.name && count.side == Some(party.platform()))
            {
                count.extent = shown.extent.clone();
            }
        }
    }
}
