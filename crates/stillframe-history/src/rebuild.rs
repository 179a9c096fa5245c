//! Writing an image as a database file.

mod stamps;

use std::fs::File;
use std::io::{self, IoSlice, Read as _, Seek as _, SeekFrom, Write as _};
use std::ops::Range;

use stillframe_format::{PageSize, Pages as _};
use stillframe_journal::record::record_bytes;
use stillframe_wal::frame::slot_bytes;

use crate::base::Lies;
use crate::sparse::stored;
use crate::timeline::{PIECE_BYTES, window};
use crate::vectored::{failed_write, write_all_vectored};
use crate::write_behind::WriteBehind;
use crate::{Error, Image, Input, Progress, Refusal};
use stamps::{keeps_page_checksums, write_stamped};

/// What the output file holds before an image is written into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// Nothing.
    Empty,
    /// A clone of the database file.
    Clone,
}

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rebuilt {
    /// Bytes of the file.
    pub bytes: u64,
    /// Pages that came from the database file.
    pub pages_from_database: u32,
    /// Pages that came from the rollback journal.
    pub pages_from_journal: u32,
    /// Pages that came from the WAL.
    pub pages_from_wal: u32,
    /// How many of the pages from the journal and the WAL got a checksum of `cksumvfs`, as the database file has them.
    pub pages_stamped: u32,
}

/// Pages that are written together: systems take 1024 pieces in one call.
const RUN_PAGES: usize = 1024;

/// Writes `image` into `output`, which holds `start`. `database` is a handle of its own on the database file, through
/// which the operating system can copy; without it the bytes are read.
///
/// # Errors
/// The image is refused, the set could not be read, or the output not be written.
pub fn rebuild(
    image: &Image<'_>,
    output: &mut File,
    start: Start,
    database: Option<File>,
    progress: &dyn Progress,
) -> Result<Rebuilt, Error> {
    match image.refusal() {
        None | Some(Refusal::Encrypted(_)) => {}
        Some(refusal) => return Err(refusal.into()),
    }
    let stamps = keeps_page_checksums(image)?;
    write(image, output, start, database, stamps, progress)?;
    let bytes = image.bytes();
    output.set_len(bytes)?;
    let (pages, pages_from_wal) = (image.stored_pages(), image.overlay().len() as u32);
    let pages_from_journal = image.pages_from_journal().count() as u32;
    Ok(Rebuilt {
        bytes,
        pages_from_database: pages - pages_from_wal - pages_from_journal,
        pages_from_journal,
        pages_from_wal,
        pages_stamped: if stamps {
            pages_from_wal + pages_from_journal
        } else {
            0
        },
    })
}

/// Writes the pages, in the order of their numbers.
fn write(
    image: &Image<'_>,
    output: &mut File,
    start: Start,
    database: Option<File>,
    stamps: bool,
    progress: &dyn Progress,
) -> Result<(), Error> {
    let mut writer = Writer {
        image,
        output,
        behind: WriteBehind::default(),
        database,
        stored: 0..0,
        stamps,
        progress,
    };
    let offset_of = |page: u64| (page - 1) * u64::from(image.page_size().get());
    let mut next = 1u64;
    let mut run = Vec::new();
    for (page, frame) in image.overlay().iter() {
        let page = u64::from(page.get());
        if page != next || run.len() == RUN_PAGES {
            writer.wal_run(&mut run, offset_of(next))?;
            writer.base_run(offset_of(next), offset_of(page), start)?;
        }
        run.push(frame.page_offset(image.page_size()));
        next = page + 1;
    }
    writer.wal_run(&mut run, offset_of(next))?;
    // The database file alone is copied to its last byte, of whatever page it is.
    let end = image.bytes().min(image.base().bytes());
    writer.base_run(offset_of(next), end, start)
}

struct Writer<'a> {
    image: &'a Image<'a>,
    output: &'a mut File,
    behind: WriteBehind,
    database: Option<File>,
    /// What of the database file is known to be stored: to look for its end the system may have to go through all of it,
    /// and it is asked but once for each.
    stored: Range<u64>,
    /// Whether pages get the checksum of `cksumvfs` that the database file has on its own.
    stamps: bool,
    progress: &'a dyn Progress,
}

