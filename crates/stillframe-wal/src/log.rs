use stillframe_format::PageSize;

use crate::frame::slot_bytes;
use crate::header::HEADER_BYTES;
use crate::{Chain, Commit, Commits, Error, Frame, FrameNumber, Header, Slot, SlotReason, Tail};

/// A WAL that is in memory as a whole: what SQLite would make of it, and every slot with its reason.
///
/// A WAL of any size is read in pieces by the same parts: [`Chain`], [`Commits`] and [`Tail`].
#[derive(Clone, Debug)]
pub struct Log<'a> {
    header: Header,
    page_size: PageSize,
    slots: &'a [u8],
    chain: Chain,
    last_commit: Option<Commit>,
}

impl<'a> Log<'a> {
    /// Reads a WAL and follows its chain to the end.
    ///
    /// # Errors
    /// SQLite would look at no frame: there is no whole header, or it is not accepted.
    pub fn read(bytes: &'a [u8]) -> Result<Self, Error> {
        let header = Header::parse(bytes)?;
        let mut chain = Chain::new(&header)?;
        let slots = bytes.get(HEADER_BYTES..).unwrap_or_default();
        let mut commits = Commits::default();
        chain.offer(slots, |frame| {
            commits.push(&frame.summary());
        });
        Ok(Self {
            header,
            page_size: chain.page_size(),
            slots,
            chain,
            last_commit: commits.last(),
        })
    }

    /// The header.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// The page size.
    pub const fn page_size(&self) -> PageSize {
        self.page_size
    }

    /// The last commit, where there is one: its last frame is SQLite's mxFrame, its size the size of the database.
    pub const fn last_commit(&self) -> Option<Commit> {
        self.last_commit
    }

    /// How many frames hold, those behind the last commit included.
    pub const fn accepted(&self) -> u32 {
        self.chain.accepted()
    }

    /// The accepted frames, those behind the last commit included.
    pub fn frames(&self) -> impl Iterator<Item = Frame<'a>> + use<'a> {
        let mut number = 0;
        self.slots
            .chunks_exact(slot_bytes(self.page_size))
            .take(self.chain.accepted() as usize)
            .filter_map(move |bytes| {
                number += 1;
                Frame::accepted(FrameNumber::new(number)?, bytes)
            })
    }

    /// The commits, in order.
    pub fn commits(&self) -> impl Iterator<Item = Commit> + use<'a> {
        let mut commits = Commits::default();
        self.frames()
            .filter_map(move |frame| commits.push(&frame.summary()))
    }

    /// Every slot with its reason, in order; `found` also gets its page, or what is there of it.
    pub fn slots(&self, mut found: impl FnMut(Slot, &'a [u8])) {
        let mx_frame = self.last_commit.map_or(0, |commit| commit.last_frame.get());
        for frame in self.frames() {
            let reason = if frame.number.get() <= mx_frame {
                SlotReason::Committed
            } else {
                SlotReason::Uncommitted
            };
            let slot = Slot {
                number: frame.number,
                header: Some(frame.header(self.header.salts)),
                reason,
            };
            found(slot, frame.data);
        }
        let accepted = self.chain.accepted() as usize;
        let behind = accepted
            .checked_mul(slot_bytes(self.page_size))
            .and_then(|bytes| self.slots.get(bytes..));
        Tail::behind(&self.chain, &self.header).offer(behind.unwrap_or_default(), found);
    }
}
