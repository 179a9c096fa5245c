use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// The checksum at the end of a page is not that of the page.
    ///
    /// # What it means
    /// The database keeps sums of its pages in the 8 bytes that it reserves on each, as SQLite's extension `cksumvfs`
    /// writes them, and most or some of them hold. This one does not: the page was changed after it was written, or
    /// something wrote it that does not know of the sums. All such pages are one finding.
    ///
    /// # Why it matters
    /// With the extension, SQLite does not read the page: `disk I/O error`, SQLITE_IOERR_DATA. Without it, it does, and
    /// what was changed may be a value that no other check sees.
    ///
    /// # How it is checked
    /// Every page of the database file that SQLite would read from there is summed. Those in the WAL have no sums: these
    /// are written as a page gets into the database file.
    ///
    /// # Example
    /// A bit flipped in storage, in the text of a row: `integrity_check` says `ok`.
    ///
    /// # What to do
    /// Look for another copy of these pages, in an older backup. Where all findings but this one are clean and the pages
    /// that differ are those that were written last, ask whether a program without the extension has written to the
    /// database: then `VACUUM` with the extension writes new sums.
    ///
    /// # When it is normal
    /// Never, where every program that writes to the database loads the extension.
    "DB105" "page_checksum_mismatch" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(sums) = &evidence.page_checksums else {
        return;
    };
    let Some(&(first, last)) = sums.runs.first() else {
        return;
    };
    let message = match sums.differing {
        1 => format!("the sum at the end of page {first} is not that of the page"),
        count => format!(
            "the sums at the end of {} are not those of the pages, the first of them page {first}",
            many(count, "page")
        ),
    };
    let mut details = findings
        .report(&RULE, evidence.in_pages(first, last.get()), message)
        .values(
            format!(
                "{} of {} hold",
                sums.examined - sums.differing,
                many(sums.examined, "sum")
            ),
            "all",
        )
        .help("look for these pages in another copy; do not write to this one");
    for &(first, last) in sums.runs.iter().skip(1) {
        details = details.related(evidence.in_pages(first, last.get()), "and this");
    }
}
