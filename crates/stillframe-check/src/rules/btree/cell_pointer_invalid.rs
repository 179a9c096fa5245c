use stillframe_database::ErrorKind;

use crate::rule::rule;
use crate::rules::problem::{ANOTHER_COPY, report, said};
use crate::walk::ProblemKind;
use crate::{Evidence, Findings};

use super::page;

rule! {
    /// A cell pointer leads out of the cell content area of its page.
    ///
    /// # What it means
    /// A page has a pointer of two bytes for each cell, in the order of their keys. The cells are at the end of the
    /// page, and the page's header says where they begin. This pointer leads before that, or past the end.
    ///
    /// # Why it matters
    /// SQLite follows the pointer all the same, and takes what is there for a row: another one, one that was deleted,
    /// or none that makes sense. `PRAGMA integrity_check` says `Offset 300 out of range 344..508`.
    ///
    /// # How it is checked
    /// Every b-tree is walked from its root, through the WAL where there is one, as SQLite's own check does
    /// (`checkTreePage`).
    ///
    /// # Example
    /// A pointer to 300, in a page whose cell content area begins at 344.
    ///
    /// # What to do
    /// Look for another copy. What can be read here can be copied out with `.dump` or `VACUUM INTO`, on a copy of the
    /// file. Compare what comes from this page.
    ///
    /// # When it is normal
    /// Never.
    "BT104" "cell_pointer_invalid" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    report(&RULE, evidence, findings, |problem| {
        let ProblemKind::Cell(error) = problem.kind else {
            return None;
        };
        let ErrorKind::CellPointer { found, first, last } = error.kind else {
            return None;
        };
        let message = format!(
            "a cell pointer of {} leads to offset {found}",
            page(evidence, problem)
        );
        said(message, found, format!("{first} to {last}"), ANOTHER_COPY)
    });
}
