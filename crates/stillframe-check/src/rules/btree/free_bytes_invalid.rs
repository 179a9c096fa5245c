use stillframe_database::ErrorKind;

use crate::rule::rule;
use crate::rules::problem::{COPY_OUT, report, said};
use crate::walk::ProblemKind;
use crate::{Evidence, Findings};

use super::page;

rule! {
    /// A b-tree page counts more free bytes than it has, or too few.
    ///
    /// # What it means
    /// A page's header says where its cells begin, and how many fragmented bytes lie between them; each freeblock says
    /// how long it is. If all these bytes were in front of the cells, the cells would begin at the sum of the three.
    /// That lies behind the cell pointers, and not past the end of the page. Here it does not.
    ///
    /// # Why it matters
    /// Rows can be read. When SQLite is to write to the page it refuses: `database disk image is malformed (11)`.
    /// `PRAGMA integrity_check` says `free space corruption`.
    ///
    /// # How it is checked
    /// Every b-tree is walked from its root, through the WAL where there is one, as SQLite's own check does
    /// (`checkTreePage`). The sum is that of `btreeComputeFreeSpace`. Neither looks at the cells of such a page, or at
    /// what lies below it.
    ///
    /// # Example
    /// A page of 512 bytes whose cells begin at 344, and that counts 200 fragmented bytes: the sum is 544.
    ///
    /// # What to do
    /// Look for another copy. What can be read here can be copied out with `.dump` or `VACUUM INTO`, on a copy of the
    /// file.
    ///
    /// # When it is normal
    /// Never.
    "BT103" "free_bytes_invalid" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    report(&RULE, evidence, findings, |problem| {
        let ProblemKind::FreeSpace(error) = problem.kind else {
            return None;
        };
        let ErrorKind::FreeBytes { found, least, most } = error.kind else {
            return None;
        };
        let message = format!(
            "by the free bytes of {} its cells would begin at {found}",
            page(evidence, problem)
        );
        said(message, found, format!("{least} to {most}"), COPY_OUT)
    });
}
