//! Sidecars whose names tell of no database that is there: which one they are of, by what stands in them.
//!
//! A pair by name is never taken apart. Where more than one database fits a WAL, or a WAL more than one, nothing is paired,
//! and all are said.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use stillframe_check::Pairing;
use stillframe_format::FileKind;
use stillframe_history::{Fit, Role, Traces, WalIndex};
use stillframe_source::Access;
use stillframe_wal::Salts;

use super::alike::are_alike;
use super::packed::unpacked;
use super::paths::is_there;
use super::{Found, Inputs, Place};
use crate::progress::Bar;

/// Bytes of all WALs together that are held while databases are looked at.
pub const MOST_BYTES: usize = 32 << 20;

/// A WAL without a database, by its name.
struct Orphan {
    /// The number of its set.
    set: usize,
    path: PathBuf,
    traces: Traces,
    fits: Vec<Candidate>,
}

/// A database that may be that of a WAL.
#[derive(Clone, Debug)]
struct Candidate {
    set: usize,
    name: String,
    fit: Fit,
    has_wal: bool,
    /// Whether the names differ by what stands in that of the WAL for its being one.
    is_alike: bool,
    /// Whether both lie in one folder.
    is_beside: bool,
}

impl Candidate {
    fn can_be_paired(&self) -> bool {
        !self.has_wal && (self.fit.is_shown() || (self.is_alike && self.fit.is_likely()))
    }
}

/// What was found out of a WAL.
struct Decision {
    /// The number of its set.
    wal: usize,
    /// The number of the set of its database.
    database: Option<usize>,
    /// What is to be said of it.
    pairing: Pairing,
}

/// What a set was given that is not of it by name, and how that was found out.
#[derive(Debug)]
pub struct Paired {
    pairing: Pairing,
    parts: Vec<(Role, PathBuf)>,
}

impl Inputs<'_> {
    /// Pairs files below folders whose names do not tell. Where every WAL has a database by its name, nothing is read.
    pub(super) fn pair(&mut self) {
        let orphans: Vec<usize> = (0..self.places.len())
            .filter(|&place| self.may_be_orphan(place))
            .collect();
        let is_quiet = self.search.is_quiet;
        let mut orphans: Vec<Orphan> = orphans
            .iter()
            .filter_map(|&place| Orphan::of(place, &self.opened(place)?, orphans.len(), is_quiet))
            .collect();
        if orphans.is_empty() {
            return;
        }
        for place in 0..self.places.len() {
            if orphans.iter().any(|orphan| orphan.set == place) {
                continue;
            }
            if let Some(found) = self.opened(place) {
                orphans
                    .iter_mut()
                    .for_each(|orphan| orphan.compare(place, &found));
            }
        }
        let indexes: Vec<_> = (0..self.places.len())
            .filter_map(|place| Some((place, salts_of_index(&self.index(place)?)?)))
            .collect();
        let mut taken = HashSet::new();
        for decision in decide(&orphans) {
            let mut parts = Vec::new();
            if decision.database.is_some() {
                let index = index_of(&orphans, decision.wal, &indexes);
                for place in [Some(decision.wal), index].into_iter().flatten() {
                    taken.insert(place);
                    parts.extend(self.opened(place).iter().flat_map(Found::sidecars));
                }
            }
            let place = decision.database.unwrap_or(decision.wal);
            if let Some(Place::Files { paired, .. }) = self.places.get_mut(place) {
                *paired = Some(Box::new(Paired {
                    pairing: decision.pairing,
                    parts,
                }));
            }
        }
        let mut place = 0..;
        self.places
            .retain(|_| place.next().is_none_or(|place| !taken.contains(&place)));
    }

    fn opened(&self, place: usize) -> Option<Found> {
        match self.places.get(place)? {
            // What cannot be read is told when it is its turn.
            Place::Files {
                named, database, ..
            } => self.search.at(named, database).ok(),
            Place::Stdin | Place::Archive { .. } => None,
        }
    }

    /// The set of a place, where that is a wal-index.
    fn index(&self, place: usize) -> Option<Found> {
        match self.places.get(place)? {
            Place::Files {
                kind: Some(FileKind::WalIndex),
                ..
            } => self.opened(place),
            _ => None,
        }
    }

    /// Whether there is no database of the name that a WAL has, or may have.
    fn may_be_orphan(&self, place: usize) -> bool {
        let Some(Place::Files {
            named,
            database,
            kind,
            ..
        }) = self.places.get(place)
        else {
            return false;
        };
        *kind == Some(FileKind::Wal) || (named != database && !is_there(database))
    }
}

/// The salts in the wal-index of a set that has nothing else.
fn salts_of_index(found: &Found) -> Option<Salts> {
    let set = &found.set;
    let is_alone = set.database.is_none() && set.wal.is_none() && set.journal.is_none();
    let index = set.wal_index.as_ref().filter(|_| is_alone)?;
    Some(WalIndex::read(index).ok()?.header()?.salts)
}

/// The one wal-index of those that has the salts of a WAL that was paired.
fn index_of(orphans: &[Orphan], wal: usize, indexes: &[(usize, Salts)]) -> Option<usize> {
    let orphan = orphans.iter().find(|orphan| orphan.set == wal)?;
    let salts = orphan.traces.salts();
    let mut those = indexes.iter().filter(|(_, other)| *other == salts);
    let (number, _) = those.next().filter(|_| those.next().is_none())?;
    Some(*number)
}

