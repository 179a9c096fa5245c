//! SET101: a database of no bytes beside a WAL with commits.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/SET101-empty-database-beside-wal",
        "A database of no bytes beside a WAL with commits.",
        "a WAL that was never checkpointed, and an empty file",
        Sqlite::DeletesWal,
        vec![
            ("app.db", Vec::new()),
            ("app.db-wal", material::whole_wal(512).wal),
        ],
    )
}
