use stillframe_wal::wal_index::ErrorKind;

use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// The wal-index is of a version that SQLite does not know.
    ///
    /// # What it means
    /// The version in the header is not 3007000, which is the only one there is, and the header is otherwise right.
    /// While such a wal-index is in use, SQLite refuses to open the database.
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
    /// The wal-index of a program that is not SQLite.
    ///
    /// # What to do
    /// Nothing, where the WAL is there and sound. Else do not rely on what the wal-index says.
    ///
    /// # When it is normal
    /// Never.
    "SHM004" "version_unsupported" Warning since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(error) = super::refusal(evidence) else {
        return;
    };
    if matches!(error.kind, ErrorKind::Version { .. }) {
        super::report_refusal(&RULE, evidence, findings, error);
    }
}
