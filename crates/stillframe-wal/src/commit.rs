use core::fmt;

use stillframe_format::{ByteRange, PageSize};

use crate::{Checksum, FrameNumber, FrameSummary};

/// A moment of a database: 0 is the database file alone, k is after the k-th commit of its WAL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CommitNumber(u32);

impl CommitNumber {
    /// The database file alone.
    pub const DATABASE: Self = Self(0);

    /// The moment with this number.
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// The number; 0 is the database file alone.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl fmt::Display for CommitNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A committed transaction: the frames up to and including one that carries a size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its number, from 1.
    pub number: CommitNumber,
    /// Its first frame.
    pub first_frame: FrameNumber,
    /// Its last frame, which carries the size.
    pub last_frame: FrameNumber,
    /// Size of the database in pages after it; never 0.
    pub size_after: u32,
    /// The cumulative checksum of its last frame.
    pub checksum: Checksum,
}

impl Commit {
    /// How many frames it has.
    pub const fn frames(&self) -> u32 {
        self.last_frame.get() - self.first_frame.get() + 1
    }

    /// The bytes of the WAL that its frames fill.
    pub const fn range(&self, page_size: PageSize) -> ByteRange {
        ByteRange {
            start: self.first_frame.offset(page_size),
            end: self.last_frame.range(page_size).end,
        }
    }
}

/// Gathers accepted frames into commits.
#[derive(Clone, Debug, Default)]
pub struct Commits {
    last: Option<Commit>,
}

impl Commits {
    /// Takes the next accepted frame; a commit where it ends one.
    pub fn push(&mut self, frame: &FrameSummary) -> Option<Commit> {
        if !frame.is_commit() {
            return None;
        }
        let (before, frames_before) = match self.last {
            Some(last) => (last.number.get(), last.last_frame.get()),
            None => (0, 0),
        };
        let commit = Commit {
            number: CommitNumber(before.checked_add(1)?),
            first_frame: FrameNumber::new(frames_before.checked_add(1)?)?,
            last_frame: frame.number,
            size_after: frame.size_after,
            checksum: frame.checksum,
        };
        self.last = Some(commit);
        Some(commit)
    }

    /// The last commit so far. Its last frame is SQLite's mxFrame, its size the size of the database.
    pub const fn last(&self) -> Option<Commit> {
        self.last
    }
}
