//! SHM206: the wal-index knows committed frames that are damaged or cut off in the WAL.

use crate::cases::{Case, Sqlite, indexed, material};
use crate::naive::put32;

pub fn case() -> Case {
    let mut files = indexed::live();
    let wal = &mut files[1].1;
    let (fifth, sixth) = (material::frame(wal, 5), material::frame(wal, 6));
    put32(wal, fifth + 4, 0);
    wal.truncate(sixth);
    Case::bad(
        "bad/SHM206-frames-damaged",
        "Of six commits that the wal-index knows the WAL holds four: a bit of the fifth is wrong, the sixth was cut off.",
        "the set of good/wal-index-beside-wal, the size in the fifth commit frame set to 0, and the WAL cut behind it",
        Sqlite::Content,
        files,
    )
}
