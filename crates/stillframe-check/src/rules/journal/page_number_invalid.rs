use stillframe_journal::SlotReason;

use super::{in_record, report_stop, stop_at};
use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// A record of the rollback journal is of a page that has none, and SQLite stops there.
    ///
    /// # What it means
    /// The page number of a record is 0, or that of the page that holds the bytes for locks, at 1 GiB. SQLite journals
    /// neither. The record is one of those that its header counts, or intact ones stand behind it.
    ///
    /// # Why it matters
    /// SQLite puts back the pages before it and no page behind it, says nothing, and deletes the journal. The database is
    /// then of two moments.
    ///
    /// # How it is checked
    /// The first 4 bytes of the record. They are no part of its checksum.
    ///
    /// # Example
    /// A sector of the journal was read back as zeros.
    ///
    /// # What to do
    /// Do not open the database with SQLite. Copy both files again. `stillframe inspect app.db-journal` lists the
    /// records, also those behind the damage.
    ///
    /// # When it is normal
    /// After a loss of power, with `PRAGMA synchronous=NORMAL` or `OFF`, while the journal was being synced: then no page
    /// of the database was written yet.
    "RJ103" "page_number_invalid" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some((stop, slot)) = stop_at(&RULE, evidence, SlotReason::PageNumberInvalid) else {
        return;
    };
    let page = slot.page.unwrap_or_default();
    let what = format!(
        "record {} of the rollback journal is of page {page}, which is never journaled",
        slot.number
    );
    let number = in_record(evidence, &slot, 0, 4);
    report_stop(&RULE, evidence, findings, &stop, &what)
        .related(number, "the page number")
        .values(page, "a page of the database");
}
