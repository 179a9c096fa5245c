use crate::content::ContentProblemKind;
use crate::rule::rule;
use crate::rules::content::{REINDEX, report, row};
use crate::rules::problem::said;
use crate::words::plain;
use crate::{Evidence, Findings};

rule! {
    /// The entry of a row holds other text than the row.
    ///
    /// # What it means
    /// The collation of the index takes two texts for the same: `Ada` and `ada` under NOCASE, or with spaces at the
    /// end under RTRIM. The entry for this row holds the one, and the row the other.
    ///
    /// # Why it matters
    /// Queries find the row. But where the index has all the columns that a query asks for SQLite reads them from
    /// there, and answers with the wrong text.
    ///
    /// # How it is checked
    /// Every row is read in the order of its table, through the WAL where there is one, as SQLite's own check does
    /// (`pragma.c`), looked for in every index, and text under another collation than BINARY compared by its bytes: at
    /// `--level full`.
    ///
    /// # Example
    /// A bit of a letter changed in the index, and made it a capital. `PRAGMA integrity_check` says `row 4 values
    /// differ from index orders_by_customer`.
    ///
    /// # What to do
    /// Look at the row, and for it in another copy: the index may be right and the row wrong. If the row is right,
    /// `REINDEX` on a copy makes the index anew.
    ///
    /// # When it is normal
    /// Never.
    "RC209" "index_values_differ" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    report(&RULE, evidence, findings, |problem| {
        let ContentProblemKind::ValuesDiffer { index } = &problem.kind else {
            return None;
        };
        let index = plain(index);
        let message = format!(
            "the entry of {} in index {index} holds other text",
            row(problem)
        );
        said(
            message,
            "text that its collation takes for the same",
            "the text of the row",
            REINDEX,
        )
    });
}
