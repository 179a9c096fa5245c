//! The header of a database: what is read is written again, and `validate` says what `lockBtree` in `btree.c` does.
//!
//! The first byte of an input chooses: even for a header as it is, odd for pairs of an offset and a byte that are written
//! over a header that SQLite accepts.

use stillframe_database::header::HEADER_BYTES;
use stillframe_database::{Error, ErrorKind, Header, JournalMode, TextEncoding};
use stillframe_testkit::naive::be32;

use crate::material::MAX_INPUT_BYTES;
use crate::reader::Reader;

/// Holds what the crate says of a header against its bytes.
///
/// # Panics
/// They do not agree.
pub fn run(bytes: &[u8]) {
    let mut reader = Reader::new(bytes.get(..MAX_INPUT_BYTES).unwrap_or(bytes));
    let is_patched = reader.byte() & 1 == 1;
    let bytes = if is_patched {
        patched(reader)
    } else {
        reader.rest().to_vec()
    };
    match Header::parse(&bytes) {
        Ok(header) => whole(&header, &bytes),
        Err(error) => {
            assert!(bytes.len() < HEADER_BYTES);
            let found = bytes.len();
            assert_eq!(error.kind, ErrorKind::HeaderTruncated { found });
            assert_eq!((error.range.start, error.range.end), (0, found as u64));
            displayed(&error);
        }
    }
}

fn patched(mut reader: Reader<'_>) -> Vec<u8> {
    let mut header = sound(4096, 3).to_vec();
    while !reader.is_empty() {
        let at = reader.below(HEADER_BYTES);
        header[at] = reader.byte();
    }
    header
}

/// The header of a database of `pages` pages that SQLite accepts.
pub fn sound(page_size: u32, pages: u32) -> [u8; HEADER_BYTES] {
    let mut header = [0; HEADER_BYTES];
    header[..16].copy_from_slice(b"SQLite format 3\0");
    let field = if page_size == 65536 {
        1
    } else {
        page_size as u16
    };
    header[16..18].copy_from_slice(&field.to_be_bytes());
    header[18..24].copy_from_slice(&[2, 2, 0, 64, 32, 32]);
    header[24..28].copy_from_slice(&7u32.to_be_bytes());
    header[28..32].copy_from_slice(&pages.to_be_bytes());
    header[44..48].copy_from_slice(&4u32.to_be_bytes());
    header[56..60].copy_from_slice(&1u32.to_be_bytes());
    header[92..96].copy_from_slice(&7u32.to_be_bytes());
    header
}

fn whole(header: &Header, bytes: &[u8]) {
    assert_eq!(header.encode(), bytes[..HEADER_BYTES]);
    assert_eq!(Header::parse(&header.encode()), Ok(*header));
    let refusals: Vec<Error> = header.refusals().collect();
    let places: Vec<(u64, u64)> = refusals
        .iter()
        .map(|error| (error.range.start, error.range.length()))
        .collect();
    assert_eq!(places, refused_fields(bytes));
    assert_eq!(header.validate().err(), refusals.first().copied());
    refusals.iter().for_each(displayed);
    accessors(header, bytes);
}

fn accessors(header: &Header, bytes: &[u8]) {
    let size = page_size(bytes);
    assert_eq!(header.page_size().map(|size| size.get()), size);
    let usable = size.map(|size| size - u32::from(bytes[20]));
    assert_eq!(header.usable_size(), usable);
    assert_eq!(header.page_count(9), page_count(bytes, 9));
    let is_wal = header.journal_mode() == JournalMode::Wal;
    assert_eq!(is_wal, bytes[19] == 2);
    let encoding = match bytes[59] & 3 {
        2 => TextEncoding::Utf16Le,
        3 => TextEncoding::Utf16Be,
        _ => TextEncoding::Utf8,
    };
    assert_eq!(header.text_encoding(), encoding);
    assert_eq!(header.schema_format(), bytes[47].max(1));
    assert_eq!(header.auto_vacuum(), be32(bytes, 52) != 0);
    let trunk = header.freelist().map_or(0, |page| page.get());
    assert_eq!(trunk, be32(bytes, 32));
    if let Some(size) = header.page_size() {
        assert_eq!(size.to_database_header(), header.page_size_field);
    }
}

fn displayed(error: &Error) {
    let text = error.to_string();
    let offset = format!("(at 0x{:x})", error.range.start);
    assert!(text.ends_with(&offset), "{text}");
}

/// The page size that the first bytes of a database name, where SQLite takes it.
pub fn page_size(header: &[u8]) -> Option<u32> {
    let size = u32::from(header[16]) << 8 | u32::from(header[17]) << 16;
    (size.is_power_of_two() && (512..=65536).contains(&size)).then_some(size)
}

/// How many pages SQLite counts in a database that stores `stored`.
pub fn page_count(header: &[u8], stored: u32) -> u32 {
    let counted = be32(header, 28);
    if counted != 0 && be32(header, 24) == be32(header, 92) {
        counted
    } else {
        stored
    }
}

/// Offset and length of each field for which SQLite takes a file for no database, in the order of its tests.
pub fn refused_fields(header: &[u8]) -> Vec<(u64, u64)> {
    let mut refused = Vec::new();
    if &header[..16] != b"SQLite format 3\0" {
        refused.push((0, 16));
    }
    if header[19] > 2 {
        refused.push((19, 1));
    }
    if header[21..24] != [64, 32, 32] {
        refused.push((21, 3));
    }
    match page_size(header) {
        None => refused.push((16, 2)),
        Some(size) if size - u32::from(header[20]) < 480 => refused.push((20, 1)),
        Some(_) => {}
    }
    refused
}
