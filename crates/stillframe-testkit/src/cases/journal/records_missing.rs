//! RJ102: a rollback journal was cut off within the records that its header counts.

use crate::cases::{Case, Sqlite, killed};

pub fn case() -> Case {
    Case::bad(
        "bad/RJ102-records-missing",
        "A rollback journal was cut off within the records that its header counts.",
        "a transaction killed before it wrote to the database; its journal ends within the fourth record",
        Sqlite::Content,
        killed::journal_but(|journal| journal.truncate(killed::record_at(4) + 99)),
    )
}
