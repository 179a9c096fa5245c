use stillframe_wal::ErrorKind;

use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// The checksum of the WAL header does not hold.
    ///
    /// # What it means
    /// The first 24 bytes of the WAL do not sum to the checksum in the 8 bytes behind them: one or the other was
    /// damaged.
    ///
    /// # Why it matters
    /// SQLite ignores the whole WAL and says nothing. It shows the database file alone, as if nothing had been
    /// committed since the last checkpoint, and deletes the WAL when the database is closed.
    ///
    /// # How it is checked
    /// The header is summed as SQLite's recovery does. Each slot behind it is summed from the checksum stored in the
    /// one before, which shows how many commits are intact.
    ///
    /// # Example
    /// One flipped bit in the header, and 50 commits behind it.
    ///
    /// # What to do
    /// Keep the files as they are and do not open them with SQLite. Look for another copy of the WAL. `stillframe
    /// rebuild --repair` tells the header from the first frame, where that holds.
    ///
    /// # When it is normal
    /// Never with `PRAGMA synchronous=NORMAL` or higher: SQLite brings the header to the disk before the first frame.
    "WAL004" "header_checksum_mismatch" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(error) = super::not_accepted(&RULE, evidence) else {
        return;
    };
    let details = super::report_ignored(&RULE, evidence, findings, error);
    if let ErrorKind::HeaderChecksum { stored, computed } = error.kind {
        details.values(stored, computed);
    }
}
