//! SET207: the destination of a VACUUM INTO that was killed: SQLite cuts it to 0 bytes.

use crate::cases::{Case, Sqlite, killed};

pub fn case() -> Case {
    Case::bad(
        "bad/SET207-aborted-vacuum-into",
        "The destination of a VACUUM INTO that was killed: SQLite cuts it to 0 bytes.",
        "VACUUM INTO, killed before it wrote page 1",
        Sqlite::Content,
        killed::aborted_vacuum_into(),
    )
}
