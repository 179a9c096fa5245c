use stillframe_format::ByteRange;

use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// The database says that no SQLite of today can write to it.
    ///
    /// # What it means
    /// The write version, at offset 18, is past 2. 1 stands for a rollback journal and 2 for a WAL.
    ///
    /// # Why it matters
    /// SQLite opens the database read-only: every write fails with `attempt to write a readonly database`. What is in
    /// it can be read in full.
    ///
    /// # How it is checked
    /// The field of page 1, read through the WAL where there is one.
    ///
    /// # Example
    /// Byte 18 is 3, byte 19 is 1.
    ///
    /// # What to do
    /// If another engine writes this database, use that one. Else one byte is damaged: look for another copy, or copy
    /// the content out with `VACUUM INTO`.
    ///
    /// # When it is normal
    /// Where an engine that is not SQLite as released wrote the database on purpose so.
    "DB201" "write_version_unsupported" Warning since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(version) = evidence.header().map(|header| header.write_version) else {
        return;
    };
    if version <= 2 {
        return;
    }
    findings
        .report(
            &RULE,
            evidence.in_header(ByteRange::new(18, 1)),
            format!(
                "the write version is {version}, expected 1 or 2: SQLite opens the database read-only"
            ),
        )
        .values(version, "1 or 2")
        .help("use the engine that wrote it, or copy the content out with VACUUM INTO");
}
