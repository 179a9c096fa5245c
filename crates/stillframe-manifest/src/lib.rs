//! What is a backup set, written down, and is another one the same?
//!
//! Nothing in the files of SQLite tells whether a copy of them is the newest there is. A [`Manifest`], made where the
//! originals are, does: of each set it records the members, by size and SHA-256, where the WAL stands, and the database of
//! the last commit, page by page. [`Difference`] tells later how a set differs from that. Two sets may have the same
//! database and not one member in common, as where a checkpoint ran between: then nothing is missing.
//!
//! ```
//! use stillframe_history::{BackupSet, Input};
//! use stillframe_manifest::{Manifest, SetRecord, compare};
//!
//! let mut page = vec![0u8; 512];
//! page[..16].copy_from_slice(b"SQLite format 3\0");
//! page[16..24].copy_from_slice(&[2, 0, 1, 1, 0, 64, 32, 32]);
//! page[100] = 13;
//! let set = |page: &[u8]| BackupSet {
//!     database: Some(Input::new("app.db", page.to_vec())),
//!     ..BackupSet::default()
//! };
//! let manifest = Manifest::new(vec![SetRecord::of("app.db", &set(&page), &())?]);
//! let text = manifest.to_json();
//! let record = &Manifest::parse(&text).unwrap().sets[0];
//! assert!(compare(record, &set(&page), &())?.is_same_database());
//!
//! page[511] = 1;
//! let difference = compare(record, &set(&page), &())?;
//! assert_eq!(difference.pages, [(1, 1)]);
//! # Ok::<(), stillframe_history::Error>(())
//! ```
#![forbid(unsafe_code)]

mod compare;
mod fingerprints;
mod record;

pub use compare::{Difference, MemberDifference, WalDifference, compare};
pub use fingerprints::{Fingerprints, sha256};
pub use record::{
    DatabaseRecord, ImageRecord, Manifest, MemberRecord, ParseError, SetRecord, WalRecord,
};
