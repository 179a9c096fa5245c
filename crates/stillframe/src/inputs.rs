//! From paths to backup sets.

mod ahead;
mod alike;
mod archive;
mod aside;
mod beside;
mod folder;
mod found;
mod kinds;
mod left_over;
mod links;
mod listings;
mod opened;
mod packed;
mod pairing;
mod paths;
mod place;
mod super_journal;
mod taken;
mod tied;
mod unpack;

use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};
use same_file::is_same_file;
use stillframe_check::content::Level;
use stillframe_check::render::LeftOver;
use stillframe_format::FileKind;
use stillframe_history::Role;
use stillframe_source::{Access, Source};

use crate::names::shown;
use crate::words::many;
pub use ahead::Ahead;
use archive::{Unpacked, archive_of};
use beside::Beside;
pub use found::{Found, Names};
use kinds::{kind, role_of_content};
pub use listings::SuperJournal;
use paths::{database_of, is_there, looks_like_database, sidecar, sidecar_of};
use place::Place;
use taken::Taken;

/// What was found below some paths.
pub struct Inputs<'a> {
    search: Search<'a>,
    places: Vec<Place>,
    /// What could not be read.
    pub failures: Vec<anyhow::Error>,
    /// Super-journals that were named, or met in a folder: the databases that they list and that lie beside those that were
    /// named are looked at.
    pub super_journals: Vec<SuperJournal>,
    /// Files below folders and in archives that are no part of any set.
    left_over: RefCell<LeftOver>,
    /// How many sets were found so far.
    found: Cell<u64>,
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
    /// Bytes of what is decoded that may be in memory.
    pub max_memory: u64,
    /// Whether no progress is shown.
    pub is_quiet: bool,
    /// Who looks into databases as soon as they are unpacked.
    pub ahead: Option<&'a Ahead>,
    /// Whether databases are looked into that tell of others.
    pub look: Look,
}

