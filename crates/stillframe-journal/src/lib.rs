//! SQLite's rollback journal: headers, records, checksums, super-journal names, and what playback makes of them.
//!
//! Two views, never mixed. The *engine view* is what SQLite would write back into the database: the slots that are
//! [`SlotReason::PlayedBack`], over a database cut or extended to [`Playback::initial_size`]. The *evidence view* is
//! every [`Slot`] with the reason why SQLite would not use it: records behind the place where playback stops, and
//! records of transactions that have ended. [`Playback`] tells both, of a journal of any size; [`SuperJournal`] is the
//! name that a transaction over several databases leaves at the end; [`Writer`] makes a journal that SQLite plays back.
//!
//! Whether SQLite plays a journal back at all depends on more than its bytes: see `hasHotJournal` in `pager.c`.
//!
//! ```
//! use stillframe_format::{PageNumber, PageSize};
//! use stillframe_journal::{Layout, Playback, SectorSize, SlotReason, Writer};
//!
//! // A journal of a database of two pages that holds page 2 as it was, and once more page 2 of a third one.
//! let size = PageSize::new(512).unwrap();
//! let layout = Layout { sector_size: SectorSize::DEFAULT, page_size: size };
//! let mut writer = Writer::new(layout, 2);
//! let mut journal = writer.header(2, 7);
//! for number in [2, 3] {
//!     let page = [number as u8; 512];
//!     let (before, after) = writer.record(PageNumber::new(number).unwrap(), &page);
//!     journal.extend([&before[..], &page, &after].concat());
//! }
//!
//! let mut playback = Playback::new(journal.len() as u64, size, None);
//! let mut reasons = Vec::new();
//! playback.read(&journal, |slot, _page| reasons.push(slot.reason));
//! assert_eq!(playback.initial_size(), Some(2));
//! assert_eq!(reasons, [SlotReason::PlayedBack, SlotReason::BeyondInitialSize]);
//! ```
#![no_std]
#![forbid(unsafe_code)]
#![warn(clippy::indexing_slicing)]

extern crate alloc;

mod error;
pub mod header;
mod layout;
mod playback;
pub mod record;
mod slot;
pub mod super_journal;
pub mod writer;

pub use error::{Error, ErrorKind};
pub use header::Header;
pub use layout::{Layout, SectorSize};
pub use playback::{Playback, Wanted};
pub use record::RecordNumber;
pub use slot::{End, Segment, SegmentKind, Slot, SlotReason};
pub use super_journal::SuperJournal;
pub use writer::Writer;
