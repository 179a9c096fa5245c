//! Reports as text for people and as JSON for machines.

mod concise;
mod full;
mod json;
pub mod text;

pub use concise::concise;
pub use full::{MOST_NOT_CHECKED, Totalled, full, totals};
pub use json::{SCHEMA_VERSION, json, jsonl};
