//! The files beside a database, in its folder or in its archive.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use stillframe_journal::super_journal::MAX_CHILDREN_BYTES;
use stillframe_source::Source;

use super::archive::{self, Members};

/// Where the files beside a database are.
pub enum Beside<'a> {
    /// In its folder.
    OnDisk,
    /// In the archive that it is in, which has this path.
    InArchive(&'a Members, &'a Path),
}

impl Beside<'_> {
    /// The path that a file of that name has there.
    pub fn path(&self, database: &Path, name: &OsStr) -> PathBuf {
        match self {
            Self::OnDisk => database.with_file_name(name),
            Self::InArchive(_, archive) => archive::beside(archive, database, name),
        }
    }

    /// Whether anything is at `place`, and the bytes of it if it is a file.
    pub fn length(&self, place: &Path) -> Option<Option<u64>> {
        match self {
            // As SQLite asks for it on Unix: by what a link leads to.
            Self::OnDisk => {
                let found = fs::metadata(place).ok()?;
                Some(found.is_file().then_some(found.len()))
            }
            Self::InArchive(members, _) => Some(Some(members.super_journal(place)?.len())),
        }
    }

    /// What stands in it, if it is a file itself, and no longer than SQLite writes one: neither a pipe is waited for, nor
    /// a link followed to what is none of a backup's.
    pub fn read_short(&self, place: &Path) -> anyhow::Result<Option<Vec<u8>>> {
        match self {
            Self::OnDisk => {
                let is_short = fs::symlink_metadata(place)
                    .is_ok_and(|found| found.is_file() && found.len() <= MAX_CHILDREN_BYTES as u64);
                Ok(is_short.then(|| fs::read(place)).transpose()?)
            }
            Self::InArchive(members, _) => {
                let source = members.super_journal(place);
                let short = source.filter(|source| source.len() <= MAX_CHILDREN_BYTES as u64);
                let whole = |source: &Source| {
                    source
                        .window(0, source.len() as usize)
                        .map(|bytes| bytes.to_vec())
                };
                Ok(short.map(whole).transpose()?)
            }
        }
    }

    pub fn has(&self, path: &Path) -> bool {
        match self {
            Self::OnDisk => path.exists(),
            Self::InArchive(members, _) => members.has(path),
        }
    }

    /// Whether a name is the path of a file of the name `last` beside the database, as SQLite makes such a path. What is
    /// in an archive was somewhere else.
    pub fn is_path_of(&self, name: &[u8], database: &Path, last: &OsStr) -> bool {
        match self {
            Self::OnDisk => is_path_of(name, database, last),
            Self::InArchive(..) => false,
        }
    }
}

/// Whether a name is the path of a file of the name `last` beside the database, as SQLite makes such a path.
fn is_path_of(name: &[u8], database: &Path, last: &OsStr) -> bool {
    let place = full_path(database).map(|database| database.with_file_name(last));
    place.is_ok_and(|place| {
        let place = place.as_os_str().as_encoded_bytes();
        match cfg!(windows) {
            true => place.eq_ignore_ascii_case(name),
            false => place == name,
        }
    })
}

/// The path of a database as SQLite makes it (`unixFullPathname` in `os_unix.c`, which follows links).
#[cfg(not(windows))]
fn full_path(database: &Path) -> io::Result<PathBuf> {
    fs::canonicalize(database)
}

/// The path of a database as SQLite makes it: `winFullPathname` in `os_win.c` follows no link, and a path that has been
/// followed to its end would begin with `\\?\`.
#[cfg(windows)]
fn full_path(database: &Path) -> io::Result<PathBuf> {
    std::path::absolute(database)
}
