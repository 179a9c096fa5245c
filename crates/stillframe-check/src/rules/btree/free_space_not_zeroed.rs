use crate::rule::rule;
use crate::words::{are, many};
use crate::{Evidence, Findings};

rule! {
    /// Free bytes of b-tree pages hold something.
    ///
    /// # What it means
    /// Between the cell pointers of a page and its cells, and in its freeblocks, are bytes that nothing uses. Here not
    /// all of them are 0: they hold what is left of rows that were deleted, changed, or moved to other pages.
    ///
    /// # Why it matters
    /// To SQLite it does not. Whoever passes the file on passes on what was deleted, too; whoever looks for it may find
    /// it.
    ///
    /// # How it is checked
    /// Every b-tree page is looked at, through the WAL where there is one. One finding counts them all and names the
    /// first. Pages of the freelist, and overflow pages behind the end of their value, are not looked at.
    ///
    /// # Example
    /// A row that was deleted is a freeblock now, of which the first 4 bytes are new and the others are the row's.
    ///
    /// # What to do
    /// Nothing, unless the file is to be passed on: then `VACUUM INTO` writes one without what was deleted. `PRAGMA
    /// secure_delete=ON` writes zeros over it from then on.
    ///
    /// # When it is normal
    /// In nearly every database that was ever changed.
    "BT901" "free_space_not_zeroed" Note since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let inside = evidence.inside.as_ref();
    let remains = inside.map(|inside| inside.structure.remains);
    let Some((remains, first)) = remains.and_then(|it| Some((it, it.first?))) else {
        return;
    };
    let count = many(remains.bytes, "free byte");
    let page = first.page;
    let message = match remains.pages {
        1 => format!("{count} of page {page} {} not 0", are(remains.bytes)),
        pages => format!(
            "{count} of {} are not 0, the first of them page {page}",
            many(pages, "page")
        ),
    };
    findings.report(&RULE, evidence.in_page(first), message);
}
