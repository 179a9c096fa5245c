//! Which of the inputs belong to one transaction.

use std::fs;

use stillframe_check::Tied;
use stillframe_history::{Child, Role, SuperJournalFile, Tie};

use super::paths::{is_there, sidecar_of};
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
        let mut ties = Ties::default();
        for place in &self.places {
            let child = self.child(place);
            let number = child.is_some().then_some(ties.children.len());
            ties.of_sets.push(number);
            ties.children.extend(child);
        }
        ties.ties = Tie::all(&ties.children);
        ties
    }

    fn child(&self, place: &Place) -> Option<Child> {
        let Place::Files { named, database } = place else {
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
    /// What ties the set of this number to others. Where a super-journal was found beside another of them, the set gets to
    /// know of it.
    pub fn of(&self, set: usize, found: &mut Found) -> Option<Tied> {
        let child = (*self.of_sets.get(set)?)?;
        let mut ties = self.ties.iter();
        let tie = ties.find(|tie| tie.member(child).is_some())?;
        let own = &mut found.set;
        if own.super_journal == SuperJournalFile::Unknown && own.journal.is_some() {
            own.super_journal = tie.file;
        }
        Tied::of(&self.ties, &self.children, child)
    }
}
