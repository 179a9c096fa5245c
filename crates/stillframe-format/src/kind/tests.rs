use alloc::vec;
use alloc::vec::Vec;

use super::*;

fn kind(bytes: &[u8]) -> FileKind {
    identify(bytes, bytes.len() as u64)
}

/// Bytes of a xorshift generator: as even as ciphertext.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    (0..length)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 24) as u8
        })
        .collect()
}

#[test]
fn every_kind_is_told_by_its_content() {
    let mut tar = vec![0; 512];
    tar[257..262].copy_from_slice(b"ustar");
    let mut index = vec![0; 136];
    for at in [0, 48] {
        index[at..at + 4].copy_from_slice(&3_007_000u32.to_le_bytes());
    }
    let mut foreign_index = vec![0; 136];
    for at in [0, 48] {
        foreign_index[at..at + 4].copy_from_slice(&3_007_000u32.to_be_bytes());
    }
    // Never synced: nonce, initial size, sector size and page size stand behind the zeros.
    let mut unsynced = vec![0; 512];
    for (at, value) in [(12, 0x4359_0044u32), (16, 3), (20, 512), (24, 1024)] {
        unsynced[at..at + 4].copy_from_slice(&value.to_be_bytes());
    }
    // Zeros that SQLite did not write: the sizes are left.
    let mut in_part = unsynced.clone();
    in_part[8..12].copy_from_slice(&7u32.to_be_bytes());
    let mut one_byte = in_part.clone();
    one_byte[..8].copy_from_slice(&JOURNAL_MAGIC);
    one_byte[0] = 0;
    let mut other = one_byte.clone();
    other[20] = 1;
    // Ended: the first record, of page 2, begins at the end of the sector.
    let mut ended = vec![0; 512 + 2 * (1024 + 8)];
    ended[515] = 2;
    let cut = &ended[..ended.len() - 1];
    let mut disk = ended.clone();
    disk[512..520].copy_from_slice(b"EFI PART");
    let cases: &[(&[u8], FileKind)] = &[
        (&unsynced, FileKind::ZeroedJournal),
        (&unsynced[..27], FileKind::Other),
        (&in_part, FileKind::ZeroedJournal),
        (&one_byte, FileKind::ZeroedJournal),
        (&other, FileKind::Other),
        (&ended, FileKind::ZeroedJournal),
        (cut, FileKind::Other),
        (&disk, FileKind::Other),
        (b"", FileKind::Empty),
        (b"SQLite format 3\0", FileKind::Database),
        (b"\x37\x7f\x06\x82", FileKind::Wal),
        (b"\x37\x7f\x06\x83 and more", FileKind::Wal),
        (b"\x37\x7f\x06\x82\0\x2e\x18\xc8", FileKind::Wal2),
        (b"\x37\x7f\x06\x84", FileKind::Other),
        (&JOURNAL_MAGIC, FileKind::Journal),
        (&index, FileKind::WalIndex),
        (&foreign_index, FileKind::WalIndex),
        (
            b"PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;",
            FileKind::SqlDump,
        ),
        (b"  \r\ncreate table t(a);", FileKind::SqlDump),
        (b"\x1f\x8b\x08", FileKind::Gzip),
        (b"\x28\xb5\x2f\xfd", FileKind::Zstd),
        (b"BZh91AY&SY and more", FileKind::Bzip2),
        (b"BZh1\x17\x72\x45\x38\x50\x90", FileKind::Bzip2),
        (b"BZh as text begins", FileKind::Text),
        (b"\xfd7zXZ\0", FileKind::Xz),
        (b"\x04\x22\x4d\x18", FileKind::Lz4),
        (b"\x02\x21\x4c\x18", FileKind::Lz4),
        (b"\x50*M\x18\x02\0\0\0??\x28\xb5\x2f\xfd", FileKind::Zstd),
        (
            b"\x50*M\x18\0\0\0\0\x5f*M\x18\x01\0\0\0?\x04\x22\x4d\x18",
            FileKind::Lz4,
        ),
        (b"\x50*M\x18\x02\0\0\0??\x02\x21\x4c\x18", FileKind::Lz4),
        (b"\x50*M\x18\xff\xff\xff\xff", FileKind::Zstd),
        (b"\x50*M\x18\0\0\0\0SQLite", FileKind::Other),
        (b"PK\x03\x04", FileKind::Zip),
        (&tar, FileKind::Tar),
        (&[0; 4096], FileKind::ZeroFilled),
        (b"<!DOCTYPE html>", FileKind::Html),
        (b"\n <HTML><body>", FileKind::Html),
        (b"<?xml version=\"1.0\"?><Error>", FileKind::Xml),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:00",
            FileKind::GitLfsPointer,
        ),
        (b"\0\x05\x16\x07\0\x02\0\0Mac OS X", FileKind::AppleDouble),
        (
            b"** This file contains an SQLite 2.1 database **\0",
            FileKind::Sqlite2,
        ),
        (
            b"\x12\x34\x56\x78\x9a\xbc\xde\xf0DUCK\x40\0",
            FileKind::DuckDb,
        ),
        (b"LTX1\0\0\0\0", FileKind::Ltx),
        (b"Not found\r\n", FileKind::Text),
        ("Andr\u{e9}".as_bytes(), FileKind::Text),
        (&"Andr\u{e9}".as_bytes()[..5], FileKind::Text),
        (b"Andr\xe9 ", FileKind::Other),
        (b"S\0", FileKind::Other),
    ];
    for (bytes, expected) in cases {
        assert_eq!(kind(bytes), *expected, "{:?}", bytes.get(..16));
    }
}

