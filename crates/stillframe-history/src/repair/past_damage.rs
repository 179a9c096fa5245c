use stillframe_format::{PageNumber, PageSize};
use stillframe_wal::{
    Commit, CommitNumber, Commits, FrameHeader, FrameNumber, FrameSummary, Slot, SlotReason,
};

use crate::image::Gathered;
use crate::{BackupSet, Error, Event, Image, Overlay, Progress, Timeline, tail};

/// Commits behind frames that do not hold: SQLite's log ends with the first of those, whatever is behind. What is there is
/// known to be intact where a frame's checksum follows from the one stored before it.
#[derive(Clone, Debug)]
pub struct PastDamage {
    frames: Overlay,
    doubtful: Overlay,
    /// The last commit that is behind the damage.
    pub commit: Commit,
    /// Commits behind the last one that SQLite shows.
    pub commits: u32,
    /// Frames that do not hold, those included that a later version of their page makes up for: the number of the page, too,
    /// may be what is damaged.
    pub damaged: u32,
    /// Frames of this generation behind the commit: what they committed is not had.
    pub left_out: u32,
    /// Damaged slots of which it cannot be told which pages they held.
    pub unknown: u32,
    /// The first damaged slot.
    pub first: FrameNumber,
    /// Where it is in the WAL.
    pub offset: u64,
}

impl PastDamage {
    /// Looks for them.
    ///
    /// # Errors
    /// The WAL could not be read.
    pub fn of(
        set: &BackupSet,
        timeline: &Timeline,
        progress: &dyn Progress,
    ) -> Result<Option<Self>, Error> {
        let Some(size) = timeline.page_size() else {
            return Ok(None);
        };
        let mut search = Search {
            commits: Commits::default(),
            pending: Overlay::default(),
            pending_doubtful: Overlay::default(),
            pending_unknown: 0,
            pending_damaged: 0,
            left_out: 0,
            damaged: 0,
            frames: Overlay::default(),
            doubtful: Overlay::default(),
            unknown: 0,
            first: None,
        };
        let shown = timeline.last();
        Timeline::follow(set.wal.as_ref(), progress, |event| match event {
            Event::Frame(frame) => {
                search.commits.push(&frame);
                search.pending.push(frame.page, frame.number);
            }
            Event::Commit(_) => search.pending.clear(),
        })?;
        tail(set.wal.as_ref(), timeline, progress, |slot, _| {
            search.take(&slot)
        })?;
        Ok(search.found(shown, size))
    }

    /// Pages of which the newest version that there is stands in a frame that does not hold, and these frames.
    pub const fn doubtful(&self) -> &Overlay {
        &self.doubtful
    }

    /// The database of the last commit behind the damage: evidence, as pages may be damaged or older than the commit.
    ///
    /// # Errors
    /// The set could not be read.
    pub fn image<'a>(
        &self,
        set: &'a BackupSet,
        timeline: &Timeline,
        progress: &dyn Progress,
    ) -> Result<Image<'a>, Error> {
        let over = |gathered: &mut Gathered| {
            gathered.add(self.frames.iter());
            gathered.end(self.commit);
        };
        Image::repaired(set, timeline, over, progress)
    }
}

/// The slots behind a log, gathered into commits.
struct Search {
    commits: Commits,
    /// Frames since the last commit, and those of them that do not hold.
    pending: Overlay,
    pending_doubtful: Overlay,
    pending_unknown: u32,
    /// How many of them do not hold, and how many there are behind the log.
    pending_damaged: u32,
    left_out: u32,
    /// The same of what was committed.
    frames: Overlay,
    doubtful: Overlay,
    unknown: u32,
    damaged: u32,
    /// The first slot that does not hold.
    first: Option<FrameNumber>,
}

impl Search {
    fn take(&mut self, slot: &Slot) {
        let page = slot.header.and_then(|header| PageNumber::new(header.page));
        let (holds, is_of_it) = match slot.reason {
            SlotReason::ChecksumMismatch { chains } => (chains, true),
            // Its salts are damaged, and nothing else is.
            SlotReason::OtherGeneration { chains } => {
                let is_end = self.first.is_none();
                (chains && is_end, chains && is_end)
            }
            _ => (false, false),
        };
        self.first.get_or_insert(slot.number);
        let (Some(page), Some(header), true) = (page, slot.header, is_of_it) else {
            self.pending_unknown += 1;
            return;
        };
        self.pending.push(page, slot.number);
        self.left_out += 1;
        if !holds {
            self.pending_damaged += 1;
            self.pending_doubtful.push(page, slot.number);
        } else if header.is_commit() {
            self.commit(page, slot.number, header);
        }
    }

    fn commit(&mut self, page: PageNumber, number: FrameNumber, header: FrameHeader) {
        self.commits.push(&FrameSummary {
            number,
            page,
            size_after: header.size_after,
            checksum: header.checksum,
        });
        self.frames.append(&mut self.pending);
        self.doubtful.append(&mut self.pending_doubtful);
        self.unknown += std::mem::take(&mut self.pending_unknown);
        self.damaged += std::mem::take(&mut self.pending_damaged);
        self.left_out = 0;
    }

    fn found(mut self, shown: CommitNumber, size: PageSize) -> Option<PastDamage> {
        let commit = self.commits.last().filter(|last| last.number > shown)?;
        self.frames.settle();
        self.doubtful.settle();
        let mut doubtful = Overlay::default();
        for (page, frame) in self.doubtful.iter() {
            let is_newest = self.frames.frame(page) == Some(frame);
            if is_newest && page.get() <= commit.size_after {
                doubtful.push(page, frame);
            }
        }
        doubtful.settle();
        Some(PastDamage {
            frames: self.frames,
            doubtful,
            commit,
            damaged: self.damaged,
            left_out: self.left_out,
            commits: commit.number.get() - shown.get(),
            unknown: self.unknown,
            first: self.first?,
            offset: self.first?.offset(size),
        })
    }
}
