use super::listing::listed;
use crate::rollback::Shape;
use crate::{
    BackupSet, Dormant, Error, Held, JournalState, Progress, SuperJournalFile, SuperJournalName,
};

/// A database as one of those that a transaction may have changed together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Child {
    /// What the database is called.
    pub database: String,
    /// The path of its journal, there or not: its last part is what a super-journal names it by.
    pub journal: Vec<u8>,
    /// Bytes of the database file; 0 where there is none.
    pub database_bytes: u64,
    pub(super) state: JournalState,
    /// Bytes of the journal; `None` where there is none.
    pub(super) journal_bytes: Option<u64>,
    pub(super) names: Option<Vec<u8>>,
    /// The database that the super-journal was made beside, as its name tells.
    pub(super) beside: Option<Vec<u8>>,
    /// Whether the super-journal that it names is there, and which journals that names in turn.
    pub(super) file: SuperJournalFile,
    pub(super) listed: Option<Vec<Vec<u8>>>,
    pub(super) held: Option<Held>,
    /// Whether its journal was begun and never synced, so that nothing of the transaction is in the database file.
    pub(super) is_unsynced: bool,
}

impl Child {
    /// The part of a set in a transaction over several databases; `journal` is where its journal is, or would be. The database file is compared with the journal where
    /// SQLite might leave it as it is.
    ///
    /// # Errors
    /// The set could not be read.
    pub fn read(set: &BackupSet, journal: Vec<u8>, progress: &dyn Progress) -> Result<Self, Error> {
        let state = JournalState::of(set)?;
        let name = SuperJournalName::of(set)?.filter(SuperJournalName::is_heeded);
        let may_stay = matches!(
            state,
            JournalState::SuperJournalGone | JournalState::SuperJournalUnknown
        );
        let held = may_stay.then(|| Held::read(set, progress)).transpose()?;
        let is_unsynced = match (Shape::of(set)?, &name) {
            // A journal that names a super-journal is cut to nothing when the transaction ends, so zeros were there before.
            (Some(_), Some(_)) => Dormant::read(set, progress)?
                .is_some_and(|(dormant, _)| dormant == Dormant::Unsynced),
            (shape, _) => matches!(shape, Some(Shape::Unsynced { .. })),
        };
        let listed = set.super_journal_list.as_ref().map(listed).transpose()?;
        Ok(Self {
            database: set.name().to_owned(),
            database_bytes: set.database_bytes(),
            journal,
            state,
            journal_bytes: set.journal.as_ref().map(|input| input.bytes.len()),
            file: set.super_journal,
            beside: name.as_ref().and_then(|name| name.database.clone()),
            names: name.map(|name| name.name),
            listed: listed.flatten(),
            held,
            is_unsynced,
        })
    }

    /// A database beside which there is no journal, without opening it.
    pub fn without_journal(database: String, database_bytes: u64, journal: Vec<u8>) -> Self {
        Self {
            database,
            database_bytes,
            journal,
            state: JournalState::Absent,
            journal_bytes: None,
            names: None,
            beside: None,
            file: SuperJournalFile::Unknown,
            listed: None,
            held: None,
            is_unsynced: false,
        }
    }

    /// The super-journal that its journal names, where SQLite heeds that and it was not found beside the database.
    pub fn misses_super_journal(&self) -> Option<&[u8]> {
        let is_missed = self.file != SuperJournalFile::Present;
        self.names.as_deref().filter(|_| is_missed)
    }

    /// Whether there is a journal, empty or not.
    pub const fn has_journal(&self) -> bool {
        self.journal_bytes.is_some()
    }

    /// Whether the super-journal that its journal names is there, as far as its own set tells.
    pub const fn super_journal(&self) -> SuperJournalFile {
        self.file
    }

    /// Takes note that the database file is damaged by half the transaction: it is not sound, and it is once its journal is
    /// played back.
    pub fn tell_damaged(&mut self) {
        self.held = Some(Held::Damaged);
    }

    /// The folder that the database is in, and the name of the journal there.
    pub(super) fn place(&self) -> (&[u8], &[u8]) {
        split(&self.journal)
    }

    /// Whether something stands in its journal, whatever.
    pub(super) fn holds_something(&self) -> bool {
        self.journal_bytes.is_some_and(|bytes| bytes > 0)
            && self.state != JournalState::DatabaseEmpty
    }

    /// Whether a transaction was under way in the database, that no super-journal ties to others.
    pub(super) fn is_under_way(&self) -> bool {
        self.names.is_none() && (self.state == JournalState::Hot || self.is_unsynced)
    }
}

/// A path's folder, with the sign that ends it, and its last part.
pub(super) fn split(path: &[u8]) -> (&[u8], &[u8]) {
    let is_sign = |byte: &u8| matches!(byte, b'/' | b'\\');
    let last = path.iter().rposition(is_sign).map_or(0, |sign| sign + 1);
    path.split_at(last)
}
