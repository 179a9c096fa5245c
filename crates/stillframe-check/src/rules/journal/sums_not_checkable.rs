use stillframe_history::Role;

use crate::rule::rule;
use crate::words::many;
use crate::{Evidence, Findings};

rule! {
    /// The checksums of the rollback journal are of pages as a key decrypts them, and cannot be checked.
    ///
    /// # What it means
    /// SQLite3 Multiple Ciphers encrypts pages beneath SQLite, as they are written to the files. So SQLite sums the records of a
    /// journal before they are encrypted, and without the key no sum can be made anew. SQLCipher's and SEE's are of the pages as
    /// they lie there, and are checked.
    ///
    /// # Why it matters
    /// With the key, SQLite plays records back until one is damaged. Without it, a damaged page cannot be told from an intact
    /// one; a record that was never written, or belongs to another transaction, can.
    ///
    /// # How it is checked
    /// The database looks encrypted, and of the first 64 records the checksums do not hold, but for some that do by chance. A
    /// page adds so little to the nonce in a checksum that each must lie just behind that of its header: where one does not, it
    /// is RJ101.
    ///
    /// # Example
    /// The process of a messenger that uses SQLite3 Multiple Ciphers was killed within a transaction.
    ///
    /// # What to do
    /// Keep both files together, and open the database in the library that encrypted it, with its key. `rebuild` puts back the
    /// pages of all records that may be intact, which is what the library does where all are; its exit status is 1, as that is
    /// not known.
    ///
    /// # When it is normal
    /// For a database that SQLite3 Multiple Ciphers encrypted, whose writer was killed.
    "RJ903" "sums_not_checkable" Note since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(rollback) = evidence
        .rollback()
        .filter(|_| evidence.are_records_sealed())
    else {
        return;
    };
    findings
        .report(
            &RULE,
            evidence.whole(Role::Journal),
            format!(
                "the checksums of the records are of pages as a key decrypts them, and cannot be checked without it: {} can be put back, each with a checksum that some page has",
                many(rollback.pages() as u64, "page")
            ),
        )
        .help("open the database with its key: only that tells whether each record is intact");
}
