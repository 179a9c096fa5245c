use crate::rule::rule;
use crate::rules::problem::{COPY_OUT, report, said};
use crate::walk::ProblemKind;
use crate::{Evidence, Findings};

use super::page;

rule! {
    /// The rowids of a table are not in ascending order.
    ///
    /// # What it means
    /// The rows of a table are in the order of their rowids, each of which is there once. A child page has no rowid
    /// that is larger than the one that stands beside it in its parent. Here one is too large for its place.
    ///
    /// # Why it matters
    /// SQLite looks for a rowid by halves. It may not find rows that are out of order, or put a second one of the same
    /// rowid beside them. `PRAGMA integrity_check` says `Rowid 2 out of order`.
    ///
    /// # How it is checked
    /// Every b-tree is walked from its root, through the WAL where there is one, as SQLite's own check does
    /// (`checkTreePage`). Rows are compared from the last to the first, so that what is reported is the rowid that is
    /// not less than the one behind it.
    ///
    /// # Example
    /// A page that has rows 2, 1, 3 and 4, in that order.
    ///
    /// # What to do
    /// Look for another copy. All rows can be copied out with `.dump`, on a copy of the file; where a rowid is there
    /// twice, choose one.
    ///
    /// # When it is normal
    /// Never.
    "BT108" "rowid_out_of_order" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    report(&RULE, evidence, findings, |problem| {
        let ProblemKind::RowidOrder(rowid) = problem.kind else {
            return None;
        };
        let message = format!(
            "rowid {rowid} on {} is out of order",
            page(evidence, problem)
        );
        said(message, rowid, "less than the rowid behind it", COPY_OUT)
    });
}
