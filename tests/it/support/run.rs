//! Runs over exports with all built-in lints, within the process.

use std::sync::LazyLock;

use freebusy_lint::diagnostic::Run;
use freebusy_lint::engine::{Engine, Judgement};
use freebusy_lint::lint::{Lint, Lints, load_embedded};
use freebusy_lint::schema::Registry;
use freebusy_lint::snapshot::{Ingest, IngestOptions, Record};
use freebusy_lint::source::Sources;
use jiff::civil::Date;
use jiff::tz::Offset;

/// The built-in lints, what is wrong with their files, and these files. Reading and checking them takes longer than to
/// judge a small snapshot.
pub(crate) static EMBEDDED: LazyLock<(Lints, Sources)> = LazyLock::new(|| {
    let mut sources = Sources::default();
    let lints = load_embedded(Registry::embedded().unwrap(), &mut sources);
    (lints, sources)
});

/// The built-in lints.
pub(crate) static LINTS: LazyLock<&[Lint]> = LazyLock::new(|| &EMBEDDED.0.lints);

/// What reads the exports.
pub(crate) type Reader<'a> = Ingest<'a, &'a mut dyn FnMut(&Record)>;

/// Judges by a day what `read` reads.
pub(crate) fn run(as_of: &str, read: impl FnOnce(&mut Reader<'_>)) -> Run {
    let registry = Registry::embedded().unwrap();
    let day: Date = as_of.parse().unwrap();
    let mut engine = Engine::new(registry, &LINTS, Offset::UTC.to_timestamp(day.at(0, 0, 0, 0)).unwrap());
    let retention = engine.retention();
    let mut on_record = |record: &Record| engine.record(record);
    let mut ingest: Reader<'_> =
        Ingest::new(registry, &retention, IngestOptions::default(), Sources::default(), &mut on_record);
    read(&mut ingest);
    let Ingest { snapshot, inputs, problems, sources, .. } = ingest;
    let Judgement { lints, findings, paths } = engine.finish(snapshot.view(), &sources);
    let as_of = as_of.to_owned();
    Run { as_of, sources, inputs, lints, findings, suppressed: Vec::new(), problems, paths }
}