/// Pairs the sets of an archive.
pub fn pair(sets: Vec<Found>, is_quiet: bool) -> Vec<Found> {
    let is_orphan = |found: &&Found| found.set.database.is_none() && found.has(Role::Wal);
    let count = sets.iter().filter(is_orphan).count();
    let orphans = sets.iter().enumerate();
    let mut orphans: Vec<Orphan> = orphans
        .filter_map(|(number, found)| Orphan::of(number, found, count, is_quiet))
        .collect();
    for (number, found) in sets.iter().enumerate() {
        orphans
            .iter_mut()
            .for_each(|orphan| orphan.compare(number, found));
    }
    let indexes: Vec<_> = sets
        .iter()
        .enumerate()
        .filter_map(|(number, found)| Some((number, salts_of_index(found)?)))
        .collect();
    let mut sets: Vec<Option<Found>> = sets.into_iter().map(Some).collect();
    for decision in decide(&orphans) {
        let mut given = Vec::new();
        if decision.database.is_some() {
            let index = index_of(&orphans, decision.wal, &indexes);
            for number in [Some(decision.wal), index].into_iter().flatten() {
                given.extend(sets.get_mut(number).and_then(Option::take));
            }
        }
        let place = decision.database.unwrap_or(decision.wal);
        if let Some(Some(found)) = sets.get_mut(place) {
            found.pairing = Some(decision.pairing);
            given.into_iter().for_each(|part| found.absorb(part));
        }
    }
    sets.into_iter().flatten().collect()
}

impl Paired {
    /// The files.
    pub(super) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.parts.iter().map(|(_, path)| path.as_path())
    }

    /// Gives a set what was found to be its.
    pub(super) fn give(&self, found: &mut Found, access: Access) -> anyhow::Result<()> {
        found.pairing = Some(self.pairing.clone());
        for (role, path) in &self.parts {
            found.take(*role, path, access)?;
        }
        Ok(())
    }
}

impl Orphan {
    /// Looks at the WAL of a set, one of `count` without a database. `None` where that is not what the set is, or the WAL
    /// holds no commit.
    fn of(set: usize, found: &Found, count: usize, is_quiet: bool) -> Option<Self> {
        let path = unpacked(found.path(Role::Wal)?);
        // Whose a journal is, is not looked for here.
        let is_orphan = found.set.database.is_none() && found.set.journal.is_none();
        let wal = found.set.wal.as_ref().filter(|_| is_orphan)?;
        let bar = Bar::new("pairing", found.set.wal_bytes(), is_quiet);
        // What cannot be read is told when it is its turn.
        let traces = Traces::read(wal, MOST_BYTES / count.max(1), &bar).ok()??;
        Some(Self {
            set,
            path,
            traces,
            fits: Vec::new(),
        })
    }

    /// Holds it against the database of a set.
    fn compare(&mut self, set: usize, found: &Found) {
        let Some(database) = found.path(Role::Database) else {
            return;
        };
        let Ok(fit) = Fit::of(&self.traces, &found.set) else {
            return;
        };
        let is_alike = are_alike(&unpacked(database), &self.path);
        if fit.is_shown() || (is_alike && fit.is_likely()) {
            self.fits.push(Candidate {
                set,
                name: found.name().to_owned(),
                fit,
                has_wal: found.has(Role::Wal),
                is_alike,
                is_beside: unpacked(database).parent() == self.path.parent(),
            });
        }
    }

    /// The one database that it can be of: whose wal-index has its salts, or else whose name is like its own, or else that
    /// alone is shown to be in its folder, or of all. Where another has just the same to show for itself there is none.
    fn choice(&self) -> Option<&Candidate> {
        let by_salts = self.only(|candidate| candidate.fit.has_salts);
        let by_name = self.only(|candidate| candidate.is_alike);
        let by_content = self.only(|candidate| candidate.fit.is_shown());
        let is_any_shown = self.fits.iter().any(|candidate| candidate.fit.is_shown());
        // A likely name is nothing against what is shown of another.
        let by_name = by_name.filter(|candidate| candidate.fit.is_shown() || !is_any_shown);
        // Copies of a database lie in folders of their own.
        let by_folder = self.only(|candidate| candidate.is_beside && candidate.fit.is_shown());
        let choice = by_salts.or(by_name).or(by_folder).or(by_content)?;
        choice.can_be_paired().then_some(choice)
    }

    fn only(&self, is_it: impl Fn(&Candidate) -> bool) -> Option<&Candidate> {
        let mut those = self.fits.iter().filter(|candidate| is_it(candidate));
        those.next().filter(|_| those.next().is_none())
    }
}

/// Says of each WAL which database it is of, or which it could be of.
fn decide(orphans: &[Orphan]) -> Vec<Decision> {
    let choices: Vec<_> = orphans.iter().map(Orphan::choice).collect();
    let mut decisions = Vec::new();
    for (orphan, choice) in orphans.iter().zip(&choices) {
        let is_rival = |other: &&Candidate| choice.is_some_and(|choice| choice.set == other.set);
        let rivals = choices
            .iter()
            .flatten()
            .filter(|other| is_rival(other))
            .count();
        let alike = choices
            .iter()
            .flatten()
            .filter(|other| is_rival(other) && other.is_alike);
        let alike = alike.count();
        let chosen = choice.filter(|choice| rivals == 1 || (choice.is_alike && alike == 1));
        if let Some(chosen) = chosen {
            decisions.push(Decision {
                wal: orphan.set,
                database: Some(chosen.set),
                pairing: Pairing::Paired {
                    fit: chosen.fit,
                    is_alike: chosen.is_alike,
                },
            });
        } else if !orphan.fits.is_empty() {
            let fits = orphan.fits.iter();
            decisions.push(Decision {
                wal: orphan.set,
                database: None,
                pairing: Pairing::Fits(fits.map(|it| (it.name.clone(), it.fit)).collect()),
            });
        }
    }
    decisions
}
