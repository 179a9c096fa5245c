use crate::content::EntryProblemKind;
use crate::rule::rule;
use crate::rules::content::REINDEX;
use crate::rules::entries::{entry, is_counted, report_entries};
use crate::rules::problem::said;
use crate::{Evidence, Findings};

rule! {
    /// Two entries of an index lead to one row.
    ///
    /// # What it means
    /// An index has one entry for a row at most. Another one leads to the same row as this.
    ///
    /// # Why it matters
    /// A query that goes through the index gives the row twice, or counts it twice.
    ///
    /// # How it is checked
    /// Every entry of the index is read in its order, through the WAL where there is one: at `--level full`. Of plain
    /// indexes those are read so of which SQLite's own check (`pragma.c`) says that something is wrong; of indexes with a
    /// WHERE clause, on expressions, or with a collation of an application all, as the values that an expression came to
    /// stand in the entries.
    /// Where the index has more entries than the table has rows, RC202 says so and names these entries.
    ///
    /// # Example
    /// An entry of the index `open_orders`, which has a WHERE clause, was copied over another one. `PRAGMA integrity_check`
    /// says at most that the other row has no entry.
    ///
    /// # What to do
    /// `REINDEX` on a copy makes the index anew from the rows.
    ///
    /// # When it is normal
    /// Never.
    "RC215" "row_twice_in_index" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    report_entries(&RULE, evidence, findings, |problem| {
        if problem.kind != EntryProblemKind::Twice || is_counted(evidence, problem) {
            return None;
        }
        let message = format!(
            "{} leads to a row to which another entry leads",
            entry(problem)
        );
        said(message, "two entries for one row", "one", REINDEX)
    });
}
