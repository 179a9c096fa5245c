use crate::rule::rule;
use crate::rules::problem::{NOT_WRITTEN, report, said};
use crate::walk::ProblemKind;
use crate::{Evidence, Findings};

rule! {
    /// Two things lead to the same page.
    ///
    /// # What it means
    /// Each page is there for one thing: as a page of one b-tree, of one overflow chain or of the freelist. Something
    /// that was walked before leads to this page, too.
    ///
    /// # Why it matters
    /// At most one of the two is right. As long as nothing is written, one of them reads what belongs to the other;
    /// SQLite may also go in a circle, or stop. When something is written, the one destroys the other.
    ///
    /// # How it is checked
    /// Freelist and b-trees are walked, through the WAL where there is one, as SQLite's own check does (`checkRef`):
    /// the freelist first, then the b-trees in the order of `sqlite_schema`. The finding names the second of the two;
    /// what led to the page first is not known.
    ///
    /// # Example
    /// The root page of a table that the freelist names as free: SQLite will write something else over it. `PRAGMA
    /// integrity_check` says `2nd reference to page 3`.
    ///
    /// # What to do
    /// Do not write to it. Look for another copy. Otherwise copy the content out with `.dump` or `VACUUM INTO`, on a
    /// copy of the file, and compare the rows.
    ///
    /// # When it is normal
    /// Never.
    "BT112" "page_used_twice" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    report(&RULE, evidence, findings, |problem| {
        let ProblemKind::SecondReference(page) = problem.kind else {
            return None;
        };
        let message = format!(
            "{} leads to page {page}, and something else does, too",
            problem.referrer()
        );
        let one_use = "a page that is used for nothing else";
        said(message, format!("page {page}"), one_use, NOT_WRITTEN)
    });
}
