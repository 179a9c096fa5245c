use crate::rule::rule;
use crate::walk::ProblemKind;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// Nothing leads to a page of the database.
    ///
    /// # What it means
    /// Each page is there for something: it belongs to a b-tree, to an overflow chain, to the freelist or to the pointer
    /// map, or is the lock-byte page. This one is none of these: no other page leads to it. All such pages are one
    /// finding.
    ///
    /// # Why it matters
    /// SQLite neither reads these pages nor uses them for something new. If that is all, only space is lost. Where a page
    /// that led to them is damaged, they may hold rows that are missing elsewhere.
    ///
    /// # How it is checked
    /// Freelist and b-trees are walked, through the WAL where there is one, as SQLite's own check does
    /// (`sqlite3BtreeIntegrityCheck`). The pages that this did not come to are counted. SQLite names each of them, until
    /// it has found 100 problems.
    ///
    /// # Example
    /// A header that says that no page is free, in a database whose freelist had one page. `PRAGMA integrity_check`
    /// says `Page 2: never used`.
    ///
    /// # What to do
    /// If there are other findings, look at those first: they may be the reason. If there are none, `VACUUM` on a copy
    /// writes a database without these pages.
    ///
    /// # When it is normal
    /// Never. SQLite puts every page that it no longer needs on the freelist.
    "BT113" "page_never_used" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let problems = evidence.problems();
    let is_unused = |kind| matches!(kind, ProblemKind::NeverUsed(_));
    let mut unused = problems.iter().filter(|problem| is_unused(problem.kind));
    let Some(first) = unused.next() else { return };
    let others = evidence
        .inside
        .as_ref()
        .map(|inside| inside.structure.others);
    let others = others.map_or(0, |others| others.never_used);
    let count = many(1 + unused.count() as u64 + others, "page");
    let page = first.place.page;
    let message = match count.as_str() {
        "1 page" => format!("nothing leads to page {page}"),
        _ => format!("nothing leads to {count}, the first of them page {page}"),
    };
    findings
        .report(&RULE, evidence.in_page(first.place), message)
        .values(format!("{count} never used"), "none")
        .help("look at the other findings first; if there are none, VACUUM on a copy");
}
