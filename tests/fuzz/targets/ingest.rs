//! Bytes of a file to a report: encodings, formats, identification, coercion, all lints, both reports.

#![no_main]

use std::sync::LazyLock;

use freebusy_lint::diagnostic::{Platform, Run};
use freebusy_lint::engine::{Engine, Judgement};
use freebusy_lint::lint::{Lint, load_embedded};
use freebusy_lint::report::{HumanOptions, ReportFormat, write};
use freebusy_lint::schema::Registry;
use freebusy_lint::snapshot::{Ingest, IngestOptions, Ingested};
use freebusy_lint::source::Sources;
use jiff::Timestamp;

static LINTS: LazyLock<Vec<Lint>> = LazyLock::new(|| {
    let registry = Registry::embedded().expect("schemas are right");
    load_embedded(registry, &mut Sources::default()).lints
});

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((&size, bytes)) = data.split_first() else { return };
    let registry = Registry::embedded().expect("schemas are right");
    let as_of: Timestamp = "2026-11-23T00:00:00Z".parse().expect("a day");
    let mut engine = Engine::new(registry, &LINTS, as_of);
    let retention = engine.retention();
    let options = IngestOptions { block_bytes: usize::from(size) * 16 + 1 };
    let mut ingest =
        Ingest::new(registry, &retention, options, Sources::default(), |record| engine.record(record));
    // The same bytes as both sides, and as a file that says nothing.
    ingest.read("onprem/input.json", Some(Platform::OnPrem), bytes);
    ingest.read("cloud/input.json", Some(Platform::Cloud), bytes);
    ingest.read("input", None, bytes);
    let Ingested { snapshot, inputs, problems, sources } = ingest.finish();
    let Judgement { lints, findings, paths } = engine.finish(snapshot.view(), &sources);
    let run = Run {
        as_of: "2026-11-23".into(),
        inputs,
        lints,
        findings,
        problems,
        sources,
        paths,
        ..Run::default()
    };
    for format in [ReportFormat::Human, ReportFormat::Json] {
        write(&run, format, &HumanOptions::default(), &mut std::io::sink()).expect("a sink takes all");
    }
});
