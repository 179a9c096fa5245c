//! RJ105: the first header of a rollback journal counts all records that fit, and a second one stands behind some of them.

use crate::cases::{Case, Sqlite, killed};

pub fn case() -> Case {
    let mut files = killed::spilled_twice();
    files[1].1[8..12].fill(0xff);
    Case::bad(
        "bad/RJ105-record-count-doubtful",
        "The first header of a rollback journal counts all records that fit, and another header stands behind some of them.",
        "a transaction that was killed when it began to write to the database, with two headers; the count in the first is \
         ff ff ff ff",
        Sqlite::Content,
        files,
    )
}
