use crate::rule::rule;
use crate::rules::pointer_map::{is_map_page, is_past_end};
use crate::rules::problem::{VACUUM_INTO, report, said};
use crate::walk::ProblemKind;
use crate::{Evidence, Findings};

rule! {
    /// The pointer map says nothing of a page.
    ///
    /// # What it means
    /// An auto-vacuum database has pages of a pointer map: 5 bytes for each other page, the first of which says what
    /// the page is, 1 to 5. For this page it is something else, or there is no entry.
    ///
    /// # Why it matters
    /// What is in the tables can still be read. When SQLite moves pages to make the file smaller, it asks the pointer
    /// map what leads to a page, and stops here: `database disk image is malformed (11)`.
    ///
    /// # How it is checked
    /// Freelist and b-trees are walked, through the WAL where there is one, as SQLite's own check does (`checkPtrmap`).
    /// It asks for the entry of each page that it comes to.
    ///
    /// # Example
    /// An entry of zeros, as of a page that the pointer map never took note of. `PRAGMA integrity_check` says `Failed
    /// to read ptrmap key=3`.
    ///
    /// # What to do
    /// Copy the content out with `VACUUM INTO`: that makes a new pointer map. Until then do not write to the database.
    ///
    /// # When it is normal
    /// Never.
    "PM101" "pointer_map_entry_unreadable" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    report(&RULE, evidence, findings, |problem| {
        let ProblemKind::PointerMapUnreadable(page) = problem.kind else {
            return None;
        };
        // What there can be no entry for is the business of other rules: BT111 and PM103.
        if is_past_end(evidence, page) || is_map_page(evidence, page) {
            return None;
        }
        let message = format!("the pointer map does not say what page {page} is");
        said(
            message,
            "no entry of a known kind",
            "kind 1 to 5",
            VACUUM_INTO,
        )
    });
}
