use stillframe_history::Relation;
use stillframe_wal::FrameNumber;

use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// The last frame that the wal-index knows is another one in the WAL.
    ///
    /// # What it means
    /// Both have the same salts, and the WAL holds as many frames; but the one that was the last when the wal-index
    /// was copied has another checksum there, or ends no such commit. The WAL was written anew from some frame before
    /// it on.
    ///
    /// # Why it matters
    /// Transactions that were committed are no longer there: the end of the WAL was lost, as after a power failure,
    /// and written over since; or the two were not copied from the same database.
    ///
    /// # How it is checked
    /// The checksum (offset 24) and the size (offset 20) in the header of the wal-index, against the frame of that
    /// number in the WAL.
    ///
    /// # Example
    /// `app.db-shm` was restored from an older backup than `app.db-wal`, and in between the computer lost power.
    ///
    /// # What to do
    /// Where the set was put together from several backups, look for files of one moment.
    ///
    /// # When it is normal
    /// Never, in files of one moment.
    "SHM202" "last_frame_differs" Warning since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some((known, _)) = super::known_as(evidence, Relation::Diverged) else {
        return;
    };
    let last = known.mx_frame;
    let details = findings.report(
        &RULE,
        evidence.in_index_head(20, 12),
        format!(
            "frame {last} ended a commit of {} when it was the last one, with checksum {}; in the WAL it is another",
            many(known.page_count, "page"),
            known.frame_checksum
        ),
    );
    if let Some(frame) = FrameNumber::new(last) {
        details.related(evidence.in_frame(frame), "the frame in the WAL");
    }
}
