use stillframe_history::Pattern;

use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// Pages that a checkpoint copied into the database file are not there as it copied them.
    ///
    /// # What it means
    /// The wal-index says that a checkpoint came to some frame. Of the pages whose newest frame is no later, the
    /// database file holds some as the frames have them, and lacks others that the checkpoint came to before: writes to
    /// the file were lost, something else has written to it, or the file was copied while the checkpoint went on, or
    /// after the WAL.
    ///
    /// # Why it matters
    /// With the WAL the set is whole: SQLite makes the wal-index anew and reads these pages from the WAL. The database
    /// file alone is not.
    ///
    /// # How it is checked
    /// Each page whose newest frame is no later than nBackfill (offset 96) is compared with the database file. One that
    /// differs counts where a page of a later frame and a greater number is certainly from a checkpoint: one behind all
    /// that the file had when the WAL was begun. Else the file can be from before the checkpoint, or from its midst,
    /// which is SHM904; where all that differ have the oldest frames it is SHM204.
    ///
    /// # Example
    /// A disk took a write for done, and one page of the database file is as it was before.
    ///
    /// # What to do
    /// Keep the WAL with the database, or write both into one file with `stillframe rebuild`. Where nothing had the
    /// database open while it was copied, test the disk.
    ///
    /// # When it is normal
    /// In copies of a database in use, where a checkpoint went on while the file was read; and after a power failure,
    /// where nothing has opened the database since.
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
                    "the wal-index says that frames up to {last} were copied into the database file, and of {} it does not hold {}{}",
                    many(backfill.examined, "page"),
                    super::differing(backfill),
                    super::witness(backfill)
                ),
                "keep the WAL with the database, or write both into one with stillframe rebuild, which takes these pages from the WAL",
            )
        },
    );
}
