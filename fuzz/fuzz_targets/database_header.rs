//! What it does and what it proves is in `src/database_header.rs`.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stillframe_fuzz::database_header::run(bytes));
