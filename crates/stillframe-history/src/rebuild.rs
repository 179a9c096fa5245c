//! Writing an image as a database file.

use std::fs::File;
use std::io::{self, IoSlice, Read as _, Seek as _, SeekFrom, Write as _};

use stillframe_format::Pages as _;
use stillframe_wal::FrameNumber;
use stillframe_wal::frame::{FRAME_HEADER_BYTES, slot_bytes};

use crate::sparse::stored;
use crate::timeline::{PIECE_BYTES, window};
use crate::vectored::{failed_write, write_all_vectored};
use crate::write_behind::WriteBehind;
use crate::{Error, Image, Input, Progress};

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
    /// Pages that came from the WAL.
    pub pages_from_wal: u32,
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
    if let Some(refusal) = image.refusal() {
        return Err(refusal.into());
    }
    write(image, output, start, database, progress)?;
    let bytes = image.bytes();
    output.set_len(bytes)?;
    let (pages, pages_from_wal) = (image.stored_pages(), image.overlay().len() as u32);
    Ok(Rebuilt {
        bytes,
        pages_from_database: pages - pages_from_wal,
        pages_from_wal,
    })
}

/// Writes the pages, in the order of their numbers.
fn write(
    image: &Image<'_>,
    output: &mut File,
    start: Start,
    database: Option<File>,
    progress: &dyn Progress,
) -> Result<(), Error> {
    let mut writer = Writer {
        image,
        output,
        behind: WriteBehind::default(),
        database,
        progress,
    };
    let mut next = 1u64;
    let mut run = Vec::new();
    for (page, frame) in image.overlay().iter() {
        let page = u64::from(page.get());
        if page != next || run.len() == RUN_PAGES {
            writer.wal_run(&mut run, next)?;
            writer.database_run(next, page, start)?;
        }
        run.push(frame);
        next = page + 1;
    }
    writer.wal_run(&mut run, next)?;
    // The database file alone is copied to its last byte, of whatever page it is.
    let end = match image.commit() {
        Some(_) => u64::from(image.stored_pages()) + 1,
        None => u64::MAX,
    };
    writer.database_run(next, end, start)
}

struct Writer<'a> {
    image: &'a Image<'a>,
    output: &'a mut File,
    behind: WriteBehind,
    database: Option<File>,
    progress: &'a dyn Progress,
}

impl Writer<'_> {
    /// Writes the pages of `frames`, the last of which is page `end` - 1, and empties the list. Pages of frames that
    /// follow one another are read together.
    fn wal_run(&mut self, frames: &mut Vec<FrameNumber>, end: u64) -> Result<(), Error> {
        let (Some(wal), false) = (&self.image.set().wal, frames.is_empty()) else {
            return Ok(());
        };
        let size = self.image.page_size();
        let mut windows = Vec::new();
        for run in frames.chunk_by(|a, b| a.get() + 1 == b.get()) {
            let Some(first) = run.first() else { continue };
            // From the first page on: what lies between two pages is a frame's header.
            let length = run.len() * slot_bytes(size) - FRAME_HEADER_BYTES;
            windows.push(window(wal, first.page_offset(size), length)?);
        }
        let mut pages: Vec<IoSlice<'_>> = windows
            .iter()
            .flat_map(|window| window.chunks(slot_bytes(size)))
            .filter_map(|slot| slot.get(..size.as_len()))
            .map(IoSlice::new)
            .collect();
        let length = frames.len() as u64 * u64::from(size.get());
        let first = (end - 1) * u64::from(size.get()) - length;
        self.output.seek(SeekFrom::Start(first))?;
        write_all_vectored(self.output, &mut pages).map_err(|stopped| {
            let frame = frames.get(stopped.part).unwrap_or(&FrameNumber::FIRST);
            stopped.at(wal, frame.page_offset(size))
        })?;
        self.behind.reached(self.output, first + length);
        self.progress.advance(length);
        frames.clear();
        Ok(())
    }

    /// Copies the pages `from` to `end` - 1 from the database file, where they are not there already. What is past its
    /// end stays zero: the rest of a last page that is cut off, and the lock-byte page.
    fn database_run(&mut self, from: u64, end: u64, start: Start) -> Result<(), Error> {
        let Some(input) = &self.image.set().database else {
            return Ok(());
        };
        let size = u64::from(self.image.page_size().get());
        let offset = (from - 1) * size;
        let until = (end - 1).saturating_mul(size);
        let length = until.min(input.bytes.len()).saturating_sub(offset);
        if start == Start::Empty && length > 0 {
            self.copy(input, offset, offset + length)?;
        }
        Ok(())
    }

    /// Copies the bytes from `offset` to `end` of the database file, in pieces: by the operating system where there is
    /// a handle on it, and then without the holes of a sparse file.
    fn copy(&mut self, input: &Input, mut offset: u64, end: u64) -> Result<(), Error> {
        let failed = |offset, error| Error::read(input, offset, error);
        while offset < end {
            let part = match &self.database {
                Some(file) => stored(file, offset, end),
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
