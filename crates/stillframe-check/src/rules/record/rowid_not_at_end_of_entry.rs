use crate::content::ContentProblemKind;
use crate::rule::rule;
use crate::rules::content::{REINDEX, report, row};
use crate::rules::problem::said;
use crate::words::plain;
use crate::{Evidence, Findings};

rule! {
    /// The entry of a row does not end with its rowid.
    ///
    /// # What it means
    /// An entry of an index is the values of its columns, and the rowid of its row at the end. The entry for this row
    /// has something else behind the rowid.
    ///
    /// # Why it matters
    /// SQLite takes the last value for the rowid: a query that goes through the index comes to another row, or to
    /// none.
    ///
    /// # How it is checked
    /// Every row is read in the order of its table, through the WAL where there is one, as SQLite's own check does
    /// (`pragma.c`), and looked for in every index: at `--level full`.
    ///
    /// # Example
    /// An entry with a value too many. `PRAGMA integrity_check` says `rowid not at end-of-record for row 4 of index
    /// orders_by_customer`.
    ///
    /// # What to do
    /// `REINDEX` on a copy makes the index anew from the rows.
    ///
    /// # When it is normal
    /// Never. It also comes about where a column of an index was taken away in `sqlite_schema` by hand.
    "RC208" "rowid_not_at_end_of_entry" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    report(&RULE, evidence, findings, |problem| {
        let ContentProblemKind::RowidNotAtEnd { index } = &problem.kind else {
            return None;
        };
        let index = plain(index);
        let message = format!(
            "the entry of {} in index {index} does not end with its rowid",
            row(problem)
        );
        said(
            message,
            "another last value",
            "the rowid of the row",
            REINDEX,
        )
    });
}
