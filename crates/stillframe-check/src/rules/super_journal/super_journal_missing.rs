use super::{Gone, at_name, said_of_gone, with_path};
use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// A rollback journal names a super-journal that is missing, and its transaction was not committed.
    ///
    /// # What it means
    /// The transaction changed several databases. The journal of each names the super-journal, and deleting that is what
    /// commits the transaction. It is not beside the database that it was made for, or it is empty, which counts as not
    /// there: so SQLite deletes the journal and leaves the database file as it is. But the file holds nothing of the
    /// transaction, or not all of its journal was synced, or it is damaged as half a transaction damages it: the copy left
    /// the super-journal out.
    ///
    /// # Why it matters
    /// SQLite deletes what could undo the transaction. Where the file holds nothing of it, another database may.
    ///
    /// # How it is checked
    /// The file is looked for in the folder of the database, by the last part of its name. The database file is compared
    /// with the pages in the journal: one that has none of the changes was not committed. Nor was one whose journal has
    /// records behind a header that was never filled in, as SQLite syncs all of them before it commits; nor one of which the
    /// file is shorter than page 1 says, or in which something is wrong that is not once the journal is played back.
    ///
    /// # Example
    /// A backup of `app.db`, `app.db-journal`, `archive.db` and `archive.db-journal`, and not of `app.db-mj5711F49A3`.
    ///
    /// # What to do
    /// Look for the super-journal where the copy was made, and put it beside the database. Without it, `stillframe
    /// rebuild app.db --at journal -o rebuilt.db` writes the database as it was before the transaction. Choose the same
    /// for all databases of the transaction.
    ///
    /// # When it is normal
    /// Never.
    "SJ101" "super_journal_missing" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let doubt = match Gone::of(evidence) {
        Some(Gone::NotCommitted) => {
            "but the database file holds nothing of it, so it was not committed, and the copy left the super-journal out"
        }
        Some(Gone::Unfinished) => {
            "but not all of the journal was synced, or of the pages written: it was not committed, the copy left the \
             super-journal out, and the database file holds a part of it"
        }
        Some(Gone::Damaged) => {
            "but the database file is damaged, and sound once the journal is played back: it holds half the transaction, \
             which was not committed, and the copy left the super-journal out"
        }
        Some(Gone::Open | Gone::Whole) | None => return,
    };
    let Some(said) = said_of_gone(evidence, doubt) else {
        return;
    };
    let details = findings.report(&RULE, at_name(evidence), said);
    with_path(evidence, details)
        .help("look for the super-journal where the copy was made; stillframe rebuild --at journal rolls back without it");
}
