//! Positioned reads: no shared cursor, so threads may read one file at once.

use std::fs::File;
use std::io;

/// Fills `buffer` from `offset`; [`io::ErrorKind::UnexpectedEof`] if the file ends before.
#[cfg(unix)]
pub(crate) fn read_exact_at(file: &File, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buffer, offset)
}

/// Fills `buffer` from `offset`; [`io::ErrorKind::UnexpectedEof`] if the file ends before.
///
/// `seek_read` moves the handle's cursor as well, which nothing in this crate looks at. Where another process holds a
/// lock, as SQLite does on bytes of a wal-index that is in use, Windows lets nobody read; a mapping asks for no locks.
#[cfg(windows)]
pub(crate) fn read_exact_at(file: &File, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
    let mut done = 0;
    while done < buffer.len() {
        match std::os::windows::fs::FileExt::seek_read(
            file,
            &mut buffer[done..],
            offset + done as u64,
        ) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => done += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.raw_os_error() == Some(ERROR_LOCK_VIOLATION) => {
                let map = crate::map::map(file, offset, buffer.len())?;
                buffer.copy_from_slice(&map);
                return Ok(());
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(windows)]
const ERROR_LOCK_VIOLATION: i32 = 33;
