use crate::rule::rule;
use crate::words::{are, many};
use crate::{Evidence, Findings, JournalDefect};

rule! {
    /// A header of the rollback journal counts fewer records than stand behind it.
    ///
    /// # What it means
    /// SQLite writes the number of records into a header when it syncs them, and begins another header then, with a nonce
    /// of its own. Directly behind the records that are counted here stand more of which the checksum holds with the nonce
    /// of this header: they are of its segment, and the number is damaged.
    ///
    /// # Why it matters
    /// SQLite puts back the records that are counted, looks for a header behind them, and ends where it finds none. It says
    /// nothing, and deletes the journal. The database is then of two moments.
    ///
    /// # How it is checked
    /// Bytes 8 to 11 of each header that counts, and the checksums of what stands between the records that it counts and
    /// the next header.
    ///
    /// # Example
    /// Bytes 8 to 11 of the journal are zeros, and 24 intact records stand behind the header.
    ///
    /// # What to do
    /// Do not open the database with SQLite. Copy both files again. `stillframe inspect app.db-journal` lists the records,
    /// also those that are not counted.
    ///
    /// # When it is normal
    /// Never.
    "RJ106" "records_not_counted" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(JournalDefect::TooFew { segment, behind }) = evidence.journal_defect() else {
        return;
    };
    let counted = segment.header.records;
    let message = format!(
        "a header of the rollback journal counts {}, and {} of it {} behind them: SQLite does not look at these, says \
         nothing, and deletes the journal",
        many(counted, "record"),
        many(behind, "more intact record"),
        are(behind),
    );
    findings
        .report(
            &RULE,
            evidence.in_journal_header(segment.offset, 8, 4),
            message,
        )
        .values(counted, u64::from(counted) + behind)
        .help(super::KEEP);
}
