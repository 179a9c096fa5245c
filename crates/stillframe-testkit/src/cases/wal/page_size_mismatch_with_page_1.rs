//! WAL201: the WAL has pages of 512 bytes, page 1 among them, the database has pages of 1,024.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    let wal = material::whole_wal(512).wal;
    Case::bad(
        "bad/WAL201-page-size-mismatch-with-page-1",
        "The WAL has pages of 512 bytes, page 1 among them, the database has pages of 1,024: SQLite shows the WAL's database.",
        "a WAL-mode database, and the WAL of another one that was never checkpointed",
        Sqlite::Content,
        vec![("app.db", material::wal_mode(1024)), ("app.db-wal", wal)],
    )
}
