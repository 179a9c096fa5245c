//! Writing an image as a database file.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};

use stillframe_format::Pages as _;

use crate::timeline::window;
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

/// Bytes that are gathered before they are written, and pieces in which files are copied.
const BUFFER_BYTES: usize = 1 << 20;

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
    let mut writer = Writer {
        image,
        output,
        database,
        progress,
    };
    let pages = image.stored_pages();
    let mut next = 1u64;
    let mut run = Vec::new();
    let run_pages = BUFFER_BYTES / image.page_size().as_len();
    for (page, frame) in image.overlay().iter() {
        let page = u64::from(page.get());
        if page != next || run.len() == run_pages {
            writer.wal_run(&mut run, next)?;
            writer.database_run(next, page, start)?;
        }
        run.push(frame);
        next = page + 1;
    }
    writer.wal_run(&mut run, next)?;
    writer.database_run(next, u64::from(pages) + 1, start)?;
    let bytes = image.bytes();
    output.set_len(bytes)?;
    let pages_from_wal = image.overlay().len() as u32;
    Ok(Rebuilt {
        bytes,
        pages_from_database: pages - pages_from_wal,
        pages_from_wal,
    })
}

struct Writer<'a> {
    image: &'a Image<'a>,
    output: &'a mut File,
    database: Option<File>,
    progress: &'a dyn Progress,
}

impl Writer<'_> {
    /// Writes the pages of `frames`, the last of which is page `end` - 1, and empties the list.
    fn wal_run(
        &mut self,
        frames: &mut Vec<stillframe_wal::FrameNumber>,
        end: u64,
    ) -> Result<(), Error> {
        let (Some(wal), false) = (&self.image.set().wal, frames.is_empty()) else {
            return Ok(());
        };
        let size = self.image.page_size();
        let mut buffer = vec![0; frames.len() * size.as_len()];
        for (frame, page) in frames.iter().zip(buffer.chunks_exact_mut(size.as_len())) {
            let offset = frame.page_offset(size);
            wal.bytes
                .read_exact_at(offset, page)
                .map_err(|error| Error::read(wal, offset, error))?;
        }
        let first = (end - 1 - frames.len() as u64) * u64::from(size.get());
        self.output.seek(SeekFrom::Start(first))?;
        self.output.write_all(&buffer)?;
        frames.clear();
        self.progress.advance(buffer.len() as u64);
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
        let until = (end - 1) * size;
        let length = until.min(input.bytes.len()).saturating_sub(offset);
        if start == Start::Empty && length > 0 {
            self.output.seek(SeekFrom::Start(offset))?;
            match &mut self.database {
                Some(file) => copy_file(file, self.output, input, offset, length, self.progress)?,
                None => copy_bytes(self.output, input, offset, length, self.progress)?,
            }
        }
        Ok(())
    }
}

/// Lets the operating system copy, in pieces so that progress shows.
fn copy_file(
    file: &mut File,
    output: &mut File,
    input: &Input,
    mut offset: u64,
    mut length: u64,
    progress: &dyn Progress,
) -> Result<(), Error> {
    const PIECE: u64 = 64 << 20;
    let failed = |offset, error| Error::read(input, offset, error);
    file.seek(SeekFrom::Start(offset))
        .map_err(|error| failed(offset, error))?;
    while length > 0 {
        let piece = length.min(PIECE);
        let copied = io::copy(&mut file.take(piece), output)?;
        if copied != piece {
            return Err(failed(offset + copied, io::ErrorKind::UnexpectedEof.into()));
        }
        progress.advance(piece);
        offset += piece;
        length -= piece;
    }
    Ok(())
}

fn copy_bytes(
    output: &mut File,
    input: &Input,
    mut offset: u64,
    mut length: u64,
    progress: &dyn Progress,
) -> Result<(), Error> {
    while length > 0 {
        let piece = length.min(BUFFER_BYTES as u64);
        output.write_all(&window(input, offset, piece as usize)?)?;
        progress.advance(piece);
        offset += piece;
        length -= piece;
    }
    Ok(())
}
