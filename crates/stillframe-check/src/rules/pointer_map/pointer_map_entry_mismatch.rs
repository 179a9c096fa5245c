use stillframe_database::pointer_map::{Entry, EntryKind};

use crate::rule::rule;
use crate::rules::pointer_map::is_past_end;
use crate::rules::problem::{VACUUM_INTO, report, said};
use crate::walk::ProblemKind;
use crate::{Evidence, Findings};

rule! {
    /// The pointer map says of a page what it is not.
    ///
    /// # What it means
    /// An auto-vacuum database has pages of a pointer map: 5 bytes for each other page, which say what the page is and
    /// which page leads to it. What leads to this page is something else.
    ///
    /// # Why it matters
    /// What is in the tables can still be read. When SQLite moves pages to make the file smaller, it relies on the
    /// entry: it stops with `database disk image is malformed (11)`, or cuts off a page that the pointer map takes for
    /// free.
    ///
    /// # How it is checked
    /// Freelist and b-trees are walked, through the WAL where there is one, as SQLite's own check does (`checkPtrmap`).
    /// It compares the entry of each page that it comes to.
    ///
    /// # Example
    /// The root of a table that the pointer map takes for an inner page. `PRAGMA integrity_check` says `Bad ptr map
    /// entry key=3 expected=(1,0) got=(5,0)`.
    ///
    /// # What to do
    /// Copy the content out with `VACUUM INTO`: that makes a new pointer map. Until then do not write to the database.
    ///
    /// # When it is normal
    /// Never.
    "PM102" "pointer_map_entry_mismatch" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    report(&RULE, evidence, findings, |problem| {
        let ProblemKind::PointerMapEntry {
            page,
            expected,
            found,
        } = problem.kind
        else {
            return None;
        };
        // There is no such page: BT111 says so.
        if is_past_end(evidence, page) {
            return None;
        }
        let message = format!(
            "page {page} is {}, and the pointer map takes it for {}",
            words(expected),
            words(found)
        );
        said(message, numbers(found), numbers(expected), VACUUM_INTO)
    });
}

fn words(entry: Entry) -> String {
    let parent = entry.parent;
    match entry.kind {
        EntryKind::Root => "the root of a b-tree".to_owned(),
        EntryKind::Free => "a free page".to_owned(),
        // No page is what leads to it.
        EntryKind::FirstOverflow if parent == 0 => {
            "the first overflow page of a cell on no page".to_owned()
        }
        EntryKind::LaterOverflow if parent == 0 => "an overflow page behind no page".to_owned(),
        EntryKind::Btree if parent == 0 => "a child of no page".to_owned(),
        EntryKind::FirstOverflow => format!("the first overflow page of a cell on page {parent}"),
        EntryKind::LaterOverflow => format!("the overflow page behind page {parent}"),
        EntryKind::Btree => format!("a child of page {parent}"),
    }
}

/// A root and a free page name no other page, which still may stand there.
fn numbers(entry: Entry) -> String {
    format!("kind {}, page {}", entry.kind.byte(), entry.parent)
}
