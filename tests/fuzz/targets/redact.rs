//! Any bytes through redaction: the same whatever the steps they are read in, and JSON for JSON.

#![no_main]

use std::io::Read;
use std::sync::LazyLock;

use freebusy_lint::redact::Redactor;
use freebusy_lint::schema::Registry;

/// Without pseudonyms yet; reading all lints takes longer than a run.
static FRESH: LazyLock<Redactor> =
    LazyLock::new(|| Redactor::new(Registry::embedded().expect("schemas are right")));

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((&step, bytes)) = data.split_first() else { return };
    let whole = redacted(bytes, bytes.len().max(1));
    assert_eq!(redacted(bytes, usize::from(step).max(1)), whole, "steps of {step} bytes");
    // Of other values nothing tells that they are JSON, and they are struck out.
    let is_export = matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'['));
    if is_export && is_json(bytes) {
        assert!(is_json(&whole), "no JSON: {}", String::from_utf8_lossy(&whole));
    }
});

fn is_json(bytes: &[u8]) -> bool {
    serde_json::from_slice::<serde_json::Value>(bytes).is_ok()
}

fn redacted(bytes: &[u8], step: usize) -> Vec<u8> {
    let mut redactor = FRESH.clone();
    let mut reader = redactor.redact(Steps { rest: bytes, step }).expect("bytes can be read");
    let (mut out, mut buffer) = (Vec::new(), vec![0; step]);
    loop {
        match reader.read(&mut buffer).expect("bytes can be read on") {
            0 => return out,
            count => out.extend(&buffer[..count]),
        }
    }
}

/// Reads a few bytes at a time.
struct Steps<'a> {
    rest: &'a [u8],
    step: usize,
}

impl Read for Steps<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.step.min(buffer.len());
        self.rest.read(&mut buffer[..length])
    }
}
