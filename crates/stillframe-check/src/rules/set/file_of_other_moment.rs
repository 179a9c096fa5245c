use stillframe_history::OtherMoment;

use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// The database file is hardly of the moment of the WAL.
    ///
    /// # What it means
    /// Either the file has more pages than page 1 of it and every commit of the WAL count, with something in them: a WAL is
    /// begun once the file was cut to just the pages of the database. Or it holds a page as no commit of the WAL wrote it, nor as
    /// it was when the WAL was begun: that is known of pages that the file did not have then, where the first commit of the WAL
    /// did not write page 1, and of those whose frames of the generation before are still in the WAL, as that was checkpointed
    /// before. Or one frame alone is left of that generation,
    /// so that no checksum tells whether it holds, and its page is not in the file so.
    ///
    /// # Why it matters
    /// Where one file was copied before a checkpoint and the other after it SQLite shows a mixture of two moments, and
    /// `PRAGMA integrity_check` may find it sound.
    ///
    /// # How it is checked
    /// The first 1,024 whole pages of the file behind all that is counted are read for a byte that is not zero, where page 1 of the
    /// file is none of the WAL. Pages that the log has written, of the generation before or behind those of the first commit,
    /// are compared with that generation's last frame of them, with every frame of the log, and with zeros, by sectors of 512
    /// bytes, as a page that is being written has some of each. Of the slots behind the log a lone one of the generation before
    /// is compared if it ends a commit and a slot of an older generation follows it. Not where SET204 to SET206 tell, nor pages
    /// of the log where commits behind it are damaged, or where the WAL ends within a slot and the frames would be of the generation
    /// before.
    ///
    /// # Example
    /// The WAL was copied, then a commit made the database larger and a checkpoint ran while the database was copied.
    ///
    /// # What to do
    /// Copy both again while a read transaction holds them still, or with the backup API. If that is all there is, compare
    /// with another copy before you trust the rows.
    ///
    /// # When it is normal
    /// Where the application sets `SQLITE_FCNTL_CHUNK_SIZE` and the database became smaller; where the lone frame is damaged, or
    /// the process was killed between the two writes of it; and where SET205 is.
    "SET209" "file_of_other_moment" Warning since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(found) = evidence.other_moment else {
        return;
    };
    let (page, before) = match found {
        OtherMoment::Outgrown { first, .. } => (first, None),
        OtherMoment::NotCarried { page, frame } => (page, Some(frame)),
        OtherMoment::OfNoCommit { page, before } => (page, before),
    };
    let finding = findings
        .report(
            &RULE,
            evidence.in_pages(page, page.get()),
            found.to_string(),
        )
        .help("copy both again while nothing writes, or with the backup API");
    if let Some(frame) = before {
        let as_before = format!("page {page} as it was when the WAL was begun");
        finding.related(evidence.in_frame(frame), as_before);
    }
}
