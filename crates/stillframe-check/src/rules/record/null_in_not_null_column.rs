use crate::content::ContentProblemKind;
use crate::rule::rule;
use crate::rules::content::{LOOK_AT_VALUE, report, row};
use crate::rules::problem::said;
use crate::words::plain;
use crate::{Evidence, Findings};

rule! {
    /// A column that is NOT NULL holds NULL.
    ///
    /// # What it means
    /// The table says that the column always has a value, and SQLite refuses to store NULL there. In this row it is
    /// NULL all the same, or a number that is none (NaN), which SQLite reads as NULL.
    ///
    /// # Why it matters
    /// The value is lost, or the statement of the table was changed behind SQLite's back. SQLite relies on NOT NULL
    /// and may leave the row out of an answer or put it in.
    ///
    /// # How it is checked
    /// Every row is read in the order of its table, through the WAL where there is one, as SQLite's own check does
    /// (`pragma.c`), and the type of each value looked at: from `--level quick` on.
    ///
    /// # Example
    /// A bit of the row's header changed and makes a number of one byte NULL. `PRAGMA integrity_check` says `NULL
    /// value in orders.customer`.
    ///
    /// # What to do
    /// Look at the row, and for it in another copy. `UPDATE` puts a value there again.
    ///
    /// # When it is normal
    /// Never. It also comes about where NOT NULL was written into `sqlite_schema` by hand.
    "RC203" "null_in_not_null_column" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    report(&RULE, evidence, findings, |problem| {
        let ContentProblemKind::Null { column } = &problem.kind else {
            return None;
        };
        let column = plain(column);
        let message = format!("column {column} of {} is NULL", row(problem));
        said(
            message,
            "NULL",
            "a value: the column is NOT NULL",
            LOOK_AT_VALUE,
        )
    });
}
