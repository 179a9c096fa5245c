//! What it does and what it proves is in `src/wal_index.rs`.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stillframe_fuzz::wal_index::run(bytes));
