use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// The last commit was being written when the WAL was left.
    ///
    /// # What it means
    /// The slot that ends the log begins with the header of a commit frame of the present generation, and its checksum does
    /// not hold. What follows is from before the last reset, or of a transaction that was rolled back; or the wal-index knows just
    /// the commits in front of it. SQLite writes the header of a frame and then its page: here the header stands, and the page is
    /// most likely still the older one.
    ///
    /// # Why it matters
    /// SQLite shows the database as it was before that commit, and the application was not told that it was done.
    /// Damage to the page of a last commit that was whole looks the same, so that the set is not called complete.
    ///
    /// # How it is checked
    /// The commit frame is the slot that ends the log, its page and size are possible, and no commit behind it is intact. Where
    /// a wal-index of this generation says that the log ends in front of it that is all. Without one it must be the only slot
    /// behind the log that says that it ends a commit; and a slot of an older generation follows, and then none of the present
    /// one, or a frame without salts, or one of the present generation that does not follow from it. Any other commit frame
    /// that does not hold is WAL104, as is one of which a single byte is wrong, or WAL108.
    ///
    /// # Example
    /// A program was killed, or the disk was full, between the two writes.
    ///
    /// # What to do
    /// Nothing after a crash. Where there was none, compare with another copy of the WAL.
    ///
    /// # When it is normal
    /// After a crash or a full disk, and in copies of a database in use.
    "WAL909" "commit_half_written" Note since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(end) = evidence.residue.end else {
        return;
    };
    if !evidence.residue.is_half_written(evidence.end_of_log()) || evidence.lost_commit.is_some() {
        return;
    }
    findings.report(
        &RULE,
        evidence.in_frame(end.number),
        format!(
            "frame {} begins as the frame of a commit that was being written, or is a last commit that was damaged: SQLite shows commit {}",
            end.number,
            evidence.timeline.last()
        ),
    );
}
