use stillframe_history::Relation;

use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// The wal-index is of another WAL, of which frames were not in the database file.
    ///
    /// # What it means
    /// The salts in the wal-index are not those of the WAL, nor of a generation near it. Its own WAL held frames that
    /// no checkpoint had brought into the database file when the wal-index was copied.
    ///
    /// # Why it matters
    /// The files are of different times, or of different databases. Nothing tells which is the newer one: what the
    /// other WAL held may be in the database file since, or be lost.
    ///
    /// # How it is checked
    /// The salts (offset 32) against those of the WAL, and mxFrame against nBackfill.
    ///
    /// # Example
    /// The database and its WAL were restored from a backup, and `app.db-shm` was left as it was.
    ///
    /// # What to do
    /// Look for a WAL with the salts that the wal-index names. Where there was never one, nothing needs to be done:
    /// SQLite makes the wal-index anew.
    ///
    /// # When it is normal
    /// Where a program that uses no wal-index, as in exclusive locking mode, has had the database open since. And where
    /// the wal-index was copied first, and a connection has begun the WAL anew since that had not done so before: it takes
    /// salts at random if the WAL was emptied, or if all that was written to it was rolled back.
    "SHM906" "index_of_other_wal" Note since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some((known, _)) = super::known_as(evidence, Relation::OtherWal) else {
        return;
    };
    let Some(wal_index) = &evidence.wal_index else {
        return;
    };
    let behind = known.mx_frame - wal_index.index.backfilled();
    if behind == 0 {
        return;
    }
    findings
        .report(
            &RULE,
            evidence.in_index_head(32, 8),
            format!(
                "the wal-index is of a WAL with salts {}, and not of this one: {} of that WAL {} not in the database file when it was copied",
                known.salts,
                many(behind, "frame"),
                if behind == 1 { "was" } else { "were" }
            ),
        )
        .help(super::search(known));
}
