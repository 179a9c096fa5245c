//! Slots that follow one another: what each is.

use crate::header::MAGIC;
use crate::record::{RawSlot, can_hold, checksum};
use crate::{End, Layout, RecordNumber, SectorSize, Slot, SlotReason};

use super::{Next, Playback, Wanted};

/// Slots that are read one after the other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    pub(super) kind: RunKind,
    pub(super) offset: u64,
    /// How many there are to be; `u32::MAX` where all that fit are looked at.
    pub(super) left: u32,
    pub(super) nonce: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RunKind {
    /// A segment that counts: played back, until the playback stops.
    Counted,
    Unsynced,
    Leftover,
    Ignored,
}

impl Playback {
    /// Takes slots that were wanted, and hands each to `found` with its page, or what is there of it. A part of a slot
    /// at the end is passed over, unless the file ends there.
    pub fn records<'a>(&mut self, bytes: &'a [u8], mut found: impl FnMut(Slot, &'a [u8])) {
        let (Some(layout), Some(Wanted::Records { range, slot_bytes })) =
            (self.layout, self.wanted())
        else {
            return;
        };
        for piece in bytes.chunks(slot_bytes) {
            let Next::Records(run) = self.next else {
                return;
            };
            let is_last = run.offset.saturating_add(piece.len() as u64) >= range.end;
            if piece.len() < slot_bytes && !is_last {
                return;
            }
            if !self.take(run, piece, layout, &mut found) {
                return;
            }
        }
    }

    /// Passes over the whole slots among the next `bytes` bytes, of which it is known that they are zeros, as in a hole of
    /// a sparse file; returns how many. That is done behind the place where the playback stops, and each of them is
    /// [`SlotReason::AfterStop`] and does not hold; elsewhere there are none.
    pub fn pass_over_zeros(&mut self, bytes: u64) -> u32 {
        let (Some(layout), Next::Records(run)) = (self.layout, self.next) else {
            return 0;
        };
        // With this nonce the checksum of zeros is zero.
        let holds = match self.are_sums_sealed {
            true => run
                .nonce
                .is_some_and(|nonce| can_hold(0, nonce, layout.page_size)),
            false => run.nonce == Some(0),
        };
        if run.kind != RunKind::Counted || self.end.is_none() || holds {
            return 0;
        }
        let slot_bytes = layout.record_bytes() as u64;
        let there = bytes.min(self.until(run.kind).saturating_sub(run.offset)) / slot_bytes;
        let most = run.left.min(u32::MAX - self.slots);
        let slots = u32::try_from(there).unwrap_or(u32::MAX).min(most);
        if slots == 0 {
            return 0;
        }
        self.slots += slots;
        let offset = run.offset + u64::from(slots) * slot_bytes;
        match run.left {
            left if left == slots => self.seek_header(offset, layout.sector_size, run.nonce),
            u32::MAX => self.seek_records(Run { offset, ..run }),
            left => self.seek_records(Run {
                offset,
                left: left - slots,
                ..run
            }),
        }
        slots
    }

    /// Takes one slot, or what is there of it. Whether the next one is wanted.
    fn take<'a>(
        &mut self,
        mut run: Run,
        bytes: &'a [u8],
        layout: Layout,
        found: &mut impl FnMut(Slot, &'a [u8]),
    ) -> bool {
        let slot = RawSlot::split(bytes, layout.page_size);
        let is_evidence = run.kind != RunKind::Counted;
        if is_evidence && self.another_header(run, bytes, layout.sector_size) {
            return false;
        }
        // Where nothing counts the slots, they end with the first place where there cannot be one.
        if is_evidence && matches!(slot.page, None | Some(0)) {
            self.next = Next::Nothing;
            return false;
        }
        let Some(reason) = self.reason(&mut run, &slot, bytes, layout) else {
            self.next = Next::Nothing;
            return false;
        };
        let number = self.slots.checked_add(1).and_then(RecordNumber::new);
        let Some(number) = number else {
            self.end.get_or_insert(End::TooManyRecords);
            self.next = Next::Nothing;
            return false;
        };
        self.slots = number.get();
        match reason {
            SlotReason::ChecksumMismatch => self.end = Some(End::ChecksumMismatch(number)),
            SlotReason::PageNumberInvalid => self.end = Some(End::PageNumberInvalid(number)),
            SlotReason::Short { .. } => {
                self.end.get_or_insert(End::Short);
            }
            _ => {}
        }
        found(
            Slot {
                number,
                offset: run.offset,
                page: slot.page,
                checksum: slot.checksum,
                reason,
            },
            slot.data,
        );
        self.go_on(run, bytes.len(), layout)
    }

