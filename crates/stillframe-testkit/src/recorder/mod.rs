//! A disk in memory on which real SQLite works, and of which every operation is kept: so the files can be had as they
//! were at any moment, which is how a process that is killed leaves them, or a machine that loses power.
//!
//! There is one disk a thread, and no locks: connections of one thread are told that nobody is in their way.

use std::cell::RefCell;
use std::collections::BTreeMap;

use rusqlite::{Connection, OpenFlags};

mod vfs;

#[cfg(test)]
mod tests;

/// Files by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Disk {
    /// Their bytes.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// Something that was done to a file, or to the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// A file came to be, empty.
    Create(String),
    /// Bytes were written.
    Write {
        /// Into this file.
        name: String,
        /// From this byte on.
        offset: usize,
        /// What was written.
        bytes: Vec<u8>,
    },
    /// A file was cut or grew to so many bytes.
    Truncate {
        /// The file.
        name: String,
        /// Its new length.
        length: usize,
    },
    /// What was written to a file reached the disk.
    Sync(String),
    /// A file went.
    Delete(String),
}

impl Disk {
    /// Does an operation to the files.
    pub fn apply(&mut self, operation: &Operation) {
        match operation {
            Operation::Create(name) => {
                self.files.entry(name.clone()).or_default();
            }
            Operation::Write {
                name,
                offset,
                bytes,
            } => {
                let file = self.files.entry(name.clone()).or_default();
                let end = offset + bytes.len();
                file.resize(file.len().max(end), 0);
                file[*offset..end].copy_from_slice(bytes);
            }
            Operation::Truncate { name, length } => {
                self.files
                    .entry(name.clone())
                    .or_default()
                    .resize(*length, 0);
            }
            Operation::Sync(_) => {}
            Operation::Delete(name) => {
                self.files.remove(name);
            }
        }
    }
}

/// What was done to a disk.
#[derive(Clone, Debug)]
pub struct Recording {
    before: Disk,
    operations: Vec<Operation>,
    /// The disk at the end.
    pub after: Disk,
}

impl Recording {
    /// What was done, in order.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// The disk at the beginning, and after each operation: how a process leaves it that is killed there.
    pub fn moments(&self) -> impl Iterator<Item = Disk> {
        let mut disk = self.before.clone();
        let after = self.operations.iter().map(move |operation| {
            disk.apply(operation);
            disk.clone()
        });
        std::iter::once(self.before.clone()).chain(after)
    }
}

/// What the device is like.
#[derive(Clone, Copy, Debug)]
pub struct Device {
    /// Bytes of a sector, which are those of a journal's header.
    pub sector: u32,
    /// Whether bytes beside those that are written stay as they are, whatever happens: then SQLite counts on sectors of
    /// 512 bytes.
    pub is_powersafe: bool,
}

impl Default for Device {
    fn default() -> Self {
        Self {
            sector: 4096,
            is_powersafe: true,
        }
    }
}

/// Runs what opens files by [`open`] on a disk, and gives what was done to it. Connections have to be closed, or leaked,
/// before it ends.
pub fn record(before: &Disk, device: Device, run: impl FnOnce()) -> Recording {
    STATE.set(State {
        disk: before.clone(),
        operations: Vec::new(),
        device,
    });
    run();
    let state = STATE.take();
    Recording {
        before: before.clone(),
        operations: state.operations,
        after: state.disk,
    }
}

/// Opens a database of the disk of this thread; a new one if there is none of this name.
pub fn open(name: &str) -> rusqlite::Result<Connection> {
    vfs::register();
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags_and_vfs(name, flags, vfs::NAME)
}

/// The disk of a thread.
#[derive(Default)]
struct State {
    disk: Disk,
    operations: Vec<Operation>,
    device: Device,
}

impl State {
    /// Does it, and keeps it. Temporary files of SQLite's, which have no name, are no part of what is left.
    fn act(&mut self, operation: Operation) {
        self.disk.apply(&operation);
        let (Operation::Create(name)
        | Operation::Write { name, .. }
        | Operation::Truncate { name, .. }
        | Operation::Sync(name)
        | Operation::Delete(name)) = &operation;
        if !name.starts_with(vfs::TEMPORARY) {
            self.operations.push(operation);
        }
    }
}

thread_local! {
    static STATE: RefCell<State> = RefCell::new(State::default());
}
