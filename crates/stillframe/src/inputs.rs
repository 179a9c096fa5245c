//! From paths to backup sets.

mod aside;
mod found;
mod opened;
mod paths;
mod super_journal;
mod tied;

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use anyhow::bail;
use same_file::is_same_file;
use stillframe_format::{FileKind, identify, limits::IDENTIFY_BYTES};
use stillframe_history::Role;
use stillframe_source::{Access, Source, walk};

use crate::names::shown;
pub use found::{Found, Names};
use paths::{database_of, is_there, looks_like_database, sidecar, sidecar_of};

/// What was found below some paths.
pub struct Inputs<'a> {
    search: Search<'a>,
    places: Vec<Place>,
    /// What could not be read.
    pub failures: Vec<anyhow::Error>,
    /// Files below folders that are no part of any set.
    pub passed_over: u64,
}

/// Where a set is.
#[derive(Debug)]
enum Place {
    Stdin,
    Files {
        /// The file that was named, or the first of the set that was met.
        named: PathBuf,
        database: PathBuf,
    },
}

/// How inputs are looked for.
#[derive(Clone, Copy, Debug)]
pub struct Search<'a> {
    /// How files are read.
    pub access: Access,
    /// The WAL, where it is not beside its database.
    pub wal: Option<&'a Path>,
    /// How they are called.
    pub names: Names,
}

impl<'a> Search<'a> {
    /// The sets at and below `paths`. What cannot be read is set down, and the rest is found all the same.
    pub fn all(self, paths: &[PathBuf]) -> anyhow::Result<Inputs<'a>> {
        if self.wal.is_some() && !matches!(paths, [path] if !path.is_dir()) {
            bail!("--wal goes with one database; name one file as PATH");
        }
        for path in paths {
            self.refuse_wal(path)?;
        }
        if paths.iter().filter(|path| is_stdin(path)).count() > 1 {
            bail!("standard input can be read once; name - once");
        }
        let mut inputs = Inputs {
            search: self,
            places: Vec::new(),
            failures: Vec::new(),
            passed_over: 0,
        };
        let mut databases = HashSet::new();
        for path in paths {
            if is_stdin(path) {
                inputs.places.push(Place::Stdin);
            } else if path.is_dir() {
                self.below(path, &mut databases, &mut inputs);
            } else {
                inputs.take(path.clone(), database_of(path), &mut databases);
            }
        }
        Ok(inputs)
    }

    /// The one set that `path` is a file of.
    pub fn one(self, path: &Path) -> anyhow::Result<Found> {
        self.refuse_wal(path)?;
        if is_stdin(path) {
            return self.stdin();
        }
        if path.is_dir() {
            bail!("{} is a folder; name one database or WAL", shown(path));
        }
        self.at(path, &database_of(path))
    }

    /// Refuses a `--wal` that cannot be the WAL of what `path` names.
    fn refuse_wal(self, path: &Path) -> anyhow::Result<()> {
        let Some(wal) = self.wal else {
            return Ok(());
        };
        if is_stdin(wal) {
            bail!("--wal takes no standard input; name a file, or ./- for one of that name");
        }
        let database = database_of(path);
        // By whatever names, and links.
        if is_same_file(&database, wal).unwrap_or(false) {
            let (wal, database) = (shown(wal), shown(&database));
            bail!("--wal {wal} is {database} itself; name the WAL of a database");
        }
        Ok(())
    }

    fn stdin(self) -> anyhow::Result<Found> {
        let source = Source::stdin(self.access)?;
        let role = role_of_content(&source)?;
        let mut found = Found::empty(self.names);
        found.add(role, source);
        self.add_wal(&mut found)?;
        Ok(found)
    }

    /// The set of `database`, of which `named` is the file that was named and has to be there. Only a database may be
    /// missing where a sidecar is not: SQLite would make a new one and delete the WAL.
    fn at(mut self, named: &Path, database: &Path) -> anyhow::Result<Found> {
        let mut found = Found::empty(self.names);
        let beside = |role| sidecar_of(database, role);
        // A wal-index or a journal is there while somebody has the database open, who may cut a file of it short: a
        // mapping would not survive that.
        if is_there(&beside(Role::WalIndex)) || is_there(&beside(Role::Journal)) {
            self.access = Access::Read;
        }
        let is_left_out =
            || !is_there(named) && Role::SIDECARS.into_iter().any(|r| is_there(&beside(r)));
        if named == database && !is_left_out() {
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
            if sidecar(database, role) == named {
                found.add(role, Source::open(named, self.access)?);
            } else {
                self.add_if_there(&mut found, role, &beside(role))?;
            }
        }
        self.add_wal(&mut found)?;
        super_journal::look_for(&mut found.set, database, self.names)?;
        Ok(found)
    }

    fn add_wal(self, found: &mut Found) -> anyhow::Result<()> {
        if let Some(wal) = self.wal {
            found.sources.retain(|(role, _)| *role != Role::Wal);
            found.add(Role::Wal, Source::open(wal, self.access)?);
            found.wal = Some(wal.to_path_buf());
        }
        Ok(())
    }

    fn add_if_there(self, found: &mut Found, role: Role, path: &Path) -> anyhow::Result<()> {
        if is_there(path) {
            found.add(role, Source::open(path, self.access)?);
        }
        Ok(())
    }

    /// The sets below a folder: every database, by content, by a name that databases have, or by a sidecar beside it.
    fn below(self, folder: &Path, databases: &mut HashSet<PathBuf>, inputs: &mut Inputs<'_>) {
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
                    let named = parts.first().unwrap_or(&database).clone();
                    inputs.take(named, database, databases);
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

impl Inputs<'_> {
    /// How many sets there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// The sets, in the order of the paths and by name below a folder. Each is opened in its turn: a folder may hold
    /// more files than a process may have open.
    pub fn sets(&self) -> impl Iterator<Item = anyhow::Result<Found>> {
        self.places.iter().map(|place| match place {
            Place::Stdin => self.search.stdin(),
            Place::Files { named, database } => self.search.at(named, database),
        })
    }

    fn take(&mut self, named: PathBuf, database: PathBuf, databases: &mut HashSet<PathBuf>) {
        if databases.insert(database.clone()) {
            self.places.push(Place::Files { named, database });
        }
    }
}

fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
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
