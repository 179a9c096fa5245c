//! Pages of b-trees, of any bytes: what is said of them lies within them, and payload lengths, rowids and values are
//! those that the bytes say in the most obvious way.
//!
//! An input begins with the page size and the reserved bytes, and with whether it is page 1; the page follows, with
//! zeros behind its end.

use stillframe_database::btree::{Cell, Page, PageKind};
use stillframe_database::record::{SerialType, Value, values};
use stillframe_database::{Error, Geometry};
use stillframe_format::{ByteRange, PageNumber, PageSize};

use crate::reader::Reader;

/// Looks at a page in every way.
///
/// # Panics
/// What is said of it is not so.
pub fn run(bytes: &[u8]) {
    let mut reader = Reader::new(bytes);
    let (geometry, number) = choose(&mut reader);
    let bytes = padded(reader.rest(), geometry);
    let page = match Page::parse(number, geometry, &bytes) {
        Ok(page) => page,
        Err(error) => return is_within(error.range, bytes.len()),
    };
    let header = page.header_range();
    assert_eq!(
        PageKind::new(bytes[header.start as usize]),
        Some(page.kind())
    );
    assert_eq!(page.kind().is_leaf(), page.right_child().is_none());
    assert!(header.end as usize <= page.pointers_end());
    for index in 0..page.cell_count() {
        if let Some(cell) = page.cell_as_read(index) {
            cell_is_as_its_bytes(&page, &cell, &bytes, geometry);
        }
        match page.cell(index) {
            Ok(cell) => {
                assert_eq!(page.cell_as_read(index), Some(cell));
                is_within(cell.range(), geometry.usable_size() as usize);
                assert!(cell.range().start >= page.content_start().into());
            }
            Err(error) => is_within(error.range, bytes.len()),
        }
    }
    free_space(&page, &bytes, geometry);
}

/// The geometry and the number of the page.
fn choose(reader: &mut Reader<'_>) -> (Geometry, PageNumber) {
    let geometry = geometry(reader);
    let number = 1 + u32::from(reader.byte() & 1);
    (geometry, PageNumber::new(number).expect("it is not 0"))
}

/// A geometry that SQLite can use.
pub(crate) fn geometry(reader: &mut Reader<'_>) -> Geometry {
    let size = PageSize::new(512 << (reader.byte() & 7)).expect("it is a power of two");
    let reserved = reader.byte();
    let geometry = Geometry::new(size, reserved).or(Geometry::new(size, 0));
    geometry.expect("without reserved bytes each page is large enough")
}

/// `bytes` as a whole page.
pub(crate) fn padded(bytes: &[u8], geometry: Geometry) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes.resize(geometry.page_size().as_len(), 0);
    bytes
}

fn is_within(range: ByteRange, length: usize) {
    assert!(
        range.start <= range.end && range.end <= length as u64,
        "{range:?} of {length}"
    );
}

/// Reads the cell once more, byte by byte.
fn cell_is_as_its_bytes(page: &Page<'_>, cell: &Cell<'_>, bytes: &[u8], geometry: Geometry) {
    let mut at = cell.range().start as usize;
    let word =
        |at: usize| u32::from_be_bytes(std::array::from_fn(|byte| byte_at(bytes, at + byte)));
    if let Some(left) = cell.left_child {
        // Nothing is made up of what is past the end.
        let expected = if at + 4 <= bytes.len() { word(at) } else { 0 };
        assert_eq!(left, expected);
        at += 4;
    }
    if page.kind() != PageKind::TableInterior {
        let (bits, taken) = varint(&bytes[at..], 7);
        assert_eq!(cell.payload_length, bits as u32);
        at += taken;
    }
    if let Some(rowid) = cell.rowid {
        let (bits, taken) = varint(&bytes[at..], 8);
        assert_eq!(rowid, bits as u64 as i64);
        at += taken;
    }
    let expected = geometry.local(page.kind(), cell.payload_length) as usize;
    assert!(cell.payload_length as usize >= expected);
    assert_eq!(
        cell.overflow.is_some(),
        cell.payload_length as usize > expected
    );
    let end = (at + expected).min(bytes.len());
    assert_eq!(cell.local, &bytes[at..end]);
    let mut sum = 0;
    for value in values(cell.local) {
        sum += match value {
            Value::Text(bytes) | Value::Blob(bytes) => bytes.len(),
            Value::Real(number) => {
                assert!(!number.is_nan());
                8
            }
            Value::Null | Value::Integer(_) => 0,
        };
    }
    assert!(sum <= cell.local.len());
}

fn byte_at(bytes: &[u8], at: usize) -> u8 {
    bytes.get(at).copied().unwrap_or_default()
}

/// A varint whose ninth byte has so many bits of the number, and how many bytes it takes.
fn varint(bytes: &[u8], bits_of_ninth: u32) -> (u128, usize) {
    let mut value = 0u128;
    for taken in 1..=8 {
        let byte = bytes[taken - 1];
        value = value << 7 | u128::from(byte & 0x7f);
        if byte < 0x80 {
            return (value, taken);
        }
    }
    let last = u128::from(bytes[8]) & ((1 << bits_of_ninth) - 1);
    (value << bits_of_ninth | last, 9)
}

/// Freeblocks come one behind the other, and with the other free bytes are no more than the page has.
fn free_space(page: &Page<'_>, bytes: &[u8], geometry: Geometry) {
    let (mut end, mut sum) = (0, 0);
    let mut refused: Option<Error> = None;
    for block in page.freeblocks() {
        assert!(
            refused.is_none(),
            "nothing follows a freeblock that is not accepted"
        );
        match block {
            Ok(block) => {
                let range = block.range();
                is_within(range, geometry.usable_size() as usize);
                assert!(range.start >= end && range.length() >= 4);
                (end, sum) = (range.end, sum + range.length());
            }
            Err(error) => {
                is_within(error.range, bytes.len());
                refused = Some(error);
            }
        }
    }
    match page.free_bytes() {
        Ok(free) => {
            assert!(refused.is_none() && u64::from(free) <= geometry.usable_size().into());
            assert!(sum <= u64::from(free) + page.pointers_end() as u64);
        }
        Err(error) => {
            is_within(error.range, bytes.len());
            assert!(refused.is_none_or(|refused| refused == error));
        }
    }
    // However long a value is said to be, that is a number.
    for serial_type in [u64::MAX, u64::MAX - 1, 12, 13] {
        assert!(SerialType(serial_type).length() <= u64::MAX / 2);
    }
}
