use stillframe_history::{Dormant, Role};

use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// There is a rollback journal, and SQLite does not play it back.
    ///
    /// # What it means
    /// The journal has 0 bytes, begins with zeros, or lies beside an empty database. With `PRAGMA
    /// journal_mode=TRUNCATE`, or `PERSIST`, SQLite leaves the journal so when a transaction is done; and it begins
    /// with zeros until its pages are synced.
    ///
    /// # Why it matters
    /// It does not: the database is as it is. Behind a header of zeros the pages of the last transaction, as they were
    /// before it, may still be there. Beside an empty database, SQLite deletes the journal.
    ///
    /// # How it is checked
    /// The length and the first byte of the journal, and the length of the database.
    ///
    /// # Example
    /// `app.db-journal` of 8720 bytes whose first 28 are zeros.
    ///
    /// # What to do
    /// Nothing.
    ///
    /// # When it is normal
    /// With the journal modes PERSIST and TRUNCATE, and in exclusive locking mode.
    "SET902" "journal_not_hot" Note since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(journal) = &evidence.set.journal else {
        return;
    };
    // Of one that something else wrote zeros into, a rule of the journal tells.
    let is_told = matches!(
        evidence.dormant,
        Some(Dormant::Contradicted(_) | Dormant::Damaged)
    );
    if evidence.journal.is_hot() || evidence.set.database.is_none() || is_told {
        return;
    }
    let why = match (journal.bytes.len(), evidence.set.database_bytes()) {
        (0, _) => "it has 0 bytes".to_owned(),
        (length, 0 | 1) => format!("it has {}, and the database is empty", many(length, "byte")),
        _ if evidence.dormant == Some(Dormant::Unsynced) => {
            "its records were not synced yet, and so nothing was written to the database".to_owned()
        }
        _ => "its header is zeroed".to_owned(),
    };
    findings.report(
        &RULE,
        evidence.whole(Role::Journal),
        format!("a rollback journal that is not played back: {why}"),
    );
}
