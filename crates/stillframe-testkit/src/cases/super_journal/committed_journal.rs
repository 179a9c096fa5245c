//! A process was killed when it had deleted the super-journal and not yet the journals.

use super::material::{Killed, SUPER_JOURNAL, files_without};
use crate::cases::Case;

pub fn case() -> Case {
    Case::good(
        "good/committed-journal",
        "A transaction over two databases was committed, and their journals were not yet deleted.",
        "killed when the super-journal was deleted",
        files_without(Killed::BeforeCommit, &[SUPER_JOURNAL]),
    )
}
