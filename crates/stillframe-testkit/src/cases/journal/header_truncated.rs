//! RJ001: a rollback journal was cut off within its first header.

use crate::cases::{Case, Sqlite, killed};

pub fn case() -> Case {
    Case::bad(
        "bad/RJ001-header-truncated",
        "A rollback journal was cut off within its first header.",
        "a transaction killed before it wrote to the database; 28 bytes of its journal are left",
        Sqlite::Content,
        killed::journal_but(|journal| journal.truncate(28)),
    )
}
