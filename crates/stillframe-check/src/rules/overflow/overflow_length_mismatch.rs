use crate::rule::rule;
use crate::rules::problem::{OTHER_ROWS, report, said, tree};
use crate::walk::ProblemKind;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// An overflow chain has more or fewer pages than its payload needs.
    ///
    /// # What it means
    /// What does not fit a page of a b-tree goes on in a chain of overflow pages. The cell says how many bytes there
    /// are, which gives the number of pages. The chain ends before that, or goes on behind it.
    ///
    /// # Why it matters
    /// Where the chain is too short, the end of the row is lost: SQLite stops with `database disk image is malformed
    /// (11)`. Where it is too long, the row can be read, and the length or the chain is not what was written.
    ///
    /// # How it is checked
    /// Every chain of every cell is followed, through the WAL where there is one, as SQLite's own check does
    /// (`checkList`). Where a page of the chain has a finding of its own, the length is not compared.
    ///
    /// # Example
    /// A row of 1,500 bytes in pages of 512, whose second overflow page says that it is the last one. `PRAGMA
    /// integrity_check` says `overflow list length is 2 but should be 3`.
    ///
    /// # What to do
    /// Look for another copy. Other rows can be read and copied out.
    ///
    /// # When it is normal
    /// Never.
    "OV101" "overflow_length_mismatch" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    report(&RULE, evidence, findings, |problem| {
        let ProblemKind::OverflowLength { found, expected } = problem.kind else {
            return None;
        };
        let message = format!(
            "a payload on page {} of {} has {}, and needs {expected}",
            problem.place.page,
            tree(evidence, problem.context),
            many(found, "overflow page")
        );
        said(message, found, expected, OTHER_ROWS)
    });
}
