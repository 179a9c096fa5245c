use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// Behind the last page that SQLite counts stand more pages, as a commit leaves them that makes the database smaller.
    ///
    /// # What it means
    /// The header's number of pages is valid, and smaller than what the file has. The database is sound without the
    /// pages behind, and is not in WAL mode: there SQLite cuts the file once the transaction is committed, its journal
    /// gone, and a crash between the two leaves it longer.
    ///
    /// # Why it matters
    /// Nothing is lost: SQLite ignores these pages, and `PRAGMA integrity_check` says nothing of them. They hold what was
    /// deleted. But a file whose start is older than its end would look the same, if nothing in it contradicts that.
    ///
    /// # How it is checked
    /// Whole pages behind the counted ones are read up to the first byte that is not zero; structure, rows and indexes
    /// are looked at as far as the level says. Where they begin with the header of a file in a tar, the file is the rest of one,
    /// and that is said.
    ///
    /// # Example
    /// A process was killed at the end of `VACUUM`, between the deletion of the journal and the cut.
    ///
    /// # What to do
    /// Nothing. If the file may be put together from two copies, compare it with another one.
    ///
    /// # When it is normal
    /// After a crash, and where the application sets `SQLITE_FCNTL_CHUNK_SIZE`.
    "DB904" "pages_left_behind" Note since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some((trailing, content)) = super::trailing_content(evidence) else {
        return;
    };
    if !super::may_be_left_by_commit(evidence) {
        return;
    }
    let counted = many(trailing.first.get() - 1, "page");
    let more = trailing.pages();
    let message = match super::rest_of_tar(evidence, trailing) {
        Some(words) => {
            format!("behind the {counted} that SQLite counts stand {more} more: {words}")
        }
        None => format!(
            "behind the {counted} that SQLite counts stand {more} more, as where a commit that makes the database smaller is cut \
             off at its end; page {content} is the first of them that holds something"
        ),
    };
    findings.report(&RULE, super::in_trailing(evidence, trailing), message);
}
