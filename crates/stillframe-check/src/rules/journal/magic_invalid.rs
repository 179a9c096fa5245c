use stillframe_journal::ErrorKind;
use stillframe_journal::header::MAGIC;

use super::{refused, report_refused};
use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// The rollback journal does not begin as one does.
    ///
    /// # What it means
    /// The first 8 bytes are not the magic number of a rollback journal, and the first of them is not zero. A journal
    /// that has ended, or was not synced yet, begins with zeros.
    ///
    /// # Why it matters
    /// SQLite takes it for a journal that is to be played back, finds none in it, puts no page back, and deletes it. If it
    /// was one, the database file may hold half a transaction.
    ///
    /// # How it is checked
    /// Bytes 0 to 7 of the journal.
    ///
    /// # Example
    /// Another program wrote its own notes into `app.db-journal`.
    ///
    /// # What to do
    /// Do not open the database with SQLite. Look at what the file is; if it is a damaged journal, copy it again.
    ///
    /// # When it is normal
    /// Never.
    "RJ002" "magic_invalid" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(error) = refused(&RULE, evidence) else {
        return;
    };
    let ErrorKind::Magic { found } = error.kind else {
        return;
    };
    let what = "the rollback journal does not begin with the magic number of one";
    let number = |bytes| format!("{:016x}", u64::from_be_bytes(bytes));
    report_refused(&RULE, evidence, findings, error, what).values(number(found), number(MAGIC));
}
