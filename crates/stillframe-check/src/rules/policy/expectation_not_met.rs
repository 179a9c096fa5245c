use stillframe_history::Role;
use stillframe_policy::Judgement;

use super::{measured, outcomes};
use crate::rule::rule;
use crate::words::plain;
use crate::{Evidence, Findings};

rule! {
    /// A table is not as it is expected to be.
    ///
    /// # What it means
    /// The database as SQLite would show it, with what is in the WAL or rolled back by the journal, has fewer rows, or older
    /// ones, or other values than `--expect` or the policy asks for.
    ///
    /// # Why it matters
    /// A backup can be sound and be one of an empty database, or of one of last month.
    ///
    /// # How it is checked
    /// The table is read, and its rows are counted, or the values of the column counted and compared as SQLite does. NULL
    /// counts for nothing: of a column without another value no smallest or largest one is this or that.
    ///
    /// # Example
    /// The job that fills the table stopped a week ago, and the backups went on.
    ///
    /// # What to do
    /// Look for a newer copy, and at where the copy comes from.
    ///
    /// # When it is normal
    /// When more is expected than there ever was.
    "EX101" "expectation_not_met" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    for (expectation, judgement) in outcomes(evidence) {
        if let Judgement::NotMet(found) = judgement {
            let (words, found) = (plain(&expectation.text), measured(expectation, found));
            findings.report(
                &RULE,
                evidence.whole(Role::Database),
                format!("{words} is expected, and is not so: {found}"),
            );
        }
    }
}
