use stillframe_history::Rollback;
use stillframe_journal::{End, SlotReason};

use super::{report_stop, stop};
use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// The rollback journal ends before all records that its header counts.
    ///
    /// # What it means
    /// SQLite writes the number of records into the header once they are in the file, and only then writes to the
    /// database. The journal is shorter than that: it was cut off later, or copied in part.
    ///
    /// # Why it matters
    /// SQLite puts back the pages that are there, says nothing, and deletes the journal. Pages whose records are missing
    /// stay as the transaction left them: the database is then of two moments.
    ///
    /// # How it is checked
    /// The number of records in each header, against the length of the journal. A later header that is cut off itself counts
    /// where its magic number and its number of records are there.
    ///
    /// # Example
    /// The disk was full when the backup copied the journal, and nobody looked.
    ///
    /// # What to do
    /// Do not open the database with SQLite. Compare the length of the journal with that of the original, or copy both
    /// files again.
    ///
    /// # When it is normal
    /// After a loss of power, with `PRAGMA synchronous=NORMAL` or `OFF`, while the journal was being synced: then no page
    /// of the database was written yet.
    "RJ102" "records_missing" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(stop) = stop(&RULE, evidence) else {
        return;
    };
    let is_short = stop
        .slot
        .is_none_or(|slot| matches!(slot.reason, SlotReason::Short { .. }));
    if !is_short {
        return;
    }
    let counted = many(stop.segment.header.records, "record");
    let there = many(stop.before, "record");
    let is_in_header = |it: &Rollback| matches!(it.end(), Some(End::HeaderCut(_)));
    let what = match evidence.hot_rollback().is_some_and(is_in_header) {
        true => format!("the rollback journal ends within a header that counts {counted}"),
        false => format!(
            "the rollback journal ends after {there} of the {} that its header counts",
            stop.segment.header.records
        ),
    };
    report_stop(&RULE, evidence, findings, &stop, &what).values(there, counted);
}
