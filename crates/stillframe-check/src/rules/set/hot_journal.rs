use stillframe_history::{JournalState, Role};

use crate::rule::rule;
use crate::rules::super_journal::with_path;
use crate::{Evidence, Findings};

rule! {
    /// A transaction was under way: SQLite rolls it back with the journal before anything else.
    ///
    /// # What it means
    /// A rollback journal lies beside the database. It is not empty, it does not begin with a zero, and the database is
    /// not empty: SQLite calls it hot. The database file may hold a part of a transaction that was never finished.
    ///
    /// # Why it matters
    /// With its journal the database is sound: SQLite puts back the pages in it when the database is opened. Without
    /// it, the database may be of two moments, and SQLite cannot tell.
    ///
    /// # How it is checked
    /// The length and the first byte of the journal, the length of the database, and whether the super-journal is there
    /// that the journal may name. What else is said about pages is of the database as it is once the journal was played
    /// back; where it is not known whether it would be, of none.
    ///
    /// # Example
    /// A program was killed within a transaction, and the backup was made before it was started again.
    ///
    /// # What to do
    /// Keep both files together, under their names. `stillframe rebuild app.db -o rebuilt.db` writes the database as it
    /// was before the transaction, byte for byte as SQLite rolls it back, and leaves both as they are.
    ///
    /// # When it is normal
    /// After a crash, and in snapshots of a database in use. It is an error all the same: the database file alone is no
    /// backup.
    "SET202" "hot_journal" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    // Of one whose super-journal is gone, or may be, the rules of super-journals tell; of one that is damaged its own.
    let contradiction = evidence.rollback().and_then(|it| it.contradiction());
    let is_told =
        evidence.is_journal_useless() || contradiction.is_some() || evidence.misplaced.is_some();
    if evidence.journal != JournalState::Hot || is_told {
        return;
    }
    let checked = match evidence.inside {
        Some(_) => "what was checked is the database after that",
        None => "the database was not checked",
    };
    let plays = match evidence.super_journal_elsewhere() {
        Some(_) => {
            "a hot rollback journal, as its super-journal is here: where both were made, SQLite plays it back before \
             anything else"
        }
        None => "a hot rollback journal: SQLite plays it back before anything else",
    };
    let details = findings.report(
        &RULE,
        evidence.whole(Role::Journal),
        format!("{plays}; {checked}"),
    );
    with_path(evidence, details)
        .related(
            evidence.whole(Role::Database),
            "the database that it rolls back",
        )
        .help("keep both files together, or rebuild the database from them");
}
