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
    /// Where the database is not in WAL mode and sound without them, it most likely grew while its file was copied: page 1 was
    /// copied before a commit, and the last pages after it. Of the pages between some are of before it and some of after it,
    /// and as long as the trees hold together nothing shows that.
    ///
    /// # How it is checked
    /// Whole pages behind the counted ones are read up to the first byte that is not zero. Of a sound database with
    /// auto-vacuum that is not in WAL mode DB904 tells.
    ///
    /// # Example
    /// `cp` of a database into which an application inserted rows; a header that says 3 pages, in a file of 30.
    ///
    /// # What to do
    /// Where the file was copied, copy it again with what waits for writers: `.backup`, `VACUUM INTO`, the backup API. Else
    /// find out what wrote the pages before the database is written to: SQLite will write over them. Compare with another
    /// copy.
    ///
    /// # When it is normal
    /// Where the application sets `SQLITE_FCNTL_CHUNK_SIZE` and the database has become smaller: the file is then kept
    /// longer. And where a process was killed at the very end of `VACUUM`, between the deletion of the journal and the cut: such a
    /// file stays longer, in WAL mode, too, until the database becomes smaller again.
    "DB204" "trailing_pages" Warning since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some((trailing, content)) = super::trailing_content(evidence) else {
        return;
    };
    if super::may_be_left_by_commit(evidence, trailing) {
        return;
    }
    let counted = many(trailing.first.get() - 1, "page");
    let content = format!("page {content} the first of them that holds something");
    let (what, help) = match super::rest_of_tar(evidence, trailing) {
        Some(words) => (
            format!(": {words}"),
            "get the archive again; stillframe rebuild writes the database without them",
        ),
        None if super::may_be_of_later_commit(evidence) => (
            format!(
                ", {content}: the database grew while the file was copied, or VACUUM was cut off at its end"
            ),
            "copy the database again, with the backup API or VACUUM INTO where it is in use",
        ),
        None => (
            format!(", {content}"),
            "find out what wrote them before SQLite writes over them",
        ),
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
        .help(help);
}
