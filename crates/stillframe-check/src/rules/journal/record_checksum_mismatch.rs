use stillframe_journal::SlotReason;

use super::{in_record, report_stop, stop_at};
use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// A record of the rollback journal is damaged, and SQLite stops there.
    ///
    /// # What it means
    /// The checksum of a record does not hold, and the record is one of those that its header counts: it was written, and
    /// synced, before any page of the database was. Where the header counts none and takes all that fit, intact records
    /// stand behind it.
    ///
    /// # Why it matters
    /// SQLite puts back the pages before it and no page behind it, not even of later segments. It says nothing, and
    /// deletes the journal. The database is then of two moments: some pages as before the transaction, others half
    /// changed.
    ///
    /// # How it is checked
    /// The sum of every 200th byte of the page, from its end, and the nonce in the header, against the last 4 bytes of the
    /// record. Pages past the size that the database had are passed over, as SQLite does.
    ///
    /// # Example
    /// A disk lost a sector in the middle of the journal.
    ///
    /// # What to do
    /// Do not open the database with SQLite. Copy both files again. `stillframe inspect app.db-journal` lists the
    /// records, also those behind the damage.
    ///
    /// # When it is normal
    /// After a loss of power, with `PRAGMA synchronous=NORMAL` or `OFF`, while the journal was being synced: then no page
    /// of the database was written yet.
    "RJ101" "record_checksum_mismatch" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some((stop, slot)) = stop_at(&RULE, evidence, SlotReason::ChecksumMismatch) else {
        return;
    };
    let page = slot.page.unwrap_or_default();
    let what = format!(
        "the checksum of record {} of the rollback journal, of page {page}, does not hold",
        slot.number
    );
    let number = in_record(evidence, &slot, 0, 4);
    report_stop(&RULE, evidence, findings, &stop, &what)
        .related(number, format!("the page number: {page}"));
}
