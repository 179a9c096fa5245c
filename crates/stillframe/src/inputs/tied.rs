//! Which of the inputs belong to one transaction.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use stillframe_check::{Tied, is_damaged_by_half};
use stillframe_history::{BackupSet, Child, Input, Listing, Role, SuperJournalName, Tie};
use stillframe_source::{Access, Source};

use super::archive::Members;
use super::opened::Opened;
use super::paths::{database_of, is_plain_file, is_there, os_str, paths_in, sidecar, sidecar_of};
use super::super_journal::last_part;
use super::{Found, Inputs, Look, Place, Search, listings};
use crate::progress::Bar;

/// The databases among the inputs, and what ties them.
#[derive(Default)]
pub struct Ties {
    children: Vec<Child>,
    /// Which of these each set is; `None` for one that could not be read.
    of_sets: Vec<Option<usize>>,
    ties: Vec<Tie>,
}

impl Inputs<'_> {
    /// Looks which of the sets belong to one transaction: at the end of their journals, where they have one, and at the
    /// super-journals in their folders. What cannot be read is told of when it is its turn to be checked.
    pub fn ties(&self) -> Ties {
        let children = self.places.iter().map(|place| self.child(place));
        let mut ties = Ties::of_children(children);
        let listings = self.search.tie(&mut ties);
        ties.look_inside(&listings, |number| {
            let Place::Files {
                named, database, ..
            } = self.places.get(number)?
            else {
                return None;
            };
            let found = self.search.at(named, database).ok()?;
            self.search.is_damaged(&found.set)
        });
        ties
    }

    fn child(&self, place: &Place) -> Option<Child> {
        let Place::Files {
            named, database, ..
        } = place
        else {
            return None;
        };
        let path = sidecar_of(database, Role::Journal);
        let journal = path.as_os_str().as_encoded_bytes().to_vec();
        if is_there(&path) {
            return self.search.child(named, database, journal);
        }
        let bytes = fs::metadata(database).map_or(0, |found| found.len());
        let name = self.search.names.name(database);
        Some(Child::without_journal(name, bytes, journal))
    }
}

impl Search<'_> {
    /// Looks what ties a set that was named alone to others, of which its journal or a super-journal beside it tells.
    pub(super) fn tie_to_others(self, found: &mut Found, database: &Path) {
        let journal = sidecar_of(database, Role::Journal);
        let journal = journal.as_os_str().as_encoded_bytes().to_vec();
        let own = Child::read(&found.set, journal, &()).ok();
        let mut ties = Ties::of_children([own].into_iter());
        self.tie(&mut ties);
        found.tied = ties.tied(0, &mut found.set);
    }

    /// Ties databases, and others in their folders that may belong to them, and gives the super-journals that lie there.
    fn tie(self, ties: &mut Ties) -> Vec<Listing> {
        let others = self.others_of(&ties.children);
        ties.children.extend(others);
        let journals = ties.children.iter();
        let journals = journals.filter_map(|child| os_str(&child.journal).map(Path::new));
        let listings = listings::beside(journals, self.names);
        ties.tie(&listings);
        listings
    }

    /// The databases in the folders of `children` whose journals tell of them. Each folder is gone through once.
    fn others_of(self, children: &[Child]) -> Vec<Child> {
        let known: HashSet<&[u8]> = children.iter().map(|child| &*child.journal).collect();
        let mut folders: BTreeMap<&Path, Sought<'_>> = BTreeMap::new();
        for child in children {
            let journal = os_str(&child.journal).map(Path::new);
            if let Some((journal, folder)) = journal.and_then(|path| Some((path, path.parent()?))) {
                folders.entry(folder).or_default().add(child, journal);
            }
        }
        folders.retain(|_, sought| !sought.is_nothing());
        let mut others = Vec::new();
        for (folder, sought) in folders {
            let mut paths: Vec<PathBuf> = paths_in(folder)
                .filter(|path| sidecar(&database_of(path), Role::Journal) == *path)
                .filter(|path| !known.contains(path.as_os_str().as_encoded_bytes()))
                .filter(|path| is_plain_file(path))
                .collect();
            paths.sort_unstable();
            for path in paths {
                if sought.is_met_by(named_by(&path).as_ref()) {
                    let journal = path.as_os_str().as_encoded_bytes().to_vec();
                    others.extend(self.child(&path, &database_of(&path), journal));
                }
            }
        }
        others
    }

    /// The part that a database with a journal has in a transaction.
    fn child(self, named: &Path, database: &Path, journal: Vec<u8>) -> Option<Child> {
        let found = self.at(named, database).ok()?;
        Child::read(&found.set, journal, &()).ok()
    }

    /// Whether half a transaction damages the database of a set, where databases are looked into.
    fn is_damaged(self, set: &BackupSet) -> Option<bool> {
        let Look::Inside(level) = self.look else {
            return None;
        };
        let bar = Bar::new("checking", set.database_bytes(), self.is_quiet);
        is_damaged_by_half(set, level, &bar).ok()
    }
}

