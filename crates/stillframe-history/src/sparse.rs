use std::fs::File;
use std::ops::Range;

use stillframe_format::ByteRange;

use crate::Input;

/// The next bytes of `file` from `offset` on, up to `end`, that are stored: the holes of a sparse file need be neither
/// copied nor read. Where the system does not tell, that is all of them; only Linux is asked. The cursor of the file is
/// moved.
#[cfg(target_os = "linux")]
pub fn stored(file: &File, offset: u64, end: u64) -> Range<u64> {
    use rustix::fs::{SeekFrom, seek};
    use rustix::io::Errno;
    match seek(file, SeekFrom::Data(offset)) {
        Ok(start) if start < end => {
            let hole = seek(file, SeekFrom::Hole(start));
            start..hole.map_or(end, |hole| hole.clamp(start + 1, end))
        }
        // Nothing is stored before the end, unless the file has become shorter: whoever reads it will be told.
        Ok(_) => end..end,
        Err(Errno::NXIO) if file.metadata().is_ok_and(|file| file.len() >= end) => end..end,
        Err(_) => offset..end,
    }
}

/// The next bytes of `file` from `offset` on, up to `end`, that are stored. The system is not asked: all of them.
#[cfg(not(target_os = "linux"))]
pub fn stored(_: &File, offset: u64, end: u64) -> Range<u64> {
    offset..end
}

/// What of an input is known to be stored. To look for its end the system may have to go through all of it, so that it is
/// asked but once for each stretch.
#[derive(Debug, Default)]
pub(crate) struct Stored(Range<u64>);

impl Stored {
    /// How many bytes at the start of `range` are known to be zeros.
    pub(crate) fn zeros(&mut self, input: &Input, range: ByteRange) -> u64 {
        let ByteRange { start, end } = range;
        if !self.0.contains(&start) {
            self.0 = input.bytes.stored(start, input.bytes.len().max(end));
        }
        self.0.start.min(end).saturating_sub(start)
    }
}
