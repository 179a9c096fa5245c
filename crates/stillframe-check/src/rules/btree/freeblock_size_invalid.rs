use stillframe_database::ErrorKind;

use crate::rule::rule;
use crate::rules::problem::{COPY_OUT, report, said};
use crate::walk::ProblemKind;
use crate::words::many;
use crate::{Evidence, Findings};

use super::page;

rule! {
    /// A freeblock of a b-tree page has a size that it cannot have.
    ///
    /// # What it means
    /// A freeblock, a run of free bytes between the cells of a page, says in its third and fourth byte how long it is.
    /// That is at least 4, and not more than there is up to the end of the page. Here it is not so.
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
    /// A freeblock of 60 bytes at offset 459 of a page of 512.
    ///
    /// # What to do
    /// Look for another copy. What can be read here can be copied out with `.dump` or `VACUUM INTO`, on a copy of the
    /// file.
    ///
    /// # When it is normal
    /// Never.
    "BT102" "freeblock_size_invalid" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    report(&RULE, evidence, findings, |problem| {
        let ProblemKind::FreeSpace(error) = problem.kind else {
            return None;
        };
        let ErrorKind::FreeblockSize { found, most } = error.kind else {
            return None;
        };
        let message = format!(
            "a freeblock of {} has {}",
            page(evidence, problem),
            many(found, "byte")
        );
        said(message, found, format!("4 to {most}"), COPY_OUT)
    });
}
