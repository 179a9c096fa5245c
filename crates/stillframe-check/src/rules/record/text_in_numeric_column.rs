use crate::content::ContentProblemKind;
use crate::rule::rule;
use crate::rules::content::{report, row};
use crate::rules::problem::said;
use crate::words::plain;
use crate::{Evidence, Findings};

rule! {
    /// A column of numbers holds a number as text.
    ///
    /// # What it means
    /// SQLite turns text that is a number into the number before it stores it in a column of a numeric type. In this
    /// row it stands there as text.
    ///
    /// # Why it matters
    /// The value can be read. But it does not compare as equal to the number and sorts behind all numbers, so queries
    /// miss it. If the type was damaged, the text is not what was stored.
    ///
    /// # How it is checked
    /// Every row is read in the order of its table, through the WAL where there is one, as SQLite's own check does
    /// (`pragma.c`), and the type of each value looked at: from `--level quick` on. Text that is no number is right in
    /// such a column.
    ///
    /// # Example
    /// A table whose column was given the type INTEGER in `sqlite_schema` by hand, after text had been stored. `PRAGMA
    /// integrity_check` says `TEXT value in orders.cents`.
    ///
    /// # What to do
    /// Look at the row. If the text is right, `UPDATE orders SET cents = cents` on a copy makes a number of it.
    ///
    /// # When it is normal
    /// Where the statement of the table was changed by hand. SQLite's own statements do not leave it so.
    "RC206" "text_in_numeric_column" Warning since "0.1.0"
}

/// What to do.
const HELP: &str = "look at the row; on a copy, setting the column to itself stores it as a number";

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    report(&RULE, evidence, findings, |problem| {
        let ContentProblemKind::TextInNumeric { column } = &problem.kind else {
            return None;
        };
        let column = plain(column);
        let message = format!("column {column} of {} holds a number as text", row(problem));
        said(
            message,
            "text that is a number",
            "a number: the column is of a numeric type",
            HELP,
        )
    });
}
