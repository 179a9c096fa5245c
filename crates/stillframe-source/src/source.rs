//! A named, readable run of bytes.

use std::fs::{self, File, FileType, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use crate::change::Stamp;
use crate::spool::{Kept, Spooled, spool};
use crate::{Change, Error, Memory, Window, map, read};

/// Files up to this many bytes are read whole when they are opened: a mapping or a read a window
/// costs more than they are worth, and what is in memory cannot change.
pub(crate) const SMALL: u64 = 64 * 1024;

/// Windows of at least this many bytes are mapped. Measured over a cached file of 200 MB: windows
/// of 64 KiB took 44 ms mapped and 28 ms read, of 256 KiB 26 and 28 ms, of 4 MiB 24 and 41 ms.
pub(crate) const MAP_FROM: usize = 256 * 1024;

/// What comes from a stream stays in memory up to this many bytes, unless it is given more.
pub(crate) const SPOOL_IN_MEMORY: u64 = 1024 * 1024;

/// How the bytes of files are had.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Access {
    /// Large windows are memory maps: the fastest, for files that nobody truncates meanwhile
    /// (see the crate's front page).
    #[default]
    Map,
    /// Every window is read into memory of its own.
    Read,
}

/// A named run of bytes that is read and never written to.
///
/// Its length is that at opening, even if the file grows. It may be shared between threads: reads
/// have no common cursor.
#[derive(Debug)]
pub struct Source {
    name: String,
    path: Option<PathBuf>,
    stamp: Option<Stamp>,
    length: u64,
    bytes: Bytes,
    /// What it was taken out of.
    whole: Option<Arc<Source>>,
}

#[derive(Debug)]
enum Bytes {
    Memory(Kept),
    File(File, Access),
    /// Those of another source, from an offset on.
    Part(Arc<Source>, u64),
}

impl Source {
    /// Opens the file at `path`, read-only and without any lock.
    ///
    /// # Errors
    ///
    /// [`Error::NotAFile`] for a directory, a pipe, a socket or a device, without waiting for it;
    /// [`Error::Open`] and [`Error::Read`] if the operating system refuses.
    pub fn open(path: &Path, access: Access) -> Result<Source, Error> {
        let name = path.to_string_lossy().into_owned();
        let (file, metadata) = open_regular(path, &name)?;
        let length = metadata.len();
        let source = Source {
            name,
            path: Some(path.to_path_buf()),
            stamp: Some(Stamp::of(&metadata)),
            length,
            bytes: Bytes::File(file, access),
            whole: None,
        };
        if length > SMALL {
            return Ok(source);
        }
        // A file that shrinks right now fails here; one that grows keeps the length it had.
        let mut whole = vec![0; length as usize];
        source.read_exact_at(0, &mut whole)?;
        Ok(Source {
            bytes: Bytes::Memory(whole.into()),
            ..source
        })
    }

    /// Reads all of standard input, whose name is `-`. See [`Source::from_reader`].
    ///
    /// # Errors
    ///
    /// Those of [`Source::from_reader`].
    pub fn stdin(access: Access) -> Result<Source, Error> {
        Source::from_reader("-", io::stdin().lock(), access)
    }

    /// Reads `reader` to its end. Up to 1 MiB is kept in memory, more in a temporary file without
    /// a name, which is gone with the source, whatever becomes of the process.
    ///
    /// # Errors
    ///
    /// [`Error::Read`] if the reader fails, [`Error::Spool`] if there is no room.
    pub fn from_reader(name: &str, reader: impl Read, access: Access) -> Result<Source, Error> {
        let spooled = spool(name, reader, &Memory::new(SPOOL_IN_MEMORY))?;
        match spooled.failed {
            Some(error) => Err(error),
            None => Ok(Source::spooled(name, spooled.data, spooled.length, access)),
        }
    }

    /// Reads what was taken out of `whole`, as a member of an archive, to its end or until the
    /// reader fails: what came before is kept, and the [`Error::Read`] is handed back with it. It
    /// is kept in memory while `memory` has room, else in a temporary file without a name.
    ///
    /// # Errors
    ///
    /// [`Error::Spool`] if there is no room for a temporary file.
    pub fn taken_out(
        whole: &Arc<Source>,
        name: &str,
        reader: impl Read,
        memory: &Memory,
        access: Access,
    ) -> Result<(Source, Option<Error>), Error> {
        let spooled = spool(name, reader, memory)?;
        let mut source = Source::spooled(name, spooled.data, spooled.length, access);
        source.whole = Some(Arc::clone(whole));
        Ok((source, spooled.failed))
    }

