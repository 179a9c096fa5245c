use stillframe_format::{ByteRange, Pages as _};

use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// The header counts more free pages than the database has pages.
    ///
    /// # What it means
    /// The number at offset 36 counts the pages on the freelist. Page 1 is never free, so that there are always fewer
    /// of them than pages; here there are not.
    ///
    /// # Why it matters
    /// What is in the tables can still be read. When SQLite needs a page it refuses: `database disk image is malformed
    /// (11)`. The header is damaged, or the freelist is not of this database.
    ///
    /// # How it is checked
    /// The field of page 1, read through the WAL where there is one, against the number of pages that SQLite counts.
    ///
    /// # Example
    /// 100 free pages in a database of 5.
    ///
    /// # What to do
    /// Look for another copy. What can be read here can be copied out with `.dump` or `VACUUM INTO`, on a copy of the
    /// file.
    ///
    /// # When it is normal
    /// Never.
    "DB104" "freelist_count_exceeds_size" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some((image, header)) = evidence.accepted_image() else {
        return;
    };
    let (free, pages) = (header.freelist_count, image.page_count());
    if free == 0 || free < pages {
        return;
    }
    findings
        .report(
            &RULE,
            evidence.in_header(ByteRange::new(36, 4)),
            format!(
                "{} on the freelist of a database of {}",
                many(free, "page"),
                many(pages, "page")
            ),
        )
        .values(free, format!("fewer than {pages}"))
        .help("look for another copy; do not write to this one");
}
