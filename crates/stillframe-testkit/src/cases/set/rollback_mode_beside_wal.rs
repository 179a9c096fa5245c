//! SET201: a database in rollback mode beside the WAL of another one.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/SET201-rollback-mode-beside-wal",
        "A database in rollback mode beside the WAL of another one.",
        "good/rollback-mode, and a WAL that was never checkpointed",
        Sqlite::Content,
        vec![
            ("app.db", material::rollback_mode()),
            ("app.db-wal", material::whole_wal(512).wal),
        ],
    )
}
