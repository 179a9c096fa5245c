use crate::rule::rule;
use crate::rules::problem::{NOT_WRITTEN, referrer};
use crate::walk::{Context, ProblemKind};
use crate::{Evidence, Findings};

rule! {
    /// Two things lead to the same page.
    ///
    /// # What it means
    /// Each page is there for one thing: as a page of one b-tree, of one overflow chain or of the freelist. Something
    /// that was walked before leads to this page, too.
    ///
    /// # Why it matters
    /// At most one of the two is right. As long as nothing is written, one of them reads what belongs to the other;
    /// SQLite may also go in a circle, or stop. When something is written, the one destroys the other.
    ///
    /// # How it is checked
    /// Freelist and b-trees are walked, through the WAL where there is one, as SQLite's own check does (`checkRef`):
    /// the freelist first, then the b-trees in the order of `sqlite_schema`. What led to the page first is looked for in
    /// a second walk.
    ///
    /// # Example
    /// The root page of a table that the freelist names as free: SQLite will write something else over it. `PRAGMA
    /// integrity_check` says `2nd reference to page 3`.
    ///
    /// # What to do
    /// Do not write to it. Look for another copy. Otherwise copy the content out with `.dump` or `VACUUM INTO`, on a
    /// copy of the file, and compare the rows.
    ///
    /// # When it is normal
    /// Never.
    "BT112" "page_used_twice" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    for problem in evidence.problems() {
        let ProblemKind::SecondReference(page) = problem.kind else {
            continue;
        };
        let inside = evidence.inside.as_ref();
        let first = inside.and_then(|inside| inside.first_reference(page));
        let (second, other) = (
            referrer(evidence, problem.context),
            first.map(|(context, _)| referrer(evidence, context)),
        );
        let message = match other {
            Some(other) if other == second => format!("{second} leads to page {page} twice"),
            Some(other) => format!("{second} leads to page {page}, and {other} does, too"),
            None => format!("{second} leads to page {page}, which is the lock-byte page"),
        };
        let details = findings
            .report(&RULE, evidence.in_page(problem.place), message)
            .values(
                format!("page {page}"),
                "a page that is used for nothing else",
            )
            .help(NOT_WRITTEN);
        if let Some((context, place)) = first
            && context != Context::None
        {
            details.related(evidence.in_page(place), "what leads there first");
        }
    }
}
