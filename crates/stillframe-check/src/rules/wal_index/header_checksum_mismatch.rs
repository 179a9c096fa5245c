use stillframe_wal::wal_index::ErrorKind;

use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// The checksum of the header in the wal-index does not hold.
    ///
    /// # What it means
    /// Both copies of the header are the same, and their checksum is not that of their bytes. SQLite does not write
    /// such a header.
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
    /// A disk error, or a program that wrote into the file.
    ///
    /// # What to do
    /// Nothing, where the WAL is there and sound. Else do not rely on what the wal-index says.
    ///
    /// # When it is normal
    /// Never.
    "SHM003" "header_checksum_mismatch" Warning since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(error) = super::refusal(evidence) else {
        return;
    };
    if matches!(error.kind, ErrorKind::Checksum { .. }) {
        super::report_refusal(&RULE, evidence, findings, error);
    }
}