    /// The reason of a slot; `None` where the name of the super-journal stands in its place.
    fn reason(
        &mut self,
        run: &mut Run,
        slot: &RawSlot<'_>,
        bytes: &[u8],
        layout: Layout,
    ) -> Option<SlotReason> {
        let present = bytes.len();
        let short = SlotReason::Short { present };
        let is_name = self.name.is_some_and(|name| run.offset >= name);
        let is_whole = present == layout.record_bytes();
        let holds = self.holds(run, slot, layout);
        let reason = match run.kind {
            RunKind::Counted if self.end.is_some() => match is_whole {
                true => SlotReason::AfterStop { holds },
                false => short,
            },
            RunKind::Counted if !slot.has_page(layout.page_size) => short,
            RunKind::Counted => {
                let page = slot.page.unwrap_or(0);
                if page == 0 || page == layout.lock_byte_page().get() {
                    SlotReason::PageNumberInvalid
                } else if self.initial_size.is_some_and(|size| page > size) {
                    SlotReason::BeyondInitialSize
                } else if !is_whole {
                    short
                } else if holds {
                    SlotReason::PlayedBack
                } else {
                    SlotReason::ChecksumMismatch
                }
            }
            _ if !is_whole => short,
            RunKind::Unsynced if holds => SlotReason::Unsynced,
            RunKind::Unsynced | RunKind::Leftover | RunKind::Ignored => {
                if run.kind == RunKind::Unsynced {
                    run.kind = RunKind::Leftover;
                }
                // Of a sealed page it is not known.
                if !self.are_sums_sealed {
                    run.nonce = slot.nonce();
                }
                match run.kind {
                    RunKind::Ignored => SlotReason::HeaderIgnored { holds },
                    _ => SlotReason::Leftover { holds },
                }
            }
        };
        let is_no_record = matches!(
            reason,
            SlotReason::PageNumberInvalid | SlotReason::Short { .. } | SlotReason::AfterStop { .. }
        );
        if is_name && is_no_record {
            self.end.get_or_insert(End::SuperJournal);
            return None;
        }
        Some(reason)
    }

    /// Whether the checksum of a slot holds with the nonce that is expected, or can.
    fn holds(&self, run: &Run, slot: &RawSlot<'_>, layout: Layout) -> bool {
        let (Some(nonce), Some(found)) = (run.nonce, slot.checksum) else {
            return false;
        };
        match self.are_sums_sealed {
            true => can_hold(found, nonce, layout.page_size),
            false => found == checksum(nonce, slot.data),
        }
    }

    /// Whether a slot that nothing counts is the padding before another header, which is wanted then. It is found where
    /// it lies within the slot, as it does for sectors no larger than a page.
    fn another_header(&mut self, run: Run, slot: &[u8], sector: SectorSize) -> bool {
        let offset = sector.align(run.offset);
        let within = (offset - run.offset) as usize;
        let is_there = offset.saturating_add(sector.get().into()) <= self.length
            && slot
                .get(within..)
                .is_some_and(|there| there.starts_with(&MAGIC));
        if is_there {
            self.seek_header(offset, sector, run.nonce);
        }
        is_there
    }

    /// Goes on behind a slot. Whether to another one.
    fn go_on(&mut self, run: Run, bytes: usize, layout: Layout) -> bool {
        let offset = run.offset.saturating_add(bytes as u64);
        let left = match run.left {
            u32::MAX => u32::MAX,
            left => left - 1,
        };
        if left == 0 {
            self.seek_header(offset, layout.sector_size, run.nonce);
            return false;
        }
        self.seek_records(Run {
            offset,
            left,
            ..run
        });
        matches!(self.next, Next::Records(_))
    }
}
