//! RJ004: the page size of a rollback journal is no power of two.

use crate::cases::{Case, Sqlite, killed};
use crate::naive::put32;

pub fn case() -> Case {
    Case::bad(
        "bad/RJ004-page-size-invalid",
        "The page size of a rollback journal is no power of two.",
        "a transaction killed before it wrote to the database; the page size is 513",
        Sqlite::Content,
        killed::journal_but(|journal| put32(journal, 24, 513)),
    )
}
