use stillframe_wal::SlotReason;

use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// A frame that commits follow, or that is one, names page 0.
    ///
    /// # What it means
    /// The frame has the salts of the WAL's present generation and the page number 0. There is no page 0, and SQLite
    /// writes no such frame. It is a commit frame itself, or intact commit frames of the same generation stand behind
    /// it.
    ///
    /// # Why it matters
    /// SQLite takes the frame for the end of the log and says nothing. Every commit from there on is gone from
    /// what it shows, and at the next write or checkpoint for good.
    ///
    /// # How it is checked
    /// Frames are followed as SQLite's recovery does; the page number is tested before the checksum. Behind it, each
    /// slot is summed from the checksum stored in the slot before it.
    ///
    /// # Example
    /// The first four bytes of frame 7 were overwritten with zeros.
    ///
    /// # What to do
    /// Keep the files as they are and do not open them with SQLite. Look for another copy of the WAL. The state before
    /// the bad frame can be had with `stillframe rebuild`.
    ///
    /// # When it is normal
    /// Never.
    "WAL103" "page_number_zero" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(end) = evidence.residue.end else {
        return;
    };
    if end.reason != SlotReason::PageNumberZero {
        return;
    }
    let place = evidence.in_frame_header(end.number, 0, 4);
    let is_commit = end.header.is_some_and(|header| header.is_commit());
    let details = if let Some((end, first_commit)) = super::hole(evidence) {
        let why = "it names page 0";
        super::report_hole(&RULE, evidence, findings, place, end, first_commit, why)
    } else if is_commit {
        let (number, shown) = (end.number, evidence.timeline.last());
        findings
            .report(
                &RULE,
                place,
                format!(
                    "frame {number}, a commit frame, names page 0 and ends the log: SQLite shows commit {shown}"
                ),
            )
            .help("keep the files as they are: opening them with SQLite overwrites the frame")
    } else {
        return;
    };
    details.values(0, "a page number from 1 on");
}
