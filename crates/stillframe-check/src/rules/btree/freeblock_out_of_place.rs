use stillframe_database::ErrorKind;

use crate::rule::rule;
use crate::rules::problem::{COPY_OUT, report, said};
use crate::walk::ProblemKind;
use crate::{Evidence, Findings};

use super::page;

rule! {
    /// A freeblock of a b-tree page is out of order, or out of the page.
    ///
    /// # What it means
    /// Free bytes between the cells of a page are a list of freeblocks. Each names the next, and the page's header the
    /// first. All lie in the cell content area, in ascending order, and at least 4 bytes apart. This one does not.
    ///
    /// # Why it matters
    /// Rows can be read. When SQLite is to write to the page it refuses: `database disk image is malformed (11)`.
    /// `PRAGMA integrity_check` says `free space corruption`.
    ///
    /// # How it is checked
    /// Every b-tree is walked from its root, through the WAL where there is one, as SQLite's own check does
    /// (`checkTreePage`). Neither looks at the cells of such a page, or at what lies below it.
    ///
    /// # Example
    /// A first freeblock at 300, in a page whose cell content area begins at 344.
    ///
    /// # What to do
    /// Look for another copy. What can be read here can be copied out with `.dump` or `VACUUM INTO`, on a copy of the
    /// file.
    ///
    /// # When it is normal
    /// Never.
    "BT101" "freeblock_out_of_place" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    report(&RULE, evidence, findings, |problem| {
        let ProblemKind::FreeSpace(error) = problem.kind else {
            return None;
        };
        let ErrorKind::FreeblockOffset { found, first, last } = error.kind else {
            return None;
        };
        let message = format!(
            "a freeblock of {} is at offset {found}",
            page(evidence, problem)
        );
        said(message, found, format!("{first} to {last}"), COPY_OUT)
    });
}
