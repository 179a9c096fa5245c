//! SQLite's main database file: its header, and the pages of its b-trees, freelist and pointer map.
//!
//! [`Header::parse`] says what the hundred bytes at the start of a database say, whatever they say;
//! [`Header::validate`] says whether SQLite would open a database that begins with them.
//!
//! ```
//! use stillframe_database::{Header, ErrorKind, JournalMode};
//!
//! let mut bytes = [0u8; 100];
//! bytes[..16].copy_from_slice(b"SQLite format 3\0");
//! bytes[16..24].copy_from_slice(&[0x10, 0x00, 2, 2, 0, 64, 32, 32]);
//!
//! let header = Header::parse(&bytes)?;
//! assert_eq!(header.page_size().unwrap().get(), 4096);
//! assert_eq!(header.journal_mode(), JournalMode::Wal);
//! assert!(header.validate().is_ok());
//! assert_eq!(header.encode(), bytes);
//!
//! // SQLite refuses a file of a later read version, and so does `validate`, naming the byte.
//! bytes[19] = 3;
//! let refusal = Header::parse(&bytes)?.validate().unwrap_err();
//! assert_eq!(refusal.kind, ErrorKind::ReadVersion { found: 3 });
//! assert_eq!(refusal.range.start, 19);
//! # Ok::<(), stillframe_database::Error>(())
//! ```
#![no_std]
#![forbid(unsafe_code)]
#![warn(clippy::indexing_slicing)]

extern crate alloc;

pub mod btree;
pub mod encryption;
mod error;
pub mod freelist;
mod geometry;
pub mod header;
pub mod page_checksum;
pub mod page_map;
pub mod pointer_map;
pub mod record;
pub mod scan;
pub mod schema;
pub mod table;
mod text;
pub mod varint;

pub use error::{Error, ErrorKind};
pub use geometry::Geometry;
pub use header::{Header, JournalMode, TextEncoding};