    /// A run of the bytes of another source, under a name of its own. Nothing is copied.
    ///
    /// # Errors
    ///
    /// [`Error::UnexpectedEnd`] if the range is not all within the other.
    pub fn part_of(
        whole: &Arc<Source>,
        name: impl Into<String>,
        start: u64,
        length: u64,
    ) -> Result<Source, Error> {
        if start
            .checked_add(length)
            .is_none_or(|end| end > whole.len())
        {
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            return Err(whole.ends(start, length, whole.len()));
        }
        // A part of a part is one of the whole, so that however many there are, none is far from its bytes.
        let (whole, start) = match &whole.bytes {
            Bytes::Part(outer, offset) => (outer, offset + start),
            _ => (whole, start),
        };
        Ok(Source {
            name: name.into(),
            path: None,
            stamp: None,
            length,
            bytes: Bytes::Part(Arc::clone(whole), start),
            whole: Some(Arc::clone(whole)),
        })
    }

    /// A source of bytes already in memory.
    #[must_use]
    pub fn from_bytes(name: impl Into<String>, bytes: Vec<u8>) -> Source {
        Source {
            name: name.into(),
            path: None,
            stamp: None,
            length: bytes.len() as u64,
            bytes: Bytes::Memory(bytes.into()),
            whole: None,
        }
    }

    fn spooled(name: &str, data: Spooled, length: u64, access: Access) -> Source {
        Source {
            name: name.to_owned(),
            path: None,
            stamp: None,
            length,
            bytes: match data {
                Spooled::InMemory(bytes) => Bytes::Memory(bytes),
                Spooled::OnDisk(file) => Bytes::File(file, access),
            },
            whole: None,
        }
    }

    /// The name as the user gave it; bytes that are not UTF-8 are shown as U+FFFD.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Gives it another name.
    pub fn rename(&mut self, name: impl Into<String>) {
        self.name = name.into();
    }

