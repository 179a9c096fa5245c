//! RJ901, beside SET202: the last record of a journal that counts none was not written to its end.

use crate::cases::{Case, Sqlite, killed};

pub fn case() -> Case {
    Case::bad(
        "bad/SET202-last-record-unfinished",
        "A transaction that was not synced was killed by a crash while it wrote a record of its journal.",
        "a transaction killed before it wrote to the database; its journal counts no records, and ends with the third, of \
         which the last 40 bytes are zeros",
        Sqlite::Content,
        killed::journal_but(|journal| {
            journal[8..12].fill(0xff);
            journal.truncate(killed::record_at(4));
            let end = journal.len();
            journal[end - 40..].fill(0);
        }),
    )
}
