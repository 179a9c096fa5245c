use stillframe_database::header::HEADER_BYTES;
use stillframe_format::ByteRange;

use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// Page 1 of a database is overwritten, and pages behind it are there.
    ///
    /// # What it means
    /// The file does not begin as a database does, and pages behind the first are those of tables and indexes. So it is one,
    /// and what stood in page 1 is lost: the header, and where each table begins.
    ///
    /// # Why it matters
    /// SQLite refuses the file: `file is not a database (26)`. It is no encrypted one, of which no page could be told from random
    /// bytes, and no key will open it.
    ///
    /// # How it is checked
    /// Up to 64 pages from all over the file are looked at. At least one, and one in 16 of those that are not zeros, has the
    /// header of a page of a b-tree and pointers to cells that fit it. What is known to be another kind of file is DB001.
    ///
    /// # Example
    /// A disk that failed gave random bytes, or zeros, for the first sectors of the file.
    ///
    /// # What to do
    /// Look for another copy. Check the others that come from the same disk.
    ///
    /// # When it is normal
    /// Never.
    "DB008" "page_1_overwritten" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some((of_b_trees, written)) = evidence.behind_page_1 else {
        return;
    };
    let all = many(written as u64, "page");
    findings
        .report(
            &RULE,
            evidence.in_header(ByteRange {
                start: 0,
                end: HEADER_BYTES as u64,
            }),
            format!(
                "page 1 is overwritten: it does not begin a database, and of {all} that were looked at behind it {of_b_trees} {} of tables or indexes",
                if of_b_trees == 1 { "is" } else { "are" }
            ),
        )
        .help("look for another copy: where each table begins stood in page 1");
}
