use stillframe_history::Role;

use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// The database has no table, as before the first checkpoint of its WAL, and there is no WAL.
    ///
    /// # What it means
    /// The database is in WAL mode, has one page and has never had a table: its schema cookie is 0. That is how SQLite
    /// leaves the file when it goes into WAL mode. If anything was done since, it is in the WAL.
    ///
    /// # Why it matters
    /// SQLite opens it, shows no table, and `PRAGMA integrity_check` says `ok`. If there was a WAL, everything is lost.
    /// Whether there was one only a wal-index can tell.
    ///
    /// # How it is checked
    /// The read version, the number of pages and the schema cookie, where no WAL is beside the database.
    ///
    /// # Example
    /// `cp app.db backup.db` while the application was running, a few minutes after its first start.
    ///
    /// # What to do
    /// If there should be a table in it, look for `app.db-wal` where the database came from, and copy both.
    ///
    /// # When it is normal
    /// For a database that was put into WAL mode and closed, and never given a table.
    "SET905" "never_checkpointed" Note since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    if !super::lacks_wal(evidence) || !super::is_new(evidence) {
        return;
    }
    let index = evidence.wal_index.as_ref().map(|it| &it.index);
    let what = match index.map_or(0, |index| index.mx_frame()) {
        0 => "nothing was ever done in it, or all of it was in the WAL".to_owned(),
        frames => format!(
            "what was done in it was in the WAL, of which the wal-index knows {}",
            many(frames, "committed frame")
        ),
    };
    findings
        .report(
            &RULE,
            evidence.whole(Role::Database),
            format!(
                "the database is in WAL mode, has no table, and {} is not there: {what}",
                evidence.name(Role::Wal)
            ),
        )
        .help("if there should be a table, look for the WAL where the database came from");
}
