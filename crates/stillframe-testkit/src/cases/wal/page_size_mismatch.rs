//! WAL201: the WAL has pages of 512 bytes and lacks page 1, the database has pages of 1,024.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/WAL201-page-size-mismatch",
        "The WAL has pages of 512 bytes and lacks page 1, the database has pages of 1,024.",
        "a WAL-mode database, and the WAL of another one",
        Sqlite::Complains,
        material::foreign_without_page_1(),
    )
}
