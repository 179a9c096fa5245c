//! A WAL-mode database of one page without a schema, and no WAL.

use crate::cases::{Case, material};

pub fn case() -> Case {
    Case::good(
        "good/never-checkpointed",
        "A WAL-mode database of one page without a schema, and no WAL: new, or all of its content was in the WAL.",
        "the database file of a set whose content is all in the WAL",
        vec![("app.db", material::whole_wal(512).database)],
    )
}
