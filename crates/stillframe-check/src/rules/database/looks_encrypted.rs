use stillframe_database::ErrorKind;
use stillframe_format::FileKind;

use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// The file has no structure at all, as an encrypted database has none.
    ///
    /// # What it means
    /// The file does not begin as a database does, its length is a multiple of 512 bytes, and its first bytes are
    /// spread as evenly as random ones. SQLCipher, SEE and others write such files. Encryption like theirs cannot be
    /// told from random bytes without the key.
    ///
    /// # Why it matters
    /// SQLite without the key refuses the file: `file is not a database (26)`. Nothing in it can be checked. A WAL
    /// beside it can: frame headers, salts and checksums of SQLCipher's WALs are not encrypted.
    ///
    /// # How it is checked
    /// Pearson's chi-squared over the first 4096 bytes, in a file whose first 16 bytes are not the magic string.
    ///
    /// # Example
    /// A message store of an application that uses SQLCipher.
    ///
    /// # What to do
    /// Open it with its key, in the library that wrote it. If it was never encrypted, its content is lost: look for
    /// another copy.
    ///
    /// # When it is normal
    /// For a database that is encrypted. It is an error all the same: what was not checked cannot be called good.
    "DB007" "looks_encrypted" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(error) = evidence.not_a_database() else {
        return;
    };
    let is_magic = matches!(error.kind, ErrorKind::Magic { .. });
    let Some(kind) = evidence.database_kind else {
        return;
    };
    if !is_magic || kind != FileKind::EncryptedLooking {
        return;
    }
    findings
        .report(
            &RULE,
            evidence.in_header(error.range),
            format!(
                "this is {kind}; encryption as of SQLCipher or SEE cannot be told from random bytes"
            ),
        )
        .help("open it with its key, in the library that encrypted it");
}
