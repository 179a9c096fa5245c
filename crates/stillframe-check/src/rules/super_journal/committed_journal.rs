use super::{Gone, at_name, said_of_gone, with_path};
use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// A rollback journal is left over from a transaction over several databases that looks committed.
    ///
    /// # What it means
    /// The journal names a super-journal that is gone, or empty: SQLite takes the transaction for committed, deletes the
    /// journal and leaves the database file as it is. The file looks as the transaction left it.
    ///
    /// # Why it matters
    /// Nothing is lost. Only if the copy left the super-journal out another database of the transaction may be without
    /// it.
    ///
    /// # How it is checked
    /// The file is as long as page 1 says, and nothing is wrong with the database. Pages are written by their numbers when
    /// a transaction is committed, and the last one that the journal holds is another one in the file now, and was not
    /// written before as the cache was full; or the file became longer, and the cache was never full. The same goes for the others of the transaction that are checked along with
    /// it, at least one of them where the files were copied from elsewhere, and in no other one of their folders a transaction was under way that no super-journal ties to anything yet.
    ///
    /// # Example
    /// A process was killed when it had committed a transaction over `app.db` and `archive.db`, and had not yet deleted
    /// their journals.
    ///
    /// # What to do
    /// Nothing; copy and check the databases of one transaction together.
    ///
    /// # When it is normal
    /// For the moment between the end of a transaction and the deletion of its journals, after which a crash leaves it.
    "SJ903" "committed_journal" Note since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let doubt = "and the database file looks as the transaction left it";
    let said = said_of_gone(evidence, doubt).filter(|_| Gone::of(evidence) == Some(Gone::Whole));
    let Some(said) = said else {
        return;
    };
    let details = findings.report(&RULE, at_name(evidence), said);
    with_path(evidence, details);
}
