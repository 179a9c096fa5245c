use stillframe_history::Role;

use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// There is a WAL, and the database that it belongs to is not there.
    ///
    /// # What it means
    /// A file with the name of a WAL and more than a header in it, without a file of the same name less `-wal`.
    ///
    /// # Why it matters
    /// A WAL holds only the pages that were written since the last checkpoint. On opening the name of the database,
    /// SQLite makes an empty one and deletes the WAL without looking into it.
    ///
    /// # How it is checked
    /// The names of the files. The message says how many commits the WAL holds.
    ///
    /// # Example
    /// `app.db-wal` was found on a disk after `app.db` had been deleted.
    ///
    /// # What to do
    /// Do not open it with SQLite. Look for the database file; if all pages are in the WAL, `stillframe rebuild` writes
    /// it from there.
    ///
    /// # When it is normal
    /// Where the database has another name, or was left out of the inputs of this check.
    "SET102" "wal_without_database" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    if evidence.set.database.is_some() || !evidence.has_frames() {
        return;
    }
    let deleted = if evidence.wal_would_be_deleted() {
        ", and SQLite deletes it unread"
    } else {
        ""
    };
    findings
        .report(
            &RULE,
            evidence.whole(Role::Wal),
            format!(
                "{} is not there; the WAL holds {}{deleted}",
                evidence.name(Role::Database),
                super::what_is_deleted(evidence)
            ),
        )
        .help(super::rescue(evidence));
}
