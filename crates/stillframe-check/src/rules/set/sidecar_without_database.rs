use stillframe_history::Role;

use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// There is a wal-index, a journal or an empty WAL, and the database that it belongs to is not there.
    ///
    /// # What it means
    /// A file with the name of a sidecar, without a file of the same name less `-shm`, `-journal` or `-wal`. A WAL with
    /// more than a header in it is SET102.
    ///
    /// # Why it matters
    /// The database is missing. On opening its name, SQLite makes an empty one, and deletes a journal that is not
    /// empty: the pages in it, as they were before the last transaction, may be all that is left of the database.
    ///
    /// # How it is checked
    /// The names of the files.
    ///
    /// # Example
    /// `app.db-journal` was found on a disk after `app.db` had been deleted.
    ///
    /// # What to do
    /// Look for the database file where this one came from, and keep the two together. Until then do not open it with
    /// SQLite.
    ///
    /// # When it is normal
    /// Where the database has another name, or was left out of the inputs of this check.
    "SET103" "sidecar_without_database" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let set = evidence.set;
    if set.database.is_some() || evidence.has_frames() {
        return;
    }
    let sidecars = [
        (Role::Journal, &set.journal),
        (Role::WalIndex, &set.wal_index),
        (Role::Wal, &set.wal),
    ];
    let there = sidecars.into_iter().find(|(_, input)| input.is_some());
    let Some((role, _)) = there else {
        return;
    };
    findings
        .report(
            &RULE,
            evidence.whole(role),
            format!(
                "{} is not there, and its {} is",
                evidence.name(Role::Database),
                role.words()
            ),
        )
        .help("look for the database file; do not open its name with SQLite before");
}
