use stillframe_database::ErrorKind;

use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// The database reserves so much of each page that too little is left.
    ///
    /// # What it means
    /// The page size less the reserved space at offset 20 is under 480 bytes. That can only be where a page has 512
    /// bytes and more than 32 of them are reserved.
    ///
    /// # Why it matters
    /// SQLite refuses the file: `file is not a database (26)`.
    ///
    /// # How it is checked
    /// Page 1, read through the WAL where there is one, is tested as SQLite does on opening (`lockBtree`).
    ///
    /// # Example
    /// Pages of 512 bytes, 40 of them reserved: 472 are left.
    ///
    /// # What to do
    /// One of the two fields is damaged. Keep the file as it is, and look for another copy.
    ///
    /// # When it is normal
    /// Never.
    "DB006" "usable_size_too_small" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(error) = super::refused(&RULE, evidence) else {
        return;
    };
    let details = super::report_refused(&RULE, evidence, findings, error);
    if let ErrorKind::UsableSize { found } = error.kind {
        details
            .values(
                format!("{found} usable bytes a page"),
                "at least 480 usable bytes a page",
            )
            .help("keep the file as it is, and look for another copy");
    }
}
