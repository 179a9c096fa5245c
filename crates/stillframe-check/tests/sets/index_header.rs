//! What the header of a wal-index says of its WAL, against the header of that.

use stillframe_testkit::rewrite::{native, put_native, seal_index};

use super::wal_index::{bytes, fixture, wal_index};
use super::*;

const NONE: [u64; 0] = [];

/// Page size and byte order are those of the WAL whose salts it has, once there is a frame.
#[test]
fn a_wal_index_that_names_another_page_size_or_byte_order_than_its_wal() {
    let name = "bad/SHM211-index-header-differs";
    let said = |page_size: u16, big_endian: u8, others: &[(usize, u32)]| {
        let mut set = fixture(name);
        let mut index = bytes(&set.wal_index);
        for copy in [0, 48] {
            index[copy + 13] = big_endian;
            index[copy + 14..copy + 16].copy_from_slice(&page_size.to_ne_bytes());
            for &(offset, change) in others {
                let value = native(&index, copy + offset) ^ change;
                put_native(&mut index, copy + offset, value);
            }
        }
        seal_index(&mut index);
        set.wal_index = wal_index(index);
        let report = support::report(&set);
        let codes = support::codes(&report, Severity::Warning);
        let of_it = report.findings.iter().filter(|it| it.rule.code == "SHM211");
        let fields: Vec<u64> = of_it.map(|it| it.place.range.start).collect();
        assert_eq!(codes.len(), fields.len(), "{codes:?}");
        assert_eq!(report.verdict.kind, VerdictKind::CompleteWithWal);
        fields
    };
    let native = u8::from(bytes(&fixture(name).wal)[3] == 0x83);
    assert_eq!(said(512, native, &[]), NONE);
    for other in [0, 1, 256, 1024, 0x8000, 513] {
        assert_eq!(said(other, native, &[]), [14], "{other}");
    }
    assert_eq!(said(512, 1 - native, &[]), [13]);
    assert_eq!(said(512, 2, &[]), [13]);
    assert_eq!(said(0, 1 - native, &[]), [13, 14]);
    // Of another WAL, and before a first commit, it says nothing of this one.
    assert_eq!(said(0, 1 - native, &[(32, 0x80)]), NONE);
    let frames = native_word(16);
    assert_eq!(said(0, native, &[(16, frames)]), NONE);
}

/// The number at `offset` in the wal-index of the fixture.
fn native_word(offset: usize) -> u32 {
    native(
        &bytes(&fixture("bad/SHM211-index-header-differs").wal_index),
        offset,
    )
}
