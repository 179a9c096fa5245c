//! The sets below a folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use stillframe_format::FileKind;
use stillframe_source::{Source, Walked, walk};

use super::archive::container;
use super::kinds::{is_called_beside, is_part_of_a_set, kind};
use super::left_over::Other;
use super::links;
use super::listings::{self, SuperJournal};
use super::packed;
use super::paths::{database_of, looks_like_database};
use super::taken::Taken;
use super::{Inputs, Place, Search, left_over};

/// Files below a folder, by the database that they are of, or may be.
pub(super) type Files = BTreeMap<PathBuf, Vec<PathBuf>>;

impl Search<'_> {
    /// The sets below a folder: every database, by content, by a name that databases have, or by a sidecar beside it.
    pub(super) fn below(self, folder: &Path, taken: &mut Taken, inputs: &mut Inputs<'_>) {
        let mut files = Files::new();
        let mut links = Vec::new();
        for walked in walk(folder) {
            match walked {
                Ok(Walked { path, is_link }) if is_link => links.push(path),
                Ok(Walked { path, .. }) => files.entry(database_of(&path)).or_default().push(path),
                Err(error) => inputs.failures.push(error.into()),
            }
        }
        for (link, kind) in links::take(folder, links, &mut files) {
            let mut left_over = inputs.left_over.borrow_mut();
            left_over::add(&mut left_over, self.names, &link, kind.into());
        }
        for (database, parts) in files {
            if taken.has(&database) {
                continue;
            }
            let named = parts.first().unwrap_or(&database).clone();
            match self.is_set(&database, &parts) {
                Ok(Met::Set(kind)) => inputs.take(named, database, kind, taken),
                Ok(Met::Archive) => {
                    let place = self.packed(named, false);
                    inputs.take_packed(place, taken);
                }
                Ok(Met::Other(other)) => match self.listed(&named) {
                    // It is read with the databases that it ties.
                    Some(list) => inputs.super_journals.push(list),
                    None => {
                        let mut left_over = inputs.left_over.borrow_mut();
                        left_over::add(&mut left_over, self.names, &named, other);
                    }
                },
                Err(error) => inputs.failures.push(error),
            }
        }
    }

    /// A super-journal that lies beside a database that it lists.
    fn listed(self, path: &Path) -> Option<SuperJournal> {
        let listing = listings::at(path, self.names)?;
        let list = SuperJournal::new(path, &listing);
        let is_beside_one = list.databases_there().next().is_some();
        is_beside_one.then_some(list)
    }

    /// Where an archive is, or a file that is compressed for itself, with those that belong with it.
    pub(super) fn packed(self, path: PathBuf, is_named: bool) -> Place {
        let set = packed::set_of(&path).into_iter();
        let mut parts: Vec<PathBuf> = set.map(|(_, part)| part).collect();
        // What is plain is the set's, and what is compressed goes with it.
        let mut plain = parts.iter().filter(|part| !packed::is_called_so(part));
        if let (Some(plain), true) = (plain.next(), parts.len() > 1) {
            return Place::Files {
                named: plain.clone(),
                database: database_of(plain),
                kind: None,
                paired: None,
            };
        }
        if parts.is_empty() {
            parts.push(path);
        }
        Place::Archive {
            path: parts.remove(0),
            with: parts,
            member: None,
            is_named,
        }
    }

    fn is_set(self, database: &Path, parts: &[PathBuf]) -> anyhow::Result<Met> {
        if let [only] = parts
            && is_called_beside(only)
            && kind(&Source::open(only, self.access)?)? == FileKind::AppleDouble
        {
            return Ok(Met::Other(FileKind::AppleDouble.into()));
        }
        let is_named_so = looks_like_database(database) && parts.iter().all(|it| it == database);
        if parts.len() > 1 || is_named_so {
            return Ok(Met::Set(None));
        }
        let Some(only) = parts.first() else {
            return Ok(Met::Other(FileKind::Other.into()));
        };
        let source = Source::open(only, self.access)?;
        let kind = kind(&source)?;
        Ok(match container(kind) {
            _ if looks_like_database(database) => Met::Set(Some(kind)),
            Some(_) => Met::Archive,
            None if is_part_of_a_set(kind) => Met::Set(Some(kind)),
            None => Met::Other(Other::of(kind, source)?),
        })
    }
}

/// What files of one name below a folder are.
enum Met {
    /// Parts of a set; where there is one only, and it has no name that databases have, what it is.
    Set(Option<FileKind>),
    Archive,
    Other(Other),
}
