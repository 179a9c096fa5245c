use stillframe_history::Role;

use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// The wal-index has pages of frames behind the last commit.
    ///
    /// # What it means
    /// A transaction that was larger than the cache has written frames, and was not committed when the wal-index was
    /// copied, or was rolled back. Where the wal-index knows no committed frame, the entries may also be left from before
    /// the WAL was begun anew: SQLite clears them when the first frame is written.
    ///
    /// # Why it matters
    /// It does not: SQLite takes no notice of frames that were not committed.
    ///
    /// # How it is checked
    /// Entries behind mxFrame in the last block.
    ///
    /// # Example
    /// A large import was under way; or `PRAGMA wal_checkpoint(TRUNCATE)` had emptied the WAL.
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
    let frames = many(later, "frame");
    let message = match known.mx_frame {
        0 => format!(
            "the wal-index knows no committed frame, and has the pages of {frames}: from before the WAL was begun anew, or of a transaction that was not committed"
        ),
        last => {
            format!("the wal-index has the pages of {frames} behind the last committed one, {last}")
        }
    };
    findings.report(&RULE, evidence.whole(Role::WalIndex), message);
}
