//! Text as a lint file; what loads is run over its own cases.

#![no_main]

use std::sync::Arc;

use freebusy_lint::engine::run_case;
use freebusy_lint::lint::load_text;
use freebusy_lint::schema::Registry;
use freebusy_lint::source::{Sources, Text};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let registry = Registry::embedded().expect("schemas are right");
    let path = "sharing/fuzzed.toml";
    let source = Sources::default().add(path);
    match load_text(registry, path, Arc::new(Text::whole(source, text.to_owned())), true) {
        Ok(lint) => {
            for case in &lint.cases(registry) {
                let _ = run_case(registry, &lint, case).difference(case);
            }
        }
        Err(mistakes) => {
            assert!(!mistakes.is_empty(), "refused without a reason");
            for label in mistakes.iter().flat_map(|mistake| &mistake.labels) {
                assert!(label.range.end <= text.len(), "{:?} is no part of the file", label.range);
            }
        }
    }
});
