//! Databases that are looked into as soon as they are unpacked, while what is behind them in the archive is decoded.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use stillframe_archive::Name;
use stillframe_check::Inside;
use stillframe_check::content::Level;
use stillframe_database::Header;
use stillframe_database::header::HEADER_BYTES;
use stillframe_history::{BackupSet, Input, Role};
use stillframe_source::Source;

use super::Found;
use super::opened::Opened;

/// What was seen in databases before the rest of their sets was known.
#[derive(Debug, Default)]
pub struct Ahead {
    seen: RefCell<HashMap<PathBuf, Inside>>,
}

impl Ahead {
    /// Looks into a member, if it is a database beside which no WAL is to be expected.
    pub(super) fn look(&self, level: Option<Level>, name: &Name, source: Source) -> Source {
        if !is_in_rollback_mode(&source) {
            return source;
        }
        let shared = Arc::new(source);
        let set = BackupSet {
            database: Some(Input::new(shared.name(), Opened::new(&shared))),
            ..BackupSet::default()
        };
        // What cannot be read now is told once the set is known.
        if let Ok(Some(inside)) = Inside::of_database_alone(&set, level, &()) {
            self.seen.borrow_mut().insert(name.path(), inside);
        }
        drop(set);
        Arc::into_inner(shared).expect("the set that shared it is gone")
    }

    /// What was seen in the database of a set.
    pub fn of(&self, found: &Found) -> Option<Inside> {
        // One name for several members does not say which of them it was.
        let name = found.member(Role::Database);
        let name = name.filter(|_| found.met_twice.is_empty())?;
        self.seen.borrow_mut().remove(&name.path())
    }
}

fn is_in_rollback_mode(source: &Source) -> bool {
    let mut bytes = [0; HEADER_BYTES];
    let is_long_enough = source.len() >= HEADER_BYTES as u64;
    if !is_long_enough || source.read_exact_at(0, &mut bytes).is_err() {
        return false;
    }
    let header = Header::parse(&bytes);
    header.is_ok_and(|header| header.read_version == 1)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use stillframe_source::Access;
    use stillframe_testkit::archives::{gzip, tar};

    use super::*;
    use crate::inputs::{Look, Names, Search};

    fn fixture(path: &str) -> Vec<u8> {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
        fs::read(fixtures.join(path)).unwrap()
    }

    /// The sets of an archive of these files, and which of their databases were looked into.
    fn looked(files: &[(&str, Vec<u8>)]) -> Vec<(String, bool)> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("b.tar.gz");
        fs::write(&path, gzip(&tar(files))).unwrap();
        let ahead = Ahead::default();
        let search = Search {
            access: Access::Read,
            wal: None,
            names: Names::Shown,
            max_memory: 1 << 20,
            is_quiet: true,
            ahead: Some(&ahead),
            look: Look::Inside(None),
        };
        let inputs = search.all(&[path]).unwrap();
        let sets = inputs.sets();
        sets.map(|found| {
            let found = found.unwrap();
            let name = found.member(Role::Database).unwrap().member();
            (
                name.to_string_lossy().into_owned(),
                ahead.of(&found).is_some(),
            )
        })
        .collect()
    }

    #[test]
    fn databases_in_rollback_mode_are_looked_into() {
        let (plain, live) = (
            fixture("good/rollback-mode/app.db"),
            fixture("good/live-wal/app.db"),
        );
        let seen = looked(&[
            ("a.db", plain.clone()),
            ("b.db", live),
            ("c.txt", b"no database".to_vec()),
            ("d.db", plain[..1024].to_vec()),
        ]);
        let expected = [("a.db", true), ("b.db", false), ("d.db", false)];
        assert_eq!(seen, expected.map(|(name, is)| (name.to_owned(), is)));
    }

    #[test]
    fn of_members_of_one_name_none_is_taken_for_another() {
        let plain = fixture("good/rollback-mode/app.db");
        let seen = looked(&[("a.db", plain.clone()), ("a.db", plain)]);
        assert_eq!(seen.len(), 2);
        assert!(seen.iter().all(|(_, is)| !is), "{seen:?}");
    }
}
