use stillframe_journal::SectorSize;

use super::{refused, report_refused};
use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// The rollback journal ends within its first header.
    ///
    /// # What it means
    /// The journal has 1 to 511 bytes. SQLite writes its header with zeros up to the end of a sector, at once, and looks
    /// at none of it where there are fewer than 512 bytes.
    ///
    /// # Why it matters
    /// SQLite puts no page back and deletes the journal. If the journal was longer where it came from, the database file
    /// may hold half a transaction, and nothing undoes it any more.
    ///
    /// # How it is checked
    /// The length of a journal that does not begin with a zero.
    ///
    /// # Example
    /// A copy that broke off after 28 bytes.
    ///
    /// # What to do
    /// Do not open the database with SQLite. Compare the length of the journal with that of the original, or copy both
    /// files again.
    ///
    /// # When it is normal
    /// After a crash at the very moment when the journal was begun, without syncing: then the database is as it was.
    "RJ001" "header_truncated" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(error) = refused(&RULE, evidence) else {
        return;
    };
    let length = many(error.range.length(), "byte");
    let what = format!("the rollback journal ends after {length}, within its first header");
    report_refused(&RULE, evidence, findings, error, &what).values(
        length,
        format!(
            "at least the {} bytes of a sector",
            SectorSize::DEFAULT.get()
        ),
    );
}
