//! Output that is complete or not there.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use same_file::is_same_file;
use stillframe_history::Error as HistoryError;
use tempfile::NamedTempFile;

use crate::interrupt::{Guard, guarded};
use crate::names::shown;

/// What SQLite appends to a database's name for the files it keeps beside it.
const SIDECARS: [&str; 3] = ["-wal", "-journal", "-shm"];

/// How an [`Output`] is made.
#[derive(Clone, Copy, Debug, Default)]
pub struct OutputOptions<'a> {
    /// Replace an existing file.
    pub force: bool,
    /// The output is a database: files that SQLite would apply to it must not be beside it.
    pub database: bool,
    /// Begin with the content of this file, if the file system can share it without copying.
    pub clone_of: Option<&'a Path>,
}

/// A file being written that appears under its final name only when it is complete. It is written
/// under another name in the same folder, and removed if it is dropped or interrupted before.
#[derive(Debug)]
pub struct Output {
    // Dropped, and so removed, before its guard.
    temporary: NamedTempFile,
    guard: Guard,
    target: PathBuf,
    cloned: bool,
    force: bool,
    database: bool,
}

impl Output {
    /// Begins the output `target`, made from `inputs`.
    ///
    /// # Errors
    ///
    /// Refuses, each time with one line that says what to do: standard output; a target that exists (unless
    /// `force`) or is no regular file; that is one of `inputs`, by whatever name, or what SQLite
    /// keeps beside one; whose own sidecars are there already, if it is a database; and a folder
    /// that is missing or cannot be written to.
    pub fn create(
        target: &Path,
        inputs: &[&Path],
        options: OutputOptions<'_>,
    ) -> anyhow::Result<Output> {
        ensure!(
            target != Path::new("-"),
            "the output cannot be standard output; name a file, or ./- for one of that name"
        );
        refuse_special(target)?;
        inputs
            .iter()
            .try_for_each(|input| refuse_itself(target, input))?;
        for input in inputs {
            refuse_beside(target, input)?;
        }
        refuse_existing(target, options.force)?;
        if options.database {
            refuse_sidecars(target)?;
        }
        let folder = folder_of(target);
        ensure!(
            folder.is_dir(),
            "the folder {} does not exist; create it first, or choose another for the output",
            shown(folder)
        );
        let mut kept = None;
        let mut cloned = false;
        let temporary = tempfile::Builder::new()
            .prefix(".stillframe-")
            .make_in(folder, |path| {
                let ((file, is_clone), guard) =
                    guarded(path, || create_file(path, options.clone_of))?;
                cloned = is_clone;
                kept = Some(guard);
                Ok(file)
            })
            .with_context(|| {
                format!(
                    "cannot write in the folder {}; choose another for the output",
                    shown(folder)
                )
            })?;
        Ok(Output {
            guard: kept.context("no name was tried for the temporary file")?,
            temporary,
            target: target.to_path_buf(),
            cloned,
            force: options.force,
            database: options.database,
        })
    }

    /// Whether the file began as a clone of `clone_of`; otherwise it began empty.
    #[must_use]
    pub fn cloned(&self) -> bool {
        self.cloned
    }

    /// The file to write, open for reading as well.
    pub fn file(&mut self) -> &mut File {
        self.temporary.as_file_mut()
    }

