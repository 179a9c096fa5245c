use crate::content::ContentProblemKind;
use crate::rule::rule;
use crate::rules::content::{report, row};
use crate::rules::problem::said;
use crate::words::plain;
use crate::{Evidence, Findings};

rule! {
    /// A column of text holds a number.
    ///
    /// # What it means
    /// SQLite turns a number into text before it stores it in a column of type TEXT. In this row the number stands
    /// there as a number.
    ///
    /// # Why it matters
    /// The value can be read. But it does not compare as equal to the same digits as text, so queries miss it. If the
    /// type was damaged, the number is not what was stored.
    ///
    /// # How it is checked
    /// Every row is read in the order of its table, through the WAL where there is one, as SQLite's own check does
    /// (`pragma.c`), and the type of each value looked at: from `--level quick` on.
    ///
    /// # Example
    /// A table whose column was given the type TEXT in `sqlite_schema` by hand, after numbers had been stored. `PRAGMA
    /// integrity_check` says `NUMERIC value in orders.customer`.
    ///
    /// # What to do
    /// Look at the row. If the number is right, `UPDATE orders SET customer = customer` on a copy makes text of it.
    ///
    /// # When it is normal
    /// Where the statement of the table was changed by hand. SQLite's own statements do not leave it so.
    "RC205" "number_in_text_column" Warning since "0.1.0"
}

/// What to do.
const HELP: &str = "look at the row; on a copy, setting the column to itself stores it as text";

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    report(&RULE, evidence, findings, |problem| {
        let ContentProblemKind::NumberInText { column } = &problem.kind else {
            return None;
        };
        let column = plain(column);
        let message = format!(
            "column {column} of {} holds a number as such, not as text",
            row(problem)
        );
        said(
            message,
            "a number",
            "text: the column is of type TEXT",
            HELP,
        )
    });
}
