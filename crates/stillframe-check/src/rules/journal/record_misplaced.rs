use stillframe_history::Rollback;

use super::in_record;
use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// A record of the rollback journal is of a page that has one already, or of none that the database had.
    ///
    /// # What it means
    /// SQLite writes a record of each page once, before it changes the page for the first time, and none of a page that the
    /// transaction added. Here there are two of one page, or one of a page behind the size that the header names. The page number
    /// is no part of the checksum of a record: it was changed, or the size in the header was.
    ///
    /// # Why it matters
    /// SQLite plays the journal back and says nothing. Of two records of a page the last one counts, and one behind the size is
    /// passed over. The page of which the record was stays as the transaction left it: the database is then of two moments.
    ///
    /// # How it is checked
    /// The first 4 bytes of each record that is played back, against the others and the size at offset 16 of the first header.
    ///
    /// # Example
    /// A bit of a page number flipped.
    ///
    /// # What to do
    /// Do not open the database with SQLite. Copy both files again from where they come. If that is all there is, check the database
    /// that `stillframe rebuild` writes, also in its rows.
    ///
    /// # When it is normal
    /// Never.
    "RJ108" "record_misplaced" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(misplaced) = evidence
        .misplaced
        .filter(|_| evidence.foreign_journal.is_none())
    else {
        return;
    };
    let (records, first) = (misplaced.records, misplaced.first);
    let page = first.page.unwrap_or_default();
    let size = evidence.rollback().and_then(Rollback::agreed_size);
    let why = match misplaced.again {
        Some(again) => format!("record {again} is of the same page"),
        None => format!(
            "the database had {} before the transaction",
            many(size.unwrap_or_default(), "page")
        ),
    };
    let which = match records {
        1 => format!("a record of the rollback journal, of page {page}, is none"),
        _ => format!(
            "{} of the rollback journal, the first of them of page {page}, are none",
            many(records, "record")
        ),
    };
    let message = format!(
        "{which} that SQLite writes, as {why}: a page that the transaction changed may not be put back"
    );
    findings
        .report(&RULE, in_record(evidence, &first, 0, 4), message)
        .help(super::KEEP);
}
