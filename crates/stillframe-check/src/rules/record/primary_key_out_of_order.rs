use crate::content::ContentProblemKind;
use crate::rule::rule;
use crate::rules::content::{report, row};
use crate::rules::problem::{COPY_OUT, said};
use crate::{Evidence, Findings};

rule! {
    /// A row of a WITHOUT ROWID table is out of order.
    ///
    /// # What it means
    /// A table without rowids is kept in the order of its primary key, and no key is there twice. The key of this row
    /// is not behind that of the row before it.
    ///
    /// # Why it matters
    /// SQLite finds a row by going down the tree, and relies on the order: it misses rows that are there, and can
    /// store the same key twice.
    ///
    /// # How it is checked
    /// Every row is read in the order of its table, through the WAL where there is one, as SQLite's own check does
    /// (`pragma.c`), and each key of a WITHOUT ROWID table compared with the one before: at `--level full`.
    ///
    /// # Example
    /// A bit of a key changed. `PRAGMA integrity_check` says `row not in PRIMARY KEY order for stock`.
    ///
    /// # What to do
    /// Look for another copy. Otherwise copy the rows out with `.dump`, which reads them one after the other, and look
    /// at those that are refused when they are put in again.
    ///
    /// # When it is normal
    /// Never.
    "RC207" "primary_key_out_of_order" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    report(&RULE, evidence, findings, |problem| {
        if problem.kind != ContentProblemKind::PrimaryKeyOrder {
            return None;
        }
        let message = format!("{} does not come behind the one before it", row(problem));
        let found = "a primary key that is not greater than that of the row before";
        said(
            message,
            found,
            "rows in the order of their primary keys",
            COPY_OUT,
        )
    });
}
