//! The records that a playback writes back, gathered while a journal is followed.

use stillframe_format::PageNumber;
use stillframe_journal::record::PAGE_NUMBER_BYTES;
use stillframe_journal::{RecordNumber, Slot, SlotReason};

use crate::Overlay;

/// A record that a page is taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its number.
    pub number: RecordNumber,
    /// Where its page begins in the journal.
    pub offset: u64,
}

/// Records are gathered as 8 bytes each, as the frames of a WAL are. Where one lies follows from the run of records that
/// it is in: each run begins behind a header.
#[derive(Clone, Debug, Default)]
pub(super) struct Gathered {
    records: Overlay<RecordNumber>,
    /// Runs, and where the first record of each begins: those that hold a record that counts.
    runs: Vec<Record>,
    is_in_run: bool,
    slot_bytes: u64,
    reasons: Vec<(SlotReason, u64)>,
}

/// Fewer runs than this are not worth looking through before the end.
const PRUNE_FROM: usize = 1 << 16;

impl Gathered {
    /// A header was read: what follows is a new run.
    pub(super) fn begin(&mut self) {
        self.is_in_run = false;
    }

    /// Takes a slot, in a journal with slots of so many bytes.
    pub(super) fn take(&mut self, slot: &Slot, slot_bytes: usize) {
        self.slot_bytes = slot_bytes as u64;
        self.tally(slot.reason, 1);
        let page = slot.page.and_then(PageNumber::new);
        let (Some(page), SlotReason::PlayedBack) = (page, slot.reason) else {
            return;
        };
        if !self.is_in_run {
            if self.runs.len() == self.runs.capacity() && self.runs.len() >= PRUNE_FROM {
                self.prune();
                self.runs.reserve_exact(self.runs.len().max(PRUNE_FROM));
            }
            self.runs.push(Record {
                number: slot.number,
                offset: slot.offset,
            });
            self.is_in_run = true;
        }
        self.records.push(page, slot.number);
    }

    /// How many slots there are of each reason. What one says of itself beside it is a part of it, but for how much is
    /// there of a short one.
    pub(super) fn tally(&mut self, reason: SlotReason, slots: u64) {
        match self.reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, count)) => *count += slots,
            // A file ends but once, and there are few others.
            None => self.reasons.push((reason, slots)),
        }
    }

    pub(super) fn settle(&mut self) {
        self.records.settle();
        self.prune();
    }

    /// Leaves out the runs of which no record counts any more, as later ones hold the same pages.
    fn prune(&mut self) {
        self.records.settle();
        let mut used = vec![false; self.runs.len()];
        for (_, record) in self.records.iter() {
            if let Some(used) = self.run_of(record).and_then(|run| used.get_mut(run)) {
                *used = true;
            }
        }
        let mut used = used.into_iter();
        self.runs.retain(|_| used.next().unwrap_or(true));
    }

    fn run_of(&self, record: RecordNumber) -> Option<usize> {
        let behind = self.runs.partition_point(|run| run.number <= record);
        behind.checked_sub(1)
    }

    pub(super) fn record(&self, page: PageNumber) -> Option<Record> {
        let number = self.records.frame(page)?;
        let run = self.runs.get(self.run_of(number)?)?;
        let before = u64::from(number.get() - run.number.get());
        Some(Record {
            number,
            offset: run.offset + before * self.slot_bytes + PAGE_NUMBER_BYTES as u64,
        })
    }

    pub(super) const fn records(&self) -> &Overlay<RecordNumber> {
        &self.records
    }

    pub(super) fn count(&self, is: impl Fn(SlotReason) -> bool) -> u64 {
        let matching = self.reasons.iter().filter(|(reason, _)| is(*reason));
        matching.map(|(_, count)| count).sum()
    }

    pub(super) fn reasons(&self) -> impl Iterator<Item = (SlotReason, u64)> + '_ {
        self.reasons.iter().copied()
    }
}
