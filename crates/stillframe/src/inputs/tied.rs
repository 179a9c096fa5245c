//! Which of the inputs belong to one transaction.

use std::fs;

use stillframe_check::Tied;
use stillframe_history::{BackupSet, Child, Role, SuperJournalFile, Tie};

use super::paths::{database_of, is_there, sidecar, sidecar_of};
use super::{Found, Inputs, Place};

/// The databases among the inputs, and what ties them.
#[derive(Default)]
pub struct Ties {
    children: Vec<Child>,
    /// Which of these each set is; `None` for one that could not be read.
    of_sets: Vec<Option<usize>>,
    ties: Vec<Tie>,
}

impl Inputs<'_> {
    /// Looks which of the sets belong to one transaction: at the end of their journals, where they have one. What cannot
    /// be read is told of when it is its turn to be checked.
    pub fn ties(&self) -> Ties {
        Ties::of_children(self.places.iter().map(|place| self.child(place)))
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
            let found = self.search.at(named, database).ok()?;
            return Child::read(&found.set, journal, &()).ok();
        }
        let bytes = fs::metadata(database).map_or(0, |found| found.len());
        let name = self.search.names.name(database);
        Some(Child::without_journal(name, bytes, journal))
    }
}

impl Ties {
    /// Between the sets of one archive.
    pub fn among(sets: &[Found]) -> Self {
        Self::of_children(sets.iter().map(|found| {
            let set = &found.set;
            let database = found
                .member(Role::Database)
                .or(found.member(Role::Journal))?;
            let path = sidecar(&database_of(database.member()), Role::Journal);
            let journal = path.as_os_str().as_encoded_bytes().to_vec();
            match set.journal {
                Some(_) => Child::read(set, journal, &()).ok(),
                None => {
                    let name = found.name().to_owned();
                    Some(Child::without_journal(name, set.database_bytes(), journal))
                }
            }
        }))
    }

    fn of_children(children: impl Iterator<Item = Option<Child>>) -> Self {
        let mut ties = Self::default();
        for child in children {
            let number = child.is_some().then_some(ties.children.len());
            ties.of_sets.push(number);
            ties.children.extend(child);
        }
        ties.ties = Tie::all(&ties.children);
        ties
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
        if own.super_journal == SuperJournalFile::Unknown && own.journal.is_some() {
            own.super_journal = tie.file;
        }
        Tied::of(&self.ties, &self.children, child)
    }
}
