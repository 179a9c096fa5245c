//! SHM102: a checkpoint was begun up to a frame that there is not, says the wal-index.

use crate::cases::{Case, Sqlite, indexed};
use crate::rewrite;

pub fn case() -> Case {
    Case::bad(
        "bad/SHM102-checkpoint-values-impossible",
        "A checkpoint was begun up to a frame that there is not, says the wal-index.",
        "the same, nBackfillAttempted one more than mxFrame",
        Sqlite::Content,
        indexed::live_but(|index| {
            let last = rewrite::native(index, 16);
            rewrite::put_native(index, 128, last + 1);
        }),
    )
}
