//! Makes SQLite files that are wrong in exactly one way, and asks real SQLite what it says of them.
//!
//! This crate is the witness: it shares no code with the format crates, so a mistake of theirs cannot hide in it. Only
//! `compare` (feature `cli`) uses them, to measure them beside SQLite.
//!
//! * [`naive`] reads a WAL in the most obvious way and replays it into a map of pages.
//! * [`rewrite`] changes what is random or host-dependent in a WAL (salts, checksum byte order) and makes the sums
//!   right again.
//! * [`scenarios`] is the table of what happens to backups, and of what is said of each.
//! * `archives` (feature `archives`) packs files as people pack them.
//! * `oracle` (feature `oracle`) asks real SQLite, in a private folder, never beside evidence.
//! * `builder` (feature `oracle`) makes backup sets with real SQLite.
//! * `recorder` (feature `oracle`) has real SQLite work on a disk in memory, and gives the files as they were at any moment.
//! * `cases` (feature `oracle`) makes the committed fixtures.
//!
//! ```
//! use stillframe_testkit::naive;
//!
//! let mut wal = naive::Writer::new(512, (1, 2), 0);
//! wal.frame(2, &[7; 512], 0);
//! wal.frame(3, &[8; 512], 3);
//! wal.frame(4, &[9; 512], 0);
//! let wal = wal.into_bytes();
//!
//! let accepted = naive::accept(&wal).expect("the header is right");
//! assert_eq!(accepted.frames.len(), 3);
//! assert_eq!((accepted.mx_frame, accepted.page_count), (2, 3));
//!
//! let image = naive::image(&[0; 512], &wal, 1).expect("there is a first commit");
//! assert_eq!(image.page(3).as_deref(), Some(&[8; 512][..]));
//! assert_eq!(image.page(4), None);
//! ```
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "test tooling: a failed set-up must stop the run"
)]

#[cfg(feature = "archives")]
pub mod archives;
pub mod naive;
pub mod rewrite;
pub mod scenarios;

#[cfg(feature = "oracle")]
pub mod builder;
#[cfg(feature = "oracle")]
pub mod cases;
#[cfg(feature = "cli")]
pub mod compare;
#[cfg(feature = "oracle")]
mod ffi;
#[cfg(all(feature = "oracle", feature = "archives"))]
pub mod fixtures;
#[cfg(feature = "oracle")]
pub mod oracle;
#[cfg(feature = "oracle")]
pub mod recorder;
