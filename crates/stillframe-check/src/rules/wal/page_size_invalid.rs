use stillframe_wal::ErrorKind;

use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// The WAL header names no possible page size.
    ///
    /// # What it means
    /// The field at offset 8 is no power of two from 512 to 65536: the header is damaged.
    ///
    /// # Why it matters
    /// SQLite ignores the whole WAL and says nothing. It shows the database file alone, as if nothing had been
    /// committed since the last checkpoint, and deletes the WAL when the database is closed.
    ///
    /// # How it is checked
    /// The field is tested after the magic number, as in SQLite's recovery. Where frames begin cannot be told without
    /// it.
    ///
    /// # Example
    /// The field holds 768.
    ///
    /// # What to do
    /// Keep the files as they are and do not open them with SQLite. Look for another copy of the WAL. The page size is
    /// most likely that of the database. `stillframe rebuild --repair` tells the header from the first frame, where that
    /// holds.
    ///
    /// # When it is normal
    /// Never.
    "WAL003" "page_size_invalid" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(error) = super::not_accepted(&RULE, evidence) else {
        return;
    };
    let details = super::report_ignored(&RULE, evidence, findings, error);
    if let ErrorKind::PageSize { found } = error.kind {
        details.values(found, "a power of two from 512 to 65536");
    }
}
