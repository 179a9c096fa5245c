use stillframe_database::encryption::InClear;
use stillframe_database::header::{HEADER_BYTES, MAGIC};
use stillframe_format::ByteRange;

use crate::rule::rule;
use crate::{Evidence, Findings};

rule! {
    /// The database has no structure at all, as an encrypted one has none.
    ///
    /// # What it means
    /// The bytes of page 1 are spread as evenly as random ones, but for what ciphers leave in clear. SQLCipher, SEE, SQLite3
    /// Multiple Ciphers and others write such files: the first leaves nothing in clear, or the first 16 or 32 bytes of the header;
    /// the others the page size and the reserved bytes, at 16 to 23. Encryption cannot be told from random bytes without the
    /// key.
    ///
    /// # Why it matters
    /// SQLite without the key refuses the file, as a rule with `file is not a database (26)`. Nothing in its pages can be
    /// checked. Its WAL, its wal-index and its rollback journal can: what these say of pages is not encrypted, and checksums are
    /// of the pages as they lie there. So it is known which commits there are, which are missing, and which pages each of
    /// them has.
    ///
    /// # How it is checked
    /// Pearson's chi-squared over page 1, read as SQLite would read it (through the WAL where there is one), or over its first
    /// 4096 bytes; what is in clear is left out. Where the cipher gives each page the same key stream, as RC4 does, over each 512
    /// of them. Up to 64 pages behind it, from all over the database, must not contradict that: none of those may be a page of a
    /// b-tree, and no more than one in four may have a structure. Where nothing is in clear, the length must be a multiple of 512 bytes, as any database's is.
    ///
    /// # Example
    /// A message store of an application that uses SQLCipher.
    ///
    /// # What to do
    /// Open it with its key, in the library that wrote it. `rebuild` puts the pages of the last commit together without the
    /// key, and the library opens what comes of it. If it was never encrypted, its content is lost: look for another copy.
    ///
    /// # When it is normal
    /// For a database that is encrypted. It is an error all the same: what was not checked cannot be called good. A baseline
    /// accepts it as long as the file is no shorter than it was and begins with the same 16 bytes, where ciphers have their salt.
    /// Of one that writes these anew with page 1, `--severity DB007=note` and `--severity EX105=note` make less.
    "DB007" "looks_encrypted" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let Some(in_clear) = evidence.encryption() else {
        return;
    };
    let (from, clear) = match in_clear {
        InClear::Nothing => (0, String::new()),
        InClear::Magic => (
            MAGIC.len() as u64,
            "; in clear are the first 16 bytes, as with a plaintext header of SQLCipher's that is as long"
                .to_owned(),
        ),
        InClear::PageSize {
            page_size,
            reserved,
        } => (
            0,
            format!(
                "; in clear are the page size, {page_size}, and the {reserved} bytes a page that are reserved, as SEE and SQLite3 Multiple Ciphers leave them"
            ),
        ),
        InClear::Header {
            page_size,
            reserved,
        } => (
            MAGIC.len() as u64,
            format!(
                "; in clear are the first 32 bytes, as with a plaintext header of SQLCipher's: the page size, {page_size}, and {reserved} reserved bytes a page"
            ),
        ),
    };
    let range = ByteRange {
        start: from,
        end: HEADER_BYTES as u64,
    };
    findings
        .report(
            &RULE,
            evidence.in_header(range),
            format!(
                "page 1 has no structure, as an encrypted database has none: that cannot be told from random bytes{clear}"
            ),
        )
        .help("open it with its key, in the library that encrypted it");
}
