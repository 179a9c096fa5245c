use stillframe_wal::CommitNumber;

use crate::rule::rule;
use crate::words::{are, many};
use crate::{Evidence, Findings};

rule! {
    /// Pages of the WAL are in the database file already.
    ///
    /// # What it means
    /// A checkpoint copies pages from the WAL into the database file, and leaves the WAL as it is. Some pages of the file are
    /// just what a frame holds.
    ///
    /// # Why it matters
    /// The last commit is not touched by it. But an image of an earlier commit takes from the file what a later
    /// commit has written: it is exact only from the commit on that the message names.
    ///
    /// # How it is checked
    /// Each page of the committed frames is compared with the page in the file. A page that was written without being changed
    /// looks the same, and is counted.
    ///
    /// # Example
    /// SQLite's automatic checkpoint ran at 1000 pages, and the application went on.
    ///
    /// # What to do
    /// Nothing, where the last commit is what is wanted.
    ///
    /// # When it is normal
    /// In any set whose WAL has been checkpointed and not yet begun anew.
    "SET904" "already_checkpointed" Note since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let exactness = &evidence.exactness;
    let mut pages = exactness.later_pages(CommitNumber::DATABASE, u32::MAX);
    let Some(first) = pages.next() else {
        return;
    };
    let count = exactness.backfilled_pages() as u64;
    let exact_from = exactness.exact_from();
    let inexact = if exact_from > evidence.timeline.last() {
        "no image is exact, as commits behind the damage that ends the log were copied, too"
            .to_owned()
    } else {
        format!("images before commit {exact_from} are not exact")
    };
    findings.report(
        &RULE,
        evidence.in_pages(first, first.get()),
        format!(
            "{} of the WAL {} in the database file already, the first of them page {first}: {inexact}",
            many(count, "page"),
            are(count)
        ),
    );
}
