use stillframe_wal::SlotReason;

use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// A frame's checksum does not hold, and commits that are intact lie behind it.
    ///
    /// # What it means
    /// The frame has the salts of the WAL's present generation, but its cumulative checksum does not follow from the
    /// frames before it. Behind it stand commit frames of the same generation whose checksums follow from the frames
    /// before *them*: they were written whole, and only this frame is in their way.
    ///
    /// # Why it matters
    /// SQLite takes the first bad frame for the end of the log and says nothing. Every commit from there on is gone
    /// from what it shows, and `PRAGMA integrity_check` says `ok`. At the next write or checkpoint they are gone for
    /// good.
    ///
    /// # How it is checked
    /// Frames are followed as SQLite's recovery does. Behind the first one that fails, each slot is summed from the
    /// checksum stored in the slot before it, which tells intact frames from rotten ones.
    ///
    /// # Example
    /// One flipped bit in frame 21 of 109: SQLite shows 8 of 50 rows.
    ///
    /// # What to do
    /// Keep the files as they are and do not open them with SQLite. Look for another copy of the WAL. The state before
    /// the bad frame can be had with `stillframe rebuild`; where the checksums tell what stood there, that puts it right
    /// with `--repair`, and with `--past-damage` it writes what is behind it all the same, as evidence.
    ///
    /// # When it is normal
    /// After a power failure with `PRAGMA synchronous=NORMAL`, when commits that were not yet on the disk left
    /// pieces of themselves behind. Those commits were lost then, and SQLite has promised no more.
    "WAL101" "frame_checksum_mismatch" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some((end, first_commit)) = super::hole(evidence) else {
        return;
    };
    if !matches!(end.reason, SlotReason::ChecksumMismatch { .. }) {
        return;
    }
    super::report_hole(
        &RULE,
        evidence,
        findings,
        evidence.in_frame(end.number),
        end,
        first_commit,
        "its checksum does not hold",
    );
}
