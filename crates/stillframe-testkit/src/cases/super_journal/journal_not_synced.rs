//! SJ201: without the super-journal, one database keeps the transaction, and the other has not been written yet.

use super::material::{Killed, SUPER_JOURNAL, files_without};
use crate::cases::{Case, Sqlite};

pub fn case() -> Case {
    Case::bad(
        "bad/SJ201-journal-not-synced",
        "Of two databases that one transaction changed, one was written, the journal of the other was not synced yet, and the super-journal is missing.",
        "killed before the journal of the second database was synced, the super-journal left out",
        Sqlite::Content,
        files_without(Killed::BeforeTheSync, &[SUPER_JOURNAL]),
    )
}
