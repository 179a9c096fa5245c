use crate::rule::rule;
use crate::rules::problem::{COPY_OUT, report, said};
use crate::walk::ProblemKind;
use crate::{Evidence, Findings};

use super::page;

rule! {
    /// The children of a b-tree page are not all of one depth.
    ///
    /// # What it means
    /// In a b-tree it is as far from the root to one leaf as to any other. Below this page it is not: one child is a
    /// leaf where another has children, or is deeper in some other way.
    ///
    /// # Why it matters
    /// Pages were mixed up, or one was lost. What is below the page may be of another tree or of another time. When
    /// SQLite evens out such pages after a change it refuses: `database disk image is malformed (11)`. `PRAGMA
    /// integrity_check` says `Child page depth differs`.
    ///
    /// # How it is checked
    /// Every b-tree is walked from its root, through the WAL where there is one, as SQLite's own check does
    /// (`checkTreePage`). A child that could not be walked counts as a leaf, so that this often follows another
    /// finding.
    ///
    /// # Example
    /// A root with three children, of which two are leaves and the first has two leaves below it.
    ///
    /// # What to do
    /// Look for another copy. What can be read here can be copied out with `.dump` or `VACUUM INTO`, on a copy of the
    /// file.
    ///
    /// # When it is normal
    /// Never.
    "BT109" "child_depth_differs" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    report(&RULE, evidence, findings, |problem| {
        if problem.kind != ProblemKind::ChildDepth {
            return None;
        }
        let message = format!(
            "the children of {} are not all of one depth",
            page(evidence, problem)
        );
        said(message, "different depths", "one depth", COPY_OUT)
    });
}
