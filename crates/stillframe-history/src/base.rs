use std::borrow::Cow;

use stillframe_database::Header;
use stillframe_database::header::HEADER_BYTES;
use stillframe_format::limits::IDENTIFY_BYTES;
use stillframe_format::{PageNumber, PageSize};
use stillframe_journal::End;

use crate::encryption::encryption;
use crate::image::page_of;
use crate::{BackupSet, Error, Input, JournalState, Progress, Record, Refusal, Rollback};

/// The database file that the WAL lies over: as it is there, or with the rollback journal played back into it, as
/// SQLite does before it looks at anything else (`pager_playback` in `pager.c`).
///
/// It is bytes and not pages, as page 1 may name another page size than the journal, and the WAL another one again.
#[derive(Debug)]
pub(crate) struct Base<'a> {
    set: &'a BackupSet,
    rollback: Option<Rollback>,
    bytes: u64,
    /// Bytes of the database file that are still of it.
    kept: u64,
}

/// Where bytes lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lies {
    /// In the database file, from this offset on.
    Database(u64),
    /// In the rollback journal, from this offset on, in this record.
    Journal(u64, Record),
    /// Nowhere: SQLite has made the file longer, and there are zeros.
    Nowhere,
}

impl<'a> Base<'a> {
    /// What the WAL of a set lies over in SQLite's eyes, and what stands against it.
    pub(crate) fn below_wal(
        set: &'a BackupSet,
        progress: &dyn Progress,
    ) -> Result<(Self, Option<Refusal>), Error> {
        let rollback = Rollback::read_hot(set, progress)?;
        Ok(match rollback.state() {
            JournalState::Hot => {
                let refusal = too_many(&rollback);
                (Self::rolled_back(set, rollback), refusal)
            }
            JournalState::SuperJournalUnknown if rollback.initial_size().is_some() => {
                (Self::as_found(set), Some(Refusal::SuperJournalUnknown))
            }
            _ => (Self::as_found(set), None),
        })
    }

    /// The database file as it is there.
    pub(crate) fn as_found(set: &'a BackupSet) -> Self {
        let bytes = set.database_bytes();
        Self {
            set,
            rollback: None,
            bytes,
            kept: bytes,
        }
    }

    /// The database file as playing back the journal leaves it.
    pub(crate) fn rolled_back(set: &'a BackupSet, rollback: Rollback) -> Self {
        let mut base = Self::as_found(set);
        if let (Some(layout), Some(size)) = (rollback.layout(), rollback.initial_size()) {
            base.bytes = rolled_back_bytes(base.bytes, &rollback, layout.page_size, size);
            base.kept = base.kept.min(base.bytes);
            base.rollback = Some(rollback);
        }
        base
    }

    /// What was played back.
    pub(crate) const fn rollback(&self) -> Option<&Rollback> {
        self.rollback.as_ref()
    }

    /// The same, of what is not needed any more.
    pub(crate) fn into_rollback(self) -> Option<Rollback> {
        self.rollback
    }

    /// Bytes of the file.
    pub(crate) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The header at its start, where there are enough bytes for one.
    pub(crate) fn header(&self) -> Result<Option<Header>, Error> {
        if self.bytes < HEADER_BYTES as u64 {
            return Ok(None);
        }
        let mut start = [0; HEADER_BYTES];
        self.read(0, &mut start)?;
        Ok(Header::parse(&start).ok())
    }

    /// Whether its first page has no structure: see [`encryption`].
    pub(crate) fn is_encrypted(&self) -> Result<bool, Error> {
        let length = self.bytes.min(IDENTIFY_BYTES as u64) as usize;
        let mut start = [0; IDENTIFY_BYTES];
        let page_1 = start.get_mut(..length).unwrap_or_default();
        self.read(0, page_1)?;
        let found = encryption(page_1, self.bytes, |offset, sample| {
            self.read(offset, sample)
        })?;
        Ok(found.is_some())
    }

    /// Bytes of it, from its start on, that the database file holds, but for those that the journal does.
    pub(crate) const fn kept(&self) -> u64 {
        self.kept
    }

