//! What an input means to the targets that look at a set: `wal`, `image`, `compact`, `check`, `journal` and
//! `playback`.
//!
//! ```text
//! 0   form: even for a packed set, odd for a story
//! 1   eight choices, which the targets make something of
//! 9   packed set: which files there are (bits 0 to 3: database, WAL, wal-index, journal), the lengths of the first three
//!     in three bytes each, and the files; story: a program (see `story`)
//! ```

use stillframe_history::{BackupSet, Input, SuperJournalFile};

use crate::reader::Reader;
use crate::story;

/// No input is read further than this, so that every run is short.
pub const MAX_INPUT_BYTES: usize = 64 << 10;

/// Bytes of the choices.
pub const CHOICES: usize = 8;

/// The files of a set, and what is known of them where a story made them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Material {
    /// The database file.
    pub database: Option<Vec<u8>>,
    /// The WAL.
    pub wal: Option<Vec<u8>>,
    /// The wal-index.
    pub wal_index: Option<Vec<u8>>,
    /// The rollback journal.
    pub journal: Option<Vec<u8>>,
    /// The database file as it was before anything was copied from the WAL into it: known where a story wrote and
    /// checkpointed as SQLite does.
    pub before_checkpoints: Option<Vec<u8>>,
    /// Whether something happened to the files since: to the WAL alone, where the file before checkpoints is known.
    pub is_damaged: bool,
}

impl Material {
    /// Reads an input: its choices and its files.
    pub fn read(bytes: &[u8]) -> (Reader<'_>, Self) {
        let mut reader = Reader::new(bytes.get(..MAX_INPUT_BYTES).unwrap_or(bytes));
        let is_story = reader.byte() & 1 == 1;
        let choices = Reader::new(reader.take(CHOICES));
        let material = if is_story {
            story::tell(reader)
        } else {
            Self::unpack(reader)
        };
        (choices, material)
    }

    /// The input that means these files and these choices.
    pub fn pack(&self, choices: [u8; CHOICES]) -> Vec<u8> {
        let files = self.files();
        let mut bytes = vec![0];
        bytes.extend(choices);
        bytes.push((0..4).map(|at| u8::from(files[at].is_some()) << at).sum());
        for file in files.iter().take(3) {
            let length = file.map_or(0, <[u8]>::len) as u32;
            bytes.extend(&length.to_be_bytes()[1..]);
        }
        bytes.extend(files.into_iter().flatten().flatten());
        bytes
    }

    fn unpack(mut reader: Reader<'_>) -> Self {
        let there = reader.byte();
        let mut lengths = [0, 0, 0, usize::MAX];
        for length in &mut lengths[..3] {
            *length = usize::from(reader.byte()) << 16 | usize::from(reader.short());
        }
        let mut file =
            |at: usize| (there >> at & 1 == 1).then(|| reader.take(lengths[at]).to_vec());
        Self {
            database: file(0),
            wal: file(1),
            wal_index: file(2),
            journal: file(3),
            ..Self::default()
        }
    }

    /// The bytes of the database file; none where there is no file.
    pub fn database_bytes(&self) -> &[u8] {
        self.database.as_deref().unwrap_or_default()
    }

    /// The bytes of the WAL; none where there is no file.
    pub fn wal_bytes(&self) -> &[u8] {
        self.wal.as_deref().unwrap_or_default()
    }

    /// The files, in the order of a set.
    pub fn files(&self) -> [Option<&[u8]>; 4] {
        [&self.database, &self.wal, &self.wal_index, &self.journal].map(|file| file.as_deref())
    }

    /// The files as a backup set.
    pub fn set(&self) -> BackupSet {
        let input = |suffix: &str, file: &Option<Vec<u8>>| {
            let bytes = file.clone()?;
            Some(Input::new(format!("app.db{suffix}"), bytes))
        };
        BackupSet {
            database: input("", &self.database),
            wal: input("-wal", &self.wal),
            wal_index: input("-shm", &self.wal_index),
            journal: input("-journal", &self.journal),
            // Whatever name a journal ends with, it is played back.
            super_journal: SuperJournalFile::Present,
            ..BackupSet::default()
        }
    }

    /// Whether SQLite would play back the journal, beside a database that is not empty: it does not begin with a zero byte.
    pub fn has_journal_to_play(&self) -> bool {
        let first = self.journal.as_deref().and_then(<[u8]>::first);
        first.is_some_and(|&first| first != 0)
    }
}
