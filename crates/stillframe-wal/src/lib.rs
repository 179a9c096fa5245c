//! SQLite's write-ahead log: header, frames, checksums, salts, slots and commits; and its wal-index.
//!
//! Two views, never mixed. The *engine view* is what SQLite would use: the [`Frame`]s that [`Chain`] accepts, gathered
//! into [`Commit`]s. The *evidence view* is every [`Slot`] with the reason why SQLite would not use it, from [`Tail`].
//! [`Log`] is both over a WAL in memory; [`Writer`] makes a WAL that SQLite accepts. [`wal_index`] is the file beside it
//! that says where in the WAL a page is.
//!
//! ```
//! use stillframe_format::{PageNumber, PageSize};
//! use stillframe_wal::{ByteOrder, Header, Log, Salts, SlotReason, Writer};
//!
//! // A WAL of one commit of two frames, and a third frame that was never committed.
//! let size = PageSize::new(512).unwrap();
//! let header = Header::new(size, ByteOrder::Big, 0, Salts { salt1: 7, salt2: 9 });
//! let mut writer = Writer::new(&header)?;
//! let mut wal = header.encode().to_vec();
//! for (page, size_after) in [(1, 0), (2, 2), (2, 0)] {
//!     let data = [page as u8; 512];
//!     wal.extend(writer.frame(PageNumber::new(page).unwrap(), size_after, &data));
//!     wal.extend(data);
//! }
//!
//! let log = Log::read(&wal)?;
//! let commit = log.last_commit().unwrap();
//! assert_eq!((commit.last_frame.get(), commit.size_after), (2, 2));
//!
//! let mut reasons = Vec::new();
//! log.slots(|slot, _page| reasons.push(slot.reason));
//! assert_eq!(
//!     reasons,
//!     [SlotReason::Committed, SlotReason::Committed, SlotReason::Uncommitted]
//! );
//! # Ok::<(), stillframe_wal::Error>(())
//! ```
#![no_std]
#![forbid(unsafe_code)]
#![warn(clippy::indexing_slicing)]

extern crate alloc;

mod chain;
pub mod checksum;
mod commit;
mod error;
pub mod frame;
pub mod header;
mod log;
pub mod repair;
mod slot;
pub mod wal_index;
pub mod writer;

pub use chain::Chain;
pub use checksum::{ByteOrder, Carry, Checksum};
pub use commit::{Commit, CommitNumber, Commits};
pub use error::{Error, ErrorKind};
pub use frame::{Frame, FrameHeader, FrameNumber, FrameSummary};
pub use header::{Header, Salts};
pub use log::Log;
pub use slot::{Slot, SlotReason, Tail};
pub use writer::Writer;