    /// The path it was opened from; none for a stream, for bytes from memory, and for what was
    /// taken out of another source.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The path of the file that its bytes come from: its own, or that of what it was taken out
    /// of.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match &self.whole {
            Some(whole) => whole.file(),
            None => self.path(),
        }
    }

    /// Its length in bytes when it was opened.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.length
    }

    /// Whether it had no bytes when it was opened.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// When the file was last written to, as of its opening, where that is known.
    #[must_use]
    pub fn modified(&self) -> Option<SystemTime> {
        self.stamp.and_then(|stamp| stamp.modified)
    }

    /// Exactly `length` bytes from `offset`.
    ///
    /// Small files and small windows are memory; a window of 256 KiB or more of a larger file is
    /// with [`Access::Map`] a mapping of just that range, so a reader's resident memory is that of
    /// the windows it holds. To stream over a mapped file, windows of 8 MiB do best; with
    /// [`Access::Read`] 256 KiB, or [`read_exact_at`](Source::read_exact_at) into one buffer.
    ///
    /// # Errors
    ///
    /// [`Error::UnexpectedEnd`] if the range is not all within [`len`](Source::len) or the file
    /// has shrunk; [`Error::Read`] if the operating system fails.
    pub fn window(&self, offset: u64, length: usize) -> Result<Window<'_>, Error> {
        self.check_range(offset, length)?;
        match &self.bytes {
            // Within the length, which is that of the vector: the casts are exact.
            Bytes::Memory(bytes) => Ok(Window::Borrowed(&bytes[offset as usize..][..length])),
            Bytes::Part(whole, start) => whole.window(start + offset, length),
            Bytes::File(file, Access::Map) if length >= MAP_FROM => {
                // Some file systems cannot map, 32-bit address space can be full, the file may have
                // shrunk, the disk may be bad: the read succeeds, or says which.
                match map::map(file, offset, length) {
                    Ok(map) => Ok(Window::Mapped(map)),
                    Err(_) => self.read_window(offset, length),
                }
            }
            Bytes::File(..) => self.read_window(offset, length),
        }
    }

    /// Fills `buffer` with the bytes from `offset`.
    ///
    /// # Errors
    ///
    /// Those of [`Source::window`]; the buffer's content is then unspecified.
    pub fn read_exact_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), Error> {
        self.check_range(offset, buffer.len())?;
        match &self.bytes {
            Bytes::Memory(bytes) => {
                buffer.copy_from_slice(&bytes[offset as usize..][..buffer.len()]);
                Ok(())
            }
            Bytes::Part(whole, start) => whole.read_exact_at(start + offset, buffer),
            Bytes::File(file, _) => read::read_exact_at(file, offset, buffer)
                .map_err(|error| self.failed(offset, buffer.len(), error)),
        }
    }

    /// A new read-only handle of the file with a cursor of its own, for the operating system's
    /// copying and cloning; none if this is not a file with a name.
    ///
    /// # Errors
    ///
    /// Those of [`Source::open`], and [`Error::Replaced`] if the name now belongs to another file.
    pub fn reopen(&self) -> Result<Option<File>, Error> {
        let (Some(path), Some(stamp)) = (&self.path, &self.stamp) else {
            return Ok(None);
        };
        let (file, metadata) = open_regular(path, &self.name)?;
        if stamp.same_file(&Stamp::of(&metadata)) {
            Ok(Some(file))
        } else {
            Err(Error::Replaced {
                name: self.name.clone(),
            })
        }
    }

    /// What happened to the [file](Source::file) since it was opened: its length, its time of
    /// modification and, on Unix, which file has its name are compared. Bytes that do not come from
    /// a file with a name never change.
    ///
    /// A write that keeps the length within one tick of the file system's clock (milliseconds, on
    /// FAT two seconds) is not seen, nor need be one through another process's memory map, which is
    /// how SQLite writes the wal-index.
    ///
    /// # Errors
    ///
    /// [`Error::Open`] if the operating system does not tell.
    pub fn changed(&self) -> Result<Option<Change>, Error> {
        if let Some(whole) = &self.whole {
            return whole.changed();
        }
        let (Some(path), Some(stamp)) = (&self.path, &self.stamp) else {
            return Ok(None);
        };
        match fs::metadata(path) {
            Ok(metadata) if !metadata.is_file() => Ok(Some(Change::Replaced)),
            Ok(metadata) => Ok(stamp.compare(&Stamp::of(&metadata))),
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                ) =>
            {
                Ok(Some(Change::Removed))
            }
            Err(source) => Err(Error::Open {
                name: self.name.clone(),
                source,
            }),
        }
    }

    fn read_window(&self, offset: u64, length: usize) -> Result<Window<'_>, Error> {
        let mut bytes = vec![0; length];
        self.read_exact_at(offset, &mut bytes)?;
        Ok(Window::Owned(bytes))
    }

    /// Keeps every access, and every allocation, within the length at opening.
    fn check_range(&self, offset: u64, length: usize) -> Result<(), Error> {
        match offset.checked_add(length as u64) {
            Some(end) if end <= self.length => Ok(()),
            _ => Err(self.ends(offset, length, self.length)),
        }
    }

    fn failed(&self, offset: u64, length: usize, source: io::Error) -> Error {
        match &self.bytes {
            Bytes::File(file, _) if source.kind() == io::ErrorKind::UnexpectedEof => {
                let end = file.metadata().map_or(0, |metadata| metadata.len());
                self.ends(offset, length, end)
            }
            _ => Error::Read {
                name: self.name.clone(),
                offset,
                source,
            },
        }
    }

    fn ends(&self, offset: u64, length: usize, end: u64) -> Error {
        Error::UnexpectedEnd {
            name: self.name.clone(),
            offset,
            length,
            end,
        }
    }
}

/// Opens a regular file. What it is is asked for before opening, since to open a pipe waits for
/// its writer and to open a device can act on it, and again of the handle, which may be another.
fn open_regular(path: &Path, name: &str) -> Result<(File, Metadata), Error> {
    let refused = |source| Error::Open {
        name: name.to_owned(),
        source,
    };
    let regular = |metadata: &Metadata| match metadata.is_file() {
        true => Ok(()),
        false => Err(Error::NotAFile {
            name: name.to_owned(),
            found: describe(metadata.file_type()),
        }),
    };
    regular(&fs::metadata(path).map_err(refused)?)?;
    let file = File::open(path).map_err(refused)?;
    let metadata = file.metadata().map_err(refused)?;
    regular(&metadata)?;
    Ok((file, metadata))
}

fn describe(kind: FileType) -> &'static str {
    if kind.is_dir() {
        return "a directory";
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if kind.is_fifo() {
            return "a named pipe";
        } else if kind.is_socket() {
            return "a socket";
        }
    }
    "a device"
}
