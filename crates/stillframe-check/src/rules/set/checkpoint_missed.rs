use crate::rule::rule;
use crate::words::{are, many};
use crate::{Evidence, Findings};

rule! {
    /// The database file lacks pages that were brought into it before the WAL was begun anew.
    ///
    /// # What it means
    /// SQLite begins a WAL anew only once a checkpoint has brought all of it into the database file. Frames of the
    /// generation before are still in the WAL, behind the log. Their pages are neither in the log nor as they stand
    /// there in the database file: the file and the WAL are of different moments.
    ///
    /// # Why it matters
    /// SQLite shows a mixture of two moments and says nothing; `PRAGMA integrity_check` may even find it sound. Rows
    /// that were committed are missing.
    ///
    /// # How it is checked
    /// Of each page that the generation before committed, the last frame that chains is compared with the database
    /// file, and of each that the one before that did: there more pages have to be missing than the generation in between
    /// can have written in frames that were written over since. Not where a frame of the present generation has the page too, nor past the size of the database, nor in a
    /// WAL that ends within a slot, as `PRAGMA journal_size_limit` cuts it.
    ///
    /// # Example
    /// The database was copied, then a checkpoint ran and the WAL was begun anew, then the WAL was copied.
    ///
    /// # What to do
    /// Keep both files as they are, and do not open them with SQLite. Look for a copy of the database from after that
    /// checkpoint. Where what the file lacks is still in the WAL, and is sound with it, `stillframe rebuild --repair` writes
    /// that database. Copy both while a read transaction holds them still, or with the backup API.
    ///
    /// # When it is normal
    /// Where `fsync` of the WAL failed, as SQLite rolls that transaction back and leaves its frames; where the power failed before
    /// all frames of a commit had reached the disk, and those that had are behind what was written since; and with a
    /// `PRAGMA journal_size_limit` of just 32 bytes and whole frames.
    "SET205" "checkpoint_missed" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(missed) = evidence.missed else {
        return;
    };
    findings
        .report(
            &RULE,
            evidence.in_pages(missed.first, missed.first.get()),
            format!(
                "{} of the {} left in the WAL from before it was begun anew {} not in the database file, the first of them \
                 page {}",
                missed.pages,
                many(missed.examined, "page"),
                are(missed.pages),
                missed.first
            ),
        )
        .related(
            evidence.in_frame(missed.frame),
            format!("page {} as the checkpoint brought it into the file", missed.first),
        )
        .help("do not open the set with SQLite; look for a copy of the database from after the checkpoint");
}
