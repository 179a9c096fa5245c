use stillframe_format::Pages as _;
use stillframe_history::Refusal;

use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// The database file ends within a page that is in use.
    ///
    /// # What it means
    /// The length of the file is no multiple of the page size, and the page that is cut off belongs to the database. No
    /// frame of the WAL holds it.
    ///
    /// # Why it matters
    /// SQLite reads zeros in place of what is missing and says nothing. As rows fill a page from its end, they are what
    /// is lost: they come back as NULL, or the page as malformed, and `PRAGMA integrity_check` may still say `ok`. Only
    /// where a long value goes on in the page it ends with `disk I/O error`, which looks like a failing disk.
    ///
    /// # How it is checked
    /// The length of the file against the page size, and the number of the cut page against the number of pages that
    /// SQLite counts.
    ///
    /// # Example
    /// A file of 6000 bytes with pages of 4096: of page 2, 1904 bytes are there.
    ///
    /// # What to do
    /// Copy it again: SQLite writes whole pages, so the copy was cut, or the disk was full.
    ///
    /// # When it is normal
    /// Never.
    "DB103" "last_page_truncated" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    if matches!(evidence.refusal(), Some(Refusal::SizeExceedsStored { .. })) {
        return;
    }
    let Some((page, place, true)) = super::cut_page(evidence) else {
        return;
    };
    let Some((image, _)) = evidence.accepted_image() else {
        return;
    };
    let (present, size) = (place.range.length(), image.page_size());
    findings
        .report(
            &RULE,
            place,
            format!(
                "page {page} is cut off: {present} of its {size} bytes are there, and SQLite reads zeros for the rest"
            ),
        )
        .values(format!("{present} bytes"), format!("{size} bytes"))
        .help("copy the file again, or look for another copy");
}
