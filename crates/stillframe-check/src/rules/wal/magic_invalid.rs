use stillframe_wal::ErrorKind;

use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// The WAL does not begin as a WAL does.
    ///
    /// # What it means
    /// The first four bytes are neither `377f0682` nor `377f0683`: the header is damaged, or this is no WAL.
    ///
    /// # Why it matters
    /// SQLite ignores the whole WAL and says nothing. It shows the database file alone, as if nothing had been
    /// committed since the last checkpoint, and deletes the WAL when the database is closed.
    ///
    /// # How it is checked
    /// The field is tested first, as in SQLite's recovery. Where the page size can still be told, each slot behind the
    /// header is summed from the checksum stored in the one before.
    ///
    /// # Example
    /// The first sector of `app.db-wal` was overwritten with zeros.
    ///
    /// # What to do
    /// Keep the files as they are and do not open them with SQLite. Look for another copy of the WAL. `stillframe
    /// rebuild --repair` tells the header from the first frame, where that holds.
    ///
    /// # When it is normal
    /// With `PRAGMA synchronous=OFF` after a power failure, where the header had not reached the disk.
    "WAL002" "magic_invalid" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(error) = super::not_accepted(&RULE, evidence) else {
        return;
    };
    let details = super::report_ignored(&RULE, evidence, findings, error);
    if let ErrorKind::Magic { found } = error.kind {
        details.values(format!("{found:08x}"), "377f0682 or 377f0683");
    }
}
