//! From paths to backup sets.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::bail;
use stillframe_format::{FileKind, identify, limits::IDENTIFY_BYTES};
use stillframe_history::{BackupSet, Bytes, Input, Role, Window};
use stillframe_source::{Access, Source, walk};

/// A backup set, and the files that it is read from.
pub struct Found {
    /// The set.
    pub set: BackupSet,
    sources: Vec<Arc<Source>>,
}

/// What was found below some paths.
#[derive(Default)]
pub struct Inputs {
    /// The sets, in the order of the paths and by name below a folder.
    pub sets: Vec<Found>,
    /// What could not be read.
    pub failures: Vec<anyhow::Error>,
    /// Files below folders that are no part of any set.
    pub passed_over: u64,
}

/// How inputs are looked for.
#[derive(Clone, Copy, Debug)]
pub struct Search<'a> {
    /// How files are read.
    pub access: Access,
    /// The WAL, where it is not beside its database.
    pub wal: Option<&'a Path>,
}

impl Found {
    /// The inputs that changed since they were opened, and how.
    pub fn changes(&self) -> Vec<(String, String)> {
        self.sources
            .iter()
            .filter_map(|source| match source.changed() {
                Ok(None) => None,
                Ok(Some(change)) => Some((source.name().to_owned(), change.to_string())),
                Err(error) => Some((source.name().to_owned(), error.to_string())),
            })
            .collect()
    }

    /// The files of the set.
    pub fn paths(&self) -> Vec<&Path> {
        self.sources
            .iter()
            .filter_map(|source| source.path())
            .collect()
    }

    /// The source of the database file.
    pub fn database(&self) -> Option<&Source> {
        let name = &self.set.database.as_ref()?.name;
        self.sources
            .iter()
            .map(AsRef::as_ref)
            .find(|source| source.name() == name)
    }

    fn add(&mut self, role: Role, source: Source) {
        let source = Arc::new(source);
        let input = Input::new(source.name(), Opened(Arc::clone(&source)));
        self.sources.push(source);
        let place = match role {
            Role::Database => &mut self.set.database,
            Role::Wal => &mut self.set.wal,
            Role::WalIndex => &mut self.set.wal_index,
            Role::Journal => &mut self.set.journal,
        };
        *place = Some(input);
    }
}

impl Search<'_> {
    /// The sets at and below `paths`. What cannot be read is set down, and the rest is found all the same.
    pub fn all(self, paths: &[PathBuf]) -> anyhow::Result<Inputs> {
        if self.wal.is_some() && !matches!(paths, [path] if !path.is_dir()) {
            bail!("--wal goes with one database; name one file as PATH");
        }
        let mut inputs = Inputs::default();
        let mut databases: Vec<PathBuf> = Vec::new();
        for path in paths {
            if path == Path::new("-") {
                match self.stdin() {
                    Ok(found) => inputs.sets.push(found),
                    Err(error) => inputs.failures.push(error),
                }
            } else if path.is_dir() {
                self.below(path, &mut databases, &mut inputs);
            } else {
                let database = database_of(path);
                if !databases.contains(&database) {
                    databases.push(database.clone());
                    inputs.take(self.at(path, &database));
                }
            }
        }
        Ok(inputs)
    }

    /// The one set that `path` is a file of.
    pub fn one(self, path: &Path) -> anyhow::Result<Found> {
        if path == Path::new("-") {
            return self.stdin();
        }
        if path.is_dir() {
            bail!("{} is a folder; name one database or WAL", path.display());
        }
        self.at(path, &database_of(path))
    }

    fn stdin(self) -> anyhow::Result<Found> {
        let source = Source::stdin(self.access)?;
        let role = role_of_content(&source)?;
        let mut found = Found::empty();
        found.add(role, source);
        self.add_wal(&mut found)?;
        Ok(found)
    }

    /// The set of `database`, of which `named` is the file that was named and has to be there.
    fn at(self, named: &Path, database: &Path) -> anyhow::Result<Found> {
        let mut found = Found::empty();
        if named == database {
            let source = Source::open(named, self.access)?;
            // A WAL under a name of its own, as `app.wal.bak`, is still a WAL.
            let role = role_of_content(&source)?;
            found.add(role, source);
            if role != Role::Database {
                return Ok(found);
            }
        } else {
            self.add_if_there(&mut found, Role::Database, database)?;
        }
        for role in Role::SIDECARS {
            let path = sidecar(database, role);
            if path == named {
                found.add(role, Source::open(named, self.access)?);
            } else {
                self.add_if_there(&mut found, role, &path)?;
            }
        }
        self.add_wal(&mut found)?;
        Ok(found)
    }

    fn add_wal(self, found: &mut Found) -> anyhow::Result<()> {
        if let Some(wal) = self.wal {
            let beside = found.set.wal.take();
            found
                .sources
                .retain(|source| beside.as_ref().is_none_or(|wal| wal.name != source.name()));
            found.add(Role::Wal, Source::open(wal, self.access)?);
        }
        Ok(())
    }

    fn add_if_there(self, found: &mut Found, role: Role, path: &Path) -> anyhow::Result<()> {
        // A link that leads nowhere is there: to pass over it would be to pass over a WAL.
        if path.symlink_metadata().is_ok() {
            found.add(role, Source::open(path, self.access)?);
        }
        Ok(())
    }

    /// The sets below a folder: every database, by content, by a name that databases have, or by a sidecar beside it.
    fn below(self, folder: &Path, databases: &mut Vec<PathBuf>, inputs: &mut Inputs) {
        let mut files: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
        for path in walk(folder) {
            match path {
                Ok(path) => files.entry(database_of(&path)).or_default().push(path),
                Err(error) => inputs.failures.push(error.into()),
            }
        }
        for (database, parts) in files {
            if databases.contains(&database) {
                continue;
            }
            match self.is_set(&database, &parts) {
                Ok(true) => {
                    let named = parts.first().unwrap_or(&database);
                    inputs.take(self.at(named, &database));
                    databases.push(database);
                }
                Ok(false) => inputs.passed_over += parts.len() as u64,
                Err(error) => inputs.failures.push(error),
            }
        }
    }

    fn is_set(self, database: &Path, parts: &[PathBuf]) -> anyhow::Result<bool> {
        if parts.len() > 1 || looks_like_database(database) {
            return Ok(true);
        }
        let Some(only) = parts.first() else {
            return Ok(false);
        };
        let kind = kind(&Source::open(only, self.access)?)?;
        Ok(matches!(
            kind,
            FileKind::Database | FileKind::Wal | FileKind::WalIndex | FileKind::Journal
        ))
    }
}

