use stillframe_history::{Role, SuperJournalFile};

use super::{is_there, last_part, shown, with_list, with_others};
use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// A super-journal lists the journal of this database, which is not there.
    ///
    /// # What it means
    /// The super-journal of a transaction over several databases is there. SQLite deletes it to commit the transaction, so
    /// when it was copied that was not committed. It names the journals of all of them. That of this database is missing:
    /// SQLite leaves it as it is, and rolls back those that have theirs.
    ///
    /// # Why it matters
    /// If SQLite rolled this database back before, and deleted the journal, all is well. If the copy left the journal
    /// out, this database may hold a part of the transaction, or what the others do not, and nothing rolls it back.
    ///
    /// # How it is checked
    /// Super-journals are looked for in the folders of the databases, and in their archive, by names that end as SQLite ends
    /// them. The journals in them are looked for among the databases that are checked together. Where
    /// the super-journal is gone, too, its name tells the database that it was made beside, and the journal of another one that
    /// names it may show that it was not deleted by SQLite: it was never synced, or its database holds nothing of the
    /// transaction, or a part. A database in WAL mode has
    /// no journal, whatever the list says.
    ///
    /// # Example
    /// `app.db-mj5711F49A3` lists `app.db-journal` and `archive.db-journal`, and only the second is there. Or neither is, in
    /// a copy that leaves out `*-journal`.
    ///
    /// # What to do
    /// Look for the journal where the copy was made. Keep a copy of all files until it is known. If no journal was lost, the
    /// super-journal is left over: once SQLite has opened each of the databases, delete it.
    ///
    /// # When it is normal
    /// After a crash, where this database was opened since and others were not, or where the super-journal stayed: SQLite
    /// deletes it only for a journal that names it. And where the transaction locked this database, and wrote nothing to it.
    "SJ202" "journal_listed_and_missing" Warning since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let tied = evidence.tied_without_journal();
    let Some((tied, own)) = tied.and_then(|tied| Some((tied, tied.tie.members.get(tied.own)?)))
    else {
        return;
    };
    let (name, journal) = (shown(last_part(&tied.tie.name)), shown(&own.journal));
    let is_there = is_there(tied.tie.file);
    let message = match (tied.tie.file, tied.is_under_way()) {
        (SuperJournalFile::Present, true) => format!(
            "the super-journal {name}, {is_there}, lists {journal}, which is not: others are rolled back, and this database \
             is not; that is right only if SQLite did it before"
        ),
        (SuperJournalFile::Present, false) => format!(
            "the super-journal {name}, {is_there}, lists {journal}, which is not: the transaction was not committed when the \
             super-journal was copied, and this database may hold a part of it; not so if SQLite rolled it back before, and \
             the super-journal is left over"
        ),
        _ => format!(
            "the super-journal {name}, {is_there}, was made beside this database, and {journal} is not here, either: as the \
             journal of another one shows, the transaction was not committed, and this database may hold a part of it"
        ),
    };
    let details = findings.report(&RULE, evidence.whole(Role::Database), message);
    with_others(tied, with_list(tied, details))
        .help("look for the journal where the copy was made");
}
