use std::marker::PhantomData;

use stillframe_format::PageNumber;
use stillframe_journal::RecordNumber;
use stillframe_wal::FrameNumber;

/// The newest frame of every page of a WAL up to some commit, or the last record of every page of a rollback journal,
/// sorted by page.
///
/// Frames are gathered as 8 bytes each and sorted whenever there are about twice as many as pages, so that no more than
/// 32 bytes a page are held, and no page number, however chosen, makes it slow.
#[derive(Clone, Debug)]
pub struct Overlay<N = FrameNumber> {
    /// Page number in the upper half, frame number in the lower: sorted, with one entry a page, up to `settled`.
    entries: Vec<u64>,
    settled: usize,
    numbers: PhantomData<N>,
}

/// The number of something that holds a page, from 1 on.
pub trait Number: Copy {
    /// The one with this number; `None` for 0.
    fn numbered(number: u32) -> Option<Self>;

    /// The number.
    fn number(self) -> u32;
}

impl Number for FrameNumber {
    fn numbered(number: u32) -> Option<Self> {
        Self::new(number)
    }

    fn number(self) -> u32 {
        self.get()
    }
}

impl Number for RecordNumber {
    fn numbered(number: u32) -> Option<Self> {
        Self::new(number)
    }

    fn number(self) -> u32 {
        self.get()
    }
}

impl<N> Default for Overlay<N> {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            settled: 0,
            numbers: PhantomData,
        }
    }
}

/// Fewer entries than this are not worth sorting before the end.
const SORT_FROM: usize = 1 << 18;

impl<N: Number> Overlay<N> {
    /// Takes a frame that comes after all that were taken before.
    pub(crate) fn push(&mut self, page: PageNumber, frame: N) {
        if self.entries.len() == self.entries.capacity() && self.entries.len() >= SORT_FROM {
            self.settle();
            let spare = self.entries.len().max(SORT_FROM);
            self.entries.reserve_exact(spare);
        }
        self.entries
            .push(u64::from(page.get()) << 32 | u64::from(frame.number()));
    }

    /// Sorts by page and keeps the newest frame of each.
    pub(crate) fn settle(&mut self) {
        if self.settled == self.entries.len() {
            return;
        }
        self.entries.sort_unstable();
        // Of a run of entries of one page the last is the newest: it is written over the first.
        self.entries.dedup_by(|later, kept| {
            let same = *later >> 32 == *kept >> 32;
            if same {
                *kept = *later;
            }
            same
        });
        self.settled = self.entries.len();
    }

    /// Leaves out the pages past `last`, and says how many they were.
    pub(crate) fn cut(&mut self, last: u32) -> u32 {
        self.settle();
        let keep = self.up_to(last);
        let dropped = self.entries.len() - keep;
        self.entries.truncate(keep);
        self.settled = keep;
        dropped as u32
    }

    /// The frames of `other`, which come after all of these, are taken over.
    pub(crate) fn append(&mut self, other: &mut Self) {
        if self.is_empty() {
            std::mem::swap(self, other);
            return;
        }
        for (page, frame) in other.iter() {
            self.push(page, frame);
        }
        other.clear();
    }

    pub(crate) fn clear(&mut self) {
        self.entries.clear();
        self.settled = 0;
    }

    /// How many entries belong to pages up to `last`. Settled overlays only.
    pub(crate) fn up_to(&self, last: u32) -> usize {
        self.entries
            .partition_point(|entry| entry >> 32 <= u64::from(last))
    }

    /// How many pages there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The newest frame of a page, or its last record, where it has one.
    pub fn frame(&self, page: PageNumber) -> Option<N> {
        let page = u64::from(page.get());
        let at = self
            .entries
            .binary_search_by_key(&page, |entry| entry >> 32)
            .ok()?;
        N::numbered(*self.entries.get(at)? as u32)
    }

    /// The first page from `page` on.
    pub fn next_from(&self, page: PageNumber) -> Option<PageNumber> {
        let entry = self.entries.get(self.up_to(page.get() - 1))?;
        PageNumber::new((entry >> 32) as u32)
    }

    /// Pages and their newest frames, by page.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (PageNumber, N)> + '_ {
        self.entries.iter().filter_map(|&entry| {
            Some((
                PageNumber::new((entry >> 32) as u32)?,
                N::numbered(entry as u32)?,
            ))
        })
    }
}
