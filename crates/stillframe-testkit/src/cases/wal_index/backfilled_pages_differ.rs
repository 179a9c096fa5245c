//! SHM205: all was checkpointed, and one page is in the database file as it was before.

use crate::cases::{Case, Sqlite, indexed};

pub fn case() -> Case {
    Case::bad(
        "bad/SHM205-backfilled-pages-differ",
        "All was checkpointed, and one page is in the database file as it was before.",
        "SQLite: five commits and a checkpoint; the page of the third was put back",
        Sqlite::Content,
        indexed::lost_write(),
    )
}
