//! DB206: the database file does not begin as one, and page 1 is in the WAL.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    let mut set = material::whole_wal(512);
    set.database[..16].fill(0);
    Case::bad(
        "bad/DB206-database-unreadable-without-wal",
        "The database file does not begin as a database; a whole page 1 is in the WAL.",
        "a WAL that was never checkpointed, the first 16 bytes of its database set to 0",
        Sqlite::Content,
        material::files(set),
    )
}
