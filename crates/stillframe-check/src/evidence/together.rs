//! Whether the database file and the WAL go together, and what becomes of the file where they do not.

use stillframe_database::Header;
use stillframe_database::header::MAGIC;
use stillframe_format::PageSize;
use stillframe_history::JournalState;

use crate::{Evidence, Tied};

impl Evidence<'_> {
    /// The page sizes that the database file and the WAL name, where there is a commit and they are not the same.
    pub(crate) fn page_sizes_that_differ(&self) -> Option<(PageSize, PageSize)> {
        let wal = self.timeline.last_commit().and(self.timeline.page_size())?;
        let header = self
            .known_below_wal()
            .filter(|header| header.magic == MAGIC)?;
        let database = header.page_size()?;
        (database != wal).then_some((database, wal))
    }

    /// Whether something shows that the WAL is not the database file's own, as it is now: nothing can be said of how
    /// the two go together.
    pub(crate) fn wal_is_foreign(&self) -> bool {
        self.wal_is_of_another() || self.trails_in_wal()
    }

    /// The same, but for that the log has pages behind those that the file counts: pages of before it was begun anew may
    /// tell why.
    pub(crate) fn wal_is_of_another(&self) -> bool {
        self.page_sizes_that_differ().is_some()
            || self.rollback_mode_beside_wal().is_some()
            || self.stale.is_some()
            || self.unexplained.is_some()
            || self.wal_hides_database()
    }

    /// The transaction over several databases that the database is one of, where its journal is missing.
    pub(crate) fn tied_without_journal(&self) -> Option<&Tied> {
        let lacks_journal = |tied: &&Tied| tied.lacks_journal(self.header_below_wal);
        let tied = self.tied.as_ref().filter(lacks_journal);
        tied.filter(|_| !self.has_frames())
    }

    /// How many pages page 1 of the database file counts, and how many are there, where that is fewer: SQLite refuses the file
    /// alone then.
    pub(crate) fn cut_file(&self) -> Option<(u32, u32)> {
        let header = self.header_below_wal.filter(|it| it.validate().is_ok())?;
        let stored = header.page_size()?.pages_in(self.set.database_bytes());
        let counted = header.page_count(stored);
        (self.set.database.is_some() && counted > stored).then_some((counted, stored))
    }

    /// The header of a database file that is not in WAL mode, where the WAL beside it holds a commit.
    pub(crate) fn rollback_mode_beside_wal(&self) -> Option<Header> {
        self.timeline.last_commit()?;
        let header = self.known_below_wal()?;
        (header.read_version < 2 && header.validate().is_ok()).then_some(header)
    }

    /// The header that the WAL lies over, where it is known whether a journal changes it first.
    fn known_below_wal(&self) -> Option<Header> {
        self.header_below_wal
            .filter(|_| self.journal != JournalState::SuperJournalUnknown)
    }

    /// Whether the database file begins as a database does, and the WAL has something else in place of page 1.
    pub(crate) fn wal_hides_database(&self) -> bool {
        let header = self.header_below_wal;
        self.not_a_database().is_some()
            && self.frame_of_page_1().is_some()
            && header.is_some_and(|header| header.validate().is_ok())
    }

    /// Whether the WAL holds pages behind those that page 1 in the database file counts: SQLite writes page 1 whenever
    /// the number changes, so the WAL was not written over this database.
    pub(crate) fn trails_in_wal(&self) -> bool {
        let (Some(trailing), Some(image)) = (self.trailing, &self.image) else {
            return false;
        };
        let mut pages = image.overlay().iter().map(|(page, _)| page);
        self.frame_of_page_1().is_none() && pages.any(|page| page >= trailing.first)
    }
}
