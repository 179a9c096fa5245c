//! What happened to a database, and what did it look like at commit N?
//!
//! A [`BackupSet`] is a database with its sidecars as they were found. [`Timeline`] follows its WAL and knows its
//! commits; [`Image`] is the database of one of them, a table of origins over the bytes of the set; [`rebuild`] writes
//! an image as a database file; [`compact`] writes a shorter WAL with the same content.
//!
//! Nothing here is written but to the file that [`rebuild`] and [`compact`] are given, nothing is guessed, and memory
//! is bounded by the pages that the WAL names, not by the size of a file.
//!
//! ```
//! use stillframe_format::{PageNumber, PageSize, Pages};
//! use stillframe_history::{BackupSet, Image, Input, Origin, Timeline};
//! use stillframe_wal::{ByteOrder, CommitNumber, Header, Salts, Writer};
//!
//! // A database of one page, and a WAL whose one commit writes it anew.
//! let mut page = vec![0u8; 512];
//! page[..16].copy_from_slice(b"SQLite format 3\0");
//! page[16..24].copy_from_slice(&[2, 0, 2, 2, 0, 64, 32, 32]);
//! let database = page.clone();
//! page[100] = 13;
//! let size = PageSize::new(512).unwrap();
//! let header = Header::new(size, ByteOrder::Little, 0, Salts { salt1: 1, salt2: 2 });
//! let mut wal = header.encode().to_vec();
//! wal.extend(Writer::new(&header)?.frame(PageNumber::FIRST, 1, &page));
//! wal.extend(&page);
//!
//! let set = BackupSet {
//!     database: Some(Input::new("app.db", database)),
//!     wal: Some(Input::new("app.db-wal", wal)),
//!     ..BackupSet::default()
//! };
//! let timeline = Timeline::read(&set, &())?;
//! let last = timeline.last_commit().unwrap();
//! let image = Image::at(&set, &timeline, last.number, &())?;
//! assert!(matches!(image.origin(PageNumber::FIRST), Origin::Wal { .. }));
//! assert_eq!(image.page(PageNumber::FIRST)?[100], 13);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod base;
mod bytes;
pub mod compact;
mod encryption;
mod error;
mod exact;
mod first_commit;
mod foreign;
mod generation;
mod image;
mod log;
mod mismatch;
mod overlay;
mod overtaken;
mod owners;
mod pairing;
mod progress;
pub mod rebuild;
mod refusal;
mod repair;
mod reserved;
mod residue;
mod rollback;
mod set;
mod sparse;
mod tied;
mod timeline;
mod vectored;
mod verify;
mod wal_index;
mod write_behind;

pub use bytes::{Bytes, Input, Window};
pub use encryption::pages_of_b_trees;
pub use error::{Difference, Error};
pub use exact::{Exactness, exactness};
pub use foreign::ForeignJournal;
pub use generation::{Carried, Missed};
pub use image::{Image, Origin};
pub use log::{CommitRecord, commits, log};
pub use mismatch::{Age, Field, Mismatch, OtherMoment, Stale, Unexplained, last_frame_of};
pub use overlay::{Number, Overlay};
pub use overtaken::Overtaken;
pub use owners::{AsFound, Owners};
pub use pairing::{Contradiction, Fit, Traces};
pub use progress::{Progress, Rest};
pub use refusal::Refusal;
pub use repair::{
    NearlyHolds, Older, PastDamage, RepairedPart, TextDamage, TextDoubt, Undone, WalRepair,
    WalRepairs,
};
pub use residue::{ReadLater, Residue, Tally};
pub use rollback::{
    Contradicted, Dormant, HeaderContradiction, JournalEvent, JournalState, Misplaced,
    OutvotedSize, Record, Rollback, Stop, SuperJournalFile, SuperJournalName,
};
pub use set::{BackupSet, Role};
pub use sparse::stored;
pub use tied::{Child, Fate, Held, Listing, Member, Outcome, Tie};
pub use timeline::{Event, Timeline, WalState, slots, tail};
pub use wal_index::{
    Backfill, BegunAnew, EndOfLog, Hidden, Lacking, PagesDiffer, Pattern, Problems, Relation,
    WalIndex,
};
