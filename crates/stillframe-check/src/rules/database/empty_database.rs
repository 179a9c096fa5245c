use stillframe_history::Role;

use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// The database file is empty.
    ///
    /// # What it means
    /// The file has no bytes, or only one, which SQLite takes for none. Nothing was ever written to it, or all of it is
    /// lost.
    ///
    /// # Why it matters
    /// SQLite opens it as a new database without tables, and `PRAGMA integrity_check` says `ok`.
    ///
    /// # How it is checked
    /// The length of the file, where no WAL with frames lies beside it, which is SET101, and no journal of a larger one,
    /// which is SET104.
    ///
    /// # Example
    /// A backup job made the file, and failed before it had copied anything.
    ///
    /// # What to do
    /// Look at the step that wrote it, and at the database that it was to be a copy of.
    ///
    /// # When it is normal
    /// For a database that was opened and never written to.
    "DB207" "empty_database" Warning since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let length = evidence.set.database_bytes();
    let tells = evidence.has_frames() || evidence.lost_to_journal.is_some();
    if evidence.set.database.is_none() || length > 1 || tells {
        return;
    }
    let bytes = if length == 1 { "1 byte" } else { "0 bytes" };
    findings
        .report(
            &RULE,
            evidence.whole(Role::Database),
            format!("the database file has {bytes}: there is no table and no row in it"),
        )
        .help("look at the step that wrote it");
}
