use stillframe_database::ErrorKind;

use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// The database says that no SQLite of today can read it.
    ///
    /// # What it means
    /// The read version, at offset 19, is past 2. 1 stands for a rollback journal and 2 for a WAL; SQLite keeps higher
    /// ones for formats that are yet to come. Other engines have used them: a branch of SQLite with two WALs writes 3.
    ///
    /// # Why it matters
    /// SQLite refuses the file: `file is not a database (26)`.
    ///
    /// # How it is checked
    /// Page 1, read through the WAL where there is one, is tested as SQLite does on opening (`lockBtree`).
    ///
    /// # Example
    /// Bytes 18 and 19 are 3, and beside `app.db` lies `app.db-wal2`.
    ///
    /// # What to do
    /// Where the write version at offset 18 is the same, another engine wrote the file: open it with that one. Where
    /// only one of the two is past 2, it is more likely damage: look for another copy.
    ///
    /// # When it is normal
    /// Where the database is used with an engine that is not SQLite as released.
    "DB004" "read_version_unsupported" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(error) = super::refused(&RULE, evidence) else {
        return;
    };
    let details = super::report_refused(&RULE, evidence, findings, error);
    if let ErrorKind::ReadVersion { found } = error.kind {
        details
            .values(found, "1 or 2")
            .help("open it with the engine that wrote it, or look for another copy");
    }
}
