use crate::content::EntryProblemKind;
use crate::rule::rule;
use crate::rules::content::{REINDEX, ROWS_MAY_BE_LOST};
use crate::rules::entries::{counts, entry, is_counted, report_entries};
use crate::rules::problem::said;
use crate::{Evidence, Findings};

rule! {
    /// An entry of an index leads to no row.
    ///
    /// # What it means
    /// Each entry of an index ends with what leads to its row: the rowid, or the primary key of a table without rowids. The
    /// table has no row with this one. Either the row is lost, or the entry was left behind or damaged.
    ///
    /// # Why it matters
    /// Where the index has all the columns that a query asks for, SQLite answers with a row that is not there; else it
    /// says that the database is malformed, or passes the row over.
    ///
    /// # How it is checked
    /// Every entry of the index is read in its order, through the WAL where there is one: at `--level full`. Of plain
    /// indexes those are read so of which SQLite's own check (`pragma.c`) says that something is wrong; of indexes with a
    /// WHERE clause, on expressions, or with a collation of an application all, as the values that an expression came to
    /// stand in the entries.
    /// The row is then looked for in the table. SQLite's own check goes the other way and counts, which in an index with a
    /// WHERE clause tells nothing. Where the index has more entries than the table has rows, RC202 says so and names these
    /// entries.
    ///
    /// # Example
    /// A row of `orders` was deleted while the index `open_orders`, which has a WHERE clause, was hidden. `PRAGMA
    /// integrity_check` says `ok`.
    ///
    /// # What to do
    /// Look for the row in another copy, before anything is written. If it should not be there, `REINDEX` on a copy makes
    /// the index anew.
    ///
    /// # When it is normal
    /// Never.
    "RC211" "entry_without_row" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    report_entries(&RULE, evidence, findings, |problem| {
        if problem.kind != EntryProblemKind::WithoutRow || is_counted(evidence, problem) {
            return None;
        }
        let message = format!("{} leads to no row", entry(problem));
        let found = match problem.rowid {
            Some(rowid) => format!("rowid {rowid}"),
            None => "a primary key".to_owned(),
        };
        let help = match counts(evidence, problem) {
            // As many entries as rows: the one of a row is damaged.
            Some((rows, entries)) if entries <= rows => REINDEX,
            _ => ROWS_MAY_BE_LOST,
        };
        said(message, found, "that of a row of the table", help)
    });
}
