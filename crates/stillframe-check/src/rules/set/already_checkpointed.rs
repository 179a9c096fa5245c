use stillframe_format::Pages;
use stillframe_wal::CommitNumber;

use crate::rule::rule;
use crate::words::{are, many};
use crate::{Evidence, Findings};

rule! {
    /// The database file holds pages just as frames of the WAL do.
    ///
    /// # What it means
    /// A checkpoint copies pages from the WAL into the database file, and leaves the WAL as it is. A page that a
    /// transaction wrote without changing it looks the same.
    ///
    /// # Why it matters
    /// The last commit is not touched by it. But an image of an earlier commit may take from the file what a later
    /// commit has written: from the commit on that the message names, nothing shows that.
    ///
    /// # How it is checked
    /// Each page of the committed frames is compared with the page in the file, and so are slots of the same generation
    /// behind the last commit. Nothing is said where the WAL is not the database's own.
    ///
    /// # Example
    /// A reader held an older commit when the checkpoint came: it copied the pages up to that commit, and no further.
    ///
    /// # What to do
    /// Nothing, where the last commit is what is wanted.
    ///
    /// # When it is normal
    /// In any set whose WAL has been checkpointed and not yet begun anew.
    "SET904" "already_checkpointed" Note since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let page_size = evidence.image.as_ref().map(Pages::page_size);
    // Of encrypted pages it is not known.
    let is_encrypted = evidence.encryption().is_some();
    if is_encrypted || evidence.wal_is_foreign() || page_size != evidence.timeline.page_size() {
        return;
    }
    let exactness = &evidence.exactness;
    let mut pages = exactness.later_pages(CommitNumber::DATABASE, u32::MAX);
    let Some(first) = pages.find(|&page| exactness.may_be_copied(page)) else {
        return;
    };
    let count = exactness.backfilled_pages() as u64;
    let exact_from = exactness.exact_from();
    let meaning = if exact_from > evidence.timeline.last() {
        "every image may hold pages of commits behind the end of the log".to_owned()
    } else {
        format!("images before commit {exact_from} may hold later pages")
    };
    findings.report(
        &RULE,
        evidence.in_pages(first, first.get()),
        format!(
            "{} of the database file, the first of them page {first}, {} as in a frame of the WAL, copied by a checkpoint or \
             written without being changed: {meaning}",
            many(count, "page"),
            are(count)
        ),
    );
}
