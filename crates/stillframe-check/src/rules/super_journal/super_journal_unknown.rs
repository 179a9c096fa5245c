use stillframe_history::JournalState;

use super::{at_name, last_part, shown, what_was_checked};
use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// A rollback journal names a super-journal of which it is not known whether it is there.
    ///
    /// # What it means
    /// The transaction changed several databases, and its super-journal lies beside another one of them, which is not
    /// here. If it is there, SQLite rolls this database back; if not, it takes the transaction for committed and deletes
    /// the journal.
    ///
    /// # Why it matters
    /// Which of the two is right cannot be told from this set alone, and SQLite does not ask.
    ///
    /// # How it is checked
    /// The file is looked for in the folder of the database, by the last part of its name, and beside the databases that
    /// are checked along with it. The path in the journal is not followed. That it is gone is known where the database is in
    /// that folder that its name tells of, or where it would be in that folder by its path; or where a database of that name,
    /// in a folder of that name, is checked along with it.
    ///
    /// # Example
    /// `archive.db` and its journal, which names `/srv/shop/app.db-mj5711F49A3`, without the files of that folder.
    ///
    /// # What to do
    /// Check the databases of the transaction together: `stillframe check app.db archive.db`. Otherwise choose: `stillframe
    /// rebuild archive.db --at journal -o rebuilt.db` rolls back, and with `--ignore-journal` the file stays as it is.
    ///
    /// # When it is normal
    /// Where a transaction over databases in several folders was under way, and one of the folders was copied.
    "SJ102" "super_journal_unknown" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(name) = &evidence.super_journal else {
        return;
    };
    if evidence.journal != JournalState::SuperJournalUnknown {
        return;
    }
    let beside = name.database.as_deref().unwrap_or_default();
    let message = format!(
        "the journal names the super-journal {}, which is not here; whether it lies where it was made, beside {}, is not \
         known: if so, SQLite rolls the database back, and otherwise deletes the journal; {}",
        shown(&name.name),
        shown(last_part(beside)),
        what_was_checked(evidence),
    );
    findings
        .report(&RULE, at_name(evidence), message)
        .help("check it along with the database that the super-journal lies beside");
}
