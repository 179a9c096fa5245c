use stillframe_database::JournalMode;
use stillframe_wal::FrameNumber;

use super::{Relation, WalIndex};
use crate::{BackupSet, Error, Timeline};

/// Committed frames that a wal-index knows and the set lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lacking {
    /// The first of them.
    pub first: FrameNumber,
    /// The last.
    pub last: FrameNumber,
    /// The first that was certainly never copied into the database file, where there is one. Of those before it a
    /// checkpoint was under way, or the wal-index was made anew from a WAL and knows of no checkpoint.
    pub certain_from: Option<FrameNumber>,
}

impl Lacking {
    /// The frames behind those that are in the database file or in the WAL; `None` where nothing is lacking or it cannot
    /// be told.
    ///
    /// Where the WAL is of another generation or there is none, only the database file can hold them. Where it has no
    /// frames, a checkpoint may have brought all of them into the database file and emptied it since; so may one have,
    /// where the database is no longer in WAL mode.
    ///
    /// # Errors
    /// The database file could not be read.
    pub fn of(
        index: &WalIndex,
        relation: Relation,
        set: &BackupSet,
        timeline: &Timeline,
    ) -> Result<Option<Self>, Error> {
        let mode = set.database_header()?.map(|header| header.journal_mode());
        let may_be_stale = relation == Relation::EmptyWal || mode == Some(JournalMode::Rollback);
        Ok(Self::behind(index, relation, timeline).map(|lacking| Self {
            certain_from: lacking.certain_from.filter(|_| !may_be_stale),
            ..lacking
        }))
    }

    fn behind(index: &WalIndex, relation: Relation, timeline: &Timeline) -> Option<Self> {
        let held = match relation {
            Relation::NoWal | Relation::EmptyWal | Relation::Newer => 0,
            Relation::Ahead => timeline.mx_frame(),
            _ => return None,
        };
        let last = FrameNumber::new(index.mx_frame())?;
        let behind =
            |frame: u32| FrameNumber::new(frame.saturating_add(1)).filter(|it| *it <= last);
        let first = behind(held.max(index.backfilled()))?;
        Some(Self {
            first,
            last,
            certain_from: behind(held.max(index.attempted())),
        })
    }

    /// How many frames.
    pub const fn frames(&self) -> u32 {
        self.last.get() - self.first.get() + 1
    }
}
