//! RJ108: a record of a rollback journal is of a page that the database did not have.

use crate::cases::{Case, Sqlite, killed};

pub fn case() -> Case {
    Case::bad(
        "bad/RJ108-record-misplaced",
        "A record of a rollback journal is of a page that the database did not have.",
        "a transaction killed before it wrote to the database; the page number of the third record made 256 more",
        Sqlite::Content,
        killed::journal_but(|journal| journal[killed::record_at(3) + 2] = 1),
    )
}
