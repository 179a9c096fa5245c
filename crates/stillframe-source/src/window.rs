//! A piece of a source.

use std::ops::Deref;

/// Some bytes of a [`Source`](crate::Source), however they were had. Use it as a `&[u8]`.
#[derive(Debug)]
pub enum Window<'a> {
    /// Bytes the source holds in memory anyway.
    Borrowed(&'a [u8]),
    /// Bytes read for this window.
    Owned(Vec<u8>),
    /// A mapping of just these bytes, undone when the window is dropped.
    Mapped(memmap2::Mmap),
}

impl Deref for Window<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Window::Borrowed(bytes) => bytes,
            Window::Owned(bytes) => bytes,
            Window::Mapped(map) => map,
        }
    }
}

impl AsRef<[u8]> for Window<'_> {
    fn as_ref(&self) -> &[u8] {
        self
    }
}