    /// Where the byte at `offset` lies, and how many bytes up to `end` follow it there. `offset` lies before `end`.
    pub(crate) fn at(&self, offset: u64, end: u64) -> (Lies, u64) {
        let mut until = end;
        if let Some((rollback, size)) = self.played_back() {
            let bytes = u64::from(size.get());
            let page = u32::try_from(offset / bytes + 1)
                .ok()
                .and_then(PageNumber::new);
            if let Some(page) = page {
                let start = page.offset(size);
                if let Some(record) = rollback.record(page) {
                    let within = offset - start;
                    let length = (bytes - within).min(end - offset);
                    return (Lies::Journal(record.offset + within, record), length);
                }
                let next = rollback.next_from(page);
                until = next.map_or(end, |next| next.offset(size).min(end));
            }
        }
        if offset < self.kept {
            (Lies::Database(offset), until.min(self.kept) - offset)
        } else {
            (Lies::Nowhere, until - offset)
        }
    }

    /// Fills `buffer` with the bytes from `offset` on; zeros where there are none.
    pub(crate) fn read(&self, mut offset: u64, mut buffer: &mut [u8]) -> Result<(), Error> {
        while !buffer.is_empty() {
            let end = offset.saturating_add(buffer.len() as u64);
            let (lies, length) = self.at(offset, end);
            let (part, rest) = buffer.split_at_mut(length as usize);
            match self.input(lies) {
                Some((input, offset)) => input
                    .bytes
                    .read_exact_at(offset, part)
                    .map_err(|error| Error::read(input, offset, error))?,
                None => part.fill(0),
            }
            offset = end - rest.len() as u64;
            buffer = rest;
        }
        Ok(())
    }

    /// `length` bytes from `offset` on, of which `present` are there and the others zeros; borrowed where that can be.
    pub(crate) fn page(
        &self,
        offset: u64,
        present: usize,
        length: usize,
    ) -> Result<Cow<'a, [u8]>, Error> {
        if present > 0 {
            let (lies, together) = self.at(offset, offset + present as u64);
            if let Some((input, at)) = self.input(lies).filter(|_| together == present as u64) {
                return page_of(input, at, present, length);
            }
        }
        let mut page = vec![0; length];
        self.read(offset, page.get_mut(..present).unwrap_or_default())?;
        Ok(Cow::Owned(page))
    }

    /// The input that bytes lie in, and where; none for zeros.
    pub(crate) fn input(&self, lies: Lies) -> Option<(&'a Input, u64)> {
        match lies {
            Lies::Database(offset) => Some((self.set.database.as_ref()?, offset)),
            Lies::Journal(offset, _) => Some((self.set.journal.as_ref()?, offset)),
            Lies::Nowhere => None,
        }
    }

    /// The pages of `size` whose first byte lies in the journal, by number, from `first` on.
    pub(crate) fn pages_from_journal(
        &self,
        size: PageSize,
        first: PageNumber,
    ) -> impl Iterator<Item = PageNumber> + '_ {
        let first = first.offset(size);
        let bytes = u64::from(size.get());
        self.played_back()
            .into_iter()
            .flat_map(|(rollback, page)| {
                let records = rollback.records();
                records.map(move |(number, _)| {
                    let start = number.offset(page);
                    (start, start + u64::from(page.get()))
                })
            })
            .filter(move |&(_, end)| end > first)
            .flat_map(move |(start, end)| {
                let pages = start.max(first).div_ceil(bytes)..end.div_ceil(bytes);
                pages.filter_map(|page| PageNumber::new(u32::try_from(page + 1).ok()?))
            })
    }

    fn played_back(&self) -> Option<(&Rollback, PageSize)> {
        let rollback = self.rollback.as_ref()?;
        Some((rollback, rollback.layout()?.page_size))
    }
}

/// That a journal has more records than are followed.
pub(crate) fn too_many(rollback: &Rollback) -> Option<Refusal> {
    let is_too_many = rollback.end() == Some(End::TooManyRecords);
    is_too_many.then_some(Refusal::TooManyRecords)
}

/// Bytes that a database file of `found` bytes has once the journal was played back: it is cut to the size in pages that
/// the journal names, or made longer, if a whole page is missing (`pager_truncate`); and whole pages are written.
fn rolled_back_bytes(found: u64, rollback: &Rollback, page_size: PageSize, size: u32) -> u64 {
    let page = u64::from(page_size.get());
    let named = u64::from(size) * page;
    if found >= named || found + page <= named {
        return named;
    }
    // A part of the last page is there: all of it is, if it is written back.
    match PageNumber::new(size).and_then(|last| rollback.record(last)) {
        Some(_) => named,
        None => found,
    }
}
