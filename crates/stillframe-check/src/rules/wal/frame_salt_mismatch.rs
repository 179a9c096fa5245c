use stillframe_wal::SlotReason;

use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// A frame's salts are not the header's, and commits of the header's generation lie behind it.
    ///
    /// # What it means
    /// Every frame repeats the two salts of the WAL header. This one has others, as a frame from before the last reset
    /// has; but it stands before, or itself is, a commit frame of the present generation whose checksum follows from
    /// the slot before. So it was written in this generation, and its salts were damaged.
    ///
    /// # Why it matters
    /// SQLite takes the first frame with other salts for the end of the log and says nothing. Every commit from there
    /// on is gone from what it shows, and at the next write or checkpoint for good.
    ///
    /// # How it is checked
    /// Frames are followed as SQLite's recovery does. Salts are no part of the checksum, so the frames behind can still
    /// be summed.
    ///
    /// # Example
    /// One bit of salt-1 is flipped in frame 5 of 12.
    ///
    /// # What to do
    /// Keep the files as they are and do not open them with SQLite. Look for another copy of the WAL. The state before
    /// the bad frame can be had with `stillframe rebuild`; where the checksums tell what stood there, that puts it right
    /// with `--repair`, and with `--past-damage` it writes what is behind it all the same, as evidence.
    ///
    /// # When it is normal
    /// Never in a WAL that a running SQLite has written. After a power failure with `PRAGMA synchronous=NORMAL`, frames
    /// of the last generation can stand where those of the present one had not reached the disk.
    "WAL102" "frame_salt_mismatch" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some((end, first_commit)) = super::hole(evidence) else {
        return;
    };
    let SlotReason::OtherGeneration { .. } = end.reason else {
        return;
    };
    let details = super::report_hole(
        &RULE,
        evidence,
        findings,
        evidence.in_frame_header(end.number, 8, 8),
        end,
        first_commit,
        "its salts are not those of the header",
    );
    if let (Some(frame), Some(header)) = (end.header, evidence.timeline.header()) {
        details.values(frame.salts, header.salts);
    }
}
