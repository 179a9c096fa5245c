use stillframe_format::limits::MAX_BTREE_DEPTH;

use crate::rule::rule;
use crate::rules::problem::{ANOTHER_COPY, report, said};
use crate::walk::ProblemKind;
use crate::{Evidence, Findings};

use super::page;

rule! {
    /// A b-tree is deeper than SQLite can follow.
    ///
    /// # What it means
    /// From the root down to this page there are more pages than SQLite keeps track of, which is 20. Pages have dozens
    /// of children, if not hundreds, so that no tree that SQLite made comes near.
    ///
    /// # Why it matters
    /// SQLite stops at the page: `database disk image is malformed (11)`. What lies below it cannot be read, and
    /// `PRAGMA integrity_check` says `btree depth exceeds 20`.
    ///
    /// # How it is checked
    /// Every b-tree is walked from its root, through the WAL where there is one, as SQLite's own check does
    /// (`checkTreePage`). It goes no deeper.
    ///
    /// # Example
    /// 21 pages in a row, each the only child of the one before.
    ///
    /// # What to do
    /// Look for another copy. Rows of other pages can be read; an index can be made anew from its table.
    ///
    /// # When it is normal
    /// Never.
    "BT110" "tree_too_deep" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    report(&RULE, evidence, findings, |problem| {
        if problem.kind != ProblemKind::TreeDepth {
            return None;
        }
        let message = format!("{} is too far from the root", page(evidence, problem));
        let found = format!("page {} from the root", MAX_BTREE_DEPTH + 1);
        said(
            message,
            found,
            format!("at most {MAX_BTREE_DEPTH}"),
            ANOTHER_COPY,
        )
    });
}
