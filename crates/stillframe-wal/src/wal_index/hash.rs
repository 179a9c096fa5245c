//! The hash table of a block: where SQLite looks the frames of a page up (`walFindFrame` in `wal.c`).
//!
//! Page P is looked for from slot `P * 383 % 8192` on, up to the first slot that holds 0, and the *last* of these slots
//! that names a frame of P counts. SQLite puts each frame into the first free slot, so the frames of a page come one
//! after another; half of the slots are free always.

use alloc::vec::Vec;
use core::fmt;

use stillframe_format::Error as FormatError;

use super::Block;
use super::block::{FRAMES, SLOTS};
use crate::FrameNumber;

/// Something that is wrong with the table of a block, with its byte range.
pub type Problem = FormatError<ProblemKind>;

/// What it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProblemKind {
    /// No slot is free, so that no search ends: SQLite gives up and calls the database malformed.
    NoFreeSlot,
    /// The page of a frame is 0.
    NoPage {
        /// The frame.
        frame: FrameNumber,
    },
    /// A search for the page of a frame does not come to the frame.
    Unreachable {
        /// The frame.
        frame: FrameNumber,
        /// Its page.
        page: u32,
    },
    /// A search for the page of a frame ends with an earlier one.
    OutOfOrder {
        /// The frame.
        frame: FrameNumber,
        /// Its page.
        page: u32,
    },
    /// A slot names more frames than a block has.
    PastEnd {
        /// What it names.
        found: u16,
        /// How many there are.
        most: u16,
    },
    /// A slot names a frame that no search for its page comes to through this slot.
    Misplaced {
        /// The frame.
        frame: FrameNumber,
    },
    /// A second slot names the same frame.
    Repeated {
        /// The frame.
        frame: FrameNumber,
    },
}

/// Where a search for a page begins (`walHash`).
pub(super) const fn first_slot(page: u32) -> usize {
    page.wrapping_mul(383) as usize % SLOTS
}

/// A frame as a search for its page comes to it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Met {
    page: u32,
    /// From 1, as it stands in the slot.
    entry: u16,
    /// How many slots behind the first one.
    distance: u16,
}

