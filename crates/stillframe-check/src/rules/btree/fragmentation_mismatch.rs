use crate::rule::rule;
use crate::rules::btree::page;
use crate::rules::problem::{COPY_OUT, report, said};
use crate::walk::ProblemKind;
use crate::words::{are, many};
use crate::{Evidence, Findings};

rule! {
    /// A b-tree page counts its fragmented bytes wrong.
    ///
    /// # What it means
    /// Bytes between the cells of a page that are too few for a freeblock are fragments. The eighth byte of the page's
    /// header counts them. It is not as many as lie between cells and freeblocks.
    ///
    /// # Why it matters
    /// Rows can be read. SQLite relies on the number when it looks for room on the page, and may refuse to write to it:
    /// `database disk image is malformed (11)`. `PRAGMA integrity_check` says `Fragmentation of 0 bytes reported as 3
    /// on page 3`.
    ///
    /// # How it is checked
    /// Every b-tree is walked from its root, through the WAL where there is one, as SQLite's own check does
    /// (`checkTreePage`). Where two cells have bytes in common, or one is not within the page, nothing is counted.
    ///
    /// # Example
    /// A page without fragments that counts 3.
    ///
    /// # What to do
    /// Look for another copy. What can be read here can be copied out with `.dump` or `VACUUM INTO`, on a copy of the
    /// file.
    ///
    /// # When it is normal
    /// Never.
    "BT107" "fragmentation_mismatch" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    report(&RULE, evidence, findings, |problem| {
        let ProblemKind::Fragmentation {
            found, expected, ..
        } = problem.kind
        else {
            return None;
        };
        let message = format!(
            "{} counts {}, and {found} {} there",
            page(evidence, problem),
            many(expected, "fragmented byte"),
            are(found)
        );
        said(message, expected, found, COPY_OUT)
    });
}
