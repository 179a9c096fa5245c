use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// The database file ends within a page, which SQLite does not read there.
    ///
    /// # What it means
    /// The length of the file is no multiple of the page size. The page that is cut off lies behind the pages that
    /// SQLite counts, or the WAL holds a whole one in its place.
    ///
    /// # Why it matters
    /// SQLite does not see the cut. With the next checkpoint, or when the database grows, the page is written whole.
    ///
    /// # How it is checked
    /// The length of the file against the page size, and the number of the cut page against the number of pages that
    /// SQLite counts, and against the pages that the WAL holds.
    ///
    /// # Example
    /// A line end behind the last page, which a transfer as text has put there.
    ///
    /// # What to do
    /// If the page is behind the end, nothing. If the WAL holds it, keep the WAL with the database.
    ///
    /// # When it is normal
    /// After a crash while the file grew, or with a WAL that was not yet checkpointed.
    "DB902" "partial_page_unused" Note since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some((page, place, false)) = super::cut_page(evidence) else {
        return;
    };
    let present = many(place.range.length(), "byte");
    findings.report(
        &RULE,
        place,
        format!(
            "the file ends with {present} of page {page}, which SQLite does not read from there"
        ),
    );
}
