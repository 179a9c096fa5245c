use stillframe_history::Pattern;

use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// The database file is from before the checkpoint that the wal-index tells of.
    ///
    /// # What it means
    /// Pages that a checkpoint is said to have copied are not so in the database file, and nothing shows that it was
    /// copied later than that: it is from before the checkpoint, or from its midst, and the wal-index from after it.
    ///
    /// # Why it matters
    /// With the WAL the set is whole: SQLite makes the wal-index anew and reads these pages from the WAL. The database
    /// file alone lacks them.
    ///
    /// # How it is checked
    /// Each page whose newest frame is no later than nBackfill (offset 96) is compared with the database file. Pages of
    /// later frames that are the same need not come from the checkpoint, as transactions write pages without changing
    /// them. Where one is certain to, SHM204 or SHM205 says so. Where none is, a checkpoint that skipped the pages looks
    /// the same.
    ///
    /// # Example
    /// `cp app.db*` while a checkpoint ran.
    ///
    /// # What to do
    /// Keep the WAL with the database.
    ///
    /// # When it is normal
    /// In copies of a database in use.
    "SHM904" "database_before_checkpoint" Note since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    super::report_backfill(
        &RULE,
        evidence,
        findings,
        Pattern::Before,
        |backfill, last| {
            (
                format!(
                    "the wal-index says that frames up to {last} were copied into the database file, and it does not hold {} so: it is from before the end of that checkpoint",
                    super::differing(backfill)
                ),
                "keep the WAL with the database",
            )
        },
    );
}
