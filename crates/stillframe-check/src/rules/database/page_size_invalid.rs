use stillframe_database::ErrorKind;

use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// The database header names no possible page size.
    ///
    /// # What it means
    /// The two bytes at offset 16 stand for no power of two from 512 to 65536 (65536 is written as 1). The rest of
    /// what SQLite looks at before is right: this was a database.
    ///
    /// # Why it matters
    /// SQLite refuses the file: `file is not a database (26)`. Without the page size no page can be found.
    ///
    /// # How it is checked
    /// Page 1, read through the WAL where there is one, is tested as SQLite does on opening (`lockBtree`).
    ///
    /// # Example
    /// The field holds 768.
    ///
    /// # What to do
    /// Keep the file as it is and look for another copy. If only these bytes are damaged, the page size can be told
    /// from a WAL of the same database, or from the file: every page of a table or an index begins with 2, 5, 10 or 13.
    ///
    /// # When it is normal
    /// Never.
    "DB003" "page_size_invalid" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(error) = super::refused(&RULE, evidence) else {
        return;
    };
    let details = super::report_refused(&RULE, evidence, findings, error);
    if let ErrorKind::PageSize { found } = error.kind {
        details
            .values(found, "a power of two from 512 to 32768, or 1 for 65536")
            .help("keep the file as it is, and look for another copy");
    }
}
