//! SET207: a `VACUUM INTO` was killed when it had written page 1, and not all that this counts.

use crate::cases::{Case, Sqlite, killed};

pub fn case() -> Case {
    Case::bad(
        "bad/SET207-aborted-vacuum-into-at-the-end",
        "A VACUUM INTO was killed when it had written page 1 and not all that this counts: SQLite cuts the file to 0 bytes.",
        "VACUUM INTO with a cache that has room for all pages, killed while it wrote them",
        Sqlite::Content,
        killed::aborted_vacuum_into_at_the_end(),
    )
}
