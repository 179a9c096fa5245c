//! What can be put right of a damaged set, and what of it can be had all the same. SQLite does none of this.
//!
//! - [`WalRepairs`]: bytes of a WAL whose value its checksums tell.
//! - [`Older`]: pages that a checkpoint had brought into the database file, and that are still in the WAL behind the log.
//! - [`PastDamage`]: commits behind a frame that does not hold.

mod older;
mod past_damage;
mod patched;
mod text_mode;
mod wal;

pub use older::Older;
pub use past_damage::PastDamage;
pub use text_mode::{TextDamage, TextDoubt, Undone};
pub use wal::{NearlyHolds, RepairedPart, WalRepair, WalRepairs};
