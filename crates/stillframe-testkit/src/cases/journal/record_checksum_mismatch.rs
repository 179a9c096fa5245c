//! RJ101: a record of a rollback journal does not verify, so SQLite stops before it.

use crate::cases::{Case, Sqlite, killed};

pub fn case() -> Case {
    Case::bad(
        "bad/RJ101-record-checksum-mismatch",
        "A record of a rollback journal does not verify, so SQLite stops before it.",
        "a transaction killed before it wrote to the database; a byte that the third checksum covers is another",
        Sqlite::Content,
        // Every 200th byte from the end of the page is in the sum.
        killed::journal_but(|journal| journal[killed::record_at(3) + 4 + 312] ^= 0xff),
    )
}