    /// Where the file is until it is committed, to read it back.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.temporary.path()
    }

    /// The error of whoever made what is written: in the same words for every output where it could not be written, and
    /// else under its name.
    #[must_use]
    pub fn failed(&self, error: anyhow::Error) -> anyhow::Error {
        let name = shown(&self.target);
        let unwritten = |error: io::Error| {
            anyhow::Error::new(error)
                .context(format!("{name}: cannot be written, and nothing was made"))
        };
        match error.downcast::<io::Error>() {
            Ok(error) => unwritten(error),
            Err(error) => match error.downcast::<HistoryError>() {
                Ok(HistoryError::Write(error)) => unwritten(error),
                Ok(error) => anyhow::Error::new(error).context(name),
                Err(error) => error,
            },
        }
    }

    /// Gives the complete file its name: its bytes reach the disk before its name does, and the
    /// name does before this returns.
    ///
    /// # Errors
    ///
    /// If the disk is full or fails, or if meanwhile there is a file of that name (unless `force`)
    /// or a sidecar of it. Nothing is left behind.
    pub fn commit(self) -> anyhow::Result<()> {
        self.temporary
            .as_file()
            .sync_all()
            .map_err(|error| self.failed(error.into()))?;
        let target = self.target;
        let name = shown(&target);
        if self.database {
            refuse_sidecars(&target)?;
        }
        let renamed = match self.force {
            true => self
                .temporary
                .persist(&target)
                .map_err(|failed| failed.error),
            false => rename_new(self.temporary, &target),
        };
        match renamed {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => bail!(
                "{name} was made by another while this ran and is left as it is; choose another \
                 name, or replace it with --force"
            ),
            renamed => renamed.with_context(|| format!("cannot give {name} its name"))?,
        };
        drop(self.guard);
        sync_folder(folder_of(&target))
            .with_context(|| format!("{name} is complete, but its name may not survive a crash"))
    }
}

/// Creates `path`, new, with the permissions of any new file, empty or as a clone.
fn create_file(path: &Path, clone_of: Option<&Path>) -> io::Result<(File, bool)> {
    let create = || {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true).open(path)
    };
    let file = create()?;
    // The crate calls its cloning on Windows untested: a wrong clone would be a wrong output.
    let Some(original) = clone_of.filter(|_| cfg!(unix)) else {
        return Ok((file, false));
    };
    let permissions = file.metadata()?.permissions();
    drop(file);
    fs::remove_file(path)?;
    if reflink_copy::reflink(original, path).is_err() {
        return Ok((create()?, false));
    }
    // A clone has the permissions of its original, which may forbid to write it.
    fs::set_permissions(path, permissions)
        .and_then(|()| OpenOptions::new().read(true).write(true).open(path))
        .map(|file| (file, true))
        .inspect_err(|_| {
            let _ = fs::remove_file(path);
        })
}

