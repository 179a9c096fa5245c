//! From paths to backup sets.

mod opened;

use std::collections::{BTreeMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::bail;
use same_file::is_same_file;
use stillframe_format::{FileKind, identify, limits::IDENTIFY_BYTES};
use stillframe_history::{BackupSet, Input, Role};
use stillframe_source::{Access, Source, walk};

use crate::names::{argument, shown};
use opened::Opened;

/// A backup set, and the files that it is read from.
pub struct Found {
    /// The set.
    pub set: BackupSet,
    sources: Vec<(Role, Arc<Source>)>,
    names: Names,
    /// The WAL that was named for it.
    wal: Option<PathBuf>,
}

/// How inputs are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// As text for people shows them: see [`shown`].
    Shown,
    /// As they are, but for bytes that are no text: for JSON, which has escapes of its own.
    Raw,
}

impl Names {
    /// What a file is called.
    pub fn name(self, path: &Path) -> String {
        match self {
            Self::Shown => shown(path),
            Self::Raw => path.to_string_lossy().into_owned(),
        }
    }
}

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

impl Found {
    /// The inputs that changed since they were opened, and how.
    pub fn changes(&self) -> Vec<(String, String)> {
        self.sources
            .iter()
            .filter_map(|(_, source)| match source.changed() {
                Ok(None) => None,
                Ok(Some(change)) => Some((self.name_of(source), change.to_string())),
                Err(error) => Some((self.name_of(source), error.to_string())),
            })
            .collect()
    }

    /// The files of the set.
    pub fn paths(&self) -> Vec<&Path> {
        self.sources
            .iter()
            .filter_map(|(_, source)| source.path())
            .collect()
    }

    /// What the set is called: by its database or, where there is none, by its WAL.
    pub fn name(&self) -> &str {
        let input = self.set.database.as_ref().or(self.set.wal.as_ref());
        input.map_or("", |input| &input.name)
    }

    /// What names the set on a command line.
    pub fn arguments(&self) -> String {
        let first = self.sources.first().map(|(_, source)| source.as_ref());
        let source = self.database().or(self.source(Role::Wal)).or(first);
        let path = source.and_then(Source::path).unwrap_or(Path::new("-"));
        let mut arguments = argument(path);
        if let Some(wal) = self.wal.as_ref().filter(|wal| **wal != path) {
            arguments.push_str(" --wal ");
            arguments.push_str(&argument(wal));
        }
        arguments
    }

    /// Whether SQLite finds the WAL by the name of the database: it is `X-wal`, beside the `X` that is here or not.
    pub fn wal_is_beside(&self) -> bool {
        let Some(wal) = self.source(Role::Wal).and_then(Source::path) else {
            return false;
        };
        match self.database() {
            None => sidecar(&database_of(wal), Role::Wal) == wal,
            Some(database) => database.path().is_some_and(|database| {
                // SQLite follows links.
                let itself = fs::canonicalize(database).unwrap_or_else(|_| database.to_path_buf());
                let place = sidecar(&itself, Role::Wal);
                is_same_file(&place, wal).unwrap_or_else(|_| place == wal)
            }),
        }
    }

    /// The source of the database file.
    pub fn database(&self) -> Option<&Source> {
        self.source(Role::Database)
    }

    fn source(&self, role: Role) -> Option<&Source> {
        let mut sources = self.sources.iter();
        let (_, source) = sources.find(|(its, _)| *its == role)?;
        Some(source)
    }

    /// What an input is called. Names reach text and JSON from here alone.
    fn name_of(&self, source: &Source) -> String {
        match source.path() {
            Some(path) => self.names.name(path),
            None => source.name().to_owned(),
        }
    }

    fn add(&mut self, role: Role, source: Source) {
        let source = Arc::new(source);
        let input = Input::new(self.name_of(&source), Opened::new(&source));
        self.sources.push((role, source));
        let place = match role {
            Role::Database => &mut self.set.database,
            Role::Wal => &mut self.set.wal,
            Role::WalIndex => &mut self.set.wal_index,
            Role::Journal => &mut self.set.journal,
        };
        *place = Some(input);
    }
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
        // A wal-index is there while somebody has the database open, who may cut the WAL short: a mapping would not
        // survive that.
        if is_there(&beside(Role::WalIndex)) {
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

impl Found {
    fn empty(names: Names) -> Self {
        Self {
            set: BackupSet::default(),
            sources: Vec::new(),
            names,
            wal: None,
        }
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
    let name = path.file_name().unwrap_or_default();
    Role::SIDECARS
        .into_iter()
        .find_map(|role| strip_suffix(name, role.suffix()))
        .filter(|database| !database.is_empty())
        .map_or_else(
            || path.to_path_buf(),
            |database| path.with_file_name(database),
        )
}

/// A name without its ending, also where it is not UTF-8.
#[cfg(unix)]
fn strip_suffix<'a>(name: &'a OsStr, suffix: &str) -> Option<&'a OsStr> {
    use std::os::unix::ffi::OsStrExt as _;
    let start = name.as_bytes().strip_suffix(suffix.as_bytes())?;
    Some(OsStr::from_bytes(start))
}

#[cfg(not(unix))]
fn strip_suffix<'a>(name: &'a OsStr, suffix: &str) -> Option<&'a OsStr> {
    name.to_str()?.strip_suffix(suffix).map(OsStr::new)
}

fn sidecar(database: &Path, role: Role) -> PathBuf {
    let mut path = OsString::from(database);
    path.push(role.suffix());
    path.into()
}

/// The path of a sidecar. Where the name of the database is a link, SQLite looks beside the file that it leads to; what
/// lies beside the link is taken where nothing does there, as in a store that keeps each file under a name of its own.
fn sidecar_of(database: &Path, role: Role) -> PathBuf {
    let beside = sidecar(database, role);
    if !database.is_symlink() {
        return beside;
    }
    let Ok(itself) = fs::canonicalize(database) else {
        return beside;
    };
    let there = sidecar(&itself, role);
    if is_there(&there) && !is_same_file(&there, &beside).unwrap_or(false) {
        there
    } else {
        beside
    }
}

/// Whether there is anything of that name. A link that leads nowhere is there: to pass over it would be to pass over a
/// WAL.
fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
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
