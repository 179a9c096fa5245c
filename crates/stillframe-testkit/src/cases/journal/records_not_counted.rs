//! RJ106: the header of a rollback journal counts one record, and more stand behind it.

use crate::cases::{Case, Sqlite, killed};
use crate::naive::put32;

pub fn case() -> Case {
    Case::bad(
        "bad/RJ106-records-not-counted",
        "The header of a rollback journal counts one record, and more stand behind it.",
        "a transaction killed before it wrote to the database; the count in its journal is 1",
        Sqlite::Content,
        killed::journal_but(|journal| put32(journal, 8, 1)),
    )
}
