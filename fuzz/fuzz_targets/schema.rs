//! What it does and what it proves is in `src/schema.rs`.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stillframe_fuzz::schema::run(bytes));
