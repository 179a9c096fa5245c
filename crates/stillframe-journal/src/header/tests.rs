use super::*;

/// The first header of a journal that SQLite wrote.
const WRITTEN: [u8; HEADER_BYTES] = [
    0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7, 0x00, 0x00, 0x00, 0x03, 0x5e, 0x1b, 0x90, 0xd1,
    0x00, 0x00, 0x00, 0x11, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x04, 0x00,
];

fn size(bytes: u32) -> PageSize {
    PageSize::new(bytes).unwrap()
}

#[test]
fn a_header_of_sqlite_is_accepted() {
    let header = Header::parse(&WRITTEN).unwrap();
    let layout = header.validate(size(4096)).unwrap();
    assert_eq!(layout.page_size, size(1024));
    assert_eq!(layout.sector_size, SectorSize::DEFAULT);
    assert_eq!((header.records, header.initial_size), (3, 17));
    assert_eq!(header.encode(), WRITTEN);
    assert_eq!(Header::new(layout, 3, header.nonce, 17), header);
    assert!(header.is_live() && !header.is_unsynced() && !header.is_zeroed());
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
fn every_bound_of_the_sizes() {
    let mut header = Header::parse(&WRITTEN).unwrap();
    for exponent in 0..32 {
        header.sector_size_field = 1 << exponent;
        assert_eq!(
            header.validate(size(512)).is_ok(),
            (5..=16).contains(&exponent)
        );
        header.sector_size_field |= 1;
        assert!(header.validate(size(512)).is_err());
    }
    header.sector_size_field = 32;
    for exponent in 0..32 {
        header.page_size_field = 1 << exponent;
        assert_eq!(
            header.validate(size(512)).is_ok(),
            (9..=16).contains(&exponent)
        );
    }
    // Before 3.5.8 there was no page size: that of the database counts.
    header.page_size_field = 0;
    assert_eq!(header.validate(size(8192)).unwrap().page_size, size(8192));
}

#[test]
fn every_flipped_bit_of_the_magic_is_noticed() {
    for bit in 0..64 {
        let mut bytes = WRITTEN;
        bytes[bit / 8] ^= 1 << (bit % 8);
        let error = Header::parse(&bytes)
            .unwrap()
            .validate(size(512))
            .unwrap_err();
        assert!(matches!(error.kind, ErrorKind::Magic { .. }), "{bit}");
    }
}

#[test]
fn what_is_zeroed_and_what_was_not_synced() {
    let mut bytes = WRITTEN;
    bytes[..12].fill(0);
    let header = Header::parse(&bytes).unwrap();
    assert!(header.is_unsynced() && !header.is_live() && !header.is_zeroed());
    let header = Header::parse(&[0; HEADER_BYTES]).unwrap();
    assert!(header.is_zeroed() && !header.is_unsynced());
}

#[test]
fn a_short_header_says_how_short() {
    for length in 0..HEADER_BYTES {
        let error = Header::parse(&WRITTEN[..length]).unwrap_err();
        assert_eq!(error.kind, ErrorKind::HeaderTruncated { found: length });
    }
}
