use stillframe_history::Role;
use stillframe_wal::header::HEADER_BYTES;

use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// The WAL is there, and there is nothing in it.
    ///
    /// # What it means
    /// It has 0 bytes, or just the 32 of its header.
    ///
    /// # Why it matters
    /// SQLite shows the database file alone, and that is all there is: where the WAL is here, it was not left behind.
    ///
    /// # How it is checked
    /// The length of the WAL.
    ///
    /// # Example
    /// `PRAGMA wal_checkpoint(TRUNCATE)` just before the copy: 0 bytes.
    ///
    /// # What to do
    /// Nothing.
    ///
    /// # When it is normal
    /// After a checkpoint with TRUNCATE, with a size limit of 0 on the journal, or when a database was opened and not
    /// yet written to.
    "WAL908" "no_frames" Note since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(wal) = &evidence.set.wal else {
        return;
    };
    let length = wal.bytes.len();
    let message = if length == 0 {
        "the WAL has 0 bytes: SQLite shows the database file alone"
    } else if length == HEADER_BYTES as u64 {
        "the WAL has a header and no frame: SQLite shows the database file alone"
    } else {
        return;
    };
    findings.report(&RULE, evidence.whole(Role::Wal), message);
}
