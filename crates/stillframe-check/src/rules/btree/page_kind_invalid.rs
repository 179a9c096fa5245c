use stillframe_database::ErrorKind;

use crate::rule::rule;
use crate::rules::problem::{ANOTHER_COPY, report, said};
use crate::walk::ProblemKind;
use crate::{Evidence, Findings};

use super::page;

rule! {
    /// A page that belongs to a b-tree is no b-tree page.
    ///
    /// # What it means
    /// A parent, or a row of `sqlite_schema`, leads to the page. Its first byte says what a b-tree page holds: 2 and 10
    /// entries of an index, 5 and 13 rows of a table. This one is none of them. On page 1 it stands at offset 100.
    ///
    /// # Why it matters
    /// SQLite stops at the page: `database disk image is malformed (11)`. What lies below it cannot be read, and
    /// `PRAGMA integrity_check` says `btreeInitPage() returns error code 11`.
    ///
    /// # How it is checked
    /// Every b-tree is walked from its root, through the WAL where there is one, as SQLite's own check does
    /// (`checkTreePage`).
    ///
    /// # Example
    /// A page of zeros in the place of a leaf: it was allocated, and never written.
    ///
    /// # What to do
    /// Look for another copy. Rows of other pages can be read; an index can be made anew from its table.
    ///
    /// # When it is normal
    /// Never.
    "BT001" "page_kind_invalid" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    report(&RULE, evidence, findings, |problem| {
        let ProblemKind::Page(error) = problem.kind else {
            return None;
        };
        let ErrorKind::BtreePageKind { found } = error.kind else {
            return None;
        };
        let message = format!("{} is no b-tree page", page(evidence, problem));
        let kinds = "0x02, 0x05, 0x0a or 0x0d";
        said(message, format!("{found:#04x}"), kinds, ANOTHER_COPY)
    });
}
