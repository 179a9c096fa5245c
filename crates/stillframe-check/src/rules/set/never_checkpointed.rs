use stillframe_history::Role;

use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// The database has no table, as before the first checkpoint of its WAL, and the WAL is not there.
    ///
    /// # What it means
    /// The database is in WAL mode, has one page and has never had a table: its schema cookie is 0. That is how SQLite
    /// leaves the file when it goes into WAL mode. All that was done since is in the WAL, which is missing.
    ///
    /// # Why it matters
    /// SQLite opens it, shows no table, and `PRAGMA integrity_check` says `ok`. If there was a WAL, everything is lost.
    ///
    /// # How it is checked
    /// The read version, the number of pages and the schema cookie, where no WAL is beside the database.
    ///
    /// # Example
    /// `cp app.db backup.db` while the application was running, a few minutes after its first start.
    ///
    /// # What to do
    /// Look for `app.db-wal` where the database came from, and copy both.
    ///
    /// # When it is normal
    /// For a database that was put into WAL mode and closed, and never given a table.
    "SET203" "never_checkpointed" Warning since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    if !super::lacks_wal(evidence) || !super::is_new(evidence) {
        return;
    }
    findings
        .report(
            &RULE,
            evidence.whole(Role::Database),
            format!(
                "the database is in WAL mode and has no table, as before its first checkpoint; {} is not there",
                evidence.name(Role::Wal)
            ),
        )
        .help("look for the WAL where the database came from, and copy both");
}
