//! SET207: the destination of a backup that was given up, without its journal.

use crate::cases::{Case, Sqlite, killed};

pub fn case() -> Case {
    Case::bad(
        "bad/SET207-aborted-backup-alone",
        "The destination of a backup that was given up, without its journal.",
        "the set of bad/SET207-aborted-backup without its journal",
        Sqlite::Refuses(26),
        vec![killed::aborted_backup().swap_remove(0)],
    )
}
