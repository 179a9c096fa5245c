use stillframe_history::Relation;

use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// The WAL holds commits that the wal-index does not know.
    ///
    /// # What it means
    /// Both are of the same generation. The wal-index is from before the last commits in the WAL, or their connection
    /// was killed before it had told the others.
    ///
    /// # Why it matters
    /// It does not: SQLite makes the wal-index anew.
    ///
    /// # How it is checked
    /// mxFrame (offset 16) against the last commit in the WAL.
    ///
    /// # Example
    /// `cp app.db*`, which copies `app.db-shm` before `app.db-wal`.
    ///
    /// # What to do
    /// Nothing.
    ///
    /// # When it is normal
    /// In copies of a database in use.
    "SHM901" "wal_index_behind_wal" Note since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some((known, _)) = super::known_as(evidence, Relation::Same) else {
        return;
    };
    let more = evidence.timeline.mx_frame() - known.mx_frame;
    if more == 0 {
        return;
    }
    findings.report(
        &RULE,
        evidence.in_index_head(16, 4),
        format!(
            "the wal-index knows {}, and the WAL holds {more} more: it was copied before the WAL",
            many(known.mx_frame, "frame")
        ),
    );
}
