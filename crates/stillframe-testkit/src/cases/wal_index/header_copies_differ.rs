//! SHM002: the two copies of the header in the wal-index differ, as while a transaction is committed.

use crate::cases::{Case, Sqlite, indexed};

pub fn case() -> Case {
    Case::bad(
        "bad/SHM002-header-copies-differ",
        "The two copies of the header in the wal-index differ, as while a transaction is committed.",
        "the same, mxFrame one less in the first copy",
        Sqlite::Content,
        indexed::live_but(|index| index[16] -= 1),
    )
}
