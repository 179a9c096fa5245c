use crate::rule::rule;
use crate::rules::problem::{VACUUM_INTO, report, said};
use crate::walk::ProblemKind;
use crate::{Evidence, Findings};

rule! {
    /// The largest root page is not the one that the header names.
    ///
    /// # What it means
    /// In an auto-vacuum database the roots of all b-trees come first, and the number at offset 52 is that of the last
    /// of them. In `sqlite_schema` the largest number of a root is another one.
    ///
    /// # Why it matters
    /// What is in the tables can still be read. SQLite puts the root of the next table behind the page that the header
    /// names, or refuses; when a table is dropped, it moves the page that the header names into its place, whatever
    /// that is.
    ///
    /// # How it is checked
    /// The field of page 1 is compared with the root pages in `sqlite_schema`, both read through the WAL where there is
    /// one, as SQLite's own check does (`sqlite3BtreeIntegrityCheck`).
    ///
    /// # Example
    /// A number of 5, where the last root is page 4. `PRAGMA integrity_check` says `max rootpage (4) disagrees with
    /// header (5)`.
    ///
    /// # What to do
    /// Do not write to it. Look for another copy, or copy the content out with `VACUUM INTO`: that writes the header
    /// anew.
    ///
    /// # When it is normal
    /// Never. Where the number is 0 the database has no auto-vacuum, and nothing is compared.
    "PM104" "largest_root_page_mismatch" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    report(&RULE, evidence, findings, |problem| {
        let ProblemKind::LargestRoot { found, expected } = problem.kind else {
            return None;
        };
        let message =
            format!("the largest root page is {found}, and the header says that it is {expected}");
        said(message, expected, found, VACUUM_INTO)
    });
}
