//! A rollback journal played back in the most obvious way, one record after another, into a copy of the database file.
//!
//! ```text
//! segment header, big-endian, a sector long     record
//!  0  magic d9d505f920a163d7                     0  page number
//!  8  records, or ffffffff: all that fit         4  the page
//! 12  nonce                                      …  nonce + every 200th byte of the page, from its end
//! 16  size of the database in pages
//! 20  sector size
//! 24  page size
//! ```

use std::collections::BTreeMap;

use super::be32;

const MAGIC: [u8; 8] = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];

/// The database file that SQLite leaves of `database` beside `journal`, if it plays that back: whether the super-journal
/// that it may name is there is not asked.
pub fn roll_back(database: &[u8], journal: &[u8]) -> Vec<u8> {
    let mut file = database.to_vec();
    if database.len() <= 1 || journal.first().is_none_or(|&first| first == 0) {
        return file;
    }
    let Some((size, page_size, records)) = played_back(database, journal) else {
        return file;
    };
    let named = size as u64 * page_size as u64;
    if file.len() as u64 > named {
        file.truncate(named as usize);
    } else if file.len() as u64 + page_size as u64 <= named {
        file.resize(named as usize, 0);
    }
    for (page, offset) in records {
        let start = (page as usize - 1) * page_size;
        if file.len() < start + page_size {
            file.resize(start + page_size, 0);
        }
        file[start..start + page_size].copy_from_slice(&journal[offset..offset + page_size]);
    }
    file
}

/// The size in pages and the page size that the journal names, and where in it the page begins that is written back, for
/// each; `None` where nothing is played back.
#[allow(
    clippy::type_complexity,
    reason = "three things, each said in the line above"
)]
pub fn played_back(database: &[u8], journal: &[u8]) -> Option<(u32, usize, BTreeMap<u32, usize>)> {
    let length = journal.len();
    if length < 512 || journal[..8] != MAGIC {
        return None;
    }
    let (size, sector) = (be32(journal, 16), be32(journal, 20) as usize);
    let page_size = match be32(journal, 24) as usize {
        0 => named_page_size(database),
        page_size => page_size,
    };
    let is_power =
        |value: usize, least| value.is_power_of_two() && (least..=65536).contains(&value);
    if !is_power(sector, 32) || !is_power(page_size, 512) {
        return None;
    }
    let lock_byte_page = super::LOCK_BYTE / page_size as u64 + 1;
    let mut played = BTreeMap::new();
    let mut offset = 0;
    loop {
        if offset > 0 && (offset + sector > length || journal[offset..offset + 8] != MAGIC) {
            return Some((size, page_size, played));
        }
        let (mut records, nonce) = (be32(journal, offset + 8), be32(journal, offset + 12));
        offset += sector;
        if records == u32::MAX {
            records = ((length as i64 - sector as i64) / (page_size as i64 + 8)) as i32 as u32;
        }
        for _ in 0..records {
            let data = offset + 4;
            if data + page_size > length {
                return Some((size, page_size, played));
            }
            let page = be32(journal, offset);
            if page == 0 || u64::from(page) == lock_byte_page {
                return Some((size, page_size, played));
            }
            if page <= size {
                let end = data + page_size;
                if end + 4 > length || be32(journal, end) != journal_sum(nonce, &journal[data..end])
                {
                    return Some((size, page_size, played));
                }
                played.insert(page, data);
            }
            offset = data + page_size + 4;
        }
        offset = offset.next_multiple_of(sector);
    }
}

/// What the header of the database names, or what SQLite takes where it names nothing.
fn named_page_size(database: &[u8]) -> usize {
    let byte = |at: usize| database.get(at).copied().unwrap_or(0);
    match usize::from(byte(16)) << 8 | usize::from(byte(17)) << 16 {
        size @ 512..=65536 if size.is_power_of_two() => size,
        _ => 4096,
    }
}

/// The checksum of a record: the nonce, and every 200th byte of the page from its end.
pub fn journal_sum(nonce: u32, page: &[u8]) -> u32 {
    let mut sum = nonce;
    let mut index = page.len() - 200;
    while index > 0 {
        sum = sum.wrapping_add(page[index].into());
        index = index.saturating_sub(200);
    }
    sum
}

/// A page, and its number.
pub type JournalPage = (u32, Vec<u8>);

/// A journal of a database of `size` pages: for each segment its nonce and the pages in it.
pub fn journal(
    size: u32,
    sector: usize,
    page_size: usize,
    segments: &[(u32, Vec<JournalPage>)],
) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (nonce, pages) in segments {
        let start = bytes.len().next_multiple_of(sector);
        bytes.resize(start, 0);
        bytes.extend(MAGIC);
        let fields = [
            pages.len() as u32,
            *nonce,
            size,
            sector as u32,
            page_size as u32,
        ];
        fields
            .iter()
            .for_each(|field| bytes.extend(field.to_be_bytes()));
        bytes.resize(start + sector, 0);
        for (number, page) in pages {
            bytes.extend(number.to_be_bytes());
            bytes.extend(page);
            bytes.extend(journal_sum(*nonce, page).to_be_bytes());
        }
    }
    bytes
}

/// The bytes at the end of a journal that name a super-journal.
pub fn super_journal(name: &[u8], page_size: u32) -> Vec<u8> {
    let lock_byte_page = (super::LOCK_BYTE / u64::from(page_size) + 1) as u32;
    let sum = name.iter().fold(0u32, |sum, &byte| {
        sum.wrapping_add(i32::from(byte as i8) as u32)
    });
    let mut bytes = lock_byte_page.to_be_bytes().to_vec();
    bytes.extend(name);
    bytes.extend((name.len() as u32).to_be_bytes());
    bytes.extend(sum.to_be_bytes());
    bytes.extend(MAGIC);
    bytes
}
