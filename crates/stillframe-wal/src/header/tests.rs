use super::*;

/// The header of a WAL that SQLite wrote on a little-endian machine.
const WRITTEN: [u8; HEADER_BYTES] = [
    0x37, 0x7f, 0x06, 0x82, 0x00, 0x2d, 0xe2, 0x18, 0x00, 0x00, 0x04, 0x00, 0x00, 0x00, 0x00, 0x00,
    0xef, 0xa1, 0xd2, 0xc4, 0xb3, 0x09, 0xa6, 0xc2, 0x99, 0xa1, 0xa5, 0x02, 0x14, 0x23, 0x86, 0x5a,
];

#[test]
fn a_header_of_sqlite_is_accepted() {
    let header = Header::parse(&WRITTEN).unwrap();
    assert_eq!(header.byte_order(), ByteOrder::Little);
    assert_eq!(header.validate().unwrap().get(), 1024);
    assert_eq!(header.encode(), WRITTEN);
    let size = header.page_size().unwrap();
    let made = Header::new(
        size,
        ByteOrder::Little,
        header.checkpoint_sequence,
        header.salts,
    );
    assert_eq!(made, header);
}

#[test]
fn parse_and_encode_are_inverse_for_any_bytes() {
    let mut bytes = WRITTEN;
    for at in 0..HEADER_BYTES {
        for value in [0, 1, 0x55, 0xff] {
            bytes[at] = value;
            assert_eq!(Header::parse(&bytes).unwrap().encode(), bytes);
        }
    }
}

#[test]
fn every_flipped_bit_is_noticed() {
    for bit in 0..HEADER_BYTES * 8 {
        let mut bytes = WRITTEN;
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(Header::parse(&bytes).unwrap().validate().is_err(), "{bit}");
    }
}

#[test]
fn tests_come_in_the_order_of_sqlite() {
    let size = PageSize::new(512).unwrap();
    let mut header = Header::new(size, ByteOrder::Big, 3, Salts { salt1: 1, salt2: 2 });
    header.version += 1;
    let kind = |header: &Header| header.validate().unwrap_err().kind;
    assert!(matches!(kind(&header), ErrorKind::HeaderChecksum { .. }));
    header.checksum = header.computed_checksum();
    assert_eq!(kind(&header), ErrorKind::Version { found: 3_007_001 });
    header.page_size_field = 1;
    assert_eq!(kind(&header), ErrorKind::PageSize { found: 1 });
    header.magic = 0;
    assert_eq!(kind(&header), ErrorKind::Magic { found: 0 });
}

#[test]
fn a_short_header_says_how_short() {
    for length in 0..HEADER_BYTES {
        let error = Header::parse(&WRITTEN[..length]).unwrap_err();
        assert_eq!(error.kind, ErrorKind::HeaderTruncated { found: length });
    }
}
