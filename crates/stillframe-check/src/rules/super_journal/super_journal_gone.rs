use stillframe_history::Held;

use super::{Gone, at_name, said_of_gone, with_path};
use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// A rollback journal names a super-journal that is missing, and whether its transaction was committed is not known.
    ///
    /// # What it means
    /// The transaction changed several databases. Deleting the super-journal, which the journal of each names, commits it,
    /// and then SQLite deletes the journals. So a journal whose super-journal is gone, or empty, counts for nothing: SQLite
    /// deletes it and leaves the database file as it is.
    ///
    /// # Why it matters
    /// That is right where SQLite itself deleted the super-journal. Where the copy left it out, the database file may
    /// hold a part of a transaction that was never committed, and SQLite deletes what could undo it.
    ///
    /// # How it is checked
    /// The file is looked for in the folder of the database, by the last part of its name. The database file is compared
    /// with the pages in the journal. When a transaction is committed, what is left to write is written by page numbers. The last
    /// page of the journal is the same, or was free for pages behind it that the journal does not hold; or the cache had no
    /// room for all, and wrote that one before; or the journal was not synced, as with `PRAGMA synchronous=OFF`. Then pages
    /// that are there tell nothing of others. Or all pages are there, and not so in another database of the transaction that is
    /// checked along with it; or in another one of their folder, or of any where they lie in several or one is known alone, a
    /// transaction was under way, which no super-journal ties to anything yet; or the journal is that of the database that the super-journal was made beside, which SQLite deletes
    /// first, and of those that are checked along with it none has one that names the super-journal; or the files were
    /// copied from the folder that the journal names, and no other journal that names the super-journal was copied along. Nothing
    /// else is wrong with the database. Databases of the same folder count as checked along if their journals name the
    /// super-journal.
    ///
    /// # Example
    /// A backup of `app.db` and `app.db-journal`, and not of `app.db-mj5711F49A3`.
    ///
    /// # What to do
    /// Look for the super-journal where the copy was made: if it is there, put it beside the database. If it cannot be
    /// found, compare what `stillframe rebuild app.db --at journal -o before.db` and `stillframe rebuild app.db
    /// --ignore-journal -o after.db` write, and choose the same for all databases of the transaction.
    ///
    /// # When it is normal
    /// For the moment between the end of a transaction and the deletion of its journals, after which a crash leaves it: the
    /// files are then the same as without the super-journal, and where they are no copy, nothing is missing.
    "SJ204" "super_journal_gone" Warning since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let tied = evidence.tied.as_ref();
    let tied = tied.filter(|tied| tied.held() == Some(Held::All));
    let doubt = tied.and_then(|tied| tied.doubt(evidence.set));
    let doubt = doubt.unwrap_or("the database file may hold a part of it");
    let doubt = format!("which is wrong if the copy only left the super-journal out: {doubt}");
    let said = said_of_gone(evidence, &doubt).filter(|_| Gone::of(evidence) == Some(Gone::Open));
    let Some(said) = said else {
        return;
    };
    let details = findings.report(&RULE, at_name(evidence), said);
    with_path(evidence, details)
        .help(match evidence.super_journal_elsewhere() {
            Some(_) => "look for the super-journal where the copy was made",
            None => {
                "look for the super-journal where the copy was made; if this is no copy, and nobody deleted it, SQLite did, \
                 and the transaction is committed"
            }
        });
}
