use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// Frames that were committed are not in the WAL, and whether they are in the database file is not known.
    ///
    /// # What it means
    /// The wal-index knows frames that the WAL does not hold, or there is no WAL. A checkpoint had begun to copy them
    /// into the database file, or may have done so before SQLite made the wal-index anew, or has emptied the WAL since;
    /// or the database is no longer in WAL mode, which it leaves only once all is copied; or has become another one since,
    /// as its page size or number of pages tells; or is as large as they left it, as if it had been copied after that.
    ///
    /// # Why it matters
    /// If they were not copied, what those transactions did is missing.
    ///
    /// # How it is checked
    /// mxFrame (offset 16) against nBackfill and nBackfillAttempted (offsets 96 and 128), and against the WAL. Frames
    /// that were certainly not copied are SHM206.
    ///
    /// # Example
    /// After a crash the database was opened and copied without its WAL before anything was written to it. Or it was
    /// opened in exclusive locking mode, has grown, and was closed: that leaves an old wal-index behind.
    ///
    /// # What to do
    /// Look for the WAL where the set came from: its bytes 16 to 23 are the salts that the message names.
    ///
    /// # When it is normal
    /// Where the wal-index was copied before a checkpoint, and the other files after it.
    "SHM207" "frames_may_be_missing" Warning since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some((known, wal_index, lacking)) = super::lacking(evidence) else {
        return;
    };
    if lacking.certain_from.is_some() {
        return;
    }
    let (which, _) = super::frames(lacking.first, lacking.last);
    findings
        .report(
            &RULE,
            evidence.in_index_head(16, 4),
            format!(
                "{}: {which} may not have been copied into the database file before. They hold newer versions of {}",
                super::where_the_wal_is(evidence, wal_index.relation),
                wal_index.lacking_pages(lacking)
            ),
        )
        .help(super::search(known));
}
