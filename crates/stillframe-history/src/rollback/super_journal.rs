use stillframe_format::ByteRange;
use stillframe_journal::SuperJournal;
use stillframe_journal::super_journal::MAX_TRAILER_BYTES;

use crate::timeline::window;
use crate::{BackupSet, Error, Input};

/// Whether the super-journal that a journal names is there. Of what several know of one, the greatest holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum SuperJournalFile {
    /// It was not looked for, or its place is not among the inputs.
    #[default]
    Unknown,
    /// There is no such file.
    Missing,
    /// It is a file of 0 bytes, which counts as none.
    Empty,
    /// It is there.
    Present,
}

/// The name of a super-journal at the end of a journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuperJournalName {
    /// As it stands there: a path, mostly an absolute one.
    pub name: Vec<u8>,
    /// The bytes of the journal that hold it.
    pub range: ByteRange,
    /// The database that it was made beside, as a name of SQLite's making tells: see [`SuperJournal::database`].
    pub database: Option<Vec<u8>>,
}

impl SuperJournalName {
    /// The name at the end of the journal of a set, where there is one.
    ///
    /// # Errors
    /// The journal could not be read.
    pub fn of(set: &BackupSet) -> Result<Option<Self>, Error> {
        let found = set.journal.as_ref().map(Self::of_journal);
        Ok(found.transpose()?.flatten())
    }

    /// The name at the end of a journal, where there is one.
    ///
    /// # Errors
    /// The journal could not be read.
    pub fn of_journal(journal: &Input) -> Result<Option<Self>, Error> {
        let length = journal.bytes.len();
        let tail = length.min(MAX_TRAILER_BYTES as u64);
        let tail = window(journal, length - tail, tail as usize)?;
        Ok(SuperJournal::find(&tail, length).map(|found| Self {
            name: found.name().to_vec(),
            range: found.range,
            database: found.database().map(<[u8]>::to_vec),
        }))
    }

    /// Whether SQLite heeds it from 3.54 on: see [`SuperJournal::is_made_by_sqlite`].
    pub const fn is_heeded(&self) -> bool {
        self.database.is_some()
    }
}
