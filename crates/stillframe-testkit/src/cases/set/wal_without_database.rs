//! SET102: a WAL with commits and no database.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/SET102-wal-without-database",
        "A WAL with commits and no database.",
        "a WAL that was never checkpointed, alone",
        Sqlite::DeletesWal,
        vec![("app.db-wal", material::whole_wal(512).wal)],
    )
}
