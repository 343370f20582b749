//! The Csv reader.

#![no_main]

mod reader;

use freebusy_lint::format::Format;

libfuzzer_sys::fuzz_target!(|data: &[u8]| reader::check(Format::Csv, data));
