use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// What the wal-index says of checkpoints and readers cannot be.
    ///
    /// # What it means
    /// A checkpoint is said to have come further than the last frame, or read mark 0 is not 0, as it always is. (The other
    /// marks may be those of readers of the WAL before it was begun anew.)
    ///
    /// # Why it matters
    /// Checkpoints go by these numbers. Where nBackfill is too large a checkpoint leaves frames out, and what they
    /// hold is lost once the WAL is begun anew: that is how the WAL-reset bug of SQLite 3.7.0 to 3.51.2 destroys data.
    ///
    /// # How it is checked
    /// nBackfill (offset 96) and nBackfillAttempted (128) against mxFrame; read mark 0 (100).
    ///
    /// # Example
    /// nBackfill is 9 and the last frame 4.
    ///
    /// # What to do
    /// Rebuild the database from the WAL, and keep the WAL. If the programs that have the database open are still
    /// running, do not let them end before that: their last checkpoint may leave frames out.
    ///
    /// # When it is normal
    /// In a copy of a database in use, where the WAL was being begun anew at that moment.
    "SHM102" "checkpoint_values_impossible" Warning since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some((known, info)) = super::known(evidence) else {
        return;
    };
    let last = known.mx_frame;
    let mark = info.read_marks.first().copied().unwrap_or_default();
    let (offset, what, found, most) = if info.backfilled > last {
        (96, "nBackfill".to_owned(), info.backfilled, last)
    } else if info.attempted > last {
        (128, "nBackfillAttempted".to_owned(), info.attempted, last)
    } else if mark != 0 {
        (100, "read mark 0".to_owned(), mark, 0)
    } else {
        return;
    };
    findings
        .report(
            &RULE,
            evidence.in_index_head(offset, 4),
            format!(
                "{what} is {found}, and it can be no more than {most}: the last frame is {last}"
            ),
        )
        .values(found, format!("at most {most}"))
        .help("keep the WAL; stillframe rebuild writes the database from there");
}
