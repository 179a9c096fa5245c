use stillframe_history::{Held, JournalState, Role};

use super::{at_name, is_there, last_part, shown, what_was_checked, with_path};
use crate::rule::rule;
use crate::{Evidence, Findings, Tied};

rule! {
    /// A rollback journal names a super-journal that is missing: SQLite takes its transaction for committed.
    ///
    /// # What it means
    /// The transaction changed several databases. The journal of each names the super-journal, and deleting that is what
    /// commits the transaction. It is not beside the database that it was made for, or it is empty, which counts as not
    /// there: so SQLite deletes the journal and leaves the database file as it is.
    ///
    /// # Why it matters
    /// That is right where SQLite itself deleted the super-journal. Where the copy left it out, the database file may
    /// hold a part of a transaction that was never committed, and SQLite deletes what could undo it.
    ///
    /// # How it is checked
    /// The file is looked for in the folder of the database, by the last part of its name. The database file is compared
    /// with the pages in the journal: one that has none of the changes was not committed.
    ///
    /// # Example
    /// A backup of `app.db`, `app.db-journal`, `archive.db` and `archive.db-journal`, and not of `app.db-mj5711F49A3`.
    ///
    /// # What to do
    /// Look for the super-journal where the copy was made, and put it beside the database. Without it, `stillframe
    /// rebuild app.db --at journal -o rebuilt.db` writes the database as it was before the transaction, and `stillframe
    /// rebuild app.db --ignore-journal -o rebuilt.db` as the file is. Choose the same for all databases of the
    /// transaction.
    ///
    /// # When it is normal
    /// For the moment between the end of a transaction and the deletion of its journals. A backup seldom meets it.
    "SJ101" "super_journal_missing" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    if evidence.journal != JournalState::SuperJournalGone {
        return;
    }
    let tied = evidence.tied.as_ref();
    let Some(name) = &evidence.super_journal else {
        return;
    };
    if tied.is_some_and(Tied::differ) {
        return;
    }
    let doubt = match tied.and_then(Tied::held) {
        Some(Held::Nothing) => {
            "but the database file holds nothing of it, so it was not committed, and the copy left the super-journal out"
        }
        Some(Held::Some) => {
            "which is wrong if the copy only left the super-journal out: the database file may hold a part of it"
        }
        Some(Held::All) | None => "which is wrong if the copy only left the super-journal out",
    };
    let message = format!(
        "the journal names the super-journal {}, {}: SQLite takes the transaction for committed and deletes the journal, {doubt}; {}",
        shown(last_part(&name.name)),
        is_there(evidence.set.super_journal),
        what_was_checked(evidence),
    );
    let details = findings.report(&RULE, at_name(evidence), message);
    with_path(evidence, details)
        .related(evidence.whole(Role::Database), "the database that it is of")
        .help("look for the super-journal where the copy was made; stillframe rebuild --at journal rolls back without it");
}
