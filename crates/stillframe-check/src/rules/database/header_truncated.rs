use stillframe_database::header::HEADER_BYTES;
use stillframe_history::Role;

use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// The database file ends within its header.
    ///
    /// # What it means
    /// The file begins as a database does, as far as it goes, and has 2 to 99 bytes. A database begins with a header of
    /// 100 bytes, which is part of a first page of at least 512.
    ///
    /// # Why it matters
    /// SQLite reads zeros where the file ends. It refuses what comes of that: `file is not a database (26)` where
    /// something that it looks at is cut off, else `database disk image is malformed (11)`. No table is left.
    ///
    /// # How it is checked
    /// The length of the file, and the magic string as far as it is there. Other short files are DB001; a file whose
    /// page 1 SQLite would read from the WAL is DB206.
    ///
    /// # Example
    /// A download that broke off after 60 bytes.
    ///
    /// # What to do
    /// Copy the file again, or look for another copy.
    ///
    /// # When it is normal
    /// Never. A file of 0 bytes is an empty database, and one of 1 byte counts as such.
    "DB002" "header_truncated" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    if !evidence.header_is_cut_off() || evidence.journal.is_hot() {
        return;
    }
    let length = evidence.set.database_bytes();
    findings
        .report(
            &RULE,
            evidence.whole(Role::Database),
            "the database file ends within its header",
        )
        .values(
            format!("{length} bytes"),
            format!("at least the {HEADER_BYTES} bytes of the header"),
        )
        .help("copy the file again, or look for another copy");
}
