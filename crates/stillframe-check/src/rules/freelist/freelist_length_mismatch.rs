use stillframe_format::Pages as _;

use crate::rule::rule;
use crate::rules::problem::{VACUUM_INTO, report, said};
use crate::walk::ProblemKind;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// The header counts another number of free pages than the freelist has.
    ///
    /// # What it means
    /// The number at offset 36 counts the pages of the freelist, trunk pages and leaf pages together. The list that
    /// begins at offset 32 has more of them, or fewer.
    ///
    /// # Why it matters
    /// What is in the tables can still be read. Where the header counts more, SQLite relies on pages that are not
    /// there, and stops when it needs one: `database disk image is malformed (11)`. Where it counts fewer, it stops
    /// using the list too early, and forgets the rest.
    ///
    /// # How it is checked
    /// The freelist is followed to its end, through the WAL where there is one, as SQLite's own check does
    /// (`checkList`). Where a page of the list has a finding of its own, or the number is not less than that of all
    /// pages (DB104), nothing is compared.
    ///
    /// # Example
    /// A number of 2, and a list of one page. `PRAGMA integrity_check` says `Freelist: size is 1 but should be 2`.
    ///
    /// # What to do
    /// Do not write to it. Look for another copy, or copy the content out with `VACUUM INTO`: that leaves the freelist
    /// behind.
    ///
    /// # When it is normal
    /// Never.
    "FL102" "freelist_length_mismatch" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(image) = &evidence.image else {
        return;
    };
    report(&RULE, evidence, findings, |problem| {
        let ProblemKind::FreelistLength { found, expected } = problem.kind else {
            return None;
        };
        // More than there can be: DB104 says so.
        if expected >= image.page_count() {
            return None;
        }
        let message = format!(
            "the header counts {}, and the freelist has {found}",
            many(expected, "free page")
        );
        said(message, expected, found, VACUUM_INTO)
    });
}
