//! Named bytes from files, directories and standard input, read without changing them.
//!
//! A [`Source`] is a run of bytes with a name: a file, what came in on standard input, or bytes
//! already in memory. It is asked for [windows](Source::window) of itself, so a file of any size
//! is read with little memory; it is never written to, locked or truncated, and nothing appears
//! beside it. [`walk`] lists the files and links below a directory in a fixed order.
//!
//! ```
//! use std::path::Path;
//! use stillframe_source::{Access, Source};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("app.db");
//! # let path: &Path = path.as_path();
//! std::fs::write(path, b"SQLite format 3\0 and the rest of the file")?;
//!
//! let source = Source::open(path, Access::Map)?;
//! let window = source.window(0, 16)?;
//! assert_eq!(&*window, b"SQLite format 3\0");
//!
//! // Never more than there is: the end of the file is an error that names the offset.
//! let error = source.window(source.len() - 4, 8).unwrap_err();
//! assert!(error.to_string().contains("ends at 0x29"));
//!
//! // Did anybody write to the file while it was read?
//! assert_eq!(source.changed()?, None);
//! # Ok(())
//! # }
//! ```
//!
//! # Never open a database your own process has open
//!
//! **Do not open a database, WAL or wal-index through this crate in a process that has the same
//! file open through SQLite.** SQLite's locks are POSIX advisory locks, and POSIX drops *all* of
//! a process's locks on a file as soon as the process closes *any* descriptor of that file. To
//! open and drop a [`Source`] is enough: the SQLite connections of the process go on, believing
//! that they still hold their locks, and another process may write in between and **corrupt the
//! database**. Reading from another process is safe, which is why the command line is.
//!
//! # Mapped files that shrink
//!
//! With [`Access::Map`] the large windows of a file are memory maps. If another process truncates
//! the file, or the disk fails, while such a window is in use, the operating system ends this
//! process (`SIGBUS` on Unix, an in-page error on Windows). The length is checked right before
//! every mapping, which leaves the time in which the window is held. On Windows a mapped file
//! cannot be truncated at all, so its owner's attempt fails. For files that others may be writing,
//! and for file systems that come and go, open with [`Access::Read`]: it gives errors instead.

#![deny(unsafe_code)]

mod change;
mod error;
mod map;
mod read;
mod source;
mod spool;
#[cfg(test)]
mod tests;
mod walk;
mod window;

pub use change::Change;
pub use error::Error;
pub use source::{Access, Source};
pub use spool::Memory;
pub use walk::{Walked, walk};
pub use window::Window;
