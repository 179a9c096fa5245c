use stillframe_history::Role;

use crate::pairing::shown_by;
use crate::rule::rule;
use crate::{Evidence, Findings, Pairing};

rule! {
    /// The WAL has no database by its name, and could be of one or several that are there.
    ///
    /// # What it means
    /// What stands in the WAL stands in these databases, too: it is of one of them, or of a copy of it from another time.
    /// Which one it is, nothing shows, or the one that it fits has a WAL by its name.
    ///
    /// # Why it matters
    /// Each of these databases is judged without it. If it is of one of them, that one lacks commits.
    ///
    /// # How it is checked
    /// Pages that stand in both, as a checkpoint leaves them; the salts in a wal-index; page 1, where the names differ by
    /// `-wal` alone.
    ///
    /// # Example
    /// `monday.db` and `tuesday.db` are copies of one database, and `saved-wal` is the WAL of one of the two days.
    ///
    /// # What to do
    /// Find out which backup the WAL was made with, and name both: `stillframe check monday.db --wal saved-wal`.
    ///
    /// # When it is normal
    /// Among several copies of one database.
    "SET907" "wal_fits_databases" Note since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(Pairing::Fits(fits)) = &evidence.pairing else {
        return;
    };
    let some = fits.iter().take(5);
    let some: Vec<String> = some
        .map(|(name, fit)| format!("{name} ({})", shown_by(fit, false)))
        .collect();
    let more = match fits.len() - some.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    findings
        .report(
            &RULE,
            evidence.whole(Role::Wal),
            format!(
                "by its content it could be the WAL of {}{more}; nothing shows which backup it is of, so it was paired with none",
                some.join(", ")
            ),
        )
        .help("if it is of one of them, check both: stillframe check DATABASE --wal WAL");
}
