use alloc::vec::Vec;

use super::*;

/// The header of a database that SQLite made, with every field that can be set set to something.
fn sample() -> [u8; HEADER_BYTES] {
    let mut bytes = [0u8; HEADER_BYTES];
    bytes[..16].copy_from_slice(&MAGIC);
    bytes[16..24].copy_from_slice(&[0x04, 0x00, 2, 2, 7, 64, 32, 32]);
    for (at, value) in [
        (24, 0x0102_0304u32),
        (28, 17),
        (32, 5),
        (36, 2),
        (40, 9),
        (44, 4),
        (48, 2000),
        (52, 3),
        (56, 2),
        (60, u32::MAX),
        (64, 1),
        (68, 0xdead_beef),
        (92, 0x0102_0304),
        (96, 3_054_001),
    ] {
        bytes[at..at + 4].copy_from_slice(&value.to_be_bytes());
    }
    bytes
}

fn header(bytes: &[u8]) -> Header {
    Header::parse(bytes).unwrap()
}

#[test]
fn fields_are_where_the_table_says() {
    let header = header(&sample());
    assert_eq!(header.page_size().unwrap().get(), 1024);
    assert_eq!(header.usable_size(), Some(1017));
    assert_eq!(header.change_counter, 0x0102_0304);
    assert_eq!(header.size_in_pages, 17);
    assert_eq!(header.freelist().unwrap().get(), 5);
    assert_eq!(header.freelist_count, 2);
    assert_eq!(header.schema_cookie, 9);
    assert_eq!(header.schema_format(), 4);
    assert_eq!(header.default_cache_size, 2000);
    assert_eq!(header.largest_root_page, 3);
    assert_eq!(header.text_encoding(), TextEncoding::Utf16Le);
    assert_eq!(header.user_version, -1);
    assert_eq!(header.incremental_vacuum, 1);
    assert_eq!(header.application_id, 0xdead_beef);
    assert_eq!(header.sqlite_version, 3_054_001);
    assert_eq!(header.page_count(20), 17);
    assert_eq!(header.journal_mode(), JournalMode::Wal);
    assert_eq!(header.validate(), Ok(()));
}

#[test]
fn parse_and_encode_are_inverse_for_any_bytes() {
    let mut bytes = sample();
    for at in 0..HEADER_BYTES {
        for value in [0, 1, 0x55, 0xff] {
            bytes[at] = value;
            assert_eq!(header(&bytes).encode(), bytes);
        }
    }
}

#[test]
fn a_short_header_says_how_short() {
    for length in 0..HEADER_BYTES {
        let error = Header::parse(&sample()[..length]).unwrap_err();
        assert_eq!(error.kind, ErrorKind::HeaderTruncated { found: length });
        assert_eq!(error.range.length(), length as u64);
    }
}

#[test]
fn refusals_come_in_the_order_of_sqlite() {
    let mut bytes = sample();
    bytes[0] = b'X';
    bytes[16..24].copy_from_slice(&[0x02, 0x00, 9, 9, 100, 1, 2, 3]);
    let starts: Vec<u64> = header(&bytes).refusals().map(|e| e.range.start).collect();
    assert_eq!(starts, [0, 19, 21, 20]);
    assert_eq!(header(&bytes).validate().unwrap_err().range.start, 0);
}

#[test]
fn the_size_is_believed_only_with_its_counter() {
    let mut bytes = sample();
    bytes[95] ^= 1;
    assert_eq!(header(&bytes).page_count(20), 20);
    bytes[95] ^= 1;
    bytes[31] = 0;
    assert_eq!(header(&bytes).page_count(20), 20);
}

#[test]
fn a_write_version_of_the_future_is_no_refusal() {
    let mut bytes = sample();
    bytes[18] = 200;
    assert_eq!(header(&bytes).validate(), Ok(()));
}

#[test]
fn text_is_shown_in_any_encoding() {
    for (encoding, bytes, expected) in [
        (TextEncoding::Utf8, "aü".as_bytes(), "aü"),
        (TextEncoding::Utf8, &[b'a', 0xff], "a\u{fffd}"),
        (
            TextEncoding::Utf16Le,
            &[b'a', 0, 0x3d, 0xd8, 0, 0xde],
            "a\u{1f600}",
        ),
        (
            TextEncoding::Utf16Be,
            &[0, b'a', 0xd8, 0x3d, 0, b'b', 7],
            "a\u{fffd}b\u{fffd}",
        ),
        (TextEncoding::Utf16Be, &[], ""),
    ] {
        assert_eq!(encoding.text(bytes), expected, "{bytes:?}");
    }
}
