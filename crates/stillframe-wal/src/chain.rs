use stillframe_format::PageSize;

use crate::checksum::LANES;
use crate::frame::{FRAME_HEADER_BYTES, SUMMED_BYTES, slot_bytes};
use crate::{ByteOrder, Checksum, Error, Frame, FrameHeader, FrameNumber, Header, Salts};

/// Follows a WAL from its header on and accepts frames as SQLite's recovery does (`walIndexRecover` and
/// `walDecodeFrame` in `wal.c`): a frame's salts are the header's, its page number is not 0, its cumulative checksum
/// holds, in this order. The first frame that fails ends the log; nothing behind it is looked at.
///
/// The slots may be offered in pieces of any whole number, so that a WAL of any size is read in bounded memory.
#[derive(Clone, Debug)]
pub struct Chain {
    page_size: PageSize,
    order: ByteOrder,
    salts: Salts,
    accepted: u32,
    sum: Checksum,
    broken: bool,
}

impl Chain {
    /// The chain that begins with this header.
    ///
    /// # Errors
    /// SQLite would look at no frame behind this header: see [`Header::validate`].
    pub fn new(header: &Header) -> Result<Self, Error> {
        Ok(Self {
            page_size: header.validate()?,
            order: header.byte_order(),
            salts: header.salts,
            accepted: 0,
            sum: header.checksum,
            broken: false,
        })
    }

    /// The chain behind frame `accepted` of a WAL with this header, in which the checksum `stored` stands: what it
    /// accepts, SQLite accepts if it accepts that frame. So the parts of a WAL are verified side by side, and the first
    /// break among them counts.
    ///
    /// # Errors
    /// As [`Chain::new`].
    pub fn resume(header: &Header, accepted: u32, stored: Checksum) -> Result<Self, Error> {
        Ok(Self {
            accepted,
            sum: stored,
            ..Self::new(header)?
        })
    }

    /// The page size of the WAL.
    pub const fn page_size(&self) -> PageSize {
        self.page_size
    }

    /// How many frames were accepted.
    pub const fn accepted(&self) -> u32 {
        self.accepted
    }

    /// The cumulative checksum of the last accepted frame, or the header's.
    pub const fn checksum(&self) -> Checksum {
        self.sum
    }

    /// Whether a frame that was offered failed: nothing more will be accepted.
    pub const fn is_broken(&self) -> bool {
        self.broken
    }

    /// Offers the slots that follow those offered so far, and hands every accepted frame to `accept` in order. A
    /// partial slot at the end of `slots` is never accepted. Returns how many frames were.
    pub fn offer<'a>(&mut self, slots: &'a [u8], mut accept: impl FnMut(Frame<'a>)) -> u32 {
        let before = self.accepted;
        let slot = slot_bytes(self.page_size);
        let mut groups = slots.chunks_exact(slot * LANES);
        for group in &mut groups {
            if self.broken {
                return self.accepted - before;
            }
            self.offer_lanes(group, &mut accept);
        }
        for one in groups.remainder().chunks_exact(slot) {
            self.offer_one(one, &mut accept);
        }
        self.accepted - before
    }

    /// Slots side by side: each is summed from the checksum stored in the slot before it, and they are then judged in
    /// order. A slot is only accepted after the one before it, whose stored checksum has then been verified.
    fn offer_lanes<'a>(&mut self, group: &'a [u8], accept: &mut impl FnMut(Frame<'a>)) {
        let Some(slots) = split_lanes(group, slot_bytes(self.page_size)) else {
            return;
        };
        let sums = sum_lanes(self.order, self.sum, &slots);
        for (slot, sum) in slots.into_iter().zip(sums) {
            if self.broken {
                return;
            }
            self.judge(slot, sum, accept);
        }
    }

    fn offer_one<'a>(&mut self, bytes: &'a [u8], accept: &mut impl FnMut(Frame<'a>)) {
        if self.broken {
            return;
        }
        let Some(slot) = RawSlot::split(bytes) else {
            return;
        };
        self.judge(slot, slot.sum_from(self.sum, self.order), accept);
    }

    fn judge<'a>(&mut self, slot: RawSlot<'a>, sum: Checksum, accept: &mut impl FnMut(Frame<'a>)) {
        let header = slot.header;
        let page = stillframe_format::PageNumber::new(header.page);
        let number = self.accepted.checked_add(1).and_then(FrameNumber::new);
        let (Some(page), Some(number), true) = (
            page,
            number,
            header.salts == self.salts && header.checksum == sum,
        ) else {
            self.broken = true;
            return;
        };
        self.accepted = number.get();
        self.sum = sum;
        accept(Frame {
            number,
            page,
            size_after: header.size_after,
            checksum: sum,
            data: slot.page,
        });
    }
}

/// A whole slot cut into its parts.
#[derive(Clone, Copy)]
pub(crate) struct RawSlot<'a> {
    pub(crate) header: FrameHeader,
    summed: &'a [u8],
    pub(crate) page: &'a [u8],
}

impl<'a> RawSlot<'a> {
    pub(crate) fn split(bytes: &'a [u8]) -> Option<Self> {
        let (header, page) = bytes.split_first_chunk::<FRAME_HEADER_BYTES>()?;
        let (summed, _) = header.split_first_chunk::<SUMMED_BYTES>()?;
        Some(Self {
            header: FrameHeader::parse(header),
            summed,
            page,
        })
    }

    /// The cumulative checksum of the slot, had the slot before it that of `before`.
    pub(crate) fn sum_from(&self, before: Checksum, order: ByteOrder) -> Checksum {
        before.update(order, self.summed).update(order, self.page)
    }
}

/// Cuts a group of slots apart; `None` where it is shorter than that.
pub(crate) fn split_lanes(group: &[u8], slot: usize) -> Option<[RawSlot<'_>; LANES]> {
    let mut slots = group.chunks_exact(slot).filter_map(RawSlot::split);
    let mut lanes = [slots.next()?; LANES];
    for lane in lanes.iter_mut().skip(1) {
        *lane = slots.next()?;
    }
    Some(lanes)
}

/// The cumulative checksums of slots that follow one another, side by side: the first goes on from `before`, each other
/// from the one stored in the slot before it.
pub(crate) fn sum_lanes(
    order: ByteOrder,
    before: Checksum,
    slots: &[RawSlot<'_>; LANES],
) -> [Checksum; LANES] {
    let mut sums = [before; LANES];
    for (sum, slot) in sums.iter_mut().skip(1).zip(slots) {
        *sum = slot.header.checksum;
    }
    let after_headers = Checksum::update_lanes(sums, order, slots.map(|slot| slot.summed));
    Checksum::update_lanes(after_headers, order, slots.map(|slot| slot.page))
}

#[cfg(test)]
mod tests;
