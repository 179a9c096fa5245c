use stillframe_wal::frame::slot_bytes;

use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// The WAL ends within a frame.
    ///
    /// # What it means
    /// The last frame is cut off: the WAL is no whole number of frames long.
    ///
    /// # Why it matters
    /// SQLite ignores a frame that is not whole. After a crash nothing is lost, as the commit was not done. If the copy
    /// was cut short, then whatever was behind is missing, and the file itself does not say how much.
    ///
    /// # How it is checked
    /// The length of the WAL against the page size in its header.
    ///
    /// # Example
    /// A WAL copied while it was written to.
    ///
    /// # What to do
    /// Compare the length with that of the original, where it is known.
    ///
    /// # When it is normal
    /// In copies of a database in use, and after a crash.
    "WAL906" "torn_frame" Note since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let torn = evidence.residue.torn;
    let size = evidence
        .timeline
        .header()
        .and_then(|header| header.page_size());
    let (Some(number), Some(size)) = (torn.first, size) else {
        return;
    };
    let place = evidence.in_slots(torn);
    let present = place.range.length();
    findings
        .report(
            &RULE,
            place,
            format!("the WAL ends {present} bytes into frame {number}"),
        )
        .values(
            format!("{present} bytes"),
            format!("{} bytes", slot_bytes(size)),
        );
}
