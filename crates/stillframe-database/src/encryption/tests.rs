use alloc::vec::Vec;

use super::{InClear, SAMPLE_BYTES, begins_b_tree_page, in_clear, is_contradicted};
use stillframe_format::PageSize;

/// Bytes of SplitMix64.
fn random(length: usize, mut seed: u64) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(length);
    while bytes.len() < length {
        seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = seed;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bytes.extend_from_slice(&(word ^ (word >> 31)).to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}

const HEADER: &[u8; 24] = b"SQLite format 3\0\x10\x00\x02\x02\x50\x40\x20\x20";

fn size(bytes: u32) -> PageSize {
    PageSize::new(bytes).unwrap()
}

#[test]
fn random_pages_show_what_is_in_clear() {
    let (page_size, reserved) = (size(4096), 80);
    for seed in 0..500 {
        let mut page = random(4096, seed);
        assert_eq!(in_clear(&page), Some(InClear::Nothing));
        page[16..24].copy_from_slice(&HEADER[16..]);
        let clear = InClear::PageSize {
            page_size,
            reserved,
        };
        assert_eq!(in_clear(&page), Some(clear));
        page[..16].copy_from_slice(&HEADER[..16]);
        let clear = InClear::Header {
            page_size,
            reserved,
        };
        assert_eq!(in_clear(&page), Some(clear));
    }
}

/// The least page is enough to tell, and what follows it is not looked at.
#[test]
fn small_pages_tell_too() {
    let mut file = random(4096, 7);
    file[..24].copy_from_slice(HEADER);
    file[16..18].copy_from_slice(&512u16.to_be_bytes());
    let (page_size, reserved) = (size(512), 80);
    let clear = InClear::Header {
        page_size,
        reserved,
    };
    assert_eq!(in_clear(&file), Some(clear));
    // A sound page 1 of a database whose other pages hold random bytes.
    file[24..512].fill(0);
    assert_eq!(in_clear(&file), None);
}

/// No cipher reserves fewer bytes: a page 1 of random bytes behind a header is damaged.
#[test]
fn a_damaged_page_is_not_encrypted() {
    let mut page = random(4096, 1);
    page[..24].copy_from_slice(HEADER);
    page[20] = 8;
    assert_eq!(in_clear(&page), None);
}

#[test]
fn what_has_structure_or_is_short_is_not_encrypted() {
    assert_eq!(in_clear(&[0; 4096]), None);
    assert_eq!(in_clear(&[]), None);
    assert_eq!(in_clear(&random(300, 1)), None);
    let text: Vec<u8> = b"INSERT INTO orders VALUES(1);\n".repeat(140);
    assert_eq!(in_clear(&text), None);
}

#[test]
fn the_magic_string_alone_may_be_in_clear() {
    for seed in 0..500 {
        let mut page = random(4096, seed);
        page[..16].copy_from_slice(&HEADER[..16]);
        assert_eq!(in_clear(&page), Some(InClear::Magic));
        page[100..400].fill(0);
        assert_eq!(in_clear(&page), None);
    }
}

#[test]
fn pages_with_a_structure_contradict() {
    let sample = |seed| *random(SAMPLE_BYTES, seed).first_chunk().unwrap();
    let sealed: Vec<[u8; SAMPLE_BYTES]> = (0..12).map(sample).collect();
    let text = [b'a'; SAMPLE_BYTES];
    let with = |others: &[[u8; SAMPLE_BYTES]]| is_contradicted(sealed.iter().chain(others));
    assert!(!with(&[]));
    assert!(!with(&[text; 4]), "damage to a few pages");
    assert!(
        !with(&[[0; SAMPLE_BYTES]; 100]),
        "pages that were never written"
    );
    assert!(with(&[text; 5]));
    // A leaf that is full of random bytes, and a page of a chain.
    let leaf = |start: &[u8]| {
        let mut page = sample(77);
        page[..start.len()].copy_from_slice(start);
        page
    };
    assert!(with(&[leaf(&[0x0d, 0, 0]); 5]));
    assert!(with(&[leaf(&[0, 0]); 5]));
    assert!(!is_contradicted([].iter()));
}

/// One such page is enough among any number of others: what a disk made random was no cipher's.
#[test]
fn a_page_of_a_b_tree_contradicts() {
    let sample = |seed| *random(SAMPLE_BYTES, seed).first_chunk().unwrap();
    let sealed: Vec<[u8; SAMPLE_BYTES]> = (0..1000).map(sample).collect();
    assert!(!is_contradicted(sealed.iter()));
    for start in [
        &[0x0d, 0, 0, 0, 2, 0x0e, 0, 0, 0x0f, 0, 0x0e, 0][..],
        &[0x0a, 0x0f, 0x10, 0, 1, 0x0e, 0, 3, 0x0e, 0],
        &[0x0d, 0x0e, 0, 0, 1, 0x0e, 0, 3, 0x0e, 9],
        &[0x05, 0, 0, 0, 1, 0x0f, 0, 0, 0, 0, 0, 9, 0x0f, 0],
    ] {
        let mut page = sample(77);
        page[..start.len()].copy_from_slice(start);
        assert!(begins_b_tree_page(&page), "{start:?}");
        assert!(is_contradicted(sealed.iter().chain([&page])));
        for (at, byte) in [(0, 0x0c), (4, 0), (4, 0xff), (7, 61), (start.len() - 2, 1)] {
            let mut other = page;
            other[at] = byte;
            assert!(!begins_b_tree_page(&other), "{start:?}, {at}");
        }
    }
    // Of random pages one in 64 has such a first byte.
    let mut found = (0..200_000).filter(|&seed| {
        let mut page: [u8; SAMPLE_BYTES] = sample(seed);
        page[0] = 0x0d;
        begins_b_tree_page(&page)
    });
    assert_eq!(found.next(), None);
}
