//! Commits that were written while the WAL was being copied.
//!
//! SQLite writes the frames of a generation from the front of the file on, and so does whoever copies it read it: what is
//! read later may be newer. A copy has the frames that were there when its front was read, then frames of generations
//! before, which stood there still, and behind those what had been written over them by the time that was read. SQLite
//! shows the commits of the front, and so the moment at which the copy was begun.
//!
//! Damage does not look so: what is damaged is no whole frame of a generation before, and a frame that is whole but for its
//! salts follows from the one before it. Storage that keeps older bytes in place of newer ones does so by its blocks, which
//! begin within frames as a rule: such a frame has the salts of its generation and does not hold. But where the block is the
//! one that the log ended in when it was last written, the bytes are those of a copy that was made then.

use std::collections::{BTreeMap, BTreeSet};

use stillframe_format::PageNumber;
use stillframe_wal::{Header, Salts, Slot, SlotReason};

use super::{Residue, Tally};
use crate::generation::age;
use crate::reserved::compared_bytes;
use crate::timeline::{slots, window};
use crate::{BackupSet, Error, Progress, Timeline};

/// What stands behind frames that were read before it was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadLater {
    /// The frames of generations before that stand in front of it.
    pub older: Tally,
    /// The frames that follow from one another, and a first one of which nothing tells.
    pub frames: Tally,
    /// Of these, commit frames that follow from the frame before.
    pub(crate) intact: Tally,
    /// Of these, commit frames of which nothing tells.
    pub(crate) unverified: Tally,
}

impl ReadLater {
    /// How many of the frames are commits.
    pub const fn commits(&self) -> u32 {
        self.intact.slots + self.unverified.slots
    }
}

#[derive(Clone, Copy)]
enum State {
    /// Behind the frames of the log.
    Log,
    /// Among frames of generations before.
    Older {
        last: Salts,
        /// Whether what stands behind the last one can have been written over them.
        can_end: bool,
        /// Whether it does not follow from the one before, as one of which the end was written over.
        is_broken: bool,
    },
    /// Among frames of the present generation that were written later.
    Later,
    /// Nothing of the kind.
    Other,
}

/// Finds them among the slots behind the log.
pub(super) struct Watch {
    state: State,
    found: ReadLater,
    /// Slots of generations before that nothing newer stands behind yet.
    older: Tally,
}

impl Watch {
    pub(super) fn new() -> Self {
        Self {
            state: State::Log,
            found: ReadLater::default(),
            older: Tally::default(),
        }
    }

    /// Takes the next slot behind the accepted frames.
    pub(super) fn take(&mut self, header: &Header, slot: &Slot) {
        self.state = match (slot.reason, slot.header) {
            (SlotReason::OtherGeneration { chains }, Some(frame)) => {
                self.older.count(slot.number);
                self.older(header, frame.salts, chains)
            }
            (SlotReason::ChecksumMismatch { chains }, Some(frame)) => {
                let is_next = match self.state {
                    State::Older { can_end, .. } => can_end,
                    State::Later => chains,
                    State::Log | State::Other => false,
                };
                self.found.older.add(std::mem::take(&mut self.older));
                self.found.frames.count(slot.number);
                match (frame.is_commit(), chains) {
                    (true, true) => self.found.intact.count(slot.number),
                    (true, false) => self.found.unverified.count(slot.number),
                    (false, _) => {}
                }
                if is_next { State::Later } else { State::Other }
            }
            (SlotReason::Torn { .. }, _) => self.state,
            _ => State::Other,
        };
    }

    fn older(&self, header: &Header, salts: Salts, chains: bool) -> State {
        // Salts of which one alone differs are damaged.
        let is_older = age(header, salts).is_some() && salts.salt2 != header.salts.salt2;
        match self.state {
            State::Log | State::Later => State::Older {
                last: salts,
                can_end: is_older && !chains,
                is_broken: false,
            },
            State::Older {
                last,
                can_end,
                is_broken,
            } => State::Older {
                last: salts,
                can_end: can_end && is_older && !is_broken,
                is_broken: !chains && last == salts,
            },
            State::Other => State::Other,
        }
    }

    /// What was found, where that explains all that stands behind the log.
    pub(super) fn end(self) -> Option<ReadLater> {
        let is_all = !matches!(self.state, State::Other) && self.found.commits() > 0;
        is_all.then_some(self.found)
    }
}

impl Residue {
    /// As [`Residue::read`], of a set: where the database file holds a page as a frame has it that was read later, a
    /// checkpoint has come between the copies of the two, so that the set is of no moment, and these commits are missed.
    ///
    /// # Errors
    /// The set could not be read.
    pub fn of(
        set: &BackupSet,
        timeline: &Timeline,
        progress: &dyn Progress,
    ) -> Result<Self, Error> {
        let mut residue = Self::read(set.wal.as_ref(), timeline, progress)?;
        if let Some(later) = residue.read_later {
            if is_copied(set, timeline)? {
                residue.read_later = None;
                residue.intact_commits = later.intact;
                residue.unverified_commits = later.unverified;
            }
        }
        Ok(residue)
    }
}

/// Whether a checkpoint has copied frames of the present generation behind the log into the database file: it holds more than
/// half of their pages as one of these frames has them, or one of them so, and not as the log has it. One page alone may have
/// been written as it was before, or have become so again.
fn is_copied(set: &BackupSet, timeline: &Timeline) -> Result<bool, Error> {
    let (Some(database), Some(size)) = (&set.database, timeline.page_size()) else {
        return Ok(false);
    };
    let compared = compared_bytes(size, set.database_header()?.as_ref());
    let has = |number: PageNumber, page: &[u8]| -> Result<bool, Error> {
        let offset = number.offset(size);
        let is_there = offset + size.as_len() as u64 <= database.bytes.len();
        Ok(is_there
            && *window(database, offset, compared)? == *page.get(..compared).unwrap_or(page))
    };
    // The pages of later frames, and which of them the file has so; and which of these the log has as the file.
    let (mut pages, mut held, mut in_log) = (BTreeSet::new(), BTreeSet::new(), BTreeMap::new());
    let mut failed = Ok(());
    let mut look = |slot: &Slot, page: &[u8]| -> Result<(), Error> {
        let number = slot.header.and_then(|frame| PageNumber::new(frame.page));
        match (slot.reason, number) {
            (SlotReason::Committed, Some(number)) => {
                in_log.insert(number, has(number, page)?);
            }
            (SlotReason::ChecksumMismatch { .. }, Some(number)) => {
                pages.insert(number);
                if !held.contains(&number) && has(number, page)? {
                    held.insert(number);
                }
            }
            _ => {}
        }
        Ok(())
    };
    slots(set.wal.as_ref(), timeline, &(), |slot, page| {
        if failed.is_ok() {
            failed = look(&slot, page);
        }
    })?;
    failed?;
    let is_newer = |number: &PageNumber| in_log.get(number) == Some(&false);
    Ok(held.len() * 2 > pages.len() || held.iter().any(is_newer))
}
