//! RJ201: a database was restored, and the hot journal of another one was left beside it.

use crate::cases::{Case, Sqlite, killed, material};

pub fn case() -> Case {
    let mut files = killed::half_written();
    files[0].1 = material::readings(200);
    Case::bad(
        "bad/RJ201-foreign-journal",
        "A database was restored, and the hot journal of another one was left beside it.",
        "another database, and the journal of a killed transaction",
        Sqlite::Refuses(11),
        files,
    )
}