#[test]
fn whole_sectors_of_noise_look_encrypted() {
    for length in [512, 1024, 4096, 8192] {
        assert_eq!(kind(&noise(length)), FileKind::EncryptedLooking);
    }
    assert_eq!(kind(&noise(4097)), FileKind::Unstructured);
    let text = b"the quick brown fox ".repeat(256);
    assert_eq!(kind(&text[..4096]), FileKind::Text);
}

/// As many of each value as there can be is no more random than a text is.
#[test]
fn a_ramp_has_structure() {
    let ramp: Vec<u8> = (0..4096).map(|at| at as u8).collect();
    assert!(!lacks_structure(&ramp));
    assert_eq!(kind(&ramp), FileKind::Other);
}

#[test]
fn pages_that_share_a_key_stream_look_encrypted() {
    for page in [512, 1024, 2048] {
        let stream = noise(page);
        let mut file: Vec<u8> = stream.iter().copied().cycle().take(4096).collect();
        // A third of each page is in use.
        let content = noise(page + 4096);
        for (used, content) in file
            .chunks_exact_mut(page)
            .zip(content[page..].chunks(page / 3))
        {
            for (byte, content) in used.iter_mut().zip(content) {
                *byte ^= content;
            }
        }
        assert_eq!(kind(&file), FileKind::EncryptedLooking, "{page}");
        file[..512].fill(7);
        assert_eq!(kind(&file), FileKind::Other, "{page}");
    }
}

#[test]
fn dumps_in_utf_16_are_dumps() {
    let dump = "PRAGMA foreign_keys=OFF;\r\nBEGIN TRANSACTION;";
    let text = |mark: &str, from: fn(u16) -> [u8; 2]| -> Vec<u8> {
        let units = mark.encode_utf16().chain(dump.encode_utf16());
        units.flat_map(from).collect()
    };
    assert_eq!(kind(&text("\u{feff}", u16::to_le_bytes)), FileKind::SqlDump);
    assert_eq!(kind(&text("\u{feff}", u16::to_be_bytes)), FileKind::SqlDump);
    assert_eq!(kind(&text("\u{feff}x", u16::to_le_bytes)), FileKind::Other);
    assert_eq!(kind(b"\xff\xfe"), FileKind::Other);
}
