use stillframe_history::HeaderContradiction;

use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// A rollback journal counts all records that fit, and another header stands behind some of them.
    ///
    /// # What it means
    /// SQLite counts the records of a journal when it syncs them, and then writes another header. Where it does not sync,
    /// with `PRAGMA synchronous=OFF`, the first header counts all records that fit, and there is no other one. Here both
    /// is so: the count is damaged, or the other header is left over from a journal before.
    ///
    /// # Why it matters
    /// If the count is damaged, SQLite takes the header for a record, and what is behind it for others: it stops there,
    /// says nothing, and the pages behind are not put back.
    ///
    /// # How it is checked
    /// Where the records end that are played back, a header is looked for at the next sector: one with the sizes of the
    /// first.
    ///
    /// # Example
    /// Bytes 8 to 11 of the journal are `ff ff ff ff`, and a header stands behind record 9.
    ///
    /// # What to do
    /// Copy both files again from where they come. If that is all there is, check the database that `stillframe rebuild`
    /// writes.
    ///
    /// # When it is normal
    /// With `PRAGMA journal_mode=PERSIST`, where the application has changed `PRAGMA synchronous` to OFF before.
    "RJ105" "record_count_doubtful" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(rollback) = evidence.hot_rollback() else {
        return;
    };
    let Some(HeaderContradiction::Uncounted { offset, before, .. }) = rollback.contradiction()
    else {
        return;
    };
    let message = format!(
        "the rollback journal counts all records that fit, and behind {} stands another header: the count is damaged, and \
         SQLite puts back no more than these, or the header is left over from a journal before",
        many(before, "record"),
    );
    findings
        .report(&RULE, evidence.in_journal_header(0, 8, 4), message)
        .related(
            evidence.in_journal_header(offset, 0, 28),
            "the other header",
        )
        .help("copy both files again from where they come");
}
