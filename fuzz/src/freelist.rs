//! Trunk pages of the freelist, of any bytes, and where the pointer map has the entry of any page.
//!
//! An input begins with the page size and the reserved bytes, and with a page number; the trunk page follows.

use stillframe_database::Geometry;
use stillframe_database::freelist::{Trunk, next_page};
use stillframe_database::pointer_map::{ENTRY_BYTES, Entry, is_map_page, place};

use crate::page::{geometry, padded};
use crate::reader::Reader;

/// Looks at a trunk page, and looks for a page in the pointer map.
///
/// # Panics
/// What is said of them is not so.
pub fn run(bytes: &[u8]) {
    let mut reader = Reader::new(bytes);
    let geometry = geometry(&mut reader);
    let page = reader.word();
    let bytes = padded(reader.rest(), geometry);
    let word = |at: usize| {
        bytes[at..at + 4]
            .iter()
            .fold(0, |sum, &byte| sum << 8 | u32::from(byte))
    };
    assert_eq!(next_page(&bytes), word(0));
    let fits = u64::from(word(4)) + 2 <= u64::from(geometry.usable_size() / 4);
    match Trunk::parse(geometry, &bytes) {
        Ok(trunk) => {
            assert!(fits);
            assert_eq!(trunk.next, word(0));
            assert_eq!(trunk.leaves().len(), word(4) as usize);
            for (index, leaf) in trunk.leaves().enumerate() {
                assert_eq!(leaf, word(8 + 4 * index));
            }
        }
        Err(error) => {
            assert!(!fits);
            assert_eq!((error.range.start, error.range.end), (4, 8));
        }
    }
    in_map(geometry, page);
    // Around the lock-byte page the map is not where it would be otherwise.
    let lock = geometry.page_size().lock_byte_page().get();
    let group = geometry.usable_size() / ENTRY_BYTES as u32 + 1;
    in_map(geometry, lock - group + page % (3 * group));
    for entry in bytes.chunks_exact(ENTRY_BYTES).take(64) {
        if let Some(Entry { kind, parent }) = Entry::parse(entry) {
            assert_eq!([&[kind.byte()][..], &parent.to_be_bytes()].concat(), entry);
        } else {
            assert!(!(1..=5).contains(&entry[0]));
        }
    }
}

/// The entry of a page is in the page of the map that comes before it, which has none itself, and within the usable
/// bytes of that.
fn in_map(geometry: Geometry, page: u32) {
    let group = u64::from(geometry.usable_size() / ENTRY_BYTES as u32) + 1;
    let lock = u64::from(geometry.page_size().lock_byte_page().get());
    let ideal = |page: u64| page >= 2 && (page - 2).is_multiple_of(group);
    let is_map = |page: u64| match page {
        _ if page == lock => false,
        _ if page == lock + 1 && ideal(lock) => true,
        _ => ideal(page),
    };
    assert_eq!(is_map_page(geometry, page), is_map(page.into()), "{page}");
    match place(geometry, page) {
        None => {
            let page = u64::from(page);
            assert!(
                page < 2 || is_map(page) || (page == lock && ideal(lock)),
                "{page}"
            );
        }
        Some((map, offset)) => {
            assert!(map.get() < page && is_map(map.get().into()));
            let between = u64::from(page - map.get()) - 1;
            assert_eq!(offset as u64, between * ENTRY_BYTES as u64);
            // Behind a page of the map that made way for the lock-byte page there is one entry less to be had.
            assert!(offset + ENTRY_BYTES <= geometry.usable_size() as usize);
            assert!((map.get() + 1..page).all(|other| !is_map(other.into())));
        }
    }
}
