//! What lints cost: an export read, with and without the lints of working hours over it, a record that is already
//! there, one that is kept, and one that nobody knows. One element is one record.

mod workload;

use criterion::{BatchSize, Criterion, Throughput};
use freebusy_lint::diagnostic::Scope;
use freebusy_lint::engine::Engine;
use freebusy_lint::lint::{Lint, load_embedded};
use freebusy_lint::schema::Registry;
use freebusy_lint::snapshot::{Ingest, IngestOptions, Record, Retention, Snapshot};
use freebusy_lint::source::Sources;
use jiff::Timestamp;
use workload::{BYTES, Export, Form, export};

/// A few hundred records.
const PREPARED_BYTES: usize = 512 << 10;

const LINTS: [&str; 4] =
    ["workdays-none", "workhours-start-after-end", "workhours-timezone-empty", "workhours-timezone-unknown"];

fn main() {
    let mut criterion = workload::criterion();
    let registry = Registry::embedded().expect("schemas are right");
    let mut lints = load_embedded(registry, &mut Sources::default()).lints;
    lints.retain(|lint| LINTS.contains(&lint.id.as_str()));
    assert_eq!(lints.len(), LINTS.len());
    for form in Form::ALL {
        inputs(&mut criterion, registry, &lints, form);
    }
    records(&mut criterion, registry, &lints);
    kept(&mut criterion, registry);
    unrecognized(&mut criterion, registry);
    criterion.final_summary();
}

/// From bytes to outcomes.
fn inputs(criterion: &mut Criterion, registry: &'static Registry, lints: &[Lint], form: Form) {
    let export = export(form, BYTES, true);
    let mut group = criterion.benchmark_group(form.name());
    group.throughput(Throughput::Elements(export.records));
    group.bench_function("read", |bencher| bencher.iter(|| run(registry, &[], &export)));
    group.bench_function("read and lint", |bencher| {
        bencher.iter(|| {
            let findings = run(registry, lints, &export);
            assert_eq!(findings as u64, (export.records + 62) / 100);
        });
    });
    group.finish();
}

/// The number of findings.
fn run(registry: &'static Registry, lints: &[Lint], export: &Export) -> usize {
    let mut engine = Engine::new(registry, lints, Timestamp::UNIX_EPOCH);
    let retention = engine.retention();
    let snapshot_and_sources = ingest(registry, &retention, export, |record| engine.record(record));
    let (snapshot, sources) = snapshot_and_sources;
    engine.finish(snapshot.view(), &sources).findings.len()
}

fn ingest(
    registry: &'static Registry,
    retention: &Retention,
    export: &Export,
    on_record: impl FnMut(&Record),
) -> (Snapshot, Sources) {
    let (options, sources) = (IngestOptions::default(), Sources::default());
    let mut ingest = Ingest::new(registry, retention, options, sources, on_record);
    ingest.read("cloud/Get-MailboxCalendarConfiguration", None, export.text.as_bytes());
    assert_eq!(ingest.inputs[0].records[0].records, export.records);
    (ingest.snapshot, ingest.sources)
}

/// Records of which a large file leaves a copy: as fast on one line as on many.
fn kept(criterion: &mut Criterion, registry: &'static Registry) {
    let noun = registry.find("MailboxCalendarConfiguration").expect("a known noun");
    let mut retention = Retention::nothing(registry);
    retention.keep(registry, noun);
    let mut group = criterion.benchmark_group("record kept");
    for form in [Form::Json, Form::CompactJson] {
        let export = export(form, BYTES, true);
        group.throughput(Throughput::Elements(export.records));
        group.bench_function(form.name(), |bencher| {
            bencher.iter(|| ingest(registry, &retention, &export, |_| {}));
        });
    }
    group.finish();
}

/// Records of no cmdlet.
fn unrecognized(criterion: &mut Criterion, registry: &'static Registry) {
    const ROWS: u64 = 200_000;
    let text = format!("\"Name\",\"Alias\"\n{}", "x,\n".repeat(ROWS as usize));
    let retention = Retention::nothing(registry);
    let mut group = criterion.benchmark_group("record of no cmdlet");
    group.throughput(Throughput::Elements(ROWS));
    group.bench_function("CSV", |bencher| {
        bencher.iter(|| {
            let (options, sources) = (IngestOptions::default(), Sources::default());
            let mut ingest = Ingest::new(registry, &retention, options, sources, |_| {});
            ingest.read("export.csv", None, text.as_bytes());
            assert_eq!(ingest.inputs[0].unrecognized, ROWS);
        });
    });
    group.finish();
}

/// Judging alone: records without a fault, and with one.
fn records(criterion: &mut Criterion, registry: &'static Registry, lints: &[Lint]) {
    let noun = registry.find("MailboxCalendarConfiguration").expect("a known noun");
    let mut retention = Retention::nothing(registry);
    retention.keep(registry, noun);
    let export = export(Form::Json, PREPARED_BYTES, true);
    let (snapshot, _) = ingest(registry, &retention, &export, |_| {});
    let (mut sound, mut faulty): (Vec<&Record>, Vec<&Record>) = (Vec::new(), Vec::new());
    for (index, record) in snapshot.view().records(Scope::Both, noun).into_iter().enumerate() {
        if index % 100 == 37 { faulty.push(record) } else { sound.push(record) }
    }
    let mut group = criterion.benchmark_group("record in memory");
    for (name, records) in [("sound", sound), ("faulty", faulty)] {
        group.throughput(Throughput::Elements(records.len() as u64));
        group.bench_function(name, |bencher| {
            let engine = || Engine::new(registry, lints, Timestamp::UNIX_EPOCH);
            bencher.iter_batched_ref(
                engine,
                |engine| records.iter().for_each(|record| engine.record(record)),
                BatchSize::SmallInput,
            );
        });
    }
    group.finish();
}
