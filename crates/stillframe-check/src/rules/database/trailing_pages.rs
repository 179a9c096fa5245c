use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// Behind the last page that SQLite counts stand more pages, with something in them.
    ///
    /// # What it means
    /// The header's number of pages is valid, and smaller than what the file, or the last commit of the WAL, has. At
    /// least one of the pages behind is not all zeros.
    ///
    /// # Why it matters
    /// SQLite ignores these pages without a word, and so does `PRAGMA integrity_check`. They can be pages that were
    /// lost: a file whose start is older than its end has them, and so has one over which the WAL of another database
    /// was played. Where they come from the WAL itself, the WAL was not written over this database.
    ///
    /// # How it is checked
    /// Whole pages behind the counted ones are read up to the first byte that is not zero. Of a sound database that is not
    /// in WAL mode DB904 tells.
    ///
    /// # Example
    /// A header that says 3 pages, in a file of 30.
    ///
    /// # What to do
    /// Find out what wrote them before the database is written to: SQLite will write over them. Compare with another
    /// copy.
    ///
    /// # When it is normal
    /// Where the application sets `SQLITE_FCNTL_CHUNK_SIZE` and the database has become smaller: the file is then kept
    /// longer.
    "DB204" "trailing_pages" Warning since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some((trailing, content)) = super::trailing_content(evidence) else {
        return;
    };
    if super::may_be_left_by_commit(evidence) {
        return;
    }
    let counted = many(trailing.first.get() - 1, "page");
    let what = match super::rest_of_tar(evidence, trailing) {
        Some(words) => format!(": {words}"),
        None => format!("; page {content} is the first of them that holds something"),
    };
    findings
        .report(
            &RULE,
            super::in_trailing(evidence, trailing),
            format!(
                "behind the {counted} that SQLite counts stand {} more{what}",
                trailing.pages()
            ),
        )
        .values(many(trailing.last, "page"), counted)
        .help("find out what wrote them before SQLite writes over them");
}