impl Found {
    fn empty() -> Self {
        Self {
            set: BackupSet::default(),
            sources: Vec::new(),
        }
    }
}

impl Inputs {
    fn take(&mut self, found: anyhow::Result<Found>) {
        match found {
            Ok(found) => self.sets.push(found),
            Err(error) => self.failures.push(error),
        }
    }
}

/// Endings of file names that databases have.
const DATABASE_ENDINGS: [&str; 6] = ["db", "db3", "sqlite", "sqlite3", "sqlitedb", "s3db"];

fn looks_like_database(path: &Path) -> bool {
    path.extension()
        .and_then(|ending| ending.to_str())
        .is_some_and(|ending| {
            DATABASE_ENDINGS
                .iter()
                .any(|known| known.eq_ignore_ascii_case(ending))
        })
}

/// The path of the database that a file belongs to by its name: its own where it is no sidecar.
fn database_of(path: &Path) -> PathBuf {
    let name = path.file_name().and_then(|name| name.to_str());
    match name.map(Role::of_name) {
        Some((Role::Database, _)) | None => path.to_path_buf(),
        Some((_, database)) => path.with_file_name(database),
    }
}

fn sidecar(database: &Path, role: Role) -> PathBuf {
    let mut path = OsString::from(database);
    path.push(role.suffix());
    path.into()
}

fn kind(source: &Source) -> anyhow::Result<FileKind> {
    let length = source.len().min(IDENTIFY_BYTES as u64) as usize;
    Ok(identify(&source.window(0, length)?, source.len()))
}

/// The role of a file whose name gives it none.
fn role_of_content(source: &Source) -> anyhow::Result<Role> {
    Ok(match kind(source)? {
        FileKind::Wal => Role::Wal,
        FileKind::WalIndex => Role::WalIndex,
        FileKind::Journal => Role::Journal,
        _ => Role::Database,
    })
}

/// A file as `history` takes it.
struct Opened(Arc<Source>);

impl Bytes for Opened {
    fn len(&self) -> u64 {
        self.0.len()
    }

    fn window(&self, offset: u64, length: usize) -> io::Result<Window<'_>> {
        match self.0.window(offset, length) {
            Ok(stillframe_source::Window::Borrowed(bytes)) => Ok(Window::Borrowed(bytes)),
            Ok(window) => Ok(Window::Kept(Box::new(window))),
            Err(error) => Err(io::Error::other(error)),
        }
    }

    fn read_exact_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.0
            .read_exact_at(offset, buffer)
            .map_err(io::Error::other)
    }
}
