//! RJ003: the sector size of a rollback journal is no power of two.

use crate::cases::{Case, Sqlite, killed};
use crate::naive::put32;

pub fn case() -> Case {
    Case::bad(
        "bad/RJ003-sector-size-invalid",
        "The sector size of a rollback journal is no power of two.",
        "a transaction killed before it wrote to the database; the sector size is 513",
        Sqlite::Content,
        killed::journal_but(|journal| put32(journal, 20, 513)),
    )
}
