use crate::content::ContentProblemKind;
use crate::rule::rule;
use crate::rules::content::{LOOK_AT_VALUE, report, row};
use crate::rules::problem::said;
use crate::words::plain;
use crate::{Evidence, Findings};

rule! {
    /// A column of a STRICT table holds a value of another type.
    ///
    /// # What it means
    /// In a STRICT table each column holds values of its type only, or NULL, and SQLite refuses others. In this row
    /// there is another one.
    ///
    /// # Why it matters
    /// The value is damaged, or the statement of the table was changed behind SQLite's back. An application that
    /// relies on the type gets something else.
    ///
    /// # How it is checked
    /// Every row is read in the order of its table, through the WAL where there is one, as SQLite's own check does
    /// (`pragma.c`), and the type of each value looked at: from `--level quick` on.
    ///
    /// # Example
    /// A bit of the row's header makes a text of a number. `PRAGMA integrity_check` says `non-INTEGER value in
    /// orders.cents`.
    ///
    /// # What to do
    /// Look at the row, and for it in another copy. `UPDATE` puts a right value there.
    ///
    /// # When it is normal
    /// Never. It also comes about where STRICT was written into `sqlite_schema` by hand.
    "RC204" "strict_type_mismatch" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    report(&RULE, evidence, findings, |problem| {
        let ContentProblemKind::StrictType { column, expected } = &problem.kind else {
            return None;
        };
        let column = plain(column);
        let message = format!("column {column} of {} holds no {expected}", row(problem));
        said(message, "a value of another type", expected, LOOK_AT_VALUE)
    });
}
