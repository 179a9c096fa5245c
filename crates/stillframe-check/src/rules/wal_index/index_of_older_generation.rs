use stillframe_history::Relation;

use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// The wal-index is from before the WAL was begun anew.
    ///
    /// # What it means
    /// Its salts are those of a generation before that of the WAL. SQLite begins a WAL anew only once all of it is in
    /// the database file.
    ///
    /// # Why it matters
    /// It does not: SQLite makes the wal-index anew. But the files were not copied at one moment.
    ///
    /// # How it is checked
    /// The salts (offset 32) against those of the WAL: a reset adds 1 to the first one.
    ///
    /// # Example
    /// `cp app.db*` while a checkpoint ran.
    ///
    /// # What to do
    /// Nothing.
    ///
    /// # When it is normal
    /// In copies of a database in use.
    "SHM902" "index_of_older_generation" Note since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some((known, _)) = super::known_as(evidence, Relation::Older) else {
        return;
    };
    findings.report(
        &RULE,
        evidence.in_index_head(32, 8),
        format!(
            "the wal-index has salts {} and is from before the WAL was begun anew",
            known.salts
        ),
    );
}
