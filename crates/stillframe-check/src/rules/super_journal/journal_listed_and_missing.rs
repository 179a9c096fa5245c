use stillframe_history::Role;

use super::{last_part, shown, with_others};
use crate::rule::rule;
use crate::{Evidence, Findings, Tied};

rule! {
    /// A super-journal lists the journal of this database, which is not there, and the others would be rolled back.
    ///
    /// # What it means
    /// The super-journal of a transaction over several databases is there, so the transaction was not committed. It names
    /// the journals of all of them. That of this database is missing: SQLite rolls the others back, and leaves this one
    /// as it is.
    ///
    /// # Why it matters
    /// If SQLite rolled this database back before, and deleted the journal, all is well. If the copy left the journal
    /// out, this database may hold what the others will not, or a part of it.
    ///
    /// # How it is checked
    /// The names in the super-journal are looked for among the databases that are checked together.
    ///
    /// # Example
    /// `app.db-mj5711F49A3` lists `app.db-journal` and `archive.db-journal`, and only the second is there.
    ///
    /// # What to do
    /// Look for the journal where the copy was made. Keep a copy of all files until it is known.
    ///
    /// # When it is normal
    /// After a crash, where this database was opened since and the others were not.
    "SJ202" "journal_listed_and_missing" Warning since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let tied = evidence
        .tied
        .as_ref()
        .filter(|tied| Tied::lacks_journal(tied));
    let Some((tied, own)) = tied.and_then(|tied| Some((tied, tied.tie.members.get(tied.own)?)))
    else {
        return;
    };
    let message = format!(
        "the super-journal {} lists {}, which is not here: others are rolled back, and this database is not; that is right \
         only if SQLite did it before",
        shown(last_part(&tied.tie.name)),
        shown(&own.journal),
    );
    let details = findings.report(&RULE, evidence.whole(Role::Database), message);
    with_others(tied, details).help("look for the journal where the copy was made");
}
