use stillframe_wal::wal_index::ErrorKind;

use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// The two copies of the header in the wal-index are not the same.
    ///
    /// # What it means
    /// SQLite writes the header twice, the second copy first. Where they differ a connection was writing it at that
    /// moment, or one of them is damaged.
    ///
    /// # Why it matters
    /// SQLite never uses the wal-index of a copy: it makes it anew from the WAL. But what is wrong with it was wrong
    /// for the programs that had the database open, or went wrong when it was copied.
    ///
    /// # How it is checked
    /// The first 96 bytes, by SQLite's tests in its order: the two copies of the header, whether it was written, its
    /// checksum, its version.
    ///
    /// # Example
    /// `cp app.db-shm` ran while a transaction was committed.
    ///
    /// # What to do
    /// Nothing, where the WAL is there and sound. Else do not rely on what the wal-index says.
    ///
    /// # When it is normal
    /// In a copy of a database in use, once in a great while.
    "SHM002" "header_copies_differ" Warning since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(error) = super::refusal(evidence) else {
        return;
    };
    if matches!(error.kind, ErrorKind::CopiesDiffer) {
        super::report_refusal(&RULE, evidence, findings, error);
    }
}
