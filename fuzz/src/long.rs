//! A database file that is longer than memory should be.

use std::io;

use stillframe_history::{Bytes, Window};

/// Bytes that begin as they do and go on with zeros.
pub(crate) struct Long {
    pub(crate) start: Vec<u8>,
    pub(crate) length: u64,
}

impl Bytes for Long {
    fn len(&self) -> u64 {
        self.length
    }

    fn window(&self, offset: u64, length: usize) -> io::Result<Window<'_>> {
        let mut bytes = vec![0; length];
        self.read_exact_at(offset, &mut bytes)?;
        Ok(Window::Kept(Box::new(bytes)))
    }

    fn read_exact_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let end = offset.checked_add(buffer.len() as u64);
        if end.is_none_or(|end| end > self.length) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        let held = self.start.get(start..).unwrap_or_default();
        buffer.fill(0);
        for (to, from) in buffer.iter_mut().zip(held) {
            *to = *from;
        }
        Ok(())
    }
}
