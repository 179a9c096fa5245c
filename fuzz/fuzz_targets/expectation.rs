//! What it does and what it proves is in `src/expectation.rs`.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stillframe_fuzz::expectation::run(bytes));
