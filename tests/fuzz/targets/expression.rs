//! Text as an expression; what compiles is evaluated over a small snapshot.

#![no_main]

use std::sync::LazyLock;

use freebusy_lint::diagnostic::Platform;
use freebusy_lint::lint::expression::{Compiler, Evaluator};
use freebusy_lint::schema::Registry;
use freebusy_lint::snapshot::{Ingest, IngestOptions, Retention, Snapshot};
use freebusy_lint::source::Sources;
use jiff::Timestamp;

const OBJECTS: &str = r#"[
 {"Name": "a", "DomainNames": ["contoso.com", "fabrikam.com..."], "Enabled": true, "TargetSharingEpr": null,
  "FreeBusyAccessLevel": 1, "TargetApplicationUri": "outlook.com", "WhenChanged": "2026-01-01T00:00:00Z"},
 {"Name": "b", "DomainNames": [], "Enabled": "@{x=}", "TargetAutodiscoverEpr": "https://autodiscover.contoso.com/x"}
]"#;

static SNAPSHOT: LazyLock<Snapshot> = LazyLock::new(|| {
    let registry = Registry::embedded().expect("schemas are right");
    let noun = registry.find("OrganizationRelationship").expect("a noun");
    let mut retention = Retention::nothing(registry);
    retention.keep(registry, noun);
    let mut ingest = Ingest::new(registry, &retention, IngestOptions::default(), Sources::default(), |_| {});
    ingest.read_as("x.json", Some(Platform::Cloud), Some(noun), OBJECTS.as_bytes());
    ingest.snapshot
});

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let registry = Registry::embedded().expect("schemas are right");
    match Compiler::new(registry).compile(text) {
        Ok((expression, _)) => {
            let as_of: Timestamp = "2026-11-23T00:00:00Z".parse().expect("a day");
            let mut evaluator = Evaluator::new(SNAPSHOT.view(), as_of);
            if let Ok(value) = evaluator.value(&expression) {
                let _ = value.to_string();
            }
            let _ = evaluator.reads_of(&expression);
        }
        Err(mistakes) => {
            for mistake in mistakes {
                assert!(mistake.range.end <= text.len() && text.is_char_boundary(mistake.range.start));
            }
        }
    }
});
