//! A hot journal of a database that is encrypted beneath SQLite: its checksums are of the pages in clear.

use crate::cases::{Case, Sqlite, killed};
use crate::rewrite;

pub fn case() -> Case {
    let mut files = killed::half_written();
    let (database, journal) = files.split_at_mut(1);
    rewrite::encrypt_beneath(&mut database[0].1, &mut journal[0].1);
    Case {
        path: "sets/encrypted-hot-journal",
        what: "A hot journal whose checksums are of the pages before they were encrypted, beside the encrypted database.",
        made: "SQLite, killed; the pages of both encrypted with SplitMix64, the checksums left as they are",
        sqlite: Sqlite::Refuses(26),
        expects: vec!["DB007", "SET202"],
        files,
    }
}
