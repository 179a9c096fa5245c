//! RJ103: a record of a rollback journal is of page 0, so SQLite stops before it.

use crate::cases::{Case, Sqlite, killed};
use crate::naive::put32;

pub fn case() -> Case {
    Case::bad(
        "bad/RJ103-page-number-invalid",
        "A record of a rollback journal is of page 0, so SQLite stops before it.",
        "a transaction killed before it wrote to the database; the page number of the second record is 0",
        Sqlite::Content,
        killed::journal_but(|journal| put32(journal, killed::record_at(2), 0)),
    )
}
