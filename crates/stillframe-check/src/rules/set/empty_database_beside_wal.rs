use stillframe_history::Role;

use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// The database file is empty, and beside it lies a WAL that SQLite deletes unread.
    ///
    /// # What it means
    /// The database has 0 bytes, or 1, which SQLite takes for none; the WAL has more than a header. SQLite never makes
    /// such a set: the first page is in the database file before there is a WAL.
    ///
    /// # Why it matters
    /// On opening, SQLite takes the database for a new one and deletes the WAL without looking into it. What was in the
    /// WAL is gone then, and it may be the last copy.
    ///
    /// # How it is checked
    /// The length of both files. The message says how many commits the WAL holds.
    ///
    /// # Example
    /// A restore made `app.db` and was stopped before anything was in it; `app.db-wal` was restored whole.
    ///
    /// # What to do
    /// Do not open the set with SQLite. Look for the database file; if all pages are in the WAL, `stillframe rebuild`
    /// writes it from there.
    ///
    /// # When it is normal
    /// Never.
    "SET101" "empty_database_beside_wal" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let set = evidence.set;
    if set.database.is_none() || !set.wal_would_be_deleted() || !evidence.has_frames() {
        return;
    }
    let bytes = many(set.database_bytes(), "byte");
    let held = super::what_is_deleted(evidence);
    let (message, related) = if evidence.wal_would_be_deleted() {
        (
            format!(
                "the database file has {bytes}, and the WAL beside it holds {held}: SQLite deletes it unread"
            ),
            "the WAL that is deleted",
        )
    } else {
        (
            format!("the database file has {bytes}, and the WAL holds {held}"),
            "the WAL",
        )
    };
    findings
        .report(&RULE, evidence.whole(Role::Database), message)
        .related(evidence.whole(Role::Wal), related)
        .help(super::rescue(evidence));
}
