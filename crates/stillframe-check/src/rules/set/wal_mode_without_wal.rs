use stillframe_format::ByteRange;
use stillframe_history::Role;

use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// The database is in WAL mode, and there is no WAL.
    ///
    /// # What it means
    /// When the last connection is closed, SQLite checkpoints the WAL and deletes it. A database that was closed so
    /// looks just like one whose WAL was left behind by a copy.
    ///
    /// # Why it matters
    /// What is here can be sound and still lack everything since the last checkpoint. No check of the database file can
    /// tell.
    ///
    /// # How it is checked
    /// The read version in the header is 2, and there is no file of the database's name with `-wal` at the end.
    ///
    /// # Example
    /// A backup with `cp app.db` of a running application; a backup with `.backup` or of an application that was
    /// stopped.
    ///
    /// # What to do
    /// Make sure that the backup takes `app.db-wal` along where there is one, or that it is made with `VACUUM INTO`,
    /// `.backup`, or after the application was stopped.
    ///
    /// # When it is normal
    /// After the last connection was closed.
    "SET901" "wal_mode_without_wal" Note since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    if !super::lacks_wal(evidence) || super::is_new(evidence) {
        return;
    }
    findings.report(
        &RULE,
        evidence.in_header(ByteRange::new(19, 1)),
        format!(
            "the database is in WAL mode and {} is not there: it was closed cleanly, or the WAL was left behind",
            evidence.name(Role::Wal)
        ),
    );
}
