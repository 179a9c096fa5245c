use stillframe_database::JournalMode;
use stillframe_history::Role;

use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// The WAL of a database in WAL mode is not there, and must be.
    ///
    /// # What it means
    /// The header of the database says that it is in WAL mode, there is no WAL beside it, and `--require-wal` or the policy
    /// asks for one.
    ///
    /// # Why it matters
    /// A copy of a live database without its WAL lacks what was committed last, and nothing in it shows that.
    ///
    /// # How it is checked
    /// By the bytes at 18 and 19 of the header, and by whether there is a WAL. An empty one is enough: it is the witness that
    /// nothing is missing.
    ///
    /// # Example
    /// A pattern such as `*.db` was copied, and not `*.db-wal`.
    ///
    /// # What to do
    /// Look for the WAL where the copy was made from, and copy it with the database.
    ///
    /// # When it is normal
    /// When the last connection closed the database before it was copied, which deletes the WAL. Leave out `--require-wal` for
    /// such copies, and make a manifest of them.
    "EX104" "wal_required" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let is_required = evidence.judged.as_ref().is_some_and(|it| it.requires_wal);
    let is_in_wal_mode = evidence
        .header()
        .is_some_and(|header| header.journal_mode() == JournalMode::Wal);
    if is_required && is_in_wal_mode && evidence.set.wal.is_none() {
        findings
            .report(
                &RULE,
                evidence.whole(Role::Database),
                "the database is in WAL mode, its WAL is not here, and one is required",
            )
            .help("look for it where the copy was made from");
    }
}
