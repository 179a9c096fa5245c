use stillframe_history::Pattern;

use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// A checkpoint took frames of the WAL for copied that are not in the database file.
    ///
    /// # What it means
    /// The wal-index says that a checkpoint came to some frame. The pages of the last frames before that are in the
    /// database file, and those of the first ones are not: a checkpoint began behind them. That is what the WAL-reset
    /// bug of SQLite 3.7.0 to 3.51.2 leaves (fixed in 3.51.3, and in 3.50.7 and 3.44.6). A database file from before
    /// the checkpoint, or from its midst, is none of these; where it can be one, SHM904 says so.
    ///
    /// # Why it matters
    /// SQLite takes the database file for complete as far as that frame. The programs that have the database open may
    /// read old pages already, and when the last one is closed, or the WAL is begun anew, the pages are lost and the
    /// database is damaged for good. This set still has them: in the WAL.
    ///
    /// # How it is checked
    /// Each page whose newest frame is no later than nBackfill (offset 96) is compared with the database file. The
    /// rule is about sets where all pages that differ have older frames than all that do not, and where one of these is
    /// certainly from a checkpoint: it is behind all pages that the file had when the WAL was begun, and behind one that
    /// differs. A checkpoint copies pages in the order of their numbers, so that it came to the other one before. That a
    /// page is the same is not enough: transactions write pages without changing them.
    ///
    /// # Example
    /// Two connections met within a few microseconds, one writing the WAL anew and one checkpointing it.
    ///
    /// # What to do
    /// Run `stillframe rebuild`: it takes the pages from the WAL, and what it writes is whole. Keep the WAL. Stop the
    /// programs that have the original open without a clean end, as with `kill -9`, so that none of them checkpoints;
    /// then put the rebuilt database in its place, without the old WAL. Bring SQLite up to date.
    ///
    /// # When it is normal
    /// Never in files of one moment. The rule takes it that the database file was copied as of one moment, and not after
    /// the WAL: where it was read while a checkpoint ran, or is newer than the WAL and has had these pages changed since,
    /// it can look the same.
    "SHM204" "checkpoint_skipped_frames" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    super::report_backfill(
        &RULE,
        evidence,
        findings,
        Pattern::Skipped,
        |backfill, last| {
            (
                format!(
                    "the wal-index says that frames up to {last} were copied into the database file, and it lacks {}{} and all others of later frames: a checkpoint skipped them, or the file was copied while one ran, or after the WAL",
                    super::differing(backfill),
                    super::witness(backfill)
                ),
                "keep the WAL, which alone holds these pages; stillframe rebuild takes them from there and writes a whole database",
            )
        },
    );
}
