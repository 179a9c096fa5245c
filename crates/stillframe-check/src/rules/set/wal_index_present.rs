use stillframe_history::Role;

use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// There is a wal-index.
    ///
    /// # What it means
    /// The file with `-shm` at the end is the memory that connections share; it says where in the WAL a page is. SQLite
    /// makes it anew from the WAL when the first connection opens the database.
    ///
    /// # Why it matters
    /// Beside a WAL it does not: SQLite never uses the one in a copy. Without a WAL it is a reason to look twice: when
    /// the last connection is closed both are deleted, so a WAL may have been left behind.
    ///
    /// # How it is checked
    /// The names of the files. This version does not look into it.
    ///
    /// # Example
    /// `app.db` and `app.db-shm` in a backup that leaves out `*-wal`.
    ///
    /// # What to do
    /// Without a WAL: look for it where the database came from.
    ///
    /// # When it is normal
    /// Beside a WAL in copies of a database in use. Without one, where a read-only visit has left it.
    "SET903" "wal_index_present" Note since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    if evidence.set.wal_index.is_none() {
        return;
    }
    let place = evidence.whole(Role::WalIndex);
    if evidence.set.wal.is_some() {
        let message =
            "a wal-index, which SQLite makes anew from the WAL; this version does not look into it";
        findings.report(&RULE, place, message);
        return;
    }
    findings
        .report(
            &RULE,
            place,
            format!(
                "a wal-index, and {} is not there: a clean shutdown deletes both; this version does not look into it",
                evidence.name(Role::Wal)
            ),
        )
        .help("look for the WAL where the database came from");
}
