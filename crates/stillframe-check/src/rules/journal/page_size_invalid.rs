use stillframe_journal::ErrorKind;

use super::{refused, report_refused};
use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// The page size in the header of the rollback journal is none.
    ///
    /// # What it means
    /// The first header tells how large the pages in the records are. The number there is neither 0, which stands for the
    /// page size of the database, nor a power of two from 512 to 65536.
    ///
    /// # Why it matters
    /// SQLite does not know where one record ends: it puts no page back and deletes the journal. The database file may
    /// hold half a transaction.
    ///
    /// # How it is checked
    /// Bytes 24 to 27 of the journal.
    ///
    /// # Example
    /// A bit of the page size, 4096, was flipped.
    ///
    /// # What to do
    /// Do not open the database with SQLite. Copy both files again. The records may be intact: they have the page size of
    /// the database.
    ///
    /// # When it is normal
    /// Never.
    "RJ004" "page_size_invalid" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(error) = refused(&RULE, evidence) else {
        return;
    };
    let ErrorKind::PageSize { found } = error.kind else {
        return;
    };
    let what = format!("the page size of the rollback journal is {found}");
    report_refused(&RULE, evidence, findings, error, &what)
        .values(found, "0, or a power of two from 512 to 65536");
}
