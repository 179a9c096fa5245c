//! What it does and what it proves is in `src/page_map.rs`.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stillframe_fuzz::page_map::run(bytes));
