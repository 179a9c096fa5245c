//! DB105: a letter in a row changed, and the sum of its page is what tells.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    let mut database = material::page_checksums().database;
    let row = database.windows(4).rposition(|bytes| bytes == b"lamp");
    database[row.expect("a row says lamp")] = b'r';
    Case::bad(
        "bad/DB105-page-checksum-mismatch",
        "A row says ramp where it said lamp, and the sum that the page has is that of lamp.",
        "the database file of good/page-checksums, a letter changed",
        Sqlite::Content,
        vec![("app.db", database)],
    )
}
