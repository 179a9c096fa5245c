//! RJ104: the second header of a rollback journal names another size of the database.

use crate::cases::{Case, Sqlite, killed};

pub fn case() -> Case {
    let mut files = killed::half_written();
    let second = killed::second_header(&files[1].1);
    files[1].1[second + 16] = 0x10;
    Case::bad(
        "bad/RJ104-segment-header-differs",
        "The second header of a rollback journal says that the database had 2^28 pages more than the first says.",
        "a transaction that was killed half written; byte 16 of the second header of its journal changed",
        Sqlite::Content,
        files,
    )
}
