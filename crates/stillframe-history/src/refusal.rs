use std::fmt;

use stillframe_database::encryption::InClear;
use stillframe_format::{PageNumber, PageSize};
use stillframe_wal::{CommitNumber, FrameNumber};

/// Why there is no image: SQLite refuses, too, or a page exists nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// There is no database and no commit.
    NothingThere,
    /// Page 1 as SQLite would see it is not the start of a database.
    NotADatabase(stillframe_database::Error),
    /// Page 1 as SQLite would see it has no structure: the database is encrypted, or random bytes. Its pages can be put
    /// together all the same, for whoever has the key.
    Encrypted(InClear),
    /// SQLite looks at no frame of the WAL.
    Wal(stillframe_wal::Error),
    /// Page 1 as SQLite would see it names another page size than the WAL: a checkpoint fails as corrupt.
    PageSizeMismatch {
        /// That of page 1.
        database: PageSize,
        /// That of the WAL.
        wal: PageSize,
    },
    /// Page 1 counts more pages than are stored: SQLite refuses the database as corrupt.
    SizeExceedsStored {
        /// The pages it counts.
        header: u32,
        /// The pages that are stored.
        stored: u32,
    },
    /// The commit makes the database larger than the file and the WAL together could: SQLite's checkpoint refuses
    /// to grow it.
    Growth {
        /// Bytes of the database file.
        database: u64,
        /// Bytes after the commit.
        after: u64,
    },
    /// Pages of the image exist neither in the WAL nor in the database file.
    MissingPages {
        /// The commit.
        at: CommitNumber,
        /// The first of them.
        first: PageNumber,
        /// How many there are.
        count: u32,
    },
    /// Commits of the present generation lie behind the frame that ends the log: a compacted WAL would be without them.
    LostCommits {
        /// The last commit that SQLite shows.
        last: CommitNumber,
        /// The frame that ends the log.
        end: FrameNumber,
        /// Commit frames behind it that are intact.
        intact: u32,
        /// Commit frames that do not verify.
        unverified: u32,
    },
    /// Slots behind the log are neither of this generation nor of one before it: what was there may have been
    /// committed.
    UnexplainedSlots {
        /// The last commit that SQLite shows.
        last: CommitNumber,
        /// The first of the slots.
        first: FrameNumber,
        /// How many there are.
        count: u32,
    },
    /// The rollback journal names a super-journal of which it is not known whether it is there: SQLite would roll back,
    /// or not.
    SuperJournalUnknown,
    /// There is no rollback journal that could be played back.
    NoJournal,
    /// The rollback journal has more records than can be numbered.
    TooManyRecords,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NothingThere => f.write_str("there is no database and no commit"),
            Self::NotADatabase(error) => write!(f, "page 1 is not the start of a database: {error}"),
            Self::Encrypted(_) => f.write_str("page 1 has no structure, as where it is encrypted"),
            Self::Wal(error) => write!(f, "SQLite looks at no frame of the WAL: {error}"),
            Self::PageSizeMismatch { database, wal } => write!(
                f,
                "the database has pages of {database} bytes, the WAL of {wal}: SQLite cannot checkpoint this WAL into it"
            ),
            Self::SizeExceedsStored { header, stored } => write!(
                f,
                "page 1 counts {header} pages and only {stored} are stored: SQLite refuses the database as corrupt"
            ),
            Self::Growth { database, after } => write!(
                f,
                "the commit makes {after} bytes of a database of {database}, more than the WAL can hold: SQLite refuses the checkpoint as corrupt"
            ),
            Self::MissingPages {
                at: CommitNumber::DATABASE,
                first,
                count,
            } => {
                let pages = match count {
                    1 => format!("page {first} exists"),
                    count => format!("{count} pages, the first of them page {first}, exist"),
                };
                write!(
                    f,
                    "{pages} neither in the database file nor in the rollback journal"
                )
            }
            Self::MissingPages { at, first, count: 1 } => write!(
                f,
                "page {first} of commit {at} exists neither in the database file nor in the WAL"
            ),
            Self::MissingPages { at, first, count } => write!(
                f,
                "{count} pages of commit {at}, the first of them page {first}, exist neither in the database file nor in the WAL"
            ),
            Self::LostCommits {
                last,
                end,
                intact,
                unverified,
            } => write!(
                f,
                "frame {end} ends the log, and {} behind it, which a compacted WAL would be without; to leave them behind, name the last commit: --at {last}",
                Lost(*intact, *unverified)
            ),
            Self::UnexplainedSlots { last, first, count } => write!(
                f,
                "{count} slots behind the log, the first of them slot {first}, are no frames of any generation of this WAL: commits may have been there; to leave them behind, name the last commit: --at {last}"
            ),
            Self::SuperJournalUnknown => f.write_str(
                "the rollback journal names a super-journal that is not among the inputs: SQLite rolls back with it if that is there, and deletes it if not; name one of the two: --at journal, --ignore-journal",
            ),
            Self::NoJournal => f.write_str("there is no rollback journal that SQLite would play back"),
            Self::TooManyRecords => {
                f.write_str("the rollback journal has more than 4294967295 records")
            }
        }
    }
}

/// So many intact and so many damaged commit frames that lie somewhere.
struct Lost(u32, u32);

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self(1, 0) => f.write_str("an intact commit frame lies"),
            Self(0, 1) => f.write_str("a damaged commit frame lies"),
            Self(intact, 0) => write!(f, "{intact} intact commit frames lie"),
            Self(0, damaged) => write!(f, "{damaged} damaged commit frames lie"),
            Self(intact, damaged) => {
                write!(f, "{intact} intact and {damaged} damaged commit frames lie")
            }
        }
    }
}

impl std::error::Error for Refusal {}
