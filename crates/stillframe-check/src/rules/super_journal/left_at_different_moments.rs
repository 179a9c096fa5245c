use super::{at_name, fate, is_there, last_part, shown, with_others, with_path};
use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// Databases that one transaction changed would be left at different moments.
    ///
    /// # What it means
    /// The journals of several databases name one super-journal, which is missing: SQLite takes the transaction for
    /// committed, and leaves each database file as it is. But one of them shows that it was not: its file holds nothing of
    /// the transaction, or is damaged by the half of it that it holds, or records of its journal were never synced. And another one holds some of it: the transaction was
    /// still under way, and the copy left the super-journal out.
    ///
    /// # Why it matters
    /// What belongs together is then half there: in one database an order is booked, and the stock in the other is not.
    /// SQLite deletes the journals that could undo it.
    ///
    /// # How it is checked
    /// Each database file is compared with the pages in its journal, which are those from before the transaction. SQLite
    /// fills in the header of a journal once its records are synced, and only then writes to the database: a header that
    /// begins with 12 zeros, and names a size, was not filled in. Where that tells nothing, the databases are looked into: one in
    /// which something is wrong, and not once its journal is played back, holds half the transaction.
    ///
    /// # Example
    /// A program was killed while it committed a transaction over `app.db` and `archive.db`, and the backup takes `*.db`
    /// and `*-journal`.
    ///
    /// # What to do
    /// Do not open them with SQLite. `stillframe rebuild app.db --at journal -o rebuilt.db`, for each whose
    /// journal is hot, writes it as it was before the transaction; one whose journal was never synced is so already.
    ///
    /// # When it is normal
    /// Never.
    "SJ201" "left_at_different_moments" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let tied = evidence.tied.as_ref().filter(|tied| tied.differ());
    let Some(tied) = tied else {
        return;
    };
    let message = format!(
        "the super-journal {}, {}, ties this database to others, and SQLite would leave them at different moments; this \
         one is {}",
        shown(last_part(&tied.tie.name)),
        is_there(tied.tie.file),
        tied.fate().map_or("", fate),
    );
    let details = findings.report(&RULE, at_name(evidence), message);
    with_path(evidence, with_others(tied, details)).help(
        "stillframe rebuild --at journal, for each of them whose journal was synced, writes it as it was before the \
         transaction",
    );
}
