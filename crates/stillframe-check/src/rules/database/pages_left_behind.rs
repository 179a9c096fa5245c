use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// Behind the last page that SQLite counts stand more pages, as auto-vacuum leaves them while it commits.
    ///
    /// # What it means
    /// The header's number of pages is valid, and smaller than what the file has. The database is sound without the
    /// pages behind, keeps itself small by auto-vacuum, and is not in WAL mode: there SQLite cuts the file once a transaction
    /// is committed, its journal gone, and a copy or a crash between the two leaves it longer, until the database becomes smaller
    /// again.
    ///
    /// # Why it matters
    /// Nothing is lost then: SQLite ignores these pages, and they hold what was deleted. But a database that grew while its
    /// file was copied looks the same, page 1 older than the last pages, and some of those between of before a commit and
    /// some of after it. So the file is not called complete.
    ///
    /// # How it is checked
    /// Whole pages behind the counted ones are read up to the first byte that is not zero; structure, rows and indexes
    /// are looked at as far as the level says. Without auto-vacuum, and in WAL mode, it is DB204.
    ///
    /// # Example
    /// A process was killed at the end of a commit that deleted rows, between the deletion of the journal and the cut.
    ///
    /// # What to do
    /// Where the file is a copy of a database that was in use, copy it again with what waits for writers: `.backup`,
    /// `VACUUM INTO`, the backup API. Else nothing.
    ///
    /// # When it is normal
    /// After a crash, and where the application sets `SQLITE_FCNTL_CHUNK_SIZE`.
    "DB904" "pages_left_behind" Note since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some((trailing, content)) = super::trailing_content(evidence) else {
        return;
    };
    if !super::may_be_left_by_commit(evidence, trailing) {
        return;
    }
    let counted = many(trailing.first.get() - 1, "page");
    let more = trailing.pages();
    let message = format!(
        "behind the {counted} that SQLite counts stand {more} more, page {content} the first of them that holds something: a commit \
         that made the database smaller was cut off at its end, or it grew while the file was copied"
    );
    findings.report(&RULE, super::in_trailing(evidence, trailing), message);
}
