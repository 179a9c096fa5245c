use stillframe_wal::SlotReason;

use crate::rule::rule;
use crate::words::{are, many};
use crate::{Evidence, Findings};

rule! {
    /// Frames without salts and checksum: a large transaction was under way.
    ///
    /// # What it means
    /// When a transaction that has outgrown the page cache changes a page that it has already written to the WAL,
    /// SQLite writes over that frame. From then on it writes frames with zeros for salts and checksum, and fills them
    /// in at the commit. There was none.
    ///
    /// # Why it matters
    /// SQLite ignores these frames. They are not damage, and not part of the database.
    ///
    /// # How it is checked
    /// Slots behind the end of the log whose salts and checksum are zero and whose page number is not.
    ///
    /// # Example
    /// A program was killed within an `UPDATE` of a million rows: 345 such frames.
    ///
    /// # What to do
    /// Nothing.
    ///
    /// # When it is normal
    /// In copies of a database in use, after a crash, and after a rollback.
    "WAL905" "zero_salt_spill" Note since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let frames = evidence.residue.zero_salt_spill;
    if frames.slots == 0 || super::is_zeroed_frame(evidence, SlotReason::ZeroSaltSpill) {
        return;
    }
    findings.report(
        &RULE,
        evidence.in_slots(frames),
        format!(
            "{} without salts and checksum {} of a transaction that was not committed",
            many(frames.slots, "frame"),
            are(frames.slots)
        ),
    );
}
