use stillframe_database::ErrorKind;

use crate::rule::rule;
use crate::rules::problem::{ANOTHER_COPY, report, said};
use crate::walk::ProblemKind;
use crate::words::many;
use crate::{Evidence, Findings};

use super::page;

rule! {
    /// A cell reaches past the end of its page.
    ///
    /// # What it means
    /// A cell begins with the length of its row or entry. What of it should be on the page is longer than the bytes
    /// that follow, less those that the database reserves at the end of each page.
    ///
    /// # Why it matters
    /// SQLite stops at the row: `database disk image is malformed (11)`. `PRAGMA integrity_check` says `Extends off end
    /// of page`.
    ///
    /// # How it is checked
    /// Every b-tree is walked from its root, through the WAL where there is one, as SQLite's own check does
    /// (`checkTreePage`). How much of a row is on the page, and how much on overflow pages, follows from its length.
    ///
    /// # Example
    /// A cell at offset 496 of a page of 512 bytes, with a row of 30 bytes.
    ///
    /// # What to do
    /// Look for another copy. Rows of other pages can be read; an index can be made anew from its table.
    ///
    /// # When it is normal
    /// Never.
    "BT105" "cell_past_end" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    report(&RULE, evidence, findings, |problem| {
        let ProblemKind::Cell(error) = problem.kind else {
            return None;
        };
        let ErrorKind::CellPastEnd { offset } = error.kind else {
            return None;
        };
        let room = many(problem.place.range.length(), "byte");
        let message = format!(
            "the cell at offset {offset} of {} reaches past the end of the page",
            page(evidence, problem)
        );
        let found = format!("more than {room}");
        said(message, found, format!("at most {room}"), ANOTHER_COPY)
    });
}
