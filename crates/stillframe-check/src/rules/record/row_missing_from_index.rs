use crate::content::ContentProblemKind;
use crate::rule::rule;
use crate::rules::content::{reindex, report, row, table_and_index};
use crate::rules::problem::said;
use crate::words::plain;
use crate::{Evidence, Findings};

rule! {
    /// A row has no entry in an index.
    ///
    /// # What it means
    /// Each index holds an entry for each row of its table: the values of its columns, and the rowid. For this row
    /// there is none with these values. Either the entry is lost or damaged, or the row is.
    ///
    /// # Why it matters
    /// A query that goes through the index does not find the row, one that goes through the table does: the same
    /// question has two answers. A row that is changed or deleted leaves a wrong entry behind.
    ///
    /// # How it is checked
    /// Every row is read in the order of its table, through the WAL where there is one, as SQLite's own check does
    /// (`pragma.c`), and looked for in every index: at `--level full`. In an index on expressions, or with a collation of
    /// an application, it is looked for by its rowid and the columns that are none; which rows the WHERE clause of an index
    /// takes is not known, and the report says so.
    ///
    /// # Example
    /// A bit of a name in the index changed. `PRAGMA integrity_check` says `row 4 missing from index
    /// orders_by_customer`: the fourth row in the order of the table, whatever its rowid.
    ///
    /// # What to do
    /// Look at the row, and for it in another copy: the index may be right and the row wrong. If the row is right,
    /// `REINDEX` on a copy makes the index anew. Where the index is unique and the row was damaged, its key may now be
    /// that of another: then `REINDEX` ends with `UNIQUE constraint failed`, and one of the two has to be mended first.
    ///
    /// # When it is normal
    /// Never.
    "RC201" "row_missing_from_index" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    report(&RULE, evidence, findings, |problem| {
        let ContentProblemKind::MissingEntry { index } = &problem.kind else {
            return None;
        };
        let found = table_and_index(evidence, problem, index);
        let index = plain(index);
        let message = format!("{} has no entry in index {index}", row(problem));
        said(
            message,
            "no entry",
            "an entry with the values of the row",
            reindex(found.map(|(_, index)| index)),
        )
    });
}
