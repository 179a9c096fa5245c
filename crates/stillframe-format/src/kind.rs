//! What a file is, from its content alone.
//!
//! | bytes | kind |
//! |---|---|
//! | `SQLite format 3\0` at 0 | database |
//! | `377f0682` or `377f0683` at 0, big-endian | WAL |
//! | the same, and 3021000 at 4 | WAL of SQLite's branch wal2 |
//! | 3007000 at 0 and 48, either byte order | wal-index |
//! | `d9d505f920a163d7` at 0 | rollback journal |
//! | zeros at 0, then the rest of a journal's header or its first record | rollback journal with a zeroed header |
//! | `1f8b` · `28b52ffd` · `PK` 03 04, 05 06 or 07 08 · `ustar` at 257 | gzip · zstd · zip · tar |
//! | `BZh`, a digit and `314159265359` or `177245385090` · `fd377a585a00` · `04224d18`, `02214c18` | bzip2 · xz · lz4 |
//! | `5x2a4d18`, a length and as many bytes, once or several times | zstd or lz4, as what stands behind |
//! | a statement that dumps begin with, in UTF-8, or in UTF-16 behind a byte order mark | SQL dump |
//! | `version https://git-lfs.github.com/spec/` | pointer of Git LFS |
//! | `00051607` or `00051600` at 0 | AppleDouble, AppleSingle |
//! | `** This file contains an SQLite 2` · `DUCK` at 8 · `LTX1` | SQLite 2 · DuckDB · LTX |
//! | `<!doctype html`, `<html`, in any case · `<?xml` | HTML · XML |
//! | UTF-8 without control characters but tabs and ends of lines | text |
//! | bytes without any structure, a multiple of 512 of them · another number | encrypted-looking · unstructured |

use core::fmt;

use crate::limits::IDENTIFY_BYTES;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FileKind {
    /// A main database file.
    Database,
    /// A write-ahead log.
    Wal,
    /// One of the two logs of SQLite's branch wal2.
    Wal2,
    /// A wal-index (`-shm`).
    WalIndex,
    /// A rollback journal with a live header.
    Journal,
    /// A rollback journal with a zeroed header: its transaction has ended, or was never synced, or something else wrote
    /// zeros over the start of its header.
    ZeroedJournal,
    /// SQL text as `.dump` writes it.
    SqlDump,
    /// What Git LFS leaves in place of a file that was not fetched.
    GitLfsPointer,
    /// What macOS keeps beside a file (`._name`), or a file with that in one.
    AppleDouble,
    /// A database of SQLite 2.
    Sqlite2,
    /// A database of DuckDB.
    DuckDb,
    /// Pages of a transaction, as Litestream keeps them.
    Ltx,
    /// A page of HTML: what a web server answers.
    Html,
    /// XML: what a store of objects answers.
    Xml,
    /// gzip data.
    Gzip,
    /// Zstandard data.
    Zstd,
    /// bzip2 data.
    Bzip2,
    /// xz data.
    Xz,
    /// LZ4 data: a frame, or the legacy format.
    Lz4,
    /// A zip archive.
    Zip,
    /// A tar archive.
    Tar,
    /// A file of 0 bytes.
    Empty,
    /// Zeros, as far as was looked.
    ZeroFilled,
    /// Bytes without structure in whole sectors: an encrypted database looks like this.
    EncryptedLooking,
    /// Bytes without structure, and no whole number of sectors: compressed, or encrypted as something else than a database.
    Unstructured,
    /// Text, as far as was looked.
    Text,
    /// Anything else.
    Other,
}

