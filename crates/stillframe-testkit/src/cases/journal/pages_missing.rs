//! RJ202: the database file beside a hot journal was cut off.

use crate::cases::{Case, Sqlite, killed};

pub fn case() -> Case {
    let mut files = killed::journal_but(|_| ());
    for (name, bytes) in &mut files {
        if *name == "app.db" {
            bytes.truncate(bytes.len() - 3 * 512);
        }
    }
    Case::bad(
        "bad/RJ202-pages-missing",
        "The last three pages of a database are missing, and the journal that rolls it back does not hold all of them.",
        "a transaction killed before it wrote to the database; the last three pages of the database cut off",
        Sqlite::Complains,
        files,
    )
}
