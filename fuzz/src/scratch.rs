//! Temporary files, used again by every run of a thread.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, Write as _};

use tempfile::NamedTempFile;

/// Files without a name.
pub(crate) struct Scratch {
    /// What is written.
    pub(crate) output: File,
    /// Another handle on what is written, with a place of its own.
    pub(crate) back: File,
    /// A copy of the database file.
    pub(crate) database: File,
}

impl Scratch {
    fn new() -> io::Result<Self> {
        let output = NamedTempFile::new()?;
        Ok(Self {
            back: output.reopen()?,
            output: output.into_file(),
            database: tempfile::tempfile()?,
        })
    }
}

thread_local! {
    static SCRATCH: RefCell<Option<Scratch>> = const { RefCell::new(None) };
}

/// Does `work` with the files, which hold what they held before.
pub(crate) fn with<T>(work: impl FnOnce(&mut Scratch) -> T) -> T {
    SCRATCH.with_borrow_mut(|scratch| {
        let scratch = scratch.get_or_insert_with(|| done(Scratch::new()));
        done(scratch.back.rewind());
        work(scratch)
    })
}

/// Has a file hold `bytes`, and nothing else.
pub(crate) fn fill(file: &mut File, bytes: &[u8]) {
    done(file.set_len(0));
    done(file.rewind());
    done(file.write_all(bytes));
    done(file.rewind());
}

/// All that a file holds.
pub(crate) fn contents(file: &mut File) -> Vec<u8> {
    let mut bytes = Vec::new();
    done(file.rewind());
    done(file.read_to_end(&mut bytes));
    bytes
}

/// Another handle on a file, at the same place.
pub(crate) fn clone(file: &File) -> File {
    done(file.try_clone())
}

fn done<T>(result: io::Result<T>) -> T {
    result.unwrap_or_else(|error| panic!("a temporary file fails: {error}"))
}
