//! Throughput of the readers, beside what else could read the same bytes: `serde_json` into its tree, and the bare
//! events of `quick-xml`.

mod workload;

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use freebusy_lint::format::{Step, Tape, detect};
use quick_xml::events::Event;
use workload::{BYTES, Export, Form, export};

fn main() {
    let mut criterion = workload::criterion();
    for form in Form::ALL {
        readers(&mut criterion, form);
    }
    criterion.final_summary();
}

fn readers(criterion: &mut Criterion, form: Form) {
    let export = export(form, BYTES, true);
    let mut group = criterion.benchmark_group(form.name());
    group.throughput(Throughput::Bytes(export.text.len() as u64));
    group.bench_function("freebusy-lint", |bencher| bencher.iter(|| read(&export)));
    match form {
        Form::Json | Form::CompactJson | Form::WindowsJson => {
            group.bench_function("serde_json::Value", |bencher| bencher.iter(|| parse_tree(&export)));
        }
        Form::CliXml | Form::ConvertToXml => {
            group.bench_function("quick-xml events", |bencher| bencher.iter(|| count_events(&export)));
        }
    }
    group.finish();
}

/// Reads all records onto one tape, as a run does.
fn read(export: &Export) {
    let format = detect(&export.text).expect("a known format").expect("not empty");
    let (mut reader, mut tape, mut at, mut records) = (format.reader(), Tape::default(), 0, 0);
    loop {
        match reader.next(&export.text, &mut at, true, &mut tape) {
            Step::Record { .. } => records += 1,
            step => {
                assert!(matches!(step, Step::Done), "{step:?}");
                break;
            }
        }
        black_box(tape.nodes());
    }
    assert_eq!(records, export.records);
}

fn parse_tree(export: &Export) {
    let tree: serde_json::Value = serde_json::from_str(black_box(&export.text)).expect("well-formed JSON");
    assert_eq!(tree.as_array().map(Vec::len), usize::try_from(export.records).ok());
}

fn count_events(export: &Export) {
    let mut reader = quick_xml::Reader::from_str(black_box(&export.text));
    let mut events = 0;
    while !matches!(reader.read_event().expect("well-formed XML"), Event::Eof) {
        events += 1;
    }
    assert!(events > export.records);
}
