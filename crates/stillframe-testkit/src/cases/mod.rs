//! The committed fixtures: files that are wrong in exactly one way, files that only look wrong, and a few stories.
//!
//! One file a fixture, a function `case` in each; the tables of the families name them all. Everything random in them
//! is set to fixed values, so that they are the same bytes at every run.

mod btree;
mod database;
mod freelist;
mod good;
mod indexed;
mod journal;
mod killed;
#[cfg(feature = "archives")]
mod lines;
mod material;
mod overflow;
mod pointer_map;
mod record;
mod schema;
mod set;
mod sets;
mod super_journal;
mod wal;
mod wal_index;

#[cfg(test)]
mod tests;

/// One fixture: a folder of files, what is wrong with them, and who says so.
#[derive(Debug, Clone)]
pub struct Case {
    /// The folder below `fixtures/`, such as `bad/WAL101-frame-checksum-mismatch`.
    pub path: &'static str,
    /// What is wrong, or only looks wrong, in one sentence.
    pub what: &'static str,
    /// How it was made.
    pub made: &'static str,
    /// What SQLite itself says of it.
    pub sqlite: Sqlite,
    /// The codes of the rules above note that it triggers, exactly these.
    pub expects: Vec<&'static str>,
    /// Names and bytes of the files.
    pub files: Vec<(&'static str, Vec<u8>)>,
}

/// What SQLite says of a set when it opens it, reads every row and checks its integrity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sqlite {
    /// Nothing: it reads all that it takes for committed, and finds no fault.
    Content,
    /// It refuses to read, with this primary result code.
    Refuses(i32),
    /// It reads, and `integrity_check` complains.
    Complains,
    /// It deletes the WAL unread.
    DeletesWal,
}

/// The files of a fixture by name.
type Files = Vec<(&'static str, Vec<u8>)>;

#[cfg(feature = "archives")]
pub use lines::{Line, lines};
pub use sets::truths;

/// Every fixture.
pub fn all() -> Vec<Case> {
    [
        database::cases(),
        freelist::cases(),
        overflow::cases(),
        pointer_map::cases(),
        record::cases(),
        schema::cases(),
        btree::cases(),
        wal::cases(),
        wal_index::cases(),
        journal::cases(),
        set::cases(),
        super_journal::cases(),
        good::cases(),
        sets::cases(),
    ]
    .concat()
}

impl Case {
    /// A fixture `bad/<CODE>-<name>` that triggers the rule of that code and no other.
    fn bad(
        path: &'static str,
        what: &'static str,
        made: &'static str,
        sqlite: Sqlite,
        files: Files,
    ) -> Case {
        let code = path.trim_start_matches("bad/").split('-').next().unwrap();
        Case {
            path,
            what,
            made,
            sqlite,
            expects: vec![code],
            files,
        }
    }

    /// A fixture `good/<name>` that triggers notes at most.
    fn good(path: &'static str, what: &'static str, made: &'static str, files: Files) -> Case {
        Case {
            path,
            what,
            made,
            sqlite: Sqlite::Content,
            expects: Vec::new(),
            files,
        }
    }

    /// The bytes of the file `name`; none if the fixture has no such file.
    pub fn file(&self, name: &str) -> Option<&[u8]> {
        self.files
            .iter()
            .find(|file| file.0 == name)
            .map(|file| file.1.as_slice())
    }
}
