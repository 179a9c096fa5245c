use crate::content::ContentProblemKind;
use crate::rule::rule;
use crate::rules::content::{report, row};
use crate::rules::problem::{OTHER_ROWS, said};
use crate::{Evidence, Findings};

rule! {
    /// The record of a row contradicts itself.
    ///
    /// # What it means
    /// A row is a record: a header with the type of each column, and the values behind it. Here the header goes past
    /// its own end, or its types ask for more bytes than the record has.
    ///
    /// # Why it matters
    /// The columns of the row cannot be told apart. SQLite stops there with `database disk image is malformed (11)`,
    /// and its own check ends at this row and looks at no other.
    ///
    /// # How it is checked
    /// Every row is read in the order of its table, through the WAL where there is one, as SQLite's own check does
    /// (`pragma.c`): from `--level quick` on. What comes after the row in its table, and the tables behind it, are not
    /// looked at, which the report says.
    ///
    /// # Example
    /// The type of a text of 4 bytes became that of one of 60. `PRAGMA integrity_check` prints `database disk image is
    /// malformed` as its last row.
    ///
    /// # What to do
    /// Look for another copy. Other rows can be read: copy them out by ranges of rowids around this one.
    ///
    /// # When it is normal
    /// Never.
    "RC102" "record_header_invalid" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    report(&RULE, evidence, findings, |problem| {
        if problem.kind != ContentProblemKind::Record {
            return None;
        }
        let message = format!("the record of {} contradicts itself", row(problem));
        let found = "a header that goes past the values, or values that go past the record";
        said(
            message,
            found,
            "a header and values that fill the record",
            OTHER_ROWS,
        )
    });
}
