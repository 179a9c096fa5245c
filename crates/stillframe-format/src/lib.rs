//! The words that the files of SQLite share: page numbers and page sizes, errors that carry a
//! byte range, the bounds every reader keeps, and what any file is from its first bytes.
//!
//! The format crates (`stillframe-database`, `stillframe-wal`, `stillframe-journal`) speak in these terms. None of them
//! does I/O, allocates by a length it read from a file, or panics on any bytes.
//!
//! ```
//! use stillframe_format::{FileKind, PageNumber, PageSize, identify};
//!
//! // The database header stores 65536 as 1; a WAL header stores it as it is.
//! let size = PageSize::from_database_header(1).unwrap();
//! assert_eq!(size, PageSize::from_wal_header(65536).unwrap());
//!
//! // The page that holds the lock bytes is never used for content.
//! assert_eq!(size.lock_byte_page(), PageNumber::new(16385).unwrap());
//!
//! let bytes = b"SQLite format 3\0...";
//! assert_eq!(identify(bytes, bytes.len() as u64), FileKind::Database);
//! ```
#![no_std]
#![forbid(unsafe_code)]
#![warn(clippy::indexing_slicing)]

extern crate alloc;

mod error;
mod kind;
pub mod limits;
mod page;

pub use error::{ByteRange, Error};
pub use kind::{FileKind, identify, lacks_structure, looks_encrypted};
pub use page::{PageNumber, PageSize, Pages};
