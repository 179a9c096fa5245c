//! RJ107: the first 8 bytes of a hot journal are zero, and its header counts records.

use crate::cases::{Case, Sqlite, killed};

pub fn case() -> Case {
    let mut files = killed::spilled();
    files[1].1[..8].fill(0);
    Case::bad(
        "bad/RJ107-header-zeroed-in-part",
        "The first 8 bytes of a hot rollback journal are zero, and its header counts records: SQLite leaves it alone.",
        "a transaction that was killed when it had written its first pages; the magic number of its journal is zeroed",
        Sqlite::Content,
        files,
    )
}