impl FileKind {
    /// A word for programs, as it stands in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Wal => "wal",
            Self::Wal2 => "wal2",
            Self::WalIndex => "wal-index",
            Self::Journal => "rollback-journal",
            Self::ZeroedJournal => "zeroed-rollback-journal",
            Self::SqlDump => "sql-dump",
            Self::GitLfsPointer => "git-lfs-pointer",
            Self::AppleDouble => "apple-double",
            Self::Sqlite2 => "sqlite-2",
            Self::DuckDb => "duckdb",
            Self::Ltx => "ltx",
            Self::Html => "html",
            Self::Xml => "xml",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
            Self::Lz4 => "lz4",
            Self::Zip => "zip",
            Self::Tar => "tar",
            Self::Empty => "empty",
            Self::ZeroFilled => "zero-filled",
            Self::EncryptedLooking => "encrypted-looking",
            Self::Unstructured => "unstructured",
            Self::Text => "text",
            Self::Other => "other",
        }
    }
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Database => "a SQLite database",
            Self::Wal => "a SQLite WAL",
            Self::Wal2 => "a WAL of SQLite's branch wal2",
            Self::WalIndex => "a SQLite wal-index",
            Self::Journal => "a SQLite rollback journal",
            Self::ZeroedJournal => "a SQLite rollback journal with a zeroed header",
            Self::SqlDump => "SQL text",
            Self::GitLfsPointer => "a pointer of Git LFS, in place of the file",
            Self::AppleDouble => "what macOS keeps beside a file (AppleDouble)",
            Self::Sqlite2 => "a database of SQLite 2",
            Self::DuckDb => "a database of DuckDB",
            Self::Ltx => "an LTX file, as Litestream writes them",
            Self::Html => "a page of HTML",
            Self::Xml => "XML",
            Self::Gzip => "gzip data",
            Self::Zstd => "Zstandard data",
            Self::Bzip2 => "bzip2 data",
            Self::Xz => "xz data",
            Self::Lz4 => "LZ4 data",
            Self::Zip => "a zip archive",
            Self::Tar => "a tar archive",
            Self::Empty => "an empty file",
            Self::ZeroFilled => "a file of zeros",
            Self::EncryptedLooking => "bytes without structure, as an encrypted database has",
            Self::Unstructured => {
                "bytes without structure, as of something compressed or encrypted"
            }
            Self::Text => "text",
            Self::Other => "not a file of SQLite's",
        })
    }
}

const JOURNAL_MAGIC: [u8; 8] = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];
const WAL_INDEX_VERSION: u32 = 3_007_000;

/// What a file is whose first bytes are `prefix` (4096 are enough, more are not looked at) and which is `length` bytes
/// long.
pub fn identify(prefix: &[u8], length: u64) -> FileKind {
    let prefix = prefix.get(..IDENTIFY_BYTES).unwrap_or(prefix);
    if length == 0 {
        return FileKind::Empty;
    }
    if prefix.starts_with(b"SQLite format 3\0") {
        return FileKind::Database;
    }
    if prefix.starts_with(&JOURNAL_MAGIC) {
        return FileKind::Journal;
    }
    match prefix {
        [0x37, 0x7f, 0x06, 0x82 | 0x83, 0, 0x2e, 0x18, 0xc8, ..] => FileKind::Wal2,
        [0x37, 0x7f, 0x06, 0x82 | 0x83, ..] => FileKind::Wal,
        [0, 5, 0x16, 0 | 7, ..] => FileKind::AppleDouble,
        [b'L', b'T', b'X', b'1', ..] => FileKind::Ltx,
        [0x1f, 0x8b, ..] => FileKind::Gzip,
        [0x28, 0xb5, 0x2f, 0xfd, ..] => FileKind::Zstd,
        [
            b'B',
            b'Z',
            b'h',
            b'1'..=b'9',
            0x31,
            0x41,
            0x59,
            0x26,
            0x53,
            0x59,
            ..,
        ]
        | [
            b'B',
            b'Z',
            b'h',
            b'1'..=b'9',
            0x17,
            0x72,
            0x45,
            0x38,
            0x50,
            0x90,
            ..,
        ] => FileKind::Bzip2,
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => FileKind::Xz,
        [0x04, 0x22, 0x4d, 0x18, ..] | [0x02, 0x21, 0x4c, 0x18, ..] => FileKind::Lz4,
        [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => behind_skippable_frames(prefix),
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] | [b'P', b'K', 7, 8, ..] => FileKind::Zip,
        _ if prefix.get(257..262) == Some(b"ustar") => FileKind::Tar,
        _ if is_wal_index(prefix) => FileKind::WalIndex,
        _ if prefix.get(8..12) == Some(b"DUCK") => FileKind::DuckDb,
        _ if prefix.starts_with(b"** This file contains an SQLite 2") => FileKind::Sqlite2,
        _ if prefix.starts_with(b"version https://git-lfs.github.com/spec/") => {
            FileKind::GitLfsPointer
        }
        _ if begins_as(prefix, &[b"<!DOCTYPE html", b"<html"]) => FileKind::Html,
        _ if begins_as(prefix, &[b"<?xml"]) => FileKind::Xml,
        _ if is_sql_dump(prefix) => FileKind::SqlDump,
        _ if prefix.iter().all(|&byte| byte == 0) => FileKind::ZeroFilled,
        _ if is_zeroed_journal(prefix, length) => FileKind::ZeroedJournal,
        _ if is_text(prefix) => FileKind::Text,
        _ if looks_encrypted(prefix) && length % SECTOR_BYTES as u64 == 0 => {
            FileKind::EncryptedLooking
        }
        _ if lacks_structure(prefix) => FileKind::Unstructured,
        _ => FileKind::Other,
    }
}

