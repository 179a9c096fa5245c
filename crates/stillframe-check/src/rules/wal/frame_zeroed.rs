use stillframe_wal::SlotReason;

use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// A frame was replaced by zeros, and commits that are intact lie behind it.
    ///
    /// # What it means
    /// The slot that ends the log is all zeros, or its salts and checksum are. Behind it stand commit frames of the
    /// present generation whose checksums follow from the frames before *them*.
    ///
    /// # Why it matters
    /// SQLite takes the slot for the end of the log and says nothing. Every commit from there on is gone from
    /// what it shows, and at the next write or checkpoint for good.
    ///
    /// # How it is checked
    /// Frames are followed as SQLite's recovery does. Behind the first one that fails, each slot is summed from the
    /// checksum stored in the slot before it.
    ///
    /// # Example
    /// A copy over the network left a hole of 4096 zeros in `app.db-wal`.
    ///
    /// # What to do
    /// Keep the files as they are and do not open them with SQLite. Look for another copy of the WAL. The state before
    /// the bad frame can be had with `stillframe rebuild`, and with `--past-damage` what is behind it, as evidence.
    ///
    /// # When it is normal
    /// After a power failure with `PRAGMA synchronous=NORMAL` or `OFF`, when later frames reached the disk and earlier
    /// ones did not. SQLite 3.40.1 was seen to leave frames without salts before whole commits, in large transactions
    /// with savepoints that were rolled back: nothing was wrong with the disk, and the commits are lost all the same as
    /// soon as the WAL is recovered.
    "WAL105" "frame_zeroed" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some((end, first_commit)) = super::hole(evidence) else {
        return;
    };
    let residue = &evidence.residue;
    let (mut why, of_its_kind) = match end.reason {
        SlotReason::ChecksumMismatch { .. }
        | SlotReason::OtherGeneration { .. }
        | SlotReason::PageNumberZero => return,
        SlotReason::ZeroFilled => ("it is all zeros".to_owned(), residue.zero_filled.slots),
        SlotReason::ZeroSaltSpill => (
            "its salts and its checksum are zero".to_owned(),
            residue.zero_salt_spill.slots,
        ),
        reason => (format!("it is {reason}"), 1),
    };
    if of_its_kind > 1 {
        why += &format!(
            "; the same is true of {} behind it",
            many(of_its_kind - 1, "slot")
        );
    }
    let place = evidence.in_frame(end.number);
    super::report_hole(&RULE, evidence, findings, place, end, first_commit, &why);
}
