use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// Each page of the database file has a checksum, and all hold.
    ///
    /// # What it means
    /// The database keeps sums of its pages in the 8 bytes that it reserves on each, as SQLite's extension `cksumvfs`
    /// writes them, and they are those of the pages.
    ///
    /// # Why it matters
    /// No byte of these pages has changed by chance since they were written, values in rows included, of which no other
    /// check tells. Whoever means to change a page can make its sum, too.
    ///
    /// # How it is checked
    /// Every page of the database file that SQLite would read from there is summed. Those in the WAL have no sums.
    ///
    /// # Example
    /// `cksumvfs` is loaded by all that open the database.
    ///
    /// # What to do
    /// Nothing.
    ///
    /// # When it is normal
    /// Always, with that extension.
    "DB905" "page_checksums_hold" Note since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let sums = evidence.page_checksums.as_ref();
    let Some(sums) = sums.filter(|sums| sums.differing == 0) else {
        return;
    };
    let message = format!(
        "the sums of cksumvfs at the end of {} hold",
        many(sums.examined, "page")
    );
    let place = evidence.whole(stillframe_history::Role::Database);
    findings.report(&RULE, place, message);
}