/// Both copies of the header begin with the version, in the byte order of the machine that wrote it.
/// What begins behind frames that decoders of Zstandard and LZ4 skip (RFC 8878, section 3.1.2): Zstandard where that is further
/// behind than is looked, as its tools are the ones that write such frames.
fn behind_skippable_frames(prefix: &[u8]) -> FileKind {
    let mut rest = prefix;
    while let [0x50..=0x5f, 0x2a, 0x4d, 0x18, a, b, c, d, content @ ..] = rest {
        let length = u32::from_le_bytes([*a, *b, *c, *d]);
        rest = content.get(length as usize..).unwrap_or_default();
    }
    match rest {
        [0x04, 0x22, 0x4d, 0x18, ..] | [0x02, 0x21, 0x4c, 0x18, ..] => FileKind::Lz4,
        [] | [_] | [_, _] | [_, _, _] => FileKind::Zstd,
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => FileKind::Zstd,
        _ => FileKind::Other,
    }
}

fn is_wal_index(prefix: &[u8]) -> bool {
    let word = |at: usize| prefix.get(at..)?.first_chunk::<4>().copied();
    let version = |bytes: [u8; 4]| {
        u32::from_le_bytes(bytes) == WAL_INDEX_VERSION
            || u32::from_be_bytes(bytes) == WAL_INDEX_VERSION
    };
    matches!((word(0), word(48)), (Some(first), Some(second)) if first == second && version(first))
}

/// A journal that SQLite does not play back. Until its pages are synced, its header has zeros in place of the magic and
/// the number of records (`writeJournalHdr` in `pager.c`); once the transaction has ended, zeros throughout
/// (`zeroJournalHdr`), so that zeros fill the sector up to the first record or the next header.
fn is_zeroed_journal(prefix: &[u8], length: u64) -> bool {
    const MAGIC_AND_RECORDS: usize = 12;
    const RECORD_EXTRA: u64 = 8;
    const SMALLEST_SECTOR: usize = 512;
    const MOST_PAGES: u32 = 1 << 30;
    let word = |at: usize| Some(u32::from_be_bytes(*prefix.get(at..)?.first_chunk()?));
    let power = |at: usize| word(at).filter(|value| value.is_power_of_two());
    let has_sizes = |header: usize| {
        power(header + 20).is_some_and(|sector| (32..=65536).contains(&sector))
            && power(header + 24).is_some_and(|page| (512..=65536).contains(&page))
    };
    let Some(start) = prefix.iter().position(|&byte| byte != 0) else {
        return false;
    };
    let start = start - start % 4;
    // The header in this sector goes on behind the zeros: nonce, initial size, sector size, page size.
    let header = start.saturating_sub(MAGIC_AND_RECORDS);
    if start >= MAGIC_AND_RECORDS && header % SMALLEST_SECTOR == 0 && has_sizes(header) {
        return true;
    }
    // Of the first header the zeros cover a part only, and the sizes are left: something else wrote them.
    if start <= MAGIC_AND_RECORDS && prefix.first() == Some(&0) && has_sizes(0) {
        return true;
    }
    // A record begins: a page number, and the file has room for whole records.
    start >= SMALLEST_SECTOR
        && start.is_power_of_two()
        && word(start).is_some_and(|page| page <= MOST_PAGES)
        && (9..=16).any(|power| (length - start as u64) % ((1 << power) + RECORD_EXTRA) == 0)
}