impl Block<'_> {
    /// The frame that SQLite finds for a page in this block, were `last` the last one that it may look at; `None` where
    /// it finds none. Of a slot that names more frames than there are it takes the lower 12 bits, and so does this.
    ///
    /// # Errors
    /// [`ProblemKind::NoFreeSlot`].
    pub fn find(&self, page: u32, last: u32) -> Result<Option<FrameNumber>, Problem> {
        let mut found = None;
        for step in 0..SLOTS {
            let slot = (first_slot(page) + step) % SLOTS;
            let Some(entry @ 1..) = self.slot(slot) else {
                return Ok(found);
            };
            let entry = usize::from(entry) - 1;
            let frame = self.frame(entry);
            if frame.get() <= last && self.word(entry % FRAMES) == Some(page) {
                found = Some(frame);
            }
        }
        Err(self.no_free_slot())
    }

    /// Hands everything to `found` that is wrong with how the pages of the frames up to `last` are looked up. What is
    /// there of later frames is of transactions that are not committed, and means nothing. Where the file ends within
    /// the block nothing is said.
    pub fn problems(&self, last: u32, mut found: impl FnMut(Problem)) {
        let entries = self.entries(last);
        if !self.is_whole() || entries == 0 {
            return;
        }
        let slots: Vec<u16> = (0..SLOTS).filter_map(|slot| self.slot(slot)).collect();
        let Some(free) = slots.iter().position(|&entry| entry == 0) else {
            return found(self.no_free_slot());
        };
        let mut met = self.met(&slots, free, entries, &mut found);
        met.sort_unstable();
        self.judge_order(&met, &mut found);
        let mut reached = [0u64; SLOTS / 2 / 64];
        for Met { entry, .. } in met {
            let entry = usize::from(entry) - 1;
            if let Some(bits) = reached.get_mut(entry / 64) {
                *bits |= 1 << (entry % 64);
            }
        }
        for entry in 0..entries {
            let page = self.page(entry).unwrap_or(0);
            let frame = self.frame(entry);
            let is_reached = reached
                .get(entry / 64)
                .is_some_and(|bits| bits >> (entry % 64) & 1 == 1);
            let kind = match page {
                0 => ProblemKind::NoPage { frame },
                _ if is_reached => continue,
                page => ProblemKind::Unreachable { frame, page },
            };
            let range = self.range_of_page(entry);
            found(Problem { kind, range });
        }
    }

    /// The frames that a search comes to, in no order. `free` is a slot that holds 0: no search goes past it, so that
    /// one round from there on meets every one of them.
    fn met(
        &self,
        slots: &[u16],
        free: usize,
        entries: usize,
        found: &mut impl FnMut(Problem),
    ) -> Vec<Met> {
        let mut met = Vec::with_capacity(entries);
        // How many slots up to and with this one hold something.
        let mut run = 0;
        for step in 1..SLOTS {
            let slot = (free + step) % SLOTS;
            let entry = slots.get(slot).copied().unwrap_or(0);
            run = if entry == 0 { 0 } else { run + 1 };
            let number = usize::from(entry);
            let range = self.range_of_slot(slot);
            if number > self.capacity() {
                let most = self.capacity() as u16;
                let kind = ProblemKind::PastEnd { found: entry, most };
                found(Problem { kind, range });
            }
            if number == 0 || number > entries {
                continue;
            }
            let Some(page) = self.page(number - 1).filter(|&page| page != 0) else {
                continue;
            };
            let distance = (SLOTS + slot - first_slot(page)) % SLOTS;
            if distance < run {
                let distance = distance as u16;
                met.push(Met {
                    page,
                    entry,
                    distance,
                });
            } else {
                let frame = self.frame(number - 1);
                let kind = ProblemKind::Misplaced { frame };
                found(Problem { kind, range });
            }
        }
        met
    }

    /// Frames of a page must come in their order, each once.
    fn judge_order(&self, met: &[Met], found: &mut impl FnMut(Problem)) {
        let mut before: Option<Met> = None;
        for &this in met {
            let frame = self.frame(usize::from(this.entry) - 1);
            let of_page = before.filter(|before| before.page == this.page);
            let furthest = of_page.map_or(0, |before| before.distance.max(this.distance));
            let slot = (first_slot(this.page) + usize::from(this.distance)) % SLOTS;
            let range = self.range_of_slot(slot);
            let kind = match of_page {
                Some(before) if before.entry == this.entry => Some(ProblemKind::Repeated { frame }),
                Some(before) if before.distance > this.distance => {
                    let page = this.page;
                    Some(ProblemKind::OutOfOrder { frame, page })
                }
                _ => None,
            };
            if let Some(kind) = kind {
                found(Problem { kind, range });
            }
            before = Some(Met {
                distance: furthest.max(this.distance),
                ..this
            });
        }
    }

    fn no_free_slot(&self) -> Problem {
        let first = self.range_of_slot(0);
        Problem::new(ProblemKind::NoFreeSlot, first.start, 2 * SLOTS as u64)
    }
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NoFreeSlot => f.write_str("no slot of the hash table is free"),
            Self::NoPage { frame } => write!(f, "the page of frame {frame} is 0"),
            Self::Unreachable { frame, page } => {
                write!(f, "a search for page {page} does not come to frame {frame}")
            }
            Self::OutOfOrder { frame, page } => write!(
                f,
                "a search for page {page} comes to an earlier frame after frame {frame}"
            ),
            Self::PastEnd { found, most } => write!(
                f,
                "a slot of the hash table names entry {found}, and the block has {most}"
            ),
            Self::Misplaced { frame } => write!(
                f,
                "a slot of the hash table names frame {frame}, and no search for its page comes there"
            ),
            Self::Repeated { frame } => {
                write!(f, "a second slot of the hash table names frame {frame}")
            }
        }
    }
}
