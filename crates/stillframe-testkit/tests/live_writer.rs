//! Copies of a database that another process writes to: a snapshot of one moment is never called bad, and a copy of no
//! moment never good where its files show it.
//!
//! `STILLFRAME_SNAPSHOTS` is how many of each are made, else a few; `STILLFRAME_KEEP` a folder for those that are wrong.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot do its work fails"
)]

#[path = "live_writer/copies.rs"]
mod copies;
#[path = "live_writer/evidence.rs"]
mod evidence;
#[path = "live_writer/snapshots.rs"]
mod snapshots;
#[path = "live_writer/support.rs"]
mod support;
