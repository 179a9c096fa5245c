use stillframe_wal::FrameNumber;

use super::{Relation, WalIndex};
use crate::Timeline;

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
    /// frames, a checkpoint may have brought all of them into the database file and emptied it since.
    pub fn of(index: &WalIndex, relation: Relation, timeline: &Timeline) -> Option<Self> {
        let held = match relation {
            Relation::NoWal | Relation::EmptyWal | Relation::Newer => 0,
            Relation::Ahead => timeline.mx_frame(),
            _ => return None,
        };
        let last = FrameNumber::new(index.mx_frame())?;
        let behind =
            |frame: u32| FrameNumber::new(frame.saturating_add(1)).filter(|it| *it <= last);
        let first = behind(held.max(index.backfilled()))?;
        let certain_from = match relation {
            Relation::EmptyWal => None,
            _ => behind(held.max(index.attempted())),
        };
        Some(Self {
            first,
            last,
            certain_from,
        })
    }

    /// How many frames.
    pub const fn frames(&self) -> u32 {
        self.last.get() - self.first.get() + 1
    }
}
