use std::fmt;
use std::io;
use std::ops::{Deref, Range};

/// Bytes at rest that can be read at any offset: a file, or memory.
pub trait Bytes: Send + Sync {
    /// How many there are.
    fn len(&self) -> u64;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All of them, where they are in memory.
    fn in_memory(&self) -> Option<&[u8]> {
        None
    }

    /// Exactly `length` bytes from `offset` on, without a copy where that can be had.
    ///
    /// # Errors
    /// They could not be read, or there are fewer.
    fn window(&self, offset: u64, length: usize) -> io::Result<Window<'_>>;

    /// Fills `buffer` with the bytes from `offset` on.
    ///
    /// # Errors
    /// They could not be read, or there are fewer.
    fn read_exact_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()>;

    /// The next bytes from `offset` on, up to `end`, that need to be looked at: what lies between `offset` and them is
    /// known to be zeros, as in a hole of a sparse file. An empty range at `end`: all of it is. Nothing is known by
    /// default; [`stored`](crate::stored) asks the operating system.
    fn stored(&self, offset: u64, end: u64) -> Range<u64> {
        offset..end
    }
}

/// Some bytes of a [`Bytes`].
pub enum Window<'a> {
    /// Bytes in memory.
    Borrowed(&'a [u8]),
    /// Bytes that something else keeps: a buffer, or a mapping.
    Kept(Box<dyn AsRef<[u8]> + Send + 'a>),
}

impl Deref for Window<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Borrowed(bytes) => bytes,
            Self::Kept(bytes) => (**bytes).as_ref(),
        }
    }
}

/// Bytes with the name by which their user knows them.
pub struct Input {
    /// The name.
    pub name: String,
    /// The bytes.
    pub bytes: Box<dyn Bytes>,
}

impl Input {
    /// `bytes`, named `name`.
    pub fn new(name: impl Into<String>, bytes: impl Bytes + 'static) -> Self {
        Self {
            name: name.into(),
            bytes: Box::new(bytes),
        }
    }
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} bytes)", self.name, self.bytes.len())
    }
}

impl Bytes for Vec<u8> {
    fn len(&self) -> u64 {
        self.as_slice().len() as u64
    }

    fn in_memory(&self) -> Option<&[u8]> {
        Some(self)
    }

    fn window(&self, offset: u64, length: usize) -> io::Result<Window<'_>> {
        slice(self, offset, length).map(Window::Borrowed)
    }

    fn read_exact_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        buffer.copy_from_slice(slice(self, offset, buffer.len())?);
        Ok(())
    }
}

fn slice(bytes: &[u8], offset: u64, length: usize) -> io::Result<&[u8]> {
    usize::try_from(offset)
        .ok()
        .and_then(|start| bytes.get(start..start.checked_add(length)?))
        .ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}
