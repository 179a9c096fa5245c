//! RJ204: the first 12 bytes of a hot journal are zero, as if it had never been synced, and pages of its transaction are in
//! the database file.

use crate::cases::{Case, Sqlite, killed};

pub fn case() -> Case {
    let mut files = killed::spilled();
    files[1].1[..12].fill(0);
    Case::bad(
        "bad/RJ204-unsynced-journal-differs",
        "The header of a rollback journal says that it was never synced, and pages of its transaction are in the database.",
        "the same, and the number of records is zeroed, too",
        Sqlite::Content,
        files,
    )
}
