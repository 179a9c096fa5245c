//! What the wal-index of a set says, and how that goes together with its WAL and its database file.

mod backfill;
mod begun_anew;
mod hidden;
mod lacking;
mod relation;

use stillframe_format::PageNumber;
use stillframe_wal::FrameNumber;
use stillframe_wal::wal_index::{
    self, BLOCK_BYTES, Block, CheckpointInfo, HEAD_BYTES, Head, IndexHeader, Problem, block_of,
};

use crate::timeline::window;
use crate::{Error, Input, Overlay, Timeline};

pub use backfill::{Backfill, Pattern};
pub use begun_anew::BegunAnew;
pub use hidden::Hidden;
pub use lacking::Lacking;
pub use relation::{EndOfLog, PagesDiffer, Relation};

/// What a wal-index says, looked at as evidence: SQLite never uses the one in a copy.
#[derive(Clone, Debug, Default)]
pub struct WalIndex {
    length: u64,
    head: Option<Head>,
    refusal: Option<wal_index::Error>,
    frames: u32,
    problems: Problems,
    later: u32,
    pages: Overlay,
}

/// What is wrong with the hash tables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    /// How much there is.
    pub count: u64,
    /// The first of it.
    pub first: Option<Problem>,
}

impl WalIndex {
    /// Reads a wal-index, block by block.
    ///
    /// # Errors
    /// It could not be read.
    pub fn read(input: &Input) -> Result<Self, Error> {
        let length = input.bytes.len();
        let mut index = Self {
            length,
            ..Self::default()
        };
        let start = window(input, 0, length.min(HEAD_BYTES as u64) as usize)?;
        let head = match Head::parse(&start) {
            Ok(head) => head,
            Err(error) => {
                index.refusal = Some(error);
                return Ok(index);
            }
        };
        index.head = Some(head);
        index.refusal = head.validate().err();
        let last = index.mx_frame();
        each_block(input, &head, last, |block| index.take(block, last))?;
        index.pages.settle();
        Ok(index)
    }

    fn take(&mut self, block: &Block<'_>, last: u32) {
        block.problems(last, |problem| {
            self.problems.count += 1;
            self.problems.first.get_or_insert(problem);
        });
        let entries = block.entries(last);
        for entry in 0..block.capacity() {
            match block.page(entry) {
                Some(page) if entry < entries => {
                    self.frames += 1;
                    if let Some(page) = PageNumber::new(page) {
                        self.pages.push(page, block.frame(entry));
                    }
                }
                Some(page) => self.later += u32::from(page != 0),
                None => return,
            }
        }
    }

    /// Bytes of the file.
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// The start of the file, where it is long enough for one.
    pub const fn head(&self) -> Option<&Head> {
        self.head.as_ref()
    }

    /// Why SQLite would not use its header, were it to look.
    pub const fn refusal(&self) -> Option<wal_index::Error> {
        self.refusal
    }

    /// Whether nothing was ever written to it, or it was emptied: a file without a head, or a head of zeros. SQLite
    /// leaves it so when it is about to make it anew.
    pub fn is_blank(&self) -> bool {
        self.length <= 3
            || self
                .head
                .is_some_and(|head| head.encode() == [0; HEAD_BYTES])
    }

    /// The header as far as one copy of it holds.
    pub fn header(&self) -> Option<&IndexHeader> {
        self.head.as_ref().and_then(Head::best_copy)
    }

    /// How far checkpoints have come, where the header tells what that is about.
    pub fn checkpoint(&self) -> Option<&CheckpointInfo> {
        self.header()?;
        self.head.as_ref().map(|head| &head.checkpoint)
    }

    /// The last committed frame that it knows; 0 where there is none, or no header that holds.
    pub fn mx_frame(&self) -> u32 {
        self.header().map_or(0, |header| header.mx_frame)
    }

    /// How many frames are in the database file as far as it knows, none past the last.
    pub fn backfilled(&self) -> u32 {
        let checkpoint = self.checkpoint();
        checkpoint.map_or(0, |info| info.backfilled.min(self.mx_frame()))
    }

    /// The last frame that may be in the database file: no later one was ever copied.
    pub fn attempted(&self) -> u32 {
        let checkpoint = self.checkpoint();
        checkpoint.map_or(0, |info| {
            info.attempted.max(info.backfilled).min(self.mx_frame())
        })
    }

    /// Of the committed frames how many have their page in the file: fewer than there are where it was cut short.
    pub const fn frames(&self) -> u32 {
        self.frames
    }

    /// Frames behind the last committed one whose page is set: of a transaction that was under way, or rolled back.
    pub const fn later_frames(&self) -> u32 {
        self.later
    }

    /// What is wrong with the hash tables.
    pub const fn problems(&self) -> Problems {
        self.problems
    }

    /// The pages that it knows, each with the newest committed frame.
    pub const fn pages(&self) -> &Overlay {
        &self.pages
    }

    /// Whether it knows a frame of the page behind this one.
    pub(crate) fn knows_later(&self, page: PageNumber, frame: u32) -> bool {
        let newest = self.pages.frame(page);
        newest.is_some_and(|newest| newest.get() > frame)
    }

    /// Whether the newest frame that it knows of the page is behind one and no later than another one.
    fn knows_between(&self, page: PageNumber, behind: u32, last: u32) -> bool {
        let newest = self.pages.frame(page);
        newest.is_some_and(|newest| behind < newest.get() && newest.get() <= last)
    }

    /// The pages that a checkpoint brought into the database file of frames that this WAL, though it is its own, has lost.
    pub(crate) fn pages_ahead_of(&self, timeline: &Timeline) -> Vec<PageNumber> {
        let is_of = self.header().map(|it| it.salts) == timeline.header().map(|it| it.salts);
        let (held, copied) = (timeline.mx_frame(), self.backfilled());
        let pages = self.pages_behind(held);
        let copied = pages.filter(|&page| is_of && self.knows_between(page, held, copied));
        copied.collect()
    }

    /// The pages whose newest committed frame is behind this one.
    pub fn pages_behind(&self, frame: u32) -> impl Iterator<Item = PageNumber> + '_ {
        let newer = move |&(_, newest): &(PageNumber, FrameNumber)| newest.get() > frame;
        self.pages.iter().filter(newer).map(|(page, _)| page)
    }
}

/// Hands every block to `each` that has pages of frames up to `last`, as far as the file goes; the first one always.
fn each_block(
    input: &Input,
    head: &Head,
    last: u32,
    mut each: impl FnMut(&Block<'_>),
) -> Result<(), Error> {
    let last_block = FrameNumber::new(last).map_or(0, block_of);
    for number in 0..=last_block {
        let offset = u64::from(number) * BLOCK_BYTES as u64;
        let length = input.bytes.len().saturating_sub(offset);
        if length == 0 {
            break;
        }
        let bytes = window(input, offset, length.min(BLOCK_BYTES as u64) as usize)?;
        if let Some(block) = Block::new(number, head.byte_order(), &bytes) {
            each(&block);
        }
    }
    Ok(())
}
