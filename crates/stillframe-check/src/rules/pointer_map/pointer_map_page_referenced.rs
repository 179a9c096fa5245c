use std::collections::BTreeSet;

use crate::rule::rule;
use crate::rules::pointer_map::{is_map_page, is_past_end};
use crate::rules::problem::{NOT_WRITTEN, referrer, report, said};
use crate::walk::ProblemKind;
use crate::{Evidence, Findings};

rule! {
    /// Something leads to a page of the pointer map.
    ///
    /// # What it means
    /// In an auto-vacuum database page 2, and further pages at fixed distances, are the pointer map. They are found by
    /// their numbers, and nothing leads to them. Here a b-tree, an overflow chain or the freelist does.
    ///
    /// # Why it matters
    /// What is read there is no content. When SQLite takes the page for something else, the pointer map is lost, and
    /// with it whatever it says of the pages behind it.
    ///
    /// # How it is checked
    /// Freelist and b-trees are walked, through the WAL where there is one, as SQLite's own check does (`checkRef`);
    /// then each page of the pointer map is looked for among those that something leads to.
    ///
    /// # Example
    /// A freelist that names page 2. `PRAGMA integrity_check` says `Failed to read ptrmap key=2`, and then `Page 2:
    /// pointer map referenced`.
    ///
    /// # What to do
    /// Do not write to it. Look for another copy, or copy the content out with `VACUUM INTO`: that makes a new pointer
    /// map.
    ///
    /// # When it is normal
    /// Never. A database that never had auto-vacuum uses page 2 as any other, and its header has 0 at offset 52.
    "PM103" "pointer_map_page_referenced" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let mut reported = BTreeSet::new();
    report(&RULE, evidence, findings, |problem| {
        let (page, referrer) = match problem.kind {
            // A page of the map has no entry: what leads to it is known when that is asked for.
            ProblemKind::PointerMapUnreadable(page) if is_map_page(evidence, page) => {
                (page, referrer(evidence, problem.context))
            }
            ProblemKind::PointerMapReferenced(page) => (page, "something".to_owned()),
            _ => return None,
        };
        if is_past_end(evidence, page) || !reported.insert(page) {
            return None;
        }
        let message = format!("{referrer} leads to page {page}, which is the pointer map's");
        said(
            message,
            format!("page {page}"),
            "a page of another kind",
            NOT_WRITTEN,
        )
    });
}
