//! Every bound that the readers keep, with its reason.

/// Smallest page size in bytes (`SQLITE_MIN_PAGE_SIZE`; the header rule is "greater than 256").
pub const MIN_PAGE_SIZE: u32 = 512;

/// Largest page size in bytes (`SQLITE_MAX_PAGE_SIZE`).
pub const MAX_PAGE_SIZE: u32 = 65536;

/// Smallest usable size of a page in bytes: page size less reserved space. SQLite refuses less,
/// because an index cell of minimal size must fit four times.
pub const MIN_USABLE_SIZE: u32 = 480;

/// File offset of the lock bytes (`PENDING_BYTE`). The page that holds this offset is never used.
pub const LOCK_BYTE_OFFSET: u64 = 0x4000_0000;

/// How many bytes from the start of a file [`crate::identify`] looks at.
pub const IDENTIFY_BYTES: usize = 4096;

/// The deepest b-tree that SQLite follows, in pages from the root to a leaf (`BTCURSOR_MAX_DEPTH`).
pub const MAX_BTREE_DEPTH: usize = 20;

/// The longest header of a record in bytes: three for the type of each of 32,768 values, which is more than a table can
/// have columns, and three for its own size (`sqlite3VdbeRecordCompareWithSkip`, `OP_Column`).
pub const MAX_RECORD_HEADER: u32 = 98_307;

/// The longest value in bytes, and the longest payload that is read (`SQLITE_MAX_LENGTH` as SQLite sets it): who makes
/// room by a length that a file states makes no more than this.
pub const MAX_VALUE_BYTES: u32 = 1_000_000_000;
