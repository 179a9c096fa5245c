use serde::Serialize;

/// The verdicts. *Well-formed* and *complete* are two things: a set may be sound and still lack what was committed
/// last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum VerdictKind {
    /// Everything is in the database file.
    Complete,
    /// Everything is there, as long as the WAL stays with the database.
    CompleteWithWal,
    /// What is there is sound; whether a WAL is missing cannot be told.
    ConsistentCompletenessUnknown,
    /// Committed content is proven to be missing.
    ProvenIncomplete,
    /// The parts are of different moments, or one is cut short.
    Torn,
    /// The WAL is of another database, or of another time.
    ForeignWal,
    /// The database file is newer than the WAL, whose pages would replace it.
    StaleWal,
    /// The database file lacks pages that a checkpoint took for copied; the WAL still has them.
    CheckpointSkippedFrames,
    /// A transaction was under way: it must be rolled back by the journal.
    HotJournal,
    /// The rollback journal is of another database, or of another time.
    ForeignJournal,
    /// A backup, `VACUUM INTO` or the first transaction was given up: page 1, or others, were never written.
    AbortedBackup,
    /// It is sound, and not the database that the manifest records.
    NotAsRecorded,
    /// It is sound, and not as it is expected to be: too old, or without what is asked for.
    NotAsExpected,
    /// An archive that could not be read as a whole: what is in the rest of it is not known.
    NotWhollyRead,
    /// Something is damaged.
    Corrupt,
    /// The content looks encrypted.
    Encrypted,
    /// It is no database of SQLite's.
    NotSqlite,
    /// It changed while it was read: read it again.
    ChangedWhileReading,
}

impl VerdictKind {
    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::CompleteWithWal => "complete with its WAL",
            Self::ConsistentCompletenessUnknown => "consistent, completeness unknown",
            Self::ProvenIncomplete => "proven incomplete",
            Self::Torn => "torn",
            Self::ForeignWal => "foreign WAL",
            Self::StaleWal => "stale WAL",
            Self::CheckpointSkippedFrames => "checkpoint skipped frames",
            Self::HotJournal => "hot journal",
            Self::ForeignJournal => "foreign journal",
            Self::AbortedBackup => "aborted backup",
            Self::NotAsRecorded => "not as recorded",
            Self::NotAsExpected => "not as expected",
            Self::NotWhollyRead => "not wholly read",
            Self::Corrupt => "corrupt",
            Self::Encrypted => "encrypted",
            Self::NotSqlite => "not SQLite",
            Self::ChangedWhileReading => "changed while reading",
        }
    }
}
