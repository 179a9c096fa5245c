use crate::rule::rule;
use crate::words::{are, many};
use crate::{Evidence, Findings};

rule! {
    /// Frames that were committed are in no file of the set.
    ///
    /// # What it means
    /// The wal-index knows frames of committed transactions that were never copied into the database file. The WAL
    /// that held them is not there, or is one from before they were written, or ends before them.
    ///
    /// # Why it matters
    /// SQLite opens what is here, finds it sound, and shows an older state. What those transactions did is missing.
    ///
    /// # How it is checked
    /// mxFrame (offset 16) against nBackfill and nBackfillAttempted (offsets 96 and 128), and against the salts and
    /// the last commit of the WAL. Frames that a checkpoint had begun to copy, or that SQLite may have known nothing
    /// of, are SHM207.
    ///
    /// # Example
    /// A backup of `app.db` and `app.db-shm` that leaves out `*-wal`.
    ///
    /// # What to do
    /// Look for the WAL where the set came from: its bytes 16 to 23 are the salts that the message names. Copy it
    /// together with the database.
    ///
    /// # When it is normal
    /// In copies of a database in use that copied the WAL before the wal-index: the set is of an earlier moment then.
    /// And where a program that uses no wal-index, as in exclusive locking mode, has closed the database since and
    /// left the wal-index behind.
    "SHM206" "frames_missing" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some((known, wal_index, lacking)) = super::lacking(evidence) else {
        return;
    };
    let Some(certain) = lacking.certain_from else {
        return;
    };
    let frames = lacking.last.get() - certain.get() + 1;
    let before = certain.get() - lacking.first.get();
    let perhaps = match before {
        0 => String::new(),
        before => format!("; so may be {} before them", many(before, "frame")),
    };
    findings
        .report(
            &RULE,
            evidence.in_index_head(16, 4),
            format!(
                "{}: {} that {} committed, {certain} to {}, {} in no file{perhaps}. Newer versions of {} are missing",
                super::where_the_wal_is(evidence, wal_index.relation),
                many(frames, "frame"),
                if frames == 1 { "was" } else { "were" },
                lacking.last,
                are(frames),
                wal_index.lacking_pages(lacking)
            ),
        )
        .help(super::search(known));
}