/// Renames to a name that is not taken: by a rename that does not replace, or by a hard link.
/// Where the file system has neither, the name is first taken with an empty file, which cannot be
/// done twice, and this is replaced.
fn rename_new(temporary: NamedTempFile, target: &Path) -> io::Result<File> {
    let failed = match temporary.persist_noclobber(target) {
        Err(failed) if failed.error.kind() != io::ErrorKind::AlreadyExists => failed,
        renamed => return renamed.map_err(|failed| failed.error),
    };
    File::create_new(target)?;
    failed.file.persist(target).map_err(|failed| {
        let _ = fs::remove_file(target);
        failed.error
    })
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    use io::ErrorKind::{InvalidInput, Unsupported};
    match File::open(folder)?.sync_all() {
        // Some network file systems have no such thing.
        Err(error) if matches!(error.kind(), InvalidInput | Unsupported) => Ok(()),
        synced => synced,
    }
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

fn refuse_existing(target: &Path, force: bool) -> anyhow::Result<()> {
    let name = shown(target);
    if target.is_dir() || target.file_name().is_none() {
        bail!("{name} is a folder; name a file in it for the output");
    }
    let file = target.file_name().map(OsStr::as_encoded_bytes);
    if cfg!(windows) && file.is_some_and(|file| file.contains(&b':')) {
        // `app.db:x` is a stream of `app.db`: to make it would change that file.
        bail!("{name} is a part of another file; choose another name for the output");
    }
    // Does not follow links: a dangling one would be replaced too.
    if fs::symlink_metadata(target).is_ok() && !force {
        bail!("{name} exists; choose another name, or replace it with --force");
    }
    Ok(())
}

/// Refuses a target that is there and no regular file: whoever opens a pipe waits for its other end.
fn refuse_special(target: &Path) -> anyhow::Result<()> {
    // Follows links, so that /dev/stdout is what it leads to.
    let kind = fs::metadata(target).map(|metadata| metadata.file_type());
    let is_special = kind.is_ok_and(|kind| !kind.is_file() && !kind.is_dir());
    ensure!(
        !is_special,
        "{} is not a regular file; the output has to be one, choose another name",
        shown(target)
    );
    Ok(())
}

/// Refuses a target that is `input`, under this name or any other.
fn refuse_itself(target: &Path, input: &Path) -> anyhow::Result<()> {
    if is_same(target, input) {
        let (target, input) = (shown(target), shown(input));
        let what = match target == input {
            true => format!("{target} is an input"),
            // By a link, or another way to write its path.
            false => format!("{target} and the input {input} are one file"),
        };
        bail!("{what}, which is never written to; choose another name for the output");
    }
    Ok(())
}

/// Refuses a target that is a sidecar of `input`, under this name or any other, or that SQLite would take for one.
fn refuse_beside(target: &Path, input: &Path) -> anyhow::Result<()> {
    // SQLite follows links: the sidecars are beside the file itself.
    let itself = fs::canonicalize(input).ok();
    for database in [Some(input), itself.as_deref()].into_iter().flatten() {
        for suffix in SIDECARS {
            ensure!(
                !is_same(target, &appended(database, suffix)),
                "SQLite would take {} for the {suffix} file of the input {}; choose another name \
                 for the output",
                shown(target),
                shown(input)
            );
        }
        // SQLite names a super-journal after one of its databases. Whether it is there decides what becomes of journals.
        let name = |path: &Path| {
            path.file_name()
                .map(OsStr::as_encoded_bytes)
                .map(<[u8]>::to_vec)
        };
        let (Some(written), Some(mut read)) = (name(target), name(database)) else {
            continue;
        };
        read.extend(b"-mj");
        let written = folded(&written, FOLDING);
        ensure!(
            !written.starts_with(&folded(&read, FOLDING)),
            "SQLite would take {} for a super-journal of the input {}; choose another name for the output",
            shown(target),
            shown(input)
        );
    }
    Ok(())
}

/// Refuses a target beside which there are files that belong, for SQLite, to its name.
fn refuse_sidecars(target: &Path) -> anyhow::Result<()> {
    for suffix in SIDECARS {
        let sidecar = appended(target, suffix);
        ensure!(
            fs::symlink_metadata(&sidecar).is_err(),
            "{} exists, and SQLite would apply it to the new {}; move it away, or choose another \
             name for the output",
            shown(&sidecar),
            shown(target)
        );
    }
    Ok(())
}

/// Whether two paths are the same file or, where there is none yet, the same name in one folder.
fn is_same(one: &Path, other: &Path) -> bool {
    is_same_file(one, other).unwrap_or_else(|_| {
        same_name(one.file_name(), other.file_name())
            && is_same_file(folder_of(one), folder_of(other)).unwrap_or(false)
    })
}

fn same_name(one: Option<&OsStr>, other: Option<&OsStr>) -> bool {
    let folded = |name: &OsStr| folded(name.as_encoded_bytes(), FOLDING);
    one.is_some() && one.map(folded) == other.map(folded)
}

/// What a file system does to names.
#[derive(Clone, Copy)]
struct Folding {
    /// Upper and lower case are the same.
    case: bool,
    /// Dots and spaces at the end do not count.
    end: bool,
}

/// What those of this system do, as far as names may be taken for the same.
const FOLDING: Folding = Folding {
    case: cfg!(any(windows, target_vendor = "apple")),
    end: cfg!(windows),
};

/// A name such that two that a file system takes for the same are the same.
fn folded(name: &[u8], folding: Folding) -> Vec<u8> {
    let mut name = match folding.case {
        true => name.to_ascii_lowercase(),
        false => name.to_vec(),
    };
    while folding.end && matches!(name.last(), Some(b'.' | b' ')) {
        name.pop();
    }
    name
}

fn appended(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests;
