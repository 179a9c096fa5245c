mod later;

use stillframe_wal::{FrameNumber, Slot, SlotReason};

use crate::generation::{Unexplained, is_newer};
use crate::{EndOfLog, Error, Input, Progress, Timeline, tail};
pub use later::ReadLater;
use later::Watch;

/// What stands in a WAL behind the last commit, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Residue {
    /// Frames that hold and were not committed.
    pub uncommitted: Tally,
    /// Slots of another generation.
    pub other_generation: Tally,
    /// Of those, the ones whose checksum follows from the slot before.
    pub other_generation_chained: Tally,
    /// Of the slots of another generation those of a later one than the header's, which no reset leaves behind the log;
    /// none where not two of them chain.
    pub newer_generation: Tally,
    /// Of the slots of another generation those that cannot be of any: other salts than resets make, no chain, and no page
    /// that a database as this one has; and slots of zeros in front of any.
    pub unexplained: Tally,
    /// How many of these are zeros.
    pub unexplained_zeros: u32,
    /// Spilled frames without salts.
    pub zero_salt_spill: Tally,
    /// Slots of this generation that do not follow from the accepted frames.
    pub checksum_mismatch: Tally,
    /// Slots that name page 0 under the salts of this generation.
    pub page_number_zero: Tally,
    /// Slots behind a header that is not accepted.
    pub header_ignored: Tally,
    /// The slot within which the file ends.
    pub torn: Tally,
    /// Slots of zeros.
    pub zero_filled: Tally,
    /// Of those, the ones with nothing behind them.
    pub zeros_at_end: Tally,
    /// The slot that ended the log, where there is one.
    pub end: Option<Slot>,
    /// Whether that begins with the header of a frame which a database of this size can have.
    end_can_be: bool,
    /// Why the slot behind it is none.
    behind_end: Option<SlotReason>,
    /// Whether the slot before is of the header's generation.
    follows_present: bool,
    /// Commit frames behind the end of the log that are intact and of this generation: the frame follows from the one
    /// before it.
    pub intact_commits: Tally,
    /// Commit frames of this generation that do not verify.
    pub unverified_commits: Tally,
    /// What was written while the WAL was being copied, where that is how it looks: its commits are none of the above.
    pub read_later: Option<ReadLater>,
}

/// How many slots, and which is the first and which the last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many.
    pub slots: u32,
    /// The first.
    pub first: Option<FrameNumber>,
    /// The last.
    pub last: Option<FrameNumber>,
}

impl Tally {
    pub(crate) fn count(&mut self, slot: FrameNumber) {
        self.slots += 1;
        self.first.get_or_insert(slot);
        self.last = Some(slot);
    }

    /// Adds slots that come later.
    pub(crate) fn add(&mut self, later: Self) {
        self.slots += later.slots;
        self.first = self.first.or(later.first);
        self.last = later.last.or(self.last);
    }

    /// `count` slots from `first` on.
    fn run(first: u32, count: u32) -> Self {
        Self {
            slots: count,
            first: FrameNumber::new(first).filter(|_| count > 0),
            last: FrameNumber::new(first.saturating_add(count).saturating_sub(1))
                .filter(|_| count > 0),
        }
    }
}

