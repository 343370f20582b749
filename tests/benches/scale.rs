//! How a run grows with what it judges: many relationships, connectors, domains, address spaces and mailboxes, each
//! from bytes to outcomes by all built-in lints. One element is one object; the time for one stays the same.

mod config;

use criterion::{BenchmarkId, Criterion, Throughput};
use freebusy_lint::engine::{Engine, Judgement};
use freebusy_lint::lint::{Lint, load_embedded};
use freebusy_lint::schema::Registry;
use freebusy_lint::snapshot::{Ingest, IngestOptions};
use freebusy_lint::source::Sources;
use jiff::Timestamp;

use config::{Export, Shape};

fn main() {
    let mut criterion = Criterion::default().sample_size(10).configure_from_args();
    let registry = Registry::embedded().expect("schemas are right");
    let lints = load_embedded(registry, &mut Sources::default()).lints;
    for shape in Shape::ALL {
        let mut group = criterion.benchmark_group(shape.name());
        for count in [1_000, 10_000] {
            let exports = config::exports(shape, count);
            group.throughput(Throughput::Elements(count as u64));
            let id = BenchmarkId::from_parameter(count);
            group.bench_function(id, |bencher| bencher.iter(|| run(registry, &lints, &exports)));
        }
        group.finish();
    }
    criterion.final_summary();
}

fn run(registry: &'static Registry, lints: &[Lint], exports: &[Export]) -> Judgement {
    let mut engine = Engine::new(registry, lints, Timestamp::UNIX_EPOCH);
    let retention = engine.retention();
    let mut ingest =
        Ingest::new(registry, &retention, IngestOptions::default(), Sources::default(), |record| {
            engine.record(record);
        });
    for export in exports {
        ingest.read(&export.path, None, export.text.as_bytes());
    }
    let Ingest { snapshot, sources, .. } = ingest;
    engine.finish(snapshot.view(), &sources)
}
