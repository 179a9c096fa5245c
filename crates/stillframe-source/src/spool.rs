//! What comes from a stream: in memory while there is room for it, else in a temporary file.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::Error;

/// Bytes read at a time.
const CHUNK: usize = 64 * 1024;

/// How much of what comes from streams may be in memory, all of it together. Clones share the room;
/// it is given back when a source is dropped.
#[derive(Clone, Debug)]
pub struct Memory(Arc<AtomicU64>);

impl Memory {
    /// Room for `bytes`.
    #[must_use]
    pub fn new(bytes: u64) -> Memory {
        Memory(Arc::new(AtomicU64::new(bytes)))
    }

    /// Takes `bytes`, if there is room for them all.
    fn take(&self, bytes: u64) -> bool {
        let less = |left: u64| left.checked_sub(bytes);
        self.0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, less)
            .is_ok()
    }

    fn give_back(&self, bytes: u64) {
        self.0.fetch_add(bytes, Ordering::Relaxed);
    }
}

/// Bytes in memory, and whose room they take.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    bytes: Vec<u8>,
    room: Option<(Memory, u64)>,
}

impl Kept {
    fn of(memory: &Memory) -> Kept {
        Kept {
            bytes: Vec::new(),
            room: Some((memory.clone(), 0)),
        }
    }

    /// Appends `more`, if there is room for it.
    fn append(&mut self, more: &[u8]) -> bool {
        let needed = self.bytes.len() + more.len();
        if let Some((memory, taken)) = &mut self.room {
            if needed > self.bytes.capacity() {
                // Twice as much where there is room, so that growing costs no more than the bytes do.
                let wanted = [needed.saturating_mul(2), needed];
                let fits = |bytes: &usize| memory.take(*bytes as u64 - *taken);
                let Some(capacity) = wanted.into_iter().find(fits) else {
                    return false;
                };
                *taken = capacity as u64;
                self.bytes.reserve_exact(capacity - self.bytes.len());
            }
        }
        self.bytes.extend_from_slice(more);
        true
    }
}

impl From<Vec<u8>> for Kept {
    fn from(bytes: Vec<u8>) -> Kept {
        Kept { bytes, room: None }
    }
}

impl Deref for Kept {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        if let Some((memory, taken)) = &self.room {
            memory.give_back(*taken);
        }
    }
}

/// Where the bytes of a stream are.
pub(crate) enum Spooled {
    InMemory(Kept),
    OnDisk(File),
}

/// A stream, read to its end or as far as it could be.
pub(crate) struct Stream {
    pub(crate) data: Spooled,
    pub(crate) length: u64,
    /// Why it ends where it does, if that is not its end.
    pub(crate) failed: Option<Error>,
}

/// Keeps what `reader` gives.
///
/// # Errors
///
/// [`Error::Spool`] if there is no room for the temporary file.
pub(crate) fn spool(name: &str, mut reader: impl Read, memory: &Memory) -> Result<Stream, Error> {
    let mut data = Spooled::InMemory(Kept::of(memory));
    let mut length = 0;
    let mut failed = None;
    let mut buffer = vec![0; CHUNK];
    let full = |offset, source| Error::Spool {
        name: name.to_owned(),
        offset,
        source,
    };
    loop {
        let count = match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(source) => {
                failed = Some(Error::Read {
                    name: name.to_owned(),
                    offset: length,
                    source,
                });
                break;
            }
        };
        data.append(&buffer[..count])
            .map_err(|source| full(length, source))?;
        length += count as u64;
    }
    // Zeros at the end were passed over.
    if let Spooled::OnDisk(file) = &data {
        file.set_len(length)
            .map_err(|source| full(length, source))?;
    }
    Ok(Stream {
        data,
        length,
        failed,
    })
}

impl Spooled {
    fn append(&mut self, more: &[u8]) -> io::Result<()> {
        if let Spooled::InMemory(kept) = self {
            if kept.append(more) {
                return Ok(());
            }
            let mut file = tempfile::tempfile()?;
            file.write_all(kept)?;
            *self = Spooled::OnDisk(file);
        }
        match self {
            // What is zero takes no room on the disk.
            Spooled::OnDisk(file) if more.iter().all(|byte| *byte == 0) => {
                file.seek(SeekFrom::Current(more.len() as i64)).map(drop)
            }
            Spooled::OnDisk(file) => file.write_all(more),
            Spooled::InMemory(_) => Ok(()),
        }
    }
}
