use stillframe_history::OtherMoment;

use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// The database file is hardly of the moment of the WAL.
    ///
    /// # What it means
    /// Either the file has more pages than page 1 of it and every commit of the WAL count, with something in them: a WAL is
    /// begun once the file was cut to just the pages of the database. Or a page is not in the file as the generation before left
    /// it, which was checkpointed before the WAL was begun anew; of that one frame alone is left, so that no checksum tells
    /// whether it holds, or frames without salts, of a transaction that was not committed, are of that page or stand behind it.
    ///
    /// # Why it matters
    /// Where one file was copied before a checkpoint and the other after it SQLite shows a mixture of two moments, and
    /// `PRAGMA integrity_check` may find it sound.
    ///
    /// # How it is checked
    /// Whole pages of the file behind all that is counted are read up to the first byte that is not zero, where page 1 of the
    /// file is none of the WAL. Of the slots behind the log one of the generation before is compared with the file if it ends a
    /// commit and a slot of an older generation follows it, and so are those of pages that stand, too, in frames without
    /// salts, or in front of such frames. Not where SET204 to SET206 tell.
    ///
    /// # Example
    /// The WAL was copied, then a commit made the database larger and a checkpoint ran while the database was copied.
    ///
    /// # What to do
    /// Copy both again while a read transaction holds them still, or with the backup API. If that is all there is, compare
    /// with another copy before you trust the rows.
    ///
    /// # When it is normal
    /// Where the application sets `SQLITE_FCNTL_CHUNK_SIZE` and the database became smaller; where that frame is damaged.
    "SET209" "file_of_other_moment" Warning since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(found) = evidence.other_moment else {
        return;
    };
    let help = "copy both again while nothing writes, or with the backup API";
    match found {
        OtherMoment::Outgrown { counted, first } => {
            let message = format!(
                "the database file has something behind the {} that page 1 of it and the commits of the WAL count at most, first on \
                 page {first}: it is hardly of the moment of the WAL",
                many(counted, "page")
            );
            findings
                .report(&RULE, evidence.in_pages(first, first.get()), message)
                .help(help);
        }
        OtherMoment::NotCarried { page, frame } => {
            let message = format!(
                "page {page} is not in the database file as the commits before the WAL was begun anew left it: it is hardly of the \
                 moment of the WAL, unless what is left of those is damaged"
            );
            findings
                .report(&RULE, evidence.in_pages(page, page.get()), message)
                .related(
                    evidence.in_frame(frame),
                    format!("page {page} as they left it"),
                )
                .help(help);
        }
    }
}
