use crate::content::EntryProblemKind;
use crate::rule::rule;
use crate::rules::content::reindex;
use crate::rules::entries::{entry, is_missing, is_told_by_row, report_entries, table_and_index};
use crate::rules::problem::said;
use crate::words::plain;
use crate::{Evidence, Findings};

rule! {
    /// An entry of an index holds another value than its row.
    ///
    /// # What it means
    /// An entry holds the values of the columns of its row. Of this one a value is another than that of the row to which it
    /// leads: the one or the other is damaged.
    ///
    /// # Why it matters
    /// A query that goes through the index finds the row by a value that it does not have, and not by the one it has. Where
    /// the index has all the columns that are asked for, SQLite answers with the value of the entry.
    ///
    /// # How it is checked
    /// Every entry of the index is read in its order, through the WAL where there is one: at `--level full`. Of plain
    /// indexes those are read so of which SQLite's own check (`pragma.c`) says that something is wrong; of indexes with a
    /// WHERE clause, on expressions, or with a collation of an application all, as the values that an expression came to
    /// stand in the entries.
    /// What an expression came to is not compared, which the report says. Where the row has no other entry, RC201 says so and
    /// names this one.
    ///
    /// # Example
    /// A letter of a name in the index `open_orders`, which has a WHERE clause, changed. `PRAGMA integrity_check` says
    /// `row 4 missing from index open_orders`.
    ///
    /// # What to do
    /// Look at the row, and for it in another copy: the index may be right and the row wrong. If the row is right,
    /// `REINDEX` on a copy makes the index anew; where the index is unique and the row is what was damaged, that may end
    /// with `UNIQUE constraint failed`.
    ///
    /// # When it is normal
    /// Never.
    "RC214" "entry_differs_from_row" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    report_entries(&RULE, evidence, findings, |problem| {
        let EntryProblemKind::Differs { column } = &problem.kind else {
            return None;
        };
        if is_missing(evidence, problem) || is_told_by_row(evidence, problem) {
            return None;
        }
        let message = format!(
            "{} holds another {} than its row",
            entry(problem),
            plain(column)
        );
        // The row may have the key of another one, now.
        let help = reindex(table_and_index(evidence, problem).map(|(_, index)| index));
        said(message, "another value", "the value of the row", help)
    });
}
