use stillframe_format::Pages as _;

use crate::rule::rule;
use crate::rules::problem::{referrer, report, said};
use crate::walk::ProblemKind;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// Something leads to a page that the database does not have.
    ///
    /// # What it means
    /// A parent page, a cell, the freelist or a row of `sqlite_schema` names a page by its number. Pages are counted
    /// from 1 to the number of pages in the database; this number is 0, or larger.
    ///
    /// # Why it matters
    /// What should be on that page cannot be read: `database disk image is malformed (11)`. A b-tree lacks a part, a
    /// value lacks its end, or SQLite cannot take pages from the freelist.
    ///
    /// # How it is checked
    /// Freelist and b-trees are walked, through the WAL where there is one, as SQLite's own check does (`checkRef`).
    /// Every number is compared with the number of pages that SQLite counts.
    ///
    /// # Example
    /// A page of the freelist that says that page 100 follows it, in a database of 4 pages. `PRAGMA integrity_check`
    /// says `invalid page number 100`.
    ///
    /// # What to do
    /// Look for another copy. Where the database file was cut, find the rest of it. Do not write to this one; what can
    /// be read can be copied out on a copy of the file.
    ///
    /// # When it is normal
    /// Never.
    "BT111" "page_number_invalid" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(image) = &evidence.image else {
        return;
    };
    let pages = image.page_count();
    report(&RULE, evidence, findings, |problem| {
        let ProblemKind::PageNumber(page) = problem.kind else {
            return None;
        };
        let message = format!(
            "{} leads to page {page}, and the database has {}",
            referrer(evidence, problem.context),
            many(pages, "page")
        );
        let help = "look for another copy; do not write to this one";
        said(message, page, format!("1 to {pages}"), help)
    });
}
