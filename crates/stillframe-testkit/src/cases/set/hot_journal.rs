//! SET202: a transaction was under way when the files were copied, and its journal must be rolled back.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/SET202-hot-journal",
        "A transaction was under way when the files were copied, and its journal must be rolled back.",
        "copied while a transaction larger than the cache was open",
        Sqlite::Content,
        material::hot_journal(),
    )
}
