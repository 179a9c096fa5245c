//! Writing an image as a database file.

mod gather;
mod stamps;

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::ops::Range;

use stillframe_format::Pages as _;

use crate::base::Lies;
use crate::sparse::stored;
use crate::timeline::PIECE_BYTES;
use crate::write_behind::WriteBehind;
use crate::{Error, Image, Input, Progress, Refusal};
use gather::{CALL_BYTES, Gather, Of, Piece};
use stamps::keeps_page_checksums;

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
        gather: Gather::default(),
        behind: WriteBehind::default(),
        database,
        stored: 0..0,
        stamps,
        progress,
    };
    let size = image.page_size();
    let mut next = 0;
    for (page, frame) in image.overlay().iter() {
        let at = page.offset(size);
        writer.base(next, at, start)?;
        let piece = Piece {
            of: Of::Wal,
            offset: frame.page_offset(size),
            length: u64::from(size.get()),
            stamp: stamps,
        };
        writer.put(piece, at)?;
        next = at + piece.length;
    }
    // The database file alone is copied to its last byte, of whatever page it is.
    let end = image.bytes().min(image.base().bytes());
    writer.base(next, end, start)?;
    writer.flush()
}

struct Writer<'a> {
    image: &'a Image<'a>,
    output: &'a mut File,
    gather: Gather,
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
    /// Has `piece` written at the offset `at` of the output.
    fn put(&mut self, piece: Piece, at: u64) -> Result<(), Error> {
        if !self.gather.add(piece, at) {
            self.flush()?;
            self.gather.add(piece, at);
        }
        Ok(())
    }

    /// Writes what is gathered.
    fn flush(&mut self) -> Result<(), Error> {
        let (length, end) = self.gather.write(self.image.set(), self.output)?;
        self.behind.reached(self.output, end);
        self.progress.advance(length);
        Ok(())
    }

    /// Writes the bytes from `offset` to `end` of what the WAL lies over, those of the database file where they are not
    /// there already. What is past its end stays zero: the rest of a last page that is cut off, and the lock-byte page.
    fn base(&mut self, mut offset: u64, end: u64, start: Start) -> Result<(), Error> {
        while offset < end {
            let (lies, length) = self.image.base().at(offset, end);
            match (lies, &self.image.set().database) {
                (Lies::Journal(at, _), _) => {
                    let piece = Piece {
                        of: Of::Journal,
                        offset: at,
                        length,
                        // Not a part of a page, where the WAL or the image has pages of another size.
                        stamp: self.stamps && self.is_journal_page(length),
                    };
                    self.put(piece, offset)?;
                }
                (Lies::Database(_), Some(database)) if start == Start::Empty => {
                    self.copy(database, offset, offset + length)?;
                }
                _ => {}
            }
            offset += length;
        }
        Ok(())
    }

    /// Whether the pages in the journal that was played back have so many bytes.
    fn is_journal_page(&self, length: u64) -> bool {
        let layout = self.image.rollback().and_then(|rollback| rollback.layout());
        layout.is_some_and(|layout| u64::from(layout.page_size.get()) == length)
    }

    /// Copies the bytes from `offset` to `end` of the database file, without the holes of a sparse file.
    fn copy(&mut self, input: &Input, mut offset: u64, end: u64) -> Result<(), Error> {
        while offset < end {
            let stored = self.stored(input, offset, end);
            self.progress.advance(stored.start - offset);
            offset = stored.start;
            let length = stored.end - stored.start;
            if length >= CALL_BYTES && self.database.is_some() {
                let until_aligned = PIECE_BYTES as u64 - offset % CALL_BYTES;
                offset += self.copy_by_system(input, offset, length.min(until_aligned))?;
            } else if length > 0 {
                let length = length.min(CALL_BYTES - offset % CALL_BYTES);
                let piece = Piece {
                    of: Of::Database,
                    offset,
                    length,
                    stamp: false,
                };
                self.put(piece, offset)?;
                offset += length;
            }
        }
        Ok(())
    }

    /// The next bytes of the database file from `offset` to `end` that are stored; all of them, if that cannot be asked.
    fn stored(&mut self, input: &Input, offset: u64, end: u64) -> Range<u64> {
        let Some(file) = &self.database else {
            return offset..end;
        };
        if !self.stored.contains(&offset) {
            self.stored = stored(file, offset, input.bytes.len().max(end));
        }
        self.stored.start.max(offset).min(end)..self.stored.end.min(end)
    }

    /// Has the operating system copy `length` bytes of the database file from `offset` on, and gives back how many.
    fn copy_by_system(&mut self, input: &Input, offset: u64, length: u64) -> Result<u64, Error> {
        self.flush()?;
        let Some(file) = &mut self.database else {
            return Ok(0);
        };
        self.output.seek(SeekFrom::Start(offset))?;
        file.seek(SeekFrom::Start(offset))
            .map_err(|error| Error::read(input, offset, error))?;
        let copied = io::copy(&mut file.take(length), self.output)?;
        if copied != length {
            let end = io::ErrorKind::UnexpectedEof.into();
            return Err(Error::read(input, offset + copied, end));
        }
        self.behind.reached(self.output, offset + length);
        self.progress.advance(length);
        Ok(length)
    }
}
