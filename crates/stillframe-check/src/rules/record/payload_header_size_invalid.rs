use crate::rule::rule;
use crate::rules::problem::{OTHER_ROWS, report, said, tree};
use crate::walk::ProblemKind;
use crate::{Evidence, Findings};

rule! {
    /// A payload begins with a header size that no record has.
    ///
    /// # What it means
    /// Each row and each entry of an index is a record. It begins with the size of its header: one number for the size
    /// itself, and one for the type of each column. The size is 2 or more; here it is 0 or 1.
    ///
    /// # Why it matters
    /// The columns of the record cannot be told apart. SQLite stops where it needs one of them: `database disk image is
    /// malformed (11)`.
    ///
    /// # How it is checked
    /// Every b-tree is walked from its root, through the WAL where there is one, as SQLite's own check does
    /// (`checkTreePage`). It looks at the first byte of each payload, and not at the types behind it.
    ///
    /// # Example
    /// A row whose payload begins with 1 in the place of 5. `PRAGMA integrity_check` says `Bad cell header size`.
    ///
    /// # What to do
    /// Look for another copy. Other rows can be read and copied out. Where the row is that of an index, `REINDEX` on a
    /// copy makes it anew.
    ///
    /// # When it is normal
    /// Never.
    "RC101" "payload_header_size_invalid" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    report(&RULE, evidence, findings, |problem| {
        let ProblemKind::PayloadHeaderSize(found) = problem.kind else {
            return None;
        };
        let message = format!(
            "a payload on page {} of {} begins with a header size of {found}",
            problem.place.page,
            tree(evidence, problem.context)
        );
        said(message, found, "2 or more", OTHER_ROWS)
    });
}
