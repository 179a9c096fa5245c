use stillframe_history::Role;

use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// The wal-index has pages of frames behind the last commit.
    ///
    /// # What it means
    /// A transaction that was larger than the cache has written frames, and was not committed when the wal-index was
    /// copied, or was rolled back.
    ///
    /// # Why it matters
    /// It does not: SQLite takes no notice of frames that were not committed.
    ///
    /// # How it is checked
    /// Entries behind mxFrame in the last block.
    ///
    /// # Example
    /// A large import was under way.
    ///
    /// # What to do
    /// Nothing.
    ///
    /// # When it is normal
    /// In copies of a database in use.
    "SHM905" "uncommitted_entries" Note since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some((known, _)) = super::known(evidence) else {
        return;
    };
    let later = evidence
        .wal_index
        .as_ref()
        .map_or(0, |it| it.index.later_frames());
    if later == 0 {
        return;
    }
    findings.report(
        &RULE,
        evidence.whole(Role::WalIndex),
        format!(
            "the wal-index has the pages of {} behind the last committed one, {}",
            many(later, "frame"),
            known.mx_frame
        ),
    );
}
