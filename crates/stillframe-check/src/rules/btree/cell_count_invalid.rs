use stillframe_database::ErrorKind;

use crate::rule::rule;
use crate::rules::problem::{ANOTHER_COPY, report, said};
use crate::walk::ProblemKind;
use crate::{Evidence, Findings};

use super::page;

rule! {
    /// A b-tree page counts more cells than fit.
    ///
    /// # What it means
    /// Two bytes of the page's header, at offset 3, count its cells: rows, entries or children. A cell and its pointer
    /// take at least 6 bytes, so that a page of 512 bytes has at most 84. This one counts more.
    ///
    /// # Why it matters
    /// SQLite stops at the page: `database disk image is malformed (11)`. What lies below it cannot be read, and
    /// `PRAGMA integrity_check` says `btreeInitPage() returns error code 11`.
    ///
    /// # How it is checked
    /// Every b-tree is walked from its root, through the WAL where there is one, as SQLite's own check does
    /// (`checkTreePage`). The count is compared with the page size less 8, divided by 6.
    ///
    /// # Example
    /// 85 cells on a page of 512 bytes.
    ///
    /// # What to do
    /// Look for another copy. Rows of other pages can be read; an index can be made anew from its table.
    ///
    /// # When it is normal
    /// Never.
    "BT002" "cell_count_invalid" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    report(&RULE, evidence, findings, |problem| {
        let ProblemKind::Page(error) = problem.kind else {
            return None;
        };
        let ErrorKind::CellCount { found, most } = error.kind else {
            return None;
        };
        let message = format!("{} has {found} cells", page(evidence, problem));
        said(message, found, format!("at most {most}"), ANOTHER_COPY)
    });
}
