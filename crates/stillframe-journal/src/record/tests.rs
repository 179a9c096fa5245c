use alloc::vec;
use alloc::vec::Vec;

use super::*;

/// As it stands in SQLite: from the end on, while the index is above 0.
fn naive(nonce: u32, page: &[u8]) -> u32 {
    let mut sum = nonce;
    let mut at = page.len() as i64 - 200;
    while at > 0 {
        sum = sum.wrapping_add(page[at as usize].into());
        at -= 200;
    }
    sum
}

#[test]
fn the_checksum_is_that_of_sqlite_for_every_page_size() {
    for exponent in 9..=16 {
        let page: Vec<u8> = (0..1usize << exponent)
            .map(|at| (at * at + at / 7) as u8)
            .collect();
        for nonce in [0, 1, 0x8000_0000, u32::MAX] {
            assert_eq!(checksum(nonce, &page), naive(nonce, &page));
        }
    }
    for length in 0..1300 {
        let page = vec![0xa5; length];
        assert_eq!(checksum(9, &page), naive(9, &page), "{length}");
    }
}

#[test]
fn which_bytes_are_summed() {
    let size = PageSize::new(1024).unwrap();
    for at in 0..1024 {
        let mut page = [0; 1024];
        page[at] = 1;
        let is_summed = at > 0 && (1024 - at) % 200 == 0;
        assert_eq!(checksum(0, &page), u32::from(is_summed), "{at}");
    }
    assert_eq!(record_bytes(size), 1032);
}

#[test]
fn a_slot_of_any_length_is_cut_into_what_is_there() {
    let size = PageSize::new(512).unwrap();
    let mut bytes = vec![0, 0, 0, 5];
    bytes.extend([3; 512]);
    bytes.extend([0, 0, 1, 0]);
    for length in 0..=bytes.len() {
        let slot = RawSlot::split(&bytes[..length], size);
        assert_eq!(slot.page, (length >= 4).then_some(5));
        assert_eq!(slot.data.len(), length.saturating_sub(4).min(512));
        assert_eq!(slot.has_page(size), length >= 516);
        assert_eq!(slot.checksum, (length == 520).then_some(256));
        // 312 and 112 are summed.
        assert_eq!(slot.nonce(), (length == 520).then_some(250));
    }
}

#[test]
fn no_page_adds_more_to_the_nonce_than_255_times_the_bytes_that_count() {
    for size in [512, 1024, 4096, 65536] {
        let most = checksum(0, &vec![255; size as usize]);
        let size = PageSize::new(size).unwrap();
        let nonce = u32::MAX - 100;
        assert!(can_hold(nonce, nonce, size));
        assert!(can_hold(nonce.wrapping_add(most), nonce, size));
        assert!(!can_hold(nonce.wrapping_add(most + 1), nonce, size));
        assert!(!can_hold(nonce - 1, nonce, size));
    }
}
