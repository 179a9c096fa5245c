use stillframe_format::ByteRange;
use stillframe_history::{Dormant, Role};
use stillframe_journal::header::HEADER_BYTES;

use super::KEEP_BOTH;
use crate::rule::rule;
use crate::{Evidence, Findings, Part};

rule! {
    /// The header of the rollback journal begins with zeros that SQLite did not write.
    ///
    /// # What it means
    /// The first byte of the journal is zero, so SQLite leaves it alone. SQLite itself begins a header with zeros in two ways
    /// only: it zeroes all 28 bytes of it when a transaction has ended, at once; or magic and number of records, 12 bytes,
    /// are not filled in yet, with a random number, a sector size and a page size behind them. Here it is neither.
    ///
    /// # Why it matters
    /// The transaction was under way when the header was damaged. Where its journal was hot, SQLite does not roll it back any
    /// more: it shows the database file as it lies there, which may hold half a transaction, and says nothing.
    ///
    /// # How it is checked
    /// The first 28 bytes of a journal that begins with a zero.
    ///
    /// # Example
    /// Bytes 0 to 7 of the journal are zero, and bytes 8 to 11 count 16 records.
    ///
    /// # What to do
    /// Do not write to the database with SQLite, which begins the journal anew. Copy both files again from where they come.
    /// `stillframe inspect --frames app.db-journal` lists the records, which hold pages as they were before the transaction.
    ///
    /// # When it is normal
    /// Never. A file of another program under this name may look like it.
    "RJ107" "header_zeroed_in_part" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    if evidence.dormant != Some(Dormant::Damaged) {
        return;
    }
    let header = ByteRange::new(0, HEADER_BYTES as u64);
    findings
        .report(
            &RULE,
            evidence.in_journal(header, Part::JournalHeader),
            "the header of the rollback journal begins with zeros, and neither as of a transaction that has ended nor of one \
             that was not synced yet: it was damaged, SQLite does not play the journal back, and the database may hold half a \
             transaction",
        )
        .related(
            evidence.whole(Role::Database),
            "the database that it may have been to roll back",
        )
        .help(KEEP_BOTH);
}
