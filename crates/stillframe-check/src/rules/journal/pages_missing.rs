use stillframe_format::ByteRange;
use stillframe_history::Role;

use crate::rule::rule;
use crate::words::{are, many};
use crate::{Evidence, Findings, Part};

rule! {
    /// Pages that the database had before the transaction are in no file.
    ///
    /// # What it means
    /// The rollback journal names the size that the database had before the transaction. The database file ends before
    /// that, and the pages behind its end are not in the journal either.
    ///
    /// # Why it matters
    /// SQLite plays the journal back, makes the file as long as it was, and reads zeros in place of these pages. It says
    /// `database disk image is malformed (11)` when it comes upon one, which may be late.
    ///
    /// # How it is checked
    /// Each page up to the size in the first header of the journal must be in the database file or in a record that is
    /// played back. The lock-byte page, at 1 GiB, is nowhere and is not missed.
    ///
    /// # Example
    /// The disk was full when the backup copied the database file, and nobody looked.
    ///
    /// # What to do
    /// Do not open the set with SQLite. Compare the length of the database file with that of the original, or copy both
    /// files again. If the journal is of another database, the file alone may be sound: `--ignore-journal` writes it.
    ///
    /// # When it is normal
    /// Never.
    "RJ202" "pages_missing" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some((first, count)) = evidence.missing_after_rollback() else {
        return;
    };
    let end = ByteRange::new(evidence.set.database_bytes(), 0);
    findings
        .report(
            &RULE,
            evidence.in_journal_header(0, 16, 4),
            format!(
                "{} that the database had before the transaction {} neither in its file nor in the journal, the first of them page {first}",
                many(count, "page"),
                are(count)
            ),
        )
        .related(
            evidence.place(Role::Database, end, Part::File),
            "the end of the database file",
        )
        .help(super::KEEP);
}
