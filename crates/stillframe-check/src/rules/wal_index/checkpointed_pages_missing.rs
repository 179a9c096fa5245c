use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// The wal-index shows that all of the WAL was checkpointed, and the database file lacks pages of it.
    ///
    /// # What it means
    /// The salts of the wal-index are those of a later generation of the WAL: the WAL was begun anew. SQLite does that only
    /// once a checkpoint has copied all of it into the database file. This file does not hold the pages: it was copied
    /// before that checkpoint, the WAL before it was begun anew or while it was, and the wal-index after.
    ///
    /// # Why it matters
    /// Nothing tells whether the WAL is here to its end. Commits that were in it when it was checkpointed, and those of the
    /// generation that the wal-index tells of, may be in no file of the set. SQLite opens it, finds it sound, and shows an
    /// older state.
    ///
    /// # How it is checked
    /// Salt-1 of the wal-index (offset 32) is larger than that of the WAL (offset 16) by as many as the WAL was begun anew.
    /// Each page of the last commit that stands in a frame is compared with the database file, but for reserved bytes, and
    /// but for pages that the wal-index knows a frame of. Where frames that are lacking
    /// (SHM206, SHM207) or the size (SHM208) tell already, it is not said again.
    ///
    /// # Example
    /// A backup copied `app.db`, then `app.db-wal` while a checkpoint emptied it, and then `app.db-shm`.
    ///
    /// # What to do
    /// Copy all files again, together, or with `.backup` or `VACUUM INTO`.
    ///
    /// # When it is normal
    /// Where the wal-index is not of this copy, as that of a later day that was left beside the database.
    "SHM209" "checkpointed_pages_missing" Warning since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let (index, image) = (evidence.wal_index.as_ref(), evidence.image.as_ref());
    // Frames that are lacking (SHM206, SHM207), or another size (SHM208), say as much.
    let is_told = index
        .zip(image)
        .is_some_and(|(index, image)| index.lacking.is_some() || index.other_size(image).is_some());
    let anew = index.and_then(|index| index.begun_anew);
    let Some(anew) = anew.filter(|_| !is_told) else {
        return;
    };
    let message = format!(
        "the wal-index is of after the WAL was begun anew, for which all of it was checkpointed, and of {} the database \
         file lacks {}, the first of them page {}: the files are of different moments, and commits may be in none of them",
        many(anew.examined, "page"),
        anew.lacking,
        anew.first,
    );
    findings
        .report(&RULE, evidence.in_index_head(32, 8), message)
        .related(
            evidence.in_pages(anew.first, anew.first.get()),
            "the first page that is not as the WAL has it",
        )
        .help("copy all files of the database again, together");
}
