//! Files whose names are like that of a database, with a mark of a WAL in them.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use stillframe_format::FileKind;
use stillframe_history::{Fit, Input, Role, Traces};
use stillframe_source::Source;

use super::kinds::kind;
use super::opened::Opened;
use super::pairing::MOST_BYTES;
use super::paths::{is_there, sidecar};
use super::{Found, Search};
use crate::exit::say;

/// What stands in the name of a WAL for its being one.
const MARKS: [&str; 3] = ["-wal", ".wal", "_wal"];

/// Whether two files of one folder have names that differ by a mark of a WAL only: `app.db.bak` and `app.db-wal.bak`.
pub fn are_alike(database: &Path, wal: &Path) -> bool {
    let (Some(database), Some(wal)) = (database.to_str(), wal.to_str()) else {
        return false;
    };
    MARKS.iter().any(|mark| {
        wal.match_indices(mark).any(|(at, _)| {
            let (before, behind) = (&wal[..at], &wal[at + mark.len()..]);
            database.strip_prefix(before) == Some(behind)
        })
    })
}

/// The files beside a database that have a name like its own with a mark of a WAL in it, but for the one that SQLite looks
/// for.
fn alike_beside(database: &Path) -> Vec<PathBuf> {
    let name = database
        .file_name()
        .and_then(OsStr::to_str)
        .unwrap_or_default();
    let dots = name.match_indices('.').map(|(at, _)| at);
    let mut files = Vec::new();
    for at in dots.chain([name.len()]) {
        let (before, behind) = name.split_at(at);
        for mark in MARKS {
            let path = database.with_file_name(format!("{before}{mark}{behind}"));
            if path != sidecar(database, Role::Wal) && is_there(&path) {
                files.push(path);
            }
        }
    }
    files
}

impl Search<'_> {
    /// Says that a file lies beside a database that was named alone, and may well be its WAL: nothing is taken that was not
    /// named and has not the name.
    pub(super) fn tell_of_alike(self, found: &Found) {
        let database = found.path(Role::Database).filter(|_| !found.has(Role::Wal));
        let Some(database) = database.filter(|_| found.database().is_some_and(is_on_disk)) else {
            return;
        };
        for path in alike_beside(database) {
            if self.fits(found, &path).unwrap_or(false) {
                let (name, wal) = (found.name(), self.names.name(&path));
                say(&format!(
                    "{name}: {wal} lies beside it and fits it by its content, but SQLite would not look for it there: it was left aside; to take it, name it with --wal"
                ));
            }
        }
    }

    fn fits(self, found: &Found, path: &Path) -> anyhow::Result<bool> {
        let source = Source::open(path, self.access)?;
        if kind(&source)? != FileKind::Wal {
            return Ok(false);
        }
        let wal = Input::new(self.names.name(path), Opened::new(&Arc::new(source)));
        let traces = Traces::read(&wal, MOST_BYTES, &())?;
        let fit = traces
            .map(|traces| Fit::of(&traces, &found.set))
            .transpose()?;
        Ok(fit.is_some_and(|fit| fit.is_likely()))
    }
}

fn is_on_disk(source: &Source) -> bool {
    source.path().is_some()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::are_alike;

    #[test]
    fn names_are_alike_but_for_the_mark() {
        let alike = |database, wal| are_alike(Path::new(database), Path::new(wal));
        for (database, wal) in [
            ("app.db.bak", "app.db-wal.bak"),
            ("a/app.db.1", "a/app.db-wal.1"),
            ("b.tar!app.db (copy)", "b.tar!app.db-wal (copy)"),
            ("app.db", "app.db.wal"),
            ("app", "app.wal"),
            ("x-wal.db", "x-wal.db_wal"),
        ] {
            assert!(alike(database, wal), "{database} {wal}");
        }
        for (database, wal) in [
            ("app.db.bak", "app.db-wal.old"),
            ("a/app.db.bak", "b/app.db-wal.bak"),
            ("app.db", "app.db"),
            ("app.db", "app.db-shm"),
            ("", ""),
        ] {
            assert!(!alike(database, wal), "{database} {wal}");
        }
    }
}
