use stillframe_database::ErrorKind;

use crate::rule::rule;
use crate::rules::problem::{VACUUM_INTO, report, said};
use crate::walk::ProblemKind;
use crate::{Evidence, Findings};

rule! {
    /// A page of the freelist names more free pages than fit on it.
    ///
    /// # What it means
    /// The freelist is a chain of trunk pages. Each names the trunk page that follows it, then says how many leaf pages
    /// it names, then names them. The number is more than the rest of the page has room for.
    ///
    /// # Why it matters
    /// What is in the tables can still be read. When SQLite needs a page it refuses: `database disk image is malformed
    /// (11)`. The page was damaged, or is none of the freelist's.
    ///
    /// # How it is checked
    /// The freelist is followed from the header, through the WAL where there is one, as SQLite's own check does
    /// (`checkList`).
    ///
    /// # Example
    /// A number of 200, where a page of 512 bytes has room for 126. `PRAGMA integrity_check` says `freelist leaf count
    /// too big on page 2`.
    ///
    /// # What to do
    /// Do not write to it. Look for another copy, or copy the content out with `VACUUM INTO`: that leaves the freelist
    /// behind.
    ///
    /// # When it is normal
    /// Never.
    "FL101" "freelist_leaf_count_invalid" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    report(&RULE, evidence, findings, |problem| {
        let ProblemKind::FreelistLeafCount { page, error } = problem.kind else {
            return None;
        };
        let ErrorKind::FreelistLeafCount { found, most } = error.kind else {
            return None;
        };
        let message =
            format!("page {page} of the freelist names {found} leaf pages, and {most} fit");
        said(message, found, format!("at most {most}"), VACUUM_INTO)
    });
}
