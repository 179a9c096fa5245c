use std::fs::File;
use std::io;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use stillframe_history::{Bytes, Window, stored};
use stillframe_source::Source;

/// A file as `history` takes it.
pub struct Opened {
    source: Arc<Source>,
    /// A handle of its own on the file, once it is asked for.
    handle: OnceLock<Option<File>>,
}

impl Opened {
    /// The bytes of `source`.
    pub fn new(source: &Arc<Source>) -> Self {
        Self {
            source: Arc::clone(source),
            handle: OnceLock::new(),
        }
    }
}

impl Bytes for Opened {
    fn len(&self) -> u64 {
        self.source.len()
    }

    fn window(&self, offset: u64, length: usize) -> io::Result<Window<'_>> {
        match self.source.window(offset, length) {
            Ok(stillframe_source::Window::Borrowed(bytes)) => Ok(Window::Borrowed(bytes)),
            Ok(window) => Ok(Window::Kept(Box::new(window))),
            Err(error) => Err(io::Error::other(error)),
        }
    }

    fn read_exact_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.source
            .read_exact_at(offset, buffer)
            .map_err(io::Error::other)
    }

    fn stored(&self, offset: u64, end: u64) -> Range<u64> {
        // Where there is none to be had, all is read, which says what is wrong.
        let reopen = || self.source.reopen().ok().flatten();
        match self.handle.get_or_init(reopen) {
            Some(file) => stored(file, offset, end),
            None => offset..end,
        }
    }
}
