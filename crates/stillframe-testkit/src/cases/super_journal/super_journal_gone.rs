//! SJ204: the super-journal is gone, and the database holds some pages as they were before the transaction.

use super::material::{FOLDER, Killed, SUPER_JOURNAL, files_without, renamed};
use crate::cases::killed::record_at;
use crate::cases::{Case, Sqlite};
use crate::naive::be32;

const PAGE: usize = 512;

pub fn case() -> Case {
    let archive = ["archive.db", "archive.db-journal", SUPER_JOURNAL];
    let mut files = files_without(Killed::BeforeCommit, &archive);
    // As of a page that was written and not changed, or not yet: none that is written later is another one.
    let counted = be32(&files[1].1, 8) as usize;
    let records = (1..=counted).map(record_at);
    let record = records
        .max_by_key(|&record| be32(&files[1].1, record))
        .unwrap();
    let page = be32(&files[1].1, record) as usize;
    let now = files[0].1[(page - 1) * PAGE..][..PAGE].to_vec();
    files[1].1[record + 4..][..PAGE].copy_from_slice(&now);
    files[1].1 = renamed(&files[1].1, &format!("{FOLDER}/{SUPER_JOURNAL}"));
    Case::bad(
        "bad/SJ204-super-journal-gone",
        "A transaction over two databases may have been committed: its super-journal is gone, and not all pages are changed.",
        "killed before the super-journal was deleted, that left out, the last page in the journal as it is in the database",
        Sqlite::Content,
        files,
    )
}
