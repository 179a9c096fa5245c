//! DB204: two pages that are not zero follow the last page that the header counts.

use crate::builder::Seed;
use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    let mut database = material::wal_mode(512);
    database.extend(Seed(204).bytes(1024));
    Case::bad(
        "bad/DB204-trailing-pages",
        "Two pages that are not zero follow the last page that the header counts.",
        "good/wal-mode-closed and 1,024 bytes of SplitMix64",
        Sqlite::Content,
        vec![("app.db", database)],
    )
}
