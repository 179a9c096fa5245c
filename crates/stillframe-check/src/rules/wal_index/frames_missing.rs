use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// Frames that were committed are in no file of the set.
    ///
    /// # What it means
    /// The wal-index knows frames of committed transactions that had not been copied into the database file when it was
    /// copied itself. The WAL that held them is not there, or is one from before they were written, or ends before them.
    ///
    /// # Why it matters
    /// SQLite opens what is here, finds it sound, and shows an older state. What those transactions did is missing.
    ///
    /// # How it is checked
    /// mxFrame (offset 16) against nBackfill and nBackfillAttempted (offsets 96 and 128), and against the salts and
    /// the last commit of the WAL. Frames that a checkpoint had begun to copy, or that SQLite may have known nothing
    /// of, are SHM207; so are all where the database file cannot be what they were written over: it is in rollback mode,
    /// has another page size or number of pages, or is newer than the WAL; and where it may hold them all, as a checkpoint
    /// may have copied them after the wal-index was copied and before the file was: it counts as many pages as the last of
    /// them left, and has each page that a frame which is still in the WAL was the last to write.
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
    /// Nothing may be missing where the database file is from after the wal-index and has become another size since: where
    /// it was copied last, or a program that uses no wal-index, as in exclusive locking mode, has left an old one behind.
    "SHM206" "frames_missing" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some((known, wal_index, lacking)) = super::lacking(evidence) else {
        return;
    };
    let Some(certain) = lacking.certain_from else {
        return;
    };
    let before = certain.get() - lacking.first.get();
    let perhaps = match before {
        0 => String::new(),
        before => format!("; nor, perhaps, {} before them", many(before, "frame")),
    };
    let (which, was) = super::frames(certain, lacking.last);
    findings
        .report(
            &RULE,
            evidence.in_index_head(16, 4),
            format!(
                "{}: {which} {was} not in the database file when the wal-index was copied{perhaps}. Newer versions of {} are missing",
                super::where_the_wal_is(evidence, wal_index.relation),
                wal_index.lacking_pages(lacking)
            ),
        )
        .help(format!(
            "{}. Only if the database file was copied last, or was open in exclusive locking mode since, and became another \
             size, may nothing be missing",
            super::search(known)
        ));
}