/// Whether databases are looked into where that tells of others, which one transaction changed with them.
#[derive(Clone, Copy, Debug)]
pub enum Look {
    /// They are not: nothing is judged.
    No,
    /// They are, as far as the level says, or their size.
    Inside(Option<Level>),
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
        let takes_stdin = |path: &&PathBuf| {
            let archive = archive_of(path);
            is_stdin(archive.as_deref().unwrap_or(path))
        };
        if paths.iter().filter(takes_stdin).count() > 1 {
            bail!("standard input can be read once; name - once");
        }
        let mut inputs = Inputs {
            search: self,
            places: Vec::new(),
            failures: Vec::new(),
            super_journals: Vec::new(),
            left_over: RefCell::default(),
            found: Cell::new(0),
        };
        let mut taken = Taken::default();
        for path in paths {
            if is_stdin(path) {
                inputs.places.push(Place::Stdin);
            } else if path.is_dir() {
                self.below(path, &mut taken, &mut inputs);
            } else if let Some(listing) = listings::at(path, self.names) {
                let listed = SuperJournal::new(path, &listing);
                for database in listed.databases_there() {
                    inputs.take(database.clone(), database, None, &mut taken);
                }
                inputs.super_journals.push(listed);
            } else if let Some(place) = self.archive(path) {
                inputs.take_packed(place, &mut taken);
            } else {
                // What is alone is paired with nothing.
                let kind = self.kind_of(path).filter(|_| paths.len() > 1);
                inputs.take(path.clone(), database_of(path), kind, &mut taken);
            }
        }
        if self.wal.is_none() {
            inputs.pair();
        }
        Ok(inputs)
    }

    /// The one set that `path` is a file of.
    pub fn one(self, path: &Path) -> anyhow::Result<Found> {
        self.refuse_wal(path)?;
        if is_stdin(path) {
            return self.stdin_sets()?.one(path, None);
        }
        if path.is_dir() {
            bail!("{} is a folder; name one database or WAL", shown(path));
        }
        match self.archive(path) {
            Some(Place::Archive {
                path, with, member, ..
            }) => {
                let unpacked = self.unpacked(&path, &with, member.as_deref())?;
                unpacked.one(&path, member.as_deref())
            }
            Some(Place::Files {
                named, database, ..
            }) => self.named(&named, &database),
            Some(Place::Stdin) | None => self.named(path, &database_of(path)),
        }
    }

    /// The set that was named alone.
    fn named(self, named: &Path, database: &Path) -> anyhow::Result<Found> {
        let mut found = self.at(named, database)?;
        self.tie_to_others(&mut found, database);
        self.tell_of_alike(&found);
        Ok(found)
    }

    /// What a file is that has no name that databases have.
    fn kind_of(self, path: &Path) -> Option<FileKind> {
        if looks_like_database(path) {
            return None;
        }
        kind(&Source::open(path, self.access).ok()?).ok()
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
        self.add_packed(&mut found, named)?;
        self.add_wal(&mut found)?;
        super_journal::look_for(&mut found.set, database, self.names, &Beside::OnDisk)?;
        Ok(found)
    }

    fn add_wal(self, found: &mut Found) -> anyhow::Result<()> {
        if let Some(wal) = self.wal {
            if archive_of(wal).is_some() {
                bail!(
                    "--wal {} is in an archive, and the database is not; unpack it, and name the file",
                    shown(wal)
                );
            }
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
}

impl Inputs<'_> {
    /// Whether there is, or may be, more than one set.
    pub fn is_several(&self) -> bool {
        let mut places = self.places.iter();
        let may_be = |place: &Place| matches!(place, Place::Archive { member: None, .. });
        self.places.len() > 1 || places.any(may_be)
    }

    /// That no set was found at all, where that is so.
    pub fn nothing(&self) -> Option<anyhow::Error> {
        if self.found.get() > 0 {
            return None;
        }
        Some(match self.left_over.borrow().count {
            0 => anyhow!("there is no database, and no file at all, below what was named"),
            files => anyhow!(
                "there is no database and no WAL, only {}",
                many(files, "other file")
            ),
        })
    }

    /// The files that are read: databases, whatever lies beside them, archives, super-journals, and a WAL that was named.
    pub fn files(&self) -> Vec<&Path> {
        let places = self.places.iter().flat_map(Place::files);
        let lists = self.super_journals.iter().map(|list| list.path.as_path());
        places.chain(self.search.wal).chain(lists).collect()
    }

    /// Files that are no part of any set, among those that were looked at so far.
    pub fn left_over(&self) -> LeftOver {
        self.left_over.borrow().clone()
    }

    /// The sets, in the order of the paths and by name below a folder or in an archive. Each is opened in its turn: a
    /// folder may hold more files than a process may have open, and archives more than goes into memory.
    pub fn sets(&self) -> impl Iterator<Item = anyhow::Result<Found>> {
        let places = self.places.iter().enumerate();
        places.flat_map(|(number, place)| {
            let sets = match place {
                Place::Stdin => self.unpacked(self.search.stdin_sets()),
                Place::Files {
                    named,
                    database,
                    paired,
                    ..
                } => {
                    let found = self.search.at(named, database).and_then(|mut found| {
                        found.place = Some(number);
                        paired
                            .iter()
                            .try_for_each(|it| it.give(&mut found, self.search.access))?;
                        if self.places.len() == 1 {
                            self.search.tell_of_alike(&found);
                        }
                        Ok(found)
                    });
                    vec![found]
                }
                Place::Archive {
                    path,
                    with,
                    member,
                    is_named,
                } => {
                    let unpacked = self.search.unpacked(path, with, member.as_deref());
                    let mut sets = self.unpacked(unpacked);
                    if sets.is_empty() && *is_named {
                        sets.push(Err(archive::nothing(
                            path,
                            member.as_deref(),
                            self.left_over.borrow().count,
                        )));
                    }
                    sets
                }
            };
            self.found.update(|found| found + sets.len() as u64);
            sets
        })
    }

    fn unpacked(&self, unpacked: anyhow::Result<Unpacked>) -> Vec<anyhow::Result<Found>> {
        match unpacked {
            Ok(unpacked) => {
                left_over::append(&mut self.left_over.borrow_mut(), unpacked.left_over);
                unpacked.sets
            }
            Err(error) => vec![Err(error)],
        }
    }

    fn take(
        &mut self,
        named: PathBuf,
        database: PathBuf,
        kind: Option<FileKind>,
        taken: &mut Taken,
    ) {
        if taken.take(&database) {
            self.places.push(Place::Files {
                named,
                database,
                kind,
                paired: None,
            });
        }
    }

    /// Takes an archive, or what goes with a file that is compressed for itself.
    fn take_packed(&mut self, place: Place, taken: &mut Taken) {
        match place {
            Place::Files {
                named,
                database,
                kind,
                ..
            } => self.take(named, database, kind, taken),
            // Files of one set are met one after the other. Several members of one archive may be named.
            Place::Archive {
                ref path,
                ref with,
                ref member,
                ..
            } if (!with.is_empty() || member.is_none()) && !taken.take(path) => {}
            place => self.places.push(place),
        }
    }
}

fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}