impl Ties {
    /// Between the sets of one archive.
    pub fn among(search: Search<'_>, sets: &[Found], members: &Members) -> Self {
        let children = sets.iter().map(|found| {
            let set = &found.set;
            let database = found
                .member(Role::Database)
                .or(found.member(Role::Journal))?;
            let path = sidecar(&database_of(database.member()), Role::Journal);
            let journal = path.as_os_str().as_encoded_bytes().to_vec();
            Child::read(set, journal, &()).ok()
        });
        let mut ties = Self::of_children(children);
        let listings = listings::among(members, search.names);
        ties.tie(&listings);
        ties.look_inside(&listings, |number| {
            search.is_damaged(&sets.get(number)?.set)
        });
        ties
    }

    fn of_children(children: impl Iterator<Item = Option<Child>>) -> Self {
        let mut ties = Self::default();
        for child in children {
            let number = child.is_some().then_some(ties.children.len());
            ties.of_sets.push(number);
            ties.children.extend(child);
        }
        ties
    }

    fn tie(&mut self, listings: &[Listing]) {
        self.ties = Tie::all(&self.children, listings);
    }

    /// Looks into databases that tell of others if half a transaction damages them. `is_damaged` tells that of the set of a
    /// number, if it can be told.
    fn look_inside(&mut self, listings: &[Listing], is_damaged: impl Fn(usize) -> Option<bool>) {
        let open: BTreeSet<usize> = self.ties.iter().flat_map(Tie::to_be_looked_into).collect();
        let is_of_set = |child: usize| self.of_sets.iter().position(|of| *of == Some(child));
        let is_damaged = |child: &usize| is_of_set(*child).and_then(&is_damaged) == Some(true);
        let damaged: Vec<usize> = open.into_iter().filter(is_damaged).collect();
        for child in &damaged {
            if let Some(child) = self.children.get_mut(*child) {
                child.tell_damaged();
            }
        }
        if !damaged.is_empty() {
            self.tie(listings);
        }
    }

    /// What ties a set to others, of its archive or of the inputs.
    pub fn of(&self, found: &mut Found) -> Option<Tied> {
        match found.tied.take() {
            Some(tied) => Some(tied),
            None => self.tied(found.place?, &mut found.set),
        }
    }

    /// What ties the set of this number to others. Where a super-journal was found beside another of them, the set gets to
    /// know of it.
    pub(super) fn tied(&self, set: usize, own: &mut BackupSet) -> Option<Tied> {
        let child = (*self.of_sets.get(set)?)?;
        let mut ties = self.ties.iter();
        let tie = ties.find(|tie| tie.member(child).is_some())?;
        if own.journal.is_some() {
            own.super_journal = own.super_journal.max(tie.file);
        }
        Tied::of(&self.ties, &self.children, child)
    }
}

/// What the journals of a folder have to name to tell of databases in it.
#[derive(Default)]
struct Sought<'a> {
    /// Super-journals that databases of the folder miss. Where there is one, a transaction that was under way and names none
    /// may be the same one.
    names: BTreeSet<&'a [u8]>,
    /// Databases without a journal, beside which the super-journal may have been made.
    without: BTreeSet<OsString>,
}

impl<'a> Sought<'a> {
    fn add(&mut self, child: &'a Child, journal: &Path) {
        self.names.extend(child.misses_super_journal());
        if !child.has_journal() {
            let database = database_of(journal);
            self.without
                .extend(database.file_name().map(OsStr::to_owned));
        }
    }

    fn is_nothing(&self) -> bool {
        self.names.is_empty() && self.without.is_empty()
    }

    /// Whether the journal that names this, or nothing, is such a one.
    fn is_met_by(&self, named: Option<&SuperJournalName>) -> bool {
        let Some(named) = named else {
            return !self.names.is_empty();
        };
        let beside = named.database.as_deref().and_then(last_part);
        self.names.contains(&*named.name) || beside.is_some_and(|it| self.without.contains(it))
    }
}

/// The super-journal that a journal names, where SQLite heeds that.
fn named_by(journal: &Path) -> Option<SuperJournalName> {
    let source = Source::open(journal, Access::Read).ok()?;
    let input = Input::new(String::new(), Opened::new(&Arc::new(source)));
    let found = SuperJournalName::of_journal(&input).ok()?;
    found.filter(SuperJournalName::is_heeded)
}
