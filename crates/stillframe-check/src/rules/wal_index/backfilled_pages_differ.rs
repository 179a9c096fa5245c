use stillframe_history::Pattern;

use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// Pages that a checkpoint copied into the database file are not there as it copied them.
    ///
    /// # What it means
    /// The wal-index says that a checkpoint came to some frame. Of the pages whose newest frame is no later, the
    /// database file holds some as the frames have them, and others not: writes to the file were lost, something else
    /// has written to it, or the file was copied while the checkpoint went on.
    ///
    /// # Why it matters
    /// With the WAL the set is whole: SQLite makes the wal-index anew and reads these pages from the WAL. The database
    /// file alone is not.
    ///
    /// # How it is checked
    /// Each page whose newest frame is no later than nBackfill (offset 96) is compared with the database file.
    ///
    /// # Example
    /// A large database was copied with `cp` while it was in use.
    ///
    /// # What to do
    /// Keep the WAL with the database, or write both into one file with `stillframe rebuild`. Where nothing had the
    /// database open while it was copied, test the disk.
    ///
    /// # When it is normal
    /// In copies of a database in use, where the file was copied while a checkpoint went on.
    "SHM205" "backfilled_pages_differ" Warning since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    super::report_backfill(
        &RULE,
        evidence,
        findings,
        Pattern::Mixed,
        |backfill, last| {
            (
                format!(
                    "the wal-index says that frames up to {last} were copied into the database file, and of {} it does not hold {}",
                    many(backfill.examined, "page"),
                    super::differing(backfill)
                ),
                "keep the WAL with the database, or write both into one with stillframe rebuild, which takes these pages from the WAL",
            )
        },
    );
}
