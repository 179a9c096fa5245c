//! SJ201: without the super-journal, one database would keep the transaction and the other be without it.

use super::material::{Killed, SUPER_JOURNAL, files_without};
use crate::cases::{Case, Sqlite};

pub fn case() -> Case {
    Case::bad(
        "bad/SJ201-left-at-different-moments",
        "Of two databases that one transaction changed, one was written and the other not, and the super-journal is missing.",
        "killed between the two databases, the super-journal left out",
        Sqlite::Content,
        files_without(Killed::BetweenDatabases, &[SUPER_JOURNAL]),
    )
}
