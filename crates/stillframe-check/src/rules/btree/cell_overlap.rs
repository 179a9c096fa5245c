use crate::rule::rule;
use crate::rules::btree::page;
use crate::rules::problem::{COPY_OUT, report, said};
use crate::walk::ProblemKind;
use crate::{Evidence, Findings};

rule! {
    /// Two cells or freeblocks of a b-tree page have bytes in common.
    ///
    /// # What it means
    /// Each byte of a page's cell content area belongs to one cell, to one freeblock, or to nothing. Here one begins
    /// before the one in front of it ends.
    ///
    /// # Why it matters
    /// At most one of the two can be right: what SQLite writes to one changes the other. If one is a freeblock, the
    /// next row that is put there overwrites another. `PRAGMA integrity_check` says `Multiple uses for byte 477 of page
    /// 3`.
    ///
    /// # How it is checked
    /// Every b-tree is walked from its root, through the WAL where there is one, as SQLite's own check does
    /// (`checkTreePage`). Only the first overlap of a page is reported, and none where a cell is not within the page.
    ///
    /// # Example
    /// A freeblock of 20 bytes at offset 459, and a row at 477.
    ///
    /// # What to do
    /// Look for another copy. What can be read here can be copied out with `.dump` or `VACUUM INTO`, on a copy of the
    /// file. Compare what comes from this page.
    ///
    /// # When it is normal
    /// Never.
    "BT106" "cell_overlap" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    report(&RULE, evidence, findings, |problem| {
        let ProblemKind::Overlap { byte, .. } = problem.kind else {
            return None;
        };
        let message = format!(
            "two cells or freeblocks of {} have the byte at offset {byte} in common",
            page(evidence, problem)
        );
        said(message, "two uses", "one use", COPY_OUT)
    });
}
