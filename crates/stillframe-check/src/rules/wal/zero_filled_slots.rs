use stillframe_wal::SlotReason;

use crate::rule::rule;
use crate::words::{are, many};
use crate::{Evidence, Findings};

rule! {
    /// Behind the end of the log the WAL is filled with zeros.
    ///
    /// # What it means
    /// Whole slots are zero: room that the file system gave to the WAL and nobody has written to yet, or whose content
    /// had not reached the disk.
    ///
    /// # Why it matters
    /// SQLite ignores them. If intact commits stand behind the first of them, it is WAL105; if older frames do, WAL106.
    ///
    /// # How it is checked
    /// Slots of which every byte is zero, behind the end of the log, with nothing but such slots behind them.
    ///
    /// # Example
    /// After a power failure the file had its new length, and not yet its new content.
    ///
    /// # What to do
    /// Nothing.
    ///
    /// # When it is normal
    /// After a power failure, and where room is taken beforehand.
    "WAL907" "zero_filled_slots" Note since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let slots = evidence.residue.zeros_at_end;
    if slots.slots == 0 || super::is_zeroed_frame(evidence, SlotReason::ZeroFilled) {
        return;
    }
    findings.report(
        &RULE,
        evidence.in_slots(slots),
        format!(
            "{} at the end of the WAL {} all zeros",
            many(slots.slots, "slot"),
            are(slots.slots)
        ),
    );
}