impl Residue {
    /// Looks at every slot behind the last commit.
    ///
    /// # Errors
    /// The WAL could not be read.
    pub fn read(
        wal: Option<&Input>,
        timeline: &Timeline,
        progress: &dyn Progress,
    ) -> Result<Self, Error> {
        let committed = timeline.mx_frame();
        let uncommitted = timeline.accepted() - committed;
        let mut residue = Self {
            uncommitted: Tally::run(committed.saturating_add(1), uncommitted),
            ..Self::default()
        };
        let mut unexplained = Unexplained::behind(timeline);
        let mut newer_chains = false;
        let mut watch = Watch::new();
        tail(wal, timeline, progress, |slot, _| {
            if let Some(header) = timeline.header() {
                unexplained.take(header, &slot);
                watch.take(header, &slot);
                if is_newer(header, &slot) {
                    residue.newer_generation.count(slot.number);
                    // What follows from the log itself has damaged salts.
                    let chains = slot.reason == SlotReason::OtherGeneration { chains: true };
                    newer_chains |= chains && residue.end.is_some();
                }
            }
            residue.take(slot);
        })?;
        if !newer_chains {
            residue.newer_generation = Tally::default();
        }
        residue.unexplained = unexplained.found;
        residue.unexplained_zeros = unexplained.zeroed;
        residue.zeros_at_end = unexplained.zeros_at_end();
        residue.read_later = watch.end();
        if residue.read_later.is_some() {
            residue.intact_commits = Tally::default();
            residue.unverified_commits = Tally::default();
        }
        let header = residue.end.and_then(|end| end.header);
        residue.end_can_be = header.is_some_and(|header| unexplained.can_be(&header));
        Ok(residue)
    }

    /// Whether the log ends with the header of a commit frame over an older frame, as SQLite leaves it between the two
    /// writes of a frame: that commit was never done, and is not lost. The older frame is of a generation before, or of a
    /// transaction that was rolled back: the one behind it then does not follow from the new header. A last commit whose page
    /// was damaged looks the same, and what is behind it does not tell where that is nothing; then a wal-index does, whose
    /// word on the end of the log this is.
    pub fn is_half_written(&self, end_of_log: EndOfLog) -> bool {
        let Some(end) = self.end else {
            return false;
        };
        let is_over_older = match (end_of_log, self.behind_end) {
            (EndOfLog::Right, _) => true,
            (EndOfLog::TooEarly, _) => false,
            (EndOfLog::Unknown, Some(SlotReason::OtherGeneration { .. })) => {
                self.checksum_mismatch.slots == 1
            }
            (
                EndOfLog::Unknown,
                Some(SlotReason::ChecksumMismatch { chains: false } | SlotReason::ZeroSaltSpill),
            ) => self.unverified_commits.slots == 1,
            (EndOfLog::Unknown, _) => false,
        };
        self.end_can_be
            && self.intact_commits.slots == 0
            && self.unverified_commits.first == Some(end.number)
            && is_over_older
    }

    fn take(&mut self, slot: Slot) {
        let number = slot.number;
        let is_end = self.end.is_none();
        if is_end {
            self.end = Some(slot);
        } else {
            self.behind_end.get_or_insert(slot.reason);
        }
        let is_commit = slot.header.is_some_and(|header| header.is_commit());
        let mut is_present = matches!(slot.reason, SlotReason::ChecksumMismatch { .. });
        match slot.reason {
            SlotReason::OtherGeneration { chains } => {
                self.other_generation.count(number);
                if chains {
                    self.other_generation_chained.count(number);
                }
                // It follows from a frame of this generation: it is one itself, and its salts are damaged.
                is_present = chains && (is_end || self.follows_present);
                if is_present && is_commit {
                    self.intact_commits.count(number);
                }
            }
            SlotReason::ZeroSaltSpill => self.zero_salt_spill.count(number),
            SlotReason::ChecksumMismatch { chains } => {
                self.checksum_mismatch.count(number);
                match (is_commit, chains) {
                    (true, true) => self.intact_commits.count(number),
                    (true, false) => self.unverified_commits.count(number),
                    (false, _) => {}
                }
            }
            SlotReason::PageNumberZero => {
                self.page_number_zero.count(number);
            }
            SlotReason::HeaderIgnored { chains } => {
                self.header_ignored.count(number);
                if is_commit && chains {
                    self.intact_commits.count(number);
                }
            }
            SlotReason::Torn { .. } => self.torn.count(number),
            SlotReason::ZeroFilled => self.zero_filled.count(number),
            SlotReason::Committed | SlotReason::Uncommitted => {}
        }
        self.follows_present = is_present;
    }
}
