//! The database at a commit: the newest frame of a page, else the database file, else nothing.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{FRAME_HEADER, LOCK_BYTE, WAL_HEADER, accept, commits};

/// The logical database at one commit.
#[derive(Debug, Clone)]
pub struct NaiveImage<'a> {
    /// Page size in bytes: the WAL's if it has a commit here, else the database's.
    pub page_size: usize,
    /// Database size in pages.
    pub page_count: u32,
    /// The newest frame of each page that the WAL holds.
    pub frames: BTreeMap<u32, &'a [u8]>,
    database: &'a [u8],
}

/// The image after commit number `commit` (0 is the database file alone).
///
/// `None` if the WAL has fewer commits, or if `commit` is 0 and the database header names no page size.
pub fn image<'a>(database: &'a [u8], wal: &'a [u8], commit: usize) -> Option<NaiveImage<'a>> {
    if commit == 0 {
        let page_size = database_page_size(database)?;
        let page_count = database.len().div_ceil(page_size) as u32;
        return Some(NaiveImage {
            page_size,
            page_count,
            frames: BTreeMap::new(),
            database,
        });
    }
    let accepted = accept(wal)?;
    let commit = *commits(wal).get(commit - 1)?;
    let page_size = accepted.page_size as usize;
    let mut frames = BTreeMap::new();
    let slots = wal[WAL_HEADER..].chunks_exact(FRAME_HEADER + page_size);
    for (frame, slot) in accepted.frames.iter().zip(slots).take(commit.last_frame) {
        frames.insert(frame.page, &slot[FRAME_HEADER..]);
    }
    Some(NaiveImage {
        page_size,
        page_count: commit.page_count,
        frames,
        database,
    })
}

/// The WAL cut after the last frame of commit number `commit`; only the header for 0.
pub fn prefix(wal: &[u8], commit: usize) -> &[u8] {
    let Some(accepted) = accept(wal) else {
        return wal;
    };
    let frames = match commit {
        0 => 0,
        _ => commits(wal)[commit - 1].last_frame,
    };
    &wal[..WAL_HEADER + frames * (FRAME_HEADER + accepted.page_size as usize)]
}

impl<'a> NaiveImage<'a> {
    /// The bytes of page `number`; `None` if it lies outside the image or exists nowhere.
    ///
    /// A last page that the database file holds only in part is filled up with zeros, and the lock-byte page is zeros
    /// if nothing holds it, for SQLite never writes it.
    pub fn page(&self, number: u32) -> Option<Cow<'a, [u8]>> {
        if number == 0 || number > self.page_count {
            return None;
        }
        if let Some(frame) = self.frames.get(&number) {
            return Some(Cow::Borrowed(frame));
        }
        let start = (number as u64 - 1) * self.page_size as u64;
        let held = usize::try_from(start)
            .ok()
            .and_then(|start| self.database.get(start..))
            .unwrap_or_default();
        if held.len() >= self.page_size {
            return Some(Cow::Borrowed(&held[..self.page_size]));
        }
        if held.is_empty() && number as u64 != LOCK_BYTE / self.page_size as u64 + 1 {
            return None;
        }
        let mut page = held.to_vec();
        page.resize(self.page_size, 0);
        Some(Cow::Owned(page))
    }

    /// The pages that exist nowhere.
    pub fn missing(&self) -> Vec<u32> {
        (1..=self.page_count)
            .filter(|&number| self.page(number).is_none())
            .collect()
    }

    /// The whole database; `None` if a page is missing.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        for number in 1..=self.page_count {
            bytes.extend_from_slice(&self.page(number)?);
        }
        Some(bytes)
    }

    /// The whole database as SQLite reads it: a page that exists nowhere is zeros.
    pub fn zero_filled(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for number in 1..=self.page_count {
            match self.page(number) {
                Some(page) => bytes.extend_from_slice(&page),
                None => bytes.resize(bytes.len() + self.page_size, 0),
            }
        }
        bytes
    }
}

fn database_page_size(database: &[u8]) -> Option<usize> {
    let size = match (database.get(16)?, database.get(17)?) {
        (0, 1) => 65536,
        (&high, &low) => usize::from(high) << 8 | usize::from(low),
    };
    (size.is_power_of_two() && size >= 512).then_some(size)
}
