use stillframe_format::ByteRange;
use stillframe_history::Role;

use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings, Part};

rule! {
    /// The database file is empty, and the rollback journal beside it says that it was not.
    ///
    /// # What it means
    /// A database file of 0 bytes, or of 1, lies beside a rollback journal whose header is accepted and names the size that
    /// the database had before the transaction: at least one page.
    ///
    /// # Why it matters
    /// The database is lost, but for the pages in the journal, which are as they were before the transaction. On opening it
    /// SQLite takes the database for a new one and deletes the journal unread.
    ///
    /// # How it is checked
    /// The length of the database file, and the first header of the journal.
    ///
    /// # Example
    /// A copy of a database ran out of space, and made an empty file beside a journal of 72 pages.
    ///
    /// # What to do
    /// Look for the database file where these came from. Until then do not open it with SQLite; `stillframe inspect
    /// --frames` lists the pages that the journal holds.
    ///
    /// # When it is normal
    /// Never. A journal of the first transaction of a new database names a size of 0 pages.
    "SET104" "empty_database_beside_journal" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(lost) = evidence.lost_to_journal.as_ref() else {
        return;
    };
    let bytes = many(evidence.set.database_bytes(), "byte");
    let (before, held) = (many(lost.before, "page"), lost.held);
    findings
        .report(
            &RULE,
            evidence.whole(Role::Database),
            format!(
                "the database file has {bytes}, and had {before} before the transaction of its journal, which holds {held} of them: \
                 SQLite deletes the journal unread"
            ),
        )
        .values(bytes, before)
        .related(
            evidence.place(Role::Journal, ByteRange::new(16, 4), Part::File),
            "the size that the database had",
        )
        .help("look for the database file; do not open this one with SQLite before");
}