impl Writer<'_> {
    /// Writes the pages of the WAL at these offsets, the last of which ends at `end` of the output.
    fn wal_run(&mut self, offsets: &mut Vec<u64>, end: u64) -> Result<(), Error> {
        let size = self.image.page_size();
        match &self.image.set().wal {
            Some(wal) => self.pages(wal, offsets, size, slot_bytes(size), end),
            None => Ok(()),
        }
    }

    /// Writes the pages at these offsets of `input`, the last of which ends at `end` of the output, and empties the list.
    /// Pages that lie in slots which follow one another are read together.
    fn pages(
        &mut self,
        input: &Input,
        offsets: &mut Vec<u64>,
        size: PageSize,
        slot: usize,
        end: u64,
    ) -> Result<(), Error> {
        if offsets.is_empty() {
            return Ok(());
        }
        let mut windows = Vec::new();
        for run in offsets.chunk_by(|a, b| a + slot as u64 == *b) {
            let Some(&first) = run.first() else { continue };
            // From the first page on: what lies between two pages is no part of them.
            let length = (run.len() - 1) * slot + size.as_len();
            windows.push(window(input, first, length)?);
        }
        let mut pages: Vec<IoSlice<'_>> = windows
            .iter()
            .flat_map(|window| window.chunks(slot))
            .filter_map(|slot| slot.get(..size.as_len()))
            .map(IoSlice::new)
            .collect();
        let length = offsets.len() as u64 * u64::from(size.get());
        let first = end - length;
        self.output.seek(SeekFrom::Start(first))?;
        let written = match self.stamps {
            true => write_stamped(self.output, &pages),
            false => write_all_vectored(self.output, &mut pages),
        };
        written.map_err(|stopped| {
            let offset = offsets.get(stopped.part).copied().unwrap_or_default();
            stopped.at(input, offset)
        })?;
        self.behind.reached(self.output, end);
        self.progress.advance(length);
        offsets.clear();
        Ok(())
    }

    /// Writes the bytes from `offset` to `end` of what the WAL lies over, those of the database file where they are not
    /// there already. What is past its end stays zero: the rest of a last page that is cut off, and the lock-byte page.
    fn base_run(&mut self, mut offset: u64, end: u64, start: Start) -> Result<(), Error> {
        let set = self.image.set();
        let mut run = Vec::new();
        while offset < end {
            let (lies, length) = self.image.base().at(offset, end);
            let whole = match (lies, self.journal_page()) {
                (Lies::Journal(at, _), Some(size)) if length == u64::from(size.get()) => {
                    Some((at, size))
                }
                _ => None,
            };
            if whole.is_none() || run.len() == RUN_PAGES {
                self.journal_run(&mut run, offset)?;
            }
            match (lies, &set.database, &set.journal) {
                (Lies::Journal(at, _), ..) if whole.is_some() => run.push(at),
                (Lies::Journal(at, _), _, Some(journal)) => {
                    // A part of a page, where the WAL or the image has pages of another size.
                    let bytes = window(journal, at, length as usize)?;
                    self.output.seek(SeekFrom::Start(offset))?;
                    self.output
                        .write_all(&bytes)
                        .map_err(|error| failed_write(error, journal, at))?;
                    self.progress.advance(length);
                }
                (Lies::Database(_), Some(database), _) if start == Start::Empty => {
                    self.copy(database, offset, offset + length)?;
                }
                _ => {}
            }
            offset += length;
        }
        self.journal_run(&mut run, offset)
    }

    fn journal_run(&mut self, offsets: &mut Vec<u64>, end: u64) -> Result<(), Error> {
        match (&self.image.set().journal, self.journal_page()) {
            (Some(journal), Some(size)) => {
                self.pages(journal, offsets, size, record_bytes(size), end)
            }
            _ => Ok(()),
        }
    }

    /// The size of the pages in the journal that was played back.
    fn journal_page(&self) -> Option<PageSize> {
        let layout = self.image.rollback()?.layout()?;
        Some(layout.page_size)
    }

    /// Copies the bytes from `offset` to `end` of the database file, in pieces: by the operating system where there is
    /// a handle on it, and then without the holes of a sparse file.
    fn copy(&mut self, input: &Input, mut offset: u64, end: u64) -> Result<(), Error> {
        let failed = |offset, error| Error::read(input, offset, error);
        while offset < end {
            let part = match &self.database {
                Some(file) => {
                    if !self.stored.contains(&offset) {
                        self.stored = stored(file, offset, input.bytes.len().max(end));
                    }
                    self.stored.start.max(offset).min(end)..self.stored.end.min(end)
                }
                None => offset..end,
            };
            self.progress.advance(part.start - offset);
            offset = part.start;
            self.output.seek(SeekFrom::Start(offset))?;
            if let Some(file) = &mut self.database {
                file.seek(SeekFrom::Start(offset))
                    .map_err(|error| failed(offset, error))?;
            }
            while offset < part.end {
                let piece = (part.end - offset).min(PIECE_BYTES as u64);
                match &mut self.database {
                    Some(file) => {
                        let copied = io::copy(&mut file.take(piece), self.output)?;
                        if copied != piece {
                            let end = io::ErrorKind::UnexpectedEof.into();
                            return Err(failed(offset + copied, end));
                        }
                    }
                    None => {
                        let bytes = window(input, offset, piece as usize)?;
                        self.output
                            .write_all(&bytes)
                            .map_err(|error| failed_write(error, input, offset))?;
                    }
                }
                offset += piece;
                self.behind.reached(self.output, offset);
                self.progress.advance(piece);
            }
        }
        Ok(())
    }
}
