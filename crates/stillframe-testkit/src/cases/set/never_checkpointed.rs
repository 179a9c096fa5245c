//! SET203: a WAL-mode database of one page without a schema, and no WAL.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/SET203-never-checkpointed",
        "A WAL-mode database of one page without a schema, and no WAL.",
        "the database file of a set whose content is all in the WAL",
        Sqlite::Content,
        vec![("app.db", material::whole_wal(512).database)],
    )
}