/// What `.dump` writes first, or a statement or comment that hand-made dumps begin with.
fn is_sql_dump(prefix: &[u8]) -> bool {
    const OPENINGS: &[&[u8]] = &[
        b"PRAGMA ",
        b"BEGIN TRANSACTION;",
        b"BEGIN;",
        b"CREATE TABLE ",
        b"INSERT INTO ",
        b"-- ",
    ];
    let mut start = [0; 64];
    begins_as(
        start_of_utf_16(prefix, &mut start).unwrap_or(prefix),
        OPENINGS,
    )
}

/// The first characters of UTF-16 behind its byte order mark, as PowerShell writes what a command prints; `?` stands for those
/// past 127.
fn start_of_utf_16<'b>(prefix: &[u8], start: &'b mut [u8; 64]) -> Option<&'b [u8]> {
    let (from_bytes, text): (fn([u8; 2]) -> u16, _) = match prefix {
        [0xff, 0xfe, text @ ..] => (u16::from_le_bytes, text),
        [0xfe, 0xff, text @ ..] => (u16::from_be_bytes, text),
        _ => return None,
    };
    let mut length = 0;
    for (place, unit) in start.iter_mut().zip(text.chunks_exact(2)) {
        let unit = unit.first_chunk().map(|unit| from_bytes(*unit))?;
        *place = u8::try_from(unit).ok().filter(u8::is_ascii).unwrap_or(b'?');
        length += 1;
    }
    start.get(..length)
}

/// Whether a text begins so, in capitals or not, behind a byte order mark and blanks.
fn begins_as(prefix: &[u8], openings: &[&[u8]]) -> bool {
    let text = prefix.strip_prefix(b"\xef\xbb\xbf").unwrap_or(prefix);
    let text = text.trim_ascii_start();
    openings.iter().any(|opening| {
        text.get(..opening.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(opening))
    })
}

/// Whether this is UTF-8 without control characters but tabs and ends of lines; at its end a character may be cut.
fn is_text(prefix: &[u8]) -> bool {
    let is_utf_8 = match core::str::from_utf8(prefix) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none() && error.valid_up_to() > 0,
    };
    let is_control = |byte: &u8| byte.is_ascii_control() && !b"\t\n\r\x0c".contains(byte);
    is_utf_8 && !prefix.iter().any(is_control)
}

/// Bytes of the smallest page.
const SECTOR_BYTES: usize = 512;

/// Whether the bytes at the start of a file lack structure, as random ones do, or each page of 512, 1024 or 2048 of them does
/// and was encrypted with one and the same key stream, as the RC4 of SQLite3 Multiple Ciphers does it: where two pages have the
/// same byte at the same place, mostly a zero, so has what is encrypted of them.
pub fn looks_encrypted(bytes: &[u8]) -> bool {
    if lacks_structure(bytes) {
        return true;
    }
    let mut sectors = bytes.chunks_exact(SECTOR_BYTES);
    bytes.len() % SECTOR_BYTES == 0
        && bytes.len() > SECTOR_BYTES
        && sectors.all(lacks_structure)
        && [512, 1024, 2048].iter().any(|&page| repeats(bytes, page))
}

/// Whether more than one in 32 bytes are the same as those `page` bytes behind: of random ones it is one in 256.
fn repeats(bytes: &[u8], page: usize) -> bool {
    let behind = bytes.get(page..).unwrap_or_default();
    let same = bytes.iter().zip(behind).filter(|(one, other)| one == other);
    same.count() * 32 > behind.len()
}

/// Whether the bytes are spread as evenly as random ones: Pearson's chi-squared over the 256 values, of which
/// random bytes stay below 400, and above 120, but for one time in a hundred million. Of fewer than 400 bytes it is not told.
pub fn lacks_structure(bytes: &[u8]) -> bool {
    if bytes.len() < 400 {
        return false;
    }
    let mut counts = [0u64; 256];
    for &byte in bytes {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count += 1;
        }
    }
    let total = bytes.len() as u64;
    let squares: u64 = counts.iter().map(|count| count * count).sum();
    // chi-squared = 256 / total * sum(count^2) - total
    (120..400).contains(&(squares * 256 / total).saturating_sub(total))
}

#[cfg(test)]
mod tests;
